"""From life to cases: conversations that were rated or corrected, and replies that agents approved,
as drafts to be finished by hand.

Personal data is replaced: order and tracking numbers, names, addresses, e-mails, phone numbers and
cards become placeholders, the same in the whole conversation. What must come of a case is left
open, for only a person can say what would have been right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import yaml
from sqlmodel import Session, col, select

from orderdb.database import open_engine
from orderdb.desk.examples import examples
from orderdb.models import (
    Address,
    Agent,
    Conversation,
    Customer,
    Message,
    Order,
    Proposal,
    Shipment,
)
from orderdb.models.desk import Rating
from orderdb.models.suggestions import Suggestion
from orderdb.statuses import Role, SuggestionStatus

_GOOD_STARS = 4
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_PHONE = re.compile(r"(?<![A-Za-z\d])\+?\d[\d ()/-]{7,}\d(?![A-Za-z\d])")
_DAY = re.compile(r"\d{4}[/-]\d{1,2}[/-]\d{1,2}(?!\d)")
_FEWEST_DIGITS = 7  # of a telephone number
_HEAD = """# Drafts, harvested from conversations. None is a case yet: bind each to orders of
# shop.yaml, write what must come of it by hand, give it tags, and move it to cases/dev.
"""


@dataclass(frozen=True)
class Harvest:
    text: str
    count: int


def harvest(database_url: str, limit: int) -> Harvest:
    """The newest so many conversations with a rating or a corrected suggestion, and as many
    approved replies."""
    engine = open_engine(database_url)
    try:
        with Session(engine) as session:
            drafts = [*_drafts(session, limit), *_approved(session, limit)]
    finally:
        engine.dispose()
    written = yaml.safe_dump({"cases": drafts}, allow_unicode=True, sort_keys=False, width=100)
    return Harvest(_HEAD + written, len(drafts))


def _drafts(session: Session, limit: int) -> Iterator[dict[str, Any]]:
    rated = session.exec(select(Rating.conversation_id)).all()
    corrected = session.exec(
        select(Suggestion.conversation_id).where(
            Suggestion.status == SuggestionStatus.ACCEPTED, Suggestion.distance > 0
        )
    ).all()
    found = session.exec(
        select(Conversation)
        .where(col(Conversation.id).in_({*rated, *corrected}))
        .order_by(col(Conversation.created_at).desc())
        .limit(limit)
    ).all()
    for place, conversation in enumerate(found, 1):
        draft = _draft(session, conversation, place)
        if draft["turns"]:
            yield draft


def _approved(session: Session, limit: int) -> Iterator[dict[str, Any]]:
    """Replies that an agent let out of the desk, which hold placeholders since they were kept."""
    for one in examples(session, approved=True, limit=limit):
        yield {
            "id": f"approved-{one.language}-{one.id}",
            "language": one.language,
            "tags": ["approved", one.intent],
            "note": "an agent sent and approved the answer",
            "turns": [{"say": one.message, "answered": one.reply}],
        }


def _draft(session: Session, conversation: Conversation, place: int) -> dict[str, Any]:
    hidden = Placeholders(
        [*_private(session, conversation.customer_id), *_colleagues(session, conversation.id)]
    )
    messages = session.exec(
        select(Message).where(Message.conversation_id == conversation.id).order_by(col(Message.id))
    ).all()
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role is Role.CUSTOMER:
            turns.append({"say": hidden.replace(message.text)})
        elif turns:  # what was answered: for the reviewer, not as what is right
            turns[-1]["answered"] = hidden.replace(message.text)
    for one in _corrections(session, conversation.id):
        at = sum(m.role is Role.CUSTOMER and (m.id or 0) <= one.message_id for m in messages) - 1
        if 0 <= at < len(turns):
            turns[at]["corrected"] = hidden.replace(one.sent or "")
    rating = session.get(Rating, conversation.id)
    language = "zh" if conversation.language.startswith("zh") else "en"
    return {
        "id": f"draft-{language}-{place}",
        "language": language,
        "tags": ["good" if rating and rating.stars >= _GOOD_STARS else "to-be-read"],
        "note": _told(rating, hidden),
        "turns": turns,
    }


def _corrections(session: Session, conversation_id: str) -> Iterable[Suggestion]:
    return session.exec(
        select(Suggestion).where(
            Suggestion.conversation_id == conversation_id,
            Suggestion.status == SuggestionStatus.ACCEPTED,
            Suggestion.distance > 0,
        )
    ).all()


def _told(rating: Rating | None, hidden: Placeholders) -> str:
    if rating is None:
        return "a suggestion was corrected"
    solved = "resolved" if rating.resolved else "not resolved"
    return f"{rating.stars} stars, {solved}. {hidden.replace(rating.comment)}".strip()


def _private(session: Session, customer_id: str) -> Iterator[tuple[str, str]]:
    """What the database knows of the customer, each with the kind of thing that it is."""
    customer = session.get(Customer, customer_id)
    if customer is not None:
        yield "NAME", customer.name
        yield from (("NAME", part) for part in customer.name.split() if len(part) > 2)
        if customer.email:
            yield "MAIL", customer.email
    for address in session.exec(select(Address).where(Address.customer_id == customer_id)):
        yield from _place(address.recipient, address.line1, address.line2, address.postal_code)
    for asked in session.exec(select(Proposal).where(Proposal.customer_id == customer_id)):
        told = asked.arguments  # an address that was asked for, and never came to be one
        yield from _place(
            *(told.get(name) or "" for name in ("recipient", "line1", "line2", "postal_code"))
        )
    orders = session.exec(select(Order).where(Order.customer_id == customer_id)).all()
    for order in orders:
        yield "ORDER", order.number
    ids = [order.id for order in orders]
    for parcel in session.exec(select(Shipment).where(col(Shipment.order_id).in_(ids))):
        if parcel.tracking:
            yield "TRACKING", parcel.tracking


def _place(recipient: str, line1: str, line2: str, postal_code: str) -> Iterator[tuple[str, str]]:
    if recipient:
        yield "NAME", recipient
    yield from (("STREET", part) for part in (line1, line2) if len(part) > 3)
    if len(postal_code) > 3:
        yield "POSTCODE", postal_code


def _colleagues(session: Session, conversation_id: str) -> Iterator[tuple[str, str]]:
    """Who spoke for the shop: agents sign with their names."""
    spoke = select(Message.agent_id).where(Message.conversation_id == conversation_id)
    for name in session.exec(select(Agent.display_name).where(col(Agent.id).in_(spoke))):
        yield "AGENT", name
        yield from (("AGENT", part) for part in name.split() if len(part) > 2)


@dataclass
class Placeholders:
    """Replaces private words, each by the same placeholder wherever it stands."""

    known: list[tuple[str, str]]
    _given: dict[tuple[str, str], str] = field(default_factory=dict)

    def replace(self, text: str) -> str:
        for kind, word in sorted(self.known, key=lambda pair: -len(pair[1])):
            stands = re.compile(_loosely(word), re.IGNORECASE)
            if stands.search(text):
                text = stands.sub(self._name(kind, word), text)
        for kind, pattern in (("MAIL", _MAIL), ("CARD", _CARD), ("PHONE", _PHONE)):
            text = pattern.sub(partial(self._hidden, kind), text)
        return text

    def _hidden(self, kind: str, match: re.Match[str]) -> str:
        """A placeholder; days are no telephone numbers."""
        found = match[0]
        if kind == "PHONE" and len(re.sub(r"\D", "", _DAY.sub("", found))) < _FEWEST_DIGITS:
            return found
        return self._name(kind, found)

    def _name(self, kind: str, word: str) -> str:
        key = (kind, re.sub(r"\W", "", word).lower())
        if key not in self._given:
            count = sum(of == kind for of, _ in self._given) + 1
            self._given[key] = f"[{kind} {count}]"
        return self._given[key]


def _loosely(word: str) -> str:
    """A word however its parts are spaced, as people write order numbers; never inside another."""
    parts = re.findall(r"[A-Za-z]+|\d+|[^\sA-Za-z0-9]+", word)
    body = r"[\s#-]*".join(map(re.escape, parts))
    return rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])"
