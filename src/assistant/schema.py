"""No start on tables of another version."""

from __future__ import annotations

from assistant.settings import ConfigurationError, Settings
from orderdb.database import open_engine
from orderdb.schema_version import is_current


class SchemaOutdated(ConfigurationError):
    """The database is not at the newest migration."""


def require_current_schema(settings: Settings) -> None:
    """Raises SchemaOutdated, which says what to run."""
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database)
    try:
        if not is_current(engine):
            where = engine.url.render_as_string(hide_password=True)
            raise SchemaOutdated(
                f"The tables at {where} are not those of this version. Run `orderdesk migrate`."
            )
    finally:
        engine.dispose()
