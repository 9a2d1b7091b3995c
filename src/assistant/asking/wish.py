"""A change that a customer asked for and that is not proposed yet: remembered across turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from assistant.asking.address import ADDRESS
from assistant.asking.claims import MATTER, PHOTOS, REMEDY, all_of_a_lost_parcel
from assistant.asking.items import ITEM, ITEMS, PART, ask_removed
from assistant.asking.paying import PAY_WITH
from assistant.asking.quantities import read_removed
from assistant.asking.reasons import REASON
from assistant.asking.slot import Question, Slot, SlotName, Stand
from assistant.asking.unopened import UNOPENED
from assistant.asking.variants import VARIANT
from assistant.calls import Value, Values

SLOTS: Mapping[SlotName, Slot] = MappingProxyType(
    {
        "part": PART,
        "items": ITEMS,
        "removed": Slot(read_removed, ask_removed),
        "claimed": Slot(ITEMS.read, ITEMS.ask, all_of_a_lost_parcel),
        "item": ITEM,
        "variant": VARIANT,
        "unopened": UNOPENED,
        "address": ADDRESS,
        "pay_with": PAY_WITH,
        "matter": MATTER,
        "remedy": REMEDY,
        "photos": PHOTOS,
        "reason": REASON,
    }
)
_HEARD = 6


class Heard(BaseModel):
    """Something the customer said about it, and what had been asked just before."""

    model_config = ConfigDict(frozen=True)

    text: str
    asked: SlotName | None = None


class Wish(BaseModel):
    """What ``label`` says is to be done with ``order``; all else is read from what was heard.

    ``order`` is None while it is not known which is meant. ``asked`` is what the last reply asked
    for; ``rest`` is how many other matters may come between before it is forgotten.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    order: str | None
    heard: tuple[Heard, ...]
    asked: SlotName | None = None
    rest: int = 3

    def hearing(self, text: str) -> Wish:
        """With another message of the customer's about it."""
        heard = (*self.heard, Heard(text=text, asked=self.asked))[-_HEARD:]
        return self.model_copy(update={"heard": heard, "rest": 3})

    def answered_by(self, text: str, slots: Sequence[SlotName], stand: Stand) -> bool:
        """Whether a message holds what was asked for."""
        if self.asked is None or self.asked not in slots:
            return False
        known, _, _ = filled(self, slots[: slots.index(self.asked)], stand)
        slot, stand = SLOTS[self.asked], replace(stand, known=known)
        if slot.read(text, True, stand) is not None:
            return True
        heard = [one.text for one in self.heard]
        pieced = slot.pieced([*heard, text], stand)
        return pieced is not None and pieced != slot.pieced(heard, stand)


def filled(
    wish: Wish, slots: Sequence[SlotName], stand: Stand
) -> tuple[Values, SlotName | None, Question | None]:
    """What is known of each slot in turn, and the first that is not, with its question.

    The newest words that tell it count; "the second" only as an answer to its own question.
    Where all is known, the slot that was read last stands in: another word may change it.
    """
    known: dict[str, Value] = {}
    last, stand = wish.asked, replace(stand, said=wish.heard[-1].text if wish.heard else "")
    for name in slots:
        slot, stand = SLOTS[name], replace(stand, known=dict(known))
        said = _said(wish, name, stand)
        found = slot.settled(stand) if said is None else said
        if found is None:
            return known, name, slot.ask(stand)
        last = name if said is not None else last
        known.update(found)
    return known, last, None


def _said(wish: Wish, name: SlotName, stand: Stand) -> Values | None:
    if pieced := SLOTS[name].pieced([one.text for one in wish.heard], stand):
        return pieced
    newest_first = wish.heard[::-1]
    of_order = [one for one in newest_first if one.asked == "order"]  # names that, not an item
    for one in [*(one for one in newest_first if one.asked != "order"), *of_order]:
        found = SLOTS[name].read(one.text, one.asked == name, stand)
        if found is not None:
            return found
    return None
