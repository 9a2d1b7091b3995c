"""Orders named by their state: `my unpaid order`, `the one that arrived`, `丢了的那个`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from assistant.order_numbers import PLACEHOLDER
from orderdb.statuses import OrderStatus as Status

_THING = r"(?:orders?|ones?|parcels?|packages?|purchases?|deliver(?:y|ies)|shipments?)"
_WHICH = (
    rf"(?:\b{_THING} (?:that|which|i|we|you)(?:['’](?:s|ve))?|\bthe ones?"
    r"|\b(?:the|my) (?:\w+ ){1,2}(?:that|which)(?:['’]s)?) "
)
_ZH_THING = r"(?:[个個单單笔筆件]|订单|訂單|包裹|快递|快遞|货|貨)"
_STILL = r"(?:is |are |has |have |was |still |yet |already |just |now |been |be )*"
_NOT = r"(?:(?:has|have|is|did)(?:n['’]t| not)|not|never)"

_Words = dict[frozenset[Status], tuple[str, str, str]]
"""For some states: adjectives before a thing, what follows `the one that`, and Chinese."""

_UNPAID = frozenset({Status.PENDING_PAYMENT})
_UNSENT = frozenset({Status.PENDING_PAYMENT, Status.PAID, Status.PROCESSING, Status.PACKED})
_PACKED = frozenset({Status.PACKED})
_PACKING = frozenset({Status.PROCESSING, Status.PACKED})
_OUT = frozenset({Status.OUT_FOR_DELIVERY})
_SENT = frozenset({Status.SHIPPED, Status.PARTIALLY_SHIPPED, Status.OUT_FOR_DELIVERY})
_COMING = _UNSENT - _UNPAID | _SENT | {Status.EXCEPTION}
_HERE = frozenset({Status.DELIVERED, Status.PARTIALLY_RETURNED})
_CANCELLED = frozenset({Status.CANCELLED})
_BACK = frozenset({Status.RETURNED, Status.PARTIALLY_RETURNED})
_TROUBLED = frozenset({Status.EXCEPTION})

_WORDS: _Words = {
    _UNPAID: (
        r"unpaid|outstanding",
        rf"{_NOT} (?:yet )?(?:been )?(?:paid|pay)\b|{_STILL}(?:awaiting|waiting for) payment",
        r"(?:没有?|未|待|还没|尚未|忘(?:记|了)?)(?:付|支付|给)[款钱]?",
    ),
    _UNSENT: (
        r"unshipped|unsent|pending",
        rf"{_NOT} (?:yet )?(?:been )?(?:shipped|sent|left|dispatched|gone out)\b",
        r"(?:没有?|未|待|还没|尚未)(?:发[货出]?|寄出?)",
    ),
    _PACKED: (
        r"packed",
        rf"{_STILL}packed\b",
        r"(?:已?打包好?|包装好)了?",
    ),
    _PACKING: (
        r"processing",
        r"(?:are |is )?(?:still |being |just |now )*(?:packing|packed|preparing|prepared"
        r"|processing|processed)\b",
        r"(?:正?在|还在)(?:打包|备货|准备|包装|处理)",
    ),
    _OUT: (
        r"arriving",
        rf"{_STILL}out for delivery\b",
        r"(?:正?在?派送中?|正在派送|正在送)",
    ),
    _SENT: (
        r"shipped|travelling",
        rf"{_STILL}(?:on (?:its|the) way|in transit|shipped|travelling|sent out)\b",
        r"(?:在路上|运输中|在途|派送中|已?(?:经)?发[货出])",
    ),
    _COMING: (
        r"undelivered",
        rf"{_NOT} (?:yet )?(?:been )?(?:arrived?|come|delivered|here|shown? up)\b"
        rf"|(?:i|we) (?:am |are )?still (?:waiting|expect)|{_STILL}still (?:to come|coming)",
        r"(?:没有?|未|还没|尚未)(?:到|送[到达]|收[到货])",
    ),
    _HERE: (
        r"delivered|arrived|received",
        rf"{_STILL}(?<!not )(?:arrived|came|delivered)\b|{_STILL}(?:received|got)\b",
        r"(?<!没)(?<!未)(?:已经?)?(?:到了|送[到达]了?|签收|收到|到货)",
    ),
    _CANCELLED: (
        r"cancell?ed",
        rf"{_STILL}cancell?ed\b",
        r"(?<![要想能以])(?:已经?)?取消",
    ),
    _BACK: (
        r"returned",
        rf"{_STILL}(?:returned|sent back)\b",
        r"(?<![要想能以])(?:退掉|退回|退了|已退货?)",
    ),
    _TROUBLED: (
        r"lost|missing|stuck|problem(?:atic)?|damaged",
        rf"{_STILL}(?:gone |got |went )?(?:lost|missing|stuck|held|disappeared|vanished)\b",
        r"(?:丢失?|丢了?|弄丢|异常|有问题|出问题|卡住)",
    ),
}  # fmt: skip


def _pattern(before: str, after: str, zh: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{before}) {_THING}\b|{_WHICH}(?:{after})"
        rf"|{zh}了?的[那这這哪]?[一几两幾兩]?{_ZH_THING}|(?=[待未已异異丢]){zh}{_ZH_THING}"
    )


_NAMED = [(states, _pattern(*words)) for states, words in _WORDS.items()]
_LOST = re.compile(
    rf"\b(?:{_THING} (?:is|was|got|has|seems?|might|may|must|could)|(?:is|was|has) (?:my|the))\b"
    r"[^,.;?!]*\b(?:lost|missing|stuck)\b"
    r"|(?:包裹|快递|快遞|订单|訂單|货|貨)[^,，。？?]{0,6}(?:丢|不见了|卡住)"
)


_WAS_CANCELLED = re.compile(
    r"\b(?:why|how come) (?:was|is|were|did) [^.?!]{0,30}cancell?ed\b"
    rf"|\b{_THING} (?:got|was|were|has been|is) (?:already )?cancell?ed\b"
    r"|(?:为啥|为什么|怎么|咋|谁)[^,，。？]{0,4}取消了"
    r"|(?:订单|訂單|单子|[那这]单)[被给都已经]{0,3}取消了?(?!吗|么|没)"
)
_NOT_PAID = re.compile(r"(?:还没|[没未])付(?:[钱款]|呢|$|[，。,\s])|没给钱")
_ON_THE_VAN = re.compile(
    r"今天有[个一]{0,2}(?:包裹|快递|件)|(?:正在|在|显示)(?:派送|派件)|\bout for delivery\b"
)
_ASKED_ABOUT = (
    (_TROUBLED, _LOST),
    (_CANCELLED, _WAS_CANCELLED),
    (_UNPAID, _NOT_PAID),
    (_OUT, _ON_THE_VAN),
)


class _Order(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def status(self) -> Status: ...


class Narrowed(NamedTuple):
    """``numbers`` in the states named, newest first; ``said`` of an order rather than asked.

    ``masked`` is the text with the placeholder of an order's number for what is said.
    """

    numbers: tuple[str, ...]
    said: bool
    masked: str


def in_state(text: str, orders: Sequence[_Order]) -> Narrowed | None:
    """Those of ``orders`` that a lower-case text names by their state; None where it names none.

    What is asked ("has it arrived?") names nothing, but for a loss: who asks after one means the
    order that has one.
    """
    for states, words in _NAMED:
        named = words.search(text)
        if (
            named
            and not _DENIED.search(text[: named.start()])
            and (found := _those(orders, states))
        ):
            masked = text[: named.start()] + f" {PLACEHOLDER} " + text[named.end() :]
            return Narrowed(found, True, masked)
    for states, words in _ASKED_ABOUT:
        if words.search(text) and (found := _those(orders, states)):
            return Narrowed(found, False, text)
    return None


_DENIED = re.compile(r"\bnot (?:the |my )?$|不是$")


def _those(orders: Sequence[_Order], states: frozenset[Status]) -> tuple[str, ...]:
    return tuple(one.number for one in orders if one.status in states)
