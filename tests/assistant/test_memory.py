"""What is remembered from one turn to the next."""

from __future__ import annotations

from typing import Any

from assistant.choice import Choice
from assistant.memory import ConversationMemory
from tools.results import ToolResult


def order(number: str, name: str = "Kettle") -> dict[str, Any]:
    return {"type": "order", "number": number, "lines": [{"name": {"en": name, "zh": "水壶"}}]}


def orders(*numbers: str) -> dict[str, Any]:
    listed = [{"number": number, "items": [{"en": "Kettle", "zh": "水壶"}]} for number in numbers]
    return {"type": "orders", "orders": listed}


def shown(memory: ConversationMemory, *cards: dict[str, Any]) -> ConversationMemory:
    return memory.after([ToolResult(text="", cards=[card]) for card in cards])


def test_the_order_shown_is_the_one_at_hand_and_the_last_one_comes_before_it() -> None:
    memory = shown(shown(ConversationMemory(), order("A1")), order("A2"))
    assert (memory.focus, memory.earlier) == ("A2", "A1")
    memory = shown(memory, order("A2"))
    assert (memory.focus, memory.earlier) == ("A2", "A1")


def test_a_list_is_remembered_in_its_order_and_leaves_the_order_at_hand() -> None:
    memory = shown(shown(ConversationMemory(), order("A9")), orders("A1", "A2"))
    assert memory.listed == ["A1", "A2"]
    assert memory.focus == "A9"


def test_a_verdict_turns_to_its_order() -> None:
    assert shown(ConversationMemory(), {"type": "verdict", "order_number": "A3"}).focus == "A3"


def test_several_orders_shown_together_are_the_list() -> None:
    assert shown(ConversationMemory(), order("A1"), order("A2")).listed == ["A1", "A2"]


def test_items_are_known_in_both_languages_and_the_oldest_forgotten() -> None:
    memory = ConversationMemory()
    for number in range(30):
        memory = shown(memory, order(f"A{number}"))
    assert memory.items["A29"] == ["Kettle", "水壶"]
    assert "A0" not in memory.items
    assert len(memory.items) <= 12
    assert len(memory.listed) <= 10


def test_the_memory_before_is_left_as_it_was() -> None:
    before = ConversationMemory()
    shown(before, order("A1"))
    assert before == ConversationMemory()


def test_it_survives_being_stored_as_json() -> None:
    memory = shown(ConversationMemory(), orders("A1"), order("A2"))
    memory.turn_to(Choice("may.return", (), 1.0))
    assert ConversationMemory.model_validate(memory.model_dump(mode="json")) == memory


def test_small_talk_leaves_the_matter_as_it_was() -> None:
    memory = ConversationMemory()
    memory.turn_to(Choice("order.where", (), 1.0))
    memory.turn_to(Choice("thanks", (), 1.0))
    assert memory.matter == "order.where"
