"""Which orders a message speaks of: by number, by place in a list, by product, by pronoun."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.likeness import likeness, shared
from assistant.order_numbers import Known, Mention, mentions, plain
from assistant.places import a_row_of_places, places
from orderdb.numbers import number_key

How = Literal[
    "named",
    "all",
    "ordinal",
    "product",
    "other",
    "newest",
    "oldest",
    "focus",
    "state",
    "amount",
    "day",
    "none",
]


@dataclass(frozen=True)
class Memory:
    """What the conversation has shown so far, as order numbers."""

    listed: tuple[str, ...] = ()  # the last list shown, in its order, newest first
    focus: str | None = None  # the order spoken of now
    earlier: str | None = None  # the order spoken of before that
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # item names, any language

    @property
    def orders(self) -> tuple[str, ...]:
        """Every order it holds, as keys, each once: the list first, then focus, then earlier."""
        spoken = [*self.listed, self.focus, self.earlier, *self.items]
        return tuple(dict.fromkeys(number_key(one) for one in spoken if one))


@dataclass(frozen=True)
class Resolution:
    """The keys of the orders meant. Ambiguous: ask which, offering `orders` when there are any.

    `newest` and `oldest` without orders mean that the customer's list has to be looked up.
    """

    orders: tuple[str, ...] = ()
    how: How = "none"
    ambiguous: bool = False


NOTHING = Resolution()


def resolve(message: str, memory: Memory, known: Known = ()) -> Resolution:
    """The orders that the message speaks of; `known` holds or tests the customer's numbers."""
    text = plain(message)
    found = mentions(text, known, spoken=memory.orders)
    denied = {one.key for one in found if _is_denied(text, one)}
    named = tuple(dict.fromkeys(one.key for one in found if one.key not in denied))
    if named:
        return Resolution(named, "named")
    scene = _Scene(text.lower(), memory, denied)
    for rule in _RULES:
        resolution = rule(scene)
        if resolution is not None:
            return resolution
    return NOTHING


@dataclass(frozen=True)
class _Scene:
    text: str
    memory: Memory
    denied: set[str]

    @property
    def listed(self) -> tuple[str, ...]:
        return tuple(number_key(one) for one in self.memory.listed)

    @property
    def focus(self) -> str | None:
        return number_key(self.memory.focus) if self.memory.focus else None

    @property
    def earlier(self) -> str | None:
        return number_key(self.memory.earlier) if self.memory.earlier else None


_DENIAL = re.compile(
    r"(?:\bnot|\bn't mean|不是|並非|并非|不要查)\s*(?:order|订单|訂單)?\s*#?$", re.I
)


def _is_denied(text: str, one: Mention) -> bool:
    """`not A20031 but A20035`, `不是A20031`; "is it not A20031" is rare and asks again."""
    return bool(_DENIAL.search(text[: one.start]))


_ALL = re.compile(
    r"\bboth\b|\ball (?:of )?(?:them|these|those|two|three|four|five|my orders|the orders)\b"
    r"|\beach of them\b|\bevery one of them\b"
    r"|[两兩俩倆二三四五几幾][个個单單笔筆]?都|全部|全都|所有|^都[要是取查看退]"
)


def _all(scene: _Scene) -> Resolution | None:
    match = _ALL.search(scene.text)
    if not match:
        return None
    pair = tuple(one for one in (scene.focus, scene.earlier) if one)
    two = match[0] == "both" or match[0][0] in "两兩俩倆二"
    named = _product(scene) if two and _TOGETHER.search(scene.text) else None
    if named and len(named.orders) > 1:
        return named  # "the shirt and the lamp, send both back"
    if two and len(scene.listed) != 2:
        if len(pair) == 2:
            return Resolution(pair[::-1], "all")
        return Resolution(scene.listed, "all", ambiguous=True) if scene.listed else None
    orders = scene.listed or pair
    return Resolution(orders, "all") if orders else None


_MOST_LISTED = 10


def _ordinal(scene: _Scene) -> Resolution | None:
    listed = scene.listed
    if span := a_row_of_places(scene.text):
        chosen = listed[: span.size] if span.leading else listed[-span.size :]
        return Resolution(chosen, "ordinal", ambiguous=len(chosen) < span.size)
    asked = places(scene.text)
    if not asked or (asked == [-1] and not listed):
        return None  # "the last one" of no list is the newest order
    if any(abs(place) > _MOST_LISTED for place in asked):
        return None  # "number 42, not 40" is no place in a list
    if any(not -len(listed) <= place <= len(listed) for place in asked):
        named = _product(scene)  # "where is my apron? You said the tenth"
        return named or Resolution(listed, "ordinal", ambiguous=True)
    orders = [listed[place - 1 if place > 0 else place] for place in asked]
    return Resolution(tuple(dict.fromkeys(orders)), "ordinal")


_OTHER = re.compile(
    r"\b(?:the|my|that|and) other\b(?! (?:day|hand|side|way))"
    r"|^(?:(?!\b(?:send|sent|ship|shipped|get|give|want|need|buy|like)\b).)*\banother (?:one"
    r"|order)\b"
    r"|\bnot (?:this|that) one\b"
    r"|另外?[一那]?[个個单單笔筆]|另外一|前一?[个個单單]|不是这个|不是這個|别的那"
)


