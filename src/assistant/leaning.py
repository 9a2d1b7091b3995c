"""Short questions that leave out what they are about: the matter at hand completes them.

"And how long does it take?" says nothing by itself. Behind "return:" it does, to the classifier as
to the search of the rules, for both read sentences.
"""

from __future__ import annotations

import re

from assistant.cues import (
    asks_until_when,
    asks_what_if,
    asks_what_is_sold,
    asks_whether_it_matters,
    pays_with,
    points_back,
)
from assistant.language import language_of
from assistant.memory import ConversationMemory
from assistant.order_numbers import plain
from assistant.questions import asks, names_topic
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.text import Text
from orderdb.views import OrderView

_FEW_WORDS, _FEW_CHARACTERS = 9, 14
_ASIDE_CHARACTERS = 60

_HEADINGS = {
    "cancel": Text(en="cancelling the order", zh="取消订单"),
    "return": Text(en="return", zh="退货"),
    "exchange": Text(en="exchange", zh="换货"),
    "items": Text(en="changing the items", zh="修改商品"),
    "refund": Text(en="refund", zh="退款"),
    "address": Text(en="change of address", zh="修改地址"),
    "payment": Text(en="change of payment", zh="修改付款方式"),
    "damaged": Text(en="damage report", zh="商品破损"),
    "missing": Text(en="missing item report", zh="少发漏发"),
    "when": Text(en="delivery date of my order", zh="我的订单配送时间"),
    "where": Text(en="delivery date of my order", zh="我的订单配送时间"),
}
_HEADED = frozenset({f"do.{matter}" for matter in _HEADINGS} | {"damaged", "missing"})
_UNPAID = Text(en="unpaid order", zh="未付款的订单")
_UNPAID_AT_LAST = re.compile(
    r"(?:n['’]?t|not|never) pay|\b(?:cancel\w*|expires?|lapses?|gone) (?:by itself|automatic\w*)"
    r"|\b(?:expires?|lapses?)\b|不付|没付|自动取消",
    re.IGNORECASE,
)
_TROUBLES = {
    ShipmentStatus.HELD: Text(en="parcel held by customs", zh="包裹被海关扣留"),
    ShipmentStatus.DELAYED: Text(en="late parcel", zh="包裹延误"),
    ShipmentStatus.LOST: Text(en="lost parcel", zh="包裹丢失"),
    ShipmentStatus.DAMAGED: Text(en="parcel damaged on the way", zh="包裹运输破损"),
    ShipmentStatus.RETURNED_TO_SENDER: Text(en="parcel came back to you", zh="包裹被退回"),
}
_OF_A_MATTER = re.compile(
    r"\b(?:return|shipping|delivery|postage|extra)? ?(?:costs?|fees?|charges?|charged)\b"
    r"|\b(?:pay|paying|paid)(?: \w+)? (?:for )?(?:the )?(?:shipping|postage|delivery)\b"
    r"|\bpostage\b|\bsend (?:it|them|that|this) back\b|\bpay(?:s|ing)?\b"
    r"|运费|邮费|快递费|手续费|寄回去?|[收扣].{0,2}[钱费]",
    re.IGNORECASE,
)
"""What many matters have, and none is."""

_OF_ITS_OWN = re.compile(
    r"warrant|guarantee|invoice|member|silver|gold\b|platinum|\btier|gift ?card|points\b|discount"
    r"|voucher|coupon|store|shop\b|\bcustoms\b|\bdut(?:y|ies)\b|\btax"
    r"|sell|stock|price|weather|joke|robot|human|person|name"
    r"|账单|单据|收据|修|质保|質保|质量保证|发票|發票|会员|會員|积分|礼品卡|價保|价保|保价|优惠|门店|有货|库存|降价"
    r"|机器人|人工|天气|名字|拒收|拒签|几点|上班|下班|营业|客服|包邮|抬头|税号",
    re.IGNORECASE,
)


_PART_OF_A_CHANGE = re.compile(r"\blabel|\bbox\b|packaging|replacement", re.IGNORECASE)
"""What comes with sending something back, whichever rule was quoted last."""


