"""Drafts for one occasion, the quickest first: what code can say, another way, then the model's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from assistant.gate import Gate
from assistant.grounding import Grounds, facts_of
from assistant.prompts import Prompts
from assistant.rendering import talk
from assistant.steps import Brain, ModelUnavailable
from assistant.suggestions.alternatives import Alternatives, is_late
from assistant.suggestions.bench import Bench, Tried
from assistant.suggestions.draft import Draft, drafted
from assistant.suggestions.following import wish_for
from assistant.suggestions.occasion import Occasion
from assistant.suggestions.rehearsal import draft_of, rehearse
from assistant.suggestions.suggestion import Wanted
from assistant.suggestions.translating import LANGUAGE_NAMES
from assistant.suggestions.variants import HOLDING, WISHES, apologises, apologising, shorter
from assistant.suggestions.writing import write, writes
from assistant.turn import Answer
from orderdb.mood import Mood
from orderdb.statuses import Role, Speaker
from orderdb.text import Language, Text
from tools.registry import ToolRegistry

_NO_EXCHANGE = "may.exchange"
_HELLO = Text(
    en="Hello {customer}, this is {agent} from the service desk. What can I do for you?",
    zh="{customer}您好，我是客服{agent}，请问有什么可以帮您？",
)
_CANCEL = re.compile(r"\bcancel|取消|撤单", re.I)


@dataclass(frozen=True)
class Begun:
    """A draft starts, or starts anew."""

    draft_id: str


@dataclass(frozen=True)
class Piece:
    draft_id: str
    text: str


@dataclass(frozen=True)
class Ready:
    draft_id: str
    draft: Draft


Drafted = Begun | Piece | Ready


@dataclass
class Drafting:
    """Makes the drafts of one occasion; ``brain`` is None where no model answers."""

    occasion: Occasion
    registry: ToolRegistry
    guided: Brain
    brain: Brain | None
    prompts: Prompts
    turn_seconds: float
    failed: bool = field(default=False, init=False)
    """Whether the model could not be reached."""
    _looked_up: str = field(default="", init=False)
    """What code says of the message, before what an agent would add."""

    def __post_init__(self) -> None:
        request = self.occasion.request
        self._bench = Bench(
            request.desk, self.registry, self.occasion.agent, request.message, self.occasion.zone
        )
        self._alternatives = Alternatives(self._bench)

    async def by_code(self) -> Draft:
        """What can be said at once: the likeliest reading looked up, with the proposal it asks."""
        answer = await rehearse(self.occasion, None, self.guided, self.turn_seconds, _unheard)
        self._looked_up = answer.text
        return await asyncio.to_thread(self._followed, draft_of(answer, self.occasion), answer)

    def _followed(self, draft: Draft, answer: Answer) -> Draft:
        """The draft with what an agent would add: the proposal, the bank's days, an apology."""
        if not answer.results and draft.text in _as_a_machine(draft.language):
            names = {"customer": self.occasion.customer, "agent": self.occasion.agent}
            return replace(draft, text=_HELLO.get(draft.language).format(**names))
        if _found_no_rule(answer):
            draft = replace(draft, text=HOLDING.get(draft.language))
        calls = [call for call in answer.calls if call.status != "error"]
        looked_up: list[Tried] = list(zip(calls, answer.results, strict=True))
        number, text = order_of(answer), draft.text
        if number is not None and draft.proposal is None:
            for tried in self._more(draft.intent, number):
                added = _added(tried, draft.language)
                if tried[1].appraisal is None:
                    text = f"{text}\n{added}" if not _is_said(tried, text) else text
                elif _tells_state(answer):
                    text = f"{without_refusals(text, answer, draft.language)}\n{added}"
                else:
                    looked_up, said = self._overtaken(draft.intent, number)
                    text = f"{said}\n{added}" if said else added
                looked_up.append(tried)
        if self._is_sorry(number):
            text = apologising(text, draft.intent, draft.language)
        if text == draft.text:
            return draft
        return drafted(
            text,
            looked_up,
            language=draft.language,
            intent=draft.intent,
            origin="code",
            zone=self.occasion.zone,
        )

    def _overtaken(self, intent: str, number: str) -> tuple[list[Tried], str]:
        """What is said before the proposal that answers the wish, and what that was looked up by.

        A question that it settles, or a no to something else, would contradict it. Only who wrote
        of cancelling is told first why that cannot be.
        """
        if intent != "do.cancel" or not _CANCEL.search(self._bench.words):
            return [], ""
        asked = self._bench.use("check_eligibility", order_number=number, action="cancel")
        if asked is None or _says_yes(asked):
            return [], ""
        return [asked], _added(asked, self._bench.language)

    def _more(self, intent: str, number: str) -> list[Tried]:
        if intent == "order.refund":
            asked = self._bench.use("check_eligibility", order_number=number, action="refund")
            return [asked] if asked and _says_yes(asked) else []
        wished = None if intent.startswith("may.") else wish_for(intent, number, self._bench)
        return [wished] if wished else []

    def _is_sorry(self, number: str | None) -> bool:
        """Whether an apology is due: an unhappy customer, or an order later than promised. One
        that an agent made already is not made again."""
        said = self.occasion.request.history
        if any(one.role == Role.AGENT.value and apologises(one.text) for one in said):
            return False
        if self.occasion.mood is not Mood.CALM:
            return True
        order = self._bench.order(number) if number else None
        return order is not None and is_late(order, self.occasion.request.desk.clock())

    async def beside(self, draft: Draft) -> Draft | None:
        """Another way to help than ``draft``, where the rules leave one."""
        number = draft.order_number or self.occasion.memory.focus
        found = await asyncio.to_thread(self._alternatives.beside, draft, number)
        return found if found is not None and self.is_grounded(found) else None

    async def by_model(self, first: Draft) -> AsyncIterator[Drafted]:
        """The model's own answer as it is written; nothing where code says as much already, or
        where it says no to what ``first`` has ready."""
        if self.brain is None:
            return
        draft_id, told, begun = str(uuid4()), "", False
        heard: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()

        def hear(kind: str, payload: dict[str, Any]) -> None:
            heard.put_nowait((kind, payload))

        task = asyncio.create_task(
            rehearse(self.occasion, self.brain, self.guided, self.turn_seconds, hear)
        )
        task.add_done_callback(lambda _: heard.put_nowait(None))
        try:
            while (event := await heard.get()) is not None:
                kind, payload = event
                if kind == "reset":
                    told = ""
                    if begun:
                        yield Begun(draft_id)
                elif kind == "token":
                    told += payload["text"]
                    if begun:
                        yield Piece(draft_id, payload["text"])
                    elif first.proposal is None and not self._is_known(first, told):
                        begun = True
                        yield Begun(draft_id)
                        yield Piece(draft_id, told)
            answer = await task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        self.failed = answer.handled_by is Speaker.GUIDED
        draft = draft_of(answer, self.occasion)
        idle = self.failed or self._is_known(first, draft.text) or _says_no(draft, first)
        if begun or not idle:
            if not begun:
                yield Begun(draft_id)
                yield Piece(draft_id, draft.text)
            yield Ready(draft_id, replace(draft, proposal=draft.proposal or first.proposal))

    def _is_known(self, first: Draft, text: str) -> bool:
        """Whether these words, or the first of them, are code's, or those of an assistant that has
        nothing to say."""
        said = _plain(text)
        known = [self._looked_up, *_as_a_machine(first.language)]
        return said in _plain(first.text) or any(_plain(one).startswith(said) for one in known)

    async def as_wished(self, wanted: Wanted, base: Draft) -> AsyncIterator[Drafted]:
        """``base`` in another way: by code at once, then in the model's words where it has any."""
        first = await self._by_code_as_wished(wanted, base)
        for step in whole(first):
            yield step
        if wanted.wish in WISHES and self.brain is not None and writes(self.brain):
            async for one in self._rewritten(wanted, first):
                yield one

    async def _by_code_as_wished(self, wanted: Wanted, base: Draft) -> Draft:
        language = base.language
        if wanted.wish == "shorter":
            return replace(base, text=shorter(base.text, language), origin="wish")
        if wanted.wish == "apologise":
            return replace(base, text=apologising(base.text, base.intent, language), origin="wish")
        if wanted.wish == "offer_exchange":
            return await asyncio.to_thread(self._exchange, base)
        return replace(base, origin="wish")

    def _exchange(self, base: Draft) -> Draft:
        """An exchange for what the draft is about, or why there can be none."""
        number = base.order_number or self.occasion.memory.focus
        order = self._bench.order(number) if number else None
        if order is None:
            return replace(base, origin="wish")
        offer = self._alternatives.exchange(order, base.intent)
        if offer is not None:
            return replace(offer, origin="wish")
        asked = self._bench.use("check_eligibility", order_number=order.number, action="exchange")
        if asked is None:
            return replace(base, origin="wish")
        return drafted(
            asked[1].text,
            [asked],
            language=self.occasion.language,
            intent=_NO_EXCHANGE,
            origin="wish",
            zone=self.occasion.zone,
        )

    async def _rewritten(self, wanted: Wanted, base: Draft) -> AsyncIterator[Drafted]:
        """The model's wording, shown only whole and only where every claim has its source."""
        if self.brain is None:
            return
        asked = self.prompts["rewrite"].fill(
            facts="\n\n".join(result.text for result in base.results) or "none",
            draft=base.text,
            wish=WISHES[wanted.wish],
            language=LANGUAGE_NAMES[base.language],
        )
        gate, draft_id = Gate(self.grounds(base), base.language), None
        try:
            async for piece in write(self.brain, asked):
                if draft_id != piece.draft:
                    gate.restart()
                    draft_id = piece.draft
                gate.feed(piece.text)
                if gate.problems:
                    return
            gate.close()
        except ModelUnavailable:
            self.failed = True
            return
        text = gate.sent.strip()
        if not gate.problems and text and _plain(text) != _plain(base.text):
            for step in whole(replace(base, text=text, origin="model")):
                yield step

    def is_grounded(self, draft: Draft) -> bool:
        """Whether every claim of the draft has a source in its own results."""
        gate = Gate(self.grounds(draft), draft.language)
        gate.feed(draft.text)
        gate.close()
        return not gate.problems

    def grounds(self, draft: Draft) -> Grounds:
        now = self.occasion.request.desk.clock().astimezone(self.occasion.zone)
        facts = facts_of(draft.results, self.occasion.zone)
        return Grounds(facts, self.occasion.memory.facts, now.date())


