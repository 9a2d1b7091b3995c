"""``orderdesk agents``: who works at the service desk."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from sqlmodel import Session

from assistant.commands.console import console
from assistant.passwords import FEWEST, MOST, hashed
from assistant.schema import require_current_schema
from assistant.settings import Settings
from orderdb.database import SessionFactory, open_engine
from orderdb.desk import agents
from orderdb.statuses import AgentRole

_NAME = re.compile(r"[\w.@+-]{1,64}")
_LANGUAGES = ("en", "zh")


def add(
    settings: Settings,
    name: str,
    display_name: str,
    role: str,
    languages: str,
    stdin: bool,
    no_password: bool,
) -> None:
    """Raises NameTaken."""
    spoken = [one.strip() for one in languages.split(",")]
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("a name is 1 to 64 letters, digits or any of . @ + - _")
    if not 0 < len(display_name.strip()) <= 120 or not display_name.isprintable():
        raise typer.BadParameter("a display name is 1 to 120 printable characters")
    if any(one not in _LANGUAGES for one in spoken):
        raise typer.BadParameter(f"languages are {', '.join(_LANGUAGES)}")
    password_hash = None if no_password else hashed(_password(stdin))
    with _session(settings) as session:
        added = agents.add_agent(
            session,
            name,
            display_name.strip(),
            AgentRole(role),
            spoken,
            password_hash,
            datetime.now(UTC),
        )
    _say(f"{added.name} may sign in as {added.role}.")


def show_all(settings: Settings) -> None:
    with _session(settings) as session:
        found = agents.listed(session)
    for one in found:
        standing = "active" if one.active else "disabled"
        way = "password" if one.password_hash else "identity provider"
        spoken = ",".join(one.languages)
        _say(f"{one.name:<24} {one.role:<6} {standing:<9} {spoken:<6} {way:<18} {one.display_name}")
    if not found:
        _say("Nobody works at the desk. Add somebody with `orderdesk agents add NAME`.")


def shut_out(settings: Settings, name: str) -> None:
    """Raises NotFound."""
    with _session(settings) as session:
        agents.disable(session, name, datetime.now(UTC))
    _say(f"{name} is let in no more.")


def change_password(settings: Settings, name: str, stdin: bool) -> None:
    """Raises NotFound."""
    with _session(settings) as session:
        agents.find_agent(session, name)
    password_hash = hashed(_password(stdin))
    with _session(settings) as session:
        agents.set_password(session, name, password_hash, datetime.now(UTC))
    _say(f"{name} has a new password.")


def _password(stdin: bool) -> str:
    """Asked twice, or one line of standard input; never an argument, which others could see."""
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not FEWEST <= len(password) <= MOST:
        raise typer.BadParameter(f"a password has {FEWEST} to {MOST} characters")
    return password


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    require_current_schema(settings)
    engine = open_engine(settings.database)
    try:
        with SessionFactory(engine)() as session:
            yield session
    finally:
        engine.dispose()
