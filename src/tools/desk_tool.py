"""One tool: what the model may fill in, what runs, and how it meets langchain."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from orderdb.errors import NotFound
from orderdb.numbers import number_key
from orderdb.text import Text
from tools.context import DeskContext
from tools.results import ToolResult
from tools.wording import language_of

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


class UnfitArguments(Exception):
    """A call that a model got wrong; says what to correct."""


class Arguments(BaseModel):
    """What the model may say to a tool; anything beyond is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_control_characters(cls, value: object) -> object:
        """Models emit them now and then; PostgreSQL stores no NUL."""
        if not isinstance(value, str):
            return value
        return "".join(character if character >= " " else " " for character in value)


@dataclass(frozen=True)
class DeskTool:
    """``run(context, **arguments)``; its docstring is what the model reads."""

    name: str
    arguments: type[Arguments]
    run: Callable[..., ToolResult]

    def __call__(self, context: DeskContext, **arguments: object) -> ToolResult:
        """Run it; a wrong order number and somebody else's are refused in the same words."""
        try:
            return self.run(context, **arguments)
        except NotFound:
            return refused(context, _no_such_order(str(arguments.get("order_number", ""))))

    def checked(self, context: DeskContext, given: Mapping[str, object]) -> ToolResult:
        """Run it with what a model gave; raises UnfitArguments, whose words the model may read."""
        try:
            fitting = self.arguments.model_validate(given)
        except ValidationError as error:
            raise UnfitArguments(_unfit(error)) from error
        return self(
            context, **{name: getattr(fitting, name) for name in type(fitting).model_fields}
        )

    def schema(self) -> dict[str, Any]:
        """The tool as a chat completion request offers it."""
        from langchain_core.utils.function_calling import convert_to_openai_tool

        return convert_to_openai_tool(self.unbound())

    def unbound(self) -> BaseTool:
        """The tool as a model is shown it; it runs only once bound to a turn's context."""

        def call(**arguments: object) -> tuple[str, ToolResult]:
            raise RuntimeError(f"{self.name} was called outside a turn")

        return self._with(call)

    def bind(self, context: DeskContext) -> BaseTool:
        """The tool for one turn: content is the result's text, artifact the ToolResult."""

        def call(**arguments: object) -> tuple[str, ToolResult]:
            result = self(context, **arguments)
            return result.text, result

        return self._with(call)

    def _with(self, call: Callable[..., tuple[str, ToolResult]]) -> BaseTool:
        from langchain_core.tools import StructuredTool  # guided mode starts without it

        return StructuredTool(
            name=self.name,
            description=inspect.getdoc(self.run) or "",
            args_schema=self.arguments,
            func=call,
            response_format="content_and_artifact",
            handle_validation_error=_unfit,
        )


def refused(context: DeskContext, words: Text) -> ToolResult:
    """A refusal in the customer's language; the words say what to do next."""
    return ToolResult(text=words.get(language_of(context.language)), status="refused")


def _no_such_order(number: str) -> Text:
    key = number_key(number)
    return Text(
        en=(f"There is no order {key} in this account." if key else "That is no order number.")
        + " Check the number, or look at the list of orders.",
        zh=(f"当前账户下没有订单{key}。" if key else "这不是订单号。")
        + "请核对订单号，或查看订单列表。",
    )


def _unfit(error: object) -> str:
    """What a model reads when its arguments do not fit; there is no artifact then."""
    faults = "they are not what this tool asks for"
    if isinstance(error, ValidationError):
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
    return f"Refused, the arguments do not fit: {faults}. Correct them or ask the customer."
