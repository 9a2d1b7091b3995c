"""``orderdesk migrate``."""

from __future__ import annotations

from assistant.commands.console import console
from assistant.settings import Settings
from orderdb import migrations


def migrate(settings: Settings) -> None:
    """Create or upgrade the tables."""
    settings.data.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database)
    console.print("The tables are those of this version.")
