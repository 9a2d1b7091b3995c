"""How a customer feels, by the words of one message, in English and Chinese.

Only what is said about the matter or the shop counts: a damaged parcel is sad, not angry.
"""

from __future__ import annotations

import re

from orderdb.statuses import Mood

_ANGRY = re.compile(
    r"\b(?:furious|outrage(?:d|ous)?|scam(?:med|mers?)?|fraud(?:sters?)?|thie(?:f|ves)|ripped? off"
    r"|rip-?off|disgust(?:ed|ing)|livid|pissed|bull ?shit|damn(?:ed)?|wtf|screw you|idiots?"
    r"|worst (?:\w+ )?(?:shop|store|service|company|experience)|never (?:again|ordering|buying)"
    r"|fed up|sick (?:and tired )?of|lying to me|liars?|joke of a|absolute(?:ly)? (?:joke|terrible"
    r"|unacceptable|ridiculous)|how dare)\b"
    r"|骗子|诈骗|欺[诈騙骗]|坑人|坑爹|黑店|垃圾(?:店|公司|服务|客服|平台)|气死|氣死|太过分|太過分|忍无可忍"
    r"|滚|妈的|他妈|什么玩意|什麼玩意|再也不(?:买|買|来|來)|有病|耍我|忽悠|无耻|無恥|愤怒|憤怒",
    re.IGNORECASE,
)
_UNHAPPY = re.compile(
    r"\b(?:un(?:happy|acceptable|believable)|not (?:happy|acceptable|good enough|satisfied)"
    r"|disappoint(?:ed|ing|ment)|frustrat(?:ed|ing)|annoy(?:ed|ing)|upset|angry|terrible|awful"
    r"|horrible|ridiculous|useless|pathetic|waste of (?:my )?time|complain(?:t|ing)?"
    r"|no(?: one|body) (?:helps|answers|replies)|still waiting|how (?:much longer|many times)"
    r"|again and again|poor service|bad service|let down)\b"
    r"|不满|不滿|失望|生气|生氣|太差|很差|差劲|差勁|离谱|離譜|无语|無語|糟糕|受不了|烦死|煩死|投诉|投訴"
    r"|没人(?:理|管|回)|沒人(?:理|管|回)|多少次|到底(?:要|什么时候|什麼時候)|等了(?:这么|這麼|那么|好)久|敷衍",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(
    r"\b(?:not|isn'?t|aren'?t|wasn'?t|never) (?:\w+ ){0,2}"
    r"(?:angry|upset|unhappy|disappointed|annoyed|frustrated|complaining"
    r"|a (?:complaint|scam|fraud))"
    r"|\bno complaints?\b|\bfraud (?:protection|check|alert|department)\b|\banti-?fraud\b"
    r"|(?:没|沒|不是?)(?:有)?(?:生气|生氣|投诉|投訴|失望|不满|不滿)|防(?:诈|詐)骗?",
    re.IGNORECASE,
)
_LOUD = re.compile(r"[!！]{3,}|[?？!！]{4,}")
_FEWEST_CAPITALS = 12


def mood_of(text: str) -> Mood:
    """The mood of one message."""
    said = _NOT_MEANT.sub(" ", text)
    if _ANGRY.search(said):
        return Mood.ANGRY
    unhappy = _UNHAPPY.search(said) is not None
    loud = _LOUD.search(said) is not None or _shouted(said)
    if unhappy and loud:
        return Mood.ANGRY
    return Mood.UNHAPPY if unhappy or loud else Mood.CALM


def _shouted(text: str) -> bool:
    """Whether it is written in capitals; order numbers and short words are not shouting."""
    words = [word for word in re.findall(r"[A-Za-z]{3,}", text) if not word.isdigit()]
    capitals = sum(len(word) for word in words if word.isupper())
    letters = sum(len(word) for word in words)
    return capitals >= _FEWEST_CAPITALS and capitals > 0.7 * letters
