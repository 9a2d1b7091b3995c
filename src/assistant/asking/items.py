"""Which items of an order a change is about, and how many pieces of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from assistant.asking.keeping import parted_by_keeping, singled_out
from assistant.asking.naming import by_place, item_numbers, means_all, named, parted, plain
from assistant.asking.slot import Option, Question, Slot, Stand, choices, option
from assistant.asking.traits import wanted
from assistant.calls import Piece, Values
from assistant.saying import says
from orderdb.text import Text
from orderdb.views import LineView

_MOST_SHOWN = 6
_MISSING = "report_missing"
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ZH = {"一": 1, "两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_PIECES = re.compile(
    r"\b(?:only |just )?(one|two|three|four|five|six|\d{1,2}) (?:of (?:the|them|my|these|those)\b"
    r"|pieces?\b|pcs\b|x\b)|\b(?:only|just) (one|two|three|four|five|six|\d{1,2})\b(?! left)"
    r"|([一两兩二三四五六]|\d{1,2})[个個件只隻双雙条條本盒套]"
)
_PART = re.compile(
    r"\b(?:only|just|out of|remove|take|drop|delete|leave out|without|part of|the rest"
    r"|keep(?:ing)?|except|everything but|all but|apart from)\b"
    r"|\bfrom (?:it|the order|my order|this order)?\W*$"
    r"|\b(?:item|one of)\b|只|去掉|拿掉|删|刪|里的|裡的|其中|不要|其[他它余餘]|别的|第.件|一件"
)


def read_items(message: str, asked: bool, stand: Stand) -> Values | None:
    """The items that a message names; with ``asked`` by a bare place, too."""
    lines = stand.purchase.order.lines
    message = _of_one(message, lines)
    parts = parted_by_keeping(message, reported=stand.action in ("report_damaged", _MISSING))
    found = _lines(message, parts, asked, lines, stand.purchase.possible(stand.action))
    return {"items": tuple(_piece(message, line) for line in found)} if found else None


def pieced_items(messages: Sequence[str], stand: Stand) -> Values | None:
    """The items named before with those that later words add: "the mug, too"."""
    found: tuple[Piece, ...] = ()
    added = False
    for one in messages:
        pieces = Stand(stand.purchase, stand.action, read_items(one, False, stand) or {}).pieces
        named_now = {piece.item for piece in pieces}
        if pieces and found and _TOO.search(plain(one)):
            pieces = (*(piece for piece in found if piece.item not in named_now), *pieces)
            added = True
        found = pieces or found
    return {"items": found} if added else None


_TOO = re.compile(r"\b(?:too|as well|also)\b|也|另外还?|再加上")


def read_item(message: str, asked: bool, stand: Stand) -> Values | None:
    """The one item to be swapped; what it becomes is not what it is."""
    before, _ = parted(message)
    found = (
        _singled(before, asked, stand)
        or _by_variant(message, stand)
        or read_items(message, asked, stand)
    )
    return found if found and len(Stand(stand.purchase, stand.action, found).pieces) == 1 else None


def _singled(message: str, asked: bool, stand: Stand) -> Values | None:
    """The items named; of several that in the last clause: "the order with the throw, the mug"."""
    found = read_items(message, asked, stand)
    *_, last = re.split(r"[,，]\s*|(?<=[\u3400-\u9fff])\s+", message.strip())
    if found and last and len(Stand(stand.purchase, stand.action, found).pieces) > 1:
        alone = read_items(last, asked, stand)
        return alone if alone and not means_all(message) else found
    return found


def _by_variant(message: str, stand: Stand) -> Values | None:
    """The only item that comes in what is wanted: "I'd prefer red"."""
    fitting = [
        line
        for line in stand.purchase.possible(stand.action)
        if wanted(message, line, stand.purchase.all_variants(line)) is not None
    ]
    return {"items": (_piece(message, fitting[0]),)} if len(fitting) == 1 else None


def only_item(stand: Stand) -> Values | None:
    """The one item that it can be."""
    possible = stand.purchase.possible(stand.action)
    return {"items": (Piece(possible[0].position),)} if len(possible) == 1 else None


def only_swappable(stand: Stand) -> Values | None:
    """The one item that comes in another variant, or that there is at all."""
    lines = _swappable(stand)
    return {"items": (Piece(lines[0].position),)} if len(lines) == 1 else None


def _swappable(stand: Stand) -> Sequence[LineView]:
    """Items that come in another variant; where none does, all that are possible."""
    possible = stand.purchase.possible(stand.action)
    return [line for line in possible if stand.purchase.variants(line)] or possible


def ask_items(stand: Stand, words: Text, *, one: bool = False) -> Question:
    """``words``, with the items to choose from and, unless ``one``, all of them."""
    possible = _swappable(stand) if one else stand.purchase.possible(stand.action)
    lines = possible[:_MOST_SHOWN]
    names = [called(line) for line in lines]
    options: list[Option] = [option(name) for name in names]
    if one:
        return Question(choices(words, names), tuple(options))
    every = option(_ALL_OF_THEM)
    return Question(choices(words, names, _ALL_OF_THEM), (*options, every))


def called(line: LineView) -> Text:
    """``Kettle (red)``."""
    name, variant = line.name, line.variant
    if variant is None or not variant.en:
        return Text(en=name.en, zh=name.zh or name.en)
    return Text(en=f"{name.en} ({variant.en})", zh=f"{name.zh or name.en}（{variant.zh}）")


def _lines(
    message: str,
    parts: tuple[str, str],
    asked: bool,
    lines: Sequence[LineView],
    possible: Sequence[LineView],
) -> list[LineView]:
    names = [_names(line) for line in lines]
    wanted, spared = parts
    if alone := named(singled_out(wanted), names):
        return [lines[index] for index in alone]
    kept = named(spared, names)
    if by_name := [index for index in named(wanted, names) if index not in kept]:
        return [lines[index] for index in by_name]
    if kept:  # "keep the apron, return the rest"
        rest = {line.position for index, line in enumerate(lines) if index not in kept}
        return [line for line in possible if line.position in rest]
    numbers = item_numbers(message)
    if by_number := [line for line in lines if line.position in numbers]:
        return by_number
    if means_all(message):
        return list(possible)
    if asked:
        return [possible[index] for index in by_place(message, len(possible[:_MOST_SHOWN]))]
    return []


def _of_one(message: str, lines: Sequence[LineView]) -> str:
    """Without the goods that name the order: "the mug of my teapot order" is the mug."""
    rest = _ORDER_OF.sub(" ", message)
    return rest if rest != message and named(rest, [_names(line) for line in lines]) else message


_ORDER_OF = re.compile(
    r"\b(?:the|my|that|this) (?:[\w'-]+ ){1,2}(?:order|parcel|package|box|delivery)\b",
    re.IGNORECASE,
)


def _names(line: LineView) -> list[str]:
    full = called(line)
    return [full.en, full.zh]


def _piece(message: str, line: LineView) -> Piece:
    """How many pieces are said, where there are several; all of them otherwise."""
    match = _PIECES.search(plain(message)) if line.quantity > 1 else None
    said = next((one for one in match.groups() if one), "") if match else ""
    count = _NUMBERS.get(said) or _ZH.get(said) or (int(said) if said.isdigit() else 0)
    return Piece(line.position, count if 0 < count < line.quantity else None)


def read_part(message: str, asked: bool, stand: Stand) -> Values | None:
    """Items to be taken out of an order, where only some are meant; nothing means the whole."""
    if not asked and _CANCELS_ALL.search(plain(message)):
        return None  # whatever goods are named as the reason
    if not asked and not _PART.search(plain(message)) and not _cancels_goods(message):
        return None
    found = read_items(message, asked, stand)
    if found is None and asked and means_all(message):
        return {}
    return found


def _cancels_goods(message: str) -> bool:
    """ "Cancel the teapot": goods by name, and no order of which they are one."""
    rest = plain(_ORDER_OF.sub(" ", message))
    return bool(_GOODS_OF.search(rest)) or (
        bool(_CANCELLED.search(rest)) and not _ORDER.search(rest)
    )


_CANCELS_ALL = re.compile(
    r"\b(?:cancel\w*|call off|drop|scrap|stop) (?:(?:the|my|this|that) )?"
    r"(?:whole|entire|complete|full) (?:order|lot|thing|purchase)\b"
    r"(?! (?:but|except|apart|besides|other))"
    r"|\b(?:cancel\w*|call off|drop|scrap) (?:everything|it all|all of it|the lot)\b"
    r"(?! (?:but|except|apart|besides|other))"
)
_CANCELLED = re.compile(r"\bcancel (?:the|my|that|those|these) [\w'-]+|取消")
_GOODS_OF = re.compile(
    r"\bcancel (?:the|my|that|those|these) (?:(?!order)[\w'-]+ ){1,3}"
    r"(?:in|from|of|out of) (?:(?:the|my|that|this) )?(?:order\b|it\b|\W*$)"
)
_ORDER = re.compile(
    r"\b(?:orders?|purchases?|whole|entire|everything|all|ones?|lot)\b|[单單笔筆]|全|整|都|所有"
)


def whole_order(stand: Stand) -> Values | None:
    """A cancellation is of the whole order unless its words say otherwise."""
    return None if speaks_of_that_one(plain(stand.said)) else {}


speaks_of_that_one = says(
    r"\b(?:only|just) (?:that|this|the) (?:one|item|piece)\b|\bone of (?:them|the items)\b"
)
"""Whether a text means one item of several, and says not which."""


_ALL_OF_THEM = Text(en="all of them", zh="全部")
_WHICH = Text(en="Which item is it about?", zh="请问是哪件商品？")
_WHICH_OUT = Text(en="Which item should be taken out?", zh="请问要去掉哪件商品？")

ITEMS = Slot(read_items, partial(ask_items, words=_WHICH), only_item, pieced_items)
ITEM = Slot(read_item, partial(ask_items, words=_WHICH, one=True), only_swappable)
PART = Slot(read_part, partial(ask_items, words=_WHICH_OUT), whole_order)
ask_removed = partial(ask_items, words=_WHICH_OUT)
