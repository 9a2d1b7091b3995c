"""What a small model is told about a matter: what the choice means, what the reply is to say."""

from __future__ import annotations

from assistant.choice import Choice

# What may be done, and what will be, is said in the tools' own words; see Matter.said_by_code.
_BY_CODE = "Say no more than the facts."
# label: (the step, as offered for choosing; the task, once the facts are in)
_WORDS = {
    "orders": ("see the list of their orders",
               "The customer wants to know about their orders. Sum them up in one "
               "or two sentences, with number, status and expected delivery of four at most."),
    "order.where": ("know where an order is or how far it is",
                    "The customer asks where the order is. Say its status, its tracking number and "
                    "when it arrives; the carrier or the last scan if asked."),
    "order.when": ("know when an order arrives",
                   "The customer asks when the order arrives. Say the expected days, or when it "
                   "was delivered."),
    "order.contents": ("know what is in an order",
                       "The customer asks what is in the order. Name the items."),
    "order.payment": ("know how an order was paid or what it cost", _BY_CODE),
    "order.refund": ("know how far a refund is", _BY_CODE),
    "product": ("know about a product, its price or stock", _BY_CODE),
    "policy": ("know a rule of the shop (no particular order)", _BY_CODE),
    "may.cancel": ("know whether an order can be cancelled", _BY_CODE),
    "may.return": ("know whether an order can be returned", _BY_CODE),
    "may.exchange": ("know whether items can be exchanged", _BY_CODE),
    "may.refund": ("know whether they get money back", _BY_CODE),
    "may.address": ("know whether the address can be changed", _BY_CODE),
    "may.payment": ("know whether the payment method can be changed", _BY_CODE),
    "may.items": ("know whether colour, size or quantity can be changed", _BY_CODE),
    "do.cancel": ("cancel an order", _BY_CODE),
    "do.remove": ("take items out of an order", _BY_CODE),
    "do.return": ("send an order back", _BY_CODE),
    "do.exchange": ("swap an item for another", _BY_CODE),
    "do.refund": ("get money back", _BY_CODE),
    "do.address": ("send an order to another address", _BY_CODE),
    "do.payment": ("pay an order in another way", _BY_CODE),
    "do.items": ("change items of an order", _BY_CODE),
    "damaged": ("report damaged or faulty goods", _BY_CODE),
    "missing": ("report a missing or wrong item or parcel", _BY_CODE),
    "handoff": ("talk to a person",
                "Say that an agent will take over in this chat."),
    "complaint": ("complain, or get a person",
                  "The customer is upset. Apologise, and say that an agent will take over in this "
                  "chat."),
    "greeting": ("say hello", _BY_CODE),
    "thanks": ("say thank you", "The customer thanks you. Answer kindly."),
    "yes": ("agree", _BY_CODE),
    "no": ("decline", _BY_CODE),
    "other": ("something that has nothing to do with the shop",
              "This is not about the shop. Say politely that you can only help with orders, "
              "deliveries, returns, products and the shop's policies."),
}  # fmt: skip
_WHICH = (
    "The customer did not say which order. Name the orders in the facts, four at most, each with "
    "its number, status and expected delivery, and ask which one is meant."
)


def meaning(choice: Choice) -> str:
    """What choosing this reading means, for the line of the choice."""
    words, _ = _WORDS[choice.label]
    return f"{words}, but not said which order" if choice.missing_order else words


def task_for(choices: list[Choice]) -> str:
    """What the reply has to do for the readings that were taken."""
    tasks = [_WHICH if choice.missing_order else _WORDS[choice.label][1] for choice in choices]
    return " ".join(dict.fromkeys(tasks))