def _other(scene: _Scene) -> Resolution | None:
    if not _OTHER.search(scene.text) and not scene.denied:
        return None
    away = scene.denied or {scene.focus or ""}
    rest = tuple(one for one in scene.listed if one not in away)
    if len(rest) == 1:
        return Resolution(rest, "other")
    if scene.earlier and scene.earlier not in away:
        return Resolution((scene.earlier,), "other")
    return Resolution(rest, "other", ambiguous=True)


_LATEST = re.compile(
    r"(?<!\bat the )\b(?:latest|newest|most recent)\b"
    r"|\b(?:just|recently) (?:ordered|placed|bought)\b"
    r"|(?:\b(?:my|the)|^) ?last(?: (?:order|one|purchase|parcel|package)\b|$)"
    r"|最新|最近(?:的|那|一|下|买|買)|刚才?[下买]|剛[下買]|上一?[个個单單笔筆](?![周月]|星期|礼拜|禮拜)"
)
_OLDEST = re.compile(r"\b(?:oldest|earliest)\b|\bfirst (?:order|purchase) i\b|最早|最旧|最舊|最老")


def _newest(scene: _Scene) -> Resolution | None:
    if not _LATEST.search(scene.text):
        return None
    return Resolution(scene.listed[:1], "newest")


def _oldest(scene: _Scene) -> Resolution | None:
    if not _OLDEST.search(scene.text):
        return None
    return Resolution(scene.listed[-1:], "oldest")


_OLDER = re.compile(r"\b(?:older|oldest|earlier|previous|old)\b(?! than)|早(?:一点|些)的")
_NEWER = re.compile(r"\b(?:newer|newest|latest|more recent|most recent)\b(?! than)")


def _product(scene: _Scene) -> Resolution | None:
    scores = {
        number_key(order): _fit(scene.text, names) for order, names in scene.memory.items.items()
    }
    best = max(scores.values(), default=(0, 0))
    if best[0] == 0:
        return None
    if several := each_by_its_goods(scene.text, scene.memory.items):
        return Resolution(several, "product")
    orders = tuple(order for order, score in scores.items() if score == best)
    if len(orders) > 1 and _OTHER.search(scene.text):
        orders = tuple(order for order in orders if order != scene.focus)
    elif len(orders) > 1 and _OLDER.search(scene.text):
        orders = orders[-1:]  # the newest of them stand first
    elif len(orders) > 1 and _NEWER.search(scene.text):
        orders = orders[:1]
    elif scene.focus in orders:
        orders = (scene.focus,)  # what the order spoken of holds, too, is meant there
    return Resolution(orders, "product", ambiguous=len(orders) > 1)


def each_by_its_goods(text: str, items: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Two or three orders of which each alone holds one of the goods named together.

    "The throw and the apron": neither is the other's, so both are meant. None otherwise.
    """
    if not _TOGETHER.search(text.lower()):
        return ()
    said = {
        number_key(order): frozenset[str]().union(*(shared(text.lower(), name) for name in names))
        for order, names in items.items()
    }
    kept = {
        order: words
        for order, words in said.items()
        if words and not any(words < other for other in said.values())
    }
    apart = len(frozenset[str]().union(*kept.values())) == sum(map(len, kept.values()))
    return tuple(kept) if apart and 1 < len(kept) <= _MOST_NAMED else ()


_TOGETHER = re.compile(r"\b(?:and|plus|also|as well|too)\b|&|[和跟]|还有|以及")
_MOST_NAMED = 3


def _fit(text: str, names: Sequence[str]) -> tuple[int, int]:
    """How well the best of an order's names fits, then how much of them all is said."""
    best = max((likeness(text, name) for name in names), default=0)
    return best, len(frozenset().union(*(shared(text, name) for name in names)))


_PRONOUN = re.compile(
    r"\b(?:it|its|this|that|them|they)\b|\b(?:the|my) (?:order|parcel|package|delivery|shipment)\b"
    r"|它|[这這该該此][个個单單件笔筆张張]?|那[个個单單件笔筆张張]|我的(?:订单|訂單|快递|包裹|单)"
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|would|will) it (?:be )?(?:still )?(?:possible|too late|ok|okay|allowed|true|safe)"
    r"|\bit'?s (?:possible|true|ok)|\bwhat time is it\b|\bthat'?s (?:all|it)\b"
)


def _focus(scene: _Scene) -> Resolution | None:
    if not _PRONOUN.search(_EXPLETIVE.sub(" ", scene.text)):
        return None
    if scene.focus:
        return Resolution((scene.focus,), "focus")
    if scene.listed:
        return Resolution(scene.listed, "focus", ambiguous=len(scene.listed) > 1)
    return None


_RULES: tuple[Callable[[_Scene], Resolution | None], ...] = (
    _all, _ordinal, _product, _other, _newest, _oldest, _focus,
)  # fmt: skip
