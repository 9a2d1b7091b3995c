"""What delivery estimates have learnt, and what a shop says of its own days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field, SQLModel

from orderdb.columns import UtcDateTime


class DeliveryModel(SQLModel, table=True):
    """What was learnt from the deliveries of a stretch of days; the newest one is used.

    ``content`` is JSON, read by ``orderdb.delivery.learning.learnt``.
    """

    __tablename__ = "delivery_models"
    __table_args__ = (CheckConstraint("data_from <= data_to", name="ck_delivery_models_range"),)

    id: int | None = Field(default=None, primary_key=True)
    trained_at: datetime = Field(sa_type=UtcDateTime)
    data_from: date
    data_to: date
    deliveries: int
    content: str = Field(sa_type=Text)


class Closure(SQLModel, table=True):
    """Days on which a warehouse sends nothing: stocktaking, moving, a long holiday.

    Without a warehouse it is the whole shop that is closed.
    """

    __tablename__ = "closures"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="ck_closures_days"),)

    id: int | None = Field(default=None, primary_key=True)
    warehouse_code: str | None = Field(default=None, foreign_key="warehouses.code")
    first_day: date
    last_day: date


class Component(SQLModel, table=True):
    """A part that a variant made to order is assembled from.

    A part that is not ``in_stock`` takes ``min_days`` to ``max_days`` working days to come;
    assembling begins when the last one is there.
    """

    __tablename__ = "components"
    __table_args__ = (
        CheckConstraint("min_days >= 0 AND max_days >= min_days", name="ck_components_days"),
    )

    variant_id: int = Field(foreign_key="variants.id", primary_key=True)
    part: str = Field(primary_key=True, max_length=64)
    in_stock: bool = False
    min_days: int = 0
    max_days: int = 0
