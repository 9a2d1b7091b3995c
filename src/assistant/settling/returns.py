"""Words around a return, an exchange or a report: between the question for it and its end."""

from __future__ import annotations

from assistant.cues import asks_time_left, asks_to_be_told, asks_until_when
from assistant.return_cues import (
    asks_how_to_post,
    asks_of_the_new_one,
    asks_the_same,
    tells_of_no_wear,
    tells_of_waiting,
    tells_of_wear,
    tells_when_bought,
    wants_no_longer,
)
from assistant.settling.said import AS_RANKED, COMING_BACK, REPORTS, Said, same_matter


def time_left(said: Said) -> str | None:
    """ "How long do I have?": until when goods may come back."""
    owned = said.resolution.how == "product"
    if not (said.at_hand or owned) or not said.open_to_cues or not asks_time_left(said.text):
        return None
    memory = said.memory
    if said.resolution.ambiguous and owned:
        return "may.return"
    if said.comes_back and not owned:
        return None
    change = memory.matter if memory.matter in COMING_BACK else memory.offered
    if change not in COMING_BACK and (memory.matter in REPORTS or not _may_come_back(said)):
        return None
    return "may.exchange" if change and change.endswith("exchange") else "may.return"


def new_one(said: Said) -> str | None:
    """ "When does the new one come?", of a card just prepared."""
    return "policy" if said.comes_back and asks_of_the_new_one(said.text) else None


def fetched(said: Said) -> str | None:
    """How goods that come back are handed in, and whether somebody fetches them."""
    open_to = said.open_to_cues or said.unsure
    coming = said.comes_back or _change(said) in COMING_BACK
    return "policy" if open_to and coming and asks_how_to_post(said.text) else None


def same_of_others(said: Said) -> str | None:
    """ "And the apron?" asks of other goods what was asked of these."""
    kind, _, action = (_change(said) or "").partition(".")
    others = said.resolution.how == "product" and asks_the_same(said.text)
    return f"may.{action}" if kind in ("may", "do") and others and _open(said) else None


def state_of_the_goods(said: Said) -> str | None:
    """Used or unused goods: which rule holds for them."""
    if not _open(said) or said.names_order:
        return None
    change = _change(said)
    if (change in COMING_BACK or said.comes_back) and tells_of_wear(said.text):
        return "policy"
    unused = change in COMING_BACK and said.memory.topic and not said.asks
    return "policy" if unused and tells_of_no_wear(said.text) else None


def more_told(said: Said) -> str | None:
    """When it was bought belongs to the matter at hand; that it is awaited asks when it comes."""
    if not (_open(said) and said.memory.matter and said.memory.focus) or said.asks:
        return None
    if tells_when_bought(said.text):
        return same_matter(said.memory, pointed=True)
    return "order.when" if tells_of_waiting(said.text) and said.label != "damaged" else None


def no_longer_wanted(said: Said) -> str | None:
    """ "I have no use for it any more", where nothing is asked or open."""
    told = not said.asks or asks_the_same(said.text)
    free = said.memory.wish is None and said.memory.prepared is None and told
    owned = said.resolution.how == "product"
    meant = (said.at_hand or owned) and (said.open_to_cues or said.unsure)
    if not (free and meant and wants_no_longer(said.text)):
        return None
    if owned and said.resolution.ambiguous:
        return "may.return"  # of those with the goods, the one that came
    return "may.return" if _may_come_back(said) else AS_RANKED


def until_when(said: Said) -> str | None:
    """By when goods may come back, and by when to post what was just registered."""
    if not asks_until_when(said.text):
        return None
    if said.comes_back:
        return "policy"
    wonders = said.asks or asks_to_be_told(said.text)
    if said.label in ("do.return", "do.exchange") and wonders:
        return "may." + said.label.partition(".")[2]
    timely = said.unsure or said.says_little or said.label.startswith("order.")
    matter = said.memory.matter
    return (
        "may." + matter.partition(".")[2] if matter in COMING_BACK and matter and timely else None
    )


def _may_come_back(said: Said) -> bool:
    return said.purchase is not None and bool(said.purchase.possible("return"))


def _change(said: Said) -> str | None:
    """The change spoken of, also where a rule about it was told last."""
    return said.memory.change if said.memory.matter == "policy" else said.memory.matter


def _open(said: Said) -> bool:
    return said.open_to_cues or said.label == "damaged" or said.unsure
