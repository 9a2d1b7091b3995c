"""A change that is wanted, as the conversation has it: new, asked about, or on a card already."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.asking import Wish
from assistant.calls import Call
from assistant.changes import amended, answers, follows, puts_right, same_topic, searching, serve
from assistant.choice import Choice
from assistant.prepared import STILL_WAITS
from assistant.questions import asks
from assistant.scene import Account, Scene
from orderdb.numbers import number_key


def answer_to(wish: Wish, text: str, account: Account) -> Choice | None:
    """The reading of words that answer what was asked about an open wish; None for others."""
    purchase = account.purchase(wish.order) if wish.order else None
    if wish.order is None or purchase is None or not answers(wish, text, purchase):
        return None
    served = serve(wish.hearing(text), purchase, wish.order, answering=True)
    return Choice(served.label, served.calls, 1.0, wish=served.wish, question=served.question)


def changing(label: str, orders: Sequence[str], probability: float, scene: Scene) -> Choice:
    """The change of one order or several; what is asked is asked of the first that lacks it."""
    made_for = scene.memory.served
    of_the_card = made_for is not None and orders == (made_for.order,)
    elsewhere = scene.pointed and scene.resolution.how != "focus"
    if of_the_card and asks(scene.text) and not elsewhere and _same_card(label, scene):
        return _about_the_card(label, probability, scene)
    wishes = [_wish(label, number, scene) for number in orders]
    served = [
        serve(wish, scene.account.purchase(number), number, answering=False)
        for wish, number in zip(wishes, orders, strict=True)
    ]
    first = next((one for one in served if one.question), served[0])
    calls = tuple(call for one in served for call in one.calls)
    return Choice(
        first.label,
        calls,
        probability,
        wish=first.wish,
        question=first.question,
        order=orders[0] if len(orders) == 1 else None,
    )


def _about_the_card(label: str, probability: float, scene: Scene) -> Choice:
    """A question about the change on a card: the rules answer it once it was clicked, and always
    of a report, which somebody looks at."""
    card = scene.memory.prepared
    if label not in ("damaged", "missing") and card and not scene.account.done(card.proposal):
        return Choice(label, (Call(None),), probability, says=STILL_WAITS)
    return Choice("policy", (searching(scene.text, scene.heading),), probability)


def _wish(label: str, number: str, scene: Scene) -> Wish:
    """What is wanted of an order now: new, open already, or other than on the card just made."""
    served, purchase = scene.memory.served, scene.account.purchase(number)
    again = served is not None and served.order == number and same_topic(served.label, label)
    if again and served and purchase and scene.memory.wish is None:
        return amended(served, scene.text, purchase) or follows(None, label, number, scene.text)
    asked_about = scene.memory.asked_about
    if scene.memory.wish is None and asked_about and asked_about.order == number_key(number):
        return follows(asked_about, label, number, scene.text)
    wish = scene.memory.wish or served or scene.memory.let_go
    if wish and wish.order == number and label != wish.label and {wish.label, label} <= _SENT_BACK:
        return wish.model_copy(update={"label": label}).hearing(scene.text)
    return follows(scene.memory.wish, label, number, scene.text)


_SENT_BACK = frozenset({"do.return", "do.exchange", "do.refund"})
"""Of the same item, where one takes the place of another: "actually just return it"."""


def _same_card(label: str, scene: Scene) -> bool:
    """Whether a question about the change on a card asks for no other card."""
    served = scene.memory.served
    purchase = scene.account.purchase(served.order) if served and served.order else None
    if served is None or purchase is None or not same_topic(served.label, label):
        return False
    return amended(served, scene.text, purchase) is None


def corrected(scene: Scene) -> Choice | None:
    """The reading of words that change what a card was just made for; None for others."""
    served = scene.memory.served
    if served is None or served.order is None or not puts_right(scene.text):
        return None
    of_its_items = scene.resolution.how == "all" and scene.resolution.ambiguous
    if scene.orders and scene.orders != (served.order,) and not of_its_items:
        return None
    purchase = scene.account.purchase(served.order)
    wish = amended(served, scene.text, purchase) if purchase else None
    if wish is None or purchase is None:
        return None
    again = serve(wish, purchase, served.order, answering=False)
    return Choice(again.label, again.calls, 1.0, wish=again.wish)
