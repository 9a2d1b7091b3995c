"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jwt
import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from assistant.cli import app
from orderdb.database import SessionFactory, open_engine
from orderdb.models import Order

SECRET = "a secret for tests, long enough to sign with"


@pytest.fixture(autouse=True)
def own_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORDERDESK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ORDERDESK_EMBEDDED", "0")
    for name in ("ORDERDESK_JWT_SECRET", "ORDERDESK_DEMO", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def orderdesk(*arguments: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)


def test_help_is_there_before_anything_heavy_is_loaded() -> None:
    loaded = "import sys, assistant.cli; print([m for m in sys.modules if m in sys.argv[1:]])"
    heavy = ["pydantic", "sqlalchemy", "fastapi", "langchain_core", "chromadb", "numpy", "openai"]
    done = subprocess.run(
        [sys.executable, "-c", loaded, *heavy], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_every_command_explains_itself() -> None:
    names = (
        "serve",
        "demo",
        "chat",
        "import",
        "policies",
        "outbox",
        "audit",
        "migrate",
        "token",
        "version",
    )
    overview = orderdesk("--help").output
    for name in names:
        assert name in overview
        assert orderdesk(name, "--help").exit_code == 0


def test_the_start_up_refuses_without_a_secret_and_says_what_to_set() -> None:
    refused = orderdesk("serve")
    assert refused.exit_code == 2
    assert "ORDERDESK_JWT_SECRET" in refused.output
    assert "Traceback" not in refused.output


def test_a_faulty_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_PORT", "http")
    refused = orderdesk("serve")
    assert (refused.exit_code, "ORDERDESK_PORT" in refused.output) == (2, True)


def test_tables_of_another_version_are_refused_with_the_command_that_mends_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERDESK_JWT_SECRET", SECRET)
    refused = orderdesk("serve")
    assert (refused.exit_code, "orderdesk migrate" in refused.output) == (2, True)


def test_a_database_that_cannot_be_reached_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERDESK_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/shop")
    failed = orderdesk("migrate")
    assert failed.exit_code == 1
    assert "secret" not in failed.output
    assert "127.0.0.1" in failed.output


def test_a_taken_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setenv("ORDERDESK_JWT_SECRET", SECRET)
    assert orderdesk("migrate").exit_code == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = orderdesk("serve", "--port", taken.getsockname()[1])
    assert refused.exit_code == 2
    assert "Cannot listen" in refused.output


def test_a_token_is_signed_with_the_shop_s_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_JWT_SECRET", SECRET)
    token = orderdesk("token", "--customer", "c-00001").output.strip()
    assert jwt.decode(token, SECRET, algorithms=["HS256"])["sub"] == "c-00001"
    assert orderdesk("token", "--customer", "a\x00").exit_code == 2
    assert orderdesk("token").exit_code == 2


def test_migrating_twice_is_as_good_as_once() -> None:
    assert orderdesk("migrate").exit_code == 0
    assert orderdesk("migrate").exit_code == 0


def test_the_demo_shop_is_imported_once(tmp_path: Path) -> None:
    assert orderdesk("import", "demo").exit_code == 2  # no tables yet
    orderdesk("migrate")
    small = ("import", "demo", "--orders", 300, "--customers", 60, "--as-of", "2026-11-20")
    first = orderdesk(*small)
    assert (first.exit_code, "300 orders" in first.output) == (0, True)
    again = orderdesk(*small)
    assert (again.exit_code, "nothing new" in again.output) == (0, True)
    engine = open_engine(f"sqlite:///{tmp_path}/data/orderdesk.db")
    with SessionFactory(engine)() as session:
        assert len(session.exec(select(Order)).all()) == 300
    engine.dispose()


def test_bad_rows_are_named_by_file_line_and_column(tmp_path: Path) -> None:
    orderdesk("migrate")
    orders = tmp_path / "orders_first.csv"
    header = (
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
        "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
    )
    orders.write_text(f"{header}\nx,y,teleported,never,,,,\n")
    failed = orderdesk("import", "olist", orders)
    assert failed.exit_code == 1
    assert "orders_first.csv:2: " in failed.output
    assert "Traceback" not in failed.output


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    orderdesk("migrate")
    failed = orderdesk("import", "tau2-retail", tmp_path / "nothing.json")
    assert failed.exit_code == 1
    assert "nothing.json" in failed.output
    assert "Traceback" not in failed.output


def test_the_policies_are_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checked = orderdesk("policies", "check")
    assert (checked.exit_code, "0 problem(s)" in checked.output) == (0, True)
    faulty = tmp_path / "policies" / "en"
    faulty.mkdir(parents=True)
    first = sorted((Path(__file__).parents[2] / "policies" / "en").glob("*.md"))[0]
    (faulty / first.name).write_text(first.read_text())
    monkeypatch.setenv("ORDERDESK_POLICIES_DIR", str(tmp_path / "policies"))
    found = orderdesk("policies", "check")
    assert found.exit_code == 1
    assert f"{first.name}:" in found.output


def test_an_unknown_command_is_a_wrong_use() -> None:
    assert orderdesk("sell").exit_code == 2
    assert orderdesk("import", "csv", "orders.csv").exit_code == 2  # no mapping
    assert orderdesk("import", "demo", "--orders", "0").exit_code == 2


def test_what_cannot_be_opened_ends_the_server_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is opened beside the first requests, yet a faulty shop must not stay up."""
    monkeypatch.setenv("ORDERDESK_JWT_SECRET", SECRET)
    monkeypatch.setenv("ORDERDESK_POLICIES_DIR", str(tmp_path))
    orderdesk("migrate")
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 1
    assert "OrderDesk cannot start" in ended.stderr
    assert "no policy documents" in ended.stderr
    assert "Traceback" not in ended.stderr
