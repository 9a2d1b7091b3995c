"""What people buy together: mostly one or two things, often of one kind, small things twice."""

from __future__ import annotations

from random import Random

from orderdb.importers.demo.catalogue import DemoProduct, DemoVariant

# Categories that go into one basket; the first product's own category comes first.
_COMPANIONS = {
    "electronics": ("audio", "office", "bags"),
    "audio": ("electronics", "home"),
    "kitchen": ("tea", "home"),
    "home": ("kitchen", "beauty"),
    "clothing": ("shoes", "bags", "clothing"),
    "shoes": ("clothing", "outdoor"),
    "bags": ("clothing", "outdoor", "office"),
    "beauty": ("beauty", "home"),
    "outdoor": ("shoes", "clothing", "electronics"),
    "toys": ("toys", "office", "clothing"),
    "office": ("electronics", "office"),
    "tea": ("kitchen", "tea"),
}
# Of 100 baskets, how many hold 1, 2, 3, ... different things.
_SIZES = [1] * 50 + [2] * 27 + [3] * 12 + [4] * 6 + [5] * 3 + [7, 9]


class Baskets:
    def __init__(self, products: list[DemoProduct]) -> None:
        self._popular: list[DemoVariant] = []
        self._by_category: dict[str, list[DemoVariant]] = {}
        self._is_small = [product.is_small for product in products]
        self._category = [product.category for product in products]
        for product in products:
            # Every product gets the same weight, and those early in their category more.
            weight = max(1, 24 // len(product.variants)) * (3 if product.sku < "P" else 2)
            for variant in product.variants:
                self._popular += [variant] * weight
                self._by_category.setdefault(product.category, []).append(variant)
        self._near = {
            category: [
                variant for name in (category, *companions) for variant in self._by_category[name]
            ]
            for category, companions in _COMPANIONS.items()
        }

    def draw(self, random: Random) -> list[tuple[DemoVariant, int]]:
        """Lines of an order: different variants, each with a quantity."""
        chance = random.random
        popular = self._popular
        first = popular[int(chance() * len(popular))]
        lines = [(first, self._quantity(chance(), first))]
        size = _SIZES[int(chance() * 100)]
        if size == 1:
            return lines
        near = self._near[self._category[first.product]]
        taken = {first.number}
        while len(lines) < size:
            pool = near if chance() < 0.8 else popular
            variant = pool[int(chance() * len(pool))]
            if variant.number not in taken:
                taken.add(variant.number)
                lines.append((variant, self._quantity(chance(), variant)))
        return lines

    def _quantity(self, roll: float, variant: DemoVariant) -> int:
        if roll < 0.78 or not self._is_small[variant.product]:
            return 1 if roll < 0.97 else 2
        return 2 if roll < 0.93 else 3 if roll < 0.98 else 4
