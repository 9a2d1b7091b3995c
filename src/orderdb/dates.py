"""Time zones by name, and days as people write them in English and in Chinese."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderdb.text import Text

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@lru_cache(maxsize=1024)  # zoneinfo itself keeps eight; a list of orders may hold more
def zone(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where a shop's data names one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def date_text(day: date) -> Text:
    """``24 November 2026`` and ``2026年11月24日``."""
    return Text(
        en=f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        zh=f"{day.year}年{day.month}月{day.day}日",
    )


def range_text(first: date, last: date) -> Text:
    """``24-28 November 2026`` and ``2026年11月24日至28日``; what both ends share is said once."""
    if first == last:
        return date_text(first)
    start, end = date_text(first), date_text(last)
    if (first.year, first.month) == (last.year, last.month):
        return Text(en=f"{first.day}-{end.en}", zh=f"{start.zh}至{last.day}日")
    if first.year == last.year:
        english = f"{first.day} {_MONTHS[first.month - 1]} - {end.en}"
        return Text(en=english, zh=f"{start.zh}至{last.month}月{last.day}日")
    return Text(en=f"{start.en} - {end.en}", zh=f"{start.zh}至{end.zh}")
