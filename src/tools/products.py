"""What the shop sells: price and stock."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from orderdb.dates import date_text, range_text
from orderdb.delivery.availability import Available
from orderdb.repository import search_products
from orderdb.repository.promises import Promises, promises
from orderdb.text import Text
from orderdb.views import ProductView, ReviewsView, VariantView
from tools.cards import ProductOnCard, ProductsCard
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool, refused
from tools.results import ToolResult
from tools.wording import language_of

_VARIANTS = 6
_REVIEW = 200  # characters told of a review
_NOTHING = Text(
    en="No product matches. Try another word for it.",
    zh="没有找到相符的商品，请换个说法再试。",
)


class FindProducts(Arguments):
    query: str = Field(
        min_length=1, max_length=100, description="Name or kind of product, in either language."
    )


def find_products(context: DeskContext, query: str) -> ToolResult:
    """Find products of the shop with their variants, prices and stock.

    Use it for "do you have", "how much is", "is it in stock", "if I order now, when will it come",
    also for another size or colour.
    Refuses when nothing matches.
    """
    with context.sessions() as session:
        products = search_products(session, context.customer_id, query)
        promised = promises(session, context.customer_id, products, context.clock())
    if not products:
        return refused(context, _NOTHING)
    texts = [_product(product) for product in products]
    soonest = _if_ordered_now(promised) if len(products) == 1 else None
    if soonest is not None:
        texts.append(soonest)
    texts += [_reviews(product.reviews) for product in products if product.reviews is not None]
    language = language_of(context.language)
    card = ProductsCard(products=tuple(_on_card(product, promised) for product in products))
    return ToolResult(text="\n".join(text.get(language) for text in texts), cards=[card.dump()])


def _on_card(product: ProductView, promised: Promises) -> ProductOnCard:
    card = ProductOnCard.model_validate(product)
    variants = tuple(
        variant.model_copy(update={"if_ordered_now": promised.get(variant.sku, ())})
        for variant in card.variants
    )
    return card.model_copy(update={"variants": variants})


def _if_ordered_now(promised: Promises) -> Text | None:
    """When the variant that would come first would come, from each warehouse that could send it.

    What lies somewhere goes before what has yet to come in.
    """
    dated = [[one for one in found if one.earliest and one.latest] for found in promised.values()]
    ranked = [sorted(found, key=lambda one: not one.from_stock) for found in dated if found]
    if not ranked:
        return None
    first, *others = min(ranked, key=lambda found: (not found[0].from_stock, _days_of(found[0])))
    days = range_text(*_days_of(first))
    place = _place(first) if others or not first.from_stock else Text(en="", zh="")
    more = [_elsewhere(one) for one in others]
    return Text(
        en=f"If ordered now, delivery is expected {days.en}{place.en}"
        + "".join(text.en for text in more)
        + ".",
        zh=f"现在下单，预计{days.zh}送达{place.zh}" + "".join(text.zh for text in more) + "。",
    )


def _days_of(one: Available) -> tuple[date, date]:
    assert one.earliest is not None
    assert one.latest is not None
    return one.earliest, one.latest


def _place(one: Available) -> Text:
    """Where it would come from, and how many pieces are promised to nobody there."""
    en, zh = (f"{one.free} free", f"可售{one.free}件") if one.from_stock else ("none yet", "待到货")
    return Text(en=f" (from {one.place}, {en})", zh=f"（{one.place}发货，{zh}）")


def _elsewhere(one: Available) -> Text:
    days, place = range_text(*_days_of(one)), _place(one)
    return Text(en=f"; {days.en}{place.en}", zh=f"；{days.zh}送达{place.zh}")


def _product(product: ProductView) -> Text:
    shown = [_variant(variant) for variant in product.variants[:_VARIANTS]]
    more = len(product.variants) - len(shown)
    if more:
        shown.append(Text(en=f"and {more} more variants", zh=f"另有{more}款"))
    return Text(
        en=f"{product.name.en}: " + "; ".join(text.en for text in shown) + ".",
        zh=f"{product.name.zh}：" + "；".join(text.zh for text in shown) + "。",
    )


def _reviews(reviews: ReviewsView) -> Text:
    """Customers' words, marked as theirs: the shop says none of it."""
    words = " ".join(reviews.newest.split())[:_REVIEW]
    newest = Text(en=f" The newest: “{words}”", zh=f"最新评价：“{words}”") if words else None
    many = "s" if reviews.count > 1 else ""
    return Text(
        en=f"Customers gave {reviews.stars:g} of 5 stars ({reviews.count} review{many})."
        + (newest.en if newest else ""),
        zh=f"顾客评分{reviews.stars:g}星（满分5星，共{reviews.count}条评价）。"
        + (newest.zh if newest else ""),
    )


def _variant(variant: VariantView) -> Text:
    stock = _stock(variant)
    price = Text(en="no price in this currency", zh="暂无该币种价格")
    if variant.price is not None:
        price = Text(en=str(variant.price), zh=str(variant.price))
    en = [variant.name.en, price.en, stock.en]
    zh = [variant.name.zh, price.zh, stock.zh]
    return Text(
        en=", ".join(part for part in en if part), zh="，".join(part for part in zh if part)
    )


def _stock(variant: VariantView) -> Text:
    if variant.in_stock > 0:
        return Text(en=f"{variant.in_stock} in stock", zh=f"有货{variant.in_stock}件")
    if variant.restock_on is None:
        return Text(en="out of stock", zh="缺货")
    day = date_text(variant.restock_on)
    return Text(en=f"out of stock, back on {day.en}", zh=f"缺货，预计{day.zh}到货")


TOOLS = (DeskTool("find_products", FindProducts, find_products),)
