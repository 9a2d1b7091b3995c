"""What a label comes to beside the order, the goods and the rules that were spoken of."""

from __future__ import annotations

import re

from assistant.asking.items import speaks_of_that_one
from assistant.cues import asks_what_is_sold, asks_which_can
from assistant.product_words import asks_for_variants, asks_of_a_quality, asks_of_goods
from assistant.questions import asks
from assistant.rule_cues import asks_before_buying
from assistant.scene import Scene
from orderdb.repository import is_open

# Words that tie a question to something the customer has, rather than to the rules.
_OWN = re.compile(
    r"\b(?:my|mine|our|this|these|those|(?<!one )(?<!\ban )(?<!per )(?<!any )order|parcel"
    r"|package)\b"
    r"|\bi(?:'ve| have)? (?:\w+ )?(?:bought|ordered|got|received|purchased)\b"
    r"|我的|我[们們]?[买買订訂收]|[这這][个個件双雙单單款]|[订訂][单單]|包裹|快[递遞]|收到的"
    r"|[买買]的|[刚剛]到"
)


def in_context(label: str, scene: Scene) -> str:
    """The label once the conversation is taken into account."""
    at_hand = scene.memory.focus is not None or scene.memory.unknown is not None
    if label == "may.cancel" and speaks_of_that_one(scene.text) and _of_several(scene):
        return "may.items"  # "can I drop only that one"
    if label in _OVERRULED and _demands_money(scene):
        label = "do.refund"
    if label == "do.refund":
        return "do.cancel" if _cancels(scene) else label
    general = scene.owed_nothing or not (scene.pointed or at_hand)
    if label == "order.refund" and general and HOW_LONG.search(scene.text):
        return "policy"  # "how long does a refund take"
    own = speaks_of_own(scene.text) or asks_which_can(scene.text)
    if (
        label in _OF_RULES_TOO
        and scene.memory.matter == "policy"
        and not (scene.pointed or at_hand or own)
    ):
        return "policy"  # "how long does it take", said of a country
    if label == "product" and asks_of_a_quality(scene.text):
        return label
    owned = scene.resolution.how in _OF_GOODS_HELD and bool(scene.resolution.orders)
    if label == "product" and asks_for_variants(scene.text) and not _asks_of_the_swap(scene):
        return label
    if label == "policy" and owned and asks_before_buying(scene.text):
        return "product"  # which tells when it would come
    if label in ("product", "policy") and owned and _SPENT.search(scene.text.lower()):
        return "order.payment"
    shopping = scene.memory.matter == "product"
    if label == "product" and owned and not shopping and _INSTEAD.search(scene.text.lower()):
        return "may.exchange"  # "is there a darker one I could have instead"
    if label == "product" and owned and not shopping and not _SHOPPING.search(scene.text.lower()):
        return "order.where"  # "what's up with the kettle", of which there is one on order
    if label == "product" and _asks_of_the_swap(scene):
        return "may.exchange"  # "is L in stock", of what is to be swapped
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


def _asks_of_the_swap(scene: Scene) -> bool:
    """Whether goods that are asked about are those to be swapped."""
    if scene.memory.matter in _SWAPPING and asks_of_goods(scene.text):
        return True
    wish = scene.memory.served or scene.memory.wish
    swaps = wish is not None and wish.label in _SWAPPING and asks(scene.text)
    return swaps and not scene.account.sells(scene.text)


def speaks_of_own(text: str) -> bool:
    """Whether words tie a question to something the customer has, rather than to the rules."""
    return _OWN.search(text.lower()) is not None


_OF_GOODS_HELD = ("product", "day", "amount", "state")
"""How an order is meant by words that may name its goods: "the blanket that I got in May"."""
_SWAPPING = ("may.exchange", "do.exchange", "may.items", "do.items")
_OF_RULES_TOO = ("order.when", "order.payment", "order.contents")
_OVERRULED = ("order.refund", "may.refund", "order.where", "order.when", "complaint")
"""What "it has not moved for weeks, give me my money back" is about, up to the demand."""


def _of_several(scene: Scene) -> bool:
    """Whether the order spoken of holds several items."""
    purchase = scene.purchase()
    return purchase is not None and len(purchase.order.lines) > 1


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
HOW_LONG = re.compile(
    r"\b(?:how (?:long|soon|many)|wh?en (?:do|does|will|can)|until)\b|多久|多长"
    r"|几个?(?:工作)?[天日]|什么时候",
    re.IGNORECASE,
)
_SPENT = re.compile(
    r"\b(?:did|was|were|have) (?:\w+ ){0,3}(?:cost|paid|pay|charged|spend)\b|\bin total\b"
    r"|\b(?:pay ?pal|(?:by|with|on|my) (?:\w+ )?card|visa|amex|mastercard)\b"
    r"|花了|付了|一共|总共"
)
_INSTEAD = re.compile(
    r"\binstead\b|\b(?:dark|light|bigg|small|larg|long|short)er one\b|\bone size\b"
    r"|\bnext size\b|换|[大小深浅]一[号点码]"
)
_SHOPPING = re.compile(
    r"\b(?:com(?:e|es|ing) back|back in|restock\w*)\b"
    r"|\b(?:sell|stock|available|anything|how about an?|under|price|costs?|how much|colou?rs?"
    r"|sizes?|buy|cheaper|discount|(?:do|have) (?:you|u) |review|another|order (?:one|a|another))\b"
    r"|有货|现货|库存|还有[吗没嘛]|还剩|多少钱|价格|颜色|卖|想买|包邮|尺码|评价|优惠|再买"
    r"|[买買](?:得|不|的)到|[能可](?:以)?[买買]|[买買]不[买買]得|缺货|补货|断货|售罄"
)