_CHANGES = (
    (
        "return",
        re.compile(r"\b(?:sen[dt]|ship|post|bring) [^.?!,]{0,24}\bback\b|\breturn|退货|寄回"),
    ),
    ("exchange", re.compile(r"\bexchang|\bswap|换货")),
    ("cancel", re.compile(r"\bcancel(?!l?ed)|取消(?!了)")),
)
_TAKES = re.compile(r"\bhow long\b[^.?!]{0,30}\btake|要多久|多长时间", re.IGNORECASE)
_FAULT = re.compile(r"\bfault|\bbroken\b|\bdefect", re.IGNORECASE)


def leans(text: str) -> bool:
    """Whether a question says too little to be understood without what was told before."""
    words = plain(text)
    if len(words) > _ASIDE_CHARACTERS:
        return False
    if asks_what_if(words):
        return not (_FAULT.search(words) or _OF_ITS_OWN.search(words))
    if asks_whether_it_matters(words):
        return True
    if pays_with(words):  # which says itself what it is about
        return False
    if not (asks(words) or asks_until_when(words)) or asks_what_is_sold(words):
        return False
    if points_back(words) and not names_topic(words):
        return True
    return _brief(words) and not _of_its_own(words)


def _of_its_own(text: str) -> bool:
    """Whether a question says itself what it is about, beyond what many matters have."""
    rest = _OF_A_MATTER.sub(" ", text.lower())
    return names_topic(rest) or _OF_ITS_OWN.search(rest) is not None


def headed(text: str, memory: ConversationMemory, order: OrderView | None) -> str | None:
    """What a leaning question is about, in its language: the trouble that the order spoken of has,
    the change that is talked of, or the rule last quoted, unless it names another matter."""
    if order and order.status is OrderStatus.PENDING_PAYMENT and _UNPAID_AT_LAST.search(text):
        return _UNPAID.get(language_of(text, "en"))
    tells = names_topic(text) or _of_its_own(text) or _PART_OF_A_CHANGE.search(text)
    change = _change_at_hand(memory)
    if change in _HEADED and asks_whether_it_matters(text):
        return _HEADINGS[_of(change)].get(language_of(text, "en"))
    if memory.served and memory.served.label == change and _TAKES.search(text):
        return _HEADINGS[_of(change)].get(language_of(text, "en"))
    if asks_what_if(text) and (own := next((m for m, w in _CHANGES if w.search(text)), None)):
        return _HEADINGS[own].get(language_of(text, "en"))
    if memory.topic and (asks_what_if(text) or (points_back(text) and not tells)):
        return memory.topic
    kind, _, matter = (memory.matter or "").rpartition(".")
    said = _trouble(order) if order and kind == "order" else None
    if matter == "refund" and order and not order.refunds:
        return None  # none is on its way
    if memory.matter != "order.payment":  # which is no change of it
        said = said or _HEADINGS.get(matter)
    if said is None and tells and change:
        said = _HEADINGS.get(_of(change))
    if said:
        return said.get(language_of(text, "en"))
    return None if _of_its_own(text) or _PART_OF_A_CHANGE.search(text) else memory.topic


def _change_at_hand(memory: ConversationMemory) -> str | None:
    """The change that is asked about, on a card or on offer while rules are looked at."""
    wish = memory.wish or memory.served
    return wish.label if wish else memory.offered


def _of(label: str) -> str:
    return label.rpartition(".")[2]


def completed(text: str, memory: ConversationMemory, order: OrderView | None) -> str | None:
    """A leaning question behind what it leans on; None for any other."""
    if memory.matter is None or not leans(text):
        return None
    before = headed(text, memory, order)
    return under(before, text) if before else None


def under(heading: str | None, text: str) -> str:
    """``return: who pays the postage?``"""
    return f"{heading}: {text}" if heading else text


def _trouble(order: OrderView) -> Text | None:
    if order.status is OrderStatus.PENDING_PAYMENT:
        return _UNPAID
    found = [_TROUBLES[one.status] for one in order.shipments if one.status in _TROUBLES]
    return found[0] if found else None


def _brief(text: str) -> bool:
    return len(text.split()) <= _FEW_WORDS if text.isascii() else len(text) <= _FEW_CHARACTERS
