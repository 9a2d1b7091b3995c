"""One turn, from a stored message to a stored answer."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.choice import Choice
from assistant.citing import cited
from assistant.events import EventKind, QuickReply, ToolCall, Usage
from assistant.gate import Gate
from assistant.grounding import Facts, Grounds, facts_of
from assistant.memory import ConversationMemory
from assistant.quick_replies import quick_replies
from assistant.rendering import render
from assistant.steps import (
    Brain,
    ModelCalled,
    ModelUnavailable,
    Request,
    Step,
    Suggested,
    Text,
    ToolFinished,
    ToolStarted,
    Understood,
)
from orderdb.dates import zone
from orderdb.statuses import Speaker
from tools.results import Citation, ToolResult

log = logging.getLogger(__name__)

_CODES = re.compile(r"[A-Za-z]*-?\d[A-Za-z0-9-]*")
_FEWEST_LETTERS = 4


class Emits(Protocol):
    """Where a turn's events go: a journal, or whoever rehearses it."""

    def emit(self, kind: EventKind, payload: dict[str, Any]) -> None: ...


@dataclass
class Answer:
    """What a turn came to."""

    text: str = ""
    handled_by: Speaker = Speaker.ASSISTANT
    results: list[ToolResult] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    quick_replies: tuple[QuickReply, ...] = ()
    citations: list[Citation] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    choices: tuple[Choice, ...] = ()
    model_away: bool = False


class Turn:
    """Runs one request through a brain and lets only grounded text out.

    The model's brain is tried first; when it cannot be reached, what the tools have said so far
    is rendered plainly, and with nothing said yet, guided mode answers.
    """

    def __init__(
        self,
        request: Request,
        memory: ConversationMemory,
        journal: Emits,
        time_zone: str,
    ) -> None:
        self._request = request
        self._memory = memory
        self._journal = journal
        self._zone = zone(time_zone)
        self._answer = Answer()
        self._reading: list[asyncio.Task[Facts]] = []
        self._sent = False

    async def run(self, brain: Brain | None, guided: Brain, seconds: float) -> Answer:
        """Answer with ``brain``; with ``guided`` when there is none, it fails or takes too long."""
        answer = self._answer
        if brain is not None:
            try:
                async with asyncio.timeout(seconds):
                    await self._with(brain)
                return await self._finished()
            except (ModelUnavailable, TimeoutError) as error:
                log.warning("no model answered: %r", error)
                answer.model_away = not (isinstance(error, ModelUnavailable) and error.refused)
                self._void("the model went away")
        answer.handled_by = Speaker.GUIDED
        if answer.results:
            self._say(self._plain())
        else:
            await self._with(guided)
        return await self._finished()

    async def _with(self, brain: Brain) -> None:
        gate = await self._gate()
        if not await self._stream(brain.answer(self._request), gate):
            log.info("reply held back: %s", gate.problems)
            self._void("a statement without a source was taken back")
            told = "\n".join(f"- {one.text}: {one.reason}" for one in gate.problems)
            gate = await self._gate()
            repaired = brain.repair(self._request, self._answer.results, told)
            if not await self._stream(repaired, gate, hold=True):
                log.info("repaired reply held back too: %s", gate.problems)
                gate.sent = ""
        if says_something(gate.sent):
            self._answer.text = gate.sent.strip()
        else:
            self._void("nothing was said")
            self._say(self._plain())

    async def _stream(self, steps: AsyncIterator[Step], gate: Gate, hold: bool = False) -> bool:
        """Follow a brain; False as soon as the gate shuts. ``hold``: send only the whole."""
        draft = None
        async with aclosing(steps):  # type: ignore[type-var]  # brains are generators
            async for step in steps:
                match step:
                    case ToolStarted():
                        self._tool_started(step)
                    case ToolFinished():
                        self._tool_finished(step)
                    case Text():
                        if self._reading:
                            gate.grounds = await self._grounds()
                        if draft not in (None, step.draft):
                            self._void("the answer was begun anew")
                            gate.restart()
                        draft = step.draft
                        passed = (gate.tell if step.by_code else gate.feed)(step.text)
                        self._send("" if hold else passed)
                    case Understood():
                        self._answer.choices = step.choices
                    case ModelCalled():
                        self._count(step.usage)
                    case Suggested():
                        self._answer.quick_replies = step.quick_replies
                if gate.problems:
                    return False
        rest = gate.close()
        if gate.problems:
            return False
        self._send(gate.sent if hold else rest)
        return True

    async def _gate(self) -> Gate:
        return Gate(await self._grounds(), self._request.language)

    async def _grounds(self) -> Grounds:
        now = self._request.desk.clock().astimezone(self._zone)
        return Grounds(await self._facts(), self._memory.facts, now.date())

    async def _facts(self) -> Facts:
        """What the results so far establish; it was read while the model was asked on."""
        while self._reading:
            newer = await asyncio.shield(self._reading[0])
            self._answer.facts = self._answer.facts.merged(newer)
            self._reading.pop(0)
        return self._answer.facts

    def _tool_started(self, step: ToolStarted) -> None:
        self._journal.emit(
            "tool",
            {
                "id": step.id,
                "name": step.name,
                "arguments": step.arguments,
                "status": "started",
                "duration_ms": None,
            },
        )

    def _tool_finished(self, step: ToolFinished) -> None:
        status = step.result.status if step.result else "error"
        call = ToolCall(
            name=step.name,
            arguments=step.arguments,
            status=status,
            duration_ms=step.duration_ms,
        )
        self._answer.calls.append(call)
        self._journal.emit("tool", {"id": step.id, **call.model_dump(mode="json")})
        if step.result is None:
            return
        self._answer.results.append(step.result)
        reading = asyncio.to_thread(facts_of, [step.result], self._zone)
        self._reading.append(asyncio.create_task(reading))
        for card in step.result.cards:
            self._journal.emit("card", card)
        if step.result.proposal is not None:
            self._journal.emit("proposal", step.result.proposal.model_dump(mode="json"))
        if step.result.handoff is not None:
            self._journal.emit("handoff", step.result.handoff.model_dump(mode="json"))

    def _plain(self) -> str:
        choices = self._answer.choices or self._request.plan.best
        return render(self._answer.results, choices, self._request.language)

    def _say(self, text: str) -> None:
        self._answer.text = text
        self._send(text)

    def _send(self, text: str) -> None:
        if text:
            self._sent = True
            self._journal.emit("token", {"text": text})

    def _void(self, reason: str) -> None:
        if self._sent:
            self._journal.emit("reset", {"reason": reason})
            self._sent = False
        self._answer.text = ""

    def _count(self, usage: Usage) -> None:
        total = self._answer.usage
        total.llm_calls += usage.llm_calls
        total.prompt_tokens += usage.prompt_tokens
        total.completion_tokens += usage.completion_tokens

    async def _finished(self) -> Answer:
        answer = self._answer
        await self._facts()
        if not answer.quick_replies:
            answer.quick_replies = quick_replies(
                answer.choices, answer.results, self._request.language
            )
        answer.citations = cited(answer.text, answer.results)
        for citation in answer.citations:
            self._journal.emit("citation", citation.model_dump(mode="json"))
        return answer


def says_something(text: str) -> bool:
    """Whether a reply is more than codes and punctuation."""
    words = _CODES.sub(" ", text)
    return sum(character.isalpha() for character in words) >= _FEWEST_LETTERS
