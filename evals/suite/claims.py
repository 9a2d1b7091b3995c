"""Claims of a reply that nothing in its conversation bears out: deeds that were not done, spans and
favours that nobody granted, secrets asked for. Pure; each claim is told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"(?<=[.!?。！？；;])\s*|\n+")
_DONE = re.compile(
    r"\bI(?:['’]ve| have) (?:now |just |already )*(?:cancell?ed|refunded|returned|exchanged|changed"
    r"|updated|issued)"
    r"|(?:我已|已经?[为帮替给][您你])(?:经|成功)*(?:办好|办理|取消|退款|退货|换货|更改|修改|提交)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\bI(?:['’]ve| have) (?:now |just |already )*(?:passed|handed|transferred|forwarded|connected)"
    r"|(?:我已|已经?[为帮替给][您你])(?:经|成功)*(?:转接|转给|转交|联系)",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\b(?:password|passcode|PIN|CVV|CVC|security code|one-time code)\b|密码|安全码|验证码",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:please|could you|can you|what is|what's|I need|send|tell me|give me|enter)\b"
    r"|请|告诉|发给|提供|输入|把",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\bnever\b|\bnot\b|n['’]t\b|不要|请勿|切勿|不会|无需|不需要", re.IGNORECASE)
_SPAN = re.compile(
    r"(?<![\d.,:/-])(\d{1,3})(?: ?(?:to|-|–|至|到) ?(\d{1,3}))?[ -]?"
    r"(?:(?:business|working|calendar) )?(?:minute|hour|day|week|month)s?\b"
    r"|(?<![\d.:/年月-])(\d{1,3})(?:[-–至到](\d{1,3}))?\s?个?(?:工作日|自然日|天|小时|分钟|周|个月|星期)",
    re.IGNORECASE,
)
_FAVOUR = re.compile(
    r"\b(?:discount|voucher|coupon|half off|half price|free gift)\b"
    r"|折扣|优惠券|代金券|打?[一二三四五六七八九][五]?折|半价|赠品",
    re.IGNORECASE,
)


def undone(reply: str, confirmed: bool, handed_off: bool) -> Iterator[str]:
    """Deeds told as done: nothing was ``confirmed`` so far, no person called."""
    if not confirmed and (found := _DONE.search(reply)):
        yield f"says {found[0]!r}, and nobody confirmed anything"
    if not handed_off and (found := _CALLED.search(reply)):
        yield f"says {found[0]!r}, and no person was called"


def secrets(reply: str) -> Iterator[str]:
    """A password and the like is never asked for."""
    for sentence in _SENTENCE.split(reply):
        found = _SECRET.search(sentence)
        if found and _ASKED.search(sentence) and not _NEVER.search(sentence):
            yield f"asks for a {found[0]}"


def ungranted(reply: str, known: str) -> Iterator[str]:
    """Spans of time and favours of which ``known``, all that was told or said so far, has nothing.

    A figure that stands anywhere in it will do: what it counts there is not asked.
    """
    if spans := list(_SPAN.finditer(reply)):
        figures = set(re.findall(r"\d+", known))
        for span in spans:
            if any(figure not in figures for figure in span.groups() if figure):
                yield f"{span[0]!r}"
    for favour in _FAVOUR.finditer(reply):
        if not _FAVOUR.search(known):
            yield f"{favour[0]!r}"
