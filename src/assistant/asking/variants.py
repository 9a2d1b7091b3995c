"""Which variant an item is to become: by its colour, its size, or the whole of its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.asking.items import called
from assistant.asking.naming import by_place, parted, plain
from assistant.asking.slot import Question, Slot, Stand, choices, option
from assistant.calls import Piece, Values
from orderdb.models import Variant
from orderdb.text import Text
from orderdb.views import LineView

_MOST_SHOWN = 8
_TRAIT = re.compile(r"\s*[,，/·;；、]\s*")
_COLOUR_ZH = re.compile(r"(?<=.)色$")


def read_variant(message: str, asked: bool, stand: Stand) -> Values | None:
    """The variant that a message names, put to the item that was named before."""
    if not stand.pieces:
        return None
    piece = stand.pieces[0]
    line = stand.purchase.line(piece.item)
    offered = stand.purchase.variants(line)
    chosen = _named(parted(message)[1], line, offered) or _named(plain(message), line, offered)
    if chosen is None and asked:
        places = by_place(message, len(offered[:_MOST_SHOWN]))
        chosen = offered[places[0]] if len(places) == 1 else None
    if chosen is None:
        return None
    return {"items": (Piece(piece.item, piece.quantity, chosen.name.en or chosen.sku),)}


def ask_variant(stand: Stand) -> Question:
    """The variants in stock; where there is none, what can be done instead."""
    line = stand.purchase.line(stand.pieces[0].item)
    offered = stand.purchase.variants(line)[:_MOST_SHOWN]
    if not offered:
        return Question(_NONE, person=True)
    name = called(line)
    asked = Text(
        en=f"What should {name.en} become? In stock:", zh=f"请问{name.zh}要换成哪一款？有现货的："
    )
    names = [one.name if one.name.en else Text(en=one.sku, zh=one.sku) for one in offered]
    return Question(choices(asked, names), tuple(option(one) for one in names))


def _named(words: str, line: LineView, offered: Sequence[Variant]) -> Variant | None:
    """The only variant with the most traits in the words.

    What the words leave open stays as it is: a red M becomes the blue M where blue is said.
    """
    has = _traits(line.variant.en, line.variant.zh) if line.variant else []
    scored = []
    for one in offered:
        traits = _traits(one.name.en, one.name.zh)
        said = sum(_stands(trait, words) for trait in traits)
        kept = sum(trait in has for trait in traits)
        scored.append((said, kept, one))
    most = max((said for said, _, _ in scored), default=0)
    if not most:
        return None
    best = max(kept for said, kept, _ in scored if said == most)
    found = [one for said, kept, one in scored if (said, kept) == (most, best)]
    return found[0] if len(found) == 1 else None


def _traits(en: str, zh: str) -> list[tuple[str, str]]:
    """Each trait in both languages; ``red, 1.5 L`` has two."""
    first, second = _TRAIT.split(en.lower()), _TRAIT.split(zh.lower())
    if len(first) != len(second):
        second = first
    return [pair for pair in zip(first, second, strict=True) if any(pair)]


def _stands(trait: tuple[str, str], words: str) -> bool:
    en, zh = trait
    pattern = r"\s*".join(re.escape(part) for part in en.split())
    if pattern and re.search(rf"(?<![a-z0-9.]){pattern}(?![a-z0-9])", words):
        return True
    return bool(zh) and not zh.isascii() and _COLOUR_ZH.sub("", zh) in words


_NONE = Text(
    en="No other variant of it is in stock. It can be returned instead, or a person can look at "
    "it.",
    zh="目前没有其他款式的现货。可以改为退货，也可以转人工客服处理。",
)

VARIANT = Slot(read_variant, ask_variant)
