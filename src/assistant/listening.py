"""What a message is about once greetings, interjections and sentences beside it are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from assistant.evidence import borne_out
from assistant.order_numbers import plain
from assistant.questions import asks

SAYS_LITTLE = frozenset({"yes", "no", "thanks", "greeting", "other", "followup", "complaint"})
"""Labels of words that go before or behind what somebody is after."""

_TOLD = frozenset({"damaged", "missing", "product", "order.contents"})
"""Labels of what is told rather than wanted, so that a question behind it counts as much."""

_SURE = 0.5
_MOST_PIECES = 4

Ranked = list[tuple[str, float]]


class Ranking(Protocol):
    def rank(self, message: str) -> Ranked: ...


@dataclass(frozen=True)
class Once:
    """A ranking that looks at each text once, however often one message is asked about."""

    ranking: Ranking
    known: dict[str, Ranked] = field(default_factory=dict)

    def rank(self, message: str) -> Ranked:
        if message not in self.known:
            self.known[message] = self.ranking.rank(message)
        return self.known[message]


_LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|k|yes|yeah|yep|yup|no|nope|nah|great|good|nice|perfect|lovely|fine|cool"
    r"|alright"
    r"|all right|right|well|so|then|hmm+|uh+m*|um+|er+m*|oh|ah|hi|hello|hey|actually|wait|sorry"
    r"|please"
    r"|thanks?(?: (?:a lot|you|so much))?|thx|cheers|whatever|come on|listen|look|sure|got it"
    r"|i see|that'?s (?:absurd|ridiculous|fine|ok(?:ay)?|good|great)|forget it|never ?mind|leave it"
    r"|(?:can|could|may) (?:we|i|you) (?:please )?(?:speak|talk|write|use) (?:in )?(?:english"
    r"|chinese))"
    r"\b[\s,.!?;:…-]*"
    r"|(?:好(?:的|吧|嘞)?|行吧?|可以|嗯+|哦|噢|喂|对(?:的|啊)?|不对|不是|是的|那个|这个|你好|您好"
    r"|谢谢[你您啦了]*"
    r"|多谢|算了|等(?:一?下|等)|先?问一[句下]|凭什么|真是的|无语|明白了?|知道了"
    r"|(?:可以|能|能不能)(?:说|讲|用)(?:中文|英文|英语)吗?)[\s,，.。!！?？;；…]+"
    r"|算了(?=还是|直接|干脆|就)"
    r"|那么?(?=[^\s,，个個一两单單边邊里裡些]))+",
    re.IGNORECASE,
)
_PIECE = re.compile(
    r"(?<=[.!?;。！？；…])\s*|(?<=[,，])\s*|\n+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_SENTENCE = re.compile(r"(?<=[.!?;。！？；…])\s*|\n+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_MEANT = re.compile(r"[A-Za-z]{2}|[\u3400-\u9fff]{2}|\d")


def without_lead(text: str) -> str:
    """The text behind "ok, thanks, but ..."; all of it where nothing is left."""
    rest = _LEAD.sub("", text.strip(), count=1).strip()
    return rest if _MEANT.search(rest) else text


_DROPPED = re.compile(
    r"^(?:(?:ok(?:ay)?|well|no|then|so|in that case)[\s,]+)*(?:i(?:'ll not| won't| will not"
    r"|'d rather not)|(?:then )?(?:don't|do not)|no need to) (?:cancel|return|exchange|change|swap)"
    r"(?: (?:it|that|this|them|anything))?(?: then| after all)?\s*[,.;!-]\s*"
    r"|^(?:(?:好|行|算了|嗯|哎呀?|唉|哦|那|等[等下]|等一下)[吧呀啊的]?[\s,，.。!！]*)*"
    r"(?:(?:那|就|先|我|还是)*(?:不|别|別)(?:想|用|要)?(?:取消|退货|退|换货|换|換|改)"
    r"(?:它|这单|这个)?(?:了|啦|吧)*[\s,，.。;；!！]*)+(?<=[\s,，.。;；!！了吧啦])"
    r"(?:(?:就?留着?(?:用|吧|了)*|就?\S{1,3}的?就\S{1,3}?的?吧?|就\S{1,3}的吧?|还是\S{1,3}的吧?)"
    r"[\s,，.。;；!！]+)?",
    re.IGNORECASE,
)
"""A wish that is let go before something else is asked."""


_TURNED = re.compile(
    r"^.{3,80}?(?:\.{2,}|…|[,;-])\s*(?:oh |ah )?(?:no|nah|wait|actually|hmm)[\s,.]+(?:no[\s,.]+)?"
    r"(?:forget (?:it|that)|scrap (?:it|that)|never ?mind|actually|instead|rather)[\s,.]+(?:just )?"
    r"|^.{2,40}?[\s,，.。…]*(?:不对|算了|不不|等等)[\s,，。]*(?:还是|直接|干脆)",
    re.IGNORECASE | re.DOTALL,
)
"""What is taken back in the same breath: "pay by card... no, forget it, cancel"."""


_CALLED = re.compile(
    r"^(?:(?:客服|亲|老板|店家|店主|掌柜|美女|帅哥|小?姐姐|小哥哥?|小姑娘|师傅)(?:小?姐姐|小哥哥?|们)?[啊呀哈]?"
    r"[\s,，!！。~～]+)+(?=\S.{4})"
)
"""Whom a text speaks to, which asks for nobody: "客服，花瓶碎了"."""


def kept(text: str) -> str:
    """What is left of a text without whom it speaks to and what it takes back; all where nothing
    would be."""
    text = _CALLED.sub("", text, count=1)
    rest = _DROPPED.sub("", _TURNED.sub("", text, count=1), count=1)
    return rest if _MEANT.search(rest) else text


def listen(text: str, ranking: Ranking) -> Ranked:
    """The matters of a text, the likeliest first.

    Where the whole says little, or nothing surely, the piece of it that says most surely what is
    wanted is taken for it.
    """
    text = kept(text)
    whole = borne_out(text, ranking.rank(text))
    told = whole[0][0] not in SAYS_LITTLE | _TOLD
    if told and whole[0][1] >= _SURE:
        return whole
    if asked := _asked(text, ranking):
        whole = _together(whole, asked)
    if whole[0][1] >= _SURE and whole[0][0] not in SAYS_LITTLE:
        return whole
    best: Ranked | None = None
    for piece in _pieces(text):
        ranked = borne_out(piece, ranking.rank(piece))
        label, probability = ranked[0]
        if label in SAYS_LITTLE or probability < _SURE:
            continue
        if best is None or probability > best[0][1]:
            best = ranked
    return best or whole


def _asked(text: str, ranking: Ranking) -> Ranked | None:
    """What the last sentence asks, where it is a question and what stands before is none."""
    sentences = [one for one in _SENTENCE.split(plain(text)) if _MEANT.search(one)]
    if len(sentences) < 2 or not asks(sentences[-1]) or any(map(asks, sentences[:-1])):
        return None
    ranked = borne_out(text, ranking.rank(sentences[-1]))
    return ranked if ranked[0][0] not in SAYS_LITTLE and ranked[0][1] >= _SURE else None


def _together(whole: Ranked, asked: Ranked) -> Ranked:
    """Both in equal shares."""
    found = dict(whole)
    for label, probability in asked:
        found[label] = found.get(label, 0.0) + probability
    return sorted(((one, share / 2) for one, share in found.items()), key=lambda one: -one[1])


def _pieces(text: str) -> list[str]:
    """What stands behind the lead, and its sentences and clauses, each once."""
    rest = without_lead(plain(text))
    found = [rest, *(without_lead(one.strip()) for one in _PIECE.split(rest) if one)]
    worth = [one for one in dict.fromkeys(found) if one != text and _MEANT.search(one)]
    return worth[: _MOST_PIECES + 1]
