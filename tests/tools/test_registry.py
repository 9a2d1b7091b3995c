"""Every tool is classified, knows who asks, and takes no other word for it."""

from __future__ import annotations

import time

import pytest
from langchain_core.messages import ToolMessage
from sqlalchemy import Engine

from orderdb.statuses import OrderStatus
from tests.orderdb.shop import ANNA, WEI, Shop
from tests.tools.desk import desk
from tools.desk_tool import Arguments, DeskTool
from tools.registry import ALL_TOOLS, KINDS, RegistryError, ToolKind, ToolRegistry, desk_tools
from tools.results import ToolResult

NAMES = [
    "list_orders",
    "get_order",
    "find_products",
    "search_policies",
    "check_eligibility",
    "propose_cancellation",
    "propose_address_change",
    "propose_payment_change",
    "propose_return",
    "propose_exchange",
    "propose_claim",
    "handoff",
]


def extra() -> DeskTool:
    return DeskTool("extra", Arguments, lambda context: ToolResult(text=""))


def call(engine: Engine, name: str, customer: str = ANNA, **arguments: object) -> ToolMessage:
    tool = {tool.name: tool for tool in desk_tools(desk(engine, customer))}[name]
    message = tool.invoke({"name": name, "args": arguments, "id": "1", "type": "tool_call"})
    assert isinstance(message, ToolMessage)
    return message


def test_the_desk_has_these_tools(sqlite_engine: Engine) -> None:
    assert sorted(tool.name for tool in desk_tools(desk(sqlite_engine))) == sorted(NAMES)


def test_some_tools_propose_and_none_writes() -> None:
    registry = ToolRegistry()
    proposing = [name for name in NAMES if registry.kind(name) is ToolKind.PROPOSE]
    assert proposing == [name for name in NAMES if name.startswith("propose_")]
    assert [name for name in NAMES if registry.kind(name) is ToolKind.HANDOFF] == ["handoff"]


def test_no_tool_gives_a_credit() -> None:
    assert not any("goodwill" in name or "credit" in name for name in KINDS)


def test_a_tool_without_a_kind_stops_the_start_up() -> None:
    with pytest.raises(RegistryError, match="extra"):
        ToolRegistry([*ALL_TOOLS, extra()], KINDS)


def test_a_kind_without_a_tool_stops_the_start_up() -> None:
    with pytest.raises(RegistryError, match="extra"):
        ToolRegistry(ALL_TOOLS, {**KINDS, "extra": ToolKind.READ})


def test_two_tools_of_one_name_stop_the_start_up() -> None:
    with pytest.raises(RegistryError):
        ToolRegistry([*ALL_TOOLS, ALL_TOOLS[0]], KINDS)


@pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.name)
def test_no_tool_takes_identity_from_the_model(tool: DeskTool) -> None:
    schema = tool.arguments.model_json_schema()
    assert schema["additionalProperties"] is False
    assert not {"customer", "customer_id", "user", "user_id", "email", "conversation_id"} & set(
        schema.get("properties", {})
    )


@pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.name)
def test_every_tool_tells_the_model_what_it_is_for_and_when_it_refuses(tool: DeskTool) -> None:
    told = tool.run.__doc__ or ""
    assert len(told) > 80
    assert "efuse" in told or tool.name == "handoff"
    assert all(
        "description" in field
        for field in tool.arguments.model_json_schema()["properties"].values()
    )


def test_a_call_returns_text_for_the_model_and_the_result_beside_it(sqlite_engine: Engine) -> None:
    Shop(sqlite_engine).order("A20001")
    message = call(sqlite_engine, "get_order", order_number="a20001")
    assert isinstance(message.artifact, ToolResult)
    assert message.content == message.artifact.text
    assert message.status == "success"


def test_a_model_that_names_another_customer_is_refused(sqlite_engine: Engine) -> None:
    Shop(sqlite_engine).order("A20001", customer=WEI)
    message = call(sqlite_engine, "get_order", order_number="A20001", customer_id=WEI)
    assert message.status == "error"
    assert "customer_id" in str(message.content)
    assert "Kettle" not in str(message.content)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"order_number": None},
        {"order_number": ["A1"]},
        {"order_number": "A" * 100_000},
        {"order_number": "\ud800"},
    ],
)
def test_arguments_that_do_not_fit_come_back_as_words(
    sqlite_engine: Engine, arguments: dict[str, object]
) -> None:
    message = call(sqlite_engine, "get_order", **arguments)
    assert message.status == "error"
    assert "order_number" in str(message.content)
    assert len(str(message.content)) < 300


@pytest.mark.parametrize("number", ["#", "\x00", "' OR 1=1 --", "💥", "А20001", "-" * 80])
def test_no_order_number_is_odd_enough_to_break_a_tool(engine: Engine, number: str) -> None:
    Shop(engine).order("A20001", status=OrderStatus.PAID)
    for name, more in (
        ("get_order", {}),
        ("check_eligibility", {"action": "cancel"}),
        ("propose_cancellation", {}),
    ):
        message = call(engine, name, order_number=number, **more)
        unfit = message.status == "error"  # such as a number that is nothing but blanks
        assert unfit or message.artifact.status == "refused"


def test_tools_for_a_turn_cost_next_to_nothing(sqlite_engine: Engine) -> None:
    context, registry = desk(sqlite_engine), ToolRegistry()
    best = min(_seconds(lambda: registry.bound(context)) for _ in range(20))
    assert best < 0.001


def _seconds(act: object) -> float:
    start = time.perf_counter()
    assert callable(act)
    act()
    return time.perf_counter() - start
