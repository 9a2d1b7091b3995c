"""One product in plain words: the variant, the price or the choice that was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.cues import points_back
from assistant.questions import asks
from assistant.saying import says
from orderdb.money import Money
from orderdb.text import Language, Text

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
    r"[^.?!]{0,24}\bin (?:an?(?:other)? |any other )?(?!(?:stock|time|which|what|the|my|an?|any"
    r"|it|there|this|that|two|one|total|writing|english|chinese|case|advance|person|store|shop)\b)[a-z]+\b"
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


_QUALITY = re.compile(
    r"\b(?:material|fabric|made (?:of|from|in|out of)|dimensions?|measurements?|weigh\w*|capacity"
    r"|(?:what|which) (?:is|are) (?:it|they|these) made|watts?|wattage|voltage|volts?|dishwasher"
    r"|microwave|oven[- ]?(?:safe|proof)|machine[- ]wash\w*|washable|water-?proof|shrinks?|fades?"
    r"|bpa|lead[- ]free|stainless|cordless|rechargeable|batter(?:y|ies)|dimmable|bulbs?|pockets?"
    r"|scratchy|itchy|how (?:big|large|tall|wide|deep|heavy|thick|powerful|bright|loud|noisy)"
    r"|how long (?:is|are) (?:it|they|the cord|the cable)(?! (?:going|valid|good))"
    r"|how (?:much|many) (?:\w+ )?(?:litres?|liters?|cups?|ml|oz|lumens?|people)"
    r"|(?:does|do|is|are) (?:it|they|the \w+(?: \w+)?) (?:come with|include|shed|pill|leak|smell"
    r"|soft|safe|suitable|sturdy|stackable))\b"
    r"|材质|材料|面料|成分|内胆|什么[料布]|功率|瓦数|几瓦|多少瓦|电压|产地|哪[里儿]?(?:生)?产|国产|进口"
    r"|尺寸|多[大宽高重厚深粗沉](?!的?(?:码|号|优惠|力|影响))|多长(?!时间)|几[档斤寸厘]|容量|毫升|几升|多少升|公分|厘米"
    r"|微波炉|洗碗机|烤箱|电磁炉|明火|机洗|手洗|水洗|洗衣机|烘干|开水|防[水滑烫锈潮]|掉[毛漆]|[掉褪]色"
    r"|起球|缩水|显脏|异味|有味|味道|甲醛|透气|保温|隔热|扎人|扎不扎|静音|噪音|护眼|频闪|亮度"
    r"|充电|插电|电池|灯泡|口袋|带盖|滤网|遥控|配[了有]?盖|纯[棉毛铜羊手]|实木|真皮|304|不锈钢|食品级|含[铅胶]"
    r"|够几个人|几个人(?:用|坐)|([重软硬厚薄烫沉吵亮滑响])不\1|声音[^，。？！]{0,2}[大吵响]|几号电|几分钟|[能可]用多久|结实[吗嘛不]|耐用[吗嘛不]|好洗[吗嘛不]",
    re.IGNORECASE,
)
_OF_A_CASE = re.compile(
    r"\b(?:return\w*|exchang\w*|refund\w*|swap\w*|warrant\w*|guarantee\w*|broke\w*|faulty|replace\w*"
    r"|sen[dt] (?:it|them) back|cancel\w*|parcel|package|shipped)\b"
    r"|[退换換赔]|坏|壞|破|碎|裂|保修|质保|取消|算.{0,4}问题|包裹|快递|发货"
)


def asks_of_a_quality(text: str) -> bool:
    """Whether a text asks what goods are like: what they are made of, how big, whether washable."""
    told = _QUALITY.search(text) is not None and not _OF_A_CASE.search(text.lower())
    return told and (asks(text) or _HOW_MANY.search(text) is not None)


_HOW_MANY = re.compile(r"几[^，。？！\s]|多[大宽高重厚深粗沉]")


def asks_the_price(text: str) -> bool:
    """Whether a text asks what something costs."""
    return _PRICE.search(text) is not None


def speaks_of_the_price(text: str) -> bool:
    """Whether a short text asks what something costs that it does not name."""
    return asks_of_goods(text) and bool(_PRICE.search(text)) and points_back(text)


def quality_words(products: Sequence[Card], about: str, language: Language) -> str | None:
    """What can be said of goods whose qualities are asked for; None where something else is."""
    if not asks_of_a_quality(about) or _PRICE.search(about) or _IN_STOCK.search(about):
        return None
    comma, stop = ("、", "。") if language == "zh" else (", ", ". ")
    names = comma.join(one["name"][language] or one["name"]["en"] for one in products) + stop
    if len(products) == 1 and _HOW_LARGE.search(about) and (told := _MEASURE.search(names)):
        return _measured(names.rstrip(stop), told[0]).get(language)
    more = product_words(products[0], about, language) if _RANGE.search(about) else None
    return f"{more or names}{' ' if language == 'en' and more else ''}{NOT_TOLD.get(language)}"


_HOW_LARGE = re.compile(
    r"\bhow (?:big|large|much (?:\w+ ){0,3}(?:hold|fit)|(?:much|many) (?:litres?|liters?|cups?|ml"
    r"|people))\b|\b(?:capacity|volume|litres?|liters?|dimensions?|measurements?)\b"
    r"|多大|容量|毫升|几升|多少升|够几个人",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)? ?(?:l|ml|cl|cm|mm|m|kg|g|in|inch|oz)\b"
    r"|\d+(?:\.\d+)? ?(?:升|毫升|厘米|公斤|克|寸)",
    re.IGNORECASE,
)


def _measured(name: str, measure: str) -> Text:
    """How large goods are whose name tells it."""
    return Text(
        en=f"{name}: {measure}. My records hold no other measure.",
        zh=f"{name}：{measure}。其他尺寸没有记录。",
    )


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


NOT_TOLD = Text(
    en="My records hold its name, variants, price and stock, but nothing on that, so I would only "
    "be guessing. The product page may tell, and a person of our service can look it up.",
    zh="我能查到的只有名称、款式、价格和库存，没有写明这一点，所以不能断定。请看商品页面，需要的话可以转人工客服确认。",
)


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
