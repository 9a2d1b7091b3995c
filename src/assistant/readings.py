"""What reading a message in one way comes to: the tool calls, given what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from assistant.asking import Wish
from assistant.calls import Call
from assistant.changes import answers, checking, follows, items_in, looking_up, serve
from assistant.choice import Choice
from assistant.cues import (
    asks_what_if,
    asks_what_is_sold,
    asks_which_can,
    points_back,
)
from assistant.matters import MATTERS, Matter
from assistant.memory import ConversationMemory
from assistant.purchases import Purchase
from assistant.questions import asks, names_topic
from assistant.references import Resolution
from assistant.rule_cues import asks_what_one_gets
from orderdb.numbers import number_key
from orderdb.repository import is_open
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.text import Text

_MOST_ORDERS = 3


class Recent(NamedTuple):
    """One of the customer's newest orders, with the names of its items.

    ``placed`` is a day of the customer's calendar, ``came`` the days on which its parcels came.
    """

    number: str
    items: tuple[str, ...]
    status: OrderStatus = OrderStatus.PAID
    placed: date | None = None
    came: frozenset[date] = frozenset()

    @property
    def open(self) -> bool:
        """Whether it is under way."""
        return is_open(self.status)


class Account(Protocol):
    """What the shop's records tell about the customer and the goods while a message is read."""

    @property
    def newest(self) -> Sequence[Recent]:
        """The customer's newest orders, newest first."""
        ...

    @property
    def today(self) -> date:
        """By the customer's calendar."""
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

    def done(self, proposal: str) -> Text | None:
        """What a proposal did, if it was confirmed."""
        ...

    def purchase(self, key: str) -> Purchase | None:
        """That order of theirs with what may be done with it."""
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

    def purchase(self) -> Purchase | None:
        """The one order that is meant, or else spoken of; None where there is none."""
        number = self.orders[0] if len(self.orders) == 1 else self.memory.focus
        return self.account.purchase(number) if number else None

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
        return Choice(label, _free_calls(matter, scene), probability)
    orders = _orders_for(matter, scene)
    if not orders:
        status, newest = matter.orders, scene.account.newest
        narrowed = status in ("open", "delivered") and any(_possible(matter, one) for one in newest)
        listed = (("status", status),) if narrowed else ()
        listing = (Call("list_orders", listed),)
        wish = follows(scene.memory.wish, label, None, scene.text) if matter.slots else None
        return Choice(label, listing, probability, missing_order=True, wish=wish)
    gone = label in ("may.cancel", "do.cancel") and all(map(scene.account.cancelled, orders))
    if gone:
        label = "order.refund"  # what is cancelled already has a state and a refund to tell
    label = _as_it_stands(label, orders, scene.account)
    if MATTERS[label].slots is not None or label == "do.refund":
        return _change(label, orders, probability, scene)
    if label in _MAY_BE_STATED:
        stated = _change(f"do.{label.partition('.')[2]}", orders, probability, scene)
        if stated.question is None and all(_proposes(call) for call in stated.calls):
            return stated
    calls = tuple(call for one in orders for call in _order_calls(MATTERS[label], one, scene))
    return Choice(label, calls, probability, plain=gone)


def _as_it_stands(label: str, orders: Sequence[str], account: Account) -> str:
    """What may be swapped before an order is packed is changed, and afterwards exchanged."""
    if label not in _SWAPS or len(orders) != 1 or (one := account.purchase(orders[0])) is None:
        return label
    return "may.items" if one.verdict("change_items").allowed else "may.exchange"


_SWAPS = ("may.items", "may.exchange")
_MAY_BE_STATED = frozenset({"may.address", "may.payment", "may.items", "may.exchange"})
"""Where "could you ...?" with all that is needed is a request: its card decides nothing."""


def _proposes(call: Call) -> bool:
    return (call.tool or "").startswith("propose_")


def answer_to(wish: Wish, text: str, account: Account) -> Choice | None:
    """The reading of words that answer what was asked about an open wish; None for others."""
    purchase = account.purchase(wish.order) if wish.order else None
    if wish.order is None or purchase is None or not answers(wish, text, purchase):
        return None
    served = serve(wish.hearing(text), purchase, wish.order, answering=True)
    return Choice(served.label, served.calls, 1.0, wish=served.wish, question=served.question)


