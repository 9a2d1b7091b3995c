"""The model's loop: it looks up and proposes through tools until it can answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langgraph.prebuilt.tool_node import ToolCallRequest

from assistant.brief import brief
from assistant.constrained import ConstrainedChatModel, as_plain_text
from assistant.endpoints import Endpoints
from assistant.events import Usage
from assistant.focus import meaning, task_for
from assistant.plan import Choice, Part
from assistant.prompts import Prompts
from assistant.rendering import render
from assistant.steps import (
    ModelCalled,
    ModelUnavailable,
    Request,
    Step,
    Text,
    ToolFinished,
    ToolStarted,
    Understood,
)
from orderdb.text import Language
from tools.desk_tool import DeskTool
from tools.results import ToolResult

LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "zh": "简体中文 (Chinese)"}
_LONGEST_QUESTION = 1500  # characters of the message at hand, likewise
_SHORT = 160  # characters of an earlier message that a small model is shown

Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


@dataclass
class Run:
    """One turn's way through the loop: the graph's context, which the model never sees."""

    request: Request
    model_calls: int = 0
    uncounted: Usage = field(default_factory=Usage)
    taken: tuple[Choice, ...] = ()
    read_for: dict[str, Choice] = field(default_factory=dict)
    call_ids: set[str] = field(default_factory=set)
    finished: dict[str, ToolFinished] = field(default_factory=dict)

    def called(self) -> None:
        """A model is being asked, whatever comes of it."""
        self.model_calls += 1
        self.uncounted.llm_calls += 1

    def name_apart(self, message: AIMessage) -> None:
        """Give each call an id of its own; some servers leave them out or use them twice."""
        for call in message.tool_calls:
            given = call["id"]
            own = f"call-{uuid4().hex[:12]}" if not given or given in self.call_ids else given
            call["id"] = own
            self.call_ids.add(own)

    def take_uncounted(self) -> Usage:
        usage, self.uncounted = self.uncounted, Usage()
        return usage


class Agent:
    """A brain over a model endpoint.

    ``native``: the model calls tools by itself. Otherwise the turn's plan narrows what it may do
    to a choice between few actions, and it writes the reply once the facts are in.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        tools: Sequence[DeskTool],
        prompts: Prompts,
        *,
        native: bool,
        most_calls: int = 6,
    ) -> None:
        self._endpoints = endpoints
        self._prompts = prompts
        self._native = native
        self._system = prompts["assistant" if native else "embedded"].text
        loop = _Loop if native else _PlannedLoop
        self._graph: Any = create_agent(
            endpoints.models[0],
            [tool.unbound() for tool in tools],
            system_prompt=self._system,
            middleware=[loop(endpoints, prompts, {tool.name: tool for tool in tools}, most_calls)],
            context_schema=Run,
        )

    async def answer(self, request: Request) -> AsyncIterator[Step]:
        """Work through the loop; ends with the text of the reply."""
        run = Run(request)
        stream = self._graph.astream(
            {"messages": self._messages(request)},
            context=run,
            stream_mode=["messages", "updates"],
            config={"recursion_limit": 40},
        )
        async with aclosing(stream):
            try:
                async for mode, item in stream:
                    for step in _steps(mode, item, run):
                        yield step
            except ModelUnavailable:
                yield ModelCalled(run.take_uncounted())
                raise

    async def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        facts = "\n\n".join(result.text for result in results) or "none"
        told = self._prompts["repair"].fill(
            problems=problems, language=LANGUAGE_NAMES[request.language]
        )
        asked = [
            SystemMessage(self._system),
            *self._messages(request),
            HumanMessage(f"FACTS:\n{facts}\n\n{told}"),
        ]
        answer = await self._endpoints.ask(lambda model: model.ainvoke(as_plain_text(asked)))
        usage = Usage(llm_calls=1)
        _add(usage, answer.usage_metadata)
        yield ModelCalled(usage)
        yield Text(answer.text, draft=f"repair-{uuid4().hex[:8]}")

    def _messages(self, request: Request) -> list[BaseMessage]:
        said: list[BaseMessage] = [
            HumanMessage(one.text) if one.role == "customer" else AIMessage(one.text)
            for one in request.history
        ]
        if not self._native:
            last = [type(one)(one.text[:_SHORT]) for one in said[-2:]]
            return [*last, HumanMessage(request.message)]
        asked = self._prompts["turn"].fill(
            message=request.message,
            today=f"{request.desk.clock():%Y-%m-%d}",
            language=LANGUAGE_NAMES[request.language],
            matters="".join(f" {matter}" for matter in request.open_matters),
        )
        return [*said, HumanMessage(asked)]


