"""Goods that came damaged, wrong or not at all: what is wrong, what is wanted, what shows it."""

from __future__ import annotations

import re

from assistant.asking.naming import plain
from assistant.asking.slot import Question, Slot, Stand, option
from assistant.calls import Piece, Values
from orderdb.eligibility import clauses
from orderdb.text import Text

_WRONG = re.compile(
    r"\b(?:wrong|different|instead of|rather than|not what i (?:ordered|bought)|someone else'?s"
    r"|somebody else'?s|mixed up|another item)\b|错|錯|不是我|别人的|別人的|不一样|不一樣|不符"
)
_AGAIN = re.compile(
    r"\b(?:re-?send|re-?ship|replace(?:ment|d)?|send (?:\w+ ){0,4}(?:again|new|once more|another)"
    r"|(?:a |the )?(?:new|right|correct) one|another one|once more|again)\b"
    r"|补发|補發|重发|重發|重新[发發寄]|再[发發寄]|换新|換新"
)
_MONEY = re.compile(
    r"\b(?:refund(?:ed)?|money back|my money|reimburse\w*|cash back)\b|退款|退钱|退錢|退我钱|把钱退"
)
_SEND_IT = re.compile(r"\bsend (?:me |us )?(?:the|a|my|it|them|one)\b|[寄发]一?[个件]")
_JUST_MONEY = re.compile(r"\bmoney\b|\bcash\b|[要退给]?钱")
_NOT = re.compile(
    r"\b(?:don'?t|do not|no|not|never|rather than|instead of) (?:really )?(?:want|need)?(?: an?y?)?"
    r"(?: the)? ?(?:\w+ing )?(?=refund|money|replac|new one|another)\w*(?: (?:back|one))?"
    r"|(?:不[要想用]|别|別)再?(?:退款|退钱|补发|重发|换新|重新发)"
)
_PHOTO = re.compile(
    r"https?://[^\s/]+/\S+|(?<![\w/])[\w().-]*\w\)?"
    r"\.(?:jpe?g|png|gif|heic|heif|webp|avif|bmp|tiff?|pdf|mp4|mov)(?![A-Za-z0-9_]|\.\w)",
    re.IGNORECASE,
)


def read_matter(message: str, asked: bool, stand: Stand) -> Values | None:
    """Damaged goods are named by the label; what came in their place, by the words."""
    if stand.action == "report_damaged":
        return {"problem": "damaged"}
    return {"problem": "wrong"} if _WRONG.search(plain(message)) and not _lost(stand) else None


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
    again = bool(_AGAIN.search(text) or (asked and _SEND_IT.search(text)))
    money = bool(_MONEY.search(text) or (asked and _JUST_MONEY.search(text)))
    return {"remedy": "refund" if money else "reship"} if again != money else None


def ask_remedy(stand: Stand) -> Question:
    """With a word on photos, where they will be needed and were not sent yet."""
    words = _REMEDY
    if not_needed(stand) is None and read_photos(stand.said, False, stand) is None:
        words = Text(en=f"{_REMEDY.en} {_PHOTOS_TOO.en}", zh=f"{_REMEDY.zh}{_PHOTOS_TOO.zh}")
    return Question(words, (option(_SEND), option(_REFUND)))


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
