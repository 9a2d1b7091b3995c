"""With what else an order is to be paid: one of the ways that the account has."""

from __future__ import annotations

import re

from assistant.asking.naming import by_place, plain
from assistant.asking.slot import Question, Slot, Stand, choices, option
from assistant.calls import Values
from orderdb.statuses import PaymentMethod
from orderdb.text import Text
from orderdb.wallet import Means

_METHODS = {
    PaymentMethod.GIFT_CARD: re.compile(r"gift ?-?card|voucher|礼品卡|禮品卡|购物卡"),
    PaymentMethod.PAYPAL: re.compile(r"pay ?pal|贝宝"),
    PaymentMethod.ALIPAY: re.compile(r"ali ?pay|支付宝|支付寶"),
    PaymentMethod.WECHAT: re.compile(r"we ?chat|微信"),
    PaymentMethod.BANK_TRANSFER: re.compile(r"bank transfer|wire|转账|轉帳|銀行轉|汇款"),
    PaymentMethod.CARD: re.compile(
        r"(?<!gift )(?<!gift-)\bcards?\b|visa|mastercard|amex"
        r"|信用卡|银行卡|银联|借记卡"
    ),
}
_AWAY = re.compile(
    r"\b(?:instead of|rather than|than|not|from|keep|save|saving|keeping)\b[^,;.]*?"
    r"(?=\bto\b|$|[,;.])|(?:而不是|不用|不要|别用|留着)[^\s,，。;；]*"
)


def read_way(message: str, asked: bool, stand: Stand) -> Values | None:
    """A way of the account by its digits, its kind or its place; another kind as it is named."""
    text = plain(_AWAY.sub(" ", message.lower()))
    ways = stand.purchase.other_ways()
    by_digits = [one for one in ways if (end := _end(one)) and end in text]
    if len(by_digits) == 1:
        return {"pay_with": _key(by_digits[0])}
    kinds = [method for method, words in _METHODS.items() if words.search(text)]
    if len(kinds) == 1:
        of_kind = [one for one in ways if one.method is kinds[0]]
        if len(of_kind) == 1:
            return {"pay_with": _key(of_kind[0])}
        return None if of_kind else {"pay_with": kinds[0].value}
    places = by_place(message, len(ways)) if asked else []
    return {"pay_with": _key(ways[places[0]])} if len(places) == 1 else None


def ask_way(stand: Stand) -> Question:
    ways = stand.purchase.other_ways()
    if not ways:
        return Question(_NONE, person=True)
    names = [one.label for one in ways]
    return Question(choices(_WHICH, names), tuple(option(name) for name in names))


def _end(way: Means) -> str:
    """The characters by which a customer knows it."""
    known = way.key if way.gift_card_id is not None else way.detail
    return "".join(re.findall(r"[0-9a-z]", known.lower()))[-4:]


def _key(way: Means) -> str:
    """A name that leads to this way alone, and shows no more than the customer has seen."""
    if way.gift_card_id is not None:
        return way.key[-4:]
    return f"{way.method.value} {way.detail}".strip()


_WHICH = Text(
    en="What should pay for it instead? The account has:", zh="请问改用哪种方式付款？账户中有："
)
_NONE = Text(
    en="The account has no other way of paying. Save one in the account first, or a person can "
    "help.",
    zh="账户中没有其他付款方式。请先在账户中添加，也可以转人工客服处理。",
)

PAY_WITH = Slot(read_way, ask_way)
