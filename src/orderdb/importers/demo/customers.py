"""The demo shop's customers and their addresses."""

from __future__ import annotations

from random import Random

from orderdb.importers.bulk import Bulk
from orderdb.importers.demo.days import DAY, Days
from orderdb.importers.demo.geography import CITIES, City
from orderdb.importers.demo.people import language_for, name_for, street_for
from orderdb.importers.demo.stories import Person, stories

_BLOCK = 5_000
_PLACES = {city.name: place for place, city in enumerate(CITIES)}
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
        cities = [city for city in CITIES for _ in range(city.share)]
        people: list[tuple[object, ...]] = []
        homes: list[tuple[object, ...]] = []
        cast = [story.person for story in stories()]
        for index in range(count):
            person = cast[index] if index < len(cast) else self._anybody(random, cities)
            place = _PLACES[person.city]
            city = CITIES[place]
            language, name = person.language, person.name
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
                    person.tier,
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

    def _anybody(self, random: Random, cities: list[City]) -> Person:
        city = random.choice(cities)
        language = language_for(city.country, random)
        name = name_for(city.country, language, random)
        return Person(name, language, city.name, random.choice(_TIERS))