def _change(label: str, orders: Sequence[str], probability: float, scene: Scene) -> Choice:
    """The change of one order or several; what is asked is asked of the first that lacks it."""
    wishes = [follows(scene.memory.wish, label, number, scene.text) for number in orders]
    served = [
        serve(wish, scene.account.purchase(number), number, answering=False)
        for wish, number in zip(wishes, orders, strict=True)
    ]
    first = next((one for one in served if one.question), served[0])
    calls = tuple(call for one in served for call in one.calls)
    return Choice(first.label, calls, probability, wish=first.wish, question=first.question)


# Words that tie a question to something the customer has, rather than to the rules.
_OWN = re.compile(
    r"\b(?:my|mine|our|this|these|those|(?<!one )(?<!\ban )(?<!per )(?<!any )order|parcel"
    r"|package)\b"
    r"|\bi(?:'ve| have)? (?:\w+ )?(?:bought|ordered|got|received|purchased)\b"
    r"|我的|我[们們]?[买買订訂收]|[这這][个個件双雙单單款]|[订訂][单單]|包裹|快[递遞]|收到的"
    r"|[买買]的|[刚剛]到"
)


def _in_context(label: str, scene: Scene) -> str:
    """The label once the conversation is taken into account."""
    at_hand = scene.memory.focus is not None or scene.memory.unknown is not None
    if label in _OVERRULED and _demands_money(scene):
        label = "do.refund"
    if label == "do.refund":
        return "do.cancel" if _cancels(scene) else label
    if label == "order.refund" and not (scene.pointed or at_hand) and _HOW_LONG.search(scene.text):
        return "policy"  # "how long does a refund take"
    own = _OWN.search(scene.text.lower()) or asks_which_can(scene.text)
    if (
        label in _OF_RULES_TOO
        and scene.memory.matter == "policy"
        and not (scene.pointed or at_hand or own)
    ):
        return "policy"  # "how long does it take", said of a country
    owned = scene.resolution.how == "product" and bool(scene.resolution.orders)
    if label in ("product", "policy") and owned and _SPENT.search(scene.text.lower()):
        return "order.payment"
    shopping = scene.memory.matter == "product"
    if label == "product" and owned and not shopping and not _SHOPPING.search(scene.text.lower()):
        return "order.where"  # "what's up with the kettle", of which there is one on order
    if label == "product" and at_hand and scene.memory.matter != "product":
        known = scene.account.sells(scene.text)
        return label if known or asks_what_is_sold(scene.text) else "policy"
    if scene.pointed or (scene.resolution.ambiguous and not scene.into_nothing):
        return label
    if label.startswith("may.") and not at_hand and not own:
        return "policy"  # "can worn shoes be returned" asks for the rule
    if label == "order.payment" and scene.memory.product and not at_hand:
        return "product"  # "how much was that again" of what was looked at
    return label


_OF_RULES_TOO = ("order.when", "order.payment", "order.contents")
_OVERRULED = ("order.refund", "may.refund", "order.where", "order.when", "complaint")
"""What "it has not moved for weeks, give me my money back" is about, up to the demand."""


def _demands_money(scene: Scene) -> bool:
    """Whether money is wanted back of an order of which none is on its way."""
    if asks(scene.text) or not _MONEY_BACK.search(scene.text.lower()):
        return False
    purchase = scene.purchase()
    return purchase is not None and not purchase.order.refunds


def _cancels(scene: Scene) -> bool:
    """Whether the money is wanted back by cancelling what is still to come."""
    purchase = scene.purchase()
    under_way = purchase is not None and is_open(purchase.order.status)
    return under_way and bool(_CANCEL.search(scene.text.lower()))


_CANCEL = re.compile(r"\bcancel(?!l?ed\b|l?ation)|取消(?!了)")
_MONEY_BACK = re.compile(
    r"\b(?:refund (?:me|it|this|that|the)|(?:give|want|send|get|need) (?:\w+ ){0,3}money(?: back)?"
    r"|money back|reimburse)\b|退[我]?钱|退款|赔[钱我付]|把钱"
)
_HOW_LONG = re.compile(
    r"\b(?:how (?:long|soon|many)|wh?en (?:do|does|will|can)|until)\b|多久|多长"
    r"|几个?(?:工作)?[天日]|什么时候",
    re.IGNORECASE,
)
_REFUND_TO = re.compile(
    r"\bwh(?:ere|ich (?:card|account))\b[^.?!]{0,40}\b(?:money|refund(?:ed)?|go(?:es)?|paid back)\b"
    r"|\b(?:same|original|other|another) (?:card|account)\b|退[到回].{0,4}(?:哪|什么|原)|原路",
    re.IGNORECASE,
)
_SPENT = re.compile(
    r"\b(?:did|was|were|have) (?:\w+ ){0,3}(?:cost|paid|pay|charged|spend)\b|\bin total\b"
    r"|花了|付了|一共|总共"
)
_SHOPPING = re.compile(
    r"\b(?:sell|stock|available|anything|how about an?|under|price|costs?|how much|colou?rs?"
    r"|sizes?|buy|cheaper|discount|(?:do|have) (?:you|u) |review|another|order (?:one|a|another))\b"
    r"|有货|现货|库存|还有[吗没嘛]|还剩|多少钱|价格|颜色|卖|想买|包邮|尺码|评价|优惠|再买"
    r"|[买買](?:得|不|的)到|[能可](?:以)?[买買]|[买買]不[买買]得|缺货|补货|断货|售罄"
)


