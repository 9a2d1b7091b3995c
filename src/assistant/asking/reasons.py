"""Why somebody sends goods back or cancels: taken from their words, never asked for."""

from __future__ import annotations

import re

from assistant.asking.slot import Question, Slot, Stand
from assistant.calls import Values
from orderdb.text import Text

_REASON = re.compile(
    r"\bbecause (?!of course)[^.!?;\n]{3,200}"
    r"|\b(?:(?:much|way|far|a (?:bit|little)) )?too (?:small|big|large|tight|loose|long|short|heavy"
    r"|light|wide|narrow|thin|thick|dark|bright|loud|hot|expensive|dear"
    r"|late(?! to\b))\b"
    r"|\b(?:does|do|did)(?:n'?t| not) (?:fit|work|suit|match|arrive in time)\b"
    r"|\b(?:changed my mind|ordered (?:it |them )?(?:twice|by (?:mistake|accident))"
    r"|(?:by|a) mistake|wrong (?:size|colou?r|model|variant)|not (?:as|what) (?:i )?"
    r"(?:described|expected|ordered|shown)|(?:poor|bad|low) quality|found (?:it |one )?(?:cheaper"
    r"|a better)(?: \w+){0,3}|(?:no longer|don'?t|do not) (?:want|need|like)"
    r"(?! to\b)(?: (?:it|them|this|that))?(?: any ?more)?)"
    r"|因为[^。！？；，,\n]{2,80}"
    r"|太[大小长短紧松重轻厚薄宽窄贵][了啦]?|不合[适身脚]|尺[码寸]不[对合]|颜色不对|不喜欢"
    r"|不想要了?|不需要了?|用不上|改[变了]主意|[买拍选下]错[了单]?|质量(?:不好|太?差|有问题)"
    r"|(?:与|和|跟)?描述不符|[买拍]多了|重复[下购]单?|找到更便宜的",
    re.IGNORECASE,
)


def gives_reason(message: str) -> bool:
    """Whether somebody says why: "too small"."""
    return _REASON.search(message.replace("’", "'")) is not None


def read_reason(message: str, asked: bool, stand: Stand) -> Values | None:
    """The reason word for word, for a proposal takes only what the customer wrote."""
    found = _REASON.search(message.replace("’", "'"))
    return {"reason": message[slice(*found.span())].strip()} if found else None


def _never(stand: Stand) -> Question:
    return Question(Text(en="May I ask why?", zh="请问是什么原因？"))


REASON = Slot(read_reason, _never, lambda _: {})
