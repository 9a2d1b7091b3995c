"""The model's loop on a native endpoint: tool calls of every quality, within limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from assistant.prompts import Prompts
from evals.stub_model import Answer
from orderdb.models import Order
from tests.assistant.turning import (
    Desk,
    ScriptedEndpoint,
    chunk,
    done,
    look_up,
    of,
    shown,
    streamed,
    tool_calls,
)

TRUE = "Order A20001 is on its way."
ARGUMENTS = '{"order_number": "A20001"}'


def said(body: dict[str, Any]) -> str:
    return json.dumps(body["messages"], ensure_ascii=False)


async def test_unknown_fields_are_refused_and_the_model_may_try_again(desk: Desk) -> None:
    wrong = tool_calls(("c1", "get_order", '{"order_number": "A20003", "customer_id": "wei"}'))
    endpoint = ScriptedEndpoint(wrong, look_up(), Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert [call["status"] for call in done(events)["tool_calls"]] == ["error", "ok"]
    assert "customer_id" in endpoint.requests[1]["messages"][-1]["content"]
    assert [card["number"] for card in of(events, "card")] == ["A20001"]
    assert done(events)["reply"] == TRUE


async def test_an_unknown_tool_is_answered_with_an_error_not_a_crash(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(
        tool_calls(("c1", "drop_tables", "{}")), look_up(), Answer(text=TRUE)
    )
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert [call["status"] for call in done(events)["tool_calls"]] == ["error", "ok"]
    assert done(events)["reply"] == TRUE


async def test_invalid_json_arguments_are_asked_for_again(desk: Desk) -> None:
    broken = tool_calls(("c1", "get_order", "order A20001"))
    endpoint = ScriptedEndpoint(broken, look_up(), Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert done(events)["reply"] == TRUE
    assert "not valid JSON" in said(endpoint.requests[1])
    assert len(endpoint.requests) == 3


async def test_a_tool_call_cut_by_the_length_limit_is_asked_for_again(desk: Desk) -> None:
    cut = tool_calls(("c1", "get_order", '{"order_numb'), reason="length")
    endpoint = ScriptedEndpoint(cut, look_up(), Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert done(events)["reply"] == TRUE


async def test_tool_calls_that_stay_invalid_end_in_an_answer_all_the_same(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(lambda _: tool_calls(("c1", "get_order", "{nonsense")))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert done(events)["reply"]
    assert len(endpoint.requests) <= 6


@pytest.mark.parametrize("identity", ["same", ""])
async def test_calls_under_one_id_each_get_their_own_result(desk: Desk, identity: str) -> None:
    twice = tool_calls(
        (identity, "get_order", ARGUMENTS), (identity, "get_order", '{"order_number": "A20002"}')
    )
    endpoint = ScriptedEndpoint(twice, Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where are A20001 and A20002?")
    assert sorted(card["number"] for card in of(events, "card")) == ["A20001", "A20002"]
    results = [one for one in endpoint.requests[1]["messages"] if one["role"] == "tool"]
    assert len({one["tool_call_id"] for one in results}) == 2
    started = [one["id"] for one in of(events, "tool") if one["status"] == "started"]
    assert len(set(started)) == 2


async def test_an_id_used_again_in_a_later_call_is_another_call(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(
        tool_calls(("c1", "get_order", ARGUMENTS)),
        tool_calls(("c1", "get_order", '{"order_number": "A20002"}')),
        Answer(text=TRUE),
    )
    events = await desk.answered(desk.agent(endpoint), "Where are A20001 and A20002?")
    assert [card["number"] for card in of(events, "card")] == ["A20001", "A20002"]
    started = [one["id"] for one in of(events, "tool") if one["status"] == "started"]
    assert len(set(started)) == 2


async def test_two_lookups_in_one_answer_both_run(desk: Desk) -> None:
    both = Answer(
        calls=(("get_order", {"order_number": "A20001"}), ("list_orders", {"status": "all"}))
    )
    endpoint = ScriptedEndpoint(both, Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert {card["type"] for card in of(events, "card")} == {"order", "orders"}


async def test_calls_are_limited_and_the_last_can_only_be_the_reply(desk: Desk) -> None:
    def never_done(body: dict[str, Any]) -> Answer:
        return look_up() if body.get("tools") else Answer(text=TRUE)

    endpoint = ScriptedEndpoint(never_done)
    events = await desk.answered(desk.agent(endpoint, most_calls=4), "Where is A20001?")
    assert len(endpoint.requests) == 4
    assert [bool(body.get("tools")) for body in endpoint.requests] == [True] * 3 + [False]
    assert done(events)["reply"] == TRUE
    assert done(events)["usage"]["llm_calls"] == 4


async def test_a_model_that_calls_tools_even_without_being_offered_any_ends(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(lambda _: look_up())
    events = await desk.answered(desk.agent(endpoint, most_calls=3), "Where is A20001?")
    assert len(endpoint.requests) <= 4
    assert "A20001" in done(events)["reply"]


async def test_an_answer_cut_by_the_length_limit_is_told_up_to_its_last_sentence(
    desk: Desk,
) -> None:
    cut = streamed(chunk({"content": f"{TRUE} It will arr"}), chunk({}, "length"))
    events = await desk.answered(desk.agent(ScriptedEndpoint(look_up(), cut)), "Where is A20001?")
    assert done(events)["reply"].startswith(TRUE)


async def test_no_tool_offers_a_customers_id(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="Hello, how can I help?"))
    await desk.answered(desk.agent(endpoint), "hello")
    assert endpoint.requests[0]["tools"]
    for tool in endpoint.requests[0]["tools"]:
        assert not any("customer" in name for name in tool["function"]["parameters"]["properties"])


async def test_the_prompt_begins_the_same_for_every_customer_and_ends_with_what_changes(
    desk: Desk,
) -> None:
    endpoint = ScriptedEndpoint(Answer(text="Hello, how can I help?"))
    agent = desk.agent(endpoint)
    await desk.answered(agent, "hello")
    await desk.answered(agent, "hello", customer="wei")
    first, second = endpoint.requests
    assert first["messages"][0] == second["messages"][0]
    assert first["tools"] == second["tools"]
    assert "2026-11-22" not in json.dumps([first["messages"][0], first["tools"]])
    assert "2026-11-22" in first["messages"][-1]["content"]


async def test_sixty_messages_keep_the_prompt_short_and_the_open_matters_known(
    desk: Desk, shop_prompts: Prompts
) -> None:
    filler = "I am still thinking about it, tell me something nice. " * 8
    endpoint = ScriptedEndpoint(
        Answer(calls=(("propose_cancellation", {"order_number": "A20002", "reason": ""}),)),
        Answer(text="Please confirm with the button on the card. " + "Take your time. " * 20),
    )
    service = desk.service(desk.agent(endpoint))
    chat = await service.open("anna", "en")
    await desk.ask(service, "Please cancel A20002", chat=chat)
    for number in range(30):
        await desk.ask(service, f"hello {number}: {filler}", chat=chat)
    await service.close()
    last = endpoint.requests[-1]["messages"]
    fixed = len(shop_prompts["assistant"].text)
    assert len(desk.answers(chat)) == 31
    assert sum(len(one["content"]) for one in last) < fixed + 6000 + len(filler) + 1000
    assert "Please cancel A20002" not in [one["content"] for one in last]  # long out of sight
    assert "Order at hand: A20002." in last[-1]["content"]
    assert "Waits for the customer's click" in last[-1]["content"]


@pytest.fixture
def shop_prompts(desk: Desk) -> Prompts:
    return desk.prompts


async def test_nothing_the_model_does_changes_an_order(desk: Desk) -> None:
    with desk.sessions() as session:
        before = [row.model_dump() for row in session.exec(select(Order).order_by(Order.number))]
    calls = Answer(
        calls=(
            ("propose_cancellation", {"order_number": "A20002", "reason": ""}),
            ("handoff", {"reason": "please"}),
        )
    )
    endpoint = ScriptedEndpoint(calls, Answer(text="Please use the button on the card."))
    events = await desk.answered(desk.agent(endpoint), "Please cancel A20002")
    with desk.sessions() as session:
        after = [row.model_dump() for row in session.exec(select(Order).order_by(Order.number))]
    assert after == before
    assert of(events, "proposal")
    assert of(events, "handoff")
    assert shown(events)
