"""What a small model is told about a matter: what the choice means, what the reply is to say."""

from __future__ import annotations

from assistant.readings import Choice

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
    "order.payment": ("know how an order was paid or what it cost",
                      "The customer asks about the payment. Say the total and how it was paid."),
    "order.refund": ("know how far a refund is",
                     "The customer asks about the refund. Say its amount and state, or that there "
                     "is none."),
    "product": ("know about a product, its price or stock",
                "The customer asks about a product. Say the price and whether it is in stock."),
    "policy": ("know a rule of the shop (no particular order)",
               "The customer asks about the shop's rules. Explain the rule that fits in one or two "
               "full sentences, with its numbers and deadlines, and put its id, such as "
               "(RETURN-1), at the end."),
    "may.cancel": ("know whether an order can be cancelled",
                   "The customer asks whether the order can be cancelled. Say yes or no, and why."),
    "may.return": ("know whether an order can be returned",
                   "The customer asks whether the order can be returned. Say yes or no, until "
                   "when, and why."),
    "may.exchange": ("know whether items can be exchanged",
                     "The customer asks about an exchange. Say yes or no, until when, and why."),
    "may.refund": ("know whether they get money back",
                   "The customer asks whether there is money back. Say yes or no, and why."),
    "may.address": ("know whether the address can be changed",
                    "The customer asks whether the address can be changed. Say yes or no, and "
                    "why."),
    "may.payment": ("know whether the payment method can be changed",
                    "The customer asks whether the payment method can be changed. Say yes or no, "
                    "and why."),
    "may.items": ("know whether colour, size or quantity can be changed",
                  "The customer asks whether the items can be changed. Say yes or no, and why."),
    "do.cancel": ("cancel an order",
                  "The customer wants to cancel. If a proposal is in the facts, say what it does "
                  "and ask them to press Confirm on its card; else say why it is not possible."),
    "do.return": ("send an order back",
                  "The customer wants to return the order. Say whether it can be returned and "
                  "until when, and offer to pass them to an agent who arranges it."),
    "do.exchange": ("swap an item for another",
                    "The customer wants an exchange. Say whether it is possible, and offer to pass "
                    "them to an agent who arranges it."),
    "do.refund": ("get money back",
                  "The customer wants a refund. Say whether it is possible, and offer to pass them "
                  "to an agent who arranges it."),
    "do.address": ("send an order to another address",
                   "The customer wants another address. Say whether it is possible, and offer to "
                   "pass them to an agent who changes it."),
    "do.payment": ("pay an order in another way",
                   "The customer wants another payment method. Say whether it is possible, and "
                   "offer to pass them to an agent who changes it."),
    "do.items": ("change items of an order",
                 "The customer wants other items. Say whether it is possible, and offer to pass "
                 "them to an agent who changes it."),
    "damaged": ("report damaged or faulty goods",
                "The customer reports damaged goods. Say you are sorry, what the facts allow, and "
                "offer to pass them to an agent."),
    "missing": ("report a missing or wrong item or parcel",
                "The customer reports something missing or wrong. Say you are sorry, what the "
                "facts allow, and offer to pass them to an agent."),
    "handoff": ("talk to a person",
                "Say that an agent will take over in this chat."),
    "complaint": ("complain, or get a person",
                  "The customer is upset. Apologise, and say that an agent will take over in this "
                  "chat."),
    "greeting": ("say hello", "The customer says hello. Greet them and ask how you can help."),
    "thanks": ("say thank you", "The customer thanks you. Answer kindly."),
    "yes": ("agree", "The customer agrees, but words change nothing. Say that changes are made "
                     "with the Confirm button on the card, and ask what else they need."),
    "no": ("decline", "The customer declines. Say that nothing was changed; ask what else they "
                      "need."),
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
