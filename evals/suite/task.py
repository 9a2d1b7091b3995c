"""The suite as inspect-ai's task: cases are samples, an arm is the solver, findings the score."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.suite.case import Case
from evals.suite.judging import DIMENSIONS, JUDGE_BROKE, Finding, Judge
from evals.suite.loading import Loaded
from evals.suite.played import Played
from evals.suite.playing import Customer, Open, Scripted, Trial
from evals.suite.prices import Priced

PLAYED = "played"


class OutOfTime(Exception):
    """The run's minutes are over; what is left is played when it is resumed."""


@dataclass(frozen=True)
class Arm:
    """Who is tried: ``opener`` is called in the loop that plays, once."""

    name: str
    opener: Callable[[], Open]
    trial: Trial
    priced: Priced | None = None
    customer: Callable[[Case], Customer] = field(default=Scripted)


def suite(
    arm: Arm, cases: Sequence[Loaded], judge: Judge, fingerprint: str, deadline: float | None = None
) -> Task:
    """One arm over the cases; ``fingerprint`` tells runs apart that must not be mixed.

    ``deadline`` is of ``time.monotonic``: no case is begun after it.
    """

    @task(name=arm.name)
    def made(arm_name: str, fingerprint: str) -> Task:
        return Task(
            name=arm.name,
            dataset=MemoryDataset([_sample(one) for one in cases], name="orderdesk"),
            solver=playing(arm, {one.case.id: one.case for one in cases}, deadline),
            scorer=judging({one.case.id: one.case for one in cases}, judge, arm.priced),
        )

    found: Task = made(arm.name, fingerprint)
    return found


def _sample(one: Loaded) -> Sample:
    case = one.case
    first = case.turns[0].say if case.turns else case.customer.opens if case.customer else ""
    about = {
        "tags": list(case.tags),
        "language": case.language,
        "split": one.split,
        "file": f"{one.file}:{one.line}",
        "note": case.note,
    }
    return Sample(id=case.id, input=first, metadata=about)


@solver
def playing(arm: Arm, cases: dict[str, Case], deadline: float | None) -> Solver:
    """Hold the conversation of a sample's case."""
    opened: list[Open] = []

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if deadline is not None and time.monotonic() > deadline:
            raise OutOfTime("the minutes of this run are over; run it again to go on")
        if not opened:
            opened.append(arm.opener())
        case = cases[str(state.sample_id)]
        most = case.customer.most_turns if case.customer else 20
        played = await arm.trial.play(case, opened[0], arm.customer(case), most)
        # A text, for inspect-ai walks through all else.
        state.metadata[PLAYED] = played.model_dump_json()
        state.messages = [
            message
            for one in played.exchanges
            for message in (
                ChatMessageUser(content=one.said),
                ChatMessageAssistant(content=one.answer.reply),
            )
        ]
        return state

    return solve


@scorer(metrics={"*": [mean()]}, name="findings")
def judging(cases: dict[str, Case], judge: Judge, priced: Priced | None) -> Scorer:
    """1 in a dimension without a complaint; ``resolved`` is 1 when there is none at all."""

    async def score(state: TaskState, target: Target) -> Score:
        played = Played.model_validate_json(state.metadata[PLAYED])
        try:
            findings = judge.findings(cases[str(state.sample_id)], played)
        except Exception as error:  # noqa: BLE001  # a scorer that breaks is told as such
            words = f"{JUDGE_BROKE} {type(error).__name__}: {error}"
            findings = [Finding(dimension="fault", turn=None, words=words)]
        failed = {one.dimension for one in findings}
        usage = played.usage
        value: dict[str, float] = {name: float(name not in failed) for name in DIMENSIONS}
        value |= {
            "resolved": float(not findings),
            "turns": len(played.exchanges),
            "model_calls": usage.model_calls,
            "tokens": usage.prompt_tokens + usage.completion_tokens,
            "cost": priced.cost(usage) if priced else 0.0,
            "seconds": sum(one.answer.seconds for one in played.exchanges),
        }
        return Score(
            value=value,
            explanation="\n".join(f"{one.dimension}: {one.words}" for one in findings) or "right",
            metadata={"findings": [one.model_dump() for one in findings]},
        )

    return score
