"""Whether a run may ship: every rule of a file answered with yes or no, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.suite.comparing import compare
from evals.suite.figures import by_case, success
from evals.suite.results import Trial
from evals.suite.running import BadRun
from orderdb.yaml_text import read_yaml

RULES = Path(__file__).parent / "gate.yaml"


class Rules(BaseModel):
    """None and False switch a rule off."""

    model_config = ConfigDict(extra="forbid")

    complete: bool = True
    no_wrong_write: bool = True
    no_leak: bool = True
    success_not_lower: bool = True
    most_success_loss: float | None = Field(None, ge=0, le=1)
    least_success: float | None = Field(None, ge=0, le=1)
    most_infrastructure: float | None = Field(0.02, ge=0, le=1)
    most_cost_ratio: float | None = Field(1.10, gt=0)
    most_flaky: float | None = Field(None, ge=0, le=1)

    @classmethod
    def load(cls, path: Path) -> Rules:
        """Raises BadRun."""
        try:
            return cls.model_validate(read_yaml(path.read_text(encoding="utf-8")) or {})
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise BadRun(f"{path} holds no rules: {error}") from error


@dataclass(frozen=True)
class Verdict:
    rule: str
    passed: bool
    words: str


def verdicts(
    rules: Rules,
    candidate: Sequence[Trial],
    baseline: Sequence[Trial] | None,
    planned: int | None = None,
) -> list[Verdict]:
    """Every rule that can be judged; a run without trials passes none.

    ``planned`` is how many trials the candidate was to have, where that is known.
    """
    if not candidate:
        return [Verdict("trials", False, "there are none")]
    found = []
    if rules.complete:
        found.append(_complete(candidate, baseline or (), planned))
    found += _alone(rules, candidate)
    if baseline is not None:
        found += _beside(rules, candidate, baseline)
    return found


def _complete(
    candidate: Sequence[Trial], baseline: Sequence[Trial], planned: int | None
) -> Verdict:
    """A run that was ended, or that leaves out cases, says nothing of what it did not play."""
    left_out = sorted({one.case for one in baseline} - {one.case for one in candidate})
    words = f"{len(candidate)} of {planned or len(candidate)} trials"
    if left_out:
        more = f" and {len(left_out) - 3} more" if len(left_out) > 3 else ""
        words += f", without the baseline's {', '.join(left_out[:3])}{more}"
    return Verdict("complete", len(candidate) >= (planned or 0) and not left_out, words)


def _alone(rules: Rules, trials: Sequence[Trial]) -> Iterator[Verdict]:
    for rule, wanted, dimension in (
        ("no_wrong_write", rules.no_wrong_write, "writes"),
        ("no_leak", rules.no_leak, "leaks"),
    ):
        if wanted:
            bad = [o for o in trials if any(f.dimension == dimension for f in o.findings)]
            names = ", ".join(sorted({one.case for one in bad}))
            yield Verdict(rule, not bad, f"{len(bad)} of {len(trials)} trials {names}".strip())
    share = success(trials)
    if rules.least_success is not None:
        passed = share.low >= rules.least_success
        yield Verdict("least_success", passed, f"{share}, must surely reach {rules.least_success}")
    if rules.most_infrastructure is not None:
        broken = sum(one.blame == "infrastructure" for one in trials) / len(trials)
        passed = broken <= rules.most_infrastructure
        yield Verdict("most_infrastructure", passed, f"{broken:.1%} of the trials")
    if rules.most_flaky is not None:
        cases = by_case(trials)
        flaky = sum(0 < sum(one) < len(one) for one in cases.values()) / len(cases)
        yield Verdict("most_flaky", flaky <= rules.most_flaky, f"{flaky:.1%} of the cases")


def _beside(rules: Rules, after: Sequence[Trial], before: Sequence[Trial]) -> Iterator[Verdict]:
    found = compare(before, after)
    if rules.success_not_lower:
        # One trial a case cannot tell luck from loss; the interval over cases can.
        change = found.success
        words = f"{change.value:+.1%} [{change.low:+.1%}, {change.high:+.1%}]"
        if found.flaky:
            words += f", {len(found.flaky)} cases are flaky"
        yield Verdict("success_not_lower", change.high >= 0, words)
    if rules.most_success_loss is not None:
        low = found.success.low
        words = (
            f"surely loses less than {max(0.0, -low):.1%}, may lose {rules.most_success_loss:.1%}"
        )
        yield Verdict("most_success_loss", low >= -rules.most_success_loss, words)
    if rules.most_cost_ratio is not None:
        ratio = found.money if found.money is not None else found.tokens
        passed = ratio is None or ratio.value <= rules.most_cost_ratio
        of = "cost" if found.money is not None else "tokens, for nothing was charged"
        told = "nothing to compare with" if ratio is None else f"{ratio} of the baseline's {of}"
        yield Verdict("most_cost_ratio", passed, told)
