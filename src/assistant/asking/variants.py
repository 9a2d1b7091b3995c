"""Which variant an item is to become: by its colour, its size, or the whole of its name."""

from __future__ import annotations

from assistant.asking.items import called
from assistant.asking.naming import by_place
from assistant.asking.slot import Question, Slot, Stand, choices, option
from assistant.asking.traits import wanted
from assistant.calls import Piece, Values
from orderdb.text import Text

_MOST_SHOWN = 8


def read_variant(message: str, asked: bool, stand: Stand) -> Values | None:
    """The variant that a message names, put to the item that was named before."""
    if not stand.pieces:
        return None
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


_NONE = Text(
    en="No other variant of it is in stock. It can be returned instead, or a person can look at "
    "it.",
    zh="目前没有其他款式的现货。可以改为退货，也可以转人工客服处理。",
)

VARIANT = Slot(read_variant, ask_variant)
