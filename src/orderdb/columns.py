"""Column types shared by all tables: UTC times, checked enums, and what one tells the other."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Enum, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on SQLite too (which keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} carries no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(enum: type[StrEnum], name: str) -> Enum:
    """A text column of ``enum``'s values, which ``check_choices`` lets the database check."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
        length=24,
    )


def check_choices(metadata: MetaData) -> None:
    """Add to each table of ``metadata`` a CHECK constraint for each of its ``one_of`` columns.

    Not as ``status IN ('a', 'b')``, which SQLAlchemy would write: SQLite builds the list of an IN
    anew for every row, and scans alone would take twice as long to write.
    """
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum):
                choices = " OR ".join(f"{column.name} = '{value}'" for value in column.type.enums)
                table.append_constraint(CheckConstraint(choices, name=column.type.name))


Json = JSON(none_as_null=True)
Minor = BigInteger()  # amounts: 32 bits end at 21 million rupiah
JsonObject = dict[str, Any]
