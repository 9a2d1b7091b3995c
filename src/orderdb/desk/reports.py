"""What leads want to know of a stretch of days, each part one statement over indexed rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, case, distinct, func, or_, select
from sqlmodel import Session, col

from orderdb.models import Conversation, Handoff, Message, Rating, Suggestion, Ticket
from orderdb.statuses import ReasonCode, Resolution, Role, SuggestionStatus, TicketStatus

QUIET = timedelta(hours=72)
"""Who does not come back within it is taken to be content."""
_COMMENTS = 20
_ASKED_FOR = col(Handoff.reason_code) != ReasonCode.PROACTIVE
"""Not where the desk wrote first: nobody waited, so nothing was answered in no time."""


class Day(BaseModel):
    day: date
    conversations: int = 0
    messages: int = 0
    handoffs: int = 0


class Times(BaseModel):
    """Seconds; None where there is nothing to measure."""

    count: int
    median: float | None
    p90: float | None


class Unassisted(BaseModel):
    """Conversations that no person was called into, of those old enough to tell.

    ``said``: the customer called it resolved. ``quiet``: said nothing of it, and did not come back
    within 72 hours.
    """

    conversations: int
    said: int
    quiet: int
    said_share: float | None
    quiet_share: float | None


class Comment(BaseModel):
    """What a customer wrote beside the stars."""

    at: datetime
    conversation_id: str
    stars: int
    resolved: bool
    text: str


class Ratings(BaseModel):
    """``comments`` are the newest, for the page; a sheet has figures only."""

    count: int
    average: float | None
    stars: dict[int, int]
    resolved: int
    comments: list[Comment]


class Acceptance(BaseModel):
    """``offered`` are customers' messages that drafts were made for; ``accepted`` drafts sent."""

    intent: str
    offered: int
    accepted: int
    unedited: int
    share: float | None
    distance: float | None


class Suggesting(BaseModel):
    offered: int
    accepted: int
    unedited: int
    share: float | None
    first_ready_ms: float | None
    by_intent: list[Acceptance]
    by_origin: dict[str, int]


class Ticketing(BaseModel):
    open: int
    overdue: int
    by_category: dict[str, int]


class Report(BaseModel):
    since: datetime
    until: datetime
    volume: list[Day]
    first_response: Times
    resolution: Times
    without_person: Unassisted
    ratings: Ratings
    suggestions: Suggesting
    reasons: dict[str, int]
    moods: dict[str, int]
    tickets: Ticketing


def report(session: Session, now: datetime, days: int = 30) -> Report:
    """The last ``days`` days, to the minute."""
    since = now - timedelta(days=days)
    return Report(
        since=since,
        until=now,
        volume=_volume(session, since, now),
        first_response=_first_response(session, since),
        resolution=_resolution(session, since),
        without_person=_without_person(session, since, now),
        ratings=_ratings(session, since),
        suggestions=_suggestions(session, since),
        reasons=_counted(session, Handoff.reason_code, col(Handoff.created_at) >= since),
        moods=_counted(session, Handoff.mood, col(Handoff.created_at) >= since),
        tickets=_tickets(session, since, now),
    )


def rows_of(found: Report) -> list[tuple[str, str, str, str]]:
    """The report as (section, name, measure, value), for a sheet."""
    rows: list[tuple[str, str, str, str]] = []
    for day in found.volume:
        for measure in ("conversations", "messages", "handoffs"):
            rows.append(("volume", day.day.isoformat(), measure, str(getattr(day, measure))))
    for name in ("first_response", "resolution"):
        rows += _flat(name, "seconds", getattr(found, name).model_dump())
    rows += _flat("without_person", "all", found.without_person.model_dump())
    stars = {f"stars_{number}": count for number, count in found.ratings.stars.items()}
    rows += _flat("ratings", "all", found.ratings.model_dump(exclude={"stars", "comments"}) | stars)
    told = found.suggestions.model_dump(exclude={"by_intent", "by_origin"})
    rows += _flat("suggestions", "all", told)
    for one in found.suggestions.by_intent:
        rows += _flat("suggestions", one.intent, one.model_dump(exclude={"intent"}))
    for section in ("reasons", "moods"):
        counts: dict[str, int] = getattr(found, section)
        rows += [(section, name, "count", str(count)) for name, count in counts.items()]
    rows += _flat("tickets", "all", found.tickets.model_dump(exclude={"by_category"}))
    rows += [
        ("tickets", name, "count", str(count)) for name, count in found.tickets.by_category.items()
    ]
    return rows


