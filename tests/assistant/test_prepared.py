"""What is asked of a change that was just prepared."""

from __future__ import annotations

import pytest

from assistant.prepared import Prepared
from orderdb.money import Money
from orderdb.statuses import ProposalKind
from orderdb.text import Text

EURO = Money(minor=1500, currency="EUR")


def still_open(_: str) -> None:
    return None


def prepared(kind: ProposalKind, amount: Money | None = None) -> Prepared:
    return Prepared(kind=kind, order="A20001", amount=amount)


@pytest.mark.parametrize(
    "said",
    ["is there a fee for that?", "does it cost extra", "what will that cost me",
     "will I be charged",
     "is that free?", "收费吗", "要加钱吗，贵不贵", "会额外收钱吗", "价格变不变", "这个免费吗"],
)  # fmt: skip
def test_its_cost_is_told_by_its_kind(said: str) -> None:
    told = prepared(ProposalKind.CHANGE_ADDRESS).answer(said, still_open)
    assert told is not None
    assert "free of charge" in told.en
    assert "免费" in told.zh


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        (ProposalKind.CHANGE_ITEMS, None, "same price"),
        (ProposalKind.CHANGE_ITEMS, EURO, "difference of €15.00"),
        (ProposalKind.CANCEL_ORDER, EURO, "€15.00 goes back"),
        (ProposalKind.CANCEL_ORDER, None, "nothing is charged"),
        (ProposalKind.RETURN_ITEMS, EURO, "€15.00 goes back"),
        (ProposalKind.CHANGE_PAYMENT, EURO, "stays the same"),
    ],
)
def test_each_kind_has_its_own_answer(kind: ProposalKind, amount: Money | None, words: str) -> None:
    told = prepared(kind, amount).answer("does it cost anything?", still_open)
    assert told is not None
    assert words in told.en


@pytest.mark.parametrize(
    "said",
    ["have you cancelled it?", "did you already change it", "is it done?", "has it been confirmed",
     "is it cancelled", "did it go through?", "is my order cancelled now?",
     "你帮我取消了吗", "办好了没", "已经退了吗", "替我点了吗", "改好了吗", "那就行了吗",
     "现在取消成功了吧"],
)  # fmt: skip
def test_nobody_but_the_customer_confirms(said: str) -> None:
    told = prepared(ProposalKind.CANCEL_ORDER, EURO).answer(said, still_open)
    assert told is not None
    assert "I cannot confirm" in told.en


@pytest.mark.parametrize(
    "said",
    ["who pays the postage", "how did I pay", "what is shipping to Spain", "where is it", "thanks",
     "how long have I got to pay it", "when must I pay", "多久之内要付款",
     "运费谁付", "我怎么付款的", "它在哪", "总共多少钱",
     "and another thing: how much do you charge for the engraving of a bowl that I buy next week"],
)  # fmt: skip
def test_other_questions_are_not_about_it(said: str) -> None:
    assert prepared(ProposalKind.CHANGE_ADDRESS).answer(said, still_open) is None


def test_it_is_at_hand_for_a_few_turns_only() -> None:
    one: Prepared | None = prepared(ProposalKind.CANCEL_ORDER)
    turns = 0
    while one is not None:
        one, turns = one.later(), turns + 1
    assert turns == 3


@pytest.mark.parametrize(
    "said",
    ["which button do you mean?", "I see no button", "where should I tap?", "how do I confirm",
     "那个按钮我找不到", "要在哪里点", "怎么确认啊"],
)  # fmt: skip
def test_who_looks_for_the_button_is_told_where_it_is(said: str) -> None:
    told = prepared(ProposalKind.RETURN_ITEMS, EURO).answer(said, still_open)
    assert told is not None
    assert "Confirm button is on the card" in told.en
    assert "“确认”按钮" in told.zh


@pytest.mark.parametrize(
    "said", ["is it done?", "where is the button now", "都改好了吧", "生效了没"]
)
def test_what_was_confirmed_is_told_as_done(said: str) -> None:
    did = Text(en="Cancel order A20001.", zh="取消订单A20001。")
    told = prepared(ProposalKind.CANCEL_ORDER, EURO).answer(said, lambda _: did)
    assert told == Text(
        en="Yes, you confirmed it, and it is done: Cancel order A20001.",
        zh="是的，您已确认，已经生效：取消订单A20001。",
    )


@pytest.mark.parametrize("said", ["has A20002 been cancelled", "A20002取消了吗"])
def test_what_is_asked_of_another_order_is_not_about_it(said: str) -> None:
    assert prepared(ProposalKind.CANCEL_ORDER, EURO).answer(said, still_open) is None
