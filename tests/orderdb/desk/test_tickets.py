"""Tickets: from a conversation that closes unresolved, or by hand, with all that was done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderdb.database import writing
from orderdb.desk import voice
from orderdb.desk.tickets import (
    DUE,
    category_of,
    change_ticket,
    entries,
    open_ticket,
    priority_of,
    tickets,
)
from orderdb.errors import NotFound
from orderdb.models import Ticket
from orderdb.mood import Mood
from orderdb.statuses import (
    ReasonCode,
    Resolution,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)
from tests.orderdb.desk.staff import Staff
from tests.orderdb.shop import ANNA, NOW


def opened(staff: Staff, **more: object) -> Ticket:
    with staff.sessions() as session:
        writing(session)
        ticket = open_ticket(session, ANNA, "Kettle leaks", staff.now, agent=staff.mia, **more)  # type: ignore[arg-type]
        session.commit()
        return ticket


def test_a_conversation_that_closes_unresolved_becomes_a_ticket(staff: Staff) -> None:
    staff.hear("This is ridiculous, my kettle leaks!")
    staff.call()
    with staff.sessions() as session:
        voice.take(session, staff.chat, staff.mia, staff.now)
    with staff.sessions() as session:
        voice.close(
            session, staff.chat, staff.mia, staff.now, Resolution.UNRESOLVED, "Ask the maker"
        )
    with staff.sessions() as session:
        (ticket,) = tickets(session, conversation_id=staff.chat)
        (entry,) = entries(session, [ticket.id])[ticket.id]
    assert ticket.subject == "Ask the maker"
    assert (ticket.owner_id, ticket.status) == (staff.mia.id, TicketStatus.OPEN)
    assert ticket.priority is TicketPriority.HIGH
    assert ticket.due_at == staff.now + DUE[TicketPriority.HIGH]
    assert entry.note == "Ask the maker"


def test_a_conversation_that_closes_resolved_leaves_no_ticket(staff: Staff) -> None:
    staff.hear("a person please")
    staff.call()
    with staff.sessions() as session:
        voice.take(session, staff.chat, staff.mia, staff.now)
    with staff.sessions() as session:
        voice.close(session, staff.chat, staff.mia, staff.now, Resolution.RESOLVED)
    with staff.sessions() as session:
        assert tickets(session) == []


def test_the_history_keeps_who_changed_what_from_what(staff: Staff) -> None:
    ticket = opened(staff)
    changes = {"status": TicketStatus.CLOSED, "priority": TicketPriority.NORMAL}
    with staff.sessions() as session:
        change_ticket(session, ticket.id, changes, "sent a new one", staff.noor, staff.now)
    with staff.sessions() as session:
        (closed,) = tickets(session)
        first, second = entries(session, [ticket.id])[ticket.id]
    assert closed.closed_at == staff.now
    assert first.changes == {"status": [None, "open"]}
    assert second.changes == {"status": ["open", "closed"]}
    assert (second.agent_id, second.note) == (staff.noor.id, "sent a new one")


def test_a_ticket_opened_again_is_not_closed_any_more(staff: Staff) -> None:
    ticket = opened(staff)
    for status in (TicketStatus.CLOSED, TicketStatus.OPEN):
        with staff.sessions() as session:
            change_ticket(session, ticket.id, {"status": status}, "", staff.mia, staff.now)
    with staff.sessions() as session:
        assert session.get_one(Ticket, ticket.id).closed_at is None


def test_what_is_due_first_comes_first(staff: Staff) -> None:
    late = opened(staff, due_at=NOW + timedelta(days=3))
    soon = opened(staff, priority=TicketPriority.URGENT)
    with staff.sessions() as session:
        assert [one.id for one in tickets(session)] == [soon.id, late.id]


def test_nobody_can_own_a_ticket_who_is_not_there(staff: Staff) -> None:
    ticket = opened(staff)
    with staff.sessions() as session, pytest.raises(NotFound):
        change_ticket(session, ticket.id, {"owner_id": "nobody"}, "", staff.mia, staff.now)


@pytest.mark.parametrize(
    ("matter", "category"),
    [
        ("order.where", TicketCategory.DELIVERY),
        ("order.refund", TicketCategory.REFUND),
        ("do.return", TicketCategory.RETURN),
        ("may.cancel", TicketCategory.CHANGE),
        ("damaged", TicketCategory.DAMAGE),
        (None, TicketCategory.COMPLAINT),
    ],
)
def test_the_matter_names_the_category(matter: str | None, category: TicketCategory) -> None:
    assert category_of(matter, ReasonCode.MOOD) is category


def test_threats_of_law_are_more_pressing_than_anger() -> None:
    assert priority_of(Mood.CALM, ReasonCode.LEGAL) is TicketPriority.URGENT
    assert priority_of(Mood.ANGRY, ReasonCode.WISH) is TicketPriority.HIGH
    assert priority_of(Mood.CALM, None) is TicketPriority.NORMAL
