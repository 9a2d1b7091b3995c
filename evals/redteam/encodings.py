"""Ways to hide an instruction from whoever looks for words."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

_LOOKALIKES = str.maketrans("aceopxyAEOPCTHK", "асеорхуАЕОРСТНК")


def _braille(text: str) -> str:
    """One cell a byte: its eight dots are the byte's bits."""
    return "".join(chr(0x2800 + byte) for byte in text.encode())


def _zero_width(text: str) -> str:
    return "\u200b".join(text)


ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "braille": _braille,
    "zero-width": _zero_width,
    "homoglyph": lambda text: text.translate(_LOOKALIKES),
    "split": lambda text: text,  # its second half goes into another record
}