class _Loop(AgentMiddleware[Any, Run]):
    """Around every call of a model and a tool: retries, limits, identity, timing."""

    def __init__(
        self,
        endpoints: Endpoints,
        prompts: Prompts,
        tools: Mapping[str, DeskTool],
        most_calls: int,
    ) -> None:
        super().__init__()
        self._endpoints = endpoints
        self._prompts = prompts
        self._desk_tools = tools
        self._most_calls = most_calls

    async def awrap_model_call(
        self, request: ModelRequest[Run], handler: Handler
    ) -> ModelResponse[Any] | AIMessage:
        run = request.runtime.context
        if run.model_calls + 1 >= self._most_calls:
            request = request.override(tools=[])  # the last call can only be the reply
        response = await self._ask(request, handler)
        if request.tools and _broken_call(response.result[0]):
            note = HumanMessage("That tool call was not valid JSON. Send it again, complete.")
            response = await self._ask(
                request.override(messages=[*request.messages, note]), handler
            )
        message = response.result[0]
        if isinstance(message, AIMessage):
            if not request.tools or _broken_call(message):
                message.tool_calls = []  # some models call what they were not offered
            message.invalid_tool_calls = []  # sent back, they would want a result
            run.name_apart(message)
        return response

    async def _ask(self, request: ModelRequest[Run], handler: Handler) -> ModelResponse[Any]:
        async def call(model: BaseChatModel) -> ModelResponse[Any]:
            request.runtime.context.called()
            response = await handler(request.override(model=model))
            answer = response.result[0]
            if not (answer.text or getattr(answer, "tool_calls", None)
                    or getattr(answer, "invalid_tool_calls", None)):  # fmt: skip
                raise ValueError("the model answered with nothing")
            return response

        return await self._endpoints.ask(call)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Any]]
    ) -> ToolMessage | Any:
        run = cast(Run, request.runtime.context)
        tool = self._desk_tools.get(request.tool_call["name"])
        if tool is not None:
            request = request.override(tool=tool.bind(run.request.desk))
        started = time.perf_counter()
        message = await handler(request)
        took = round((time.perf_counter() - started) * 1000)
        if isinstance(message, ToolMessage):
            call = request.tool_call
            artifact = message.artifact if isinstance(message.artifact, ToolResult) else None
            run.finished[message.tool_call_id] = ToolFinished(
                str(call["id"]), call["name"], call["args"], artifact, took
            )
        return message


class _PlannedLoop(_Loop):
    """For small models: the plan's certain calls are made, the others chosen, then the reply."""

    async def awrap_model_call(
        self, request: ModelRequest[Run], handler: Handler
    ) -> ModelResponse[Any] | AIMessage:
        run = request.runtime.context
        if not run.taken:
            plan = await asyncio.to_thread(lambda: run.request.plan)
            run.taken = tuple([await self._choose(part, request) for part in plan.parts])
            looked_up = _tool_calls(run)
            if looked_up:
                return AIMessage(content="", tool_calls=looked_up)
        results = [one.result for one in run.finished.values() if one.result]
        if results and (
            all(_said_by_code(choice) for choice in run.taken)
            or all(result.status == "refused" for result in results)  # its words are final
        ):
            return AIMessage(content=render(results, run.taken, run.request.language))
        return await self._ask(
            request.override(tools=[], messages=self._with_task(request)), handler
        )

    def _with_task(self, request: ModelRequest[Run]) -> list[Any]:
        """The message, the facts about it and what the reply is to do: no more, for speed."""
        run = request.runtime.context
        named = LANGUAGE_NAMES[run.request.language]
        task = task_for(list(run.taken))
        facts = [self._facts(one, run) for one in request.messages if isinstance(one, ToolMessage)]
        if not facts:
            told = self._prompts["talk"].fill(task=task, language=named)
            return as_plain_text([*request.messages, HumanMessage(told)])
        told = self._prompts["answer"].fill(
            facts="\n\n".join(dict.fromkeys(facts)),
            message=run.request.message[:_LONGEST_QUESTION],
            task=task,
            language=named,
        )
        return [HumanMessage(told)]

    def _facts(self, message: ToolMessage, run: Run) -> str:
        choice = run.read_for.get(message.tool_call_id)
        if choice is None or not isinstance(message.artifact, ToolResult):
            return message.text
        return brief(message.artifact, choice, run.request.language)

    async def _choose(self, part: Part, request: ModelRequest[Run]) -> Choice:
        """The reading of ``part`` that the model picks; without asking when there is only one."""
        if part.certain:
            return part.best
        run: Run = request.runtime.context
        offered = {choice.label: choice for choice in part.choices}
        branches = [_branch(choice) for choice in part.choices]
        instruction = self._prompts["choose"].fill(part=part.text, steps="{steps}")
        system = [request.system_message] if request.system_message else []

        async def call(model: BaseChatModel) -> dict[str, Any]:
            run.called()
            adapter = ConstrainedChatModel(inner=model, instruction=instruction)
            action, usage = await adapter.choose([*system, *request.messages], branches)
            _add(run.uncounted, usage)
            return action

        action = await self._endpoints.ask(call)
        return offered.get(str(action.get("step")), part.best)