def _flat(section: str, name: str, values: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (section, name, measure, "" if value is None else str(value))
        for measure, value in values.items()
    ]


def _volume(session: Session, since: datetime, now: datetime) -> list[Day]:
    """Every day of the stretch, also those on which nothing happened (UTC)."""
    days = {
        day: Day(day=day)
        for day in (
            since.date() + timedelta(n) for n in range((now.date() - since.date()).days + 1)
        )
    }
    asked: tuple[tuple[str, Any, Any], ...] = (
        ("conversations", Conversation.created_at, True),
        ("messages", Message.created_at, col(Message.role) == Role.CUSTOMER),
        ("handoffs", Handoff.created_at, True),
    )
    for name, moment, fits in asked:
        day = _day(session, moment)
        query = select(day, func.count()).where(moment >= since).group_by(day)
        if fits is not True:
            query = query.where(fits)
        for at, count in session.connection().execute(query):
            found = days.get(at if isinstance(at, date) else date.fromisoformat(at))
            if found is not None:
                setattr(found, name, count)
    return list(days.values())


def _day(session: Session, moment: Any) -> ColumnElement[Any]:
    """The UTC day of a moment, in either database."""
    if session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone("UTC", moment))
    return func.date(moment)


def _first_response(session: Session, since: datetime) -> Times:
    """From asking for a person to the person's first words, before that person was done."""
    first = (
        select(func.min(col(Message.created_at)))
        .where(
            col(Message.conversation_id) == col(Handoff.conversation_id),
            col(Message.role) == Role.AGENT,
            col(Message.created_at) >= col(Handoff.created_at),
            or_(
                col(Handoff.closed_at).is_(None),
                col(Message.created_at) <= col(Handoff.closed_at),
            ),
        )
        .correlate(Handoff)
        .scalar_subquery()
    )
    rows = (
        session.connection()
        .execute(
            select(col(Handoff.created_at), first).where(
                col(Handoff.created_at) >= since, _ASKED_FOR
            )
        )
        .all()
    )
    return _times((asked, answered) for asked, answered in rows)


def _resolution(session: Session, since: datetime) -> Times:
    """From asking for a person to their closing it as resolved; given up or given back is not."""
    rows = (
        session.connection()
        .execute(
            select(col(Handoff.created_at), col(Handoff.closed_at)).where(
                col(Handoff.created_at) >= since,
                col(Handoff.resolution) == Resolution.RESOLVED,
                _ASKED_FOR,
            )
        )
        .all()
    )
    return _times(rows)


def _times(pairs: Iterable[Any]) -> Times:
    """Of pairs of a start and an end, which may be missing."""
    seconds = sorted((end - start).total_seconds() for start, end in pairs if end is not None)
    if not seconds:
        return Times(count=0, median=None, p90=None)
    last = seconds[min(len(seconds) - 1, int(len(seconds) * 0.9))]
    return Times(count=len(seconds), median=median(seconds), p90=last)


def _without_person(session: Session, since: datetime, now: datetime) -> Unassisted:
    handed_off = (
        select(col(Handoff.id))
        .where(col(Handoff.conversation_id) == col(Conversation.id), _ASKED_FOR)
        .exists()
    )
    rows = (
        session.connection()
        .execute(
            select(
                col(Conversation.id),
                col(Conversation.customer_id),
                func.min(col(Message.created_at)),
                func.max(col(Message.created_at)),
                handed_off,
                col(Rating.resolved),
            )
            .join(Message, col(Message.conversation_id) == col(Conversation.id))
            .outerjoin(Rating, col(Rating.conversation_id) == col(Conversation.id))
            .where(col(Conversation.created_at) >= since, col(Message.role) == Role.CUSTOMER)
            .group_by(col(Conversation.id), col(Conversation.customer_id), col(Rating.resolved))
        )
        .all()
    )
    talks: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for _, customer, first, last, _, _ in rows:
        talks[customer].append((first, last))
    known = said = quiet = 0
    for _, customer, first, last, with_person, resolved in rows:
        if resolved is None and now - last < QUIET:
            continue
        known += 1
        if with_person:
            continue
        if resolved:
            said += 1
        elif resolved is None and not _back(talks[customer], (first, last)):
            quiet += 1
    return Unassisted(
        conversations=known,
        said=said,
        quiet=quiet,
        said_share=_share(said, known),
        quiet_share=_share(quiet, known),
    )


