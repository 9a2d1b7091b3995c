"""What a sentence asserts in words: that something happened, will happen or is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.grounding.hints import Sieve
from assistant.grounding.topics import TOPICS, Kind, Topic

Aspect = Literal["done", "is", "coming", "not"]
"""``is`` is the present passive, which tells of one order or of a rule: "it is refunded"."""


@dataclass(frozen=True)
class Assertion:
    topic: Topic
    aspect: Aspect


class _Sentence:
    """A sentence as its parts see it; most parts say nothing, so little is looked at beforehand."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [0]
        for match in _BREAK.finditer(text):
            ends.append(match.end() if not match.group().isalpha() else match.start())
        texts = [text[a:b] for a, b in zip(ends, [*ends[1:], len(text)], strict=True)]
        self.texts = [_JOINT.sub("", one) for one in texts if one.strip()]

    def parts(self) -> Iterator[_Part]:
        for number, text in enumerate(self.texts):
            yield _Part(text, self, number == len(self.texts) - 1)

    @cached_property
    def asks(self) -> bool:
        return self.text.rstrip().endswith(("?", "？"))

    @cached_property
    def conditional(self) -> bool:
        return any(CONDITION.search(one) for one in self.texts)


@dataclass(frozen=True)
class _Part:
    """A stretch of a sentence between commas and conjunctions."""

    text: str
    sentence: _Sentence
    last: bool

    @cached_property
    def conditional(self) -> bool:
        return bool(_CONDITIONAL.match(self.text))

    @cached_property
    def question(self) -> bool:
        return self.sentence.asks and (
            self.last or bool(_ASKS.search(self.text)) or bool(_ASKS.match(self.sentence.text))
        )

    @property
    def in_conditional(self) -> bool:
        return self.sentence.conditional

    @cached_property
    def latin(self) -> bool:
        return _LATIN.search(self.text) is not None

    @cached_property
    def han(self) -> bool:
        return not self.text.isascii()


