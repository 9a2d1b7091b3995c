"""Words about orders: which is meant, how it stands, what is owed for it."""

from __future__ import annotations

from assistant.amounts import asks_which_costs
from assistant.asking.countries import goes_abroad
from assistant.cues import (
    asks_how_much_longer,
    asks_to_send_together,
    asks_until_when,
    asks_what_came_back,
    asks_what_is_owed,
    asks_what_to_do,
    asks_whether_it_lapses,
    asks_who_answers,
    asks_why,
    cue,
    pays_with,
    speaks_for_another,
    speaks_of_sending,
    tells_to_obey,
)
from assistant.saying import says
from assistant.settling.said import AS_RANKED, UNNAMED, Said
from orderdb.repository import is_open
from orderdb.statuses import OrderStatus


def told_to_obey(said: Said) -> str | None:
    return "other" if tells_to_obey(said.text) else None


def who_answers(said: Said) -> str | None:
    return "greeting" if asks_who_answers(said.text) else None


def unpaid(said: Said) -> str | None:
    """Of an order that waits for its payment: how it may be paid, and how long it is kept."""
    lapses = said.label == "may.cancel" and asks_whether_it_lapses(said.text)
    purchase = said.purchase if said.open_to_cues or lapses else None
    if purchase is None or purchase.order.status is not OrderStatus.PENDING_PAYMENT:
        return None
    if said.label in ("policy", "order.payment") and pays_with(said.text):
        return "may.payment"
    return "policy" if lapses or asks_until_when(said.text) else None


def sent_abroad(said: Said) -> str | None:
    """ "Could the teapot go to my parents in China?", of an order to another country."""
    open_to = said.open_to_cues or said.unsure
    if not (open_to and said.names_order and speaks_of_sending(said.text)) or said.purchase is None:
        return None
    order = said.purchase.order
    abroad = is_open(order.status) and goes_abroad(said.text, order.destination)
    return "may.address" if abroad else None


def of_somebody_else(said: Said) -> str | None:
    """ "It is my wife's", of a number that is none of theirs."""
    unknown = said.memory.unknown and not (said.memory.focus or said.asks)
    return "order.where" if unknown and speaks_for_another(said.text) else None


def owed(said: Said) -> str | None:
    return "orders" if not said.names_order and asks_what_is_owed(said.text) else None


def sent_together(said: Said) -> str | None:
    """ "Can you combine my two orders?" """
    over = said.open_to_cues or said.label in ("may.items", "do.items", "other")
    return "policy" if over and asks_to_send_together(said.text) else None


def compared(said: Said) -> str | None:
    """ "Which of my orders was the most expensive?" """
    asked = said.resolution.how == "amount" and asks_which_costs(said.text)
    return "order.payment" if asked else None


def came_back(said: Said) -> str | None:
    """ "How much was it?", of a refund."""
    of_refund = said.memory.matter == "order.refund" and said.label == "order.payment"
    return "order.refund" if of_refund and asks_what_came_back(said.text) else None


def what_to_do(said: Said) -> str | None:
    if not (said.says_little and said.memory.focus and asks_what_to_do(said.text)):
        return None
    return "policy" if (said.memory.matter or "").startswith("order.") else AS_RANKED


def why(said: Said) -> str | None:
    if not (said.memory.focus and asks_why(said.text)):
        return None
    return "order.where" if said.memory.matter != "complaint" else AS_RANKED


def still_comes(said: Said) -> str | None:
    """ "And the kettle will still be sent?", once something else of the order was changed."""
    asked = said.at_hand and (said.open_to_cues or said.label in ("do.items", "do.cancel"))
    return "order.where" if asked and _asks_whether_it_comes(said.text) else None


_asks_whether_it_comes = says(
    r"\bstill (?:going to |gonna |will |be |being |getting )*(?:com(?:e|ing)|sen[dt]|ship\w*"
    r"|arriv\w+|deliver\w*|on (?:its|the|their) way)\b[^.!]*"
    r"(?:\?|\b(?:right|yes|correct|though)\W*$)"
    r"|(?:还|照常|照样|照旧|正常)(?:是|会|能|可以)*(?:继续|照常)?给?我?(?:发货?|寄|送|到)[的了]?[吗吧么嘛不？?]"
)


def how_much_longer(said: Said) -> str | None:
    """Asked behind a rule, of the order spoken of."""
    asked = said.memory.matter == "policy" and said.memory.focus and said.open_to_cues
    if not asked or not asks_how_much_longer(said.text) or said.purchase is None:
        return None
    return "order.when" if is_open(said.purchase.order.status) else AS_RANKED


def number_of_nobody(said: Said) -> str | None:
    """A question about the number that is none of theirs."""
    asked = said.memory.unknown and said.says_little and said.asks
    return "order.where" if asked and said.resolution.how in UNNAMED else None


def named_by_a_word(said: Said) -> str | None:
    """ "Tracking number", "the latest day": words that leave no doubt."""
    label = cue(said.text) if said.open_to_cues else None
    goods = said.label == "product" and (
        said.memory.matter == "product" or said.resolution.how == "product"
    )
    spoken_of = said.at_hand or said.memory.unknown or label == "order.where"
    return label if spoken_of and not goods else None
