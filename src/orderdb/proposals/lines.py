"""Naming pieces of an order: which line, how many, and swapped for which variant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import Field, field_validator
from sqlmodel import select

from orderdb.errors import Refused
from orderdb.models import Product, Variant, VariantPrice
from orderdb.proposals.kind import KindArguments, Matter
from orderdb.stock import short_of
from orderdb.text import Text
from orderdb.views import LineView


class LinePieces(KindArguments):
    """Pieces of a line by its position; all that can be, where no number is named."""

    line: int = Field(ge=1)
    quantity: int | None = Field(default=None, ge=1)


class Swap(LinePieces):
    """The same, for another variant of the same product, by its SKU."""

    variant: str = Field(min_length=1, max_length=64)


LineT = TypeVar("LineT", bound=LinePieces)


class WithLines(KindArguments):
    lines: tuple[LinePieces, ...] = Field(min_length=1, max_length=100)

    @field_validator("lines")
    @classmethod
    def _each_once(cls, lines: tuple[LinePieces, ...]) -> tuple[LinePieces, ...]:
        return each_once(lines)


class WithSwaps(KindArguments):
    swaps: tuple[Swap, ...] = Field(min_length=1, max_length=100)

    @field_validator("swaps")
    @classmethod
    def _each_once(cls, swaps: tuple[Swap, ...]) -> tuple[Swap, ...]:
        return each_once(swaps)


def each_once(lines: tuple[LineT, ...]) -> tuple[LineT, ...]:
    """In the order of the lines; raises ValueError when one is named twice."""
    if len({one.line for one in lines}) != len(lines):
        raise ValueError("a line is named twice")
    return tuple(sorted(lines, key=lambda one: one.line))


def target_of(lines: Iterable[LinePieces]) -> str:
    """``lines:1,3``; what does not fit is cut, which only makes more proposals one matter."""
    return ("lines:" + ",".join(str(one.line) for one in lines))[:100]


def find_line(matter: Matter, position: int, clause: str) -> LineView:
    """The line at a position; raises Refused, which lists those there are."""
    for line in matter.order.lines:
        if line.position == position:
            return line
    items = listed_lines(matter.order.lines)
    raise Refused(
        Text(
            en=f"The order has no item {position}. "
            + (f"Its items are {items.en}." if items.en else "A person can look at it."),
            zh=f"订单中没有第{position}件商品。"
            + (f"商品有：{items.zh}。" if items.zh else "可以转人工客服处理。"),
        ),
        clause,
    )


def quantity_of(asked: LinePieces, line: LineView, most: int, clause: str) -> int:
    """How many pieces are meant; raises Refused for more than there are."""
    wanted = asked.quantity or most
    if 0 < wanted <= most:
        return wanted
    raise Refused(
        Text(
            en=f"Of item {line.position} ({line.name.en}) that is possible for {most} at most.",
            zh=f"第{line.position}件商品（{line.name.zh}）最多可办理{most}件。",
        ),
        clause,
    )


def named(line: LineView, quantity: int) -> Text:
    """``2 x Kettle (red)``; long names are cut, so that a summary holds several."""
    name, variant = shortened(line.name, 60), line.variant
    if variant is not None and variant.en:
        trait = shortened(variant, 40)
        name = Text(en=f"{name.en} ({trait.en})", zh=f"{name.zh}（{trait.zh}）")
    return Text(en=f"{quantity} x {name.en}", zh=f"{quantity}件{name.zh}")


def shortened(text: Text, most: int) -> Text:
    return Text(en=_cut(text.en, most), zh=_cut(text.zh, most))


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def listed_lines(lines: Sequence[LineView]) -> Text:
    return Text(
        en=", ".join(f"{line.position}: {_cut(line.name.en, 60)}" for line in lines[:10]),
        zh="、".join(f"{line.position}：{_cut(line.name.zh, 60)}" for line in lines[:10]),
    )


@dataclass(frozen=True)
class Offered:
    """A variant that can take the place of a line's: what it costs today."""

    variant: Variant
    product: Product
    unit_minor: int


def offered(matter: Matter, line: LineView, sku: str, clause: str) -> Offered:
    """The variant of that SKU, if it is another of the line's product with a price in the
    order's currency; raises Refused.
    """
    session = matter.session
    bought = session.get(Variant, line.variant_id) if line.variant_id is not None else None
    wanted = session.exec(select(Variant).where(Variant.sku == sku)).first()
    if bought is None or wanted is None or wanted.product_id != bought.product_id:
        raise Refused(
            Text(
                en=f"{sku} is no variant of {line.name.en}. Look up the product's variants.",
                zh=f"{sku}不是{line.name.zh}的款式。请查询该商品的款式。",
            ),
            clause,
        )
    if wanted.id == bought.id:
        already = Text(
            en=f"Item {line.position} is that variant already.",
            zh=f"第{line.position}件商品就是该款式。",
        )
        raise Refused(joined(already, CHOOSE_ANOTHER), clause)
    price = session.get(VariantPrice, (wanted.id, matter.currency))
    if price is None:
        unsold = Text(
            en=f"{sku} is not sold in {matter.currency}.", zh=f"{sku}不以{matter.currency}销售。"
        )
        raise Refused(joined(unsold, CHOOSE_ANOTHER), clause)
    return Offered(wanted, session.get_one(Product, wanted.product_id), price.price_minor)


CHOOSE_ANOTHER = Text(en="Choose another variant.", zh="请选择其他款式。")


def must_be_there(matter: Matter, wanted: Mapping[int, int], clause: str, *instead: Text) -> None:
    """Raises Refused where there are too few pieces of a variant; ``instead`` says what helps."""
    if not short_of(matter.session, wanted, matter.row.warehouse_code):
        return
    raise Refused(joined(_OUT_OF_STOCK, *instead), clause)


_OUT_OF_STOCK = Text(en="The wanted variant is out of stock.", zh="所选款式缺货。")


def joined(*texts: Text) -> Text:
    """One sentence behind the other."""
    return Text(en=" ".join(one.en for one in texts), zh="".join(one.zh for one in texts))


def added_up(pairs: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """Pieces by variant id; goods that the shop does not list are left out."""
    found: dict[int, int] = {}
    for variant, pieces in pairs:
        if variant is not None and pieces > 0:
            found[variant] = found.get(variant, 0) + pieces
    return found
