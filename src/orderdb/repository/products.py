"""The catalogue, searched by words of either language; Chinese by overlapping pairs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, case, func, literal, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from orderdb.models import Order, Product, Review, Stock, Variant, VariantPrice
from orderdb.money import Money
from orderdb.repository.customers import find_customer
from orderdb.stock import short_of
from orderdb.views import ProductView, ReviewsView, VariantView

_HAN = r"\u3400-\u9fff"
_TERM = re.compile(rf"[{_HAN}]+|[^\W{_HAN}](?:[\w.+-]*[^\W{_HAN}])?")
_MAX_TERMS, _MAX_CHARACTERS = 12, 24
_EMPTY_WORDS = (
    "the and any are but can does for from have how much many not one show some that there this "
    "what when which with you your do is it in of on to we me my or a an i "
    "有没 没有 多少 少钱 还有 什么 怎么 请问 我想 想要 要买"
)
_CURRENCIES = {"CN": "CNY", "US": "USD", "GB": "GBP", "JP": "JPY"}


_PAID_IN = (
    select(Order.currency)
    .where(col(Order.customer_id) == bindparam("customer_id"))
    .order_by(col(Order.placed_at).desc().nulls_last(), col(Order.id).desc())
    .limit(1)
)
_IN_STOCK = func.coalesce(func.sum(Stock.on_hand - Stock.reserved), 0)
_VARIANTS = (
    select(Variant, VariantPrice.price_minor, _IN_STOCK, func.min(Stock.restock_on))
    .outerjoin(
        VariantPrice,
        (col(VariantPrice.variant_id) == col(Variant.id))
        & (col(VariantPrice.currency) == bindparam("currency")),
    )
    .outerjoin(Stock, col(Stock.variant_id) == col(Variant.id))
    .where(col(Variant.product_id).in_(bindparam("products", expanding=True)))
    .group_by(col(Variant.id), col(VariantPrice.price_minor))
    .order_by(col(Variant.id))
)


def search_products(
    session: Session, customer_id: str, query: str, *, limit: int = 5
) -> tuple[ProductView, ...]:
    """Products that match most words of the query, priced in the customer's currency."""
    terms = search_terms(query)
    if not terms:
        return ()
    found = _matching(session, terms, limit) or _by_variant(session, terms, limit)
    if not found:
        return ()
    products = _with_variants(session, found, _currency(session, customer_id))
    if len(products) > 1:
        return products
    reviews = _reviews(session, found[0].id or 0)
    return (products[0].model_copy(update={"reviews": reviews}),)


def _reviews(session: Session, product_id: int) -> ReviewsView | None:
    """Of one product that was found alone; a list tells none."""
    of_product = col(Review.product_id) == product_id
    count, stars = session.exec(
        select(func.count(), func.avg(col(Review.stars))).where(of_product)
    ).one()
    if not count:
        return None
    newest = select(Review.text).where(of_product)
    by_day = newest.order_by(col(Review.written_on).desc().nulls_last(), col(Review.id).desc())
    text = session.exec(by_day.limit(1)).one()
    return ReviewsView(count=count, stars=round(float(stars), 1), newest=text)


def other_variants(session: Session, variant_id: int, order_id: int) -> list[Variant]:
    """The other variants of the same product that an order can get in its place.

    They have a price in the order's currency, and a piece of them lies free in its warehouse.
    """
    bought = session.get_one(Variant, variant_id)
    order = session.get_one(Order, order_id)
    siblings = session.exec(
        select(Variant)
        .join(VariantPrice, col(VariantPrice.variant_id) == col(Variant.id))
        .where(
            col(Variant.product_id) == bought.product_id,
            col(Variant.id) != bought.id,
            col(VariantPrice.currency) == order.currency,
        )
        .order_by(col(Variant.id))
    ).all()
    wanted = {one.id: 1 for one in siblings if one.id is not None}
    missing = short_of(session, wanted, order.warehouse_code, lock=False)
    return [one for one in siblings if one.id not in missing]


