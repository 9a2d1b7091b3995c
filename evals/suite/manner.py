"""Tone and helpfulness, the two things that a model judges; never without how well it judges.

What decides whether a case is resolved is in ``judging.py``, without a model. Here a sample of the
replies is graded, and beside it stands how often the same judge agrees with replies that a person
has graded (``labels.yaml``): accuracy, and Cohen's kappa, which chance alone leaves at 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.prompts import Prompt
from evals.suite.chat import Chat, ChatFault
from evals.suite.shares import Share, wilson
from orderdb.yaml_text import read_yaml

MANNERS = "manners.json"
"""The file of a run's folder that keeps what was graded."""

LABELS = Path(__file__).parent / "labels.yaml"
LEAST_KAPPA = 0.4
"""Below it ("fair" at best, Landis and Koch 1977) a judge's figures are no ground for anything."""

Grade = Literal["good", "poor"]
Question = Literal["tone", "help"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
_SCHEMA = {
    "type": "object",
    "properties": {name: {"enum": list(get_args(Grade))} for name in QUESTIONS},
    "required": list(QUESTIONS),
    "additionalProperties": False,
}
_EARLIER = 2  # messages of the customer before the one that is answered


class JudgeFault(Exception):
    """The judge gave no grades; that is its own failure, and nobody else's."""


class Grades(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tone: Grade
    help: Grade


class Label(Grades):
    """A reply as a person graded it; ``by`` is the arm that gave it, or ``hand``."""

    language: Literal["en", "zh"]
    by: Literal["orderdesk", "guided", "plain", "hand"]
    said: list[str] = Field(min_length=1)
    reply: str


class Agreement(BaseModel):
    """How a judge and a person agree on one question."""

    right: int
    of: int
    kappa: float

    def __str__(self) -> str:
        return (
            f"{self.right} of {self.of} labels, {self.right / self.of:.0%}, kappa {self.kappa:.2f}"
        )

    @property
    def is_enough(self) -> bool:
        return self.kappa >= LEAST_KAPPA


class Graded(Grades):
    """A reply of a run."""

    arm: str
    case: str
    trial: int
    turn: int


class Manners(BaseModel):
    """What the judge found in a run, and what it is worth; ``faults`` are replies not graded."""

    judge: str
    agreement: dict[Question, Agreement]
    replies: list[Graded] = []
    faults: int = 0

    def of(self, arm: str, question: Question) -> Share:
        """The share of an arm's graded replies that are good, with its interval over replies."""
        grades = [getattr(one, question) for one in self.replies if one.arm == arm]
        right = grades.count("good")
        return Share(right / max(1, len(grades)), *wilson(right, len(grades)), len(grades))


class MannerJudge:
    """Grades replies; ``name`` tells apart judges whose grades must not be mixed."""

    def __init__(self, chat: Chat, model: str, prompt: Prompt) -> None:
        self._chat, self._prompt = chat, prompt
        self.name = f"{model}, prompt {prompt.version}"

    async def grade(self, said: Sequence[str], reply: str) -> Grades:
        """``said`` are the customer's messages, the answered one last. Raises JudgeFault."""
        if not reply.strip():
            return Grades(tone="poor", help="poor")
        told = "\n".join(said[-1 - _EARLIER :])
        asked = self._prompt.fill(said=told, reply=reply)
        try:
            return Grades.model_validate_json(await self._chat.say([("user", asked)], _SCHEMA))
        except (ChatFault, ValidationError) as error:
            raise JudgeFault(f"no grades: {error}") from error


def labels(path: Path = LABELS) -> list[Label]:
    written = read_yaml(path.read_text(encoding="utf-8"))
    return [Label.model_validate(one) for one in written["replies"]]


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Of (a person's, the judge's) grades."""
    count = len(pairs)
    right = sum(a == b for a, b in pairs)
    by_chance = sum(
        sum(a == grade for a, _ in pairs) * sum(b == grade for _, b in pairs)
        for grade in get_args(Grade)
    ) / (count * count)
    kappa = 1.0 if by_chance == 1 else (right / count - by_chance) / (1 - by_chance)
    return Agreement(right=right, of=count, kappa=kappa)


async def agree(judge: MannerJudge, known: Iterable[Label]) -> dict[Question, Agreement]:
    """How the judge does on labelled replies; one that it cannot grade counts as disagreement."""
    pairs: dict[Question, list[tuple[str, str]]] = {name: [] for name in QUESTIONS}
    for label in known:
        try:
            graded = (await judge.grade(label.said, label.reply)).model_dump()
        except JudgeFault:
            graded = {name: _other(getattr(label, name)) for name in QUESTIONS}
        for name in QUESTIONS:
            pairs[name].append((getattr(label, name), graded[name]))
    return {name: agreement(found) for name, found in pairs.items()}


def _other(grade: Grade) -> Grade:
    return "poor" if grade == "good" else "good"


class Reply(BaseModel):
    """A reply that may be graded."""

    arm: str
    case: str
    trial: int
    turn: int
    said: list[str]
    text: str

    @property
    def key(self) -> tuple[str, str, int, int]:
        return self.arm, self.case, self.trial, self.turn


def sample(replies: Iterable[Reply], an_arm: int) -> Iterator[Reply]:
    """So many of each arm, the same messages in all as far as they go; chosen by no outcome."""
    taken: dict[str, int] = {}
    for one in sorted(replies, key=_mixed):
        if taken.get(one.arm, 0) < an_arm:
            taken[one.arm] = taken.get(one.arm, 0) + 1
            yield one


def _mixed(one: Reply) -> str:
    return hashlib.sha256(f"{one.case}/{one.trial}/{one.turn}".encode()).hexdigest()


async def judged(
    judge: MannerJudge, replies: Sequence[Reply], file: Path, say: Callable[[str], None] = print
) -> Manners:
    """Grade what is not graded yet; ``file`` keeps it, so that a killed run goes on."""
    found = kept(file)
    if found is None or found.judge != judge.name:
        say(f"Asking {judge.name} about the labelled replies ...")
        found = Manners(judge=judge.name, agreement=await agree(judge, labels()))
    known = {(one.arm, one.case, one.trial, one.turn) for one in found.replies}
    found.faults = 0
    for one in replies:
        if one.key in known:
            continue
        try:
            grades = await judge.grade(one.said, one.text)
        except JudgeFault:
            found.faults += 1
            continue
        about = {"arm": one.arm, "case": one.case, "trial": one.trial, "turn": one.turn}
        found.replies.append(Graded(**grades.model_dump(), **about))
        _keep(found, file)
    _keep(found, file)
    return found


def _keep(found: Manners, file: Path) -> None:
    file.write_text(found.model_dump_json(indent=1), encoding="utf-8")


def kept(file: Path) -> Manners | None:
    """What was graded before; None when nothing was, or it cannot be read."""
    try:
        return Manners.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def lines(found: Manners, arm: str) -> Iterator[str]:
    """The scores of an arm, each with the judge's agreement beside it."""
    for question in QUESTIONS:
        share, worth = found.of(arm, question), found.agreement[question]
        if share.of:
            name = "tone" if question == "tone" else "helpfulness"
            doubt = "" if worth.is_enough else "; TOO LITTLE AGREEMENT, do not rely on it"
            told = f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}] of {share.of} replies"
            yield f"{name} good: {told} (judge {found.judge}; agrees with {worth}{doubt})"
