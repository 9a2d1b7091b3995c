"""Who buys, and where it goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from orderdb.columns import UtcDateTime, one_of
from orderdb.statuses import Tier


class Customer(SQLModel, table=True):
    """A customer under the shop's own id, which is the ``sub`` of the session token."""

    __tablename__ = "customers"

    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=120)
    email: str | None = Field(default=None, max_length=254)
    language: str = Field(default="en", max_length=8)
    time_zone: str = Field(default="UTC", max_length=40)
    country: str | None = Field(default=None, max_length=2)
    tier: Tier = Field(default=Tier.NONE, sa_type=one_of(Tier, "customer_tier"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Address(SQLModel, table=True):
    """Where an order goes. Rows never change: a new address is a new row, so orders keep theirs.

    Only ``is_default`` moves: it marks the one address that the customer's account holds.
    """

    __tablename__ = "addresses"
    __table_args__ = (
        Index(
            "uq_addresses_default",
            "customer_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customers.id", index=True, max_length=64)
    recipient: str = Field(max_length=120)
    line1: str = Field(max_length=200)
    line2: str = Field(default="", max_length=200)
    city: str = Field(max_length=100)
    region: str = Field(default="", max_length=100)
    postal_code: str = Field(default="", max_length=20)
    country: str = Field(max_length=2)
    is_default: bool = False
