"""Rows that cannot be are named, left out and counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orderdb.delivery.backtest.orders_file import FileUnusable, read_orders, reasons

TODAY = date(2026, 11, 23)
HEADER = (
    "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
    "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
)


def written(folder: Path, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


GOOD = "a,c,delivered,3/1/2018 9:00,3/1/2018 9:10,3/3/2018 10:00,3/9/2018 15:00,3/20/2018 0:00"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (GOOD.replace("3/1/2018 9:00", "soon"), "order_purchase_timestamp", "no time"),
        (GOOD.replace("3/1/2018 9:00", "2/29/2018 9:00"), "order_purchase_timestamp", "no time"),
        (GOOD.replace("3/1/2018 9:00", ""), "order_purchase_timestamp", "is empty"),
        (GOOD.replace("3/9/2018", "3/2/2018"), "order_delivered_customer_date", "handed over"),
        (GOOD.replace("3/3/2018", "2/3/2018"), "order_delivered_carrier_date", "bought"),
        (GOOD.replace("3/9/2018", "3/9/2098"), "order_delivered_customer_date", "in the future"),
        (GOOD.replace("3/1/2018 9:00", "3/1/0018 9:00"), "order_purchase_timestamp", "before 1990"),
        (GOOD.replace("3/20/2018", "2/20/2018"), "order_estimated_delivery_date", "promises"),
        ("a,b,delivered", "row", "3 cells"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_left_out(
    tmp_path: Path, row: str, column: str, reason: str
) -> None:
    orders, bad = read_orders(written(tmp_path, GOOD, row), TODAY)
    assert len(orders) == 1
    assert [(one.line, one.column) for one in bad] == [(3, column)]
    assert reason in bad[0].reason


def test_rows_left_out_are_counted_by_reason(tmp_path: Path) -> None:
    unreadable = [GOOD.replace("3/1/2018 9:00", text) for text in ("soon", "later")]
    _, bad = read_orders(
        written(tmp_path, *unreadable, GOOD.replace("3/3/2018", "2/3/2018")), TODAY
    )
    assert [lines for _, lines in reasons(bad)] == [[2, 3], [4]]


def test_orders_come_by_time_of_purchase_and_in_either_way_of_writing(tmp_path: Path) -> None:
    earlier = "b,c,shipped,2018-02-28 23:59:59,,,,2018-03-30 00:00:00"
    orders, bad = read_orders(written(tmp_path, GOOD, earlier), TODAY)
    assert not bad
    assert [order.purchased.month for order in orders] == [2, 3]
    assert orders[0].delivered is None


def test_a_leap_day_is_a_day(tmp_path: Path) -> None:
    orders, _ = read_orders(written(tmp_path, GOOD.replace("3/1/2018", "2/29/2016")), TODAY)
    assert orders[0].purchased.day == 29


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FileUnusable) as failure:
        read_orders(path, TODAY)
    assert "other.csv:1: order_purchase_timestamp: no such column" in str(failure.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable):
        read_orders(tmp_path / "none.csv", TODAY)
