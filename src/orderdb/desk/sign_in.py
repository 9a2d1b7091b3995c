"""Signed-in browsers, and how often signing in may be tried."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.models import Agent, AgentSession, SignInTry

WINDOW = timedelta(minutes=15)
"""Tries in vain are forgotten after so long."""


_SIGNED_IN = (
    select(Agent, AgentSession.csrf, AgentSession.expires_at)
    .join(AgentSession, col(AgentSession.agent_id) == Agent.id)
    .where(
        col(AgentSession.token_hash) == bindparam("token_hash"),
        col(AgentSession.expires_at) > bindparam("now"),
        col(Agent.active),
    )
)


@dataclass(frozen=True)
class Opened:
    """What the browser keeps: ``token`` in a cookie, ``csrf`` for the page's own requests."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True)
class SignedIn:
    agent: Agent
    csrf: str
    expires_at: datetime


def open_session(session: Session, agent: Agent, lifetime: timedelta, now: datetime) -> Opened:
    """Sign an agent in; sessions that are over are cleared away."""
    opened = Opened(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + lifetime)
    connection = writing(session).connection()
    connection.execute(delete(AgentSession).where(col(AgentSession.expires_at) <= now))
    session.add(
        AgentSession(
            token_hash=_hash(opened.token),
            agent_id=agent.id,
            csrf=opened.csrf,
            created_at=now,
            expires_at=opened.expires_at,
        )
    )
    _record(session, agent, "agent.signed_in", now)
    session.commit()
    return opened


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whose session it is; None once it is over, or the agent was disabled."""
    found = session.exec(_SIGNED_IN, params={"token_hash": _hash(token), "now": now}).first()
    return None if found is None else SignedIn(*found)


def close_session(session: Session, token: str, now: datetime) -> None:
    """Sign out; a repeat changes nothing."""
    opened = writing(session).get(AgentSession, _hash(token))
    if opened is None:
        return
    agent = session.get_one(Agent, opened.agent_id)
    session.connection().execute(
        delete(AgentSession).where(col(AgentSession.token_hash) == opened.token_hash)
    )
    _record(session, agent, "agent.signed_out", now)
    session.commit()


def count_try(session: Session, limits: Mapping[str, int], now: datetime) -> timedelta | None:
    """Count a try under each key; how long to wait where one key had its number already.

    Counted before the password is looked at, so that tries at the same time count too.
    """
    connection = writing(session).connection()
    connection.execute(delete(SignInTry).where(col(SignInTry.since) <= now - WINDOW))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    wait: timedelta | None = None
    for key, most in sorted(limits.items()):
        tried = dialect.insert(SignInTry).values(key=_hash(key), tries=1, since=now)
        counted = connection.execute(
            tried.on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "tries": case(
                        (col(SignInTry.tries) > most, col(SignInTry.tries)),
                        else_=col(SignInTry.tries) + 1,
                    )
                },
            ).returning(col(SignInTry.tries), col(SignInTry.since))
        ).one()
        if counted.tries > most:
            wait = max(wait or timedelta(), counted.since + WINDOW - now)
    session.commit()
    return wait


def forget_tries(session: Session, key: str) -> None:
    """The right password was given: earlier tries under ``key`` no longer count."""
    writing(session).connection().execute(delete(SignInTry).where(col(SignInTry.key) == _hash(key)))
    session.commit()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(session: Session, agent: Agent, kind: str, now: datetime) -> None:
    audit.append(
        session,
        actor=f"agent:{agent.name}",
        kind=kind,
        subject=f"agent:{agent.name}",
        payload={},
        now=now,
    )