def search_terms(query: str) -> list[str]:
    """The words to look for: lower case, singular, without words that carry no meaning."""
    terms: list[str] = []
    for word in _TERM.findall(unicodedata.normalize("NFKC", query).casefold()):
        if re.match(f"[{_HAN}]", word):
            terms += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        else:
            plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
            terms.append(word[:-1] if plural else word)
    empty = set(_EMPTY_WORDS.split())
    telling = [term for term in dict.fromkeys(terms) if term not in empty][:_MAX_TERMS]
    # A single letter stands in nearly every name; it is looked for where there is nothing else.
    return [term for term in telling if len(term) > 1 or not term.isascii()] or telling


def _matching(session: Session, terms: Sequence[str], limit: int) -> Sequence[Product]:
    columns = [
        col(Product.name_en),
        col(Product.name_zh),
        col(Product.category),
        col(Product.sku),
    ]
    weight = _MAX_CHARACTERS + 1  # one word more counts for more than any characters
    points = _score(columns, terms) * weight + _score(columns, _characters(terms))
    scored = select(col(Product.id).label("id"), points.label("points")).subquery()
    rows = session.exec(
        select(Product, scored.c.points)
        .join(scored, scored.c.id == col(Product.id))
        .where(scored.c.points >= weight)
        .order_by(scored.c.points.desc(), func.length(col(Product.name_en)), col(Product.id))
        .limit(limit)
    ).all()
    return [product for product, points in rows if points == rows[0][1]]


def _characters(terms: Sequence[str]) -> list[str]:
    """The Chinese characters of the terms: of 纯棉内裤 and 纯棉 T 恤, 恤 says which."""
    found = [one for term in terms for one in term if re.match(f"[{_HAN}]", one)]
    return list(dict.fromkeys(found))[:_MAX_CHARACTERS]


def _by_variant(session: Session, terms: Sequence[str], limit: int) -> Sequence[Product]:
    columns = [col(Variant.sku), col(Variant.name_en), col(Variant.name_zh)]
    score = func.max(_score(columns, terms))
    rows = session.exec(
        select(Product, score)
        .join(Variant, col(Variant.product_id) == col(Product.id))
        .where(
            or_(*(column.icontains(term, autoescape=True) for column in columns for term in terms))
        )
        .group_by(col(Product.id))
        .order_by(score.desc(), col(Product.id))
        .limit(limit)
    ).all()
    return [product for product, points in rows if points == rows[0][1]]


def _score(columns: Sequence[Mapped[str]], terms: Sequence[str]) -> ColumnElement[int]:
    """How many of the terms occur in any of the columns."""
    matches: list[ColumnElement[int]] = [
        case((or_(*(column.icontains(term, autoescape=True) for column in columns)), 1), else_=0)
        for term in terms
    ]
    return sum(matches, start=literal(0))


def _currency(session: Session, customer_id: str) -> str:
    """What the customer paid in last, else what their country pays in."""
    last = session.exec(_PAID_IN, params={"customer_id": customer_id}).first()
    return last or _CURRENCIES.get(find_customer(session, customer_id).country or "", "EUR")


def _with_variants(
    session: Session, products: Sequence[Product], currency: str
) -> tuple[ProductView, ...]:
    wanted = {"products": [product.id for product in products], "currency": currency}
    rows = session.exec(_VARIANTS, params=wanted)
    variants: dict[int, list[VariantView]] = {product.id or 0: [] for product in products}
    for variant, price, pieces, restock_on in rows:
        stock = int(pieces) if variant.available else 0
        variants[variant.product_id].append(
            VariantView(
                sku=variant.sku,
                name=variant.name,
                price=Money(minor=price, currency=currency) if price is not None else None,
                in_stock=stock,
                restock_on=restock_on if stock == 0 else None,
            )
        )
    return tuple(
        ProductView(
            sku=product.sku,
            name=product.name,
            category=product.category,
            return_class=product.return_class,
            variants=tuple(variants[product.id or 0]),
        )
        for product in products
    )
