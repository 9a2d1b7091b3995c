"""The way of a small model: the plan's certain calls are made, the others chosen, then the reply.

The model never emits a tool call: it picks among few readings of the message, under a schema, and
writes the reply once the facts are in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.agent import LANGUAGE_NAMES, earlier_messages, repair, steps_of
from assistant.brief import brief
from assistant.calls import Call
from assistant.choice import Choice
from assistant.constrained import as_plain_text
from assistant.endpoints import Endpoints
from assistant.focus import meaning, task_for
from assistant.matters import MATTERS
from assistant.model_calls import ModelCalls
from assistant.plan import Part
from assistant.prompts import Prompts
from assistant.rendering import anew, render
from assistant.steps import Request, Step, Text, ToolStarted, Understood
from assistant.tool_runs import run_tool
from tools.desk_tool import DeskTool
from tools.results import ToolResult

_LONGEST_QUESTION = 1500  # characters of the message at hand
_SHORT = 160  # characters of an earlier message


class PlannedAgent:
    """A brain over endpoints whose models cannot be trusted to emit tool calls."""

    def __init__(self, endpoints: Endpoints, tools: Sequence[DeskTool], prompts: Prompts) -> None:
        self._endpoints = endpoints
        self._prompts = prompts
        self._tools = {tool.name: tool for tool in tools}

    async def answer(self, request: Request) -> AsyncIterator[Step]:
        """Read the message, look up what its parts ask for, then have the reply written."""
        calls = ModelCalls(self._endpoints)
        plan = await asyncio.to_thread(lambda: request.plan)
        taken: list[Choice] = []
        for part in plan.parts:
            if not part.certain:
                async for step in steps_of(self._choosing(calls, part, request)):
                    yield step
            taken.append(_picked(part, {} if part.certain else calls.action))
        yield Understood(tuple(taken))
        found: dict[Call, ToolResult] = {}
        for call in _wanted(taken):
            identity, name = f"call-{uuid4().hex[:12]}", call.tool or ""
            yield ToolStarted(identity, name, call.as_dict())
            run = await run_tool(self._tools, request.desk, identity, name, call.as_dict())
            yield run.finished
            if run.finished.result is not None:
                found[call] = run.finished.result
        told = {choice: [found[call] for call in choice.calls if call in found] for choice in taken}
        by_code = [choice for choice in taken if _said_by_code(choice, told[choice])]
        to_write = [choice for choice in taken if choice not in by_code]
        results = [found[call] for call in _wanted(by_code) if call in found]
        plain = render(results, by_code, request.language)
        if by_code and not to_write:
            told_anew = anew(plain, request.last_reply, request.language)
            yield Text(told_anew, draft="code", by_code=True)
            return
        facts = [brief(result) for choice in to_write for result in told[choice]]
        draft = ""
        async for step in steps_of(calls.ask(self._with_task(request, to_write, facts))):
            if isinstance(step, Text):
                draft = step.draft
            yield step
        if plain and any(told[choice] or choice.question for choice in by_code):
            yield Text(f"\n{plain}", draft, by_code=True)

    @property
    def endpoints(self) -> Endpoints:
        return self._endpoints

    def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        return repair(self._endpoints, self._prompts, self._messages(request), request.language,
                      results, problems)  # fmt: skip

    def _messages(self, request: Request) -> list[BaseMessage]:
        last = [type(one)(one.text[:_SHORT]) for one in earlier_messages(request)[-2:]]
        return [
            SystemMessage(self._prompts["embedded"].text), *last, HumanMessage(request.message)
        ]  # fmt: skip

    def _with_task(
        self, request: Request, taken: Sequence[Choice], facts: Sequence[str]
    ) -> list[BaseMessage]:
        """The message, the facts about it and what the reply is to do: no more, for speed."""
        named, task = LANGUAGE_NAMES[request.language], task_for(list(taken))
        if not facts:
            told = self._prompts["talk"].fill(task=task, language=named)
            return as_plain_text([*self._messages(request), HumanMessage(told)])
        told = self._prompts["answer"].fill(
            facts="\n\n".join(dict.fromkeys(facts)),
            message=request.message[:_LONGEST_QUESTION],
            task=task,
            language=named,
        )
        return [SystemMessage(self._prompts["embedded"].text), HumanMessage(told)]

    def _choosing(self, calls: ModelCalls, part: Part, request: Request) -> AsyncIterator[Step]:
        return calls.choose(
            self._messages(request),
            self._prompts["choose"].fill(part=part.text, steps="{steps}"),
            [_branch(choice) for choice in part.choices],
        )


def _picked(part: Part, action: dict[str, Any]) -> Choice:
    """The reading that the model chose; the likeliest when it chose none."""
    offered = {choice.label: choice for choice in part.choices}
    return offered.get(str(action.get("step")), part.best)


def _wanted(taken: Sequence[Choice]) -> list[Call]:
    """The calls of all readings, each once."""
    return list(dict.fromkeys(call for choice in taken for call in choice.calls if call.tool))


def _said_by_code(choice: Choice, told: Sequence[ToolResult]) -> bool:
    """Whether the reply to a reading is the tool's own words (see ``Matter.said_by_code``).

    A refusal's words are final, and a small model asks for an order number instead of naming the
    orders there are.
    """
    if choice.missing_order or choice.plain or MATTERS[choice.label].said_by_code:
        return True
    return bool(told) and all(result.status == "refused" for result in told)


def _branch(choice: Choice) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning(choice),
        "properties": {"step": {"const": choice.label}},
        "required": ["step"],
        "additionalProperties": False,
    }
