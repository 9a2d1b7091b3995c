"""Words about what came broken, wrong or not at all."""

from __future__ import annotations

from assistant.asking.claims import came_in_another, sends_photos
from assistant.cues import speaks_of_a_remedy, tells_of_another
from assistant.return_cues import speaks_of_photos
from assistant.settling.said import REPORTS, UNNAMED, Said


def another_came(said: Said) -> str | None:
    told = said.at_hand and not said.asks and tells_of_another(said.text)
    told = told or (said.purchase is not None and came_in_another(said.text, said.purchase))
    return "missing" if told else None


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


def remedy(said: Said) -> str | None:
    """ "Just send a new one" is what a report comes to, whatever it is reported as now."""
    matter = said.memory.matter
    unnamed = said.resolution.how in UNNAMED
    reported = matter in REPORTS and said.label in REPORTS and unnamed
    return matter if reported and speaks_of_a_remedy(said.text) else None
