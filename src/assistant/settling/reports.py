"""Words about what came broken, wrong or not at all."""

from __future__ import annotations

from assistant.asking.claims import came_in_another, goes_on, sends_photos
from assistant.cues import (
    asks_for_an_answer,
    asks_what_if,
    speaks_of_a_remedy,
    tells_nothing_came,
    tells_of_a_fault,
    tells_of_another,
    tells_of_damage,
)
from assistant.return_cues import speaks_of_photos
from assistant.rule_cues import OPEN_TO_CUES
from assistant.settling.said import REPORTS, UNNAMED, Said
from orderdb.repository import is_open


def another_came(said: Said) -> str | None:
    told = said.at_hand and not said.asks and tells_of_another(said.text)
    told = told or (said.purchase is not None and came_in_another(said.text, said.purchase))
    return "missing" if told else None


def nothing_came(said: Said) -> str | None:
    """ "It says delivered, but nobody brought me anything." """
    open_to = said.label in OPEN_TO_CUES or said.label in REPORTS or said.unsure
    return "missing" if open_to and tells_nothing_came(said.text) else None


def looked_in_vain(said: Said) -> str | None:
    """Behind the advice where to look for it: a person asks the carrier."""
    wish, text = said.memory.wish, said.text
    if said.memory.offered != "handoff" or said.names_order or wish is None:
        return None
    if not any(tells_nothing_came(one.text) for one in wish.heard):
        return None
    if asks_for_an_answer(text) or text.rstrip().endswith(("?", "？", "吗", "呢")):
        return "policy" if speaks_of_a_remedy(text) else None
    return "missing" if goes_on(text) else None


def faulty(said: Said) -> str | None:
    """ "It makes a strange noise, can I get a new one?", of goods that came."""
    open_to = said.open_to_cues or said.label in _SWAPS
    about = said.names_item and open_to and tells_of_a_fault(said.text)
    came = about and said.purchase is not None and not is_open(said.purchase.order.status)
    return "damaged" if came and not asks_what_if(said.text) else None


def broken(said: Said) -> str | None:
    """ "The vase is in pieces!!!", in anger as it may be."""
    told = said.label == "complaint" and said.resolution.how == "product" and not said.asks
    return "damaged" if told and tells_of_damage(said.text) else None


def photos_sent(said: Said) -> str | None:
    sent = said.memory.focus and said.open_to_cues and not said.asks and sends_photos(said.text)
    if not sent:
        return None
    return said.memory.matter if said.memory.matter in REPORTS else "damaged"


def photos_spoken_of(said: Said) -> str | None:
    """ "The photos are done" belongs to the report that waits for them."""
    wish = said.memory.wish
    if wish and wish.label in REPORTS and said.label != "handoff" and speaks_of_photos(said.text):
        return wish.label
    return None


def lost_made_good(said: Said) -> str | None:
    """ "Send me another one", of an order whose parcel counts as lost."""
    wanted = said.unsure and not said.asks and speaks_of_a_remedy(said.text)
    return "missing" if wanted and said.purchase and said.purchase.lost else None


def remedy(said: Said) -> str | None:
    """ "Just send a new one" is what a report comes to, whatever it is reported as now."""
    matter = said.memory.matter
    unnamed = said.resolution.how in UNNAMED
    reported = matter in REPORTS and said.label in REPORTS and unnamed
    return matter if reported and speaks_of_a_remedy(said.text) else None


_SWAPS = frozenset({"do.items", "may.items", "do.exchange", "may.exchange"})
"""What goods that do not do what they should are taken for by the tone alone."""
