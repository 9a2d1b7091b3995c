"""Answerers without a model: one that does all that a case asks, and one that does nothing.

The first shows that every case can be passed, and is what mutants are made of; the second shows
that none passes by itself. Both use the real tools over the real shop.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sqlmodel import Session, col, select

from evals.suite.answering import Desk, _show
from evals.suite.case import Call, Case, Expected, Proposed
from evals.suite.facts import Fact, Facts, days
from evals.suite.played import Answered, ToolUse
from orderdb.conversations import open_conversation
from orderdb.database import SessionFactory
from orderdb.models import Order, OrderLine, Product, Variant
from orderdb.statuses import ProposalKind
from orderdb.text import Language
from tools.context import DeskContext
from tools.desk_tool import UnfitArguments
from tools.results import Citation, ToolResult

_TALK = {
    "yes": ("Yes, that is possible.", "可以的。"),
    "no": ("Unfortunately that is not possible.", "抱歉，这个不能办理。"),
    "asks": ("Which order do you mean?", "请问是哪个订单？"),
    "missing": ("I cannot find that order in your account.", "您的账户下找不到这个订单。"),
    "click": ("Please confirm it with the button on the card.", "请点击卡片上的按钮确认。"),
    "person": ("A colleague will take over.", "已为您转接人工客服。"),
}
_ASK = ("Which order, item or address is it, please?", "请问是哪个订单、哪件商品、什么地址？")
_FILLER = ("Here is what I found.", "为您查到如下。")
_STATE = {
    "pending_payment": ("It is not paid yet", "订单待付款"),
    "paid": ("It is paid", "订单已付款"),
    "processing": ("It is being prepared", "订单正在处理"),
    "packed": ("It is packed", "已打包"),
    "partially_shipped": ("Part of it was sent", "部分已发货"),
    "shipped": ("It was shipped", "已发货"),
    "out_for_delivery": ("It is out for delivery", "正在派送"),
    "delivered": ("It was delivered", "已送达"),
    "exception": ("There is a problem", "有异常"),
    "cancelled": ("It was cancelled", "订单已取消"),
    "returned": ("It was returned", "已退货"),
    "partially_returned": ("Part of it was returned", "部分已退货"),
    "label_created": ("A label was made", "已打面单"),
    "handed_over": ("It was handed over", "已揽收"),
    "in_transit": ("It is on the way", "运输中"),
    "delayed": ("It is delayed", "已延误"),
    "held": ("It is held", "包裹被滞留"),
    "lost": ("It is lost", "包裹丢失"),
    "damaged": ("It is damaged", "已破损"),
    "returned_to_sender": ("It was sent back", "已退回"),
}


class DoNothing:
    """Says that it cannot help, whatever is asked."""

    def __init__(self, case: Case) -> None:
        self._case = case

    async def answer(self, text: str) -> Answered:
        reply = "抱歉，我帮不了您。" if self._case.language == "zh" else "Sorry, I cannot help."
        return Answered(reply=reply)

    async def close(self) -> None:
        return


class Perfect:
    """Calls the tools that a case wants and says what it must say."""

    def __init__(self, desk: Desk, sessions: SessionFactory, case: Case) -> None:
        self._desk, self._sessions, self.case = desk, sessions, case
        self._said: list[str] = []
        with sessions() as session:
            self.conversation = open_conversation(
                session, case.as_, case.language, desk.prompts.versions, desk.clock()
            ).id

    @property
    def turn(self) -> int:
        """The turn that is answered, from 0."""
        return len(self._said) - 1

    def expected(self) -> Expected:
        place = self.turn if self.case.turns else 0
        return self.case.expected[place] if place < len(self.case.expected) else Expected()

    def language(self) -> Language:
        wanted = self.expected().answer_in or self.case.language
        return self.case.language if wanted == "any" else wanted

    async def answer(self, text: str) -> Answered:
        self._said.append(text)
        answered = Answered()
        self.act(answered)
        answered.tools = self._desk.recorder.take(self.conversation)
        self.cite(answered)
        answered.reply = self.reply(answered)
        return answered

    def act(self, answered: Answered) -> None:
        """Look up and propose what the case asks for."""
        expected = self.expected()
        made: set[str] = set()
        dated = any(fact.kind == "day" for facts in expected.tell for fact in facts)
        for number in sorted(self._orders_to_read(expected)):
            self.call(answered, "get_order", {"order_number": number})
            if dated:
                asked = {"order_number": number, "action": "return"}
                self.call(answered, "check_eligibility", asked)
        for calls in expected.call:
            call = next((one for one in calls if not one.name.startswith("propose_")), None)
            if call is not None and call.name not in ("handoff",):
                self.call(answered, call.name, self._arguments(call))
                made.add(call.name)
        for clauses in expected.cite:
            self._find_clause(answered, clauses[0].clause, clauses[0].version)
        if expected.propose is not None:
            self.propose(answered, expected.propose)
        if expected.handoff == "wanted":
            self.call(answered, "handoff", {"reason": "wanted"})

    def _orders_to_read(self, expected: Expected) -> set[str]:
        """Orders of the customer's that a case speaks of: their facts come from there."""
        if not (expected.tell or expected.propose):
            return set()
        own = {number for number, order in self._shop_orders().items() if order == self.case.as_}
        named = {fact.detail for facts in expected.tell for fact in facts}
        words = " ".join([*self._said, *named, expected.propose.order if expected.propose else ""])
        words += " ".join(str(call.arguments) for calls in expected.call for call in calls)
        found = {number for number in own if number in words.upper().replace(" ", "")}
        amounts = any(
            fact.kind in ("amount", "day", "code") for facts in expected.tell for fact in facts
        )
        return own if amounts and not found else found

    def _shop_orders(self) -> dict[str, str]:
        with self._sessions() as session:
            return {row.number: row.customer_id for row in session.exec(select(Order))}

    def call(self, answered: Answered, name: str, arguments: dict[str, Any]) -> ToolResult | None:
        context = DeskContext(
            customer_id=self.case.as_,
            conversation_id=self.conversation,
            language=self.language(),
            sessions=self._sessions,
            book=self._desk.book,
            policies=self._desk.policies,
            clock=self._desk.clock,
            said=tuple(self._said),
        )
        try:
            result = self._desk.recorder.registry[name].checked(context, arguments)
        except UnfitArguments:
            return None
        _show(answered, result)
        return result

    def _arguments(self, call: Call) -> dict[str, Any]:
        given: dict[str, Any] = {name: one.split("|")[0] for name, one in call.arguments.items()}
        if call.name == "search_policies":
            given.setdefault("question", self._said[-1][:400])
        if call.name == "find_products":
            given.setdefault("query", self._said[-1][:80])
        if call.name == "check_eligibility":
            given.setdefault("action", "return")
        return given

    def _find_clause(self, answered: Answered, clause: str, version: int | None) -> None:
        """As a search that finds it: the clause is told, in the version that is asked for."""
        book, day = self._desk.book, self._desk.clock().date()
        found = book.in_force(clause, day)
        if version is not None:
            found = next(one for one in book.versions(clause) if one.version == version)
        language = self.language()
        cited = Citation(
            clause=found.id,
            version=found.version,
            effective_from=found.effective_from,
            title=found.title.get(language),
            quote=found.body.get(language),
        ).model_dump(mode="json")
        answered.citations.append(cited)

    def cite(self, answered: Answered) -> None:
        """Tools' citations are the answer's; what no tool found was searched for."""
        known = {one["clause"] for use in answered.tools for one in use.citations}
        searched = [one for one in answered.citations if one["clause"] not in known]
        if searched:
            answered.tools.append(
                ToolUse(
                    name="search_policies",
                    arguments={"question": self._said[-1]},
                    status="ok",
                    citations=searched,
                )
            )

    def propose(self, answered: Answered, wanted: Proposed) -> None:
        name, arguments = _proposing(wanted, self._sessions)
        self.call(answered, name, arguments)

    def reply(self, answered: Answered) -> str:
        expected, zh = self.expected(), self.language() == "zh"
        parts = [self.say(_nearest(facts, answered)) for facts in expected.tell]
        kinds = {fact.kind for facts in expected.tell for fact in facts[:1]}
        if expected.propose is not None and not answered.proposals and self.case.customer:
            parts.append(_ASK[zh])
        elif expected.propose is not None and "click" not in kinds:
            parts.append(_TALK["click"][zh])
        if expected.handoff == "wanted" and "person" not in kinds:
            parts.append(_TALK["person"][zh])
        clauses = [one[0].clause for one in expected.cite]
        if clauses:
            named = ", ".join(clauses)
            parts.append(f"依据条款{named}。" if zh else f"This is by clause {named}.")
        if not parts:
            parts.append(_FILLER[zh])
        parts.sort(key=lambda part: part not in (_TALK["no"][zh], _TALK["yes"][zh]))
        place = f"（第{self.turn + 1}条）" if zh else f"That answers message {self.turn + 1}."
        return ("" if zh else " ").join([*parts, place])

    async def close(self) -> None:
        return

    def say(self, facts: Facts) -> str:
        """The first way of saying a fact, in the language that is wanted."""
        return _say(facts[0], self.language() == "zh")


