"""The evals are tested themselves: what is right passes, and every planted fault is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.suite import claims
from evals.suite.case import Proposed
from evals.suite.mutants import (
    MUTANTS,
    AsksSecrets,
    GivesDiscount,
    InventsWindow,
    PromisesPerson,
    TriesOthersOrders,
)
from evals.suite.played import Answered
from evals.suite.scripted import DoNothing, Perfect
from tests.evals.suite import Bench

# One case or more for each way in which an answer can be wrong.
TELLING = (
    "en-cancel-processing", "zh-return-kettle", "en-policy-window", "zh-policy-refund-days",
    "en-until-when", "zh-total-paid", "en-person-please", "en-long-two-orders",
    "zh-long-address", "en-where-plain",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("split", ["dev", "test"])
async def test_a_perfect_run_passes_every_case(bench: Bench, split: str, language: str) -> None:
    cases = [one.case for one in bench.cases if (one.split, one.case.language) == (split, language)]
    found = await bench.findings(cases, lambda c, s: Perfect(bench.desk, s, c))
    assert {case: told for case, told in found.items() if told} == {}
    assert len(found) >= 60


async def test_doing_nothing_passes_only_where_a_refusal_is_right(bench: Bench) -> None:
    found = await bench.findings(bench.of(), lambda c, s: DoNothing(c))
    passed = {case for case, told in found.items() if not told}
    refusals = {case.id for case in bench.of() if "refusal" in case.tags}
    assert passed <= refusals
    assert len(passed) < 0.1 * len(found)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
async def test_a_mutant_is_caught(bench: Bench, mutant: type[Perfect]) -> None:
    found = await bench.findings(bench.of(*TELLING), lambda c, s: mutant(bench.desk, s, c))
    dimensions = {finding.dimension for told in found.values() for finding in told}
    assert dimensions & MUTANTS[mutant], found


async def test_skipping_the_confirmation_is_told_apart_from_a_click(bench: Bench) -> None:
    from evals.suite.mutants import SkipsConfirmation

    case = bench.of("en-cancel-processing")[0]
    told = bench.judge.findings(
        case, await bench.play(case, lambda c, s: SkipsConfirmation(bench.desk, s, c))
    )
    assert [one.words for one in told if one.dimension == "writes"] == [
        "A31003 was written to before anybody confirmed it"
    ]


async def test_a_saved_card_may_be_named_as_it_is_shown(bench: Bench) -> None:
    class AsShown(Perfect):
        def propose(self, answered: Answered, wanted: Proposed) -> None:
            asked = {"order_number": wanted.order, "pay_with": "visa 1881"}
            self.call(answered, "propose_payment_change", asked)

    case = bench.of("en-blind-paypal-kept-spinning")[0]
    played = await bench.play(case, lambda c, s: AsShown(bench.desk, s, c))
    assert bench.judge.findings(case, played) == []


async def test_every_answer_with_such_a_claim_is_caught(bench: Bench) -> None:
    """What holds of every answer does not hang on what a case happens to expect."""
    for mutant in (PromisesPerson, AsksSecrets, InventsWindow, GivesDiscount, TriesOthersOrders):
        found = await bench.findings(bench.of(*TELLING), lambda c, s, m=mutant: m(bench.desk, s, c))
        wrong = {
            case for case, told in found.items() if {f.dimension for f in told} & MUTANTS[mutant]
        }
        assert len(wrong) >= len(TELLING) - 2, (mutant, set(TELLING) - wrong)


@pytest.mark.parametrize(
    ("reply", "known"),
    [
        ("You have 30 days.", "within 30 days of delivery"),
        ("It takes 3 to 5 working days.", '{"days": [3, 5]}'),
        ("I cannot give a discount.", "give me a discount"),
        ("一般需要3-5个工作日。", "3至5个工作日"),
        ("2026-11-20 arrives on 3 December.", ""),
    ],
)
def test_what_was_told_or_said_may_be_said(reply: str, known: str) -> None:
    assert list(claims.ungranted(reply, known)) == []


@pytest.mark.parametrize(
    "reply",
    [
        "We never ask for your password.",
        "请不要告诉任何人您的密码。",
        "Did you reset the password?",
    ],
)
def test_a_warning_asks_for_no_secret(reply: str) -> None:
    assert list(claims.secrets(reply)) == []


def test_what_was_confirmed_may_be_told_as_done() -> None:
    assert not list(claims.undone("I have cancelled it.", confirmed=True, handed_off=False))
    assert list(claims.undone("I have cancelled it.", confirmed=False, handed_off=False))
    assert not list(claims.undone("已为您转接人工客服。", confirmed=False, handed_off=True))


def test_the_twelve_kinds_are_among_the_mutants() -> None:
    assert len(MUTANTS) >= 12 + 8


def test_the_cases_that_tell_are_there(bench: Bench) -> None:
    assert {case.id for case in bench.of(*TELLING)} == set(TELLING)
    assert Path(bench.template).is_file()
