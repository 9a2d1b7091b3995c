"""Under which heading a rule is looked for, where the conversation tells more than the words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from assistant.cues import (
    asks_of_the_money_back,
    asks_time_left,
    asks_to_send_together,
    asks_until_when,
    asks_what_if,
    asks_what_to_do,
    asks_when_sent,
    asks_why_less,
    names_means,
    pays_with,
    protests,
    tells_card_is_gone,
)
from assistant.in_context import HOW_LONG
from assistant.language import language_of
from assistant.leaning import leans
from assistant.return_cues import (
    asks_how_to_post,
    asks_of_the_new_one,
    speaks_of_membership,
    tells_of_no_wear,
    tells_of_wear,
)
from assistant.rule_cues import (
    asks_another_day,
    asks_before_buying,
    asks_how_to_call,
    asks_what_one_gets,
    asks_when_the_window_starts,
    asks_who_takes_it_in,
    finds_it_cheaper,
    speaks_of_a_gift,
    speaks_of_a_lower_price,
    tells_the_courier,
    wants_express_too,
)
from assistant.saying import says
from assistant.scene import Scene
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.text import Text

REFUND: Final = "how and when a refund comes, 退款到账时间"
SHIPS: Final = "when orders are shipped, cut-off time, 什么时候发货, 截单时间"
_POSTAGE = "return postage deducted from the refund, 退货运费从退款中扣除"
_HANDED_OVER = "nobody at home: neighbour, signature, pick-up point, 不在家"
_REDIRECTED = "the parcel is with the carrier: have it brought to another place, neighbour or day"
_HOURS = "service hours and telephone, 客服服务时间和电话"
_GIFT = "a gift: no slip with the price in the parcel, 送礼, 包裹里不放单据"
_COUNTED = Text(
    en="return within 30 days of delivery, counted from the last parcel",
    zh="退货期限从哪天算, 最后一个包裹送达, 中国大陆订单七天",
)
_MATCHED = "price matching with other shops, 其他店更便宜"
_CHEAPER = "the price fell after I bought it, 买后降价, 价保"
_EXPRESS = "express shipping cannot be added after payment, 付款后改成加急配送"
_TOGETHER = "several parcels held back and sent together in one, 多个包裹合并寄送"
_DELIVERY = "how long delivery takes, 配送需要多久"
_LOST, _LATE = "lost parcel, 包裹丢失", "late delivery, 送达延误"
_EXCHANGE, _RETURN = "exchange, 换货", "return, 退货"
_POSTING = "how to send goods back, 如何寄回商品"
_USED = "condition of returned goods, 退回商品的状态"
_BENEFITS = "for which orders a tier's benefits hold, 会员权益适用于哪些订单"
_CARD = "a gift card: how long it is valid, what is left of it, 礼品卡有效期和余额"
_BROKEN = "compensation for damaged or missing goods, 破损怎么赔偿"
_HAND_IN = "how to send something back, days to hand the parcel in after registering, 寄回期限"

_UNPAID = "unpaid orders: how long they are kept, 未付款的订单保留多久"

_turns_up = says(
    r"\b(?:turn|show|pop)s? up\b|\b(?:appear|arrive|come)s?\b[^.?!]*"
    r"\b(?:after all|in the end|later|still)\b"
    r"|(?:又|还是|突然|后来)[^，。？！]{0,4}(?:到|出现|找到|送)"
)
_what_happens = says(
    r"\bwhat (?:if|happens)\b|\bif i (?:just )?(?:leave|don['’]?t|do not)\b|会怎么?样"
)
_asks_for_a_new_one = says(
    r"\b(?:get|sen[dt]|have)(?: me| out)? (?:a |an)?(?:new one|replacement|other one)\b"
)
_newly_a_member = says(
    r"(?=.*(?:升[级了到成]|刚[成是]|新[等会])).*(?:之前|以前|早先|原来|上次)[^，。？！]{0,4}(?:的|那|买|下)"
    r"|\b(?:new|now|just|became) [^.?!]{0,20}\b(?:tier|status|gold|platinum)\b[^.?!]*"
    r"\b(?:before|earlier)\b"
)
_what_is_left = says(
    r"\bleft\b|\bremain\w*|\bbalance\b|\bexpir\w+|\bvalid\b|剩|余额|有效|过期|期限"
)
_names_the_window = says(r"\b(?:return|exchange)s? (?:window|period)\b|[退换]货期")
_COMES_BACK = ("may.return", "do.return", "may.exchange", "do.exchange", "may.refund")


def _asks_what_wear_means(text: str) -> bool:
    """And not how long used goods may come back."""
    return tells_of_wear(text) and not HOW_LONG.search(text)


def heading_for(scene: Scene) -> str | None:
    """The first that the conversation gives; else that of what was quoted, for words that lean."""
    if _names_the_window(scene.text):
        return None
    told = next((heading(scene) for says_so, heading in _HEADINGS if says_so(scene)), None)
    return told or (scene.heading if leans(scene.text) else None)


def _registered(cue: Callable[[str], bool]) -> Callable[[Scene], bool]:
    """A cue of a card just prepared, of goods that come back."""
    return lambda scene: (
        scene.memory.prepared is not None and scene.memory.prepared.comes_back and cue(scene.text)
    )


def _of_a_return(cue: Callable[[str], bool]) -> Callable[[Scene], bool]:
    """A cue while a return or an exchange is spoken of, or a rule about one."""
    return lambda scene: _change(scene) in _COMES_BACK and cue(scene.text)


def _of_the_order(cue: Callable[[str], bool]) -> Callable[[Scene], bool]:
    return lambda scene: scene.memory.focus is not None and cue(scene.text)


def _of_an_order(cue: Callable[[str], bool]) -> Callable[[Scene], bool]:
    """A cue of an order that is named or spoken of."""
    return lambda scene: scene.purchase() is not None and cue(scene.text)


def _of_money_back(scene: Scene) -> bool:
    """Of money that a card promises, that would come back, or that is on its way."""
    prepared, purchase = scene.memory.prepared, scene.purchase()
    promised = (prepared is not None and prepared.gives_back) or scene.owed_nothing
    if promised and asks_of_the_money_back(scene.text):
        return True
    refunded = purchase is not None and bool(purchase.order.refunds)
    return refunded and names_means(scene.text) and not tells_card_is_gone(scene.text)


def _of_what_turns_up(scene: Scene) -> bool:
    """A lost parcel that comes after all, once it was reported."""
    wish = scene.memory.served or scene.memory.wish
    reported = wish is not None and wish.label == "missing"
    return reported and asks_what_if(scene.text) and _turns_up(scene.text)


def _of_what_is_unpaid(scene: Scene) -> bool:
    """How long an order is kept that waits for its payment, and what comes after."""
    purchase = scene.purchase()
    waits = purchase is not None and purchase.order.status is OrderStatus.PENDING_PAYMENT
    text = scene.text
    asked = asks_until_when(text) or asks_time_left(text) or _what_happens(text)
    return waits and asked and not pays_with(text)


def _by_gift_card(scene: Scene) -> bool:
    """Whether a gift card is what an order was just prepared to be paid with."""
    served = scene.memory.served
    heard = served.heard if served and served.label == "do.payment" else ()
    return any(_GIFT_CARD.search(one.text) for one in heard)


_GIFT_CARD = re.compile(r"gift ?-?card|礼品卡|\b(?=[A-Z]*\d)[A-Z\d]{16}\b", re.IGNORECASE)


def _after_a_verdict(scene: Scene) -> bool:
    """ "So what can I do?", behind a change that was refused."""
    refused = _change(scene) is not None and scene.memory.prepared is None
    return refused and asks_what_to_do(scene.text)


def _of_a_report(scene: Scene) -> bool:
    return scene.memory.matter in ("damaged", "missing") and asks_what_one_gets(scene.text)


def _change(scene: Scene) -> str | None:
    return scene.memory.change if scene.memory.matter == "policy" else scene.memory.matter


def _is(heading: str) -> Callable[[Scene], str | None]:
    return lambda _: heading


def _last_quoted(scene: Scene) -> str | None:
    return scene.memory.topic


def _late_or_lost(scene: Scene) -> str:
    purchase = scene.purchase()
    parcels = purchase.order.shipments if purchase else ()
    return _LOST if any(one.status is ShipmentStatus.LOST for one in parcels) else _LATE


_HEADINGS: tuple[tuple[Callable[[Scene], bool], Callable[[Scene], str | None]], ...] = (
    (_registered(asks_why_less), _is(_POSTAGE)),
    (_of_what_is_unpaid, _is(_UNPAID)),
    (lambda scene: _newly_a_member(scene.text), _is(_BENEFITS)),
    (lambda scene: scene.memory.offered == "handoff" and protests(scene.text), _last_quoted),
    (lambda scene: _by_gift_card(scene) and _what_is_left(scene.text), _is(_CARD)),
    (_of_money_back, _is(REFUND)),
    (_of_what_turns_up, _is(_LOST)),
    (lambda scene: asks_how_to_call(scene.text), _is(_HOURS)),
    (lambda scene: speaks_of_a_gift(scene.text), _is(_GIFT)),
    (
        lambda scene: asks_when_the_window_starts(scene.text),
        lambda scene: _COUNTED.get(language_of(scene.text, "en")),
    ),
    (lambda scene: finds_it_cheaper(scene.text), _is(_MATCHED)),
    (lambda scene: speaks_of_a_lower_price(scene.text), _is(_CHEAPER)),
    (lambda scene: wants_express_too(scene.text), _is(_EXPRESS)),
    (lambda scene: tells_the_courier(scene.text), _is(_REDIRECTED)),
    (lambda scene: asks_another_day(scene.text), _is(_REDIRECTED)),
    (lambda scene: asks_who_takes_it_in(scene.text), _is(_HANDED_OVER)),
    (lambda scene: asks_to_send_together(scene.text), _is(_TOGETHER)),
    (lambda scene: asks_before_buying(scene.text) and asks_when_sent(scene.text), _is(SHIPS)),
    (lambda scene: asks_before_buying(scene.text), _is(_DELIVERY)),
    (_of_the_order(_asks_for_a_new_one), _is(_LOST)),
    (_registered(asks_of_the_new_one), _is(_EXCHANGE)),
    (_registered(asks_how_to_post), _is(_POSTING)),
    (_of_a_return(asks_how_to_post), _is(_POSTING)),
    (_of_a_return(_asks_what_wear_means), _is(_USED)),
    (_of_a_return(tells_of_no_wear), _last_quoted),
    (_of_a_return(speaks_of_membership), _is(_RETURN)),
    (_of_a_report, _is(_BROKEN)),
    (_registered(asks_until_when), _is(_HAND_IN)),
    (_of_an_order(asks_what_one_gets), _late_or_lost),
    (_after_a_verdict, _last_quoted),
)
