"""A brain that answers with a person: where rules, and no model, decide that one is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

from assistant.steps import Request, Step, Text, ToolFinished, ToolStarted
from assistant.tool_runs import run_tool
from orderdb.statuses import ReasonCode
from orderdb.text import Text as Words
from tools.handoff import TOOLS
from tools.results import ToolResult

_REASON_CHARACTERS = 300

_FIRST = {
    ReasonCode.SAFETY: Words(
        en="Please stop using it. If somebody is hurt or in danger, call the emergency services "
        "first.",
        zh="请立即停止使用该商品。如有人受伤或遇到危险，请先拨打急救或报警电话。",
    ),
    ReasonCode.LEGAL: Words(en="I am sorry that it came to this.", zh="很抱歉给您带来这样的体验。"),
    ReasonCode.MOOD: Words(en="I am sorry for the trouble.", zh="很抱歉给您添麻烦了。"),
    ReasonCode.FAILED_TURNS: Words(en="I am sorry that I could not help.", zh="很抱歉没能帮到您。"),
    ReasonCode.LIMIT: Words(
        en="The rules leave me no more room; a person can decide this.",
        zh="这超出了我能处理的范围，可以由人工客服为您决定。",
    ),
    ReasonCode.UNSUPPORTED: Words(
        en="I cannot do this myself; a person can.",
        zh="我无法办理此事，将由人工客服为您处理。",
    ),
}


class HandingOver:
    """Calls a person for ``reason``, and says so."""

    def __init__(self, reason: ReasonCode) -> None:
        self._reason = reason

    async def answer(self, request: Request) -> AsyncIterator[Step]:
        identity, name = f"call-{uuid4().hex[:12]}", "handoff"
        arguments = {"reason": request.message[:_REASON_CHARACTERS]}
        yield ToolStarted(identity, name, arguments)
        desk = replace(request.desk, called_for=self._reason)
        tools = {tool.name: tool for tool in TOOLS}
        run = await run_tool(tools, desk, identity, name, arguments)
        yield run.finished
        yield Text(self._words(request, run.finished), draft="handing over", by_code=True)

    async def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        """There is nothing to repair: no word of it is a model's."""
        return
        yield

    def _words(self, request: Request, finished: ToolFinished) -> str:
        first = _FIRST.get(self._reason)
        told = finished.result.text if finished.result else ""
        between = "" if request.language == "zh" else " "
        return f"{first.get(request.language)}{between}{told}" if first else told
