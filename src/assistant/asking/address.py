"""A new address, word for word from the customer: street, city and postal code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.asking.cities import chinese_city
from assistant.asking.countries import country_of, goes_abroad
from assistant.asking.slot import Question, Slot, Stand, option
from assistant.calls import Value, Values
from orderdb.models import Address
from orderdb.text import Text

_HAN = r"\u3400-\u9fff"
_CODE = re.compile(
    r"(?<![\w-])(?:\d{3}-\d{4}|\d{5}(?:-\d{4})?|\d{6}|\d{4}(?: ?[A-Z]{2})?"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\w-])"
)
_LEAD = re.compile(
    r"^.*(?:\b(?:to|is|at|be|into|use|with|for|address|home|work|office|now|say)\b:?|:)\s+"
    r"(?=\S*\d|[A-Z][\w.'’-]*(?: \S+){0,4} \d)",
)
_HAN_LEAD = re.compile(rf"^[{_HAN}][{_HAN}\s:]*(?=[A-Za-zÀ-ÿ\d])")
_HAN_TAIL = re.compile(rf"(?<=[A-Za-zÀ-ÿ.])[\s,，。]*[{_HAN}].*$")
"""What is said in Chinese before and behind an address that is written in Latin letters."""
_UNIT = re.compile(
    r"\b(?:apt|apartment|flat|unit|suite|ste|room|floor|building|block|no|tür|top|stiege)\b\.?",
    re.I,
)
_TAIL = re.compile(
    r"\s*\b(?:please|pls|thanks?|thank you|instead|asap|now|before|not|and|because|since|as|for"
    r"|from)\b.*$",
    re.I,
)
_SENTENCE = re.compile(r"(?<=\w{4})[.!?]\s+(?=[A-Za-z])|[!?;\n]+|,")
_ZH_LEAD = re.compile(
    rf"^.*?(?:寄[到往去]|送[到往去]|[发發]到|改[到成为為]|[换換]到|[换換]成|地址[是为為:：]|[:：])(?=.*[{_HAN}].*\d|.*[号號路街])"
)
_CITIES = (
    "北京|上海|天津|重庆|香港|广州|深圳|杭州|南京|苏州|成都|武汉|西安|长沙|郑州|青岛|济南|大连|沈阳"
    "|宁波|厦门|福州|合肥|昆明|无锡|东莞|佛山|哈尔滨|长春|石家庄|南昌|贵阳|南宁|太原|温州|珠海"
)
_ZH = re.compile(
    rf"(?:(?P<region>[{_HAN}]{{2,6}}?(?:省|自治区|自治區))[\s,，]*)?"
    rf"(?P<city>[{_HAN}]{{2,6}}?市|{_CITIES}|(?<![{_HAN}])[{_HAN}]{{2,4}}(?=\s))[\s,，]*"
    rf"(?P<line1>[{_HAN}]{{1,20}}[区區县縣镇鎮路街道大巷弄村园園][{_HAN}A-Za-z]*\s?\d+\s?(?:[号號弄]|之\d+)?)"
    rf"(?P<line2>[\s,，]*(?:[{_HAN}A-Za-z]*\s?\d*[\d{_HAN}A-Za-z-]*(?:[栋棟幢座楼樓单單元室户戶层層])\s?)+"
    rf"(?!\d{{6}}(?!\d))\d*[室号號]?)?"
)
_ZH_NEAR = re.compile(
    rf"(?:[{_HAN}]{{2}}新|(?<=[成到去往为址是:：\s])[{_HAN}]{{1,3}}|^[{_HAN}]{{1,3}})[区區县縣]"
    rf"\s?[{_HAN}]{{1,10}}[路街道巷弄]\s?\d+[号號弄](?:\d+[栋棟幢座楼樓单單元室户戶层層])*"
)
_ONLY_CODE = re.compile(
    r"\s*(?:邮政?编码?|(?:post(?:al )?code|zip(?: code)?)(?: is)?)[是为:\s]*(?P<code>\d{5,6})\s*",
    re.IGNORECASE,
)
_ZH_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def read_address(message: str, asked: bool, stand: Stand) -> Values | None:
    """An address that is written out whole, or the one of the account that a button names."""
    text = unicodedata.normalize("NFKC", message).strip()
    for one in stand.purchase.other_addresses():
        if _folded(written(one)) in _folded(text):
            return _of_account(one)
    return _chinese(text) or _in_the_same_city(text, stand) or _western(text)


def pieced_address(messages: Sequence[str], stand: Stand) -> Values | None:
    """An address told bit by bit, or put right after it was told; the newest words count.

    Another recipient alone leaves the place as it is.
    """
    texts = [unicodedata.normalize("NFKC", one).strip() for one in messages]
    at = next((n for n in reversed(range(len(texts))) if read_address(texts[n], True, stand)), None)
    told: dict[str, Value] = {}
    if at is not None:
        told.update(read_address(texts[at], True, stand) or {})
        for later in texts[at + 1 :]:
            told.update(_put_right(told, later))
    elif len(texts) > 1:
        told.update(read_address(", ".join(texts[-_BITS:]), True, stand) or {})
    names = [name for text in texts if (name := recipient(text))]
    if names and not told and (present := stand.purchase.address()):
        told.update(_of_account(present))
    return told | {"recipient": names[-1]} if names and told else told or None


def is_bit(message: str) -> bool:
    """Whether a message looks like a part of an address: a street, or a town with its code."""
    return len(message) <= _BIT_CHARACTERS and _BIT.search(message) is not None


def is_address(message: str) -> bool:
    """Whether a message holds a whole address, whatever order it may be for."""
    text = unicodedata.normalize("NFKC", message).strip()
    return _chinese(text) is not None or _western(text) is not None


def recipient(message: str) -> str | None:
    """Whose name is to stand on the parcel, where a message says so."""
    found = _RECIPIENT.search(unicodedata.normalize("NFKC", message))
    if found is None or _UNNAMED.search(found[0]):
        return None
    return (found["zh"] or found["en"] or found["titled"] or found["led"]).strip()


def _put_right(told: Values, text: str) -> Values:
    """The street or the flat that later words put in the place of what was told."""
    if street := _ZH_STREET.search(text):
        district = _ZH_DISTRICT.match(str(told.get("line1", "")))
        city = f"{told.get('city', '')}{district[0]}" if district else told.get("city", "")
        return {"line1": street[0], "city": city}
    if street := _STREET.search(text):
        return {"line1": street[0]}
    if code := _ONLY_CODE.fullmatch(text):
        return {"postal_code": code["code"]}
    unit = _ZH_UNIT.search(text) or _UNIT_NUMBER.search(text)
    return {"line2": unit[0]} if unit else {}


def ask_address(stand: Stand) -> Question:
    if goes_abroad(stand.said, stand.purchase.order.destination):
        return Question(_SAME_COUNTRY, instead=True, rule=_ABROAD)
    if _TELEPHONE.search(stand.said):
        return Question(_NO_TELEPHONE, person=True, instead=True)
    known = [written(one) for one in stand.purchase.other_addresses()][:3]
    return Question(_WHOLE, tuple(option(Text(en=one, zh=one)) for one in known))


def written(address: Address) -> str:
    """One line, as a button shows it and the customer sends it back."""
    parts = (address.line1, address.line2, address.postal_code, address.city, address.region)
    return ", ".join(part for part in parts if part)


def _of_account(address: Address) -> Values:
    names = ("line1", "line2", "city", "region", "postal_code")
    return {name: getattr(address, name) for name in names if getattr(address, name)}


def _chinese(text: str) -> Values | None:
    found = _ZH.search(_ZH_LEAD.sub("", text))
    if found is None:
        return None
    code = _ZH_CODE.search(text)
    parts = {name: (found[name] or "").strip(" ,，") for name in found.groupdict()}
    parts["postal_code"] = code[0] if code else ""
    return {name: value for name, value in parts.items() if value}


def _in_the_same_city(text: str, stand: Stand) -> Values | None:
    """A district and a street without a city, as who moves within one writes them."""
    found, present = _ZH_NEAR.search(text), stand.purchase.address()
    if found is None or present is None or not re.search(rf"[{_HAN}]", present.city):
        return None
    code = _ZH_CODE.search(text)
    postal = {"postal_code": code[0]} if code else {}
    city = chinese_city(text) or present.city
    return {"line1": found[0].replace(" ", ""), "city": city, **postal}


def _western(text: str) -> Values | None:
    """Street with a number, then postal code and city in either sequence.

    A house number may look like a postal code, so the last place that can hold one counts.
    """
    pieces = [piece.strip() for piece in _SENTENCE.split(text) if piece and piece.strip()]
    places = [
        n
        for n, piece in enumerate(pieces)
        if _CODE.search(bare := _without_lead(piece)) and not _UNIT.match(bare)
    ]
    return next((parts for at in reversed(places) if (parts := _around(pieces, at))), None)


def _around(pieces: list[str], at: int) -> Values | None:
    """The address whose postal code lies in the piece at that place."""
    holder = _without_lead(pieces[at]) if at == 0 else pieces[at]
    code = list(_CODE.finditer(holder))[-1]
    before, after = (
        holder[: code.start()].strip(" ,"),
        _TAIL.sub("", holder[code.end() :]).strip(" ."),
    )
    street, unit = _street(pieces[:at])
    unit = unit or _street(pieces[at + 1 : at + 2])[1]
    if not street and not after and (whole := _STREET.search(before)):
        street, before = whole[0], before[whole.end() :]  # "22 Harbour Street Deal CT14 6EZ"
    elif not street:  # "Neue Strasse 5 10115 Berlin" all in one
        street, before = _without_lead(before), ""
    beside = [piece for piece in pieces[max(at - 1, 0) : at] if not re.search(r"\d", piece)]
    city, region = _place(before, after, [*beside, *pieces[at + 1 : at + 2]])
    chinese = re.search(rf"[{_HAN}]", street + city)
    if chinese or not (street and re.search(r"\d", street) and city):
        return None
    country = next(filter(None, map(country_of, pieces[at + 1 :])), "")
    parts = {"line1": street, "line2": unit, "city": city, "region": region,
             "postal_code": code[0], "country": country}  # fmt: skip
    return {name: value for name, value in parts.items() if value}


def _street(pieces: list[str]) -> tuple[str, str]:
    """The street, and flat or floor, among the pieces before the postal code."""
    street, unit = "", ""
    for piece in pieces:
        bare = _without_lead(piece)
        if _UNIT.match(bare):
            unit = bare
        elif re.search(r"\d", bare) and re.search(r"[A-Za-zÀ-ÿ]{2}", bare):
            street = bare
    return street, unit


def _place(before: str, after: str, beside: list[str]) -> tuple[str, str]:
    """City and state around a postal code: ``Berlin``, ``Chicago IL``, or the piece beside it."""
    state = before if re.fullmatch(r"[A-Z]{2,3}", before) else ""
    words = (before if not state else "") or after or (beside[0] if beside else "")
    match = re.fullmatch(r"(.+?)[ ,]+([A-Z]{2,3})", words)
    city, region = (match[1], match[2]) if match else (words, state)
    city = _HAN_TAIL.sub("", _TAIL.sub("", city)).strip(" .,")
    return (city, region) if re.fullmatch(r"[^\W\d_][^\d_,;:]{1,40}", city) else ("", "")


def _without_lead(piece: str) -> str:
    return _LEAD.sub("", _HAN_LEAD.sub("", piece)).strip()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".")


_TELEPHONE = re.compile(
    r"\b(?:phone|telephone|mobile|cell|contact) (?:number|no\b)|\bmy (?:new )?(?:phone|mobile)\b"
    r"|电话|電話|手机|手機|(?<![\dA-Za-z-])\+?\d[\d -]{7,}\d(?![\dA-Za-z-])",
    re.IGNORECASE,
)
_NO_TELEPHONE = Text(
    en="I cannot change a telephone number here, only the address. A person of our service can: "
    "shall I pass you on?",
    zh="我这里只能修改地址，不能修改电话号码。人工客服可以更正，要为您转接吗？",
)
_SAME_COUNTRY = Text(
    en="I'm afraid not: the country of an order cannot be changed.",
    zh="抱歉，不可以：订单的收货国家或地区不能更改。",
)
_ABROAD = "send the order to another country, 改寄到其他国家"
_WHOLE = Text(
    en="Where should it go? Please write the whole new address: street and number, postal code and "
    "city.",
    zh="请问要改寄到哪里？请写出完整的新地址：省市区、街道门牌号和邮编。",
)

_BITS, _BIT_CHARACTERS = 4, 60
_BIT = re.compile(rf"\d+\w? \w{{2}}|\w{{2}}[,.]? \d|[{_HAN}]\d|\d[号號弄室]")
_ZH_STREET = re.compile(
    rf"[{_HAN}]{{1,8}}[路街道巷弄]\d+[号號]?(?!\d)(?!.*不是)|"
    rf"(?<=是)[{_HAN}]{{1,8}}[路街道巷弄]\d+[号號]?"
)
_ZH_DISTRICT = re.compile(rf"[{_HAN}]{{1,6}}?[区區县縣]")
_ZH_UNIT = re.compile(r"(?:\d+[栋棟幢座楼樓单單元]+)*\d+[室号號]")
_STREET = re.compile(
    r"\b\d+[A-Za-z]? (?:[A-Z][\w'’.-]+ ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr"
    r"|Boulevard|Blvd|Court|Ct|Place|Pl|Way|Square|Sq|Close|Terrace|Crescent)\b"
    r"|\b[A-ZÄÖÜ][\w'’-]* ?(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.?|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Dd]amm"
    r"|[Uu]fer|[Rr]ing) \d+[a-z]?"
)
_UNIT_NUMBER = re.compile(
    r"\b(?:apt|apartment|flat|unit|suite|ste|room|floor|tür|top|stiege)\b\.? ?#?\d\w*",
    re.IGNORECASE,
)
_KIN = (
    r"(?:我|咱)?(?:的)?(?:妈妈?|爸爸?|老公|老婆|媳妇|男朋友|女朋友|朋友|同事|室友|弟弟?|妹妹?|哥哥?|姐姐?"
    r"|儿子|女儿|爷爷|奶奶|外婆|外公|婆婆|岳母|岳父)"
)
_RECIPIENT = re.compile(
    r"收[件货貨]人(?:也|再|名字|姓名)*(?:帮我|请)?(?:换|改|写|填)?(?:一下|成|为|是|叫|个)*[\s,:]*"
    rf"(?:写|叫|是|改成|换成|为|填)?\s*(?:{_KIN}[\s,:]*(?:名字|他|她)?(?:叫|是)?\s*)?"
    r"(?!是?(?:谁|哪|什么|啥))"
    rf"(?P<zh>[{_HAN}·]{{2,4}}?|[A-Z][a-z]+(?: [A-Z][a-z]+)*)"
    r"(?=$|[\s,。!;]|吧|呗|呀|哈|就行|谢谢)"
    r"|\b(?:recipient|addressee|name on (?:it|the \w+)(?: there)?|attn|attention|c/o"
    r"|care of)\b:?"
    r"(?: on (?:the|my) \w+| for (?:the|my) \w+)?"
    r"(?: (?:should|to|be|is|as|of|it|put|make|change[d]?))*:? (?:my \w+,? )?"
    r"(?P<en>[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,3})"
    r"|\b(?P<titled>(?:Mr|Mrs|Ms|Miss|Dr|Frau|Herr)\.? [A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,3})"
    r"(?=,[^.?!]*\d)"
    r"|(?:^|[:?!.]\s*|\b(?:to|for) (?:my \w+,? )?)(?P<led>(?!(?:[\w'’-]+ )*(?:House|Park|Court"
    r"|Building|Tower|Cent(?:re|er)|Office|Hotel|Villa|Farm|Cottage|Flat|Apartment|Street|Road|Lane"
    r"|Avenue|Square|Place|Town|City)\b)[A-Z][a-zà-ÿ'’-]+ [A-ZÀ-ß][\w'’-]+)"
    r"(?=,\s*(?:\d+[A-Za-z]? [A-Z]|[A-ZÄÖÜ][\w'’. -]+ \d+\w?\s*,)[^?!]*\d)"
)
_UNNAMED = re.compile(rf"{_KIN}$")
"""Somebody who is no name for a parcel: 我老公."""
ADDRESS = Slot(read_address, ask_address, pieced=pieced_address)
