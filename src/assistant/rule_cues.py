"""Words that ask for a rule of the shop, whatever else a message sounds like."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from typing import NamedTuple

from assistant.listening import SAYS_LITTLE
from assistant.matters import LABELS
from assistant.questions import asks

OPEN_TO_CUES = SAYS_LITTLE | {"orders", "policy", "product", "order.where", "order.when"} | {
    "order.contents", "order.payment", "order.refund", "missing", "may.address", "do.address",
}  # fmt: skip
"""Labels that plain words overrule."""

_ANY = frozenset(LABELS)

_COMPENSATION = re.compile(
    r"\b(?:compensat\w+|voucher|(?:get|is there|receive) (?:anything|something|a (?:credit"
    r"|discount)))\b"
    r"|\bfor (?:the|all (?:this|the)|my|this) (?:long )?(?:wait(?:ing)?|delay|trouble|hassle)\b"
    r"[^.!]{0,40}\bget\b|\bget\b[^.!]{0,40}\bfor (?:the|all (?:this|the)|my|this) (?:long )?"
    r"(?:wait(?:ing)?|delay|trouble|hassle)\b|\bmake (?:it|this|that) up to me\b"
    r"|有(?:什么|啥|个|没有?)(?:说法|表示)|给个说法|没(?:点|个)(?:说法|表示)"
    r"|补偿|賠償|赔偿|赔点|赔什么|赔不赔|[会给能]赔|赔[吗嘛么]|赔多少|给点什么|代金券",
    re.IGNORECASE,
)
_CARD_BALANCE = re.compile(
    r"\bgift ?-?cards?\b[^.?!]{0,30}\b(?:balance|left|remain\w*|worth)\b"
    r"|\b(?:balance|left|remain\w*)\b[^.?!]{0,30}\bgift ?-?cards?\b"
    r"|(?:礼品卡|禮品卡|购物卡|储值卡)[^，。？！]{0,6}(?:余额|餘額|还?剩|多少[钱錢])",
    re.IGNORECASE,
)
_WARRANTY = re.compile(r"\bwarrant|\bguarantee|[保質质]修|质保|質保", re.IGNORECASE)
_PAYMENT_FAILED = re.compile(
    r"\b(?:pay(?:ing|ment)?|paid|card|checkout|charge)\b[^.?!]{0,60}"
    r"(?:\b(?:declined|refused|rejected|failed|fails|failing|error)\b|n['’]t (?:go through|work)"
    r"|not (?:go through|work|going through))"
    r"|(?:付款|支付|付钱|扣款|刷卡)[^，。？！]{0,8}(?:失败|不了|不成功|报错|出错|没成功|被拒)",
    re.IGNORECASE,
)
_PRICE_FELL = re.compile(
    r"\bprice (?:has |just |have )?(?:drop|fell|adjust|protect|gone? down|went down)"
    r"|\b(?:cheaper|on sale|reduced) (?:now|today)\b|\bnow (?:it'?s )?(?:cheaper|on sale)\b"
    r"|\bprice[- ]?match|\b(?:match|beat) (?:that|the|their) price\b"
    r"|\b(?:cheaper|less) (?:elsewhere|somewhere else|at another)"
    r"|(?:别家|别的店|其他店)[^，。？]{0,8}便宜"
    r"|降[了]?价|[退补]差价|价保|保价|(?:今天|现在|又)便宜",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b(?:return )?labels?\b|\bqr code\b|面单|退货单", re.IGNORECASE)
_BY_PHONE = re.compile(
    r"\b(?:phone|telephone|hotline)(?: number)?\b|\b(?:number|line)\b[^.?!]{0,24}\b(?:ring|call"
    r"|dial|phone)\b|\b(?:call|ring|phone) (?:you|someone|your)\b"
    r"|\b(?:opening|office|business|working|service) hours\b|\bwhat (?:hours|times?) are you\b"
    r"|电话|電話|热线|熱線|几点(?:有人|上班|下班|开始|到几点)|(?:营业|工作|上班|服务|客服)时间",
    re.IGNORECASE,
)
_OF_MINE = re.compile(
    r"\b(?:my|me|change|wrong|courier|carrier|driver)\b|我的|快递|骑手|司机|改|换|打给我|给我打"
)


class _Cue(NamedTuple):
    """``over`` which labels it wins; ``told``: a statement counts, too; ``sure``: so do labels
    that are all but certain."""

    words: Callable[[str], object]
    over: Set[str] = OPEN_TO_CUES
    told: bool = False
    sure: bool = True


def asks_what_one_gets(text: str) -> bool:
    """Whether a text asks what the shop gives for its own fault."""
    return _COMPENSATION.search(text) is not None


def _asks_how_to_call(text: str) -> bool:
    """Whether a text asks for the shop's number or hours, rather than for a person now."""
    return _BY_PHONE.search(text) is not None and not _OF_MINE.search(text.lower())


_CUES = (
    _Cue(_WARRANTY.search, _ANY - {"handoff", "product"}),
    _Cue(_PRICE_FELL.search, _ANY, told=True),
    _Cue(_PAYMENT_FAILED.search, _ANY, told=True, sure=False),
    _Cue(_CARD_BALANCE.search, _ANY, told=True),
    _Cue(asks_what_one_gets, OPEN_TO_CUES | {"may.refund"}),
    _Cue(_LABEL.search),
    _Cue(_asks_how_to_call, OPEN_TO_CUES | {"handoff"}),
)


def asks_a_rule(text: str, label: str, *, sure: bool) -> bool:
    """Whether only a rule answers a text that was taken for ``label``; ``sure``: all but surely."""
    question = asks(text)
    return any(
        label in cue.over and (question or cue.told) and (cue.sure or not sure) and cue.words(text)
        for cue in _CUES
    )
