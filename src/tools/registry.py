"""What each tool may do. A tool that nobody classified stops the start-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from tools import aftersales, changing, handoff, orders, policy_search, products, returning
from tools.context import DeskContext
from tools.desk_tool import DeskTool

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


class ToolKind(StrEnum):
    """READ changes nothing; PROPOSE stores what a person must confirm; HANDOFF calls a person."""

    READ = "read"
    PROPOSE = "propose"
    HANDOFF = "handoff"


class RegistryError(Exception):
    """Tools and their kinds do not match one another."""


KINDS: Mapping[str, ToolKind] = {
    "list_orders": ToolKind.READ,
    "get_order": ToolKind.READ,
    "find_products": ToolKind.READ,
    "search_policies": ToolKind.READ,
    "check_eligibility": ToolKind.READ,
    "propose_cancellation": ToolKind.PROPOSE,
    "propose_address_change": ToolKind.PROPOSE,
    "propose_payment_change": ToolKind.PROPOSE,
    "propose_return": ToolKind.PROPOSE,
    "propose_exchange": ToolKind.PROPOSE,
    "propose_claim": ToolKind.PROPOSE,
    "handoff": ToolKind.HANDOFF,
}
ALL_TOOLS: tuple[DeskTool, ...] = (
    *orders.TOOLS,
    *products.TOOLS,
    *policy_search.TOOLS,
    *aftersales.TOOLS,
    *changing.TOOLS,
    *returning.TOOLS,
    *handoff.TOOLS,
)


class ToolRegistry:
    """Every tool by name, with its kind; raises RegistryError where the two lists differ."""

    def __init__(
        self, tools: Sequence[DeskTool] = ALL_TOOLS, kinds: Mapping[str, ToolKind] = KINDS
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) != len(tools):
            raise RegistryError("two tools share a name")
        if unclassified := sorted(self._tools.keys() - kinds.keys()):
            raise RegistryError(f"no kind is stated for {', '.join(unclassified)}")
        if missing := sorted(kinds.keys() - self._tools.keys()):
            raise RegistryError(f"no tool is called {', '.join(missing)}")
        self._kinds = dict(kinds)

    def __getitem__(self, name: str) -> DeskTool:
        """The tool of that name, to be called with a context; raises KeyError."""
        return self._tools[name]

    def __iter__(self) -> Iterator[DeskTool]:
        return iter(self._tools.values())

    def kind(self, name: str) -> ToolKind:
        """What the tool may do; raises KeyError."""
        return self._kinds[name]

    def bound(self, context: DeskContext) -> list[BaseTool]:
        """All tools for one turn, each knowing who asks."""
        return [tool.bind(context) for tool in self._tools.values()]


def desk_tools(context: DeskContext) -> list[BaseTool]:
    """All tools for one turn; raises RegistryError when they are not all classified."""
    return ToolRegistry().bound(context)