def _broken_call(message: BaseMessage) -> bool:
    """Whether a tool call came unreadable, or cut so that it only looks whole."""
    if not isinstance(message, AIMessage):
        return False
    if message.response_metadata.get("finish_reason") == "length":
        return bool(message.tool_calls or message.invalid_tool_calls)
    return bool(message.invalid_tool_calls) and not message.tool_calls


def _said_by_code(choice: Choice) -> bool:
    """Where a small model writes nothing better: it takes itself for the person that a customer
    is passed on to, and asks for an order number instead of naming the orders."""
    return choice.missing_order or choice.label in ("handoff", "complaint")


def _branch(choice: Choice) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning(choice),
        "properties": {"step": {"const": choice.label}},
        "required": ["step"],
        "additionalProperties": False,
    }


def _tool_calls(run: Run) -> list[Any]:
    """The calls of all readings, each once; the run remembers what each is for."""
    wanted = {call: choice for choice in reversed(run.taken) for call in choice.calls}
    calls = dict.fromkeys(call for choice in run.taken for call in choice.calls if call.tool)
    made = []
    for call in calls:
        identity = f"call-{uuid4().hex[:12]}"
        run.read_for[identity] = wanted[call]
        made.append(
            {"name": call.tool, "args": call.as_dict(), "id": identity, "type": "tool_call"}
        )
    return made


def _steps(mode: str, item: Any, run: Run) -> list[Step]:
    """A piece of the graph's stream as steps."""
    if mode == "messages":
        chunk, _ = item
        if not (isinstance(chunk, AIMessageChunk) and chunk.text):
            return []
        text = Text(chunk.text, draft=str(chunk.id))
        # a reply that is cut short for what it says is a call all the same: count it first
        return [ModelCalled(run.take_uncounted()), text] if run.uncounted.llm_calls else [text]
    steps: list[Step] = []
    for update in item.values():
        for message in (update or {}).get("messages", []):
            if isinstance(message, AIMessage):
                steps += _of_answer(message, run)
            elif isinstance(message, ToolMessage):
                steps.append(_of_tool(message, run))
    return steps


def _of_answer(message: AIMessage, run: Run) -> list[Step]:
    usage = run.take_uncounted()
    _add(usage, message.usage_metadata)
    started: list[Step] = [
        ToolStarted(id=str(call["id"]), name=call["name"], arguments=call["args"])
        for call in message.tool_calls
    ]
    understood = [Understood(run.taken)] if run.taken else []
    return [*understood, ModelCalled(usage), *started]


def _of_tool(message: ToolMessage, run: Run) -> ToolFinished:
    unknown = ToolFinished(message.tool_call_id, message.name or "", {}, None, 0)
    return run.finished.get(message.tool_call_id, unknown)


def _add(usage: Usage, counted: Any) -> None:
    usage.prompt_tokens += (counted or {}).get("input_tokens", 0)
    usage.completion_tokens += (counted or {}).get("output_tokens", 0)
