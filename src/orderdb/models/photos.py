"""Photos that customers sent as evidence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from orderdb.columns import UtcDateTime


class Photo(SQLModel, table=True):
    """One picture, encoded anew by us: a JPEG without what a camera wrote beside the pixels.

    ``name`` is what a customer's message and a claim call it by.
    """

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_conversation", "conversation_id"),
        Index("ix_photos_customer", "customer_id", "created_at"),
    )

    name: str = Field(primary_key=True, max_length=40)
    customer_id: str = Field(foreign_key="customers.id", max_length=64)
    conversation_id: str = Field(foreign_key="conversations.id", max_length=36)
    jpeg: bytes
    sha256: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
