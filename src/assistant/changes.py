"""From a change that is wanted to the calls that serve it: propose it, ask, or say why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.adding import RULE_ON_ADDING, asks_to_add
from assistant.asking import SLOTS, Heard, Question, SlotName, Stand, Wish, filled
from assistant.asking.address import is_bit
from assistant.asking.claims import goes_on
from assistant.asking.keeping import parted_by_keeping
from assistant.asking.quantities import pieces_too_many, wants_more
from assistant.calls import Call, Value
from assistant.cues import ordered_too_many, tells_nothing_came
from assistant.leaning import under
from assistant.matters import MATTERS, Matter
from assistant.purchases import Purchase
from assistant.questions import asks
from orderdb.eligibility import clauses
from orderdb.statuses import OrderStatus
from orderdb.text import Text


class Served(NamedTuple):
    """``wish`` is what stays open until ``question`` is answered, or until a card is made."""

    label: str
    calls: tuple[Call, ...]
    wish: Wish | None = None
    question: Question | None = None


def serve(wish: Wish, purchase: Purchase | None, number: str, *, answering: bool) -> Served:
    """What to do about a wish now. ``answering``: its last words answer the last question."""
    matter, said = MATTERS[wish.label], wish.heard[-1].text
    if purchase is None:
        return Served(matter.label, (checking(matter, number),))
    matter = _meant(matter, said, purchase)
    items = items_in(said, matter, purchase)
    if matter.label == "missing" and not items and (unsent := _unsent(purchase)):
        items = unsent  # what is not there is what was not sent yet
    check = checking(matter, number, items)
    more = asks_to_add(said) or wants_more(said, _stand(matter, purchase))
    if more and matter.label == "do.items":
        if not _proposable(matter, purchase, items):
            late = Question(_NOT_ADDED_LATE, person=True, instead=True, rule=RULE_ON_ADDING)
            return Served(matter.label, (searching(RULE_ON_ADDING, number=number),), None, late)
        return Served(
            matter.label, (Call(None),), None, Question(_NOT_ADDED, person=True, instead=True)
        )
    beyond = matter.label == "do.items" and not answering and _BEYOND.search(said)
    if matter.slots is None or beyond or not _proposable(matter, purchase, items):
        looked_up = (looking_up(number),) if matter.label == "missing" else ()
        return Served(matter.label, (*looked_up, check))
    wish = wish.model_copy(update={"label": matter.label, "order": number})
    never = any(tells_nothing_came(one.text) for one in wish.heard)
    if matter.label == "missing" and _came(purchase) and never:
        if not tells_nothing_came(said) and goes_on(said):
            return Served(matter.label, (Call("handoff", (("reason", said[:200]),)),), wish)
        told = (looking_up(number), searching(SIGNED_FOR, number=number))
        return Served(matter.label, told, wish, Question(_ASK_THE_CARRIER, person=True))
    known, asked, question = filled(wish, matter.slots, _stand(matter, purchase))
    if question is None:
        arguments: dict[str, Value] = {"order_number": number, **known}
        call = Call(matter.tool, tuple(arguments.items()))
        return Served(matter.label, (call,), wish.model_copy(update={"asked": asked}))
    alone = answering or question.instead
    calls = (Call(None),) if alone else (check,)
    if question.rule is not None:
        calls = (searching(question.rule, number=number),)
    return Served(matter.label, calls, wish.model_copy(update={"asked": asked}), question)


def follows(wish: Wish | None, label: str, number: str | None, text: str) -> Wish:
    """The open wish with another message about it, or a new one."""
    if wish is not None and wish.label in ("damaged", "missing") and label in _REMEDIES:
        label = wish.label if wish.order in (None, number) else label
    same = wish is not None and _topic(wish.label) == _topic(label)
    if wish is None or not same or (wish.order is not None and wish.order != number):
        return Wish(label=label, order=number, heard=(Heard(text=text),), asked=_first(number))
    return wish.hearing(text)


def amended(served: Wish, text: str, purchase: Purchase) -> Wish | None:
    """The wish for which a card was made, where another message changes what the card says."""
    again = served.hearing(text)
    before = serve(served, purchase, served.order or "", answering=False)
    after = serve(again, purchase, served.order or "", answering=False)
    proposed = after.question is None and all(call.proposes for call in after.calls)
    return again if proposed and after.calls != before.calls else None


_PUTS_RIGHT = re.compile(
    r"\b(?:actually|instead|wait|hang on|hold on|sorry|oops|no|not|only|just|rather|make it"
    r"|better|prefer|nah|changed?|correct(?:ion)?|wrong|mistake|i meant|typo|as well|too|also"
    r"|after all|keep"
    r"|stays?)\b"
    r"|也|不是|不对|错|改|换|只|就|还是|应该|另外|留着|不退|一起|都|邮编|\bpost ?code\b|\bzip\b",
    re.IGNORECASE,
)


def puts_right(text: str) -> bool:
    """Whether a text may change what was just asked for."""
    return _PUTS_RIGHT.search(text) is not None


def same_topic(one: str, other: str) -> bool:
    return _topic(one) == _topic(other)


def _first(number: str | None) -> SlotName | None:
    """What is asked for when even the order is not known."""
    return None if number else "order"


def answers(wish: Wish, text: str, purchase: Purchase) -> bool:
    """Whether a message holds what was asked for."""
    matter = MATTERS[wish.label]
    if matter.label in _SWAPPED and asks_to_add(text):
        return False  # "add one more" chooses nothing
    bit = wish.asked == "address" and is_bit(text) and not asks(text)
    return bit or wish.answered_by(text, matter.slots or (), _stand(matter, purchase))


def may_answer(wish: Wish, label: str) -> bool:
    """Whether words that read as ``label`` can be about what was asked."""
    if label in _TALK or wish.asked in _UNMISTAKABLE:
        return True
    kind, _, topic = label.partition(".")
    return (topic or kind) in _ABOUT[wish.label] and kind != "order"


_TALK = frozenset({"followup", "yes", "no", "other", "product", "greeting", "thanks"})
_UNMISTAKABLE = ("address", "photos")
_SWAPS = frozenset({"exchange", "items", "return"})
_CLAIMS = frozenset({"damaged", "missing", "refund", "return", "exchange", "items"})
_ABOUT = {
    "do.cancel": frozenset({"cancel", "items"}),
    "do.remove": frozenset({"cancel", "items"}),
    "do.return": frozenset({"return", "refund"}),
    "do.exchange": _SWAPS,
    "do.items": _SWAPS,
    "do.address": frozenset({"address"}),
    "do.payment": frozenset({"payment"}),
    "damaged": _CLAIMS,
    "missing": _CLAIMS,
}


def _stand(matter: Matter, purchase: Purchase) -> Stand:
    return Stand(purchase, matter.action or "cancel")


def checking(matter: Matter, number: str, items: Sequence[int] = ()) -> Call:
    """Asks whether the rules allow it, of some items where they are judged one by one."""
    arguments: list[tuple[str, Value]] = [("order_number", number), ("action", matter.action or "")]
    if items and matter.action in _JUDGED_BY_ITEM:
        arguments.append(("items", tuple(items)))
    return Call("check_eligibility", tuple(arguments))


def searching(text: str, heading: str | None = None, number: str | None = None) -> Call:
    """Asks for a rule, under a heading where one is known, and of an order where one is meant."""
    question = under(heading, text)[:_LONGEST_QUESTION]
    asked_of = (("order_number", number),) if number else ()
    return Call("search_policies", (("question", question), *asked_of))


_LONGEST_QUESTION = 500


def looking_up(number: str) -> Call:
    return Call("get_order", (("order_number", number),))


_JUDGED_BY_ITEM = frozenset({"return", "exchange", "report_damaged", "report_missing"})


def items_in(text: str, matter: Matter, purchase: Purchase) -> tuple[int, ...]:
    """The items of an order that words name, where they name some and not all."""
    found = SLOTS["items"].read(text, False, _stand(matter, purchase)) or {}
    pieces = replace(_stand(matter, purchase), known=found).pieces
    positions = tuple(one.item for one in pieces)
    return positions if len(positions) < len(purchase.order.lines) else ()


def _topic(label: str) -> str:
    """Exchanging and changing items are one wish, as are the ways to money back."""
    return _TOPICS.get(label, label)


_REMEDIES = ("do.refund", "do.exchange")
_TOPICS = {"do.items": "do.exchange", "do.remove": "do.exchange", "do.refund": "do.return"}
_REMOVE = re.compile(
    r"\b(?:remove|tak(?:e|en) (?:[\w'-]+ ){0,7}(?:out|off)|drop|delete|leave out|without|cancel"
    r"|gone off)\b"
    r"|去掉|拿掉|删|刪|取消|少[要买買]|不要了|不要(?=$|[,，。])"
)
_RID = re.compile(
    r"\brid of\b|\b(?:bin|scrap|ditch|axe|kill|scratch)\b"
    r"|\b(?:don['’]?t|do not|no longer) (?:want|need)\b|不想要|不要"
)
_BROKEN = re.compile(
    r"\b(?:broken?|broke|damaged?|smash\w*|crack\w*|shatter\w*|faulty|defect\w*|crushed|leak\w*"
    r"|dead on arrival|in pieces)\b|坏|壞|碎|破损|破損|裂|漏|瑕疵|故障"
    r"|不准|不亮|不转|不通电|不加热|没反应"
)
_REPLACED = re.compile(
    r"\b(?:replacement|replace|another|new one|again|re-?send)\b|补[发發寄]|重新|再[寄发發]|换新"
)


SIGNED_FOR = "delivered but not received, 显示已签收但没收到"
_ASK_THE_CARRIER = Text(
    en="If it is nowhere to be found, a person of our service can take it up with the carrier: "
    "shall I pass you on?",
    zh="如果这些地方都找过了还是没有，可以由人工客服登记并向承运商核查。要为您转接吗？",
)


_TAKEN_BACK = re.compile(r"退(?:了|掉|吧|单|订|$)")
"""Said of what lies here as of what is still to be sent: 退了吧."""


def _only_to_cancel(purchase: Purchase) -> bool:
    """Whether nothing came that could go back, and the order can still be cancelled."""
    return not purchase.possible("return") and purchase.verdict("cancel").allowed


def _came(purchase: Purchase) -> bool:
    """Whether what can be reported counts as delivered, not as lost."""
    return purchase.verdict("report_missing").clause == clauses.MISSING


def _unsent(purchase: Purchase) -> tuple[int, ...]:
    """The items still to be sent of an order of which others came."""
    lines = purchase.order.lines
    came = [one for one in lines if one.status is OrderStatus.DELIVERED]
    return tuple(one.position for one in lines if came and one.status in _TO_BE_SENT)


_TO_BE_SENT = (OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.PACKED)


def _lost(purchase: Purchase) -> bool:
    """Whether nothing of it came that could be swapped, and it may be reported."""
    return purchase.verdict("report_missing").allowed and not purchase.possible("exchange")


_LOST = re.compile(
    r"\b(?:lost|vanished|disappeared|no (?:new )?(?:scans?|movement|news|updates?)|not? mov\w+"
    r"|never (?:came|arrived))\b|丢|遗失|[没沒]有?(?:更新|动静|動靜|消息|收到)|不更新|不动"
)
_BEYOND = re.compile(
    r"\b(?:add|another|one more|extra|increase|quantity|include|gift|wrap|message|merge|combine"
    r"|together|express|upgrade|engrav\w*|split|throw in (?:an?|another|some)|put (?:an?"
    r"|another))\b"
    r"|数量|數量|再[加来來]|多加|加[一个個件几幾購到]|合并|合併|礼|禮|贺卡|賀卡|卡片|加急|刻字"
    r"|分开|分開|一起"
)


_NOT_ADDED = Text(
    en="No, nothing can be added to an order that was placed. Please place a second order; pieces "
    "of this one can still be taken out or swapped (CANCEL-3).",
    zh="已下的订单不能加购，请另下一单；该订单中的商品还可以去掉或更换（CANCEL-3）。",
)
_NOT_ADDED_LATE = Text(
    en="No, nothing can be added to an order that was placed.",
    zh="已下的订单不能加购，请另下一单。",
)
_SWAPPED = ("do.items", "do.exchange")


def _meant(matter: Matter, text: str, purchase: Purchase) -> Matter:
    """The change that serves the wish for this order, as its state has it."""
    lowered = text.lower()
    broken = matter.label in ("do.refund", "do.exchange") and _BROKEN.search(lowered)
    if broken and purchase.verdict("report_damaged").allowed:
        return MATTERS["damaged"]
    lost = matter.label == "do.refund" and _LOST.search(lowered)
    if lost and not purchase.possible("return"):
        return MATTERS["missing"]
    if matter.label == "do.return" and _TAKEN_BACK.search(text) and _only_to_cancel(purchase):
        return MATTERS["do.cancel"]
    if matter.label == "do.refund":
        way = purchase.refund_way
        return MATTERS[_REFUNDED_BY[way]] if way in _REFUNDED_BY else matter
    if matter.label == "do.exchange" and _REPLACED.search(lowered) and _lost(purchase):
        return MATTERS["missing"]
    swap = matter.label == "do.exchange" and purchase.verdict("change_items").allowed
    fewer = (
        _REMOVE.search(lowered)
        or ordered_too_many(text)
        or pieces_too_many(text, _stand(matter, purchase))
    )
    out = purchase.verdict("change_items").allowed and _RID.search(lowered)
    named = out and items_in(text, MATTERS["do.cancel"], purchase)
    if (matter.label == "do.items" or swap) and (fewer or named):
        return MATTERS["do.remove"]
    rid = matter.label == "do.items" and (_REMOVE.search(lowered) or _RID.search(lowered))
    if rid and purchase.possible("return"):
        return MATTERS["do.return"]
    if rid and purchase.verdict("change_items").allowed and _only_less(text, purchase):
        return MATTERS["do.remove"]
    whole = rid and not items_in(text, MATTERS["do.cancel"], purchase)
    if whole and purchase.verdict("cancel").allowed:
        return MATTERS["do.cancel"]
    if matter.label == "do.items" and asks_to_add(text):
        return matter
    if matter.label in ("do.items", "do.exchange"):
        return MATTERS["do.items" if purchase.swapped_before_packing else "do.exchange"]
    return matter


def _only_less(text: str, purchase: Purchase) -> bool:
    """Whether an item that is not wanted can only go: others are kept, or it comes in no other."""
    items = items_in(text, MATTERS["do.cancel"], purchase)
    kept = bool(parted_by_keeping(text)[1])
    return bool(items) and (kept or not any(purchase.variants(purchase.line(i)) for i in items))


_REFUNDED_BY = {
    "cancel": "do.cancel",
    "report_damaged": "damaged",
    "report_missing": "missing",
    "return": "do.return",
}


def _proposable(matter: Matter, purchase: Purchase, items: Sequence[int]) -> bool:
    """Whether the rules allow it; a cancellation says itself why not."""
    if matter.tool == "propose_cancellation":
        return True
    return matter.action is not None and purchase.verdict(matter.action, items).allowed
