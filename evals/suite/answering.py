"""Who answers in a trial: OrderDesk's own conversation, or what it is compared with."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from assistant.agent import LANGUAGE_NAMES
from assistant.conversation import ConversationService
from assistant.language import language_of
from assistant.plan import Planner
from assistant.preparation import Preparation
from assistant.prompts import Prompts
from assistant.settings import Settings
from assistant.steps import Brain
from evals.suite.played import Answered, ToolUse, Usage
from orderdb.conversations import open_conversation
from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook
from tools.context import DeskContext
from tools.desk_tool import DeskTool
from tools.policies import PolicyIndex
from tools.registry import ALL_TOOLS, ToolRegistry
from tools.results import ToolResult

if TYPE_CHECKING:
    from evals.suite.kept_answers import KeptAnswers


class Answerer(Protocol):
    """Holds one conversation with one customer."""

    async def answer(self, text: str) -> Answered: ...

    async def close(self) -> None: ...


class Recorder:
    """Keeps what tools told, by conversation; the events of a turn show less."""

    def __init__(self) -> None:
        self._uses: dict[str | None, list[ToolUse]] = defaultdict(list)
        self.registry = ToolRegistry(tuple(map(self._recorded, ALL_TOOLS)))

    def take(self, conversation_id: str) -> list[ToolUse]:
        """What ran in a conversation since it was last asked."""
        return self._uses.pop(conversation_id, [])

    def _recorded(self, tool: DeskTool) -> DeskTool:
        def run(context: DeskContext, **arguments: Any) -> ToolResult:
            use = ToolUse(name=tool.name, arguments=_plain(arguments), status="error")
            self._uses[context.conversation_id].append(use)
            result = DeskTool(tool.name, tool.arguments, tool.run)(context, **arguments)
            use.status, use.text, use.cards = result.status, result.text, result.cards
            use.citations = [one.model_dump(mode="json") for one in result.citations]
            return result

        run.__doc__ = tool.run.__doc__
        return replace(tool, run=run)


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if hasattr(value, "model_dump"):
            return value.model_dump(mode="json")
        return [plain(one) for one in value] if isinstance(value, list) else value

    return {name: plain(value) for name, value in arguments.items() if value is not None}


@dataclass(frozen=True)
class Desk:
    """What all conversations of a run share; only the shop is each one's own."""

    settings: Settings
    book: PolicyBook
    policies: PolicyIndex
    planner: Planner
    prompts: Prompts
    clock: Callable[[], datetime]
    recorder: Recorder = field(default_factory=Recorder)


@dataclass
class Fixed:
    """The brain that is asked, for a conversation service; ``failures`` counts when it was not
    reached."""

    model: Brain | None
    guided: Brain
    failures: int = 0

    def failed(self) -> None:
        self.failures += 1


class OrderDesk:
    """OrderDesk whole: preparation, brain, grounding gate, event log, all over the case's shop."""

    def __init__(
        self,
        desk: Desk,
        sessions: SessionFactory,
        customer: str,
        language: str,
        brains: Fixed,
    ) -> None:
        self._desk, self._customer, self._language, self._brains = desk, customer, language, brains
        preparation = Preparation(sessions, desk.book, desk.policies, desk.planner, desk.clock)
        self._service = ConversationService(
            sessions,
            preparation,
            brains,
            desk.prompts.versions,
            desk.clock,
            turn_seconds=desk.settings.limits.turn_seconds,
        )
        self.conversation: str | None = None
        self._asked = 0

    async def answer(self, text: str) -> Answered:
        if self.conversation is None:
            self.conversation = await self._service.open(self._customer, self._language)
        self._asked += 1
        failures, began = self._brains.failures, time.perf_counter()
        turn = await self._service.submit(
            self._customer, self.conversation, text, f"asked-{self._asked}"
        )
        first: float | None = None
        answered = Answered()
        follow = self._service.follow(self._customer, self.conversation, turn_id=turn)
        async for event in follow:
            if event.kind == "token" and first is None:
                first = time.perf_counter() - began
            elif event.kind == "handoff":
                answered.handed_off = True
            elif event.kind == "error":
                answered.fault = f"the turn failed: {event.payload.get('code')}"
            elif event.kind == "done":
                _take(answered, event.payload)
        recorded = self._desk.recorder.take(self.conversation)
        answered.tools = [*recorded, *_unrecorded(answered.tools, recorded)]
        answered.seconds, answered.first_token_seconds = time.perf_counter() - began, first
        if self._brains.failures > failures:
            answered.fault = "the model could not be reached in time"
        return answered

    async def close(self) -> None:
        await self._service.close()


def _unrecorded(told: list[ToolUse], recorded: list[ToolUse]) -> list[ToolUse]:
    """Calls that only the events tell of, such as a person called by rules."""
    names = {one.name for one in recorded}
    return [one for one in told if one.name not in names]


