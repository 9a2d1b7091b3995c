"""An order goes in whole or is put aside whole, in a file that goes in again once mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb.errors import ImportRefused
from orderdb.importers import import_csv
from orderdb.models import Order, OrderLine

MAPPING = """
rows: line
encoding: cp1252
separator: ";"
currency: EUR
columns: {number: No, customer: Who, line_name: What, unit_price: Price}
status: [{is: paid}]
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def export(tmp_path: Path, *rows: str, header: str = "No;Who;What;Price") -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("".join(f"{row}\n" for row in (header, *rows)), encoding="cp1252")
    return path


def kept(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return sorted(session.exec(select(Order.number)))


def test_a_row_of_the_wrong_length_rejects_its_whole_order(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    path = export(tmp_path, "1;a;Käse;1.00", "1;a;Brot;2.00;x", "2;b;Öl;3.00", "3;c;Tee")
    report = import_csv(sqlite_engine, path, mapping, skip_bad=True)
    assert kept(sqlite_engine) == ["2"]
    assert [(bad.line, bad.column) for bad in report.rejected] == [(3, "row"), (5, "row")]


def test_the_reject_file_is_written_as_the_export_was_and_goes_in_once_mended(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    path = export(tmp_path, "1;a;Käse;1.00", "1;a;Brot;2.00;x")
    aside = import_csv(sqlite_engine, path, mapping, skip_bad=True).reject_file
    assert aside is not None
    assert aside.read_text(encoding="cp1252").splitlines() == [
        "reason;No;Who;What;Price",
        "belongs to an order with a bad row;1;a;Käse;1.00",
        "row: has 5 cells where the header has 4;1;a;Brot;2.00;x",
    ]
    assert import_csv(sqlite_engine, aside, mapping, skip_bad=True).rejected
    aside.write_text(aside.read_text(encoding="cp1252").replace(";x", ""), encoding="cp1252")
    assert import_csv(sqlite_engine, aside, mapping).orders_added == 1
    with Session(sqlite_engine) as session:
        assert session.exec(select(OrderLine.name_en)).all() == ["Käse", "Brot"]


@pytest.mark.parametrize("stray", ["b;2;Öl", "b;;Öl;3.00"])
def test_a_row_of_no_certain_order_rejects_the_orders_beside_it(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path, stray: str
) -> None:
    rows = "a;0;Salz;1.00", "a;1;Käse;1.00", stray, "c;3;Tee;1.00", "d;4;Ei;1.00"
    path = export(tmp_path, *rows, header="Who;No;What;Price")
    report = import_csv(sqlite_engine, path, mapping, skip_bad=True)
    assert kept(sqlite_engine) == ["0", "4"]
    assert "line 4, of no certain order, may belong to this one" in report.rejected[-1].reason


def test_nothing_is_kept_where_the_bad_rows_cannot_be_written(
    sqlite_engine: Engine, tmp_path: Path, mapping: Path
) -> None:
    path = export(tmp_path, "1;a;Käse;1.00", "2;b;Öl;x")
    for nowhere in (tmp_path / "missing" / "aside.csv", tmp_path):
        with pytest.raises(ImportRefused, match="nothing was imported"):
            import_csv(sqlite_engine, path, mapping, skip_bad=True, reject_path=nowhere)
    assert kept(sqlite_engine) == []
