"""What every kind of proposal is made of: how it is judged, and how it is carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from orderdb.columns import JsonObject
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Action, Verdict
from orderdb.errors import Refused
from orderdb.ledger import Ledger
from orderdb.models import Order
from orderdb.money import Money
from orderdb.policy_book import PolicyBook
from orderdb.statuses import EffectKind, ProposalKind
from orderdb.text import Text
from orderdb.views import CustomerView, OrderView
from orderdb.wallet import Wallet


class KindArguments(BaseModel):
    """Exactly what was asked for; anything beyond is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


A = TypeVar("A", bound=KindArguments)


@dataclass(frozen=True)
class Matter:
    """Whose order, as its rows are now, under which rules, at which time.

    ``agent`` is who asks in a customer's stead. The order's row is locked.
    """

    session: Session
    customer: CustomerView
    book: PolicyBook
    now: datetime
    agent: str | None = None
    placed: tuple[OrderView, Order] | None = None
    """The order as it is read and its row; None for what is about the account alone."""

    @property
    def order(self) -> OrderView:
        return self._placed[0]

    @property
    def row(self) -> Order:
        return self._placed[1]

    @property
    def currency(self) -> str:
        return self.order.currency

    def question(self, action: Action, sealed: bool | None = None) -> Question:
        return Question(self.order, action, self.book, self.now, sealed)

    def wallet(self) -> Wallet:
        return Wallet(self.session, self.order)

    def money(self, minor: int) -> Money:
        return Money(minor=minor, currency=self.currency)

    @property
    def _placed(self) -> tuple[OrderView, Order]:
        if self.placed is None:
            raise LookupError("this is about no order")
        return self.placed


@dataclass(frozen=True)
class Ruling:
    """A yes, priced. ``effect`` is all that would be done, in numbers: the digest covers it.

    ``plan`` are the rows that judging found, for carrying out within the same transaction.
    """

    verdict: Verdict
    amount: Money
    summary: Text
    effect: JsonObject = field(default_factory=dict)
    plan: Any = None


@dataclass(frozen=True)
class Change:
    """A confirmed proposal while it is carried out; collects what other systems must do."""

    matter: Matter
    ruling: Ruling
    proposal_id: str
    ledger: Ledger
    effects: list[tuple[EffectKind, str, JsonObject]] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.matter.session

    @property
    def order(self) -> Order:
        return self.matter.row

    @property
    def now(self) -> datetime:
        return self.matter.now

    def ask(self, kind: EffectKind, key: str, **payload: object) -> None:
        """Have another system do something once this is committed; ``key`` says what, once."""
        told = {"order_number": self.order.number, **payload}
        self.effects.append((kind, f"{kind.value}:{key}", told))


def _order(_: KindArguments) -> str:
    return "order"


@dataclass(frozen=True)
class Kind(Generic[A]):
    """One kind of proposal.

    ``judge`` answers with a Ruling or raises Refused; it may lock rows and changes none.
    ``carry_out`` changes rows within the caller's transaction and says what was done. ``target``
    is what of the order it is about: a later proposal takes the place of an open one only there.
    """

    name: ProposalKind
    arguments: type[A]
    judge: Callable[[Matter, A], Ruling]
    carry_out: Callable[[Change, A], Text]
    target: Callable[[A], str] = _order
    for_agents: bool = False
    about_account: bool = False


def told(verdict: Verdict) -> Text:
    """A refusal with what to do next; a yes as it is."""
    step = verdict.next_step
    if step is None or verdict.allowed:
        return verdict.reason
    return Text(en=f"{verdict.reason.en} {step.en}", zh=f"{verdict.reason.zh}{step.zh}")


def require(verdict: Verdict) -> Verdict:
    """The verdict when it is a yes; raises Refused."""
    if not verdict.allowed:
        raise Refused(told(verdict), verdict.clause)
    return verdict


def listed(items: Sequence[Text], most: int = 4) -> Text:
    """Items of a summary; past ``most`` of them only their number."""
    shown, more = items[:most], len(items) - most
    en, zh = ", ".join(one.en for one in shown), "、".join(one.zh for one in shown)
    if more <= 0:
        return Text(en=en, zh=zh)
    return Text(en=f"{en} and {more} more", zh=f"{zh}等{len(items)}件")
