"""The shop under load: customers with tokens, agents signed in, and conversations that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from assistant.tokens import Tokens
from orderdb import migrations
from orderdb.conversations import add_message, open_conversation
from orderdb.database import SessionFactory, open_engine
from orderdb.desk.agents import add_agent
from orderdb.desk.sign_in import open_session
from orderdb.desk.voice import take
from orderdb.handoffs import hand_off
from orderdb.importers.demo import import_demo
from orderdb.models import Customer
from orderdb.statuses import AgentRole

SECRET = "a secret for the load, long enough to sign with"
_ORDERS_A_CUSTOMER = 3
_FEWEST = 300, 40  # orders and customers of a generated shop


@dataclass(frozen=True)
class Attended:
    """An agent signed in, and the customer whom they speak with."""

    cookie: str
    csrf: str
    conversation: str
    customer_token: str

    def headers(self) -> dict[str, str]:
        """What the page sends with each request."""
        return {"Cookie": f"orderdesk_desk={self.cookie}", "X-CSRF-Token": self.csrf}


@dataclass(frozen=True)
class LoadedShop:
    """``tokens`` are of customers who speak with the assistant."""

    tokens: Sequence[str]
    desks: Sequence[Attended]


def build(url: str, customers: int, desks: int) -> LoadedShop:
    """An own shop in the empty database at ``url``."""
    migrations.upgrade(url)
    engine = open_engine(url)
    everybody = customers + desks
    import_demo(
        engine,
        orders=max(_FEWEST[0], everybody * _ORDERS_A_CUSTOMER),
        customers=max(_FEWEST[1], everybody),
        as_of=date.today(),
    )
    sessions, signer, now = SessionFactory(engine), Tokens(SECRET, "HS256"), datetime.now(UTC)
    with sessions() as session:
        ids = list(session.exec(select(Customer.id).order_by(Customer.id).limit(everybody)))
    attended = []
    for number, customer in enumerate(ids[:desks]):
        with sessions() as session:
            agent = add_agent(
                session, f"agent{number}", f"Agent {number}", AgentRole.AGENT, ["en"], None, now
            )
        with sessions() as session:
            opened = open_session(session, agent, timedelta(hours=2), now)
        with sessions() as session:
            chat = open_conversation(session, customer, "en", {}, now).id
        with sessions() as session:
            add_message(session, customer, chat, "A person please", "c0", now)
        with sessions() as session:
            hand_off(session, customer, chat, "", now)
        with sessions() as session:
            take(session, chat, agent, now)
        attended.append(Attended(opened.token, opened.csrf, chat, signer.sign(customer)))
    engine.dispose()
    return LoadedShop([signer.sign(one) for one in ids[desks:]], attended)
