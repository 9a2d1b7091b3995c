"""The people at the desk. Passwords come here as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.errors import NameTaken, NotFound
from orderdb.models import Agent, AgentSession
from orderdb.statuses import AgentRole


def add_agent(
    session: Session,
    name: str,
    display_name: str,
    role: AgentRole,
    languages: Sequence[str],
    password_hash: str | None,
    now: datetime,
    *,
    by: str = "operator",
) -> Agent:
    """Let somebody in; raises NameTaken."""
    writing(session)
    if _named(session, name) is not None:
        raise NameTaken(f"there is an agent called {name} already")
    agent = Agent(
        id=str(uuid4()),
        name=name,
        display_name=display_name,
        password_hash=password_hash,
        role=role,
        languages=list(languages),
        created_at=now,
    )
    session.add(agent)
    session.flush()
    _record(session, agent, "agent.added", by, now)
    session.commit()
    return agent


def listed(session: Session) -> list[Agent]:
    """Everybody, those who left too."""
    return list(session.exec(select(Agent).order_by(Agent.name)))


def find_agent(session: Session, name: str) -> Agent:
    """Raises NotFound."""
    agent = _named(session, name)
    if agent is None:
        raise NotFound(f"there is no agent called {name}")
    return agent


def disable(session: Session, name: str, now: datetime, *, by: str = "operator") -> Agent:
    """Let somebody in no more; open sessions end at once. Raises NotFound."""
    agent = find_agent(writing(session), name)
    agent.active = False
    session.add(agent)
    _sign_out_everywhere(session, agent)
    _record(session, agent, "agent.disabled", by, now)
    session.commit()
    return agent


def set_password(
    session: Session, name: str, password_hash: str, now: datetime, *, by: str = "operator"
) -> Agent:
    """A new password, with which a disabled agent is let in again; open sessions end at once."""
    agent = find_agent(writing(session), name)
    agent.password_hash, agent.active = password_hash, True
    session.add(agent)
    _sign_out_everywhere(session, agent)
    _record(session, agent, "agent.password_set", by, now)
    session.commit()
    return agent


def _named(session: Session, name: str) -> Agent | None:
    return session.exec(select(Agent).where(Agent.name == name)).first()


def _sign_out_everywhere(session: Session, agent: Agent) -> None:
    session.connection().execute(delete(AgentSession).where(col(AgentSession.agent_id) == agent.id))


def _record(session: Session, agent: Agent, kind: str, by: str, now: datetime) -> None:
    audit.append(
        session,
        actor=by,
        kind=kind,
        subject=f"agent:{agent.name}",
        payload={"role": agent.role.value},
        now=now,
    )
