"""The demo shop's products, warehouses, carriers and stock as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random

from orderdb.importers.bulk import Bulk
from orderdb.importers.demo.catalogue import DemoProduct
from orderdb.importers.demo.days import to_date
from orderdb.importers.demo.geography import CARRIERS, CUTOFF_HOUR, ROUTES, WAREHOUSES


def write_catalogue(
    bulk: Bulk, products: list[DemoProduct], *, first_product: int, first_variant: int
) -> None:
    """Products, variants and their prices."""
    bulk.write(
        "products",
        "id sku name_en name_zh category return_class",
        [
            (first_product + index, p.sku, p.name.en, p.name.zh, p.category, p.return_class)
            for index, p in enumerate(products)
        ],
    )
    variants = [variant for product in products for variant in product.variants]
    bulk.write(
        "variants",
        "id product_id sku name_en name_zh options available",
        [
            (
                first_variant + variant.number,
                first_product + variant.product,
                variant.sku,
                variant.name.en,
                variant.name.zh,
                json.dumps(variant.options),
                True,
            )
            for variant in variants
        ],
    )
    bulk.write(
        "variant_prices",
        "variant_id currency price_minor",
        [
            (first_variant + variant.number, currency, price)
            for variant in variants
            for currency, price in variant.prices.items()
        ],
    )
    bulk.release_ids("products", "variants")


def write_ways(bulk: Bulk) -> None:
    """Warehouses, carriers, and the days that carriers state."""
    bulk.write(
        "warehouses",
        "code name country time_zone cutoff_hour",
        [(w.code, w.name, w.country, w.time_zone, CUTOFF_HOUR) for w in WAREHOUSES],
    )
    bulk.write(
        "carriers",
        "code name delivers_saturday delivers_sunday",
        [(c.code, c.name, c.saturday, c.sunday) for c in CARRIERS],
    )
    origins = {warehouse.code: warehouse.country for warehouse in WAREHOUSES}
    bulk.write(
        "carrier_transits",
        "carrier_code origin destination min_days max_days",
        [(r.carrier, origins[r.warehouse], r.country, r.min_days, r.max_days) for r in ROUTES],
    )


def write_stock(
    bulk: Bulk,
    random: Random,
    products: list[DemoProduct],
    reserved: Mapping[tuple[int, str], int],
    *,
    first_variant: int,
    today: int,
) -> None:
    """Pieces on the shelf: at least those that open orders wait for; some are sold out."""
    rows = []
    for product in products:
        for variant in product.variants:
            for warehouse in WAREHOUSES:
                promised = reserved.get((variant.number, warehouse.code), 0)
                roll = random.random()
                free = (
                    0
                    if roll < 0.07
                    else random.randrange(1, 6)
                    if roll < 0.2
                    else random.randrange(6, 180)
                )
                restock = (
                    to_date(today + random.randrange(3, 25)) if free == 0 and roll < 0.055 else None
                )
                rows.append(
                    (
                        first_variant + variant.number,
                        warehouse.code,
                        promised + free,
                        promised,
                        restock.isoformat() if restock else None,
                    )
                )
    bulk.write("stock", "variant_id warehouse_code on_hand reserved restock_on", rows)
