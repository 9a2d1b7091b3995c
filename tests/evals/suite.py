"""What tests of the suite stand on: its shop, desk and cases without a model or an embedding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.plan import Planner
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Settings
from evals.redteam.trial import Clauses
from evals.suite.answering import Answerer, Desk
from evals.suite.case import Case
from evals.suite.customers import customer_of
from evals.suite.judging import Finding, Judge
from evals.suite.loading import Loaded, load
from evals.suite.played import Played
from evals.suite.playing import Open, Trial
from evals.suite.shop import Shop, build
from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook
from tests.assistant.turning import Readings

CUSTOMER = customer_of()


@dataclass(frozen=True)
class Bench:
    """A shop to play in and a judge of it."""

    shop: Shop
    desk: Desk
    judge: Judge
    template: Path
    cases: Sequence[Loaded]
    trial: Trial

    @classmethod
    def open(cls, folder: Path) -> Bench:
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(data=folder, embedded=False)
        shop, book = Shop.load(), PolicyBook.load(settings.policies)
        desk = Desk(
            settings=settings,
            book=book,
            policies=Clauses(),  # type: ignore[arg-type]  # found by words: how well is no matter
            planner=Planner(Readings()),
            prompts=Prompts.load(settings.prompts, PROMPT_VARIABLES),
            clock=lambda: shop.now,
        )
        template = build(shop, folder / "template.db")
        trial = Trial(template, book, desk.clock, "tried")
        return cls(shop, desk, Judge(shop, book), template, load(shop, book), trial)

    def of(self, *ids: str) -> list[Case]:
        return [one.case for one in self.cases if not ids or one.case.id in ids]

    async def play(self, case: Case, open_one: Open) -> Played:
        most = case.customer.most_turns if case.customer else 20
        return await self.trial.play(case, open_one, CUSTOMER(case), most)

    async def findings(
        self, cases: Sequence[Case], make: Callable[[Case, SessionFactory], Answerer]
    ) -> dict[str, list[Finding]]:
        """Complaints by case."""
        return {case.id: self.judge.findings(case, await self.play(case, make)) for case in cases}
