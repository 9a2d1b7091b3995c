"""Which variant an item is to become: by its colour, its size, or the whole of its name."""

from __future__ import annotations

import re

from assistant.asking.claims import sends_photos
from assistant.asking.items import called
from assistant.asking.naming import by_place
from assistant.asking.slot import Question, Slot, Stand, choices, option
from assistant.asking.traits import wanted
from assistant.calls import Piece, Values
from orderdb.text import Text

_MOST_SHOWN = 8


def read_variant(message: str, asked: bool, stand: Stand) -> Values | None:
    """The variant that a message names, put to the item that was named before."""
    if not stand.pieces or sends_photos(message):
        return None  # "lamp-black.png" shows what came
    piece = stand.pieces[0]
    line = stand.purchase.line(piece.item)
    offered = stand.purchase.variants(line)
    chosen = wanted(message, line, offered)
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
    into = _INTO.search(stand.said)
    if into and stand.purchase.another_product(into["en"] or into["zh"], line):
        return Question(_SAME_PRODUCT, instead=True, rule=_OTHER_PRODUCT)
    gone = wanted(stand.said, line, stand.purchase.all_variants(line))
    if gone is not None and gone.id in {one.id for one in offered}:
        gone = None
    if not offered:
        return Question(_NONE, person=True, instead=gone is not None)
    name = called(line)
    asked = Text(
        en=f"What should {name.en} become? In stock:", zh=f"请问{name.zh}要换成哪一款？有现货的："
    )
    if gone is not None:
        asked = Text(
            en=f"{line.name.en} is not in stock in {gone.name.en}. In stock:",
            zh=f"{line.name.zh or line.name.en}的{gone.name.zh or gone.name.en}目前缺货。"
            "有现货的：",
        )
    names = [one.name if one.name.en else Text(en=one.sku, zh=one.sku) for one in offered]
    options = tuple(option(one) for one in names)
    return Question(choices(asked, names), options, instead=gone is not None)


def in_stock(name: Text) -> Text:
    """The words before the variants of an item that is called so."""
    return Text(en=f"Of {name.en} there are in stock:", zh=f"{name.zh}目前有现货的款式：")


_SAME_PRODUCT = Text(
    en="I'm afraid not: it can only become another variant of the same product.",
    zh="抱歉，不可以：只能换成同一商品的其他款式。",
)
_INTO = re.compile(
    r"\b(?:exchang\w*|swap\w*|chang\w*|trad\w*|replac\w*)\b.*\b(?:for|to|into|with|by)\b(?P<en>.+)"
    r"|[换換改](?:成|为|為|个|個)(?P<zh>.+)",
    re.IGNORECASE,
)
_OTHER_PRODUCT = "exchange for a different product, 换成其他商品"
_NONE = Text(
    en="No other variant of it is in stock. It can be returned instead, or a person can look at "
    "it.",
    zh="目前没有其他款式的现货。可以改为退货，也可以转人工客服处理。",
)

VARIANT = Slot(read_variant, ask_variant)
