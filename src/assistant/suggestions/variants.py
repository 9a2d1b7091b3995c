"""What code can make of a draft when the agent wants it another way."""

from __future__ import annotations

import re

from assistant.grounding import sentences
from assistant.grounding.claims import claims
from orderdb.text import Language, Text

WISHES = {
    "shorter": "Make it shorter: one or two sentences.",
    "apologise": "Begin with a short, sincere apology for the trouble.",
}
"""What a model is told of a wish."""

_SORRY = re.compile(r"\bsorry\b|\bapolog|抱歉|对不起|歉意", re.I)
_APOLOGIES = {
    "late": Text(en="I am sorry that you have had to wait.", zh="让您久等了，非常抱歉。"),
    "goods": Text(
        en="I am very sorry about the trouble with your order.",
        zh="订单给您带来了麻烦，非常抱歉。",
    ),
    "any": Text(en="I am sorry for the inconvenience.", zh="给您带来不便，非常抱歉。"),
}
_KIND = {
    "order.where": "late",
    "order.when": "late",
    "order.refund": "late",
    "damaged": "goods",
    "missing": "goods",
    "do.return": "goods",
    "do.exchange": "goods",
}
HOLDING = Text(
    en="Thank you for asking. I will look into this and answer you here.",
    zh="感谢您的咨询，我先核实一下，稍后在这里回复您。",
)
"""Where no rule was found: a tool's own words for that are for whoever searches."""
_FEWEST = 2


def apologises(text: str) -> bool:
    return _SORRY.search(text) is not None


def apologising(text: str, intent: str, language: Language) -> str:
    """The text with an apology in front, unless it has one."""
    if apologises(text):
        return text
    return _led_by(_APOLOGIES[_KIND.get(intent, "any")].get(language), text, language)


def shorter(text: str, language: Language) -> str:
    """The sentences that state something, and the first; of many, the first half.

    What can be cut no further comes back as it is.
    """
    told = [one.strip() for one in sentences(text) if one.strip()]
    kept = [one for number, one in enumerate(told) if number == 0 or claims(one)]
    if len(kept) == len(told):
        kept = told[: max(_FEWEST, len(told) // 2)] if len(told) > _FEWEST else told
    return ("" if language == "zh" else " ").join(kept)


def _led_by(opening: str, text: str, language: Language) -> str:
    return f"{opening}{'' if language == 'zh' else ' '}{text}"