def _back(talks: list[tuple[datetime, datetime]], this: tuple[datetime, datetime]) -> bool:
    """Whether the customer said something elsewhere within 72 hours after their last word here."""
    end = this[1]
    return any(one != this and one[0] <= end + QUIET and one[1] > end for one in talks)


def _ratings(session: Session, since: datetime) -> Ratings:
    rows = (
        session.connection()
        .execute(
            select(
                col(Rating.stars), func.count(), func.sum(case((col(Rating.resolved), 1), else_=0))
            )
            .where(col(Rating.created_at) >= since)
            .group_by(col(Rating.stars))
        )
        .all()
    )
    stars = dict.fromkeys(range(1, 6), 0) | {number: count for number, count, _ in rows}
    count = sum(stars.values())
    total = sum(number * of for number, of in stars.items())
    return Ratings(
        count=count,
        average=round(total / count, 3) if count else None,
        stars=stars,
        resolved=sum(int(resolved or 0) for _, _, resolved in rows),
        comments=_comments(session, since),
    )


def _comments(session: Session, since: datetime) -> list[Comment]:
    found = session.scalars(
        select(Rating)
        .where(col(Rating.created_at) >= since, col(Rating.comment) != "")
        .order_by(col(Rating.created_at).desc())
        .limit(_COMMENTS)
    )
    return [
        Comment(
            at=one.created_at,
            conversation_id=one.conversation_id,
            stars=one.stars,
            resolved=one.resolved,
            text=one.comment,
        )
        for one in found
    ]


def _suggestions(session: Session, since: datetime) -> Suggesting:
    accepted = col(Suggestion.status) == SuggestionStatus.ACCEPTED
    in_time = col(Suggestion.created_at) >= since
    rows = (
        session.connection()
        .execute(
            select(
                col(Suggestion.intent),
                func.count(distinct(col(Suggestion.message_id))),
                func.sum(case((accepted, 1), else_=0)),
                func.sum(case((accepted & (col(Suggestion.distance) == 0), 1), else_=0)),
                func.avg(case((accepted, col(Suggestion.distance)))),
            )
            .where(in_time)
            .group_by(col(Suggestion.intent))
            .order_by(col(Suggestion.intent))
        )
        .all()
    )
    by_intent = [
        Acceptance(
            intent=intent,
            offered=offered,
            accepted=taken,
            unedited=unedited,
            share=_share(taken, offered),
            distance=None if far is None else round(float(far), 2),
        )
        for intent, offered, taken, unedited, far in rows
    ]
    firsts = (
        session.connection()
        .execute(
            select(func.min(col(Suggestion.ready_ms)))
            .where(in_time, col(Suggestion.wish).is_(None))
            .group_by(col(Suggestion.message_id))
        )
        .scalars()
        .all()
    )
    offered = (
        session.connection()
        .execute(select(func.count(distinct(col(Suggestion.message_id)))).where(in_time))
        .scalar_one()
    )
    taken = sum(one.accepted for one in by_intent)
    return Suggesting(
        offered=offered,
        accepted=taken,
        unedited=sum(one.unedited for one in by_intent),
        share=_share(taken, offered),
        first_ready_ms=float(median(firsts)) if firsts else None,
        by_intent=by_intent,
        by_origin=_counted(session, Suggestion.origin, in_time & accepted),
    )


def _tickets(session: Session, since: datetime, now: datetime) -> Ticketing:
    is_open = col(Ticket.status) != TicketStatus.CLOSED
    waiting, overdue = (
        session.connection()
        .execute(
            select(func.count(), func.sum(case((col(Ticket.due_at) < now, 1), else_=0))).where(
                is_open
            )
        )
        .one()
    )
    by_category = _counted(session, Ticket.category, col(Ticket.created_at) >= since)
    return Ticketing(open=waiting, overdue=int(overdue or 0), by_category=by_category)


def _counted(session: Session, column: Any, fits: ColumnElement[bool]) -> dict[str, int]:
    rows = (
        session.connection()
        .execute(
            select(column, func.count()).where(fits).group_by(column).order_by(func.count().desc())
        )
        .all()
    )
    return {str(value): count for value, count in rows}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
