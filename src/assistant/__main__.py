"""``python -m assistant`` is ``orderdesk``."""

from assistant.cli import app

app()
