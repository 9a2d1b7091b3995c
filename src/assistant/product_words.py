"""One product in plain words: the variant, the price or the choice that was asked for."""

from __future__ import annotations

import re
from typing import Any

from assistant.cues import points_back
from assistant.saying import says
from orderdb.money import Money
from orderdb.text import Language

Card = dict[str, Any]

_PRICE = re.compile(
    r"\b(?:price|cost|costs|how much|expensive|cheap)\b|多少[钱錢]|[价價][格钱錢]|[贵貴]",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\b(?:which|what|other|any|all) (?:\w+ )?(?:colou?rs?|sizes?|variants?|versions?|models?)\b"
    r"|(?:什么|什麼|哪些|哪几[种個个]|几[种種])(?:颜色|顏色|尺码|尺碼|款|规格|型号)|有哪些",
    re.IGNORECASE,
)
_STOCK = re.compile(r"\b(?:stock|available|left|have)\b|有货|现货|库存|有没有", re.IGNORECASE)


_IN_STOCK = re.compile(r"\b(?:in stock|available)\b|有货|现货|库存", re.IGNORECASE)
asks_for_variants = says(
    r"\b(?:comes?|exists?|is there|are there|available|sold|(?:do|does|have|has) (?:you|it|they) "
    r"(?:\w+ ){0,3}(?:have|do|sell|stock|make|come)|(?:got|get|have) (?:it|that|them|those|one))\b"
    r"[^.?!]{0,24}\bin (?:an?(?:other)? |any other )?(?!(?:stock|time|the|my|an?|any|it|there|this"
    r"|that|two|one|total|writing|english|chinese|case|advance|person|store|shop)\b)[a-z]+\b"
    r"|\b(?:which|what|other|any more) (?:colou?rs?|sizes?)\b[^.?!]{0,24}\b(?:there|have|get|in"
    r"|come|exist|available|else)\b|^(?:and )?(?:any )?other (?:colou?rs?|sizes?)\W*$"
)
"""Whether a text asks in what else goods come: "does it come in white"."""

_NOT_OF_GOODS = re.compile(
    r"\b(?:ship\w*|postage|deliver\w*|return\w*|exchange|refund|pay|order|parcel)\b"
    r"|邮|運費|运费|配送|退|换|付款|订单|快递|包裹|发货",
    re.IGNORECASE,
)


def asks_of_goods(text: str) -> bool:
    """Whether a short text asks for price, stock or variants, and of nothing that costs beside."""
    asked = any(words.search(text) for words in (_PRICE, _RANGE, _STOCK))
    return asked and len(text) <= 60 and not _NOT_OF_GOODS.search(text)


def asks_the_price(text: str) -> bool:
    """Whether a text asks what something costs."""
    return _PRICE.search(text) is not None


def speaks_of_the_price(text: str) -> bool:
    """Whether a short text asks what something costs that it does not name."""
    return asks_of_goods(text) and bool(_PRICE.search(text)) and points_back(text)


def product_words(product: Card, about: str, language: Language) -> str | None:
    """What was asked of a product on a card; None for all there is."""
    variants = [one for one in product["variants"] if one["price"]]
    named = [one for one in variants if is_named(one["name"], about)]
    name = product["name"][language] or product["name"]["en"]
    shown = named or variants
    colon = "：" if language == "zh" else ": "
    stop = "。" if language == "zh" else "."
    if _RANGE.search(about) and not _STOCK.search(about):
        names = [one["name"][language] or one["sku"] for one in shown]
        listed = ("、" if language == "zh" else ", ").join(names)
        return f"{name}有{listed}可选{stop}" if language == "zh" else f"{name} comes in {listed}."
    if _PRICE.search(about) and _IN_STOCK.search(about) and shown:
        return f"{name}{colon}" + _listed([_stocked(one, language) for one in shown], language)
    if _PRICE.search(about) and shown:
        prices = {str(Money(**one["price"])): one["name"][language] for one in shown}
        if len(prices) == 1:
            price = next(iter(prices))
            return (
                f"{name}的价格是{price}。"
                if language == "zh"
                else f"The price of {name} is {price}."
            )
        told = [f"{variant} {price}" for price, variant in prices.items()]
        return f"{name}{colon}{('，' if language == 'zh' else ', ').join(told)}{stop}"
    if 0 < len(named) < len(variants):
        return f"{name}{colon}" + _listed([_stocked(one, language) for one in named], language)
    return None


def _stocked(variant: Card, language: Language) -> str:
    name, price, left = variant["name"][language], Money(**variant["price"]), variant["in_stock"]
    if language == "zh":
        return f"{name}，{price}，" + (f"有货{left}件" if left else "缺货")
    return f"{name}, {price}, " + (f"{left} in stock" if left else "out of stock")


def _listed(parts: list[str], language: Language) -> str:
    return ("；" if language == "zh" else "; ").join(parts) + ("。" if language == "zh" else ".")


def is_named(name: Card, about: str) -> bool:
    """Whether a variant's name stands in a text, in either language."""
    text, en, zh = about.lower(), (name["en"] or "").lower(), name["zh"] or ""
    if en and re.search(rf"(?<![a-z0-9'’]){re.escape(en)}(?![a-z0-9])", text):
        return True
    return bool(zh) and not zh.isascii() and re.sub(r"(?<=.)色$", "", zh) in about