_ENGLISH = ("past", "participle", "base")
_LATIN = re.compile("[A-Za-z]")
_JOINT = re.compile(r"^(?:and|but|so|because|which|while|although|though)\b", re.I)
_BREAK = re.compile(
    r"[,;:,，；：、()（）—。]|\.(?=\s)|\b(?:and|but|so|because|which|while|although|though)\b"
    r"|但|而|因为|所以|并且|并(?!没|不|未)|因此",
    re.I,
)
CONDITION = re.compile(
    r"\b(?:if|once|when|whenever|until|unless|after|before|whether|in case|as soon as|by the time"
    r"|should (?:it|you|the|your)|how|where|what|why)\b"
    r"|如果|若|假如|要是|一旦|等到|待|直到|是否|的话|如(?=需|果|您|有|未|已|在)",
    re.I,
)
_CONDITIONAL = re.compile(rf"\W*(?:then )?(?:{CONDITION.pattern})", re.I)
_ASKS = re.compile(
    r"^\W*(?:please |so |and |or )?(?:is|are|was|were|has|have|had|do|does|did|can|could|would"
    r"|will|should|shall"
    r"|may|which|what|when|where|who|why|how|any)\b|[吗呢]|什么|哪|是否|多少|怎么|几号",
    re.I,
)
NEGATION = re.compile(
    r"\b(?:not|never|no|none|neither|nor|cannot|unable|without|yet to|nothing|hardly|instead of"
    r"|rather than"
    r"|aren['’]t|hasn['’]t)\b|n['’]t\b",
    re.I,
)
_NOT_ZH = re.compile(r"未|没|尚|不|无法|别|勿|无")
_MAYBE = re.compile(
    r"\b(?:can|could|(?-i:may)|might|able to|possible|eligible|allowed|entitled|option)\b", re.I
)
_WILL = re.compile(
    r"\b(?:will|shall|going to|should|would|(?:expected|due|likely|set|scheduled|estimated|about"
    r"|on course"
    r"|planned|bound) to|is to|are to|(?:is|are) being|gets?|getting)\b|['’]ll\b|\bexpected\s*$",
    re.I,
)
_WISHED = re.compile(
    r"\b(?:to|please|let|want|wish|like|need|asked? for|click|press|button|choose|how|for"
    r"|without|before|after)"
    r"\b(?:\s+\w+){0,2}\s*$",
    re.I,
)
_HAS = re.compile(r"\b(?:has|have|had|been|was|were|got|already|now|just)\b|['’]ve\b", re.I)
_IS = re.compile(r"\b(?:is|are|being|status|state)\b|['’](?:s|re)\b", re.I)
_WHO = re.compile(
    r"\b(?:i|we|they|he|she|who|carrier|courier|driver|postman|warehouse|team|colleague|DHL|UPS"
    r"|FedEx)"
    r"(?:\s+(?:\w+ly|just|already|also|now))*\s*$",
    re.I,
)
_ACTS = re.compile(
    r"\b(?:i|we|you|it|they|this|that|order|orders|parcel|parcels|package|packages|item|items"
    r"|delivery|courier"
    r"|carrier|driver|[a-z]*\d[\w-]*)(?:\s+(?:\w+ly|just|already|also|now|then|both))*\s*$",
    re.I,
)
_SAID = re.compile(
    r"\bsorry to hear\b|\byou (?:say|said|mention|told|wrote|report|describe)\w*\b|您(?:说|提到"
    r"|反映)",
    re.I,
)
_DONE_ZH = re.compile(r"已|刚|成功|昨|被|完")
_DONE_AFTER_ZH = re.compile(
    r"^(?:了|好了|好啦|完成|成功|完毕|已|过了|完了|给您了|到账|到位)|^[^,，。、]{0,6}了(?!解)"
    r"|^\S{0,3}(?:完成|成功)"
)
_WILL_ZH = re.compile(
    r"会|将|预计|预期|马上|很快|就能|就可|稍后|正在|即可|就(?=[送到退寄])|天内|能(?=[送到收])"
    r"|[一-龥]天$|[一-龥]日$|周[一二三四五六日末天]$|最[快晚]"
)
_NO_CLAIM_ZH = re.compile(
    r"如需|需要|想|要(?!到)|请|可以|可能|可(?=[取撤退])|能否|能够|支持|申请|符合|帮您(?!已)|点击"
    r"|准备|方便|后再"
)
LATER_ZH = re.compile(
    r"^(?:了|货物|商品|包裹)?(?:之后|以后|后|时|前|之前|以前|的话|吗|与否|申请|政策|条款|规则"
    r"|条件|期限|的(?!$))"
)
_HELPS = re.compile(
    r"\b(?:i|we)\s+(?:can|could|would|may)\b|\bhappy to\b|\bhelp\b|\bgladly\b|我(?:们)?(?:可以"
    r"|能|来)?(?:帮|为|给)|协助|帮您",
    re.I,
)


_SPOKEN_OF = Sieve(
    ((topic, kind, words), words) for topic in TOPICS for kind, words, _ in topic.words
)
WORDS_OF_ASSERTIONS = tuple(words for topic in TOPICS for _, words, _ in topic.words)
"""Without one of these nothing is asserted."""


def asserted(sentence: str) -> list[Assertion]:
    """What ``sentence`` states as a fact or promises; wishes, questions and conditions are none."""
    tried = _SPOKEN_OF.may_hold(sentence)
    if not tried or _SAID.search(sentence):
        return []
    found: list[Assertion] = []
    for part in _Sentence(sentence).parts():
        for topic, kind, words in tried:
            found += [Assertion(topic, aspect) for aspect in _aspects(kind, words, part)]
    return list(dict.fromkeys(found))


def _aspects(kind: Kind, words: re.Pattern[str], part: _Part) -> Iterator[Aspect]:
    if not (part.latin if kind in _ENGLISH else kind == "state" or part.han):
        return
    for match in words.finditer(part.text):
        if part.question or part.conditional:
            return
        if match.group().isascii():
            aspect = _of_english(part, match, kind)
        else:
            aspect = _of_chinese(part, match, kind == "state")
        if aspect is not None:
            yield aspect


