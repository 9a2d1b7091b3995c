"""What a message makes possible, given what was said before."""

from __future__ import annotations

import pytest

from assistant.memory import ConversationMemory
from assistant.plan import Call, Plan, Planner, Recent
from tests.assistant.turning import Readings

NEWEST = [Recent("A20002", ("Kettle",)), Recent("A20001", ("Lamp",))]


def plan(
    message: str,
    memory: ConversationMemory | None = None,
    newest: list[Recent] = NEWEST,
    **readings: list[tuple[str, float]],
) -> Plan:
    known = {one.number for one in NEWEST}
    ranking = Readings(readings or Readings().known)
    return Planner(ranking).plan(
        message, memory or ConversationMemory(), newest, known.__contains__
    )


def calls(planned: Plan) -> list[Call]:
    return [call for part in planned.parts for call in part.best.calls]


def test_a_named_order_is_looked_up_at_once() -> None:
    planned = plan("Where is A20001?")
    assert all(part.certain for part in planned.parts)
    assert calls(planned) == [Call("get_order", (("order_number", "A20001"),))]


def test_without_an_order_the_list_is_shown_and_the_order_asked_for() -> None:
    planned = plan("Where is my parcel?")
    assert calls(planned) == [Call("list_orders", (("status", "open"),))]
    assert planned.parts[0].best.missing_order


def test_the_only_order_there_is_needs_no_naming() -> None:
    planned = plan("Where is my parcel?", newest=NEWEST[:1])
    assert calls(planned) == [Call("get_order", (("order_number", "A20002"),))]


def test_the_order_at_hand_is_meant_when_none_is_named() -> None:
    planned = plan("Where is it now?", ConversationMemory(focus="A20001"))
    assert calls(planned) == [Call("get_order", (("order_number", "A20001"),))]


def test_a_bare_number_repeats_the_matter() -> None:
    memory = ConversationMemory(focus="A20001", matter="may.return")
    assert calls(plan("A20002", memory)) == [
        Call("check_eligibility", (("order_number", "A20002"), ("action", "return")))
    ]


def test_an_unsure_reading_offers_a_few_and_the_likeliest_first() -> None:
    planned = plan("unclear about A20001")
    assert not planned.parts[0].certain
    assert [choice.label for choice in planned.parts[0].choices] == ["order.where", "may.cancel"]


def test_readings_that_lead_to_the_same_call_count_together() -> None:
    planned = plan("hm A20001", hm=[("order.where", 0.4), ("order.when", 0.35), ("other", 0.25)])
    assert all(part.certain for part in planned.parts)


def test_two_questions_are_two_parts() -> None:
    assert len(plan("Where is A20001 and where is A20002?").parts) == 2


def test_yes_means_what_was_offered() -> None:
    memory = ConversationMemory(focus="A20001", offered="handoff")
    assert calls(plan("yes", memory, yes=[("yes", 1.0)]))[0].tool == "handoff"


@pytest.mark.parametrize(("label", "most"), [("policy", 500), ("product", 100), ("handoff", 200)])
def test_a_long_message_fits_what_the_tool_takes(label: str, most: int) -> None:
    (call,) = calls(plan("x" * 3000, x=[(label, 1.0)]))
    assert max(len(value) for value in call.as_dict().values()) <= most
