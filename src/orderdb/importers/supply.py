"""What delivery dates depend on beside orders: warehouses, carriers, closures, parts, stock.

A shop writes it down in one YAML file (docs/importing.md); the file is the whole truth of what it
names: importing it again changes nothing, and closures and parts that it leaves out are gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from orderdb.errors import MappingError
from orderdb.models import Carrier, CarrierTransit, Closure, Component, Stock, Variant, Warehouse
from orderdb.yaml_text import read_yaml

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Days = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
"""Fewest and most working days."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is no time zone such as Europe/Berlin") from None
    return name


def _ordered(days: Days) -> Days:
    if days[0] > days[1]:
        raise ValueError("the fewest days come first")
    return days


SpanOfDays = Annotated[Days, AfterValidator(_ordered)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SupplyWarehouse(_Part):
    name: str = Field(default="", max_length=80)
    country: Country
    region: str = Field(default="", max_length=100)
    time_zone: Annotated[str, AfterValidator(_zone)]
    cutoff_hour: int = Field(default=14, ge=0, le=23)
    saturday: bool = False
    sunday: bool = False


class Transit(_Part):
    """Days from hand-over to door that a carrier states."""

    origin: Country
    destination: Country
    days: SpanOfDays


class SupplyCarrier(_Part):
    name: str = Field(default="", max_length=80)
    saturday: bool = False
    sunday: bool = False
    transits: tuple[Transit, ...] = ()


class ClosedDays(_Part):
    """Without a warehouse the whole shop is closed; both days are."""

    warehouse: str | None = None
    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_sequence(self) -> Self:
        if self.first_day > self.last_day:
            raise ValueError("the last day lies before the first")
        return self


class Made(_Part):
    """A part of what is made to order; ``days`` until it comes, where it is not in stock."""

    variant: str
    part: str = Field(max_length=64)
    in_stock: bool = False
    days: SpanOfDays = (0, 0)


class Kept(_Part):
    """``reserved`` pieces are promised to open orders; unsaid, it stays as it is known here."""

    variant: str
    warehouse: str
    on_hand: int = Field(ge=0)
    reserved: int | None = Field(default=None, ge=0)
    restock_on: date | None = None


class Supply(_Part):
    """The file; raises MappingError for what is wrong in it, by name."""

    warehouses: dict[Annotated[str, Field(max_length=16)], SupplyWarehouse] = {}
    carriers: dict[Annotated[str, Field(max_length=24)], SupplyCarrier] = {}
    closures: tuple[ClosedDays, ...] = ()
    components: tuple[Made, ...] = ()
    stock: tuple[Kept, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        try:
            given = read_yaml(path.read_text(encoding="utf-8"))
            return cls.model_validate(given or {})
        except OSError as error:
            raise MappingError(f"{path}: {error.strerror or error}") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise MappingError(f"{path}: {error}") from None
        except ValidationError as error:
            said = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise MappingError(f"{path}: {'; '.join(said)}") from None


def import_supply(engine: Engine, path: Path) -> int:
    """Bring the tables to the file, all of it or nothing; returns how many rows changed.

    Raises MappingError for a file that cannot be read, or that names what the shop does not have.
    """
    supply = Supply.load(path)
    with (
        engine.connect().execution_options(orderdb_writing=True) as connection,
        connection.begin(),
        Session(connection) as session,
    ):
        changed = _Bringing(session, str(path)).bring(supply)
        session.commit()
    return changed


class _Bringing:
    def __init__(self, session: Session, path: str) -> None:
        self._session = session
        self._path = path
        self._changed = 0

    def bring(self, supply: Supply) -> int:
        for code, one in supply.warehouses.items():
            self._warehouse(code, one)
        for code, carrier in supply.carriers.items():
            self._carrier(code, carrier)
        self._session.flush()
        self._known_warehouses([one.warehouse for one in supply.closures])
        self._known_warehouses([one.warehouse for one in supply.stock])
        self._closures(supply.closures)
        skus = {one.variant for one in supply.components}
        variants = self._variants(skus | {one.variant for one in supply.stock})
        self._components(supply.components, variants)
        for kept in supply.stock:
            place = {"variant_id": variants[kept.variant], "warehouse_code": kept.warehouse}
            self._stock(place, kept)
        self._session.flush()
        return self._changed

    def _warehouse(self, code: str, one: SupplyWarehouse) -> None:
        values = one.model_dump(exclude={"saturday", "sunday"}) | {"name": one.name or code}
        works = {"works_saturday": one.saturday, "works_sunday": one.sunday}
        self._put(Warehouse, {"code": code}, values | works)

    def _carrier(self, code: str, carrier: SupplyCarrier) -> None:
        values = {"delivers_saturday": carrier.saturday, "delivers_sunday": carrier.sunday}
        self._put(Carrier, {"code": code}, {"name": carrier.name or code, **values})
        self._session.flush()
        for way in carrier.transits:
            place = {"carrier_code": code, "origin": way.origin, "destination": way.destination}
            self._put(CarrierTransit, place, {"min_days": way.days[0], "max_days": way.days[1]})

    def _closures(self, wanted: Iterable[ClosedDays]) -> None:
        missing = {(one.warehouse, one.first_day, one.last_day) for one in wanted}
        for row in self._session.exec(select(Closure)).all():
            key = (row.warehouse_code, row.first_day, row.last_day)
            if key in missing:
                missing.remove(key)
            else:
                self._session.delete(row)
                self._changed += 1
        for code, first, last in sorted(missing, key=str):
            self._session.add(Closure(warehouse_code=code, first_day=first, last_day=last))
            self._changed += 1

    def _components(self, wanted: Iterable[Made], variants: dict[str, int]) -> None:
        parts = {(variants[one.variant], one.part): one for one in wanted}
        for row in self._session.exec(select(Component)).all():
            if (row.variant_id, row.part) not in parts:
                self._session.delete(row)
                self._changed += 1
        for (variant, part), one in parts.items():
            values = {"in_stock": one.in_stock, "min_days": one.days[0], "max_days": one.days[1]}
            self._put(Component, {"variant_id": variant, "part": part}, values)

    def _stock(self, place: dict[str, Any], kept: Kept) -> None:
        known = self._session.get(Stock, tuple(place.values()))
        reserved = kept.reserved
        if reserved is None:
            reserved = known.reserved if known is not None else 0
        if reserved > kept.on_hand:
            raise MappingError(
                f"{self._path}: stock: {kept.variant} in {kept.warehouse}: {reserved} are "
                f"promised to orders, so {kept.on_hand} on hand cannot be"
            )
        values = {"on_hand": kept.on_hand, "reserved": reserved, "restock_on": kept.restock_on}
        self._put(Stock, place, values)

    def _known_warehouses(self, named: Iterable[str | None]) -> None:
        known = {None, *self._session.exec(select(Warehouse.code))}
        if unknown := sorted({str(one) for one in named if one not in known}):
            raise MappingError(f"{self._path}: there is no warehouse {', '.join(unknown)}")

    def _variants(self, skus: set[str]) -> dict[str, int]:
        rows = self._session.exec(select(Variant.sku, Variant.id).where(col(Variant.sku).in_(skus)))
        found = {sku: number for sku, number in rows if number is not None}
        if unknown := sorted(skus - found.keys()):
            raise MappingError(f"{self._path}: there is no variant {', '.join(unknown)}")
        return found

    def _put(self, table: type[SQLModel], place: dict[str, Any], values: dict[str, Any]) -> None:
        known = self._session.get(table, tuple(place.values()))
        if known is None:
            self._session.add(table(**place, **values))
            self._changed += 1
            return
        new = {name: value for name, value in values.items() if getattr(known, name) != value}
        for name, value in new.items():
            setattr(known, name, value)
        self._changed += bool(new)