def _possible(matter: Matter, one: Recent) -> bool:
    if matter.orders == "over":
        return one.status in _OVER
    return matter.orders == "all" or one.open == (matter.orders == "open")


_OVER = (OrderStatus.CANCELLED, OrderStatus.RETURNED, OrderStatus.PARTIALLY_RETURNED)


def _orders_for(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """The orders that are meant; none where the customer has to be asked."""
    if matter.label.startswith("may.") and asks_which_can(scene.text) and not scene.pointed:
        possible = [one for one in scene.account.newest if _possible(matter, one)]
        fitting = [number_key(one.number) for one in possible if one.status not in _OVER]
        return tuple(fitting[:_MOST_ORDERS])
    if narrowed := _narrowed(matter, scene):
        return narrowed
    if not scene.into_nothing:
        return scene.orders or _orders_at_hand(matter, scene)
    return _orders_at_hand(matter, scene) or (() if matter.changes else scene.orders)


def _narrowed(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """Of several orders that hold what is named, those with which it can be done.

    Two are told of side by side; nothing is changed that could be the other's.
    """
    if not scene.resolution.ambiguous or scene.resolution.how != "product":
        return ()
    possible = {number_key(one.number) for one in scene.account.newest if _possible(matter, one)}
    fitting = tuple(one for one in scene.resolution.orders if one in possible)
    told = matter.label.startswith("order.")
    if matter.orders == "all" and not told:
        return ()
    return fitting if len(fitting) == 1 or (told and len(fitting) == _SIDE_BY_SIDE) else ()


_SIDE_BY_SIDE = 2


def _orders_at_hand(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """The order spoken of; else the only one there can be, where nothing is to be changed."""
    if scene.resolution.ambiguous and not scene.memory.unknown:
        return ()
    if scene.memory.unknown and not _MINE.search(scene.text.lower()):
        return (scene.memory.unknown,)
    possible = [one for one in scene.account.newest if _possible(matter, one)]
    if scene.memory.focus and not (_fresh(scene.text) or _of_another(scene, matter, possible)):
        return (scene.memory.focus,)
    if (wish := scene.memory.wish) and wish.order and wish.label == matter.label:
        return (wish.order,)
    return (possible[0].number,) if len(possible) == 1 and not matter.changes else ()


def _of_another(scene: Scene, matter: Matter, possible: Sequence[Recent]) -> bool:
    """Whether "I want to return something" cannot be about the order spoken of, but others."""
    if not matter.changes or not _SOMETHING.search(scene.text.lower()):
        return False
    focus = next((one for one in scene.account.newest if one.number == scene.memory.focus), None)
    return focus is not None and bool(possible) and not _possible(matter, focus)


_SOMETHING = re.compile(
    r"\b(?:something|an? (?:item|order|thing|purchase)|one of my|some(?: of)? (?:my )?(?:items"
    r"|things|stuff))\b|[点點][东東]西|[一]?[个個件样樣][东東]西|[点點][什甚][么麼]|某[件个個笔筆]|有[个個笔筆][订訂]?[单單]"
)
_MINE = re.compile(r"\b(?:my own|mine)\b|自己的")


def _fresh(text: str) -> bool:
    """Whether the words open a new matter about orders in general rather than the one at hand."""
    lowered = text.lower()
    return any(words in lowered for words in ("my orders", "all orders", "我的订单们", "所有订单"))


def _order_calls(matter: Matter, number: str, scene: Scene) -> tuple[Call, ...]:
    if matter.label == "order.refund":  # where it stands, and how long it takes or what leads to it
        general = _HOW_LONG.search(scene.text) or _REFUND_TO.search(scene.text)
        rule = _rule(scene, _REFUND, number) if general else None
        return looking_up(number), rule or checking(MATTERS["may.refund"], number)
    if matter.tool != "check_eligibility":
        return (looking_up(number),)
    purchase = scene.account.purchase(number)
    items = items_in(scene.text, matter, purchase) if purchase else ()
    return (checking(matter, number, items),)


_STATUSES = (
    ("cancelled", re.compile(r"\bcancel|取消")),
    ("delivered", re.compile(r"\bdelivered\b|\b(?:have|has|already) (?:arrived|come)\b"
                             r"|送[达達]|[签簽]收|已收")),
    ("open", re.compile(r"\b(?:open|pending|on (?:its|their|the) way|in transit|still|coming)\b"
                        r"|\bwaiting\b|(?:n't|not) (?:arrived|come)"
                        r"|unshipped|(?:n't|not) (?:yet )?(?:been )?(?:shipped|sent)"
                        r"|[没沒未][到发發寄]|在路上|待收|未完成")),
)  # fmt: skip


def _free_calls(matter: Matter, scene: Scene) -> tuple[Call, ...]:
    match matter.tool:
        case "search_policies":
            return (_policies(scene),)
        case "find_products":
            query = _product(scene)
            found = Call(matter.tool, (("query", query[:100]),))
            # "do you sell spare lids": what no product answers, a rule may
            return (found,) if scene.account.sells(query) else (found, _policies(scene))
        case "handoff":
            if scene.pointed and matter.label == "complaint":
                return tuple(looking_up(number) for number in scene.orders)
            return (Call(matter.tool, (("reason", scene.text[:200]),)),)
        case "list_orders":
            asked = [status for status, words in _STATUSES if words.search(scene.text.lower())]
            return (Call(matter.tool, tuple(("status", status) for status in asked[:1])),)
        case _:
            return (Call(None),)


def _policies(scene: Scene) -> Call:
    """Asked under the heading of what was quoted before, where the words lean on it."""
    heading = scene.memory.topic if _leans(scene.text) else None
    if scene.memory.focus and asks_what_one_gets(scene.text):
        heading = _LOST if _is_lost(scene.purchase()) else _LATE
    said = scene.orders and scene.resolution.how in _SAID
    return _rule(scene, heading, scene.orders[0] if said else None)


def _rule(scene: Scene, heading: str | None, order: str | None) -> Call:
    question = f"{heading}: {scene.text}" if heading else scene.text
    arguments = {"question": question[:500]} | ({"order_number": order} if order else {})
    return Call("search_policies", tuple(arguments.items()))


def _leans(text: str) -> bool:
    """Whether a question says too little to be understood without what was told before."""
    brief = len(text) <= _BARE_CHARACTERS
    bare = brief and (_HOW_LONG.search(text) or _AND.search(text)) is not None
    if bare and not _SUBJECT.search(text.lower()):
        return True
    if len(text) > _LEANING_CHARACTERS:
        return False
    return asks_what_if(text) or (points_back(text) and not names_topic(text))


_AND = re.compile(
    r"^\W*(?:and|what about|how about)\b|^那(?![个個单單件种種款些])|^[还還]有|呢\W*$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"warrant|guarantee|\bfees?\b|\bcosts?\b|invoice|member|gift card|points\b|费用|多少[钱錢]"
    r"|[保質质]修|质保|质量保证|发票|發票|会员|會員|积分|礼品卡|运费|價保|价保|保价"
)
"""What a rule is about, however short the question: "how long is the warranty"."""


def _is_lost(purchase: Purchase | None) -> bool:
    parcels = purchase.order.shipments if purchase else ()
    return any(parcel.status is ShipmentStatus.LOST for parcel in parcels)


_SAID = ("named", "ordinal", "other", "focus", "day")
"""How an order is meant whose own rules are asked for; a kettle's warranty is any kettle's."""

_LEANING_CHARACTERS, _BARE_CHARACTERS = 60, 16
_LATE, _LOST = "late delivery, 送达延误", "lost parcel, 包裹丢失"
_REFUND = "how and when a refund comes, 退款到账时间"


def _product(scene: Scene) -> str:
    """What to look for: the product spoken of, where the words themselves name none."""
    spoken = scene.memory.product
    if spoken is None or scene.account.sells(scene.text):
        return scene.text
    named_in_vain = asks_what_is_sold(scene.text) and not points_back(scene.text)
    return scene.text if named_in_vain else spoken
