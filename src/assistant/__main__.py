"""``python -m assistant`` is ``orderdesk``."""

from assistant.cli import app

if __name__ == "__main__":  # a worker imports it, too
    app()
