"""``orderdesk delivery``: what it prints of a file, and of the shop itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import app

HEADER = (
    "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
    "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
)


@pytest.fixture(autouse=True)
def own_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORDERDESK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ORDERDESK_EMBEDDED", "0")


def orderdesk(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def past_orders(tmp_path: Path) -> Path:
    """Ninety days of six orders each, and two rows that cannot be."""
    random, rows = Random(5), [HEADER]
    first = datetime(2018, 1, 1, 10)
    for number in range(540):
        bought = first + timedelta(days=number // 6)
        left = bought + timedelta(days=random.randint(0, 3))
        came = left + timedelta(days=round(random.lognormvariate(1.8, 0.4)))
        promised = bought + timedelta(days=random.randint(15, 30))
        times = (f"{moment:%m/%d/%Y %H:%M}" for moment in (bought, bought, left, came, promised))
        rows.append(f"o{number},c{number},delivered,{','.join(times)}")
    rows.append(rows[1].replace("01/01/2018 10:00", "yesterday"))
    rows.append("x,c,delivered,3/9/2018 9:00,,3/8/2018 9:00,3/12/2018 9:00,3/20/2018 0:00")
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_backtest_prints_both_moments_and_draws_them(past_orders: Path, tmp_path: Path) -> None:
    picture = tmp_path / "coverage.svg"
    done = orderdesk("delivery", "backtest", "--csv", past_orders, "--plot", picture)
    assert done.exit_code == 0
    assert "540 orders read, 2 rows left out" in done.stdout
    assert "At purchase:" in done.stdout
    assert "At hand-over:" in done.stdout
    assert "last 20% by time" in done.stdout
    assert "orders.csv:542: order_purchase_timestamp" in done.stderr
    late = "order_delivered_carrier_date: was handed over before it was bought (line 543)"
    assert late in done.stdout
    assert picture.read_text().startswith("<?xml")


def test_a_picture_of_another_format_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = orderdesk("delivery", "backtest", "--csv", tmp_path / "none.csv", "--plot", "a.gif")
    assert done.exit_code == 2
    assert ".svg" in done.stderr


def test_a_picture_may_be_a_png(past_orders: Path, tmp_path: Path) -> None:
    picture = tmp_path / "coverage.png"
    done = orderdesk("delivery", "backtest", "--csv", past_orders, "--plot", picture)
    assert done.exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_file_without_promises_says_what_is_missing(past_orders: Path) -> None:
    head, *rows = past_orders.read_text().splitlines()
    past_orders.write_text("\n".join([head, *(f"{row.rpartition(',')[0]}," for row in rows)]))
    done = orderdesk("delivery", "backtest", "--csv", past_orders)
    assert done.exit_code == 0
    assert "540 were delivered and 0 had a promise" in done.stdout


def test_a_file_without_a_column_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER.replace(",order_delivered_customer_date", "") + "\n")
    done = orderdesk("delivery", "backtest", "--csv", path)
    assert done.exit_code == 1
    assert "orders.csv:1: order_delivered_customer_date: no such column" in done.stderr


def test_a_file_that_is_none_ends_with_a_sentence(tmp_path: Path) -> None:
    done = orderdesk("delivery", "backtest", "--csv", tmp_path / "none.csv")
    assert done.exit_code == 1
    assert not isinstance(done.exception, (OSError, ValueError))


def test_a_shop_is_trained_and_measured_once_it_has_deliveries() -> None:
    assert orderdesk("migrate").exit_code == 0
    empty = orderdesk("delivery", "train")
    assert empty.exit_code == 1
    assert "too few to learn from" in empty.stderr
    assert orderdesk("import", "demo", "--orders", 700).exit_code == 0
    done = orderdesk("delivery", "train")
    assert done.exit_code == 0
    assert "order, handling, transit" in done.stdout
    measured = orderdesk("delivery", "coverage", "--days", "30")
    assert measured.exit_code == 0
    assert "coverage" in measured.stdout
