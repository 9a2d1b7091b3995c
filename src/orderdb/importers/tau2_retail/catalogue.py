"""The products of tau2-bench's retail shop: names in English only, prices in US dollars."""

from __future__ import annotations

from decimal import Decimal

from sqlmodel import Session, col, select

from orderdb.importers.tau2_retail.shapes import Tau2Product
from orderdb.models import Product, Variant, VariantPrice
from orderdb.money import Money

CURRENCY = "USD"
_CATEGORY = "retail"


def write_products(session: Session, products: dict[str, Tau2Product]) -> None:
    """Products and variants under their own ids, added or brought up to date."""
    rows = _write_products(session, products)
    wanted = {item for product in products.values() for item in product.variants}
    found = session.exec(select(Variant).where(col(Variant.sku).in_(wanted)))
    known = {row.sku: row for row in found}
    prices = {}
    for key, product in products.items():
        for item, told in product.variants.items():
            row = known.get(item) or Variant(product_id=rows[key].id or 0, sku=item)
            row.name_en = row.name_zh = traits(told.options)
            row.options = told.options
            row.available = told.available
            session.add(row)
            known[item] = row
            prices[item] = minor(told.price)
    session.flush()
    for item, price in prices.items():
        variant = known[item].id or 0
        session.merge(VariantPrice(variant_id=variant, currency=CURRENCY, price_minor=price))
    session.flush()


def _write_products(session: Session, products: dict[str, Tau2Product]) -> dict[str, Product]:
    found = session.exec(select(Product).where(col(Product.sku).in_(products)))
    rows = {row.sku: row for row in found}
    for key, product in products.items():
        row = rows.setdefault(key, Product(sku=key, name_en="", name_zh="", category=_CATEGORY))
        row.name_en = row.name_zh = product.name
        session.add(row)
    session.flush()
    return rows


def traits(options: dict[str, str]) -> str:
    """What tells a variant from its siblings: ``blue, 1000ml``."""
    return ", ".join(options.values())


def minor(amount: Decimal) -> int:
    """Cents; raises ValueError when the amount is not exact."""
    return Money.parse(f"{amount:f}", CURRENCY).minor