def _nearest(facts: Facts, answered: Answered) -> Facts:
    """Of a range of days, one that the shop's own cards name."""
    if facts[0].kind != "day" or ".." not in facts[0].detail:
        return facts
    first, last = days(facts[0].detail)
    shown = json.dumps(answered.cards)
    named = [one for one in re.findall(r"\d{4}-\d\d-\d\d", shown) if f"{first}" <= one <= f"{last}"]
    return (Fact("day", max(named, default=f"{last}")),)


def _say(fact: Fact, zh: bool) -> str:
    detail = fact.detail
    if fact.kind in _TALK:
        return _TALK[fact.kind][zh]
    if fact.kind == "state":
        return _STATE[detail.split("|")[0]][zh] + ("。" if zh else ".")
    if fact.kind == "words":
        words = detail.split("|")
        of_language = [one for one in words if bool(re.search(r"[\u4e00-\u9fff]", one)) == zh]
        detail = (of_language or words)[0]
    if fact.kind == "item":
        return f"商品：{detail}。" if zh else f"The item is the {detail}."
    if fact.kind == "number":
        return f"数字是{detail}。" if zh else f"The number is {detail}."
    return f"相关信息：{detail}。" if zh else f"The information is {detail}."


_TOOL = {
    ProposalKind.CANCEL_ORDER: "propose_cancellation",
    ProposalKind.CANCEL_LINES: "propose_cancellation",
    ProposalKind.CHANGE_ADDRESS: "propose_address_change",
    ProposalKind.CHANGE_PAYMENT: "propose_payment_change",
    ProposalKind.CHANGE_ITEMS: "propose_exchange",
    ProposalKind.RETURN_ITEMS: "propose_return",
    ProposalKind.EXCHANGE_ITEMS: "propose_exchange",
    ProposalKind.RESHIP: "propose_claim",
    ProposalKind.REFUND: "propose_claim",
}


