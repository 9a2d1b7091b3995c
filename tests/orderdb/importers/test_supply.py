"""The file of warehouses, carriers, closures, parts and stock."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb.errors import ImportFailed, MappingError
from orderdb.importers import import_csv, import_supply
from orderdb.models import (
    Carrier,
    CarrierTransit,
    Closure,
    Component,
    Order,
    Product,
    Stock,
    Variant,
    Warehouse,
)
from tests.orderdb.importers.contents import contents

SUPPLY = """
warehouses:
  BER: {name: Berlin, country: DE, time_zone: Europe/Berlin, cutoff_hour: 15}
carriers:
  dhl: {name: DHL, saturday: true, transits: [{origin: DE, destination: FR, days: [2, 5]}]}
closures:
  - {warehouse: BER, first_day: 2026-12-24, last_day: 2027-01-02}
  - {first_day: 2026-12-25, last_day: 2026-12-25}
components:
  - {variant: DESK-OAK, part: oak top, days: [5, 9]}
stock:
  - {variant: DESK-OAK, warehouse: BER, on_hand: 3, restock_on: 2026-12-03}
"""
ORDERS = "No;Customer;State;Total\n1;77;new;10.00\n"
MAPPING = """
columns: {number: No, customer: Customer, total: Total, warehouse: {value: %s}}
currency: EUR
status: [{when: {State: new}, is: paid}]
"""


@pytest.fixture
def shop(engine: Engine) -> Engine:
    """A shop that sells one desk."""
    with Session(engine) as session:
        desk = Product(sku="DESK", name_en="Desk", name_zh="书桌", category="furniture")
        session.add(desk)
        session.flush()
        session.add(Variant(product_id=desk.id or 0, sku="DESK-OAK", name_en="oak", name_zh="橡木"))
        session.commit()
    return engine


def written(tmp_path: Path, text: str, name: str = "supply.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_brings_all_that_delivery_dates_rest_on(shop: Engine, tmp_path: Path) -> None:
    assert import_supply(shop, written(tmp_path, SUPPLY)) == 7
    with Session(shop) as session:
        berlin = session.get_one(Warehouse, "BER")
        assert (berlin.time_zone, berlin.cutoff_hour) == ("Europe/Berlin", 15)
        assert session.get_one(Carrier, "dhl").delivers_saturday
        way = session.get_one(CarrierTransit, ("dhl", "DE", "FR"))
        assert (way.min_days, way.max_days) == (2, 5)
        closed = {(one.warehouse_code, one.last_day) for one in session.exec(select(Closure))}
        assert closed == {("BER", date(2027, 1, 2)), (None, date(2026, 12, 25))}
        part = session.exec(select(Component)).one()
        assert (part.part, part.in_stock, part.max_days) == ("oak top", False, 9)
        assert session.exec(select(Stock)).one().restock_on == date(2026, 12, 3)


def test_the_same_file_again_changes_nothing(shop: Engine, tmp_path: Path) -> None:
    import_supply(shop, written(tmp_path, SUPPLY))
    before = contents(shop)
    assert import_supply(shop, written(tmp_path, SUPPLY)) == 0
    assert contents(shop) == before


def test_closures_that_the_file_leaves_out_are_gone(shop: Engine, tmp_path: Path) -> None:
    import_supply(shop, written(tmp_path, SUPPLY))
    shorter = SUPPLY.replace("  - {first_day: 2026-12-25, last_day: 2026-12-25}\n", "")
    assert import_supply(shop, written(tmp_path, shorter)) == 1
    with Session(shop) as session:
        assert session.exec(select(Closure)).one().warehouse_code == "BER"


@pytest.mark.parametrize(
    ("wrong", "right", "named"),
    [
        ("HAM, on_hand", "BER, on_hand", "there is no warehouse HAM"),
        ("variant: DESK-ELM, part", "variant: DESK-OAK, part", "there is no variant DESK-ELM"),
        ("days: [5, 2]", "days: [2, 5]", "carriers.dhl.transits.0.days"),
        ("Europe/Berlln", "Europe/Berlin", "warehouses.BER.time_zone"),
        ("last_day: 2026-12-01", "last_day: 2027-01-02", "closures.0"),
        ("on_hand: -1", "on_hand: 3", "stock.0.on_hand"),
        ("cutof_hour", "cutoff_hour", "warehouses.BER.cutof_hour"),
        ("warehouses: [", "warehouses:", "supply.yaml"),
    ],
)
def test_a_faulty_file_is_refused_by_name_and_changes_nothing(
    shop: Engine, tmp_path: Path, wrong: str, right: str, named: str
) -> None:
    before = contents(shop)
    with pytest.raises(MappingError, match=named):
        import_supply(shop, written(tmp_path, SUPPLY.replace(right, wrong)))
    assert contents(shop) == before


def test_less_than_what_is_promised_to_orders_cannot_be_on_hand(
    shop: Engine, tmp_path: Path
) -> None:
    import_supply(shop, written(tmp_path, SUPPLY))
    with Session(shop) as session:
        session.exec(select(Stock)).one().reserved = 2
        session.commit()
    with pytest.raises(MappingError, match="2 are promised to orders"):
        import_supply(shop, written(tmp_path, SUPPLY.replace("on_hand: 3", "on_hand: 1")))


def test_orders_of_an_export_leave_from_the_warehouse_that_its_mapping_names(
    shop: Engine, tmp_path: Path
) -> None:
    import_supply(shop, written(tmp_path, SUPPLY))
    orders = written(tmp_path, ORDERS, "orders.csv")
    import_csv(shop, orders, str(written(tmp_path, MAPPING % "BER", "mapping.yaml")))
    with Session(shop) as session:
        assert session.exec(select(Order)).one().warehouse_code == "BER"


def test_an_unknown_warehouse_of_an_order_is_named(shop: Engine, tmp_path: Path) -> None:
    orders = written(tmp_path, ORDERS, "orders.csv")
    with pytest.raises(ImportFailed) as failed:
        import_csv(shop, orders, str(written(tmp_path, MAPPING % "HAM", "mapping.yaml")))
    assert "'HAM' is no warehouse here" in str(failed.value.rows[0])