def _of_english(part: _Part, match: re.Match[str], kind: str) -> Aspect | None:
    before, after = part.text[: match.start()], part.text[match.end() :]
    if CONDITION.search(before):
        return None
    if NEGATION.search(before[-40:]) or (kind != "base" and NEGATION.search(match.group())):
        return None if _MAYBE.search(before) or _WILL.search(before) else "not"
    if _MAYBE.search(before) and not re.search(r"\b(?:and|also)\b", before):
        return None
    if _WILL.search(before):
        return "coming"
    if _WISHED.search(before):
        return None
    if kind in ("past", "state"):
        return "is" if kind == "past" and part.in_conditional else "done"
    if kind == "participle":
        close = " ".join(before.split()[-5:])
        if _HAS.search(close) or _WHO.search(before):
            return "done"
        if _IS.search(close):
            return "coming" if part.in_conditional else "is"
        bare = re.match(r"\s*(?:$|[.!]|on\b|at\b|by\b|to\b|yesterday|today|last)", after)
        named = not before.strip(" *-") or re.search(
            r"\d[\w-]*\s*$|(?:order|parcel|package)\s*$", before, re.I
        )
        return "done" if bare and named else None
    word = match.group().split()[0].lower()
    return (
        "coming"
        if _ACTS.search(before) or (word.endswith("s") and word != "is" and before.strip())
        else None
    )


def _of_chinese(part: _Part, match: re.Match[str], state: bool) -> Aspect | None:
    # A long match holds its own markers ("明天就能到"): they stand before its last word.
    cut = match.end() - 1 if len(match.group()) > 3 and not state else match.start()
    before, after = part.text[:cut], part.text[match.end() :]
    if CONDITION.search(before) or LATER_ZH.match(after):
        return None
    if _NOT_ZH.search(before[-5:]) or re.match(r"不|未|没|失败", after):
        return (
            None
            if re.search(r"不能|无法|不可|不会|不支持|不了", before[-6:] + after[:3])
            else "not"
        )
    if _NO_CLAIM_ZH.search(before) and not (
        re.match(
            r"了|好了|完成"
            r"|成功",
            after,
        )
        and "帮" in before
    ):
        return None
    if _WILL_ZH.search(before) and not _DONE_ZH.search(before[-4:]):
        return "coming"
    if state or _DONE_ZH.search(before[-6:]) or _DONE_AFTER_ZH.match(after):
        return "done"
    return None


_ALLOWED = {
    name: re.compile(words, re.I)
    for name, words in {
        "cancel": r"\bcancel|取消|撤销",
        "return": r"\breturn(?! to\b)|\bsend (?:it|them|this) back|退货|退回|退换",
        "exchange": r"\bexchange|\bswap|换货|更换|调换",
        "refund": r"\brefund|\bmoney back|退款",
        "change_address": r"\baddress|地址",
        "change_payment": r"\bpayment method|支付方式|付款方式",
    }.items()
}
WORDS_OF_VERDICTS = tuple(_ALLOWED.values())
"""Without one of these no verdict is told."""

_CAN = re.compile(
    r"\b(?:can|(?-i:may)|could|able to|possible to|eligible|allowed|entitled|free to"
    r"|still time to|welcome to)\b"
    r"|可以|可(?=取消|退|换|改)|能够|能(?=取消|退|换|改)|符合|支持|还来得及",
    re.I,
)
_CANNOT = re.compile(
    r"\b(?:cannot|can't|can’t|can not|may not|unable|no longer|isn't possible|too late)\b"
    r"|\bnot (?:be )?(?:able|possible|eligible|allowed|entitled|returnable)\b"
    r"|不(?:可以|能|可|符合|支持|予)|无法|不再|超过|已过",
    re.I,
)
_OFFERED = re.compile(
    _HELPS.pattern
    + r"|\b(?:ask me|tell me|let me|contact|redirect|carrier|please|confirm|click|button)\b|请"
    r"|联系|点击|确认|告诉",
    re.I,
)


_IN_DOUBT = re.compile(r"[?？]|\bif\b|如果|若|\bonce\b|是否", re.I)


def asserted_verdict(sentence: str) -> tuple[bool, set[str]] | None:
    """(allowed, actions spoken of) when the sentence says that something may or may not be done."""
    actions = actions_in(sentence)
    if not actions or _IN_DOUBT.search(sentence):
        return None
    if _CANNOT.search(sentence):
        return False, actions
    if _CAN.search(sentence):
        return True, actions
    return None


def actions_in(sentence: str) -> set[str]:
    return {name for name, words in _ALLOWED.items() if words.search(sentence)}


def offers(sentence: str) -> bool:
    """Whether it offers help or says where to turn, rather than giving leave."""
    return bool(_OFFERED.search(sentence))
