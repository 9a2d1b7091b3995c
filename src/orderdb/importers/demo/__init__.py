"""A shop to try things on: generated, the same for the same seed, size and day."""

from orderdb.importers.demo.shop import import_demo, snapshot
from orderdb.importers.demo.stories import Story, stories

__all__ = ["Story", "import_demo", "snapshot", "stories"]
