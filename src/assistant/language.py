"""Which of the two languages a message is in."""

from __future__ import annotations

import re

from orderdb.text import Language

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_NAME = re.compile(r"https?://\S+|\S+\.[A-Za-z]\w{1,3}(?!\w)")
_WORD = re.compile(r"[A-Za-z]{2,}")


def language_of(message: str, otherwise: str) -> Language:
    """The message's language; ``otherwise`` when it has no words (a number, an emoji).

    A Chinese character carries about as much as an English word, so both are counted, and a
    message with a few Latin names in Chinese text is Chinese. Links and file names tell nothing.
    """
    message = _NAME.sub(" ", message)
    han, words = len(_HAN.findall(message)), len(_WORD.findall(message))
    if han == words == 0:
        return "zh" if otherwise.startswith("zh") else "en"
    return "zh" if han >= words else "en"
