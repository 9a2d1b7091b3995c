"""``orderdesk agents``: who is let in at the desk, and that passwords stay out of sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from assistant.cli import app
from assistant.passwords import fits
from orderdb.database import SessionFactory
from orderdb.desk.agents import find_agent
from orderdb.models import Agent

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def own_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_engine: Engine) -> None:
    monkeypatch.setenv("ORDERDESK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ORDERDESK_DATABASE_URL", sqlite_engine.url.render_as_string(False))


def agents(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["agents", *arguments], input=typed)


def stored(engine: Engine, name: str) -> Agent:
    with SessionFactory(engine)() as session:
        return find_agent(session, name)


def test_a_password_is_asked_twice_and_kept_as_a_hash(sqlite_engine: Engine) -> None:
    done = agents("add", "mia", "--role", "lead", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    mia = stored(sqlite_engine, "mia")
    assert (mia.role.value, mia.languages) == ("lead", ["en", "zh"])
    assert (mia.password_hash or "").startswith("$argon2id$")
    assert fits(PASSWORD, mia.password_hash)
    assert not fits("another password", mia.password_hash)


def test_a_password_may_come_by_standard_input(sqlite_engine: Engine) -> None:
    assert agents("add", "mia", "--stdin", typed=f"{PASSWORD}\n").exit_code == 0
    assert fits(PASSWORD, stored(sqlite_engine, "mia").password_hash)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "mia", "--stdin"),
        ("add", "not a name", "--no-password"),
        ("add", "mia", "--no-password", "--languages", "fr"),
        ("add", "mia", "--no-password", "--display-name", " "),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    arguments: tuple[str, ...], sqlite_engine: Engine
) -> None:
    done = agents(*arguments, typed="short\n")
    assert done.exit_code == 2
    assert "No agents" not in done.output
    assert "Nobody works" in agents("list").output


def test_a_name_is_given_once() -> None:
    assert agents("add", "mia", "--no-password").exit_code == 0
    again = agents("add", "mia", "--no-password")
    assert again.exit_code == 1
    assert "already" in again.output


def test_the_list_tells_roles_and_who_left() -> None:
    agents("add", "mia", "--no-password", "--display-name", "Mia Keller")
    agents("disable", "mia")
    line = agents("list").output
    assert "Mia Keller" in line
    assert "disabled" in line
    assert "identity provider" in line


def test_a_new_password_lets_a_disabled_agent_in_again(sqlite_engine: Engine) -> None:
    agents("add", "mia", "--no-password")
    agents("disable", "mia")
    assert agents("password", "mia", "--stdin", typed=f"{PASSWORD}\n").exit_code == 0
    mia = stored(sqlite_engine, "mia")
    assert mia.active
    assert fits(PASSWORD, mia.password_hash)


def test_somebody_unknown_is_named(sqlite_engine: Engine) -> None:
    for command in ("disable", "password"):
        done = agents(command, "nobody")
        assert done.exit_code == 1
        assert "nobody" in done.output
