"""Olist's orders: states and days as the file tells them, and nothing that it does not tell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from orderdb.errors import ImportFailed
from orderdb.importers import import_olist
from orderdb.models import Customer, Order, OrderLine, Payment, Shipment, ShipmentEvent
from orderdb.statuses import OrderStatus, ShipmentStatus
from tests.orderdb.importers.contents import contents

HEADER = (
    "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
    "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n"
)
DELIVERED = (
    "aa11,c1,delivered,1/4/2018 14:13,1/4/2018 14:46,1/8/2018 14:46,1/11/2018 9:46,2/1/2018 0:00"
)
ON_ITS_WAY = "bb22,c2,shipped,6/4/2018 21:15,6/5/2018 13:18,6/6/2018 13:14,,6/20/2018 0:00"
GONE = "cc33,c3,unavailable,5/5/2018 0:15,5/5/2018 13:17,,,5/28/2018 0:00"
UNAPPROVED = "dd44,c4,canceled,5/5/2018 0:15,,,,5/28/2018 0:00"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "olist"


def export(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "olist_orders_dataset.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def one(session: Session, number: str) -> Order:
    return session.exec(select(Order).where(col(Order.number) == number)).one()


def test_a_delivered_order_has_its_local_times_in_utc(engine: Engine, tmp_path: Path) -> None:
    import_olist(engine, export(tmp_path, DELIVERED))
    with Session(engine) as session:
        order, parcel = one(session, "aa11"), session.exec(select(Shipment)).one()
        codes = session.exec(select(ShipmentEvent.code).order_by(col(ShipmentEvent.at))).all()
    assert order.status is OrderStatus.DELIVERED
    # São Paulo was two hours behind UTC that summer.
    assert order.placed_at == datetime(2018, 1, 4, 16, 13, tzinfo=UTC)
    assert order.promised_on == date(2018, 2, 1)
    assert parcel.delivered_at == datetime(2018, 1, 11, 11, 46, tzinfo=UTC)
    assert codes == [ShipmentStatus.HANDED_OVER, ShipmentStatus.DELIVERED]


def test_neither_contents_nor_amounts_are_made_up(engine: Engine, tmp_path: Path) -> None:
    import_olist(engine, export(tmp_path, DELIVERED))
    with Session(engine) as session:
        order = one(session, "aa11")
        assert (order.total_minor, order.currency) == (0, "BRL")
        assert not session.exec(select(OrderLine)).all()
        assert not session.exec(select(Payment)).all()


def test_each_state_of_the_marketplace_has_one_of_ours(engine: Engine, tmp_path: Path) -> None:
    import_olist(engine, export(tmp_path, ON_ITS_WAY, GONE, UNAPPROVED))
    with Session(engine) as session:
        shipped, gone, cancelled = (one(session, number) for number in ("bb22", "cc33", "dd44"))
        parcel = session.exec(select(Shipment)).one()
    assert (shipped.status, parcel.status) == (OrderStatus.SHIPPED, ShipmentStatus.IN_TRANSIT)
    assert (gone.status, gone.cancel_reason) == (OrderStatus.CANCELLED, "Unavailable")
    assert (cancelled.status, cancelled.paid_at) == (OrderStatus.CANCELLED, None)


def test_importing_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = export(tmp_path, DELIVERED, ON_ITS_WAY, GONE)
    import_olist(engine, path)
    before = contents(engine)
    assert import_olist(engine, tmp_path).is_unchanged  # the folder holds the same file
    assert contents(engine) == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (DELIVERED.replace("delivered", "vanished"), "order_status"),
        (DELIVERED.replace("1/8/2018", "13/8/2018"), "order_delivered_carrier_date"),
        (DELIVERED.replace("1/11/2018", "1/7/2018"), "order_delivered_customer_date"),
        (DELIVERED + ",more", "row"),
    ],
)
def test_a_bad_row_is_named(sqlite_engine: Engine, tmp_path: Path, row: str, column: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        import_olist(sqlite_engine, export(tmp_path, ON_ITS_WAY, row))
    (bad,) = failed.value.rows
    assert (bad.line, bad.column) == (3, column)


def test_good_rows_are_kept_when_bad_ones_may_be_skipped(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    path = export(tmp_path, ON_ITS_WAY, DELIVERED.replace("delivered", "vanished"))
    report = import_olist(sqlite_engine, path, skip_bad=True)
    assert (report.orders_added, len(report.rejected)) == (1, 1)
    assert report.reject_file is not None
    assert "vanished" in report.reject_file.read_text(encoding="utf-8-sig")


def test_a_folder_without_orders_is_refused(sqlite_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ImportFailed):
        import_olist(sqlite_engine, tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
def test_the_real_file_goes_in_whole(sqlite_engine: Engine) -> None:
    report = import_olist(sqlite_engine, SHARED)
    assert (report.orders_added, report.customers_added) == (3998, 3998)
    with Session(sqlite_engine) as session:
        by_status = dict(
            session.exec(select(Order.status, func.count()).group_by(Order.status)).all()
        )
        nameless = session.exec(select(Customer).where(col(Customer.name) == "")).all()
    assert by_status == {
        OrderStatus.DELIVERED: 3876,
        OrderStatus.SHIPPED: 53,
        OrderStatus.PROCESSING: 31,
        OrderStatus.CANCELLED: 38,
    }
    assert not nameless
