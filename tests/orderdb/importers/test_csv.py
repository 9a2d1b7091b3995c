"""Exports of three shop systems go in without code; what is wrong with a row is said by name."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from orderdb.errors import ImportFailed, MappingError
from orderdb.importers import import_csv
from orderdb.models import (
    Address,
    Carrier,
    Customer,
    ImportRun,
    Order,
    OrderLine,
    Payment,
    Refund,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
)
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus, ShipmentStatus
from tests.orderdb.importers.contents import contents

EXPORTS = Path(__file__).parent / "exports"
SYSTEMS = ["shopify", "woocommerce", "youzan"]

MAPPING = """
rows: order
time_zone: Asia/Tokyo
currency: JPY
dates: ["%Y/%m/%d %H:%M"]
columns: {number: No, customer: Who, placed: When, total: Sum, delivered: Came, handed_over: Went}
status:
  - {when: {State: open}, is: paid}
  - {when: {State: done}, is: delivered}
"""
HEADER = "No,Who,When,Sum,State,Went,Came\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def export(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def order(session: Session, number: str) -> Order:
    return session.exec(select(Order).where(col(Order.number) == number)).one()


@pytest.mark.parametrize("system", SYSTEMS)
def test_importing_an_export_twice_changes_nothing(engine: Engine, system: str) -> None:
    first = import_csv(engine, EXPORTS / f"{system}.csv", system)
    before = contents(engine)
    second = import_csv(engine, EXPORTS / f"{system}.csv", system)
    assert first.orders_added > 0
    assert second.is_unchanged
    assert second.orders_unchanged == first.orders_added
    assert contents(engine) == before


def test_shopify_rows_of_one_order_become_its_lines(engine: Engine) -> None:
    import_csv(engine, EXPORTS / "shopify.csv", "shopify")
    with Session(engine) as session:
        found = order(session, "#1001")
        lines = session.exec(
            select(OrderLine)
            .where(OrderLine.order_id == found.id)
            .order_by(col(OrderLine.position))
        ).all()
        customer = session.get_one(Customer, "ada@example.com")
        address = session.get_one(Address, found.address_id)
        event = session.exec(select(ShipmentEvent).order_by(col(ShipmentEvent.id))).first()
    assert found.number_key == "1001"
    assert found.status is OrderStatus.SHIPPED
    assert found.placed_at == datetime(2026, 10, 7, 7, 50, 20, tzinfo=UTC)
    assert found.note == "Leave at the door,\nsecond floor"
    assert [(line.name_en, line.quantity, line.unit_minor) for line in lines] == [
        ('Teapot "Dawn", blue', 1, 3990),
        ("Scented candle", 2, 1000),
    ]
    assert customer.name == "Ada Lovelace"
    assert (address.postal_code, address.is_default) == ("04109", True)
    assert event is not None
    assert (event.code, event.at) == (
        ShipmentStatus.HANDED_OVER,
        datetime(2026, 10, 8, 12, 21, 21, tzinfo=UTC),
    )


def test_taxes_may_be_in_the_prices_or_on_top(engine: Engine) -> None:
    import_csv(engine, EXPORTS / "shopify.csv", "shopify")
    with Session(engine) as session:
        inside, on_top = order(session, "#1001"), order(session, "#1002")
    assert (inside.discount_minor, inside.tax_minor, inside.total_minor) == (599, 0, 5881)
    assert (on_top.discount_minor, on_top.tax_minor, on_top.total_minor) == (0, 826, 12626)


def test_of_a_partly_shipped_order_only_the_shipped_lines_lie_in_the_parcel(
    engine: Engine,
) -> None:
    import_csv(engine, EXPORTS / "shopify.csv", "shopify")
    with Session(engine) as session:
        found = order(session, "#1002")
        lines = session.exec(select(OrderLine).where(OrderLine.order_id == found.id)).all()
        parcel = session.exec(select(Shipment).where(Shipment.order_id == found.id)).one()
        inside = session.exec(
            select(ShipmentLine.order_line_id).where(ShipmentLine.shipment_id == parcel.id)
        ).all()
    assert [(line.name_en, line.shipped_quantity) for line in lines] == [
        ("Rain jacket / olive / M", 1),
        ("Wool scarf", 0),
    ]
    assert inside == [lines[0].id]


def test_a_refunded_order_has_its_refund(engine: Engine) -> None:
    import_csv(engine, EXPORTS / "shopify.csv", "shopify")
    with Session(engine) as session:
        found = order(session, "#1003")
        payment = session.exec(select(Payment).where(Payment.order_id == found.id)).one()
        refund = session.exec(select(Refund).where(Refund.order_id == found.id)).one()
        line = session.exec(select(OrderLine).where(OrderLine.order_id == found.id)).one()
    assert found.status is OrderStatus.CANCELLED
    assert (payment.amount_minor, payment.refunded_minor) == (2400, 2400)
    assert refund.amount_minor == 2400
    assert line.cancelled_quantity == 1


def test_woocommerce_line_totals_give_unit_prices_that_add_up(engine: Engine) -> None:
    import_csv(engine, EXPORTS / "woocommerce.csv", "woocommerce")
    with Session(engine) as session:
        line = session.exec(select(OrderLine).where(OrderLine.sku == "OFF-001-1")).one()
    assert (line.quantity, line.unit_minor, line.discount_minor) == (3, 667, 1)
    assert line.total_minor == 2000


def test_guests_of_woocommerce_stay_apart(engine: Engine) -> None:
    """Every guest has customer_id 0; they must not see each other's orders."""
    import_csv(engine, EXPORTS / "woocommerce.csv", "woocommerce")
    with Session(engine) as session:
        assert order(session, "2702").customer_id == "percy@example.com"
        assert order(session, "2701").customer_id == "41"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_youzan_exports_are_read_in_each_encoding(
    engine: Engine, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "导出.csv"
    original = (EXPORTS / "youzan.csv").read_text(encoding="utf-8")
    path.write_text(original, encoding=encoding)
    import_csv(engine, path, "youzan")
    with Session(engine) as session:
        found = order(session, "E20261101093012000123456")
        customer = session.get_one(Customer, "8800001")
        parcels = session.exec(
            select(Shipment.tracking, Carrier.name)
            .join(Carrier, col(Carrier.code) == Shipment.carrier_code)
            .where(Shipment.order_id == found.id)
            .order_by(col(Shipment.position))
        ).all()
        payment = session.exec(select(Payment).where(Payment.order_id == found.id)).one()
    assert found.note == "请用礼盒\n包装"
    assert found.placed_at == datetime(2026, 11, 1, 1, 30, 12, tzinfo=UTC)
    assert (customer.name, customer.language, customer.time_zone) == ("小雅", "zh", "Asia/Shanghai")
    assert parcels == [("SF1300000000001", "顺丰速运"), ("78550000000001", "中通快递")]
    assert payment.method is PaymentMethod.WECHAT


def test_an_unpaid_youzan_order_that_closed_has_no_payment(engine: Engine) -> None:
    import_csv(engine, EXPORTS / "youzan.csv", "youzan")
    with Session(engine) as session:
        found = order(session, "E20261016080000000123459")
        assert found.status is OrderStatus.CANCELLED
        assert not session.exec(select(Payment).where(Payment.order_id == found.id)).all()


def test_a_later_export_brings_a_known_order_up_to_date(
    engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    import_csv(engine, export(tmp_path, "J1,c1,2026/11/01 09:00,500,open,,"), mapping)
    later = export(tmp_path, "J1,c1,2026/11/01 09:00,500,done,2026/11/02 18:00,2026/11/04 10:00")
    report = import_csv(engine, later, mapping)
    assert (report.orders_changed, report.orders_added) == (1, 0)
    with Session(engine) as session:
        found = order(session, "J1")
        parcel = session.exec(select(Shipment)).one()
        scans = session.exec(select(ShipmentEvent.code).order_by(col(ShipmentEvent.at))).all()
        runs = session.exec(select(ImportRun)).all()
    assert (found.status, found.version) == (OrderStatus.DELIVERED, 2)
    assert parcel.delivered_at == datetime(2026, 11, 4, 1, 0, tzinfo=UTC)
    assert scans == [ShipmentStatus.HANDED_OVER, ShipmentStatus.DELIVERED]
    assert [run.detail["changed"] for run in runs] == [0, 1]
    assert import_csv(engine, later, mapping).is_unchanged


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",c1,2026/11/01 09:00,500,open,,", "No", "is empty"),
        ("J2,,2026/11/01 09:00,500,open,,", "Who", "is empty"),
        ("J2,c1,yesterday,500,open,,", "When", "'yesterday' is no time"),
        ("J2,c1,2026/11/01 09:00,1.5,open,,", "Sum", "more decimals than JPY allows"),
        ("J2,c1,2026/11/01 09:00,much,open,,", "Sum", "'much' is not an amount"),
        ("J2,c1,2026/11/01 09:00,-5,open,,", "Sum", "is negative"),
        ("J2,c1,2026/11/01 09:00,500,lost,,", "State", "no status of the mapping fits"),
        ("J2,c1,2026/11/01 09:00,500,open", "row", "has 5 cells where the header has 7"),
        (
            "J2,c1,2026/11/01 09:00,500,done,2026/11/04 10:00,2026/11/02 18:00",
            "Came",
            "before the hand-over",
        ),
        ("J1,c1,2026/11/01 09:00,500,open,,", "No", "appears again, first in line 2"),
        (f"{'J' * 65},c1,2026/11/01 09:00,500,open,,", "No", "longer than 64 characters"),
        ("J2,c\x00,2026/11/01 09:00,500,open,,", "Who", "holds a NUL character"),
    ],
)
def test_a_bad_row_is_named_and_nothing_of_the_file_is_kept(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path, row: str, column: str, reason: str
) -> None:
    path = export(tmp_path, "J1,c1,2026/11/01 09:00,500,open,,", row)
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, mapping)
    (bad,) = failed.value.rows
    assert (bad.file, bad.line, bad.column) == ("orders.csv", 3, column)
    assert reason in bad.reason
    with Session(sqlite_engine) as session:
        assert not session.exec(select(Order)).all()
        assert not session.exec(select(Customer)).all()


