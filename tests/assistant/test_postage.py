"""The reason for a shipping fee."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from assistant.postage import why_charged
from orderdb.money import Money


def eur(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def bought(items: int, *, discount: int = 0, shipping: int = 490) -> Any:
    order = SimpleNamespace(
        items=eur(items), discount=eur(discount), shipping=eur(shipping), currency="EUR"
    )
    return cast(Any, SimpleNamespace(order=order, free_shipping_from=eur(4900)))


def test_goods_below_the_limit_are_told_beside_it() -> None:
    told = why_charged(bought(4450))
    assert told is not None
    assert "€44.50" in told.en
    assert "€49.00" in told.en
    assert "€4.90" in told.zh


def test_a_discount_can_bring_goods_below_the_limit() -> None:
    assert why_charged(bought(5000, discount=200)) is not None


def test_no_reason_is_made_up_where_goods_reach_the_limit_or_nothing_was_charged() -> None:
    assert why_charged(bought(4900)) is None
    assert why_charged(bought(4450, shipping=0)) is None
    assert why_charged(None) is None
