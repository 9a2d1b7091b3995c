"""A model's reply is checked sentence by sentence; what has no source is never seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from assistant.events import Event
from evals.stub_model import Answer, StubModel, look_up_then_say, running
from tests.assistant.turning import (
    Desk,
    ScriptedEndpoint,
    chunk,
    done,
    kinds,
    look_up,
    of,
    shown,
    streamed,
)
from tests.orderdb.shop import WEI

TRUE = "Order A20001 is on its way and should arrive between 24 and 30 November."
TRUE_ZH = "订单A20003已发货，正在运输途中。"
PLANTED = [
    pytest.param("It will arrive on 29 December 2026.", "29 December", id="date"),
    pytest.param("It was shipped on 19 November 2026.", "19 November", id="shipping-date"),
    pytest.param("The total was €44.08.", "44.08", id="amount"),
    pytest.param("The total was $44.80.", "$44.80", id="currency"),
    pytest.param("It has been delivered.", "has been delivered", id="status"),
    pytest.param("Your order has been cancelled.", "has been cancelled", id="cancellation"),
    pytest.param("Your order A20010 is on its way.", "A20010", id="order-number"),
    pytest.param("The tracking number is JDA200012.", "JDA200012", id="tracking"),
    pytest.param("Under RETURN-77 you may send it back.", "RETURN-77", id="clause"),
    pytest.param("It arrives in 3 days.", "3 days", id="duration"),
    pytest.param("See www.example.test for more.", "www.example.test", id="link"),
]


def everything(events: list[Event]) -> str:
    return json.dumps([event.payload for event in events], ensure_ascii=False)


def looks_up(*replies: str, number: str = "A20001") -> Callable[[dict[str, Any]], Answer]:
    """A model that looks the order up, then says these replies, one a call."""
    left = list(replies)

    def script(body: dict[str, Any]) -> Answer:
        if len(body["messages"]) > 1 and any(m["role"] == "tool" for m in body["messages"]):
            return Answer(text=left.pop(0))
        if not body.get("tools"):
            return Answer(text=left.pop(0))
        return look_up(number)

    return script


@contextmanager
def model(*replies: str, number: str = "A20001") -> Iterator[StubModel]:
    with running(looks_up(*replies, number=number)) as stub:
        yield stub


async def test_a_true_reply_streams_through(desk: Desk) -> None:
    with running(look_up_then_say("A20001", TRUE)) as stub:
        events = await desk.answered(desk.agent(stub.base_url), "Where is A20001?")
    reply = done(events)
    assert reply["reply"] == TRUE == shown(events).strip()
    assert reply["handled_by"] == "assistant"
    assert "reset" not in kinds(events)
    assert [call["name"] for call in reply["tool_calls"]] == ["get_order"]
    assert reply["usage"] == {"llm_calls": 2, "prompt_tokens": 20, "completion_tokens": 10}
    assert all(body["stream"] for body in stub.requests)


@pytest.mark.parametrize(("planted", "wrong"), PLANTED)
async def test_a_planted_fact_is_repaired_and_never_seen(
    desk: Desk, planted: str, wrong: str
) -> None:
    with model(f"Here is what I found. {planted}", TRUE) as stub:
        events = await desk.answered(desk.agent(stub.base_url), "Where is A20001?")
    assert wrong not in everything(events)
    assert shown(events).strip() == done(events)["reply"] == TRUE
    assert done(events)["usage"]["llm_calls"] == len(stub.requests) == 3
    assert "no source" in stub.requests[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(("planted", "wrong"), PLANTED)
async def test_a_fact_planted_again_in_the_repair_gives_way_to_the_plain_rendering(
    desk: Desk, planted: str, wrong: str
) -> None:
    with model(planted, f"Sorry about that. {planted}") as stub:
        events = await desk.answered(desk.agent(stub.base_url), "Where is A20001?")
    plain = done(events)["reply"]
    assert wrong not in everything(events)
    assert plain.startswith("Order A20001 has been shipped. Delivery expected 24-30 November 2026")
    assert shown(events).strip() == plain
    assert done(events)["usage"]["llm_calls"] == len(stub.requests) == 3
    assert done(events)["handled_by"] == "assistant"


@pytest.mark.parametrize(
    ("planted", "wrong"),
    [
        ("预计11月30日送达。", "11月30日"),
        ("合计¥48.40。", "48.40"),
        ("您的订单已签收。", "已签收"),
        ("您的订单A20033在路上。", "A20033"),
        ("根据RETURN-77可以退货。", "RETURN-77"),
    ],
)
async def test_the_same_in_chinese(desk: Desk, planted: str, wrong: str) -> None:
    with model(planted, TRUE_ZH, number="A20003") as stub:
        events = await desk.answered(
            desk.agent(stub.base_url), "A20003到哪了？", customer=WEI, language="zh"
        )
    assert wrong not in everything(events)
    assert shown(events).strip() == TRUE_ZH
    assert len(stub.requests) == 3


async def test_sentences_before_the_planted_one_are_taken_back(desk: Desk) -> None:
    with model("Order A20001 is on its way. The total was €99.99.", TRUE) as stub:
        events = await desk.answered(desk.agent(stub.base_url), "Where is A20001?")
    assert kinds(events).count("reset") == 1
    assert shown(events).strip() == TRUE


async def test_another_customers_number_is_not_confirmed(desk: Desk) -> None:
    with model(
        "Order A20003 is on its way.", "Sorry, I could not find that order.", number="A20003"
    ) as stub:
        events = await desk.answered(desk.agent(stub.base_url), "Where is A20003?")
    assert of(events, "tool")[-1]["status"] == "refused"
    assert of(events, "card") == []
    assert "on its way" not in everything(events)


@pytest.mark.parametrize(
    ("asked", "number", "wrong", "right", "customer"),
    [
        ("Where is A20001?", "A20001", "您的订单正在运输途中，请耐心等待。", TRUE, "anna"),
        ("A20003到哪了？", "A20003", "Your order is on its way to you.", TRUE_ZH, WEI),
    ],
)
async def test_a_reply_in_the_wrong_language_is_repaired(
    desk: Desk, asked: str, number: str, wrong: str, right: str, customer: str
) -> None:
    with model(wrong, right, number=number) as stub:
        events = await desk.answered(desk.agent(stub.base_url), asked, customer=customer)
    assert wrong not in everything(events)
    assert done(events)["reply"] == right
    assert "language" in stub.requests[-1]["messages"][-1]["content"]


async def test_a_model_that_stays_in_the_wrong_language_is_replaced(desk: Desk) -> None:
    wrong = "您的订单正在运输途中，请耐心等待。"
    with model(wrong, wrong) as stub:
        events = await desk.answered(desk.agent(stub.base_url), "Where is A20001?")
    assert done(events)["reply"].startswith("Order A20001 has been shipped.")
    assert len(stub.requests) == 3


async def test_the_repair_is_told_the_facts_and_what_was_wrong(desk: Desk) -> None:
    with model("The total was €99.99.", TRUE) as stub:
        await desk.answered(desk.agent(stub.base_url), "Where is A20001?")
    told = stub.requests[-1]["messages"][-1]["content"]
    assert "Order A20001: shipped." in told
    assert "€99.99" in told
    assert not stub.requests[-1].get("tools")


async def test_a_fact_of_an_earlier_turn_may_be_used_again(desk: Desk) -> None:
    first = ScriptedEndpoint(
        look_up(), Answer(text=TRUE), Answer(text="As I said, between 24 and 30 November.")
    )
    service = desk.service(desk.agent(first))
    chat = await service.open("anna", "en")
    await desk.ask(service, "Where is A20001?", chat=chat)
    again = await desk.ask(service, "And when was that again?", chat=chat)
    assert done(again)["reply"] == "As I said, between 24 and 30 November."
    assert len(first.requests) == 3
    await service.close()


async def test_text_before_a_tool_call_is_taken_back(desk: Desk) -> None:
    function = {"name": "get_order", "arguments": '{"order_number": "A20001"}'}
    call = {"index": 0, "id": "c1", "type": "function", "function": function}
    talks_first = streamed(
        chunk({"role": "assistant", "content": "Let me have a look. One moment."}),
        chunk({"tool_calls": [call]}),
        chunk({}, "tool_calls"),
    )
    endpoint = ScriptedEndpoint(talks_first, Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert "reset" in kinds(events)
    assert shown(events).strip() == done(events)["reply"] == TRUE


async def test_a_proposal_is_seen_as_a_card_and_changes_nothing(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(
        Answer(calls=(("propose_cancellation", {"order_number": "A20002", "reason": ""}),)),
        Answer(text="Please confirm the cancellation of A20002 with the button on the card."),
    )
    events = await desk.answered(desk.agent(endpoint), "Please cancel A20002")
    assert [one["order_number"] for one in of(events, "proposal")] == ["A20002"]
    assert done(events)["proposals"] == of(events, "proposal")
    assert of(events, "citation")[0]["clause"].startswith("CANCEL-")


async def test_a_reply_that_claims_the_proposal_is_done_is_replaced(desk: Desk) -> None:
    lie = Answer(text="I have cancelled your order A20002.")
    endpoint = ScriptedEndpoint(
        Answer(calls=(("propose_cancellation", {"order_number": "A20002", "reason": ""}),)), lie
    )
    events = await desk.answered(desk.agent(endpoint), "Please cancel A20002")
    assert "I have cancelled" not in everything(events)
    assert "nothing is done yet" in done(events)["reply"]
    assert len(endpoint.requests) == 3
