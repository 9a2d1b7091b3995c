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
    rules: Rules, candidate: Sequence[Trial], baseline: Sequence[Trial] | None
) -> list[Verdict]:
    """Every rule that can be judged; a run without trials passes none."""
    if not candidate:
        return [Verdict("trials", False, "there are none")]
    return [*_alone(rules, candidate), *(_beside(rules, candidate, baseline) if baseline else ())]


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
