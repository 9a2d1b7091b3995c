"""Under which heading a rule is looked for."""

from __future__ import annotations

import pytest

from assistant.asking import Heard, Wish
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


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("要是下周又降了能退我差价吗", "the price fell after"),
        ("淘宝上才卖一半", "price matching with other shops"),
        ("刚升级成黄金，之前买的也算吗", "for which orders a tier's benefits hold"),
        ("重新下单的话今天能发货吗", "when orders are shipped"),
        ("能让快递小哥送到隔壁吗", "the parcel is with the carrier"),
    ],
)
def test_a_rule_is_looked_for_by_what_the_words_mean(said: str, title: str) -> None:
    assert (heading(said, ConversationMemory()) or "").startswith(title)


def test_what_is_left_of_a_gift_card_is_asked_of_the_card_that_pays() -> None:
    wish = Wish(label="do.payment", order="A20002", heard=(Heard(text="用礼品卡付"),))
    memory = ConversationMemory(focus="A20002", matter="do.payment", served=wish)
    assert (heading("余额以后还能用吗", memory) or "").startswith("a gift card")
    assert "gift card" not in (heading("余额以后还能用吗", RETURNING) or "")


def test_who_protests_against_a_refusal_hears_the_rule_that_refused() -> None:
    refused = ConversationMemory(
        focus="A20002", matter="do.return", change="do.return", offered="handoff", topic="Hygiene"
    )
    assert heading("只闻了一下也不给退啊", refused) == "Hygiene"


def test_from_when_days_count_is_looked_for_where_the_customer_speaks_of() -> None:
    assert "退货期限" in (heading("退货是从哪天开始算", ConversationMemory()) or "")
    asked = heading("from which day do the return days count", ConversationMemory())
    assert (asked or "").startswith("return within 30 days")
