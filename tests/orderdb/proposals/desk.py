"""What a tool and a click do, each in a session of its own, and what the rows say afterwards."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, inspect
from sqlmodel import Session, SQLModel, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.database import SessionFactory
from orderdb.models import Effect, GiftCard, Order, OrderLine, Payment, Proposal, Stock, Variant
from orderdb.policy_book import PolicyBook
from orderdb.proposals import KindArguments, confirm, decline, propose
from orderdb.repository import find_order
from orderdb.statuses import ProposalKind
from orderdb.views import OrderView
from tests.orderdb.shop import ANNA, NOW, Shop

BOOK = PolicyBook.load(Path(__file__).parents[3] / "policies")
SOON = NOW + timedelta(minutes=5)

Row = TypeVar("Row", bound=SQLModel)


class Desk:
    """Anna's, over the demo shop's rules, unless told otherwise."""

    def __init__(self, engine: Engine, book: PolicyBook = BOOK) -> None:
        self.sessions = SessionFactory(engine)
        self.book = book

    def propose(
        self,
        kind: ProposalKind,
        asked: KindArguments,
        number: str | None = "A20000",
        *,
        customer: str = ANNA,
        agent: str | None = None,
    ) -> Proposal:
        with self.sessions() as session:
            return propose(
                session, customer, number, kind, asked, None, self.book, NOW, agent=agent
            )

    def confirm(
        self, proposal: Proposal, *, customer: str = ANNA, agent: str | None = None
    ) -> JsonObject:
        with self.sessions() as session:
            return confirm(
                session, customer, proposal.id, proposal.digest, self.book, SOON, agent=agent
            )

    def decline(self, proposal: Proposal, *, customer: str = ANNA) -> Proposal:
        with self.sessions() as session:
            return decline(session, customer, proposal.id, SOON)

    def do(
        self,
        kind: ProposalKind,
        asked: KindArguments,
        number: str | None = "A20000",
        *,
        agent: str | None = None,
    ) -> JsonObject:
        """Propose, and click."""
        return self.confirm(self.propose(kind, asked, number, agent=agent), agent=agent)

    def read(self, number: str = "A20000", customer: str = ANNA) -> OrderView:
        with self.sessions() as session:
            return find_order(session, customer, number)

    def rows(self, table: type[Row]) -> list[Row]:
        """All of a table, in the sequence of their keys: PostgreSQL gives none of its own."""
        with self.sessions() as session:
            return list(session.exec(select(table).order_by(*inspect(table).primary_key)).all())

    def lines(self) -> list[OrderLine]:
        return sorted(self.rows(OrderLine), key=lambda line: line.position)

    def order(self) -> Order:
        return self.rows(Order)[0]

    def effects(self) -> list[str]:
        """The kinds of effects that wait, but the e-mail that follows every change."""
        return sorted(one.kind.value for one in self.rows(Effect) if one.kind.value != "email")

    def reserved(self) -> dict[str, int]:
        """Promised pieces by SKU."""
        with self.sessions() as session:
            variants = {row.id: row.sku for row in session.exec(select(Variant))}
            return {variants[row.variant_id]: row.reserved for row in session.exec(select(Stock))}

    def chain_holds(self) -> bool:
        with self.sessions() as session:
            return audit.verify(session) is None and audit.replay(session).difference is None


def bought(
    shop: Shop, *, delivered: bool = False, quantity: int = 1, lines: int = 1, **fields: object
) -> tuple[Order, list[Variant]]:
    """An order of red mugs at 20.00, which also come in blue at 25.00 and in green at 18.00."""
    shop.product("Mug", variants=("red", "blue", "green"), prices=(2000, 2500, 1800), reserved=5)
    with Session(shop.session.get_bind()) as session:
        variants = list(session.exec(select(Variant).order_by(Variant.id)).all())
    line = {
        "name_en": "Mug",
        "name_zh": "马克杯",
        "variant_en": "red",
        "variant_zh": "红",
        "sku": "MUG-1",
        "variant_id": variants[0].id,
        "unit_minor": 2000,
        "quantity": quantity,
    }
    make = shop.delivered if delivered else shop.order
    return make(lines=[dict(line) for _ in range(lines)], **fields), variants


def gift_card(shop: Shop, balance: int, *, customer: str = ANNA, code: str = "GIFT") -> GiftCard:
    return shop.save(
        GiftCard(
            code=code,
            customer_id=customer,
            currency="EUR",
            initial_minor=balance,
            balance_minor=balance,
        )
    )


def paid_and_back(desk: Desk) -> tuple[int, int]:
    """Minor units captured and given back, over all payments."""
    payments = desk.rows(Payment)
    captured = sum(one.amount_minor for one in payments if one.status.value == "captured")
    return captured, sum(one.refunded_minor for one in payments)
