"""How a customer sounds: a rule over words in both languages, the same for queue and tickets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Mood(StrEnum):
    CALM = "calm"
    UNHAPPY = "unhappy"
    ANGRY = "angry"


# Insults, threats and ultimatums: one of them is enough.
_ANGER = re.compile(
    r"\b(?:ridiculous|outrageous|disgrac\w*|unacceptable|pathetic|furious|scam(?:mers?)?|fraud|"
    r"liars?|lied to|thie(?:f|ves)|rip[- ]?off|incompetent|useless|idiots?|bullshit|damn|"
    r"(?:what a|total|complete) joke|sick of|fed up|had enough|worst (?:\w+ ){0,2}(?:ever|service)|"
    r"never (?:again|order\w* (?:here|from you)|buy\w* (?:here|from you))|how dare|"
    r"(?:my )?(?:lawyer|attorney|solicitor)|sue you|legal action|take you to court|"
    r"report you|consumer (?:protection|rights|office)|chargeback)\b"
    r"|太过分|过分了|气死|骗子|骗人|欺骗|垃圾(?!桶|箱|袋|站|分类|堆)|无耻|离谱|忍无可忍|受够|坑人|坑我|黑店|"
    r"什么破|什么玩意|什么垃圾|有没有搞错|再也不(?:买|来|在)|投诉你|要投诉|去投诉|12315|消协|起诉|律师|"
    r"曝光|差评|滚|妈的|[傻煞]逼|混蛋|不要脸|糊弄|敷衍",
    re.I,
)
# Disappointment: said in anger or in sorrow.
_SORROW = re.compile(
    r"\b(?:disappoint\w*|unhappy|upset|annoy\w*|frustrat\w*|terrible|awful|horrible|not happy|"
    r"not satisfied|dissatisfied|let down|complain\w*|still (?:no|not|nothing|waiting|haven'?t|"
    r"hasn'?t)|waiting (?:for )?(?:ages|weeks|so long|forever|far too long)|"
    r"(?:third|fourth|fifth|3rd|4th|5th|second|2nd) time|(?:nobody|no one|no-one) (?:answers?|"
    r"repl\w+|helps?|cares?)|again and again|keep(?:s)? (?:telling|saying|getting)|"
    r"wast\w+ (?:of )?(?:my )?time|not good enough|poor service|bad service)\b"
    r"|失望|不满|不开心|不高兴|生气|郁闷|烦死|很烦|无语|糟糕|太差|太慢|差劲|等了(?:很|这么|那么|好|太)久|"
    r"怎么还(?:没|不)|还没(?:有)?(?:到|发|收到|退|处理|解决)|都(?:几|多少)天了|第[二三四五]次|"
    r"没人(?:回|理|管|处理)|一直(?:没|不)|搞什么|服务(?:很|太|真)差|浪费(?:我的)?时间|投诉|抱怨",
    re.I,
)
_SHOUTED = re.compile(r"[!！?？]{3,}")
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
_SPOKEN = re.compile(r"\b[A-Za-z]{4,}\b")
_UNHAPPY_ENOUGH = 2
"""So many unhappy messages among the newest make an angry customer."""
_REMEMBERED = 4
_LOUD_WORDS = 3


def mood_of(message: str) -> Mood:
    """The mood of one message by itself."""
    if _ANGER.search(message):
        return Mood.ANGRY
    loud = bool(_SHOUTED.search(message)) or _shouts(message)
    if _SORROW.search(message):
        return Mood.ANGRY if loud else Mood.UNHAPPY
    return Mood.UNHAPPY if loud else Mood.CALM


def mood(messages: Sequence[str]) -> Mood:
    """The mood after these messages of a customer, oldest first; calm words calm it slowly.

    The newest few count. Being unhappy again and again is being angry.
    """
    newest = [mood_of(message) for message in messages[-_REMEMBERED:]]
    if not newest:
        return Mood.CALM
    if Mood.ANGRY in newest[-2:] or newest.count(Mood.UNHAPPY) > _UNHAPPY_ENOUGH:
        return Mood.ANGRY
    if Mood.ANGRY in newest or Mood.UNHAPPY in newest[-2:]:
        return Mood.UNHAPPY
    return Mood.CALM


def moods(messages: Sequence[str]) -> list[Mood]:
    """How the mood went: after each of the messages."""
    return [mood(messages[: number + 1]) for number in range(len(messages))]


def _shouts(message: str) -> bool:
    """Whether most words are in capitals: order numbers and short names are no shouting."""
    capitals, words = _CAPITALS.findall(message), _SPOKEN.findall(message)
    return len(capitals) >= _LOUD_WORDS and len(capitals) * 2 > len(words)