def test_every_bad_row_is_named_with_the_line_it_begins_on(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    path = export(
        tmp_path,
        '"J1\n2",c1,2026/11/01 09:00,500,open,,',
        "J3,c1,never,500,open,,",
        "J4,c1,2026/11/01 09:00,x,open,,",
    )
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, mapping)
    assert [(bad.line, bad.column) for bad in failed.value.rows] == [(4, "When"), (5, "Sum")]


def test_skipping_bad_rows_keeps_the_good_and_puts_the_rest_aside(
    engine: Engine, tmp_path: Path
) -> None:
    original = (EXPORTS / "shopify.csv").read_text(encoding="utf-8")
    path = tmp_path / "shop.csv"
    path.write_text(original.replace(",2,Scented", ",two,Scented"), encoding="utf-8")
    aside = tmp_path / "aside.csv"
    report = import_csv(engine, path, "shopify", skip_bad=True, reject_path=aside)
    assert report.orders_added == 3
    assert [(bad.line, bad.column) for bad in report.rejected] == [(4, "Lineitem quantity")]
    with aside.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "reason"
    assert [row[1] for row in rows] == ["#1001", "#1001"]
    assert rows[0][0] == "belongs to an order with a bad row"
    assert rows[1][0] == "Lineitem quantity: 'two' is no whole number"


