"""What reading a message in one way comes to: the tool calls, given what was said before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assistant.adding import RULE_ON_ADDING, asks_to_add
from assistant.asking import Wish
from assistant.asking.items import called
from assistant.asking.slot import choices
from assistant.asking.variants import in_stock
from assistant.calls import Call
from assistant.changes import (
    SIGNED_FOR,
    checking,
    follows,
    items_in,
    looking_up,
    searching,
)
from assistant.choice import Choice
from assistant.cues import (
    asks_for_an_answer,
    asks_until_when,
    asks_what_if,
    asks_what_is_sold,
    asks_when_sent,
    asks_which_can,
    points_back,
    speaks_of_a_remedy,
    tells_nothing_came,
)
from assistant.headings import REFUND, SHIPS, heading_for
from assistant.in_context import HOW_LONG, in_context, speaks_of_own
from assistant.likeness import likeness
from assistant.listening import kept
from assistant.matters import MATTERS, Matter
from assistant.postage import why_charged
from assistant.product_words import NOT_TOLD, asks_for_variants, asks_of_a_quality, is_named
from assistant.purchases import Purchase
from assistant.references import each_by_its_goods
from assistant.return_cues import (
    speaks_of_later,
    tells_of_wear,
)
from assistant.rule_cues import asks_why_postage
from assistant.scene import MOST_ORDERS, Account, Recent, Scene
from assistant.wishes import changing
from orderdb.numbers import number_key
from orderdb.repository import is_open
from orderdb.statuses import OrderStatus
from orderdb.text import Text


def choice_for(label: str, probability: float, scene: Scene) -> Choice:
    """The reading of the scene as ``label``."""
    label = in_context(label, scene)
    matter = MATTERS[label]
    if not matter.needs_order:
        unknown = label == "product" and asks_of_a_quality(scene.text)
        if unknown and not scene.account.sells(_product(scene)):
            return Choice(label, (Call(None),), probability, says=NOT_TOLD)
        if label == "orders" and _UNPAID.search(scene.text.lower()) and _owes_nothing(scene):
            return Choice(label, (Call(None),), probability, says=_NOTHING_OWED)
        why = why_charged(scene.purchase()) if asks_why_postage(scene.text) else None
        return Choice(label, _free_calls(matter, scene), probability, says=why)
    orders = _orders_for(matter, scene)
    if not orders and label in _OF_ITEMS_OF_ORDERS and asks_to_add(scene.text):
        return Choice("policy", (searching(scene.text, RULE_ON_ADDING),), probability)
    if not orders and (possible := _to_choose_from(matter, scene)):
        calls = tuple(looking_up(number) for number in possible)
        wish = follows(scene.memory.wish, label, None, scene.text) if matter.slots else None
        return Choice(label, calls, probability, missing_order=True, wish=wish)
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
    if not asks_to_add(scene.text):  # which neither an exchange nor a swap does
        label = _as_it_stands(label, orders, scene.account)
    if MATTERS[label].slots is not None or label == "do.refund":
        return changing(label, orders, probability, scene)
    if label == "may.return" and _opened(orders, scene):
        return changing("do.return", orders, probability, scene)
    if label in _MAY_BE_STATED:
        stated = changing(f"do.{label.partition('.')[2]}", orders, probability, scene)
        proposed = stated.question is None and all(call.proposes for call in stated.calls)
        if proposed or (stated.question and stated.question.instead):
            return stated
    calls = tuple(call for one in orders for call in _order_calls(MATTERS[label], one, scene))
    says = _in_stock(label, orders, scene)
    if label == "order.payment" and len(orders) == 1 and asks_why_postage(scene.text):
        says = why_charged(scene.account.purchase(orders[0]))
    return Choice(label, calls, probability, plain=gone, says=says)


def _opened(orders: Sequence[str], scene: Scene) -> bool:
    """Whether goods that may only come back sealed were opened: the rules refuse them plainly."""
    purchase = scene.account.purchase(orders[0]) if len(orders) == 1 else None
    if purchase is None or not tells_of_wear(scene.text):
        return False
    items = items_in(scene.text, MATTERS["may.return"], purchase)
    lines = [purchase.line(one) for one in items] or list(purchase.possible("return"))
    return bool(lines) and all(purchase.line_verdict(one, "return").sealed_only for one in lines)


def _in_stock(label: str, orders: Sequence[str], scene: Scene) -> Text | None:
    """What an item can become, where the question is of one that may be swapped."""
    if label not in _SWAPS or len(orders) != 1:
        return None
    purchase, action = scene.account.purchase(orders[0]), MATTERS[label].action
    if purchase is None or action is None or not purchase.verdict(action).allowed:
        return None
    items = items_in(scene.text, MATTERS[label], purchase)
    lines = [purchase.line(one) for one in items] or list(purchase.possible(action))
    offered = purchase.variants(lines[0]) if len(lines) == 1 else ()
    names = [one.name for one in offered if one.name.en]
    return choices(in_stock(called(lines[0])), names) if names else None


def _as_it_stands(label: str, orders: Sequence[str], account: Account) -> str:
    """What may be swapped before an order is packed is changed, and afterwards exchanged.

    Nothing but money is still to come of a cancelled order.
    """
    if label == "order.when" and orders and all(map(account.cancelled, orders)):
        return "order.refund"
    if label not in _SWAPS or len(orders) != 1 or (one := account.purchase(orders[0])) is None:
        return label
    return "may.items" if one.swapped_before_packing else "may.exchange"


_SWAPS = ("may.items", "may.exchange")
_MAY_BE_STATED = frozenset({"may.address", "may.payment", "may.items", "may.exchange"})
"""Where "could you ...?" with all that is needed is a request: its card decides nothing."""


def _possible(matter: Matter, one: Recent) -> bool:
    if matter.orders == "over":
        return one.status in _OVER
    if matter.label == "missing":
        return one.status not in _NEVER_LEFT
    if matter.orders == "delivered" and one.status is OrderStatus.CANCELLED:
        return False  # what never left can neither come back nor be broken
    return matter.orders == "all" or one.open == (matter.orders == "open")


_NEVER_LEFT = (
    OrderStatus.CANCELLED,
    OrderStatus.PENDING_PAYMENT,
    OrderStatus.PAID,
    OrderStatus.PROCESSING,
    OrderStatus.PACKED,
)
_OVER = (OrderStatus.CANCELLED, OrderStatus.RETURNED, OrderStatus.PARTIALLY_RETURNED)


def _orders_for(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """The orders that are meant; none where the customer has to be asked."""
    if matter.label.startswith("may.") and asks_which_can(scene.text) and not scene.pointed:
        possible = [one for one in scene.account.newest if _possible(matter, one)]
        fitting = [number_key(one.number) for one in possible if one.status not in _OVER]
        return tuple(fitting[:MOST_ORDERS])
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
    names = {number_key(one.number): one.items for one in scene.account.newest}
    if apart := each_by_its_goods(scene.text, {one: names[one] for one in fitting}):
        return apart
    if matter.label not in _SWAPPING:
        fitting = _of_that_variant(fitting, scene) or fitting
    if matter.orders == "all" and not told and matter.label != "missing":
        return ()
    return fitting if len(fitting) == 1 or (told and len(fitting) == _SIDE_BY_SIDE) else ()


_SIDE_BY_SIDE = 2


def _to_choose_from(matter: Matter, scene: Scene) -> tuple[str, ...]:
    """The few orders among which the words leave the choice; none where they say too little."""
    if not scene.resolution.ambiguous or scene.resolution.how not in _BY_WORDS:
        return ()
    meant = scene.resolution.orders
    recent = {number_key(one.number): one for one in scene.account.newest}
    possible = [one for one in meant if one in recent and _possible(matter, recent[one])]
    chosen = tuple(possible if len(possible) > 1 else meant)
    return chosen if len(chosen) <= MOST_ORDERS else ()


_BY_WORDS = ("product", "state", "amount", "day")
_OF_ITEMS_OF_ORDERS = ("may.items", "do.items")


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


_SWAPPING = ("may.items", "may.exchange", "do.items", "do.exchange")
"""Where a colour may be the one that is wanted instead."""


def _of_that_variant(orders: Sequence[str], scene: Scene) -> tuple[str, ...]:
    """Those of these orders that hold an item in the colour or size that is named with it."""
    purchases = [scene.account.purchase(number) for number in orders]
    return tuple(
        number
        for number, purchase in zip(orders, purchases, strict=True)
        if purchase
        and any(
            line.variant
            and is_named({"en": line.variant.en, "zh": line.variant.zh}, scene.text)
            and max(likeness(scene.text, line.name.en), likeness(scene.text, line.name.zh))
            for line in purchase.order.lines
        )
    )


def _order_calls(matter: Matter, number: str, scene: Scene) -> tuple[Call, ...]:
    if matter.label == "order.refund":  # where it stands, and how long it takes or what leads to it
        general = HOW_LONG.search(scene.text) or _REFUND_TO.search(scene.text)
        rule = searching(scene.text, REFUND, number) if general else None
        return looking_up(number), rule or checking(MATTERS["may.refund"], number)
    purchase = scene.account.purchase(number)
    if matter.tool != "check_eligibility":
        if rule := _rule_of_payment(matter, number, purchase, scene.text):
            return looking_up(number), rule
        unsent = purchase is not None and purchase.order.status in _TO_BE_PACKED
        if unsent and matter.label in _WHERE and asks_when_sent(scene.text):
            return looking_up(number), searching(SHIPS, number=number)
        lost = matter.label in _WHERE and purchase is not None and purchase.lost
        checks = [checking(MATTERS["missing"], number)] if lost else []
        return (looking_up(number), *checks)
    items = items_in(scene.text, matter, purchase) if purchase else ()
    check = checking(matter, number, items)
    to_come = purchase is not None and matter.action in _WINDOWS and is_open(purchase.order.status)
    if to_come and (asks_what_if(scene.text) or speaks_of_later(scene.text)):
        return (searching(scene.text, _WINDOWS[matter.action or "return"], number),)
    if matter.label == "may.cancel" and asks_until_when(scene.text):
        return (check, searching(scene.text, _CANCELLING, number))
    if to_come and asks_until_when(scene.text):  # of goods that are still to come
        return (check, searching(scene.text, _WINDOWS[matter.action or "return"], number))
    return (check,)


_WHERE = ("order.where", "order.when")
"""Asked of a parcel that counts as lost, that is what there is to tell."""

_CANCELLING = "cancelling before hand-over to the carrier, 交给承运商前取消"


def _rule_of_payment(
    matter: Matter, number: str, purchase: Purchase | None, text: str
) -> Call | None:
    """When a card is charged, and what holds while a payment is awaited, where that is asked."""
    if matter.label != "order.payment" or purchase is None:
        return None
    if purchase.order.status is OrderStatus.CANCELLED and _IS_CHARGED.search(text):
        return searching(text, _CHARGED, number)
    if not is_open(purchase.order.status):
        return None
    if purchase.order.status is OrderStatus.PENDING_PAYMENT:
        return searching(text, _AWAITED, number) if _WHY.search(text) else None
    return searching(text, _CHARGED, number) if _IS_CHARGED.search(text) else None


_WHY = re.compile(r"\b(?:why|what happened|went wrong|how come|what now)\b|为什么|怎么回事", re.I)
_IS_CHARGED = re.compile(
    r"\b(?:charged?|debited|reserved|booked|t(?:ake|aken|ook) (?:the |my )?money"
    r"|money (?:\w+ )?taken|gone (?:out|through))\b"
    r"|扣款|扣了?钱",
    re.IGNORECASE,
)
_AWAITED = "payment failed or pending, how long an unpaid order is kept, 待付款"
_CHARGED = "when your money is taken, 什么时候扣款"
_TO_BE_PACKED = (OrderStatus.PAID, OrderStatus.PROCESSING)
_WINDOWS: Mapping[str, str] = MappingProxyType(
    {
        "return": "how long goods can be returned, 退货期限",
        "exchange": "how long goods can be exchanged, 换货期限",
    }
)


_UNPAID = re.compile(
    r"\bunpaid\b|\b(?:not|n['’]t|never) (?:yet )?(?:been )?(?:paid|pay)\b|\b(?:left|still) to pay\b"
    r"|\b(?:need|have|got) to pay\b|\bawaiting payment\b|\bi (?:still )?owe\b"
    r"|[没沒未待](?:有)?付|忘.{0,3}付|没给钱|欠(?:款|着)"
)


def _unpaid(scene: Scene) -> tuple[Call, ...]:
    found = [one for one in scene.account.newest if one.status is OrderStatus.PENDING_PAYMENT]
    return tuple(looking_up(number_key(one.number)) for one in found[:MOST_ORDERS])


_ON_ITS_WAY = re.compile(
    r"在路上|运输中|\b(?:on (?:its|the|their) way|in transit)\b", re.IGNORECASE
)
_SENT = (OrderStatus.SHIPPED, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.OUT_FOR_DELIVERY)


def _sent(scene: Scene) -> tuple[Call, ...]:
    """Those that left and have not come, where they are few enough to tell of."""
    found = [number_key(one.number) for one in scene.account.newest if one.status in _SENT]
    return tuple(map(looking_up, found)) if len(found) <= MOST_ORDERS else ()


def _owes_nothing(scene: Scene) -> bool:
    return bool(scene.account.newest) and not _unpaid(scene)


_NOTHING_OWED = Text(en="None of your orders is waiting for a payment.", zh="您没有待付款的订单。")
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
            if matter.label == "complaint" and (about := _complained_of(scene)):
                return tuple(looking_up(number) for number in about)
            return (Call(matter.tool, (("reason", scene.text[:200]),)),)
        case "list_orders" if _UNPAID.search(scene.text.lower()) and (unpaid := _unpaid(scene)):
            return unpaid
        case "list_orders" if _ON_ITS_WAY.search(scene.text) and (sent := _sent(scene)):
            return sent
        case "list_orders":
            asked = [status for status, words in _STATUSES if words.search(scene.text.lower())]
            return (Call(matter.tool, tuple(("status", status) for status in asked[:1])),)
        case _:
            return (Call(None),)


def _complained_of(scene: Scene) -> tuple[str, ...]:
    """The orders that an upset message names; of several with the goods, those to come."""
    return scene.orders if scene.pointed else _narrowed(MATTERS["order.when"], scene)


_REFUND_TO = re.compile(
    r"\b(?:wh(?:ere|ich (?:card|account))|how (?:do|will|would) (?:i|we))\b"
    r"[^.?!]{0,40}\b(?:money|refund(?:ed)?|go(?:es)?|paid back)\b"
    r"|\b(?:same|original|other|another) (?:card|account)\b|退[到回].{0,4}(?:哪|什么|原)"
    r"|退[到回][^，。？！]{0,8}还是"
    r"|(?:退|钱|退款)[会要]?退?[在去给]?哪|原路",
    re.IGNORECASE,
)


def _policies(scene: Scene) -> Call:
    if report := _report(scene):
        never_came = any(tells_nothing_came(one.text) for one in report.heard)
        if asks_for_an_answer(scene.text) or (never_came and speaks_of_a_remedy(scene.text)):
            return searching(SIGNED_FOR if never_came else _REMEDY)
    own = scene.resolution.how == "product" and speaks_of_own(scene.text)
    said = scene.orders and (own or scene.resolution.how in _SAID)
    return searching(kept(scene.text), heading_for(scene), scene.orders[0] if said else None)


def _report(scene: Scene) -> Wish | None:
    """What was reported last, on a card or not yet."""
    wish = scene.memory.wish or scene.memory.served
    return wish if wish and wish.label in ("damaged", "missing") else None


_SAID = ("named", "ordinal", "other", "focus", "amount", "day")
"""How an order is meant whose own rules are asked for; a kettle's warranty is any kettle's."""

_REMEDY = "补发还是退款, replacement or refund"


_IN_WHAT = re.compile(r"\bin [\w ]+|\b(?:colou?rs?|sizes?)\b", re.IGNORECASE)
"""The variant that is asked for, which is no name of the goods."""


def _product(scene: Scene) -> str:
    """What to look for: the product spoken of, where the words themselves name none."""
    spoken = scene.memory.product
    bare = _IN_WHAT.sub(" ", scene.text)
    unnamed = points_back(scene.text) or not scene.account.sells(bare)
    if asks_for_variants(scene.text) and unnamed:
        before, purchase = scene.memory.said or "", scene.purchase()
        lines = purchase.order.lines if purchase else ()
        named = [line.name.en for line in lines if likeness(before.lower(), line.name.en)]
        if scene.memory.matter != "product" and (len(named) == 1 or scene.account.sells(before)):
            return named[0] if len(named) == 1 else before
        return spoken or bare
    if scene.account.sells(scene.text):
        return scene.text
    if asks_of_a_quality(scene.text):
        spoken = _goods_at_hand(scene) or spoken
    if spoken is None:
        return scene.text
    named_in_vain = asks_what_is_sold(scene.text) and not points_back(scene.text)
    return scene.text if named_in_vain else spoken


def _goods_at_hand(scene: Scene) -> str | None:
    """The item that is meant of the order named or spoken of, by its English name."""
    numbers = scene.resolution.orders if scene.resolution.how == "product" else ()
    if not numbers and scene.memory.matter != "product" and scene.memory.focus:
        numbers = (scene.memory.focus,)
    purchase = scene.account.purchase(numbers[0]) if numbers else None
    if purchase is None:
        return None
    names = [line.name.en for line in purchase.order.lines]
    if len(names) == 1:
        return names[0]
    items = items_in(scene.text, MATTERS["may.return"], purchase)
    return purchase.line(items[0]).name.en if len(items) == 1 else None
