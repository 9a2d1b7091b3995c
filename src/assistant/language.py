"""Which of the two languages a message is in."""

from __future__ import annotations

import re

from orderdb.text import Language

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_NAME = re.compile(r"https?://\S+|\S+\.[A-Za-z]\w{1,3}(?!\w)")
_WORD = re.compile(r"(?<![A-Za-zÀ-ÿ\d])[A-Za-zÀ-ÿ]{2,}(?![A-Za-zÀ-ÿ\d])")
_OF_BOTH = re.compile(
    r"ok(?:ay)?|hi|hey|hello|bye|sorry|pls|plz|thx|app|vip|dhl|ups|sf|paypal|alipay|wechat|visa",
    re.IGNORECASE,
)
"""Words that are written in both languages."""


def language_of(message: str, otherwise: str) -> Language:
    """The message's language; ``otherwise`` when it has no words (a number, an emoji).

    A Chinese character carries about as much as an English word, so both are counted, and a
    message with a few Latin names in Chinese text is Chinese. Links and file names tell nothing;
    neither do "ok", a code, or names around a number: an address is written the same in both.
    """
    message = _NAME.sub(" ", message)
    found = [one for one in _WORD.findall(message) if not _OF_BOTH.fullmatch(one)]
    if any(map(str.isdigit, message)) and all(one[0].isupper() for one in found):
        found = []
    han, words = len(_HAN.findall(message)), len(found)
    if han == words == 0:
        return "zh" if otherwise.startswith("zh") else "en"
    return "zh" if han >= words else "en"
