"""The demo shop's customers and their addresses."""

from __future__ import annotations

from random import Random

from orderdb.importers.bulk import Bulk
from orderdb.importers.demo.days import DAY, Days
from orderdb.importers.demo.geography import CITIES
from orderdb.importers.demo.people import language_for, name_for, street_for

_BLOCK = 5_000
_TIERS = ("silver",) * 70 + ("gold",) * 21 + ("platinum",) * 6 + ("none",) * 3
_CUSTOMER = "id name email language time_zone country tier created_at"
_ADDRESS = "id customer_id recipient line1 line2 city region postal_code country is_default"


class Customers:
    """What orders need to know of each customer, a byte a fact: a million fit easily."""

    def __init__(self) -> None:
        self.city_of = bytearray()
        self.is_chinese = bytearray()

    def write(
        self, bulk: Bulk, days: Days, random: Random, count: int, *, address: int, opened: int
    ) -> None:
        """Write ``count`` customers who opened their accounts before the moment ``opened``."""
        cities = [index for index, city in enumerate(CITIES) for _ in range(city.share)]
        people: list[tuple[object, ...]] = []
        homes: list[tuple[object, ...]] = []
        for index in range(count):
            place = random.choice(cities)
            city = CITIES[place]
            language = language_for(city.country, random)
            name = name_for(city.country, language, random)
            self.city_of.append(place)
            self.is_chinese.append(language == "zh")
            customer = f"c-{index + 1:05}"
            since = days.stamp(opened - random.randrange(DAY, 20 * DAY))
            people.append(
                (
                    customer,
                    name,
                    f"{customer}@example.com",
                    language,
                    city.time_zone,
                    city.country,
                    random.choice(_TIERS),
                    since,
                )
            )
            street = street_for(city, random)
            homes.append(
                (
                    address + index,
                    customer,
                    name,
                    *street,
                    city.name,
                    city.region,
                    city.postal_code,
                    city.country,
                    True,
                )
            )
            if len(people) == _BLOCK or index + 1 == count:
                bulk.write("customers", _CUSTOMER, people)
                bulk.write("addresses", _ADDRESS, homes)
                people.clear()
                homes.clear()
        bulk.release_ids("addresses")