def whole(draft: Draft) -> list[Drafted]:
    """A draft that comes in one piece."""
    draft_id = str(uuid4())
    return [Begun(draft_id), Piece(draft_id, draft.text), Ready(draft_id, draft)]


def order_of(answer: Answer) -> str | None:
    """The order that an answer looked up first."""
    for call in answer.calls:
        number = str(call.arguments.get("order_number", ""))
        if number and call.status != "error":
            return number
    return None


def without_refusals(text: str, answer: Answer, language: Language) -> str:
    """How the order stands, without the lines that say no to what a proposal now offers."""
    denied = [
        str(card["reason"][language])
        for result in answer.results
        for card in result.cards
        if card["type"] == "verdict" and not card["allowed"]
    ]
    lines = text.split("\n")
    return "\n".join(line for line in lines if not any(reason in line for reason in denied))


def _found_no_rule(answer: Answer) -> bool:
    """Whether rules were all that was looked for, and none was found."""
    asked = {call.name for call in answer.calls}
    found = any(result.citations or result.cards for result in answer.results)
    return asked == {"search_policies"} and not found


def _is_said(tried: Tried, text: str) -> bool:
    """Whether the text holds it, or the clause that it rests on."""
    return any(
        str(card.get("clause")) in text or any(one in text for one in card["reason"].values())
        for card in tried[1].cards
        if card["type"] == "verdict"
    )


def _as_a_machine(language: Language) -> frozenset[str]:
    """What only the assistant would say of itself."""
    return frozenset(talk(label, language) for label in ("greeting", "other"))


def _added(tried: Tried, language: Language) -> str:
    for card in tried[1].cards:
        if card["type"] == "verdict":
            return str(card["reason"][language])
    return tried[1].text


def _tells_state(answer: Answer) -> bool:
    """Whether it says how an order stands: that goes well before any proposal."""
    return any(card["type"] == "order" for result in answer.results for card in result.cards)


def _says_no(draft: Draft, first: Draft) -> bool:
    """Whether the draft refuses what the first one has ready."""
    if first.proposal is None or draft.proposal is not None:
        return False
    return any(
        result.status == "refused" or any(card.get("allowed") is False for card in result.cards)
        for result in draft.results
    )


def _says_yes(tried: Tried) -> bool:
    return any(card.get("allowed") for card in tried[1].cards)


def _unheard(kind: str, payload: dict[str, Any]) -> None:
    """What code says is shown whole."""


def _plain(text: str) -> str:
    return "".join(text.split())
