"""What leads are told: figures worked out by hand on a few conversations, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import select

from orderdb.conversations import add_message, open_conversation
from orderdb.desk import voice
from orderdb.desk.messages import Spoken, say
from orderdb.desk.reaching import reach
from orderdb.desk.reports import Report, report, rows_of
from orderdb.handoffs import hand_off
from orderdb.models import Message, Rating, Suggestion
from orderdb.statuses import ReasonCode, Resolution, SuggestionStatus
from tests.orderdb.desk.staff import Staff
from tests.orderdb.shop import ANNA, NOW, WEI

DAY = timedelta(days=1)


class Talks:
    def __init__(self, staff: Staff) -> None:
        self.staff = staff

    def begin(self, at: datetime, customer: str = WEI) -> str:
        with self.staff.sessions() as session:
            chat = open_conversation(session, customer, "en", {}, at).id
        with self.staff.sessions() as session:
            add_message(session, customer, chat, "hello", uuid4().hex, at)
        return chat

    def rate(self, chat: str, stars: int, resolved: bool, at: datetime) -> None:
        with self.staff.sessions() as session:
            session.add(Rating(conversation_id=chat, stars=stars, resolved=resolved, created_at=at))
            session.commit()

    def hand_over(self, chat: str, at: datetime, customer: str = WEI) -> None:
        with self.staff.sessions() as session:
            hand_off(session, customer, chat, "", at, ReasonCode.LEGAL)

    def answer(self, chat: str, at: datetime) -> None:
        mia = self.staff.mia
        with self.staff.sessions() as session:
            voice.take(session, chat, mia, at)
        turn = uuid4().hex
        with self.staff.sessions() as session:
            say(session, chat, mia, Spoken(turn, turn, "hi", {"turn_id": turn}), at)

    def close(self, chat: str, at: datetime) -> None:
        with self.staff.sessions() as session:
            voice.close(session, chat, self.staff.mia, at, Resolution.RESOLVED)

    def report(self, days: int = 30) -> Report:
        with self.staff.sessions() as session:
            return report(session, NOW, days)


def test_days_without_anything_are_told_too(staff: Staff) -> None:
    talks = Talks(staff)
    talks.begin(NOW - 2 * DAY)
    volume = talks.report(7).volume
    assert len(volume) == 8
    by_day = {one.day: (one.conversations, one.messages) for one in volume}
    assert by_day[(NOW - 2 * DAY).date()] == (1, 1)
    assert by_day[(NOW - 3 * DAY).date()] == (0, 0)


def test_the_first_response_is_counted_from_asking_for_a_person(staff: Staff) -> None:
    talks = Talks(staff)
    for seconds in (60, 120, 600):
        start = NOW - DAY
        chat = talks.begin(start - timedelta(hours=1))
        talks.hand_over(chat, start)
        talks.answer(chat, start + timedelta(seconds=seconds))
        talks.close(chat, start + timedelta(seconds=seconds * 10))
    found = talks.report()
    assert (found.first_response.count, found.first_response.median) == (3, 120)
    assert found.resolution.median == 1200
    assert found.reasons == {"legal": 3}


def test_who_gave_up_waiting_was_neither_answered_nor_helped(staff: Staff) -> None:
    talks, start = Talks(staff), NOW - DAY
    chat = talks.begin(start)
    talks.hand_over(chat, start)
    with staff.sessions() as session:
        voice.give_up_waiting(session, WEI, chat, start + timedelta(seconds=10))
    talks.hand_over(chat, start + timedelta(hours=1))
    talks.answer(chat, start + timedelta(hours=1, seconds=30))
    found = talks.report()
    assert (found.first_response.count, found.first_response.median) == (1, 30)
    assert found.resolution.count == 0


def test_where_the_desk_wrote_first_nobody_waited(staff: Staff) -> None:
    talks, start = Talks(staff), NOW - 10 * DAY
    chat = talks.begin(start)
    with staff.sessions() as session:
        assert reach(session, WEI, staff.mia, start).conversation_id == chat
    talks.answer(chat, start)
    talks.close(chat, start)
    found = talks.report()
    assert (found.first_response.count, found.resolution.count) == (0, 0)
    assert found.reasons == {"proactive": 1}
    assert found.without_person.quiet == 1


def test_who_says_so_and_who_stays_away_are_counted_apart(staff: Staff) -> None:
    talks, long_ago = Talks(staff), NOW - 10 * DAY
    talks.rate(talks.begin(long_ago), 5, True, long_ago)  # says so
    talks.rate(talks.begin(long_ago - 9 * DAY), 1, False, long_ago)  # says the contrary
    quiet = talks.begin(long_ago, ANNA)
    talks.hand_over(talks.begin(long_ago - 5 * DAY, ANNA), long_ago - 5 * DAY, ANNA)
    talks.begin(NOW - DAY, ANNA)  # too young to tell
    found = talks.report().without_person
    assert quiet
    assert (found.conversations, found.said, found.quiet) == (4, 1, 1)
    assert (found.said_share, found.quiet_share) == (0.25, 0.25)


def test_who_comes_back_within_three_days_was_not_helped(staff: Staff) -> None:
    talks, long_ago = Talks(staff), NOW - 10 * DAY
    talks.begin(long_ago)
    talks.begin(long_ago + 2 * DAY)  # the second is the last word
    found = talks.report().without_person
    assert (found.conversations, found.said, found.quiet) == (2, 0, 1)


def test_ratings_are_averaged_and_counted_by_stars(staff: Staff) -> None:
    talks = Talks(staff)
    for stars in (5, 4, 4):
        talks.rate(talks.begin(NOW - DAY), stars, stars == 5, NOW)
    found = talks.report().ratings
    assert (found.count, found.average, found.resolved) == (3, 4.333, 1)
    assert found.stars == {1: 0, 2: 0, 3: 0, 4: 2, 5: 1}
    assert found.comments == []
    with staff.sessions() as session:
        session.exec(select(Rating)).first().comment = "=SUM(A1)"
        session.commit()
    (comment,) = talks.report().ratings.comments
    assert comment.text == "=SUM(A1)"
    assert "=SUM(A1)" not in str(rows_of(talks.report()))  # no sheet would take it for a formula


def test_acceptance_is_counted_by_message_and_intent(staff: Staff) -> None:
    talks = Talks(staff)
    for intent, sent in (("order.where", "as it was"), ("order.where", None), ("damaged", "x")):
        chat = talks.begin(NOW - DAY)
        with staff.sessions() as session:
            message = session.exec(select(Message.id).where(Message.conversation_id == chat)).one()
            for number in range(2):
                taken = sent is not None and number == 0
                session.add(
                    Suggestion(
                        id=str(uuid4()),
                        conversation_id=chat,
                        message_id=message,
                        origin="code",
                        intent=intent,
                        language="en",
                        text="as it was",
                        ready_ms=100 * (number + 1),
                        status=SuggestionStatus.ACCEPTED if taken else SuggestionStatus.VOID,
                        sent=sent if taken else None,
                        distance=9 if taken and sent == "x" else 0,
                        created_at=NOW - DAY,
                    )
                )
            session.commit()
    found = talks.report().suggestions
    assert (found.offered, found.accepted, found.unedited, found.share) == (3, 2, 1, 0.6667)
    assert found.first_ready_ms == 100
    by_intent = {one.intent: (one.offered, one.accepted, one.share) for one in found.by_intent}
    assert by_intent == {"damaged": (1, 1, 1.0), "order.where": (2, 1, 0.5)}


def test_an_empty_desk_has_a_report_of_nothings(staff: Staff) -> None:
    found = Talks(staff).report()
    assert found.without_person.said_share is None
    assert found.first_response.median is None
    assert ("suggestions", "all", "share", "") in rows_of(found)
