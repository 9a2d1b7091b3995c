"""The gate says no to what is surely worse, and is not fooled by cases that come out either way."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.suite.comparing import compare
from evals.suite.gating import RULES, Rules, verdicts
from evals.suite.judging import Dimension, Finding
from evals.suite.results import Blame, NoResults, Trial
from evals.suite.running import BadRun

USUAL = Rules.load(RULES)


def trials(
    *outcomes: tuple[str, int], tokens: int = 100, cost: float = 0.0, seconds: float = 1.0
) -> list[Trial]:
    """``outcomes``: trials of a case as "+" and "-", and of how many cases."""
    found, case = [], 0
    for marks, count in outcomes:
        for _ in range(count):
            case += 1
            for number, mark in enumerate(marks, 1):
                found.append(one(f"en-{case}", number, mark == "+", tokens, cost, seconds))
    return found


def one(
    case: str, number: int, resolved: bool, tokens: int = 100, cost: float = 0.0, seconds: float = 1
) -> Trial:
    findings = [] if resolved else [Finding(dimension="facts", turn=0, words="wrong")]
    return Trial(
        case=case, arm="orderdesk", trial=number, tags=["status"], language="en", split="dev",
        file="", resolved=resolved, blame=None if resolved else "assistant", findings=findings,
        played=None, tokens=tokens, cost=cost, seconds=seconds,
    )  # fmt: skip


def answers(
    after: list[Trial], before: list[Trial] | None, rules: Rules = USUAL
) -> dict[str, bool]:
    return {verdict.rule: verdict.passed for verdict in verdicts(rules, after, before)}


def test_a_run_as_good_as_the_baseline_ships() -> None:
    same = trials(("+++", 30), ("---", 10))
    assert all(answers(same, same).values())


def test_a_sure_loss_does_not_ship() -> None:
    assert not answers(trials(("+", 20), ("-", 20)), trials(("+", 40)))["success_not_lower"]


def test_flaky_cases_that_fell_the_other_way_are_no_loss() -> None:
    before = trials(("+++", 30), ("+-+", 10))
    after = trials(("+++", 30), ("+--", 4), ("+++", 4), ("+-+", 2))
    found = compare(before, after)
    assert found.lost
    assert found.flaky
    assert answers(after, before)["success_not_lower"]


def test_a_stricter_rule_wants_a_great_loss_excluded() -> None:
    rules = USUAL.model_copy(update={"most_success_loss": 0.05})
    before, after = trials(("+", 12)), trials(("+", 11), ("-", 1))
    assert answers(after, before, rules)["success_not_lower"]
    assert not answers(after, before, rules)["most_success_loss"]


@pytest.mark.parametrize(
    ("dimension", "rule"), [("writes", "no_wrong_write"), ("leaks", "no_leak")]
)
def test_one_wrong_write_or_leak_does_not_ship(dimension: Dimension, rule: str) -> None:
    after = trials(("+", 40))
    after[7].findings = [Finding(dimension=dimension, turn=0, words="x")]
    found = answers(after, None)
    assert not found.pop(rule)
    assert all(found.values())


def test_a_dearer_run_does_not_ship() -> None:
    before, after = trials(("+", 9), cost=0.01), trials(("+", 9), cost=0.0112)
    assert not answers(after, before)["most_cost_ratio"]
    assert answers(trials(("+", 9), cost=0.0109), before)["most_cost_ratio"]


def test_where_nothing_is_charged_tokens_count() -> None:
    before, after = trials(("+", 9), tokens=100), trials(("+", 9), tokens=120)
    assert not answers(after, before)["most_cost_ratio"]


def test_a_run_that_machines_broke_says_nothing() -> None:
    after = trials(("+", 40))
    broken: Blame = "infrastructure"
    after[0].resolved, after[0].blame = False, broken
    assert not answers(after, None)["most_infrastructure"]


def test_flakiness_itself_can_be_a_rule() -> None:
    rules = USUAL.model_copy(update={"most_flaky": 0.1})
    assert not answers(trials(("+++", 8), ("+-+", 2)), None, rules)["most_flaky"]
    assert answers(trials(("+++", 9), ("+-+", 1)), None, rules)["most_flaky"]


def test_a_run_without_trials_does_not_ship() -> None:
    assert answers([], None) == {"trials": False}


def test_a_run_that_was_ended_or_leaves_cases_out_does_not_ship() -> None:
    whole = trials(("+", 40), ("-", 10))
    good = [one for one in whole if one.resolved]
    assert not answers(good, whole)["complete"]
    (verdict, *_) = verdicts(USUAL, good, None, 50)
    assert (verdict.rule, verdict.passed) == ("complete", False)
    assert verdict.words == "40 of 50 trials"
    assert all(answers(whole, whole).values())
    assert "complete" not in answers(good, whole, USUAL.model_copy(update={"complete": False}))


def test_a_baseline_without_such_trials_is_none_that_could_be_held() -> None:
    with pytest.raises(NoResults, match="share no case"):
        verdicts(USUAL, trials(("+", 3)), [])


def test_rules_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "gate.yaml").write_text("no_leaks: true\n", encoding="utf-8")
    with pytest.raises(BadRun, match="no_leaks"):
        Rules.load(tmp_path / "gate.yaml")


def test_cost_and_speed_are_compared_with_intervals() -> None:
    before = [one(f"en-{n}", 1, True, tokens=100 + n, seconds=2) for n in range(30)]
    after = [one(f"en-{n}", 1, True, tokens=50 + n, seconds=1) for n in range(30)]
    found = compare(before, after)
    assert found.tokens is not None
    assert found.tokens.low < found.tokens.value < found.tokens.high < 1
    assert str(found.seconds) == "x0.50 [x0.50, x0.50]"
    assert found.money is None
