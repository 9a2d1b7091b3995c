"""Small models: the plan's certain calls are made, the others chosen under a schema."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from evals.stub_model import Answer
from tests.assistant.turning import Desk, ScriptedEndpoint, done, of

TRUE = "Order A20001 is on its way."
TOLD = "Order A20001 has been shipped."


def schema(body: dict[str, Any]) -> list[str]:
    """The steps that a request lets the model choose from; none when it asks for text."""
    form = body.get("response_format")
    if form is None:
        return []
    branches = form["json_schema"]["schema"]["anyOf"]
    return [branch["properties"]["step"]["const"] for branch in branches]


async def test_an_order_is_told_without_a_model(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="It comes tomorrow."))
    events = await desk.answered(desk.agent(endpoint, native=False), "Where is A20001?")
    assert done(events)["reply"].startswith(TOLD)
    assert "JDA200011" in done(events)["reply"]
    assert [call["name"] for call in done(events)["tool_calls"]] == ["get_order"]
    assert endpoint.requests == []


async def test_orders_are_listed_without_a_model(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="You have bought two kettles so far."))
    events = await desk.answered(desk.agent(endpoint, native=False), "Show me my orders")
    assert done(events)["reply"].startswith("Orders: 2.\n1. Order A20002")
    assert endpoint.requests == []


async def test_a_certain_plan_costs_one_call_where_the_model_writes(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="You are very welcome."))
    events = await desk.answered(desk.agent(endpoint, native=False), "thanks a lot")
    assert done(events)["reply"] == "You are very welcome."
    assert len(endpoint.requests) == 1
    assert schema(endpoint.requests[0]) == []


async def test_an_uncertain_one_is_asked_once_under_a_schema(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text='{"step": "order.where"}'), Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint, native=False), "unclear about A20001")
    assert schema(endpoint.requests[0]) == ["order.where", "may.cancel"]
    assert len(endpoint.requests) == 1
    assert done(events)["reply"].startswith(TOLD)
    assert [call["name"] for call in done(events)["tool_calls"]] == ["get_order"]
    assert done(events)["usage"]["llm_calls"] == 1


async def test_a_verdict_is_told_in_its_own_words(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text='{"step": "may.cancel"}'))
    events = await desk.answered(desk.agent(endpoint, native=False), "unclear about A20001")
    assert [call["name"] for call in done(events)["tool_calls"]] == ["check_eligibility"]
    assert len(endpoint.requests) == 1
    assert done(events)["reply"].startswith("I'm afraid not.")
    assert "(order A20001, CANCEL-2)" in done(events)["reply"]


@pytest.mark.parametrize(
    "ignored",
    ["I would look it up.", '{"step": "drop.tables"}', "[]", "null", '{"step": 7}', '{"a"', "{}"],
)
async def test_an_endpoint_that_ignores_the_schema_gets_the_best_reading(
    desk: Desk, ignored: str
) -> None:
    endpoint = ScriptedEndpoint(Answer(text=ignored))
    events = await desk.answered(desk.agent(endpoint, native=False), "unclear about A20001")
    assert [call["name"] for call in done(events)["tool_calls"]] == ["get_order"]
    assert done(events)["reply"].startswith(TOLD)


async def test_an_endpoint_that_fails_while_choosing_leaves_it_to_guided_mode(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(lambda _: httpx.Response(500))
    events = await desk.answered(desk.agent(endpoint, native=False), "unclear about A20001")
    assert done(events)["handled_by"] == "guided"
    assert [card["number"] for card in of(events, "card")] == ["A20001"]


async def test_small_talk_looks_nothing_up(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="I am Paul, a person."))
    events = await desk.answered(desk.agent(endpoint, native=False), "hello")
    assert done(events)["tool_calls"] == []
    assert "automated assistant" in done(events)["reply"]
    assert endpoint.requests == []


async def test_several_orders_of_one_message_are_each_looked_up(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="Both are listed on the cards."))
    events = await desk.answered(
        desk.agent(endpoint, native=False), "Where is A20001 and where is A20002?"
    )
    assert sorted(card["number"] for card in of(events, "card")) == ["A20001", "A20002"]
    assert endpoint.requests == []


async def test_no_request_offers_tools_to_a_model_that_cannot_call_them(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text='{"step": "order.where"}'), Answer(text=TRUE))
    await desk.answered(desk.agent(endpoint, native=False), "unclear about A20001")
    assert not any(body.get("tools") for body in endpoint.requests)
    roles = [one["role"] for body in endpoint.requests for one in body["messages"]]
    assert set(roles) <= {"system", "user", "assistant"}
