"""Whether goods that may only come back sealed are: the customer's own word on it."""

from __future__ import annotations

import re

from assistant.asking.naming import plain
from assistant.asking.slot import Question, Slot, Stand, option
from assistant.calls import Values
from assistant.return_cues import tells_of_wear
from orderdb.text import Text

_SEALED = re.compile(
    r"\b(?:unopened|unused|still sealed|sealed|never (?:opened|used)|not (?:been )?(?:opened|used)"
    r"|(?:have|has|did)n'?t (?:\w+ )?(?:open|use)(?:ed|d)?)\b"
    r"|未拆|[没沒]有?拆|[没沒]有?[开開打]过?封|[没沒]有?打[开開]|未[开開]封|[没沒]有?用过?|完好未"
)
_OPENED = re.compile(
    r"\b(?:opened|open|used|tried|unsealed|broke the seal|not sealed)\b"
    r"|拆了|拆[开開封]|已拆|打[开開]了|用[过過了]"
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|correct|sure|right|it is|they are|是的?|对|對|嗯|没错)\b|^[是对對嗯]"
)
_NO = re.compile(r"^\W*(?:no|nope|nah|not|it isn'?t)\b|^(?:不是|不|没有|沒有|否)")


def read_unopened(message: str, asked: bool, stand: Stand) -> Values | None:
    text = plain(message)
    if re.search(r"\bnot sealed\b", text):
        return {"sealed": False}
    if _SEALED.search(text):
        return {"sealed": True}
    if _OPENED.search(text) or tells_of_wear(text):
        return {"sealed": False}
    if asked and (_YES.search(text) or _NO.search(text)):
        return {"sealed": bool(_YES.search(text))}
    return None


def not_needed(stand: Stand) -> Values | None:
    """Nothing has to be known where no item depends on it."""
    lines = [stand.purchase.line(one.item) for one in stand.pieces]
    verdicts = [stand.purchase.line_verdict(line, stand.action) for line in lines]
    return None if any(one.sealed_only for one in verdicts) else {}


def ask_unopened(stand: Stand) -> Question:
    return Question(_WORDS, (option(_UNOPENED), option(_WAS_OPENED)))


_WORDS = Text(en="Is its box or seal still unopened?", zh="请问包装或封条是否还没有拆封？")
_UNOPENED = Text(en="It is unopened", zh="还没有拆封")
_WAS_OPENED = Text(en="It was opened", zh="已拆封")

UNOPENED = Slot(read_unopened, ask_unopened, not_needed)