def test_a_mended_reject_file_goes_in_as_it_is(engine: Engine, tmp_path: Path) -> None:
    original = (EXPORTS / "shopify.csv").read_text(encoding="utf-8")
    path = tmp_path / "shop.csv"
    path.write_text(original.replace(",2,Scented", ",two,Scented"), encoding="utf-8")
    report = import_csv(engine, path, "shopify", skip_bad=True)
    assert report.reject_file == tmp_path / "shop.rejected.csv"
    mended = report.reject_file.read_text(encoding="utf-8-sig").replace(",two,", ",2,")
    report.reject_file.write_text(mended, encoding="utf-8")
    assert import_csv(engine, report.reject_file, "shopify").orders_added == 1


def test_what_was_bought_never_changes_by_import(engine: Engine, tmp_path: Path) -> None:
    import_csv(engine, EXPORTS / "shopify.csv", "shopify")
    before = contents(engine)
    original = (EXPORTS / "shopify.csv").read_text(encoding="utf-8")
    path = tmp_path / "shop.csv"
    path.write_text(original.replace("Wool scarf", "Silk scarf"), encoding="utf-8")
    with pytest.raises(ImportFailed, match="1 bad row") as failed:
        import_csv(engine, path, "shopify")
    assert failed.value.rows[0].reason == "order #1002 is known with other lines"
    assert contents(engine) == before


