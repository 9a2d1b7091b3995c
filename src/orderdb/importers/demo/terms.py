"""The demo shop's terms as its orders show them: fees, ways to pay, words for reasons."""

from __future__ import annotations

from datetime import date

from orderdb.importers.demo.days import DAY, day_number

# Clauses SHIP-1 and SHIP-2 of the policies, which changed on that day.
_FEES = {"EUR": 490, "USD": 590, "CNY": 1200, "GBP": 450, "JPY": 700}
_FREE_FROM_OLD = {"EUR": 5900, "USD": 6900, "CNY": 12900, "GBP": 5500, "JPY": 8000}
_FREE_FROM = {"EUR": 4900, "USD": 5900, "CNY": 9900, "GBP": 4500, "JPY": 6000}
_CHANGED = day_number(date(2025, 7, 1)) * DAY

Reason = tuple[str, str]
"""English, Chinese."""

NOT_PAID: Reason = ("Not paid within 24 hours", "24 小时内未付款")

CANCEL_REASONS: tuple[Reason, ...] = (
    ("Changed my mind", "不想要了"),
    ("Ordered by mistake", "拍错了"),
    ("Found it cheaper elsewhere", "别处更便宜"),
    ("Wrong size chosen", "尺码选错了"),
    ("Wrong delivery address", "收货地址填错了"),
    ("It takes too long", "发货太慢"),
)

RETURN_REASONS: tuple[Reason, ...] = (
    ("Does not fit", "尺码不合适"),
    ("Not as described", "与描述不符"),
    ("Arrived damaged", "收到时已损坏"),
    ("Changed my mind", "不喜欢"),
    ("Does not work", "无法使用"),
)

_CARD = (("card", "visa 4242"), ("card", "mastercard 5454"), ("card", "visa 0077"))
_PAYPAL = (("paypal", ""),)
_CHINA = (("alipay", ""), ("wechat", ""), ("alipay", ""), ("wechat", ""), ("card", "unionpay 6222"))

PAYMENT_METHODS: dict[str, tuple[tuple[str, str], ...]] = {
    "DE": _CARD + _PAYPAL * 4 + (("bank_transfer", ""),),
    "AT": _CARD + _PAYPAL * 3 + (("bank_transfer", ""),),
    "FR": _CARD * 2 + _PAYPAL,
    "NL": _CARD + _PAYPAL * 2 + (("bank_transfer", ""),),
    "GB": _CARD * 2 + _PAYPAL * 2,
    "US": _CARD * 3 + _PAYPAL * 2 + (("card", "amex 1005"),),
    "CA": _CARD * 3 + _PAYPAL * 2,
    "CN": _CHINA,
    "HK": _CARD + _CHINA,
    "JP": _CARD * 3 + _PAYPAL,
    "SG": _CARD * 2 + _PAYPAL + _CHINA[:2],
    "AU": _CARD * 2 + _PAYPAL * 2,
}


def shipping_fee(currency: str, goods: int, placed: int) -> int:
    """Standard shipping for goods of that value, by the rule of the day; minor units."""
    free_from = _FREE_FROM if placed >= _CHANGED else _FREE_FROM_OLD
    return 0 if goods >= free_from[currency] else _FEES[currency]
