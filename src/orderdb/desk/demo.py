"""Who works at the demo's desk; they sign in there without a password, and nowhere else."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from orderdb.desk.agents import add_agent
from orderdb.models import Agent
from orderdb.statuses import AgentRole

_STAFF = (
    ("mia", "Mia Keller", AgentRole.AGENT, ("en",)),
    ("lin", "林晓", AgentRole.AGENT, ("zh", "en")),
    ("sam", "Sam Ortiz", AgentRole.LEAD, ("en", "zh")),
)


def staff_the_desk(session: Session, now: datetime) -> None:
    """Add them where nobody works yet."""
    if session.exec(select(Agent.id).limit(1)).first() is not None:
        return
    session.rollback()
    for name, display_name, role, languages in _STAFF:
        add_agent(session, name, display_name, role, languages, None, now, by="demo")