def test_a_known_order_does_not_move_to_another_customer(
    engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    import_csv(engine, export(tmp_path, "J1,c1,2026/11/01 09:00,500,open,,"), mapping)
    with pytest.raises(ImportFailed) as failed:
        import_csv(engine, export(tmp_path, "J1,c2,2026/11/01 09:00,500,open,,"), mapping)
    assert "known with another customer" in failed.value.rows[0].reason


def test_totals_that_do_not_add_up_are_refused(sqlite_engine: Engine, tmp_path: Path) -> None:
    original = (EXPORTS / "shopify.csv").read_text(encoding="utf-8")
    path = tmp_path / "shop.csv"
    path.write_text(original.replace("58.81", "59.81"), encoding="utf-8")
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, "shopify")
    (bad,) = failed.value.rows
    assert (bad.line, bad.column) == (2, "Total")
    assert "€59.81 is not items €59.90" in bad.reason


def test_rows_of_one_order_must_agree(sqlite_engine: Engine, tmp_path: Path) -> None:
    original = (EXPORTS / "woocommerce.csv").read_text(encoding="utf-8")
    head, first, second, *rest = original.splitlines(keepends=True)
    path = tmp_path / "shop.csv"
    path.write_text("".join([head, first, second.replace("37.60", "37.61"), *rest]), "utf-8")
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, "woocommerce")
    (bad,) = failed.value.rows
    assert (bad.line, bad.column) == (3, "order_total")


