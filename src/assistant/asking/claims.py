"""Goods that came damaged, wrong or not at all: what is wrong, what is wanted, what shows it."""

from __future__ import annotations

import re

from assistant.asking.naming import plain
from assistant.asking.slot import Question, Slot, Stand, option
from assistant.asking.traits import stands
from assistant.calls import Piece, Values
from assistant.cues import has_looked, tells_of_another
from assistant.purchases import Purchase
from assistant.questions import asks
from orderdb.eligibility import clauses
from orderdb.statuses import OrderStatus
from orderdb.text import Text

_WRONG = re.compile(
    r"\b(?:wrong|different|instead of|rather than"
    r"|(?:not|\w+n['’]t) what i (?:ordered|bought|picked|chose)|someone else'?s"
    r"|somebody else'?s|mixed up|another item)\b|错|錯|不是我|别人的|別人的|不一样|不一樣|不符"
)
_AGAIN = re.compile(
    r"\b(?:re-?send|re-?ship|replace(?:ment|d)?|send (?:\w+ ){0,4}(?:again|new|once more|another)"
    r"|(?:a |the )?(?:new|right|correct|proper) one|another one|once more|again)\b"
    r"|补发|補發|重发|重發|重新(?:给我|給我)?[发發寄]|再[发發寄]|换新|換新"
    r"|换(?:一?[个只件条])?新的?|(?<!不)补(?:我|给我)?(?:一?[个件条只份套]|上|齐|寄|给)(?!差)"
)
_MONEY = re.compile(
    r"\b(?:refund(?:ed)?|money back|my money|reimburse\w*|cash back"
    r"|money,? (?:please|pls|then|instead)|(?:prefer|rather|rather have|want|take) the money)\b"
    r"|退款|退钱|退錢|退我钱|把钱退"
)
_AS_ORDERED = re.compile(
    r"(?<!not )(?<!n['’]t )\b(?:what|the (?:one|colou?r|size|thing)) i "
    r"(?:actually |originally )?ordered\b"
)
_SEND_IT = re.compile(
    r"\bsend (?:me |us )?(?:the|a|my|it|them|one)\b"
    r"|\b(?:prefer|want|like|need|get|have|give me) (?:an? |the )?(?:new|same)\b"
    r"|[寄发]一?[个件]|(?<![不退])换(?!不)"
)
_JUST_MONEY = re.compile(r"\bmoney\b|\bcash\b|[要退给]?钱")
_GIVE_BACK = re.compile(r"(?<![不别])退(?!换)")
_NOT = re.compile(
    r"\b(?:don'?t|do not|no|not|never|rather than|instead of) (?:really )?(?:want|need)?(?: an?y?)?"
    r"(?: the| my)? ?(?:\w+ing )?(?=refund|money|replac|new one|another)\w*(?: (?:back|one))?"
    r"|(?:不[要想用]|别|別|甭)(?:再|给我|重新)*[等要]?(?:退款|退钱|补发|重发|换新|[发發寄补])"
    r"|[不勿]要(?:退?钱|补发|退款)"
)
_WANTS = re.compile(r"\b(?:want|need|like|prefer|give|take|have|send)\b|[要换发]")
_MUST = re.compile(r"\b(?:do|must|should|shall) (?:i|we)\b|[要用]不[要用]|(?:要|需要)[^，。]*吗")
_PHOTO = re.compile(
    r"https?://[^\s/]+/\S+|(?<![\w/])[\w().-]*\w\)?"
    r"\.(?:jpe?g|png|gif|heic|heif|webp|avif|bmp|tiff?|pdf|mp4|mov)(?![A-Za-z0-9_]|\.\w)",
    re.IGNORECASE,
)


def read_matter(message: str, asked: bool, stand: Stand) -> Values | None:
    """Damaged goods are named by the label; what came in their place, by the words."""
    if stand.action == "report_damaged":
        return {"problem": "damaged"}
    another = tells_of_another(message) or came_in_another(message, stand.purchase)
    wrong = _WRONG.search(plain(message)) or another
    return {"problem": "wrong"} if wrong and not _lost(stand) else None


def came_in_another(message: str, purchase: Purchase) -> bool:
    """ "The towel is green, I ordered sand": what was bought is named, and what came instead."""
    text = plain(message)
    chosen = _CHOSEN.search(text)
    if chosen is None or _WISHED.search(text):
        return False
    bought = _END.split(text[chosen.end() :], maxsplit=1)[0]
    rest = text[: chosen.start()] + text[chosen.end() + len(bought) :]
    came = [one for one in purchase.order.lines if one.status is OrderStatus.DELIVERED]
    return any(
        line.variant is not None
        and stands(line.variant, bought)
        and (
            _COLOUR.search(rest) is not None
            or any(stands(other.name, rest) for other in purchase.all_variants(line))
        )
        for line in came
    )


