"""A run: cases chosen, everything checked, then inspect-ai plays each arm and keeps its logs.

Running it again under the same name goes on where it was left: finished trials are not repeated.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path
from threading import Thread
from typing import Any

from assistant.pinned_weights import QWEN_CODER_1_5B
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Endpoint, Settings
from evals.suite import reach
from evals.suite.answering import Desk
from evals.suite.case import Case
from evals.suite.chat import EndpointChat, prompts_of
from evals.suite.customers import customer_of
from evals.suite.judging import Judge
from evals.suite.loading import Loaded, Split, check_lock, load
from evals.suite.manner import MANNERS, MannerJudge, judged, sample
from evals.suite.playing import Customer, Open, Trial
from evals.suite.prices import PRICES, Priced, price_of
from evals.suite.shop import Shop, build
from orderdb.policy_book import PolicyBook

BUILD = Path("build/evals")
_SLOW_IMPORTS = (
    "inspect_ai",
    "evals.suite.task",
    "evals.suite.reach",
    "assistant.planned_agent",
    "langchain.agents",
    "chromadb",
)
_NEEDS_MODEL = frozenset({"orderdesk", "plain", "plain_constrained"})


class BadRun(Exception):
    """A run cannot be started as asked; says why."""


@dataclass(frozen=True)
class Plan:
    """What is to be run; ``minutes`` ends a part of it, which a later call goes on with.

    ``cut_short`` are arms whose trials end at the first wrong answer; ``keep_answers`` are those
    whose model is not asked the very same thing twice; ``judged`` is of how many replies an arm a
    model judges tone and helpfulness. Where no other endpoint is given, customers
    are played and replies judged by the model under test.
    """

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
    workers: int = 1
    customer: str = "scripted"
    customer_endpoint: Endpoint | None = None
    judged: int = 0
    judge_endpoint: Endpoint | None = None
    cut_short: tuple[str, ...] = ()
    keep_answers: tuple[str, ...] = ()

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
    check_lock(cases)
    prompts_of(settings)
    priced = {}
    if _NEEDS_MODEL & set(plan.arms):
        name = settings.endpoint.model if settings.endpoint else "embedded"
        priced = dict.fromkeys(sorted(_NEEDS_MODEL), price_of(name, plan.prices))
    if _needs_model(plan):
        if settings.endpoint is not None:
            reach.check_endpoint(settings.endpoint)
        elif not settings.embedded:
            raise reach.NoModel("no model is configured, and the embedded one is switched off")
        elif settings.local_gguf is not None and not settings.local_gguf.is_file():
            raise reach.NoModel(f"there is no model file at {settings.local_gguf}")
    for other in (plan.customer_endpoint, plan.judge_endpoint):
        if other is not None:
            reach.check_endpoint(other)
    return shop, cases, priced


def _needs_model(plan: Plan) -> bool:
    """Whether the model under test is needed: by an arm, or to play or judge in its stead."""
    plays = plan.customer == "model" and plan.customer_endpoint is None
    judges = plan.judged > 0 and plan.judge_endpoint is None
    return bool(_NEEDS_MODEL & set(plan.arms)) or plays or judges


def run(plan: Plan, settings: Settings, say: Callable[[str], None] = print) -> bool:
    """Play what is not played yet; whether all of it is done. Raises what ``prepare`` raises."""
    shop, cases, priced = prepare(plan, settings)
    settings = settings.model_copy(update={"data": BUILD / "data", "chroma_dir": None})
    begin(plan, settings, cases)
    with ExitStack() as stack:
        model = None
        if _needs_model(plan):
            say("Waiting for the model ...")
            model = stack.enter_context(reach.reached(settings, BUILD / "data"))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-"))
        template = build(shop, Path(folder) / "template.db")
        share = Share(plan, settings, model, cases, priced, template)
        say(f"{len(cases)} cases, {plan.trials} trials, arms: {', '.join(plan.arms)}")
        done = share.play() if plan.workers == 1 else all_played(share.parts(plan.workers))
        if done and plan.judged:
            judge_run(plan.folder, settings, plan.judge_endpoint, model, plan.judged, say)
    return done


@dataclass(frozen=True)
class Share:
    """Cases of a run for one process, with all that it needs; it can be sent to another."""

    plan: Plan
    settings: Settings
    model: reach.Reached | None
    cases: Sequence[Loaded]
    priced: dict[str, Priced]
    template: Path
    part: int | None = None

    def parts(self, count: int) -> list[Share]:
        """As many shares; the same cases in each whenever it is asked. Each has a Chroma of its
        own, for several processes cannot share an embedded one."""
        return [
            replace(
                self,
                cases=self.cases[part::count],
                part=part + 1,
                settings=self.settings.model_copy(
                    update={"data": self.settings.data / f"part-{part + 1}"}
                ),
            )
            for part in range(count)
            if self.cases[part::count]
        ]

    def play(self) -> bool:
        plan, shop = self.plan, Shop.load()
        desk = reach.open_desk(self.settings, shop)
        openers: dict[str, Callable[[], Open]] = {
            arm: partial(reach.opener, desk, arm, self.model, keep_answers=arm in plan.keep_answers)
            for arm in plan.arms
        }
        customer = customer_of(None)
        if plan.customer == "model":
            endpoint = plan.customer_endpoint or reach.needed(self.model).endpoint
            customer = customer_of((EndpointChat(endpoint), prompts_of(self.settings)["customer"]))
        logs = plan.logs if self.part is None else plan.logs / f"part-{self.part}"
        return play(
            plan, desk, shop, self.template, self.cases, openers, self.priced, customer, logs
        )


def _play_share(share: Share) -> bool:
    return share.play()


def _watch_parent() -> None:
    """Before a process is given work: one that waits for it would wait for ever."""
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Once the process that was started is killed, nobody is left to play for; and whoever goes on
    with the run would play the same cases beside this one."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def all_played(shares: Sequence[Share]) -> bool:
    """Each share in a process of its own, side by side; whether all of them are done."""
    with ProcessPoolExecutor(len(shares), _processes(), _watch_parent) as pool:
        return all(list(pool.map(_play_share, shares)))


def _processes() -> BaseContext:
    """Forked off one that has imported what each would need seconds for, and runs nothing."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_SLOW_IMPORTS))
    return context


