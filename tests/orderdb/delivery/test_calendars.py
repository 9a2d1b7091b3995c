"""Which days count."""

from __future__ import annotations

from datetime import date

import pytest

from orderdb.delivery import Calendars
from orderdb.delivery.calendars import subdivision

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def test_people_rest_at_the_weekend() -> None:
    assert not Calendars().is_open(SATURDAY, "DE")
    assert Calendars().is_open(SATURDAY, "DE", saturday=True)
    assert Calendars().next_open(SATURDAY, "DE") == MONDAY


def test_public_holidays_are_those_of_the_country() -> None:
    german_unity = date(2025, 10, 3)  # a Friday
    assert not Calendars().is_open(german_unity, "DE")
    assert Calendars().is_open(german_unity, "US")


def test_an_unknown_country_has_no_holidays() -> None:
    assert Calendars().is_open(FRIDAY, "XX")
    assert Calendars().is_open(FRIDAY, None)


def test_counting_days_skips_those_that_do_not_count() -> None:
    closed_monday = Calendars(lambda country, region, year: frozenset({MONDAY}))
    assert closed_monday.after(FRIDAY, 1, "DE") == date(2026, 11, 24)
    assert closed_monday.after(SATURDAY, 0, "DE") == date(2026, 11, 24)
    assert closed_monday.after(FRIDAY, 0, "DE") == FRIDAY


def test_a_region_keeps_holidays_of_its_own() -> None:
    all_saints = date(2027, 11, 1)  # a Monday
    assert Calendars().is_open(all_saints, "DE", region="BE")
    assert not Calendars().is_open(all_saints, "DE", region="BY")
    assert Calendars().is_open(all_saints, "DE", region="Somewhere")


@pytest.mark.parametrize("written", ["BY", "by", "DE-BY", " Bayern "])
def test_a_region_is_known_by_its_code_and_its_name(written: str) -> None:
    assert subdivision("DE", written) == "BY"
    assert not Calendars().is_open(date(2027, 11, 1), "DE", region=written)


def test_an_unknown_region_is_none() -> None:
    assert subdivision("DE", "Atlantis") is None
    assert subdivision("XX", "BY") is None
    assert subdivision(None, "BY") is None
    assert subdivision("DE", "") is None


def test_a_weekend_worked_in_exchange_for_a_bridge_day_counts_in_china() -> None:
    makeup_saturday, ordinary = date(2026, 10, 10), date(2026, 10, 17)
    assert Calendars().is_open(makeup_saturday, "CN")
    assert not Calendars().is_open(ordinary, "CN")
    assert not Calendars().is_open(makeup_saturday, "DE")


def test_a_shop_that_is_closed_does_nothing_on_working_days() -> None:
    closed = ((FRIDAY, MONDAY),)
    assert not Calendars().is_open(FRIDAY, "DE", closed=closed)
    assert Calendars().next_open(FRIDAY, "DE", closed=closed) == date(2026, 11, 24)
    assert Calendars().is_open(date(2026, 11, 19), "DE", closed=closed)


def test_a_leap_day_is_a_working_day_like_any_other() -> None:
    leap_day = date(2028, 2, 29)  # a Tuesday
    assert Calendars().is_open(leap_day, "DE")
    assert Calendars().after(date(2028, 2, 28), 2, "DE") == date(2028, 3, 1)