_CHOSEN = re.compile(
    r"\b(?:ordered|asked for|chose|chosen|picked|bought|wanted|paid for|should(?: have)? be(?:en)?"
    r"|supposed to be|meant to be|expect(?:ed|ing))\b|[我]?[买買订訂选選拍]的(?:明明)?是|应该是"
)
_WISHED = re.compile(
    r"\b(?:prefer|rather|would like|i['’]?d like|want|need|swap|exchange|possible|can (?:i|you)"
    r"|could (?:i|you)|make it)\b|想[换換要]|[换換]成"
)
_END = re.compile(r"[.?!;,，。；？！]|\b(?:but|and)\b")
_COLOUR = re.compile(
    r"\b(?:black|white|gr[ae]y|red|blue|navy|green|olive|yellow|orange|pink|purple|brown|beige"
    r"|gold|silver)\b|[黑白灰红紅蓝藍绿綠黄黃橙粉紫棕]色?"
)


def matter_at_hand(stand: Stand) -> Values | None:
    """Lost where the carrier's scans say so, missing from the parcel otherwise."""
    return {"problem": "lost" if _lost(stand) else "missing"}


def _lost(stand: Stand) -> bool:
    return stand.purchase.verdict("report_missing").clause == clauses.LOST


def all_of_a_lost_parcel(stand: Stand) -> Values | None:
    """What lies in a lost parcel needs no naming, and what cannot be told needs none."""
    possible = stand.purchase.possible(stand.action)
    if len(possible) == 1 or (possible and stand.known.get("problem") == "lost"):
        return {"items": tuple(Piece(line.position) for line in possible)}
    return None


def read_remedy(message: str, asked: bool, stand: Stand) -> Values | None:
    text = _NOT.sub(" ", plain(message))
    if _MUST.search(text):
        return None  # "do I have to send the broken one back" chooses nothing
    again = bool(_AGAIN.search(text) or (asked and _SEND_IT.search(text)))
    again = again or (asked and bool(_AS_ORDERED.search(text)))
    again = again or (asked and _wants_what_was_bought(text, stand))
    money = bool(_MONEY.search(text) or (asked and _JUST_MONEY.search(text)))
    if asked and _GIVE_BACK.search(text) and not asks(message):
        money = True  # "and the candle, can that go back?" answers nothing
    return {"remedy": "refund" if money else "reship"} if again != money else None


def _wants_what_was_bought(text: str, stand: Stand) -> bool:
    """Whether "I want the white one" names what should have come instead of something wrong."""
    if stand.known.get("problem") != "wrong" or not _WANTS.search(text):
        return False
    bought = [stand.purchase.line(one.item).variant for one in stand.pieces]
    names = [name.lower() for one in bought if one for name in (one.en, one.zh) if name]
    return any(re.search(rf"(?<![a-z]){re.escape(one)}(?![a-z])", text) for one in names)


def ask_remedy(stand: Stand) -> Question:
    """With a word on photos, where they will be needed and were not sent yet."""
    words = _REMEDY
    if not_needed(stand) is None and read_photos(stand.said, False, stand) is None:
        words = Text(en=f"{_REMEDY.en} {_PHOTOS_TOO.en}", zh=f"{_REMEDY.zh}{_PHOTOS_TOO.zh}")
    return Question(words, (option(_SEND), option(_REFUND)))


def goes_on(message: str) -> bool:
    """Whether who was told where to look for a parcel wants it followed up."""
    return has_looked(message) or bool(_AGAIN.search(message) or _JUST_MONEY.search(message))


def read_photos(message: str, asked: bool, stand: Stand) -> Values | None:
    found = tuple(dict.fromkeys(match[0].rstrip(").,") for match in _PHOTO.finditer(message)))
    return {"photos": found[:10]} if found else None


def sends_photos(message: str) -> bool:
    return _PHOTO.search(message) is not None


def not_needed(stand: Stand) -> Values | None:
    """Nobody has to show what the carrier itself says."""
    lines = [stand.purchase.line(one.item) for one in stand.pieces]
    proven = lines and all(stand.purchase.proven(line, stand.action) for line in lines)
    return {} if proven else None


def ask_photos(stand: Stand) -> Question:
    return Question(_SHOW, person=True)


_REMEDY = Text(
    en="Should it be sent again, or would you like the money back?", zh="请问希望补发，还是退款？"
)
_PHOTOS_TOO = Text(
    en="Photos of the item, the box and the label are needed, too.",
    zh="另外需要商品、外箱和面单的照片。",
)
_SEND = Text(en="Send it again", zh="补发")
_REFUND = Text(en="Money back", zh="退款")
_SHOW = Text(
    en="Please add photos of the item, the box and the label; links or file names will do. "
    "A person can take them, too.",
    zh="请添加商品、外箱和面单的照片，发送链接或文件名也可以，也可以转人工客服提交。",
)

MATTER = Slot(read_matter, ask_remedy, matter_at_hand)
REMEDY = Slot(read_remedy, ask_remedy)
PHOTOS = Slot(read_photos, ask_photos, not_needed)
