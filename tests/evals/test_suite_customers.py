"""Simulated customers: what they do wrong as customers is found, and is not the assistant's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from assistant.settings import Settings
from evals.suite.case import Case
from evals.suite.chat import prompts_of
from evals.suite.customers import Acting, simulator_faults
from evals.suite.figures import simulator_errors
from evals.suite.played import Answered, Click, Exchange
from evals.suite.results import Trial, blame
from evals.suite.scripted import DoNothing
from tests.evals.suite import Bench

PROMPT = prompts_of(Settings())["customer"]
CASE = Case.model_validate(
    {
        "id": "en-goal", "as": "mia", "language": "en", "tags": ["simulated"],
        "customer": {
            "opens": "I want to cancel something.",
            "goal": "Cancel order A31004 and confirm.",
            "knows": {"order": "A31004"}, "hides": ["Kastanienallee"],
            "click": "confirm",
            "overall": {"propose": {"kind": "cancel_order", "order": "A31004"}},
        },
    }
)  # fmt: skip
ASKED = Exchange(said="I want to cancel something.", answer=Answered(reply="Which order is it?"))
CARD = {"kind": "cancel_order", "order_number": "A31004", "summary": "Cancel order A31004"}
SHOWN = Exchange(said="A31004", answer=Answered(reply="Prepared.", proposals=[CARD]))


class Speaks:
    """A customer's model that says what it is told to, and keeps what it was shown."""

    def __init__(self, *said: str) -> None:
        self._said = list(said)
        self.shown: list[Sequence[tuple[str, str]]] = []

    async def say(
        self, messages: Sequence[tuple[str, str]], schema: Mapping[str, Any] | None = None
    ) -> str:
        self.shown.append(messages)
        return self._said.pop(0)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("It goes to Kastanienallee 12.", "revealed"),
        ("And where is A39001?", "left its goal: spoke of A39001"),
        ("How can I help you today?", "left its goal: spoke as the assistant"),
        ("I want to cancel something.", "left its goal: said the very same again"),
        ("我想取消订单", "left its goal: spoke another language"),
    ],
)
def test_a_message_that_leaves_its_part_is_found(said: str, kind: str) -> None:
    assert CASE.customer is not None
    (found,) = simulator_faults(CASE, CASE.customer, [ASKED], said, stops=False)
    assert found.startswith(kind)


def test_stopping_before_the_goal_is_found_and_after_it_is_not() -> None:
    assert CASE.customer is not None

    def stopped(*exchanges: Exchange) -> list[str]:
        return list(simulator_faults(CASE, CASE.customer, exchanges, "", stops=True))  # type: ignore[arg-type]

    assert stopped(ASKED)[0].startswith("stopped early")
    assert stopped(ASKED, SHOWN) == []
    refused = Exchange(said="A31004", answer=Answered(reply="It cannot be cancelled any more."))
    assert stopped(refused) == []
    person = Exchange(said="A31004", answer=Answered(reply="A colleague?", handed_off=True))
    assert stopped(person) == []


def test_a_customer_who_keeps_to_it_has_no_fault() -> None:
    assert CASE.customer is not None
    assert list(simulator_faults(CASE, CASE.customer, [ASKED], "A31004, please.", False)) == []


async def test_the_model_sees_cards_and_its_clicks_and_knows_its_part() -> None:
    assert CASE.customer is not None
    chat = Speaks("###DONE###")
    click = Click(kind="cancel_order", order="A31004", how="confirm", outcome="confirmed")
    customer = Acting(CASE, CASE.customer, chat, PROMPT)
    assert await customer.next([ASKED, SHOWN.model_copy(update={"clicks": [click]})]) is None
    messages = chat.shown[0]
    assert "Cancel order A31004 and confirm." in messages[0][1]
    assert "[A card to be confirmed: Cancel order A31004]" in messages[-1][1]
    assert "[You pressed confirm: confirmed]" in messages[-1][1]


async def test_a_failed_trial_whose_customer_erred_is_the_simulators(bench: Bench) -> None:
    assert CASE.customer is not None
    customer = Acting(CASE, CASE.customer, Speaks("How can I help you?", "###DONE###"), PROMPT)
    played = await bench.trial.play(CASE, lambda case, _: DoNothing(case), customer, 4)
    findings = bench.judge.findings(CASE, played)
    assert findings
    assert blame(findings, played) == "simulator"
    kept = Trial(
        case=CASE.id, arm="tried", trial=1, tags=["simulated"], language="en", split="dev",
        file="", resolved=False, findings=findings, played=played,
    )  # fmt: skip
    assert simulator_errors([kept]) == {"left its goal": 1}
