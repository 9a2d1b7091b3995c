"""The loop of a model that calls tools by itself: it looks up and proposes until it can answer.

Plain calls of a langchain chat model, one after the other (docs/adr/0007-the-loop-is-ours.md).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from uuid import uuid4

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)

from assistant.constrained import as_plain_text
from assistant.endpoints import Endpoints
from assistant.model_calls import ModelCalls
from assistant.prompts import Prompts
from assistant.steps import Request, Step, ToolStarted
from assistant.tool_runs import run_tool
from orderdb.text import Language
from tools.desk_tool import DeskTool
from tools.results import ToolResult

LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "zh": "简体中文 (Chinese)"}
_UNREADABLE = "That tool call was not valid JSON. Send it again, complete."


class Agent:
    """A brain over endpoints whose models call tools; ``most_calls`` of a model in one turn."""

    def __init__(
        self,
        endpoints: Endpoints,
        tools: Sequence[DeskTool],
        prompts: Prompts,
        *,
        most_calls: int = 6,
    ) -> None:
        self._endpoints = endpoints
        self._prompts = prompts
        self._tools = {tool.name: tool for tool in tools}
        self._offered = [tool.schema() for tool in tools]
        self._most_calls = most_calls

    async def answer(self, request: Request) -> AsyncIterator[Step]:
        """Work until the model replies; the last call can only be the reply."""
        said = self._messages(request)
        calls = ModelCalls(self._endpoints)
        known: set[str] = set()
        while True:
            offered = self._offered if calls.made + 1 < self._most_calls else []
            async for step in steps_of(calls.ask(said, offered)):
                yield step
            if offered and _unreadable(calls.message):
                async for step in steps_of(calls.ask([*said, HumanMessage(_UNREADABLE)], offered)):
                    yield step
            wanted = _readable_calls(calls.message, known) if offered else []
            if not wanted:
                return
            said.append(AIMessage(content=calls.message.text, tool_calls=wanted))
            for call in wanted:
                identity = str(call["id"])
                yield ToolStarted(identity, call["name"], call["args"])
            for call in wanted:
                run = await run_tool(
                    self._tools, request.desk, str(call["id"]), call["name"], call["args"]
                )
                yield run.finished
                said.append(ToolMessage(run.told, tool_call_id=call["id"], name=call["name"]))

    @property
    def endpoints(self) -> Endpoints:
        return self._endpoints

    def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        return repair(self._endpoints, self._prompts, self._messages(request), request.language,
                      results, problems)  # fmt: skip

    def _messages(self, request: Request) -> list[BaseMessage]:
        asked = self._prompts["turn"].fill(
            message=request.message,
            today=f"{request.desk.clock():%Y-%m-%d}",
            language=LANGUAGE_NAMES[request.language],
            matters="".join(f" {matter}" for matter in request.open_matters),
        )
        return [
            SystemMessage(self._prompts["assistant"].text),
            *earlier_messages(request),
            HumanMessage(asked),
        ]


def earlier_messages(request: Request) -> list[BaseMessage]:
    """What was said before, oldest first."""
    return [
        HumanMessage(one.text) if one.role == "customer" else AIMessage(one.text)
        for one in request.history
    ]


async def repair(
    endpoints: Endpoints,
    prompts: Prompts,
    said: Sequence[BaseMessage],
    language: Language,
    results: list[ToolResult],
    problems: str,
) -> AsyncIterator[Step]:
    """Have the reply to ``said`` written anew from ``results``, told what was wrong with it."""
    facts = "\n\n".join(result.text for result in results) or "none"
    told = prompts["repair"].fill(problems=problems, language=LANGUAGE_NAMES[language])
    asked = as_plain_text([*said, HumanMessage(f"FACTS:\n{facts}\n\n{told}")])
    async for step in steps_of(ModelCalls(endpoints).ask(asked)):
        yield step


async def steps_of(stream: AsyncIterator[Step]) -> AsyncIterator[Step]:
    """The stream, closed at once when nobody wants more of it."""
    async with aclosing(stream):  # type: ignore[type-var]  # streams are generators
        async for step in stream:
            yield step


def _unreadable(message: AIMessageChunk) -> bool:
    """Whether a tool call came as broken JSON, or cut so that it only looks whole."""
    if message.response_metadata.get("finish_reason") == "length":
        return bool(message.tool_calls or message.invalid_tool_calls)
    return bool(message.invalid_tool_calls) and not message.tool_calls


def _readable_calls(message: AIMessageChunk, known: set[str]) -> list[ToolCall]:
    """The calls, each under an id of its own; some servers leave ids out or use them twice."""
    if _unreadable(message):
        return []
    wanted = []
    for call in message.tool_calls:
        given = call["id"]
        identity = f"call-{uuid4().hex[:12]}" if not given or given in known else given
        known.add(identity)
        wanted.append(ToolCall(name=call["name"], args=call["args"], id=identity))
    return wanted
