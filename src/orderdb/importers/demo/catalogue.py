"""The demo shop's products: read from ``catalogue.csv``, priced in five currencies."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as combinations
from pathlib import Path

from orderdb.text import Text

CURRENCIES = ("EUR", "USD", "GBP", "CNY", "JPY")

# Shops round their prices by hand, so each currency has its own factor and ending.
_FACTORS = {"EUR": 1.0, "USD": 1.1, "GBP": 0.88, "CNY": 7.6, "JPY": 160.0}

_ZH = {
    "beige": "米色",
    "black": "黑色",
    "blue": "蓝色",
    "brown": "棕色",
    "cream": "奶油色",
    "gold": "金色",
    "green": "绿色",
    "grey": "灰色",
    "navy": "藏青色",
    "oak": "橡木色",
    "olive": "橄榄绿",
    "pink": "粉色",
    "red": "红色",
    "silver": "银色",
    "walnut": "胡桃木色",
    "white": "白色",
    "small": "小号",
    "large": "大号",
}
_ZH_UNITS = {"inch": "英寸", "pieces": "片"}


@dataclass(frozen=True, slots=True)
class DemoVariant:
    """``prices`` in minor units by currency; ``number`` counts all variants from 0."""

    number: int
    product: int
    sku: str
    name: Text
    options: dict[str, str]
    prices: dict[str, int]


@dataclass(frozen=True, slots=True)
class DemoProduct:
    sku: str
    category: str
    name: Text
    return_class: str
    variants: tuple[DemoVariant, ...]

    @property
    def is_small(self) -> bool:
        """Cheap enough that people take several."""
        return self.variants[0].prices["EUR"] < 2500


def load_catalogue() -> list[DemoProduct]:
    """Every product with its variants, in the order of the file."""
    products: list[DemoProduct] = []
    counted: dict[str, int] = {}
    numbers = iter(range(1_000_000))
    with (Path(__file__).parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            category = row["category"]
            counted[category] = counted.get(category, 0) + 1
            sku = f"{category[:3].upper()}-{counted[category]:03}"
            products.append(
                DemoProduct(
                    sku=sku,
                    category=category,
                    name=Text(en=row["name_en"], zh=row["name_zh"]),
                    return_class=row["return_class"],
                    variants=tuple(_variants(row, sku, len(products), numbers)),
                )
            )
    return products


def _variants(
    row: dict[str, str], sku: str, product: int, numbers: Iterator[int]
) -> Iterator[DemoVariant]:
    colours, sizes = row["colours"].split("|"), row["sizes"].split("|")
    for position, (colour, sized) in enumerate(combinations(colours, sizes), start=1):
        size, _, extra = sized.partition("+")
        options = {"colour": colour, "size": size}
        eur = int(row["eur"]) + int(extra or 0)
        yield DemoVariant(
            number=next(numbers),
            product=product,
            sku=f"{sku}-{position}",
            name=Text(
                en=", ".join(part for part in (colour, size) if part),
                zh="，".join(_zh(part) for part in (colour, size) if part),
            ),
            options={name: value for name, value in options.items() if value},
            prices={currency: _price(eur, currency) for currency in CURRENCIES},
        )


def _zh(option: str) -> str:
    if option in _ZH:
        return _ZH[option]
    if option.startswith("set of "):
        return f"{option.removeprefix('set of ')} 件装"
    number, _, unit = option.partition(" ")
    return f"{number} {_ZH_UNITS[unit]}" if unit in _ZH_UNITS else option


def _price(eur: int, currency: str) -> int:
    """A price in minor units, ended as shops end theirs: 39.90, $42.99, ¥299, JP¥6,380."""
    amount = eur * _FACTORS[currency]
    match currency:
        case "EUR":
            return eur * 100 - 10
        case "CNY":
            return max(round(amount / 10) * 10 - 1, 9) * 100
        case "JPY":
            return round(amount / 100) * 100 - 20
        case _:
            return round(amount) * 100 - 1
