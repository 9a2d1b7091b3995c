"""Which orders a message means, by all that it says: number, place, goods, state, sum, day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.adding import asks_to_add
from assistant.amounts import by_amount
from assistant.dated import Dated, by_day
from assistant.order_numbers import plain
from assistant.product_words import is_named
from assistant.references import NOTHING, Memory, Resolution, resolve
from assistant.saying import says
from assistant.scene import MOST_ORDERS, Account
from assistant.states import Narrowed, in_state
from orderdb.numbers import number_key


class Meant(NamedTuple):
    """The orders meant; ``masked`` is the message with a number's placeholder for what names them.

    None where nothing but a number or the conversation does.
    """

    resolution: Resolution
    masked: str | None


def meant(text: str, spoken: Memory, account: Account) -> Meant:
    """The orders that ``text`` speaks of, said into a conversation that has shown ``spoken``."""
    resolution = resolve(text, spoken, account.owns)
    newest = account.newest
    if resolution.how != "named" and (tracked := account.tracked(text)):
        return Meant(Resolution(_keys(tracked), "named"), None)
    if resolution.how == "newest" and newest:  # of all, not of those last shown
        resolution = Resolution((newest[0].number,), "newest")
    if resolution.how == "other" and spoken.focus and _of_its_pieces(text):
        return Meant(Resolution((number_key(spoken.focus),), "focus"), None)
    if resolution.how == "product" and spoken.focus and asks_to_add(text):
        return Meant(Resolution((number_key(spoken.focus),), "focus"), None)  # what shall join it
    lowered = plain(text).lower()
    masked = None
    stated = in_state(lowered, newest)
    if stated is not None and _narrows(stated, resolution):
        resolution = _in_state(stated, resolution)
        masked = stated.masked if stated.said else None
    priced = by_amount(lowered, newest)
    if priced is not None:
        resolution = _of_amount(_keys(priced.numbers), resolution)
        masked = priced.masked
    dated = by_day(lowered, newest, account.today)
    if dated is not None:
        resolution = _of_day(dated, resolution, spoken)
        masked = dated.masked
    if resolution.how in ("none", "focus") and not spoken.focus:
        resolution = _in_a_variant(text, spoken.listed, account) or resolution
    return Meant(resolution, masked)


_of_its_pieces = says(
    r"\b(?:only|just) one of (?:the|them)\b|\bthe other (?:one )?(?:stays|is (?:fine|in use|used)"
    r"|(?:i|we)(?:['’]ll)? (?:keep|use|need))\b"
)
"""Whether a text tells the pieces of one order apart, and not one order from another."""


def _in_a_variant(text: str, listed: Sequence[str], account: Account) -> Resolution | None:
    """Of a few orders just shown, the one that alone holds goods in the colour or size named."""
    if not 1 < len(listed) <= MOST_ORDERS:
        return None
    found = [
        number
        for number in listed
        if (purchase := account.purchase(number))
        and any(
            line.variant and is_named({"en": line.variant.en, "zh": line.variant.zh}, text)
            for line in purchase.order.lines
        )
    ]
    return Resolution(_keys(found), "product") if len(found) == 1 else None


def _narrows(stated: Narrowed, resolution: Resolution) -> bool:
    certain = bool(resolution.orders) and not resolution.ambiguous
    known = resolution.how in ("named", "ordinal", "all")
    return not known and (stated.said or not certain)


def _in_state(stated: Narrowed, resolution: Resolution) -> Resolution:
    """The resolution, where words such as "unpaid" or "that arrived" tell more than it knows."""
    fitting = _keys(stated.numbers)
    match resolution.how:
        case "newest":
            return Resolution(fitting[:1], "newest")
        case "oldest":
            return Resolution(fitting[-1:], "oldest")
    among = _among(fitting, resolution)
    if among is None:
        return resolution
    return Resolution(among, "state", ambiguous=len(among) > 1)


def _of_amount(fitting: tuple[str, ...], resolution: Resolution) -> Resolution:
    """The resolution, where words such as "the $59 one" tell more than it knows."""
    among = _among(fitting, resolution)
    if resolution.how == "named" or among is None:
        return resolution
    return Resolution(among, "amount", ambiguous=len(among) > 1)


def _of_day(dated: Dated, resolution: Resolution, spoken: Memory) -> Resolution:
    """The resolution, where words such as "ordered on the 10th" tell more than it knows."""
    fitting = _keys(dated.numbers)
    if resolution.how == "other":
        now = number_key(spoken.focus) if spoken.focus else None
        resolution, fitting = NOTHING, tuple(one for one in fitting if one != now)
    among = _among(fitting, resolution)
    if resolution.how == "named" or among is None:
        return resolution
    return Resolution(among, "day", ambiguous=len(among) > 1 and not dated.together)


def _among(fitting: tuple[str, ...], resolution: Resolution) -> tuple[str, ...] | None:
    """Of the orders that fit those also meant, or all; None where surer words say otherwise."""
    both = tuple(one for one in resolution.orders if one in fitting)
    certain = bool(resolution.orders) and not resolution.ambiguous
    if resolution.how in ("product", "state", "amount") and certain and not both:
        return None
    return both or fitting


def _keys(numbers: Sequence[str]) -> tuple[str, ...]:
    return tuple(number_key(number) for number in numbers)