def _take(answered: Answered, done: dict[str, Any]) -> None:
    answered.reply, answered.handled_by = done["reply"], done["handled_by"]
    answered.cards, answered.citations = done["cards"], done["citations"]
    answered.proposals = done["proposals"]
    answered.tools = [
        ToolUse(name=one["name"], arguments=one["arguments"], status=one["status"])
        for one in done["tool_calls"]
    ]
    used = done["usage"]
    answered.usage = Usage(
        model_calls=used["llm_calls"],
        prompt_tokens=used["prompt_tokens"],
        completion_tokens=used["completion_tokens"],
    )


@dataclass
class Asked:
    """The langchain chat model that plain agents ask.

    ``steps`` stands behind the system prompt and may name the tools as ``{steps}``. ``patient`` is
    the same model with all the time it wants: it reads what all prompts begin with, once, before
    anybody's turn is timed, as OrderDesk's beginning is read at the start of an embedded model.
    """

    model: Any
    steps: str = ""
    patient: Any = None
    kept: KeptAnswers | None = None

    async def begin(self, system: str, tools: Sequence[Any]) -> None:
        from langchain_core.messages import HumanMessage, SystemMessage

        patient, self.patient = self.patient, None
        if patient is not None:
            asked = patient if self.steps else patient.bind_tools(list(tools))
            await asked.ainvoke([SystemMessage(system), HumanMessage("hello")])


class Plain:
    """What OrderDesk is compared with: langchain's own agent with the same tools, prompt and model.

    No plan, no gate, no memory but the messages.
    """

    def __init__(
        self,
        desk: Desk,
        sessions: SessionFactory,
        customer: str,
        language: str,
        asked: Asked,
    ) -> None:
        self._asked = asked
        self._desk, self._sessions, self._customer = desk, sessions, customer
        self._language = language
        self._said: list[str] = []
        self._messages: list[Any] = []
        with sessions() as session:
            self.conversation = open_conversation(
                session, customer, language, desk.prompts.versions, desk.clock()
            ).id

    async def answer(self, text: str) -> Answered:
        from langchain.agents import create_agent
        from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
        from langgraph.errors import GraphRecursionError

        from assistant.constrained import steps_told
        from assistant.models import ENDPOINT_FAULTS

        self._said.append(text)
        language = language_of(text, self._language)
        context = DeskContext(
            customer_id=self._customer,
            conversation_id=self.conversation,
            language=language,
            sessions=self._sessions,
            book=self._desk.book,
            policies=self._desk.policies,
            clock=self._desk.clock,
            said=tuple(self._said),
        )
        tools = self._desk.recorder.registry.bound(context)
        system = self._desk.prompts["assistant"].text
        if self._asked.steps:
            system += self._asked.steps.replace("{steps}", steps_told(tools))
        await self._asked.begin(system, tools)
        agent: Any = create_agent(self._asked.model, tools, system_prompt=system)
        asked = self._desk.prompts["turn"].fill(
            message=text,
            today=f"{self._desk.clock():%Y-%m-%d}",
            language=LANGUAGE_NAMES[language],
            matters="",
        )
        messages = [*self._messages, HumanMessage(asked)]
        known, began = len(messages), time.perf_counter()
        kept = self._asked.kept
        spared = kept.seconds if kept else 0.0
        first: float | None = None
        answered = Answered(handled_by="plain")
        try:
            most = 2 * self._desk.settings.limits.model_calls + 1  # each call, and tools between
            stream = agent.astream(
                {"messages": messages},
                {"recursion_limit": most},
                stream_mode=["messages", "values"],
            )
            async with asyncio.timeout(self._desk.settings.limits.turn_seconds):
                async for mode, part in stream:
                    if mode == "values":
                        messages = part["messages"]
                    elif first is None and isinstance(part[0], AIMessage) and part[0].text:
                        first = time.perf_counter() - began
        except GraphRecursionError:
            answered.reply = ""  # it went round in circles: that is its own fault
        except TimeoutError:
            answered.fault = "the model did not answer in time"
        except ENDPOINT_FAULTS as error:
            answered.fault = f"the model could not be reached: {type(error).__name__}"
        self._messages = messages
        for message in messages[known:]:
            if isinstance(message, AIMessage):
                used: Any = message.usage_metadata or {}
                answered.usage.model_calls += 1
                answered.usage.prompt_tokens += used.get("input_tokens", 0)
                answered.usage.completion_tokens += used.get("output_tokens", 0)
            elif isinstance(message, ToolMessage) and isinstance(message.artifact, ToolResult):
                _show(answered, message.artifact)
        last = messages[-1] if len(messages) > known else None
        if isinstance(last, AIMessage):
            answered.reply = last.text.strip()
        answered.tools = self._desk.recorder.take(self.conversation)
        answered.seconds, answered.first_token_seconds = time.perf_counter() - began, first
        if kept is not None and kept.seconds > spared:  # as long as it took when it was asked
            answered.seconds += kept.seconds - spared
            answered.first_token_seconds = None
        return answered

    async def close(self) -> None:
        return


def _show(answered: Answered, result: ToolResult) -> None:
    answered.cards += result.cards
    answered.citations += [one.model_dump(mode="json") for one in result.citations]
    if result.proposal is not None:
        answered.proposals.append(result.proposal.model_dump(mode="json"))
    answered.handed_off = answered.handed_off or result.handoff is not None
