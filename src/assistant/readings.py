"""What reading a message in one way comes to: the tool calls, given what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from assistant.matters import MATTERS, Matter
from assistant.memory import ConversationMemory
from assistant.references import Resolution

_MOST_ORDERS = 3


@dataclass(frozen=True)
class Call:
    """A tool call that a part of the message may ask for; no tool means a plain reply."""

    tool: str | None
    arguments: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, str]:
        return dict(self.arguments)


@dataclass(frozen=True)
class Choice:
    """One reading of a part: the calls that serve it, and how likely they are.

    Several labels may lead to the same calls; ``label`` is the likeliest of them and ``share``
    how much of the probability is its own. ``plain``: told in the tool's own words.
    """

    label: str
    calls: tuple[Call, ...]
    probability: float
    missing_order: bool = False
    plain: bool = False
    share: float = 1.0


class Recent(NamedTuple):
    """One of the customer's newest orders: the names of its items, and whether it is under way."""

    number: str
    items: tuple[str, ...]
    open: bool = True


class Account(Protocol):
    """What the shop's records tell about the customer and the goods while a message is read."""

    @property
    def newest(self) -> Sequence[Recent]:
        """The customer's newest orders, newest first."""
        ...

    def owns(self, key: str) -> bool:
        """Whether a normalised number is an order of this customer."""
        ...

    def cancelled(self, key: str) -> bool:
        """Whether that order of theirs is cancelled."""
        ...

    def sells(self, words: str) -> bool:
        """Whether looking for these words finds a product."""
        ...


@dataclass(frozen=True)
class Scene:
    """One part of a message, the orders that it speaks of, and what it is said into."""

    text: str
    resolution: Resolution
    memory: ConversationMemory
    account: Account

    @property
    def orders(self) -> tuple[str, ...]:
        return () if self.resolution.ambiguous else self.resolution.orders[:_MOST_ORDERS]

    @property
    def pointed(self) -> bool:
        """Whether the words themselves say which order."""
        return bool(self.orders) and self.resolution.how != "none"

    @property
    def into_nothing(self) -> bool:
        """Whether an "it" points at no order, for none was shown."""
        return self.resolution.how == "focus" and not self.memory.listed


def choice_for(label: str, probability: float, scene: Scene) -> Choice:
    """The reading of the scene as ``label``."""
    label = _in_context(label, scene)
    matter = MATTERS[label]
    if not matter.needs_order:
        return Choice(label, (_free_call(matter, scene),), probability)
    orders = _orders_for(matter, scene)
    if not orders:
        status, newest = matter.orders, scene.account.newest
        narrowed = status != "all" and any(_possible(matter, one) for one in newest)
        listed = (("status", status),) if narrowed else ()
        return Choice(label, (Call("list_orders", listed),), probability, missing_order=True)
    gone = label in ("may.cancel", "do.cancel") and all(map(scene.account.cancelled, orders))
    if gone:
        label = "order.refund"  # what is cancelled already has a state and a refund to tell
    calls = tuple(_order_call(MATTERS[label], one) for one in orders)
    return Choice(label, calls, probability, plain=gone)


def joined(likelier: Choice, choice: Choice) -> Choice:
    """Two readings with the same calls, under the label of the likelier one."""
    total = likelier.probability + choice.probability
    own = likelier.share * likelier.probability
    return replace(likelier, probability=total, share=own / total)


# Words that tie a question to something the customer has, rather than to the rules.
_OWN = re.compile(
    r"\b(?:my|mine|our|this|these|those|order|parcel|package)\b"
    r"|\bi(?:'ve| have)? (?:\w+ )?(?:bought|ordered|got|received|purchased)\b"
    r"|我的|我[们們]?[买買订訂收]|[这這][个個件双雙单單款]|[订訂][单單]|包裹|快[递遞]|收到的|[买買]的|[刚剛]到"
)


