"""A reply without a model: the tool results in plain words, what was asked for first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.calls import Call
from assistant.choice import Choice
from assistant.order_words import ORDER_LABELS, order_in_words
from assistant.product_words import product_words, quality_words
from orderdb.eligibility.clauses import LOST
from orderdb.text import Language, Text
from tools.results import Citation, ToolResult

Card = dict[str, Any]

_TALK = {
    "greeting": Text(
        en="Hello! I am the shop's automated assistant and can look up your orders, deliveries, "
        "returns and our policies. What can I do for you?",
        zh="您好！我是本店的智能助手，可以为您查询订单、物流、退换货和店铺政策。请问需要什么帮助？",
    ),
    "thanks": Text(
        en="You're welcome. Is there anything else I can do for you?",
        zh="不客气！还有其他需要帮忙的吗？",
    ),
    "yes": Text(
        en="Nothing is waiting for a yes in words. Where a change is proposed, please use the "
        "Confirm button on its card.",
        zh="文字回复不会执行任何操作。如有待确认的变更，请点击卡片上的“确认”按钮。",
    ),
    "no": Text(
        en="All right, nothing was changed. What else can I do for you?",
        zh="好的，没有做任何更改。还有什么可以帮您？",
    ),
    "other": Text(
        en="I can only help with your own orders, deliveries and returns, with products and our "
        "policies. What would you like to know about those?",
        zh="我只能帮您处理您本人的订单、物流和退换货，以及商品和店铺政策方面的问题。请问您想了解哪一方面？",
    ),
}
_ORDERS_NAMED = 5
_SORRY = Text(en="I am sorry about the trouble.", zh="非常抱歉给您带来不便。")
_YES = Text(en="Yes.", zh="可以。")
_NO = Text(en="I'm afraid not.", zh="抱歉，不可以。")
_THIS_ORDER = Text(
    en="Is it this one? Its number is enough, and I go on.",
    zh="请问是这笔订单吗？回复订单号即可继续。",
)
_WHICH_ORDER = Text(en="Which of your orders do you mean?", zh="请问您指的是哪一笔订单？")


def render(results: list[ToolResult], choices: Sequence[Choice], language: Language) -> str:
    """What the tools said, as far as ``choices`` ask for it; small talk where none was called.

    ``results`` are in the order of the choices' calls.
    """
    questions = [one.question.words.get(language) for one in choices if one.question]
    says = [one.says.get(language) for one in choices if one.says]
    if not results and not questions and not says:
        return talk(choices[-1].label if choices else "other", language)
    asked = {choice.label for choice in choices if choice.question}
    answered = any(result.status == "ok" for result in results)
    lost = any(card["allowed"] and card["clause"] == LOST for card in _verdicts(results))
    missing = any(choice.missing_order for choice in choices)
    several = len({number for result in results for number in _judged(result)}) > 1
    said = [
        _headed(result, language, several)
        + in_words(
            result,
            labels,
            language,
            asked=bool(asked.intersection(labels)),
            about=_about(choices),
            lost=lost,
            to_choose=missing,
        )
        for result, labels in zip(results, labels_of(choices, len(results)), strict=True)
        if not (answered and result.status == "refused" and labels == ("product",))
    ]
    if any(choice.label == "complaint" for choice in choices):
        said.insert(0, _SORRY.get(language))
    if missing and (orders := _orders_listed(results)):
        said = ["\n".join(one.splitlines()[: 1 + _ORDERS_NAMED]) for one in said]
        said.append((_THIS_ORDER if orders == 1 else _WHICH_ORDER).get(language))
    if any(one.question and one.question.rule for one in choices):
        said = [*questions[:1], *said]  # no, and then the rule that says so
    else:
        said += questions[:1]
    said += says
    return "\n".join(dict.fromkeys(part for part in said if part))


def _verdicts(results: Sequence[ToolResult]) -> list[Card]:
    return [card for result in results for card in result.cards if card["type"] == "verdict"]


def _judged(result: ToolResult) -> list[str]:
    return [card["order_number"] for card in _verdicts([result])]


def _headed(result: ToolResult, language: Language, several: bool) -> str:
    """Which order a verdict is of, before it says yes or no, where there are others beside it."""
    judged = _judged(result) if several else []
    return _both(language, f"{judged[0]}: ", f"{judged[0]}：") if judged else ""


def _orders_listed(results: Sequence[ToolResult]) -> int:
    """How many orders there are to choose from; several where no list tells."""
    cards = [card for result in results for card in result.cards if card["type"] == "orders"]
    return max((len(card["orders"]) for card in cards), default=2)


def anew(text: str, last: str, language: Language) -> str:
    """``text`` as it is said after ``last``: who hears the same is told that it is the same."""
    return f"{_UNCHANGED.get(language)}{text}" if text.strip() == last.strip() else text


_UNCHANGED = Text(en="It still stands as I said. ", zh="目前情况和刚才说的一样。")


def _about(choices: Sequence[Choice]) -> str:
    return " ".join(dict.fromkeys(choice.about for choice in choices if choice.about))


def labels_of(choices: Sequence[Choice], results: int) -> list[tuple[str, ...]]:
    """The labels that each of so many results was looked up for: several questions about one order
    are one look-up."""
    wanted: dict[Call, dict[str, None]] = {}
    for choice in choices:
        for call in choice.calls:
            if call.tool:
                wanted.setdefault(call, {})[choice.label] = None
    labels = [tuple(one) for one in wanted.values()]
    return [*labels, *[("other",)] * results][:results]


def talk(label: str, language: Language) -> str:
    """The words for a message that needs no tool."""
    return _TALK.get(label, _TALK["other"]).get(language)


def in_words(
    result: ToolResult,
    labels: Sequence[str],
    language: Language,
    *,
    asked: bool = False,
    about: str = "",
    lost: bool = False,
    to_choose: bool = False,
) -> str:
    """One result in plain words, what ``labels`` ask for first or alone.

    ``asked``: a question follows that says what comes next. ``about``: the customer's words.
    ``to_choose``: an order is told of so that the customer can say whether it is meant.
    ``lost``: a verdict beside it says so, so that no day is told.
    """
    for card in result.cards:
        if card["type"] == "order" and to_choose:
            return order_in_words(card, ("order.contents",), language)
        if card["type"] == "order" and "orders" in labels:
            return order_in_words(card, ("order.where",), language)
        if card["type"] == "order" and ORDER_LABELS.issuperset(labels):
            return order_in_words(card, labels, language, about, result, lost=lost)
        if card["type"] == "products" and (
            said := quality_words(card["products"], about, language)
        ):
            return said
        if card["type"] == "products" and len(card["products"]) == 1:
            return product_words(card["products"][0], about, language) or result.text
        if card["type"] == "verdict":
            return _verdict(card, labels, language, next_step=not asked)
    told = result.cards or result.proposal or result.appraisal or result.status == "refused"
    if result.citations and not told:
        return "\n".join(_quoted(one, language) for one in result.citations[: result.likely])
    return result.text


def _quoted(clause: Citation, language: Language) -> str:
    return _both(
        language, f"{clause.quote} ({clause.clause})", f"{clause.quote}（{clause.clause}）"
    )


def _verdict(card: Card, labels: Sequence[str], language: Language, *, next_step: bool) -> str:
    """Yes or no, why, and what to do next, ending with what it is about and by which clause."""
    sorry = {"damaged", "missing"}.intersection(labels)
    answer = _SORRY if sorry else _YES if card["allowed"] else _NO
    said = [answer.get(language), _once(card["reason"][language])]
    if ORDER_LABELS.intersection(labels) and not sorry:
        said = said[1:]  # it stands behind how the order stands, which is no yes or no
    if next_step and card.get("next_step"):
        said.append(card["next_step"][language])
    about = _both(
        language,
        f"(order {card['order_number']}, {card['clause']})",
        f"（订单{card['order_number']}，条款{card['clause']}）",
    )
    return (" " if language == "en" else "").join([*said, about])


def _once(text: str) -> str:
    """Each sentence once: several items can share a fee."""
    once: dict[str, str] = {}
    for one in _SENTENCE.findall(text):
        once.setdefault(one.strip(), one)
    return "".join(once.values()).strip()


_SENTENCE = re.compile(r".+?(?:[.](?=\s|$)\s*|。|$)", re.DOTALL)


def _both(language: Language, en: str, zh: str) -> str:
    return zh if language == "zh" else en
