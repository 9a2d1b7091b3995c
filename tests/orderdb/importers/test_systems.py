"""What the exports of shop systems hold besides the plain case goes in as it is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from orderdb.errors import ImportFailed, MappingError
from orderdb.importers import import_csv
from orderdb.models import Customer, Order, Payment
from orderdb.statuses import OrderStatus

EXPORTS = Path(__file__).parent / "exports"


def order(session: Session, number: str) -> Order:
    return session.exec(select(Order).where(col(Order.number) == number)).one()


def altered(tmp_path: Path, system: str, **cells: str) -> Path:
    """The system's sample of one order and one line, with these cells; new columns are added."""
    header, first, *_ = _ROWS[system]
    row = dict(zip(header, first, strict=True)) | {
        name.replace("_", " ") if system == "shopify" else name: value
        for name, value in cells.items()
    }
    path = tmp_path / f"{system}.csv"
    path.write_text(";".join(row) + "\n" + ";".join(row.values()) + "\n", encoding="utf-8")
    return path


def _sample(system: str, text: str) -> list[list[str]]:
    header = (EXPORTS / f"{system}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    given = dict(one.split("=", 1) for one in text.split("|"))
    return [header, [given.get(name, "") for name in header]]


_ROWS = {
    "woocommerce": _sample(
        "woocommerce",
        "order_number=501|date=2026-11-01 12:00:00|status=processing|shipping_total=5.00"
        "|tax_total=7.60|discount_total=5.00|order_total=47.60|refunded_total=0.00"
        "|order_currency=EUR|payment_method=cod|customer_id=7|item_name=Kanne|item_quantity=2"
        "|item_total=35.00",
    ),
    "shopify": _sample(
        "shopify",
        "Name=#1001|Email=ann@example.com|Financial Status=paid|Currency=EUR|Shipping=0.00"
        "|Taxes=0.00|Total=20.00|Discount Amount=0.00|Created at=2026-11-03 10:00:00 +0100"
        "|Lineitem quantity=1|Lineitem name=Teapot|Lineitem price=20.00|Refunded Amount=0.00",
    ),
}


def test_a_decimal_comma_is_a_bad_row_that_says_what_to_do(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    path = altered(tmp_path, "woocommerce", order_total="47,60")
    with pytest.raises(ImportFailed) as failed:
        import_csv(sqlite_engine, path, "woocommerce")
    (bad,) = failed.value.rows
    assert bad.column == "order_total"
    assert "'47,60' is not an amount; state `decimal: ','` in the mapping file" in bad.reason


def test_a_german_export_goes_in_on_top_of_the_shipped_mapping(
    engine: Engine, tmp_path: Path
) -> None:
    mapping = tmp_path / "mine.yaml"
    mapping.write_text(
        'extends: woocommerce\ndecimal: ","\ntime_zone: Europe/Berlin\n'
        "status:\n  - {when: {status: versandt}, is: shipped}\n",
        encoding="utf-8",
    )
    sums = {"shipping_total": "5,00", "tax_total": "7,60", "discount_total": "5,00"}
    lines = {"item_total": "1.035,00", "order_total": "1.047,60", "refunded_total": "0,00"}
    path = altered(tmp_path, "woocommerce", **sums, **lines, status="versandt")
    import_csv(engine, path, mapping)
    with Session(engine) as session:
        found = order(session, "501")
        assert (found.total_minor, found.shipping_minor, found.tax_minor) == (104760, 500, 760)
        assert found.status is OrderStatus.SHIPPED
        assert found.placed_at is not None
        assert found.placed_at.isoformat() == "2026-11-01T11:00:00+00:00"
    assert import_csv(engine, path, mapping).is_unchanged


def test_a_mapping_extends_only_what_is_shipped(sqlite_engine: Engine, tmp_path: Path) -> None:
    mapping = tmp_path / "mine.yaml"
    mapping.write_text("extends: magento\n", encoding="utf-8")
    with pytest.raises(MappingError, match="'magento' is none of shopify, woocommerce, youzan"):
        import_csv(sqlite_engine, altered(tmp_path, "woocommerce"), mapping)


@pytest.mark.parametrize(
    ("fee", "total", "shipping", "discount"),
    [("3.00", "50.60", 800, 0), ("-3.00", "44.60", 500, 300)],
)
def test_a_fee_counts_with_shipping_and_one_below_zero_as_a_discount(
    sqlite_engine: Engine, tmp_path: Path, fee: str, total: str, shipping: int, discount: int
) -> None:
    path = altered(tmp_path, "woocommerce", fee_total=fee, order_total=total)
    import_csv(sqlite_engine, path, "woocommerce")
    with Session(sqlite_engine) as session:
        found = order(session, "501")
    assert (found.shipping_minor, found.discount_minor) == (shipping, discount)


def test_duties_count_with_the_tax(sqlite_engine: Engine, tmp_path: Path) -> None:
    import_csv(sqlite_engine, altered(tmp_path, "shopify", Duties="3.00", Total="23.00"), "shopify")
    with Session(sqlite_engine) as session:
        found = order(session, "#1001")
    assert (found.tax_minor, found.total_minor) == (300, 2300)


def test_a_draft_is_no_order_and_no_bad_row(sqlite_engine: Engine, tmp_path: Path) -> None:
    path = altered(tmp_path, "woocommerce", status="checkout-draft")
    assert import_csv(sqlite_engine, path, "woocommerce").is_unchanged
    with Session(sqlite_engine) as session:
        assert not session.exec(select(Order)).all()


def test_a_failed_payment_may_still_succeed(sqlite_engine: Engine, tmp_path: Path) -> None:
    import_csv(sqlite_engine, altered(tmp_path, "woocommerce", status="failed"), "woocommerce")
    import_csv(sqlite_engine, altered(tmp_path, "woocommerce"), "woocommerce")
    with Session(sqlite_engine) as session:
        assert order(session, "501").status is OrderStatus.PROCESSING
        assert session.exec(select(Payment.status)).one().value == "captured"


def test_guests_without_an_address_each_stand_for_themselves(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    for number in ("#1005", "#1006"):
        path = altered(tmp_path, "shopify", Name=number, Email="")
        import_csv(sqlite_engine, path, "shopify")
    with Session(sqlite_engine) as session:
        assert set(session.exec(select(Customer.id))) == {"guest #1005", "guest #1006"}


def test_an_email_address_is_one_customer_however_it_is_written(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    import_csv(sqlite_engine, altered(tmp_path, "shopify", Email="Ann@Example.com"), "shopify")
    path = altered(tmp_path, "shopify", Email="ann@example.com", Name="#1002")
    import_csv(sqlite_engine, path, "shopify")
    with Session(sqlite_engine) as session:
        assert session.exec(select(Customer.id)).all() == ["ann@example.com"]


def test_a_long_address_is_a_customer_too(engine: Engine, tmp_path: Path) -> None:
    address = f"{'a' * 60}@example.com"
    import_csv(engine, altered(tmp_path, "shopify", Email=address), "shopify")
    with Session(engine) as session:
        (customer,) = session.exec(select(Customer)).all()
    assert (len(customer.id), customer.email) == (64, address)


def test_a_mapping_tells_the_customers_time_zone(sqlite_engine: Engine, tmp_path: Path) -> None:
    mapping = tmp_path / "mine.yaml"
    mapping.write_text("extends: shopify\ncustomer_time_zone: Asia/Tokyo\n", encoding="utf-8")
    import_csv(sqlite_engine, altered(tmp_path, "shopify"), mapping)
    with Session(sqlite_engine) as session:
        assert session.exec(select(Customer.time_zone)).one() == "Asia/Tokyo"
