"""Order numbers as people type them: `#a20031`, `A 20031`, `Ａ２００３１` are all A20031."""

import unicodedata


def number_key(text: str) -> str:
    """What an order is looked up by: letters and digits only, in upper case, NFKC.

    Empty when the text holds neither; no order has such a key.
    """
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(character for character in upper if character.isalnum())
