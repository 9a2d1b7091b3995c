"""Questions that a rule answers rather than the order."""

from __future__ import annotations

from assistant.cues import (
    asks_for_an_answer,
    asks_of_the_money_back,
    asks_what_if,
    asks_whether_it_matters,
    asks_why_less,
    names_means,
    protests,
    tells_card_is_gone,
)
from assistant.rule_cues import OPEN_TO_CUES, asks_a_rule
from assistant.saying import says
from assistant.settling.said import CHAT, REPORTS, Said


def whether_it_matters(said: Said) -> str | None:
    asked = said.memory.focus and not said.names_order and asks_whether_it_matters(said.text)
    return "policy" if asked else None


def answer_awaited(said: Said) -> str | None:
    """ "By when do I hear from you?" """
    reported = said.memory.matter in REPORTS
    asked = said.memory.focus and said.asks and (said.open_to_cues or reported)
    return "policy" if asked and asks_for_an_answer(said.text) else None


def card_is_gone(said: Said) -> str | None:
    """The card to which money is due no longer exists."""
    due = said.memory.matter in _MONEY_DUE
    return "policy" if due and tells_card_is_gone(said.text) else None


def money_elsewhere(said: Said) -> str | None:
    """ "Put it on my PayPal instead", of money that is due back."""
    if said.label not in _PAYMENT or not (said.at_hand and names_means(said.text)):
        return None
    return "policy" if _is_refunded(said) or said.memory.matter in _MONEY_DUE else None


def _is_refunded(said: Said) -> bool:
    """Whether money of the order that is meant is on its way back, or has come."""
    return said.purchase is not None and bool(said.purchase.order.refunds)


_PAYMENT = frozenset({"do.payment", "may.payment", "may.refund", "do.refund"})


def protested(said: Said) -> str | None:
    """ "Not even with the seal torn?", behind a change that was refused: the rule once more."""
    refused = said.memory.change is not None and said.memory.offered == "handoff"
    open_to = said.open_to_cues or said.unsure
    return "policy" if refused and open_to and protests(said.text) else None


def less_than_paid(said: Said) -> str | None:
    return "policy" if said.comes_back and asks_why_less(said.text) else None


def money_back(said: Said) -> str | None:
    """When and where to comes what a card just promised."""
    back = said.memory.prepared is not None and said.memory.prepared.gives_back
    due = said.memory.matter in _GIVES_BACK and said.label != "order.refund"
    back = back or (due and not _is_refunded(said))
    asked = back and said.asks and said.label in _OF_MONEY and not _asks_where_it_is(said.text)
    return "policy" if asked and asks_of_the_money_back(said.text) else None


def rule_named(said: Said) -> str | None:
    return "policy" if asks_a_rule(said.text, said.label, sure=not said.unsure) else None


def what_if(said: Said) -> str | None:
    about = said.open_to_cues and (said.memory.topic or said.memory.focus)
    return "policy" if about and asks_what_if(said.text) else None


def more_of_the_rule(said: Said) -> str | None:
    """A short question behind a rule is about that rule."""
    aside = said.label == "other" and said.probability >= CHAT
    follows = said.memory.matter == "policy" and said.says_little and said.asks
    return "policy" if follows and said.short and not aside else None


_asks_where_it_is = says(r"\bwhere(?:['’]s| is)\b|到哪|哪[儿里]了|退了[吗没]|到账了[吗没]")
_MONEY_DUE = frozenset({"order.refund", "may.refund", "do.return", "do.refund"})
_GIVES_BACK = REPORTS | {"do.return", "do.refund", "do.cancel", "may.return", "may.cancel"}
_OF_MONEY = OPEN_TO_CUES | {"may.refund", "may.cancel", "do.cancel", "may.payment"}
