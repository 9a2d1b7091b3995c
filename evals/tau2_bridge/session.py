"""One tau2 conversation: who it is, what our assistant says, what tau2's tools must then do.

Our assistant knows its customer from the session; tau2's customers say who they are in the chat.
So this stands in front: it asks for the e-mail, or name and postcode, has tau2 look the user up,
and only then opens a conversation. It reads a plain yes to what was proposed as the click.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel
from sqlmodel import col, select

from evals.tau2_bridge.mapping import Call, Unmapped, call_of
from orderdb.database import SessionFactory
from orderdb.errors import OrderError
from orderdb.models import Address, Customer, Proposal
from orderdb.policy_book import PolicyBook
from orderdb.proposals import confirm, decline
from orderdb.statuses import ProposalStatus

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_ZIP = re.compile(r"(?<!\d)\d{5}(?!\d)")
_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|ok(?:ay)?|correct|confirm(?:ed)?|please (?:do|proceed)|go ahead"
    r"|proceed|that(?:'s| is) (?:right|correct|fine))\b",
    re.IGNORECASE,
)
_NO = re.compile(r"^\W*(?:no\b|nope|don't|do not|cancel that|never mind)", re.IGNORECASE)
_BUT = re.compile(r"\b(?:but|instead|except|wait|however|actually|only if)\b", re.IGNORECASE)
_FIRST_SENTENCE = re.compile(r"^[^.!?]*[.!?]*\s*")
_TRANSFERRED = "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON."  # tau2's own words
_WHO = "Before I look at your orders: what is your e-mail, or your full name and postcode?"
_UNKNOWN = "I cannot find that account. Please give your e-mail, or full name and postcode."
_A_WISH = 4  # words behind a yes that are more than a thank you
_ASK = " Shall I go ahead? Please answer yes or no."


class Answer(BaseModel):
    """What tau2's agent does next: it says ``text``, and makes ``calls`` first."""

    text: str
    calls: list[Call] = []


class Said(BaseModel):
    text: str
    proposed: list[str] = []
    handed_off: bool = False


class Conversation(Protocol):
    """Our assistant in one conversation with one customer."""

    async def say(self, text: str) -> Said: ...


class TauSession:
    """``open_conversation(customer)`` begins our assistant's conversation."""

    def __init__(
        self,
        sessions: SessionFactory,
        book: PolicyBook,
        clock: Callable[[], datetime],
        open_conversation: Callable[[str], Conversation],
    ) -> None:
        self._sessions, self._book, self._clock = sessions, book, clock
        self._open = open_conversation
        self._heard: list[str] = []
        self._customer: str | None = None
        self._conversation: Conversation | None = None
        self._waiting: list[str] = []

    async def hear(self, text: str) -> Answer:
        """The user's message; the answer's calls are to be made in tau2 before its text is said."""
        self._heard.append(text)
        if self._conversation is None:
            return await self._identify()
        if self._waiting and _YES.search(text) and not _BUT.search(text):
            return await self._click(_FIRST_SENTENCE.sub("", text, count=1))
        if self._waiting and _NO.search(text):
            self._put_aside()
        return await self._ask(text)

    async def _identify(self) -> Answer:
        said = " ".join(self._heard)
        mail = _MAIL.search(said)
        with self._sessions() as session:
            if mail is not None:
                asked = select(Customer.id).where(col(Customer.email).ilike(mail[0]))
                call = Call(name="find_user_id_by_email", arguments={"email": mail[0]})
                self._customer = session.exec(asked).first()
            else:
                named = [
                    (customer, address.postal_code)
                    for customer, address in session.exec(
                        select(Customer, Address)
                        .join(Address, col(Address.customer_id) == col(Customer.id))
                        .where(col(Address.postal_code).in_(_ZIP.findall(said)),
                               col(Address.is_default))
                    )
                    if re.search(rf"\b{re.escape(customer.name)}\b", said, re.IGNORECASE)
                ]  # fmt: skip
                if not named:
                    return Answer(text=_UNKNOWN if _ZIP.search(said) else _WHO)
                customer, postcode = named[0]
                first, _, last = customer.name.partition(" ")
                given = {"first_name": first, "last_name": last, "zip": postcode}
                call = Call(name="find_user_id_by_name_zip", arguments=given)
                self._customer = customer.id
        if self._customer is None:
            return Answer(text=_UNKNOWN, calls=[call])
        self._conversation = self._open(self._customer)
        answer = await self._ask(" ".join(self._heard))
        return Answer(text=answer.text, calls=[call, *answer.calls])

    async def _ask(self, text: str) -> Answer:
        assert self._conversation is not None
        said = await self._conversation.say(text)
        self._waiting = said.proposed
        calls = []
        if said.handed_off:
            calls.append(Call(name="transfer_to_human_agents", arguments={"summary": text[:300]}))
            return Answer(text=_TRANSFERRED, calls=calls)
        return Answer(text=said.text + (_ASK if said.proposed else ""), calls=calls)

    async def _click(self, rest: str) -> Answer:
        """Confirm all that waits, here first: what is refused here is not called there.

        ``rest`` is what was said behind the yes; where it asks for more, that is answered too.
        """
        calls, told = [], []
        assert self._customer is not None
        for key in self._waiting:
            try:
                with self._sessions() as session:  # before the click, which may replace items
                    proposal = session.get_one(Proposal, key)
                    mapped = call_of(session, proposal)
                with self._sessions() as session:
                    confirm(
                        session, self._customer, key, proposal.digest, self._book, self._clock()
                    )
            except (OrderError, Unmapped) as refusal:
                told.append(f"That could not be done: {refusal}.")
                continue
            calls.append(mapped)
            told.append("That is done.")
        self._waiting = []
        if len(rest.split()) < _A_WISH:
            return Answer(text=" ".join([*told, "Is there anything else?"]), calls=calls)
        more = await self._ask(rest)
        return Answer(text=" ".join([*told, more.text]), calls=[*calls, *more.calls])

    def _put_aside(self) -> None:
        assert self._customer is not None
        for key in self._waiting:
            with self._sessions() as session:
                is_open = session.get_one(Proposal, key).status is ProposalStatus.OPEN
            if is_open:
                with self._sessions() as session:
                    decline(session, self._customer, key, self._clock())
        self._waiting = []