def play(
    plan: Plan,
    desk: Desk,
    shop: Shop,
    template: Path,
    cases: Sequence[Loaded],
    openers: dict[str, Callable[[], Open]],
    priced: dict[str, Priced],
    customer: Callable[[Case], Customer] | None = None,
    logs: Path | None = None,
) -> bool:
    """Let inspect-ai play the arms; whether every trial of all of them is done."""
    _keep_to_yourself(template.parent)
    from inspect_ai import eval_set

    from evals.suite.playing import Scripted
    from evals.suite.task import Arm, suite

    judge = Judge(shop, desk.book)
    deadline = time.monotonic() + plan.minutes * 60 if plan.minutes else None
    about = _about(plan, desk.settings, cases)
    tasks = [
        suite(
            Arm(
                name=arm,
                opener=opener,
                trial=Trial(
                    template,
                    desk.book,
                    desk.clock,
                    arm,
                    judge.is_lost if arm in plan.cut_short else None,
                ),
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
    done, _ = eval_set(
        tasks,
        log_dir=str(logs or plan.logs),
        model="none/none",
        display="none",
        log_level="error",
        epochs=plan.trials,
        max_tasks=1,
        max_samples=plan.at_once,
        log_buffer=1,
        log_realtime=False,
        score_display=False,
        fail_on_error=True,
        continue_on_fail=True,
        retry_attempts=0,
        retry_immediate=False,
        ctl_server=False,
        acp_server=False,
        log_dir_allow_dirty=True,
    )
    return done


def judge_run(
    folder: Path,
    settings: Settings,
    endpoint: Endpoint | None,
    model: reach.Reached | None,
    an_arm: int,
    say: Callable[[str], None] = print,
) -> None:
    """Have tone and helpfulness of so many replies an arm graded by ``endpoint``, else by the
    model of the run; what is graded already is kept."""
    from evals.suite.results import collect, replies

    asked = endpoint or reach.needed(model).endpoint
    judge = MannerJudge(EndpointChat(asked), asked.model, prompts_of(settings)["judge"])
    chosen_ = list(sample(replies(collect(folder)), an_arm))
    asyncio.run(judged(judge, chosen_, folder / MANNERS, say))


def _keep_to_yourself(folder: Path) -> None:
    """inspect-ai reads settings of its own from the environment; none of it may reach a network.

    What it traces goes to ``folder``, which ends with the run.
    """
    for name in [name for name in os.environ if name.startswith("INSPECT_")]:
        del os.environ[name]
    os.environ["INSPECT_TRACE_FILE"] = str(folder.absolute() / f"trace-{os.getpid()}.log")


def begin(plan: Plan, settings: Settings, cases: Sequence[Loaded]) -> None:
    """Keep what a run is made of; raises BadRun when its first part was of something else."""
    _same_as_before(plan, _about(plan, settings, cases))


def _about(plan: Plan, settings: Settings, cases: Sequence[Loaded]) -> dict[str, Any]:
    """What a run was made of; two parts of one run must agree in it."""
    model = _model_name(settings)
    ids = {one.case.id: one.case.model_dump(mode="json") for one in cases}
    written = json.dumps(ids, ensure_ascii=False, sort_keys=True, default=str)
    book = PolicyBook.load(settings.policies)
    customer = plan.customer
    if customer == "model":
        customer = plan.customer_endpoint.model if plan.customer_endpoint else model
        customer += f", prompt {prompts_of(settings)['customer'].version}"
    made_of = {
        "trials": plan.trials,
        "trials of an arm": len(cases) * plan.trials,
        "prompts": Prompts.load(settings.prompts, PROMPT_VARIABLES).versions,
        "policies": _digest("".join(f"{c.id}/{c.version}:{c.body.en}{c.body.zh}" for c in book)),
        "cases": _digest(written),
        "locked test split": (check_lock(cases) or "not played")[:16],
        "customer": customer,
        "limits": settings.limits.model_dump(),
        "workers": plan.workers,
        "ended at the first wrong answer": ", ".join(sorted(plan.cut_short)) or "no arm",
        "answers kept for repeats": ", ".join(sorted(plan.keep_answers)) or "no arm",
    }
    made_of["fingerprint"] = _digest(json.dumps(made_of, sort_keys=True))
    # Where no arm asks a model none is named; arms that do may join the run later.
    return {"model": model, **made_of} if _NEEDS_MODEL & set(plan.arms) else made_of


def _model_name(settings: Settings) -> str:
    """The model under test, as it is called elsewhere, too."""
    if settings.endpoint:
        return settings.endpoint.model
    return f"embedded {(settings.local_gguf or Path(QWEN_CODER_1_5B.file_name)).name}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _same_as_before(plan: Plan, about: dict[str, Any]) -> None:
    file = plan.folder / "run.json"
    if file.exists():
        before = json.loads(file.read_text(encoding="utf-8"))
        if others := sorted(key for key in about if about[key] != before.get(key, about[key])):
            raise BadRun(
                f"{plan.folder} holds a run with other {', '.join(others)}: give this one another "
                "name, or remove that folder"
            )
        about = before | about
    plan.folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
