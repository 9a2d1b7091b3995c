"""Tool calls from models that cannot be trusted to emit them.

The model is asked for one JSON action under a schema, and the action becomes an ordinary tool
call. Serves every endpoint that knows ``response_format: json_schema``.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

REPLY = "reply"
_ACTION_TOKENS = 160


class ConstrainedChatModel(BaseChatModel):
    """Wraps a chat model so that bound tools are offered as one JSON action.

    With tools bound, a call asks for ``{"tool": NAME, ...arguments}`` or ``{"tool": "reply"}``
    under a schema of one branch a tool; the second then asks for the reply as plain text, which
    streams. Without tools it asks for the reply at once.
    """

    inner: BaseChatModel
    instruction: str
    """What is put behind the messages when an action is asked for; ``{steps}`` lists them."""

    @property
    def _llm_type(self) -> str:
        return "constrained"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Any | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        *,
        tools: Sequence[dict[str, Any]] = (),
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        plain = as_plain_text(messages)
        if tools:
            action, usage = await self.choose(plain, _branches(tools))
            if action.get("tool", REPLY) != REPLY:
                yield _as_tool_call(action, usage)
                return
            yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))
        async for chunk in self.inner._astream(plain, stop=stop, run_manager=run_manager):
            yield chunk

    async def choose(
        self, messages: Sequence[BaseMessage], branches: Sequence[dict[str, Any]]
    ) -> tuple[dict[str, Any], Any]:
        """One action under ``branches`` (JSON schemas of objects), and the tokens it took.

        The action is empty where the endpoint does not keep to the schema.
        """
        told = self.instruction.replace("{steps}", _lines(branches))
        asked = [*messages, HumanMessage(told)]
        schema = {"name": "action", "strict": True, "schema": {"anyOf": list(branches)}}
        answer = await self.inner.bind(
            response_format={"type": "json_schema", "json_schema": schema},
            max_completion_tokens=_ACTION_TOKENS,
        ).ainvoke(as_plain_text(asked), config={"callbacks": [], "tags": ["nostream"]})
        return _parse(answer.text, branches), getattr(answer, "usage_metadata", None)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        total: ChatGenerationChunk | None = None
        async for chunk in self._astream(messages, stop, run_manager, **kwargs):
            total = chunk if total is None else total + chunk
        if total is None:
            raise ValueError("the model sent no answer")
        return ChatResult(generations=[total])

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        raise NotImplementedError("use the asynchronous calls")

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("use the asynchronous calls")


def steps_told(tools: Sequence[BaseTool]) -> str:
    """The steps as ``{steps}`` lists them, for an instruction that leaves them to the prompt."""
    return _lines(_branches([convert_to_openai_tool(tool) for tool in tools]))


def as_plain_text(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Messages for a model that knows no tools: calls are left out, results become text.

    Consecutive messages of one side are joined, as many chat templates want the sides to take
    turns.
    """
    plain: list[BaseMessage] = []
    for message in messages:
        if isinstance(message, ToolMessage):
            plain.append(HumanMessage(f"[{message.name}]\n{message.text}"))
        elif isinstance(message, AIMessage):
            if message.text:
                plain.append(AIMessage(message.text))
        else:
            plain.append(message)
    return _joined(plain)


def _joined(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    joined: list[BaseMessage] = []
    for message in messages:
        last = joined[-1] if joined else None
        if last is not None and type(last) is type(message) and not isinstance(last, SystemMessage):
            joined[-1] = type(last)(content=f"{last.text}\n\n{message.text}")
        else:
            joined.append(message)
    return joined


_REPLY_BRANCH: dict[str, Any] = {
    "type": "object",
    "description": "answer without looking anything up",
    "properties": {"tool": {"const": REPLY}},
    "required": ["tool"],
    "additionalProperties": False,
}


def _branch(tool: dict[str, Any]) -> dict[str, Any]:
    function = tool["function"]
    parameters = function.get("parameters", {})
    return {
        "type": "object",
        "description": str(function.get("description", "")).split("\n")[0],
        "properties": {"tool": {"const": function["name"]}, **parameters.get("properties", {})},
        "required": ["tool", *parameters.get("required", [])],
        "additionalProperties": False,
    }


def _branches(tools: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*map(_branch, tools), _REPLY_BRANCH]


def _lines(branches: Sequence[dict[str, Any]]) -> str:
    return "\n".join(f"- {_line(branch)}" for branch in branches)


def _line(branch: dict[str, Any]) -> str:
    """How a branch is shown to the model: its JSON form and what it is for."""
    shape = {
        name: schema.get("const", schema.get("enum", [f"<{name}>"])[0])
        for name, schema in branch["properties"].items()
    }
    return f"{json.dumps(shape, ensure_ascii=False)}: {branch.get('description', '')}"


def _parse(text: str, branches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The action; empty when the schema was not kept."""
    try:
        action = json.loads(text)
    except json.JSONDecodeError:
        action = None
    if isinstance(action, dict) and any(_fits(action, branch) for branch in branches):
        return action
    return {}


def _fits(action: dict[str, Any], branch: dict[str, Any]) -> bool:
    properties = branch["properties"]
    return action.keys() <= properties.keys() and all(
        action.get(name) == schema["const"]
        for name, schema in properties.items()
        if "const" in schema
    )


def _as_tool_call(action: dict[str, Any], usage: Any) -> ChatGenerationChunk:
    arguments = {name: value for name, value in action.items() if name != "tool"}
    call = tool_call_chunk(
        name=action["tool"], args=json.dumps(arguments), id=f"call-{uuid4().hex[:12]}", index=0
    )
    return ChatGenerationChunk(
        message=AIMessageChunk(content="", tool_call_chunks=[call], usage_metadata=usage)
    )
