"""What a turn asks of the database is found by an index: its cost does not grow with the shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from assistant.steps import Brain
from evals.stub_model import Answer
from orderdb.desk.proactive import occurrences
from orderdb.following import look
from orderdb.models import Order, Shipment, Ticket
from orderdb.outbox import claim, is_due, release
from orderdb.statuses import EffectKind, OrderStatus, ProactiveKind, ShipmentStatus
from orderdb.turns import unfinished
from tests.assistant.turning import Desk, ScriptedEndpoint, kinds, look_up
from tests.orderdb.shop import ANNA, NOW

GROWING = {
    "addresses", "audit_events", "conversations", "customers", "gift_cards", "handoffs",
    "messages", "order_lines", "orders", "outbox", "payments", "proposals", "refunds",
    "return_requests", "shipment_events", "shipment_lines", "shipments", "tickets", "turn_events",
    "turns",
}  # fmt: skip
TALK = (
    "where is order A20001?",
    "where is it?",
    "my orders",
    "cancel A20002",
    "I want a person",
)


@contextmanager
def scans_of(engine: Engine) -> Iterator[set[str]]:
    """The steps of query plans that read a growing table from end to end."""
    found: set[str] = set()

    def explain(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if many or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        if "LIMIT" in statement and "WHERE" not in statement:
            return  # the newest row of all, read from the end
        plan = connection.connection.driver_connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
        for *_, step in plan:
            if step.startswith("SCAN") and "USING" not in step and step.split()[1] in GROWING:
                found.add(f"{step}: {statement}")

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("native", [True, False], ids=["model", "guided"])
async def test_no_statement_of_a_talk_reads_a_whole_table(
    desk: Desk, small_engine: Engine, native: bool
) -> None:
    endpoint = ScriptedEndpoint(look_up(), Answer(text="It is on its way."))
    model: Brain | None = desk.agent(endpoint) if native else None
    service = desk.service(model)
    with scans_of(small_engine) as scans:
        chat = await service.open(ANNA, "en")
        for text in TALK:
            assert kinds(await desk.ask(service, text, chat=chat))[-1] == "done"
        with desk.sessions() as session:
            look(session, ANNA, chat, 0, None)
            unfinished(session)
        await service.close()
    assert scans == set()


async def test_what_is_looked_for_regularly_reads_no_whole_table(
    desk: Desk, small_engine: Engine
) -> None:
    """Parcels in trouble or late, effects of a worker that ends, the ticket of a handoff."""
    with desk.sessions() as session:
        for order in session.exec(select(Order)):
            order.status, order.promised_on = OrderStatus.SHIPPED, NOW.date()
            session.add(order)
        lost = session.exec(select(Shipment).limit(1)).one()
        lost.status = ShipmentStatus.LOST
        session.add(lost)
        session.commit()
    with scans_of(small_engine) as scans, desk.sessions() as session:
        found = occurrences(session, NOW, likely=0.0)
        release(session, "worker")
        session.exec(select(Ticket).where(Ticket.handoff_id == "h")).all()
        is_due(session, list(EffectKind), NOW)
        claim(session, "worker", list(EffectKind), NOW, seconds=9, limit=9)
    assert {one.kind for one in found} == {ProactiveKind.LOST, ProactiveKind.LATE}
    assert scans == set()


async def test_a_scan_is_seen(desk: Desk, small_engine: Engine) -> None:
    with scans_of(small_engine) as scans, desk.sessions() as session:
        session.connection().exec_driver_sql("SELECT * FROM messages WHERE text = 'x'").all()
    assert len(scans) == 1
