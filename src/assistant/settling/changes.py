"""Words about a change that is wished for, prepared or offered."""

from __future__ import annotations

from assistant import cues
from assistant.adding import asks_to_add
from assistant.asking.address import is_address, is_bit, recipient
from assistant.asking.paying import read_way
from assistant.asking.reasons import gives_reason
from assistant.asking.slot import Stand
from assistant.cues import (
    asks_to_go_elsewhere,
    asks_until_when,
    asks_which_can,
    lets_go,
    names_means,
    ordered_too_many,
    tells_of_use,
    wants_cancelled,
    would_rather_have_money,
)
from assistant.rule_cues import OPEN_TO_CUES
from assistant.saying import says
from assistant.settling.said import AS_RANKED, CHAT, REPORTS, Said


def reason_for_the_wish(said: Said) -> str | None:
    if said.memory.wish and said.says_little and gives_reason(said.text):
        return said.memory.wish.label
    return None


def way_named(said: Said) -> str | None:
    """ "The visa ending in 1881, yes", where another way of paying was asked after."""
    offered = said.memory.offered == "do.payment" and not (said.asks or said.names_order)
    if not offered or said.purchase is None:
        return None
    stand = Stand(said.purchase, "change_payment")
    return "do.payment" if names_means(said.text) and read_way(said.text, False, stand) else None


def recipient_told(said: Said) -> str | None:
    """ "Put it in my mother's name" changes where an order goes."""
    told = said.at_hand and not said.asks and recipient(said.text)
    return "do.address" if told else None


def address_told(said: Said) -> str | None:
    """An address alone, or a bit of it where it may be changed: where the order at hand goes."""
    told = said.at_hand and not said.asks and (said.says_little or said.label == "orders")
    offered = said.memory.offered == "do.address" and is_bit(said.text)
    return "do.address" if told and (offered or is_address(said.text)) else None


def sent_elsewhere(said: Said) -> str | None:
    """ "We are at our daughter's. Could it go there instead?" """
    told = said.at_hand and said.label in OPEN_TO_CUES | {"other"}
    return "may.address" if told and asks_to_go_elsewhere(said.text) else None


def cancelled_by_when(said: Said) -> str | None:
    """ "By when do I have to cancel it?" """
    meant = (said.at_hand or said.resolution.how == "product") and said.open_to_cues
    return "may.cancel" if meant and asks_until_when(said.text) and _TO_CANCEL(said.text) else None


_TO_CANCEL = says(r"\bcancel(?:ling|ing)?\b(?! (?:by itself|automatic\w*))|取消(?!了)")


def let_go(said: Said) -> str | None:
    return "no" if said.of_a_change and not said.asks and lets_go(said.text) else None


def waits_no_longer(said: Said) -> str | None:
    """ "I won't wait any longer", of an order at hand that is to come."""
    given_up = said.at_hand and not said.of_a_change and not said.asks
    if not (given_up and said.open_to_cues and cues.waits_no_longer(said.text)):
        return None
    purchase = said.purchase
    given_back = purchase and (purchase.lost or purchase.verdict("cancel").allowed)
    return "do.refund" if given_back else None


def money_instead(said: Said) -> str | None:
    """ "I'd rather have the money", of an exchange that was served."""
    served = said.memory.served
    exchanged = served is not None and served.label == "do.exchange"
    return "do.refund" if exchanged and would_rather_have_money(said.text) else None


def used_already(said: Said) -> str | None:
    """What use of the goods means for a change is a rule's; for a report it is part of it."""
    wanted = said.label in _WANTED or (
        said.label == "do.cancel" and "cancel" in said.text.lower()
    )  # fmt: skip
    if not said.of_a_change or said.probability >= CHAT or wanted or not tells_of_use(said.text):
        return None
    return AS_RANKED if said.memory.matter in REPORTS else "policy"


_WANTED = frozenset({"do.return", "do.exchange", "do.refund", "handoff"})


def cancelled_by_a_no(said: Said) -> str | None:
    """ "No, I don't want it any more" and a bare "cancel", where nothing waits for a yes."""
    waits = said.memory.wish or said.memory.prepared
    if (
        said.label in ("no", "may.cancel")
        and said.at_hand
        and not waits
        and wants_cancelled(said.text)
    ):
        return "do.cancel"
    return None


def too_many_ordered(said: Said) -> str | None:
    open_to = said.open_to_cues and not said.asks
    return "do.items" if open_to and ordered_too_many(said.text) else None


def goods_added(said: Said) -> str | None:
    """ "Put an apron in the box, too" is about the order at hand, whatever else holds one."""
    about = said.at_hand and said.label in _MAY_ADD
    return "may.items" if about and asks_to_add(said.text) else None


_MAY_ADD = OPEN_TO_CUES | {"may.items", "may.exchange", "do.exchange", "do.cancel"}


def which_can(said: Said) -> str | None:
    """ "Which of them can I still cancel?"""
    action = None if said.names_order else asks_which_can(said.text)
    return f"may.{action}" if action else None
