"""The variant that a customer means: by its name, its traits or its SKU."""

from __future__ import annotations

import unicodedata

from sqlmodel import Session, col, select

from orderdb.errors import Refused
from orderdb.models import Variant
from orderdb.text import Text
from orderdb.views import OrderView

_SHOWN = 8


def variant_sku(session: Session, order: OrderView, item: int, named: str) -> str:
    """The SKU of the variant that takes an item's place; raises Refused, which lists them."""
    line = next((line for line in order.lines if line.position == item), None)
    if line is None or line.variant_id is None:
        return named  # the rules say what is wrong with the item
    bought = session.get_one(Variant, line.variant_id)
    siblings = session.exec(
        select(Variant)
        .where(Variant.product_id == bought.product_id, Variant.id != bought.id)
        .order_by(col(Variant.id))
    ).all()
    wanted = _plain(named)
    exact = [one for one in siblings if wanted in _names(one)]
    partly = [one for one in siblings if any(wanted in name for name in _names(one))]
    found = exact or partly
    if len(found) == 1:
        return found[0].sku
    shown = found[:_SHOWN] or siblings[:_SHOWN]
    en, zh = (
        "; ".join(one.name_en or one.sku for one in shown),
        "；".join(one.name_zh or one.sku for one in shown),
    )
    raise Refused(
        Text(
            en=f"Which variant of {line.name.en} is meant? There are: {en}.",
            zh=f"请确认要换成{line.name.zh}的哪个款式，可选：{zh}。",
        )
        if shown
        else Text(
            en=f"{line.name.en} has no other variant. Return it instead.",
            zh=f"{line.name.zh}没有其他款式，可以退货。",
        )
    )


def _names(variant: Variant) -> set[str]:
    return {_plain(variant.sku), _plain(variant.name_en), _plain(variant.name_zh)} - {""}


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
