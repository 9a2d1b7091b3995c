"""The same service when no model answers: the likeliest reading is looked up and told plainly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

from assistant.events import QuickReply
from assistant.quick_replies import order_actions, quick_replies
from assistant.rendering import anew, render
from assistant.steps import (
    Request,
    Step,
    Suggested,
    Text,
    ToolStarted,
    Understood,
)
from assistant.tool_runs import run_tool
from orderdb.text import Language
from tools.registry import ToolRegistry
from tools.results import ToolResult

_MENU: Mapping[Language, tuple[QuickReply, ...]] = {
    "en": (
        QuickReply(label="My orders", text="Show my orders"),
        QuickReply(label="Where is my order?", text="Where is my latest order?"),
        QuickReply(label="Return something", text="I want to return something"),
        QuickReply(label="Talk to a person", text="I would like to talk to a person"),
    ),
    "zh": (
        QuickReply(label="我的订单", text="查看我的订单"),
        QuickReply(label="订单到哪了", text="我最近的订单到哪了？"),
        QuickReply(label="我要退货", text="我要退货"),
        QuickReply(label="转人工", text="我要转人工客服"),
    ),
}


class Guided:
    """A brain without a model."""

    def __init__(self, tools: ToolRegistry) -> None:
        self._tools = {tool.name: tool for tool in tools}

    async def answer(self, request: Request) -> AsyncIterator[Step]:
        choices = (await asyncio.to_thread(lambda: request.plan)).best
        yield Understood(choices)
        results: list[ToolResult] = []
        calls = [call for choice in choices for call in choice.calls if call.tool]
        for call in dict.fromkeys(calls):
            identity, name = f"call-{uuid4().hex[:12]}", str(call.tool)
            yield ToolStarted(identity, name, call.as_dict())
            run = await run_tool(self._tools, request.desk, identity, name, call.as_dict())
            yield run.finished
            if run.finished.result is not None:
                results.append(run.finished.result)
        told = anew(
            render(results, choices, request.language), request.last_reply, request.language
        )
        yield Text(told, draft="guided", by_code=True)
        asked = quick_replies(choices, results, request.language)
        shown = asked or order_actions(results, request.language)
        yield Suggested(shown or _MENU[request.language])

    async def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        """There is nothing to repair: what is rendered comes from the results."""
        return
        yield
