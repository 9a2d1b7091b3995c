"""What was brought in from where."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, UtcDateTime


class ImportRun(SQLModel, table=True):
    """One import that changed something; ``detail`` holds its parameters and counts."""

    __tablename__ = "import_runs"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True, max_length=24)
    name: str = Field(default="", max_length=200)
    detail: JsonObject = Field(default_factory=dict, sa_type=Json)
    finished_at: datetime = Field(sa_type=UtcDateTime)