def _in_context(label: str, scene: Scene) -> str:
    """The label once the conversation is taken into account."""
    at_hand = scene.memory.focus is not None or scene.memory.unknown is not None
    if label == "product" and at_hand and scene.memory.matter != "product":
        known = scene.account.sells(scene.text)
        return label if known or _SELLING.search(scene.text.lower()) else "policy"
    if scene.pointed or (scene.resolution.ambiguous and not scene.into_nothing):
        return label
    if label.startswith("may.") and not at_hand and not _OWN.search(scene.text.lower()):
        return "policy"  # "can worn shoes be returned" asks for the rule
    if label == "order.payment" and scene.memory.product and not at_hand:
        return "product"  # "how much was that again" of what was looked at
    return label


def _possible(matter: Matter, one: Recent) -> bool:
    return matter.orders == "all" or one.open == (matter.orders == "open")


def _orders_for(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """The orders that are meant; none where the customer has to be asked."""
    if not scene.into_nothing:
        return scene.orders or _orders_at_hand(matter, scene)
    return _orders_at_hand(matter, scene) or (() if matter.changes else scene.orders)


def _orders_at_hand(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """The order spoken of; else the only one there can be, where nothing is to be changed."""
    if scene.resolution.ambiguous and not scene.memory.unknown:
        return ()
    if scene.memory.focus and not _fresh(scene.text):
        return (scene.memory.focus,)
    if scene.memory.unknown and not _MINE.search(scene.text.lower()):
        return (scene.memory.unknown,)
    possible = [one for one in scene.account.newest if _possible(matter, one)]
    return (possible[0].number,) if len(possible) == 1 and not matter.changes else ()


_MINE = re.compile(r"\b(?:my own|mine)\b|我自己的?")


def _fresh(text: str) -> bool:
    """Whether the words open a new matter about orders in general rather than the one at hand."""
    lowered = text.lower()
    return any(words in lowered for words in ("my orders", "all orders", "我的订单们", "所有订单"))


def _order_call(matter: Matter, number: str) -> Call:
    arguments = {"order_number": number, **matter.arguments}
    if matter.tool == "propose_cancellation":
        arguments["reason"] = ""
    return Call(matter.tool, tuple(arguments.items()))


_SELLING = re.compile(
    r"\b(?:do|does|did|can) (?:you|u|they) (?:guys )?(?:\w+ )?(?:sell|have|stock|carry|offer|do)\b"
    r"|\blooking for\b|\bany \w+ for sale\b|[有卖賣][没沒不][有卖賣]|想[买買]"
)
_STATUSES = (
    ("cancelled", re.compile(r"\bcancel|取消")),
    ("delivered", re.compile(r"\bdelivered\b|\b(?:have|has|already) (?:arrived|come)\b"
                             r"|送[达達]|[签簽]收|已收")),
    ("open", re.compile(r"\b(?:open|pending|on (?:its|their|the) way|in transit|still|coming)\b"
                        r"|\bwaiting\b|(?:n't|not) (?:arrived|come)"
                        r"|[没沒未]到|在路上|待收|未完成")),
)  # fmt: skip


def _free_call(matter: Matter, scene: Scene) -> Call:
    match matter.tool:
        case "search_policies":
            arguments = {"question": scene.text[:500]}
            if scene.orders:
                arguments["order_number"] = scene.orders[0]
            return Call(matter.tool, tuple(arguments.items()))
        case "find_products":
            return Call(matter.tool, (("query", _product(scene)[:100]),))
        case "handoff":
            return Call(matter.tool, (("reason", scene.text[:200]),))
        case "list_orders":
            asked = [status for status, words in _STATUSES if words.search(scene.text.lower())]
            return Call(matter.tool, tuple(("status", status) for status in asked[:1]))
        case _:
            return Call(None)


def _product(scene: Scene) -> str:
    """What to look for: the product spoken of, where the words themselves name none."""
    spoken = scene.memory.product
    if spoken is None or scene.account.sells(scene.text):
        return scene.text
    named_in_vain = _SELLING.search(scene.text.lower()) and not _IT.search(scene.text.lower())
    return scene.text if named_in_vain else spoken


_IT = re.compile(
    r"\b(?:it|its|this|that|them|those|these|one|ones)\b|它|[这這那][个個款种種件双雙]|[刚剛]才|[该該]"
)