def test_a_missing_column_is_named_with_those_there_are(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("No;Who;When;Sum;State;Went\n", encoding="utf-8")
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, mapping)
    (bad,) = failed.value.rows
    assert (bad.line, bad.column) == (1, "Came")
    assert "No, Who, When, Sum, State, Went" in bad.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "no text in UTF-8"),
        (b"No,Who\x80\xff\n", "no text in UTF-8"),
        (HEADER.encode() + b'J1,"c1,2026/11/01 09:00,500,open,,\n', "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, mapping)
    assert reason in failed.value.rows[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("columns: {customer: Who}", "'number' must be mapped"),
        ("columns: {number: No, customer: Who, colour: Red}", "colour"),
        ("columns: {number: {last: [No]}, customer: Who}", "is none of"),
        ("time_zone: Mars/Olympus", "'Mars/Olympus' is no time zone"),
        ("status: [{when: {State: open}, is: fine}]", "status.0.is"),
        ("rows: both", "rows"),
        ("rows: [", "expected"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path, line: str, reason: str
) -> None:
    key = line.split(":")[0]
    kept = [text for text in MAPPING.splitlines() if not text.startswith((key, "  -"))]
    mapping.write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(MappingError, match=r"mapping\.yaml") as failed:
        import_csv(sqlite_engine, export(tmp_path), mapping)
    assert reason in str(failed.value)


def test_a_mapping_that_is_not_there_is_named(sqlite_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="magento: No such file"):
        import_csv(sqlite_engine, export(tmp_path), "magento")


def test_decimal_commas_and_semicolons_are_read(sqlite_engine: Engine, tmp_path: Path) -> None:
    mapping = tmp_path / "de.yaml"
    mapping.write_text(
        "rows: order\ndecimal: ','\ncurrency: EUR\n"
        "columns: {number: Nr, customer: Kunde, total: Summe}\n"
        "status: [{is: processing}]\n",
        encoding="utf-8",
    )
    path = tmp_path / "bestellungen.csv"
    path.write_text("Nr;Kunde;Summe\nB-1;k1;1.234,50\n", encoding="latin-1")
    import_csv(sqlite_engine, path, mapping)
    with Session(sqlite_engine) as session:
        assert order(session, "B-1").total_minor == 123450


def test_an_order_cancelled_here_is_not_reopened_by_an_old_export(
    engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    path = export(tmp_path, "J1,c1,2026/11/01 09:00,500,open,,")
    import_csv(engine, path, mapping)
    with engine.begin() as connection:
        connection.execute(text("UPDATE orders SET status = 'cancelled'"))
        connection.execute(
            text(
                "INSERT INTO proposals (id, customer_id, order_id, order_version, kind, arguments,"
                " summary_en, summary_zh, amount_minor, currency, clause, clause_version, digest,"
                " asked_by, status, created_at, expires_at, decided_at, result)"
                " SELECT 'p1', 'c1', id, 1, 'cancel_order', '{}', 'x', 'x', 500, 'JPY', 'C', 1,"
                " 'd', 'customer', 'confirmed', placed_at, placed_at, placed_at, '{}' FROM orders"
            )
        )
    before = contents(engine)
    assert import_csv(engine, path, mapping).orders_further_on == 1
    assert contents(engine) == before


def test_a_rule_that_only_the_database_knows_is_reported_by_row(
    engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    """Two numbers that read the same are one order to a customer who types it."""
    import_csv(engine, export(tmp_path, "J-1,c1,2026/11/01 09:00,500,open,,"), mapping)
    with pytest.raises(ImportFailed) as failed:
        import_csv(engine, export(tmp_path, "J 1,c1,2026/11/01 09:00,500,open,,"), mapping)
    assert failed.value.rows[0].reason == "reads like J-1, which is another order"


def test_progress_counts_orders(sqlite_engine: Engine, tmp_path: Path, mapping: Path) -> None:
    rows = [f"J{n},c1,2026/11/01 09:00,500,open,," for n in range(1, 702)]
    seen: list[tuple[int, int | None]] = []
    import_csv(
        sqlite_engine, export(tmp_path, *rows), mapping, progress=lambda *done: seen.append(done)
    )
    assert seen == [(500, None), (701, None)]


def test_pending_payments_wait_and_paid_ones_are_captured(engine: Engine) -> None:
    import_csv(engine, EXPORTS / "woocommerce.csv", "woocommerce")
    with Session(engine) as session:
        states = session.exec(
            select(Order.number, Payment.status)
            .join(Payment, col(Payment.order_id) == Order.id)
            .order_by(Order.number)
        ).all()
    assert states == [("2701", PaymentStatus.CAPTURED), ("2702", PaymentStatus.PENDING)]


def test_the_example_of_the_documentation_works(sqlite_engine: Engine, tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    blocks = guide.split("```")
    example = next(block for block in blocks if block.startswith("\nOrder No;"))
    mapping = next(block for block in blocks if block.startswith("yaml\n"))
    (tmp_path / "orders.csv").write_text(example.lstrip(), encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(mapping.removeprefix("yaml\n"), encoding="utf-8")
    import_csv(sqlite_engine, tmp_path / "orders.csv", tmp_path / "mine.yaml")
    with Session(sqlite_engine) as session:
        found = order(session, "5001")
        parcel = session.exec(select(Shipment)).one()
    assert (found.total_minor, found.status) == (3790, OrderStatus.SHIPPED)
    assert found.placed_at == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
    assert parcel.tracking == "JJD0001"
