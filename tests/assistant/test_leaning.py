"""Short questions that lean on what was said before, and what completes them."""

from __future__ import annotations

import pytest

from assistant.asking import Wish
from assistant.leaning import completed, headed, leans
from assistant.memory import ConversationMemory


@pytest.mark.parametrize(
    "said",
    ["and how long does it take?", "who pays the postage?", "what if it turns up later?",
     "how soon will you look at it", "还要等几天", "运费扣我钱吗", "那要多久", "万一又到了呢"],
)  # fmt: skip
def test_a_question_that_leaves_out_what_it_is_about_leans_on_the_matter(said: str) -> None:
    assert leans(said)


@pytest.mark.parametrize(
    "said",
    ["how long is the warranty?", "where is my other parcel?", "can I talk to a human?",
     "thanks, that is all", "do you sell lamps?", "保修多久", "发票怎么开", "好的 谢谢",
     "我要退货"],
)  # fmt: skip
def test_a_question_that_names_its_matter_leans_on_none(said: str) -> None:
    assert not leans(said)


def test_the_matter_at_hand_completes_it_in_its_own_language() -> None:
    memory = ConversationMemory(focus="A20001", matter="do.return")
    assert completed("who pays the postage?", memory, None) == "return: who pays the postage?"
    assert completed("运费谁出", memory, None) == "退货: 运费谁出"


def test_what_points_back_is_asked_of_the_rule_last_quoted() -> None:
    memory = ConversationMemory(matter="do.return", topic="Opened goods")
    assert completed("and what if it is used?", memory, None) == (
        "Opened goods: and what if it is used?"
    )


def test_nothing_completes_a_question_at_the_beginning() -> None:
    assert completed("and how long does it take?", ConversationMemory(), None) is None


@pytest.mark.parametrize("said", ["do I pay for shipping it back?", "where do I get its label?"])
def test_what_belongs_to_the_change_is_asked_of_it_and_not_of_the_rule_last_quoted(
    said: str,
) -> None:
    card = Wish(label="do.return", order="A20001", heard=())
    memory = ConversationMemory(matter="policy", topic="Opened goods", served=card)
    assert headed(said, memory, None) == "return"


def test_what_was_done_with_goods_is_asked_of_the_return() -> None:
    card = Wish(label="do.return", order="A20001", heard=())
    memory = ConversationMemory(matter="policy", topic="Return postage", served=card)
    said = "I plugged it in twice, is that a problem?"
    assert completed(said, memory, None) == f"return: {said}"
