"""The mapping file: which column of an export holds what, and what its words mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from orderdb.errors import MappingError
from orderdb.money import DecimalMark
from orderdb.statuses import OrderStatus, PaymentMethod

OrderField = Literal[
    "number",
    "customer",
    "customer_name",
    "email",
    "language",
    "currency",
    "channel",
    "warehouse",
    "placed",
    "paid",
    "packed",
    "cancelled",
    "cancel_reason",
    "promised",
    "note",
    "items",
    "discount",
    "shipping",
    "fee",
    "tax",
    "duties",
    "total",
    "refunded",
    "payment_method",
    "recipient",
    "line1",
    "line2",
    "city",
    "region",
    "postal_code",
    "country",
]
LineField = Literal[
    "line_name",
    "line_variant",
    "line_sku",
    "quantity",
    "unit_price",
    "line_discount",
    "line_total",
    "line_shipped",
    "carrier",
    "tracking",
    "handed_over",
    "delivered",
]
SHIPPED = ("shopify", "woocommerce", "youzan")
Cells = dict[str, str]


class Cell(BaseModel):
    """Where a value stands: one column, several joined, the first that is filled, or fixed.

    With ``only``, other words than those count as empty; the words of ``ignore`` do too. A file
    may lack an ``optional`` column.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[str, ...] = ()
    first: bool = False
    value: str = ""
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    optional: bool = False

    @classmethod
    def parse(cls, given: Any) -> Self:
        """``Name``, ``[First name, Last name]``, ``{first: [A, B]}`` or ``{value: web}``."""
        match given:
            case str():
                return cls(columns=(given,))
            case list():
                return cls(columns=_words(given))
            case {"first": [*names], **rest} if not rest:
                return cls(columns=_words(names), first=True)
            case {"first": [*names], "ignore": [*ignored], **rest} if not rest:
                return cls(columns=_words(names), first=True, ignore=_words(ignored))
            case {"column": str(name), "only": [*words], **rest} if not rest:
                return cls(columns=(name,), only=_words(words))
            case {"optional": str(name), **rest} if not rest:
                return cls(columns=(name,), optional=True)
            case {"value": value, **rest} if not rest:
                return cls(value=str(value))
        raise ValueError(
            f"{given!r} is none of: a column, a list of columns, "
            "{first: [columns], ignore: [words]}, {column: name, only: [words]}, "
            "{optional: column}, {value: text}"
        )

    def read(self, cells: Cells) -> str:
        if not self.columns:
            return self.value
        found = [cells.get(name, "").strip() for name in self.columns]
        found = [word for word in found if word and word not in self.ignore]
        if self.only:
            found = [word for word in found if word in self.only]
        if self.first:
            return found[0] if found else ""
        return " ".join(found)

    @property
    def label(self) -> str:
        """What a bad row calls it."""
        return " / ".join(self.columns) or "mapping"


class StatusRule(BaseModel):
    """The state of an order whose cells are all as ``when`` says; ``*`` is anything but empty.

    ``no_order``: what stands there is a draft, of which no order is made.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    when: dict[str, str | list[str]] = Field(default_factory=dict)
    status: OrderStatus | Literal["no_order"] = Field(alias="is")

    def fits(self, cells: Cells) -> bool:
        for column, wanted in self.when.items():
            words = [wanted] if isinstance(wanted, str) else wanted
            cell = cells[column].strip()
            if cell not in words and not (cell and "*" in words):
                return False
        return True


class Mapping(BaseModel):
    """How to read one kind of export; the file ``docs/importing.md`` explains each key."""

    model_config = ConfigDict(extra="forbid")

    rows: Literal["order", "line"] = "line"
    encoding: str | None = None
    separator: str | None = None
    decimal: DecimalMark = "."
    time_zone: str = "UTC"
    customer_time_zone: str | None = None
    dates: tuple[str, ...] = ("iso",)
    currency: str = ""
    language: str = "en"
    channel: str = "web"
    guests: bool = False
    columns: dict[OrderField | LineField, Any]
    status: tuple[StatusRule, ...]
    payment_methods: dict[str, PaymentMethod] = Field(default_factory=dict)

    @field_validator("columns")
    @classmethod
    def _cells(cls, given: dict[str, Any]) -> dict[str, Cell]:
        for needed in ("number", "customer"):
            if needed not in given:
                raise ValueError(f"{needed!r} must be mapped")
        return {name: Cell.parse(cell) for name, cell in given.items()}

    @field_validator("time_zone", "customer_time_zone")
    @classmethod
    def _zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{given!r} is no time zone such as Europe/Berlin") from None
        return given

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """Read a mapping file, or one of the shipped ones by name; raises MappingError."""
        try:
            return cls.model_validate(_given(name_or_path))
        except ValidationError as error:
            said = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise MappingError(f"{name_or_path}: {'; '.join(said)}") from None

    def cell(self, field: str) -> Cell | None:
        found: Cell | None = self.columns.get(field)  # type: ignore[call-overload]
        return found

    def names(self) -> set[str]:
        """Every column that a file must have."""
        named = {
            name for cell in self.columns.values() if not cell.optional for name in cell.columns
        }
        return named | {name for rule in self.status for name in rule.when}

    def moment(self, text: str) -> datetime:
        """A time as this export writes it; without a zone it is the shop's."""
        for form in self.dates:
            try:
                read = (
                    datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)
                )
            except ValueError:
                continue
            return (
                read if read.tzinfo else read.replace(tzinfo=ZoneInfo(self.time_zone))
            ).astimezone(UTC)
        raise ValueError(f"{text!r} is no time like {' or '.join(self.dates)}")

    def day(self, text: str) -> date:
        return self.moment(text).astimezone(ZoneInfo(self.time_zone)).date()


def _words(given: list[Any]) -> tuple[str, ...]:
    return tuple(str(word) for word in given)


def _given(name_or_path: str | Path) -> Any:
    """What a mapping file says, on top of the one that it ``extends``."""
    shipped = files("orderdb.importers") / "mappings" / f"{name_or_path}.yaml"
    source = shipped if shipped.is_file() else Path(name_or_path)
    try:
        # Texts only: a column may well be called No, which YAML else takes for "false".
        given = yaml.load(source.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    except OSError as error:
        raise MappingError(f"{name_or_path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise MappingError(f"{name_or_path}: {error}") from None
    if not isinstance(given, dict) or "extends" not in given:
        return given
    name = given.pop("extends")
    if name not in SHIPPED:
        raise MappingError(f"{name_or_path}: extends: {name!r} is none of {', '.join(SHIPPED)}")
    return _on_top(given, _given(name))


def _on_top(given: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Own keys win; columns and ways of paying are added, and own states are tried first."""
    merged = base | given
    for key, below in base.items():
        match given.get(key), below:
            case dict() as own, dict():
                merged[key] = below | own
            case list() as own, list() if key == "status":
                merged[key] = own + below
    return merged