def _proposing(wanted: Proposed, sessions: SessionFactory) -> tuple[str, dict[str, Any]]:
    """The tool and arguments that make such a proposal."""
    given: dict[str, Any] = {"order_number": wanted.order}
    holds = dict(wanted.holds)
    variant = holds.pop("swaps", None)
    pieces = {} if wanted.quantity is None else {"quantity": wanted.quantity}
    items: list[dict[str, Any]] = [{"item": line, **pieces} for line in wanted.lines or ()]
    if variant is not None:
        with sessions() as session:
            items = [
                {
                    "item": line,
                    "variant": _variant_name(session, wanted.order, line, variant),
                    **pieces,
                }
                for line in wanted.lines or (1,)
            ]
    if items:
        given["items"] = items
    if wanted.kind in (ProposalKind.RESHIP, ProposalKind.REFUND):
        given |= {"problem": holds.pop("matter", "lost"), "remedy": wanted.kind.value}
        if "evidence" in holds:
            given["photos"] = [holds.pop("evidence")]
    return _TOOL[wanted.kind], given | holds


def _variant_name(session: Session, number: str, line: int, wanted: str) -> str:
    row = session.exec(
        select(Variant)
        .join(Product)
        .where(col(Variant.sku) == wanted)
        .join(OrderLine, col(OrderLine.name_en) == col(Product.name_en))
        .join(Order)
        .where(Order.number == number, OrderLine.position == line)
    ).first()
    return row.sku if row else wanted


__all__ = ["DoNothing", "Perfect"]
