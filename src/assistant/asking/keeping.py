"""What a message says stays as it is: "return the kettle, the apron I keep"."""

from __future__ import annotations

import re

_CLAUSE = re.compile(
    r"[,;.!?，。；！？\n]+|\b(?:and|but|while|whereas)\b|但是?|而(?!不是)"
    r"|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_KEPT = re.compile(
    r"\b(?:keep(?:ing)?|kept|hold(?:ing)? on to|hang on to|stays?|remains?"
    r"|leave (?!(?:[\w'-]+ ){0,3}(?:out|off)\b)"
    r"|(?:do|still|also) (?:want|need)"
    r"|(?:is|are|was|were)(?: \w+)? (?:fine|ok|okay|good|great|lovely|perfect|nice))\b"
    r"|^\W*not\b"
    r"|\b(?:only|just) (?:got|received)\b|\b(?:came|arrived|is here)\b"
    r"|留着|留下|留住|保留|不退|别退|不换|别换|别动|不动|还是?要|继续要|照常|(?:就|只)有?[一两兩二三四五六]?[个個条條件只双](?!.*[退换])|只(?:收到|到了|来了)"
    r"|^(?:我|那|就|但)*[只就](?:想?要|留|剩)(?!求|是|你)(?!.*[退换取删])"
)
_BUT = re.compile(
    r"\b(?:except(?: for)?|apart from|other than|aside from)\b"
    r"|除了|除开"
)
_ALL_BUT = re.compile(r"\b(?:everything|all|anything) but\b", re.IGNORECASE)
_REST = re.compile(r"以外|之外|外[，,]?|(?=其[他它余]|都|全)")


_NO_GOODS = (
    r"(?:and|or|i|you|we|is|are|was|were|can|could|in|it|please|for|to|from|on|off|has|have|does|do"
    r"|should|still|that|which)"
)
_WORD = rf"(?!{_NO_GOODS}\b)[\w'-]+"
_GOODS = rf"(?:(?:the|my|an?|that|those|some|two|three) )*{_WORD}(?: {_WORD})?"
_ORDER_WITH = re.compile(
    r"\b(?:the|that|my) (?:other )?(?:order|parcel|package|box|delivery|shipment|one)"
    r" (?:with|w/?|containing|that (?:ha[sd]|holds?|came with)|where i (?:got|bought|ordered))"
    rf" {_GOODS}(?: (?:and|&) {_GOODS})?(?: in it)?"
    r"|(?:有|含|买了?)[^,，。？?]{1,8}的?[那这](?:[个個单單笔筆]|一[个单笔])"
    r"|[和跟][^,，。？?]{1,8}一起[买下订]的",
    re.IGNORECASE,
)
"""What says which order is meant, and not which of its items."""

_SOUND = re.compile(
    r"(?:['’]s|\b(?:is|are|was|were)) (?:in (?:there|it)|inside|there|here|fine)\b(?!.*\?)"
    r"|没事|没问题|没坏|没毛病|没少|是好的|好好的|完好|还?在(?:的|呢|里面)?\s*$|(?<!没)都?有\s*$"
)


def parted_by_keeping(message: str, *, reported: bool = False) -> tuple[str, str]:
    """The words about what is wanted, and those about what is kept; either may be empty.

    ``reported``: of goods that arrived broken or not at all, where those that are sound stay.
    """
    wanted, kept = [], []
    message = _ORDER_WITH.sub(" ", message)
    for clause in _CLAUSE.split(_ALL_BUT.sub("except", message)):
        if exception := _BUT.search(clause):
            spared, rest = _spared(clause[exception.end() :])
            kept.append(spared)
            wanted.append(f"{clause[: exception.start()]} all {rest}")
        elif _KEPT.search(clause.lower().strip()) or (reported and _SOUND.search(clause)):
            kept.append(clause)
        else:
            wanted.append(clause)
    return ", ".join(wanted), ", ".join(kept)


def singled_out(wanted: str) -> str:
    """The clauses that alone are wanted, or that say what is not wanted any more; empty for none.

    "I ordered a throw and a mug, I've gone off the throw", "the teapot order, just the mug of it".
    """
    clauses = [one for one in _CLAUSE.split(wanted) if one.strip()]
    # "I don't need the shirt, just the throw" gives up the shirt.
    for words in (_UNWANTED, _TAKEN_OUT, _ONLY):
        alone = [one for one in clauses if words.search(one.lower())]
        if alone and len(alone) < len(clauses):
            return ", ".join(alone)
    return ""


_TAKEN_OUT = re.compile(
    r"\b(?:take|taking|knock|leave|pull) (?:[\w'-]+ ){1,5}(?:off|out)\b"
    r"|\b(?:remove|drop|delete|ditch|bin|scrap) (?:the|my|one|that|those|two)\b"
)
_ONLY = re.compile(r"\b(?:only|just) (?:the|that|those|this|these|my|one)\b")
_UNWANTED = re.compile(
    r"\bgone off\b|\b(?:don['’]?t|do not|didn['’]?t|no longer) (?:really )?(?:want|need|like)\b"
    r"|\bchanged my mind (?:on|about)\b|\bnot (?:so )?(?:keen on|sure about)\b|不想?要"
)


def _spared(words: str) -> tuple[str, str]:
    """What stands behind "except", and what goes on behind that: ``除了杯子都退``."""
    end = _REST.search(words)
    return (words[: end.start()], words[end.end() :]) if end else (words, "")
