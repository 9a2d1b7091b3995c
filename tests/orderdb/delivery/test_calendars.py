"""Which days count."""

from __future__ import annotations

from datetime import date

from orderdb.delivery import Calendars

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
    closed_monday = Calendars(lambda country, year: frozenset({MONDAY}))
    assert closed_monday.after(FRIDAY, 1, "DE") == date(2026, 11, 24)
    assert closed_monday.after(SATURDAY, 0, "DE") == date(2026, 11, 24)
    assert closed_monday.after(FRIDAY, 0, "DE") == FRIDAY
