"""Order numbers as people type them: `#a20031`, `A 20031`, `Ａ２００３１` are all A20031."""

import re
import unicodedata


def number_key(text: str) -> str:
    """What an order is looked up by: letters and digits only, in upper case, NFKC.

    Empty when the text holds neither; no order has such a key.
    """
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(character for character in upper if character.isalnum())


def is_named(key: str, words: str) -> bool:
    """Whether words name an order as a whole, by its key: not as a part of a longer number."""
    if not key or key not in number_key(words):
        return False
    plain = unicodedata.normalize("NFKC", words).upper()
    apart = r"[\s-]?".join(map(re.escape, key))
    return re.search(rf"(?<![A-Z0-9]){apart}(?![A-Z0-9])", plain) is not None
