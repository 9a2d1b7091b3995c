"""A run: cases chosen, everything checked, then inspect-ai plays each arm and keeps its logs.

Running it again under the same name goes on where it was left: finished trials are not repeated.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from evals.suite import reach
from evals.suite.answering import Desk
from evals.suite.case import Case
from evals.suite.judging import Judge
from evals.suite.loading import Loaded, Split, load
from evals.suite.playing import Customer, Open, Trial
from evals.suite.prices import PRICES, Priced, price_of
from evals.suite.shop import Shop, build
from orderdb.policy_book import PolicyBook

BUILD = Path("build/evals")
_NEEDS_MODEL = frozenset({"orderdesk", "plain", "plain_constrained"})


class BadRun(Exception):
    """A run cannot be started as asked; says why."""


@dataclass(frozen=True)
class Plan:
    """What is to be run; ``minutes`` ends a part of it, which a later call goes on with."""

    name: str
    arms: tuple[reach.Arm, ...] = ("orderdesk",)
    trials: int = 1
    split: Split = "all"
    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    balanced: int | None = None
    minutes: float | None = None
    at_once: int = 1
    prices: Path = PRICES
    customer: str = "scripted"

    @property
    def folder(self) -> Path:
        return BUILD / self.name

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


def chosen(plan: Plan, cases: Sequence[Loaded]) -> list[Loaded]:
    """The cases of a run, mixed so that any beginning of them is a fair sample; raises BadRun."""
    found = [
        one
        for one in cases
        if (not plan.only or one.case.id in plan.only)
        and (not plan.tags or set(plan.tags) & set(one.case.tags))
        and plan.language in (None, one.case.language)
    ]
    if missing := set(plan.only) - {one.case.id for one in found}:
        raise BadRun(f"there is no case {', '.join(sorted(missing))}")
    found.sort(key=_mixed)
    if plan.balanced is not None:
        found = balanced(found, plan.balanced)
    if not found:
        raise BadRun("no case was chosen")
    return found


def balanced(cases: Sequence[Loaded], count: int) -> list[Loaded]:
    """So many cases, in turn from each first tag and language; chosen by nothing else."""
    kinds: dict[tuple[str, str], list[Loaded]] = {}
    for one in sorted(cases, key=_mixed):
        kinds.setdefault((one.case.tags[0], one.case.language), []).append(one)
    taken: list[Loaded] = []
    while len(taken) < count and any(kinds.values()):
        for kind in sorted(kinds):
            if kinds[kind] and len(taken) < count:
                taken.append(kinds[kind].pop(0))
    return sorted(taken, key=_mixed)


def _mixed(one: Loaded) -> str:
    return hashlib.sha256(one.case.id.encode()).hexdigest()


def prepare(plan: Plan, settings: Settings) -> tuple[Shop, list[Loaded], dict[str, Priced]]:
    """Check all that can be checked before anything runs; raises what is wrong."""
    shop = Shop.load()
    book = PolicyBook.load(settings.policies)
    cases = chosen(plan, load(shop, book, plan.split))
    priced = {}
    if _NEEDS_MODEL & set(plan.arms):
        name = settings.endpoint.model if settings.endpoint else "embedded"
        priced = dict.fromkeys(sorted(_NEEDS_MODEL), price_of(name, plan.prices))
        if settings.endpoint is not None:
            reach.check_endpoint(settings.endpoint)
        elif not settings.embedded:
            raise reach.NoModel("no model is configured, and the embedded one is switched off")
    return shop, cases, priced


def run(plan: Plan, settings: Settings, say: Callable[[str], None] = print) -> bool:
    """Play what is not played yet; whether all of it is done. Raises what ``prepare`` raises."""
    shop, cases, priced = prepare(plan, settings)
    settings = settings.model_copy(update={"data": BUILD / "data", "chroma_dir": None})
    with ExitStack() as stack:
        model = None
        if _NEEDS_MODEL & set(plan.arms):
            say("Waiting for the model ...")
            model = stack.enter_context(reach.reached(settings, BUILD / "data"))
        desk = reach.open_desk(settings, shop)
        openers: dict[str, Callable[[], Open]] = {
            arm: (lambda arm=arm: reach.opener(desk, arm, model))  # type: ignore[misc]
            for arm in plan.arms
        }
        customer = _customers(plan, model)
        return play(plan, desk, shop, cases, openers, priced, customer, say)


def _customers(plan: Plan, model: reach.Reached | None) -> Callable[[Case], Customer]:
    from evals.suite.customers import customer_of

    return customer_of(plan.customer, model.endpoint if model else None)


def play(
    plan: Plan,
    desk: Desk,
    shop: Shop,
    cases: Sequence[Loaded],
    openers: dict[str, Callable[[], Open]],
    priced: dict[str, Priced],
    customer: Callable[[Case], Customer] | None = None,
    say: Callable[[str], None] = print,
) -> bool:
    """Let inspect-ai play the arms; whether every trial of all of them is done."""
    _keep_to_yourself()
    from inspect_ai import eval_set

    from evals.suite.playing import Scripted
    from evals.suite.task import Arm, suite

    judge = Judge(shop, desk.book)
    deadline = time.monotonic() + plan.minutes * 60 if plan.minutes else None
    about = _about(plan, desk, cases)
    _same_as_before(plan, about)
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        template = build(shop, Path(folder) / "template.db")
        tasks = [
            suite(
                Arm(
                    name=arm,
                    opener=opener,
                    trial=Trial(template, desk.book, desk.clock, arm),
                    priced=priced.get(arm),
                    customer=customer or Scripted,
                ),
                cases,
                judge,
                about["fingerprint"],
                deadline,
            )
            for arm, opener in openers.items()
        ]
        say(f"{len(cases)} cases, {plan.trials} trials, arms: {', '.join(openers)}")
        done, _ = eval_set(
            tasks,
            log_dir=str(plan.logs),
            model="none/none",
            display="none",
            log_level="error",
            epochs=plan.trials,
            max_tasks=1,
            max_samples=plan.at_once,
            log_buffer=1,
            log_realtime=False,
            fail_on_error=True,
            continue_on_fail=True,
            retry_attempts=0,
            retry_immediate=False,
            ctl_server=False,
            acp_server=False,
            log_dir_allow_dirty=True,
        )
    return done


def _keep_to_yourself() -> None:
    """inspect-ai reads settings of its own from the environment; none of it may reach a network."""
    for name in [name for name in os.environ if name.startswith("INSPECT_")]:
        del os.environ[name]
    os.environ["INSPECT_TRACE_FILE"] = str((BUILD / "inspect-trace.log").absolute())


def _about(plan: Plan, desk: Desk, cases: Sequence[Loaded]) -> dict[str, Any]:
    """What a run was made of; two parts of one run must agree in it."""
    settings = desk.settings
    model = settings.endpoint.model if settings.endpoint else "embedded"
    ids = {one.case.id: one.case.model_dump(mode="json") for one in cases}
    written = json.dumps(ids, ensure_ascii=False, sort_keys=True, default=str)
    made_of = {
        "model": model,
        "trials": plan.trials,
        "prompts": dict(desk.prompts.versions),
        "policies": _digest(
            "".join(f"{c.id}/{c.version}:{c.body.en}{c.body.zh}" for c in desk.book)
        ),
        "cases": _digest(written),
        "customer": plan.customer,
    }
    return made_of | {"fingerprint": _digest(json.dumps(made_of, sort_keys=True))}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _same_as_before(plan: Plan, about: dict[str, Any]) -> None:
    """Keep what the run is made of; raises BadRun when its first part was of something else."""
    file = plan.folder / "run.json"
    if file.exists():
        before = json.loads(file.read_text(encoding="utf-8"))
        if others := sorted(key for key in about if about[key] != before.get(key)):
            raise BadRun(
                f"{plan.folder} holds a run with other {', '.join(others)}: give this one another "
                "name, or remove that folder"
            )
        return
    plan.folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
