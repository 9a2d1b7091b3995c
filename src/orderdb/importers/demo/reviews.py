"""What customers of the demo shop wrote about some products: unchecked words of strangers."""

from __future__ import annotations

from orderdb.importers.bulk import Bulk
from orderdb.importers.demo.catalogue import DemoProduct
from orderdb.importers.demo.days import to_date

_WRITTEN = (
    ("Lumen E-Reader", 5, "Sharp screen, and the battery lasts for weeks."),
    ("Lumen E-Reader", 3, "Good to read on, but the cover is sold apart."),
    ("Lumen E-Reader", 4, "屏幕清晰，看书不累眼。"),
    ("Breeze Wireless Earbuds", 4, "Fits well while running."),
    ("Breeze Wireless Earbuds", 2, "左耳偶尔断连，音质还可以。"),
    ("Mechanical Keyboard", 5, "Loud, as it should be."),
    ("Travel Mug", 5, "Keeps tea hot until noon and does not leak."),
    ("Travel Mug", 4, "保温不错，就是盖子有点紧。"),
    ("Ergonomic Chair", 4, "An hour to put together, comfortable ever since."),
    ("Canvas Sneakers", 3, "They run small, order one size up."),
    ("Canvas Sneakers", 5, "百搭，走一天脚也不疼。"),
    ("Cast-Iron Pan", 5, "Heavy and even. Dry it at once after washing."),
)
_FIRST_DAYS_AGO, _EVERY_DAYS = 9, 11


def write_reviews(
    bulk: Bulk, products: list[DemoProduct], *, first_product: int, today: int
) -> None:
    """Some reviews of some products, the newest first."""
    at = {product.name.en: first_product + index for index, product in enumerate(products)}
    bulk.write(
        "reviews",
        "product_id stars text written_on",
        [
            (at[name], stars, text, to_date(today - _FIRST_DAYS_AGO - _EVERY_DAYS * place))
            for place, (name, stars, text) in enumerate(_WRITTEN)
        ],
    )
