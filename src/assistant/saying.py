"""What a text says, as far as one pattern tells."""

from __future__ import annotations

import re
from collections.abc import Callable


def says(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds the pattern somewhere, in either case."""
    words = re.compile(pattern, re.IGNORECASE)
    return lambda text: words.search(text) is not None
