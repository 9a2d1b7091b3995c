"""Under which heading a rule is looked for."""

from __future__ import annotations

import pytest

from assistant.headings import heading_for
from assistant.memory import ConversationMemory
from assistant.references import NOTHING
from assistant.scene import Scene
from tests.assistant.test_plan import NEWEST, Records

REFUSED = ConversationMemory(
    focus="A20002", matter="do.address", change="do.address", topic="Changing it after packing"
)
RETURNING = ConversationMemory(
    focus="A20002", matter="do.return", change="do.return", topic="Return window"
)


def heading(said: str, memory: ConversationMemory) -> str | None:
    return heading_for(Scene(said, NOTHING, memory, Records(NEWEST)))


@pytest.mark.parametrize(
    "said", ["so what can I do", "is there any other way?", "那我还有什么办法"]
)
def test_behind_a_refusal_the_rule_that_refused_tells_what_to_do(said: str) -> None:
    assert heading(said, REFUSED) == "Changing it after packing"


def test_the_state_of_goods_to_be_returned_has_a_rule_of_its_own() -> None:
    assert "condition of returned goods" in (heading("I used it once", RETURNING) or "")


@pytest.mark.parametrize(
    "said", ["how long is the return window for an opened lamp", "退货期限几天"]
)
def test_a_question_that_names_the_window_needs_no_heading(said: str) -> None:
    assert heading(said, RETURNING) is None
