"""Promise 4: every fact in a reply traces to a tool result or a cited clause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.grounding.assertions import (
    WORDS_OF_ASSERTIONS,
    WORDS_OF_VERDICTS,
    Assertion,
    asserted,
    asserted_verdict,
    offers,
)
from assistant.grounding.claims import DIGIT, WORDS_OF_CLAIMS, Claim, claims
from assistant.grounding.days import days
from assistant.grounding.deeds import WORDS_OF_DEEDS, WORDS_OF_FREE, acted, free_of_charge
from assistant.grounding.facts import Fact, Facts
from assistant.grounding.hints import Sieve
from assistant.grounding.names import WORDS_OF_NAMES, carriers, places
from assistant.grounding.topics import COMING

# Words before a date that say what it is the date of.
_ROLE_WORDS = {
    "placed": r"\bplaced|\bordered|\bpurchased|\bbought|下单|订购|购买",
    "paid": r"\bpaid\b|付款|支付于",
    "shipped": r"\bshipped|\bdispatched|\bhanded over|\bsent\b|\bleft (?:the|us|our)\b"
    r"|发货|寄出|发出|交付承运|揽收",
    "delivered": r"\b(?:was|been|were) delivered|\bdelivered on|\barrived"
    r"|已送达|已签收|签收于|送达于|妥投",
    "expected": r"\bexpect|\bestimat|\barrive\b|\barriving|\bwill be delivered|\bdue\b|\blikely"
    r"|\bdelivery (?:date|window|range)|预计|预期|最可能|到货|送到",
    "cancelled": r"\bcancell?ed\b|已取消|取消于",
    "scan": r"\bscan|扫描",
    "until": r"\buntil|\bby\b|\bbefore|\bdeadline|\bends?\b|\bexpires?"
    r"|截止|之前|前|有效期|到期|最晚",
}
_SAME = {
    "until": {"until", "expected"},
    "expected": {"expected", "until"},
    "scan": {"scan", "shipped", "delivered"},
}
_TRACKING = re.compile(
    r"\btracking (?:number|code|id)s?(?:[^.]{0,30}\b(?:is|are)|\s*[:(])?\s*[#(]?$"
    r"|(?:运单|快递单|物流单|跟踪)号(?:码)?(?:[^。]{0,10}[是为])?\s*[:(]?\s*#?$",
    re.I,
)
_ARRIVED = frozenset({"delivered", "cancelled", "returned"})
_PROMISED = re.compile(
    r"\b(?:expect\w*|estimat\w*|due|until|deadline|by|valid)\b|预计|预期|截止|之前|有效", re.I
)
_Telling = Literal["claims", "assertions", "promises", "deeds", "verdicts", "free", "names"]
_TELLING: tuple[tuple[_Telling, tuple[re.Pattern[str], ...]], ...] = (
    ("claims", WORDS_OF_CLAIMS),
    ("assertions", WORDS_OF_ASSERTIONS),
    ("promises", (_PROMISED,)),
    ("deeds", WORDS_OF_DEEDS),
    ("verdicts", WORDS_OF_VERDICTS),
    ("free", WORDS_OF_FREE),
    ("names", WORDS_OF_NAMES),
)
_MAY_TELL = Sieve((kind, one) for kind, patterns in _TELLING for one in patterns)
"""Most of what is said in passing tells nothing of these, and is looked through once."""

_PAST_PROMISE = re.compile(r"\bpromised\b|\bwas (?:due|expected)\b|承诺|原预计", re.I)
_OFFER = re.compile(r"\border\w*(?: it| this)? (?:now|today)\b|现在下单|下单后|今天下单", re.I)
_LATER_SAYS = re.compile("送达|签收|发货|寄出|下单|取消|付款")
_SENTENCE_END = re.compile(r"(?<=[。！？!?\n])|(?<=[.](?=\s))(?<!\b[A-Z]\.)(?<!\d\.(?=\s?\d))")


@dataclass(frozen=True)
class Ungrounded:
    """A claim that no source holds: the words as written and what was wrong with them."""

    text: str
    reason: str


@dataclass(frozen=True)
class Grounds:
    """What a reply may draw on: this turn's facts first, the conversation's behind them."""

    turn: Facts
    conversation: Facts
    today: date

    def check(self, text: str) -> list[Ungrounded]:
        """All claims of ``text`` without a source; empty when it may be sent."""
        return [problem for sentence in sentences(text) for problem in self._sentence(sentence)]

    def _sentence(self, sentence: str) -> Iterable[Ungrounded]:
        may_tell = _may_tell(sentence)
        if not may_tell:
            return
        found = claims(sentence) if "claims" in may_tell else []
        named = {
            value
            for claim in found
            if claim.kind == "code"
            for value in claim.values
            if value in self.conversation.states or value in self.turn.states
        }
        for claim in found:
            problem = self._claim(claim, sentence, named)
            if problem:
                yield Ungrounded(claim.text, problem)
        said = asserted(sentence) if "assertions" in may_tell else []
        if said or "promises" in may_tell:
            yield from self._days(sentence, named, said)
        if not all(self._holds(one, named) for one in said):
            yield Ungrounded(sentence.strip(), "no source says that this happened or will")
        deed = "deeds" in may_tell and acted(sentence)
        if deed and not self._known("said", {"acted"}, named):
            yield Ungrounded(sentence.strip(), "nothing was done; only a confirmation does it")
        if "verdicts" in may_tell:
            yield from self._verdict(sentence, named)
        free = free_of_charge(sentence) if "free" in may_tell else None
        if free and not self._known("free", free if "" not in free else None, set()):
            yield Ungrounded(sentence.strip(), "no source says that it costs nothing")
        if "names" in may_tell:
            yield from self._names(sentence, named)

    def _claim(self, claim: Claim, sentence: str, named: set[str]) -> str | None:
        known = [fact for fact in self._facts() if _says(fact, claim)]
        if claim.kind == "code" and _called_tracking(sentence, claim):
            if not any(fact.role == "tracking" for fact in known):
                return "this is not a tracking number"
        elif claim.kind == "code" and claim.values & (named | set(self._states_by_order())):
            return None
        if not known:
            return f"no source has this {claim.kind}"
        if named and not any(fact.about in named or not fact.about for fact in known):
            return f"this {claim.kind} belongs to another order"
        if claim.kind == "date":
            wanted = _role_of(sentence, claim)
            roles = {fact.role for fact in known if fact.role}
            same: set[str] = _SAME.get(wanted, {wanted}) if wanted else set()
            if _OFFER.search(sentence):
                same = same | {"offer"}
            if wanted and roles and not roles & same:
                return f"this is not the date when it was {wanted}"
            promised = not _PAST_PROMISE.search(sentence) and (
                wanted == "expected" or (wanted == "until" and roles == {"expected"})
            )
            if promised and not self._to_come(known, named):
                return "nothing is expected on that day any more"
        return None

    def _to_come(self, known: list[Fact], named: set[str]) -> bool:
        """Whether something can still arrive on a day: not in the past, nor after delivery."""
        about = named or {fact.about for fact in known if fact.about}
        states = self._states_by_order()
        if about and all(_ARRIVED & set(states.get(order, ())) for order in about):
            return False
        return any(
            fact.value.startswith("--") or fact.value >= self.today.isoformat() for fact in known
        )

    def _days(self, sentence: str, named: set[str], said: list[Assertion]) -> Iterable[Ungrounded]:
        """Days relative to today, where the sentence says that something happened or will."""
        if not any(one.aspect != "not" for one in said) and not _PROMISED.search(sentence):
            return
        spans = [one for one in claims(sentence) if one.kind == "duration"]
        for claim in days(sentence, self.today):
            if any(one.start < claim.end and claim.start < one.end for one in spans):
                continue  # "within 7 days" is a duration, checked as such
            role = _role_of(sentence, claim)
            coming = any(one.aspect == "coming" for one in said)
            today = self.today.isoformat()
            if coming or any(one.aspect == "done" for one in said):
                values = {one for one in claim.values if (one >= today if coming else one <= today)}
                claim = replace(claim, values=frozenset(values))
            wanted = role or ("expected" if coming else None)
            roles = _SAME.get(wanted, {wanted}) if wanted else None
            known = [
                fact
                for fact in self._facts()
                if _says(fact, claim)
                and (roles is None or fact.role in roles or not fact.role)
                and (not named or not fact.about or fact.about in named)
            ]
            if not known:
                yield Ungrounded(claim.text, "no source has this day")

    def _holds(self, said: Assertion, named: set[str]) -> bool:
        """Whether a state, or a source's own words, bear out what was said."""
        topic, about = said.topic, named or set(self.turn.states) or set(self.conversation.states)
        by_order = self._states_by_order()
        states = [set(by_order.get(order, ())) for order in about]
        if said.aspect == "not":
            rivals = COMING if topic.name == "cancelled" else topic.coming
            return not (
                states and rivals and all(one & topic.done and not one & rivals for one in states)
            )
        if said.aspect == "coming":
            if topic.coming is not None and any(states):
                return any(one & topic.coming for one in states) or (
                    topic.name != "delivered"
                    and self._known("said", {f"{topic.name}:coming"}, about)
                )
            return self._known(
                "said", {f"{topic.name}:{one}" for one in ("coming", "is", "done")}, named
            )
        if any(one & topic.done for one in states):
            return True
        words = {f"{topic.name}:done", f"{topic.name}:is"}
        if said.aspect == "is" and not self.turn.states and not named:
            rule = Fact(kind="said", value=f"{topic.name}:coming")
            return rule in self.turn.facts or self._known("said", words, about)
        if not topic.done:
            words.add(f"{topic.name}:coming")
        return self._known("said", words, about)

    def _known(self, kind: str, values: set[str] | None, about: set[str]) -> bool:
        """Whether a fact of that kind has one of the values (None: any), about one of ``about``."""
        return any(
            fact.kind == kind
            and (values is None or fact.value in values)
            and (not about or not fact.about or fact.about in about)
            for fact in self._facts()
        )

    def _names(self, sentence: str, named: set[str]) -> Iterable[Ungrounded]:
        """Carriers and places that no source names."""
        if re.search(r"[?？]\s*$", sentence):
            return
        for carrier, words in carriers(sentence).items():
            if not self._known("carrier", {carrier}, named):
                yield Ungrounded(words, "no source names this carrier")
        named_places = places(sentence)
        if not named_places:
            return
        known = " ".join(fact.value for fact in self._facts() if fact.kind == "words")
        for place in named_places:
            if not any(word in known for word in re.split(r"[ -]", place)):
                yield Ungrounded(place, "no source names this place")

    def _verdict(self, sentence: str, named: set[str]) -> Iterable[Ungrounded]:
        said = asserted_verdict(sentence)
        if said is None:
            return
        allowed, actions = said
        verdicts = [
            verdict.allowed
            for verdict in self.turn.verdicts
            if verdict.action in actions and (not named or verdict.about in named)
        ]
        if verdicts and allowed not in verdicts:
            yield Ungrounded(sentence.strip(), "the verdict says otherwise")
        elif (
            allowed
            and not verdicts
            and not offers(sentence)
            and not self._known("may", actions, named)
            and not self._known("prepared", None, named)
        ):
            yield Ungrounded(sentence.strip(), "no verdict and no clause allows this")

    def _facts(self) -> Iterable[Fact]:
        yield from self.turn.facts
        yield from self.conversation.facts

    def _states_by_order(self) -> dict[str, list[str]]:
        return self.conversation.states | self.turn.states


def _may_tell(sentence: str) -> Collection[_Telling]:
    """What the sentence may tell of; it surely tells nothing of the rest."""
    if not sentence.isascii():  # claims are read from letters in their plain form
        sentence = f"{sentence}\n{unicodedata.normalize('NFKC', sentence)}"
    may_tell = _MAY_TELL.may_hold(sentence)
    if "claims" not in may_tell and DIGIT.search(sentence):
        may_tell.append("claims")
    return may_tell


def sentences(text: str) -> list[str]:
    """``text`` cut after each sentence, nothing lost: joined again it is the same."""
    return [part for part in _SENTENCE_END.split(text) if part]


def _called_tracking(sentence: str, claim: Claim) -> bool:
    """Whether the words just before a code call it a tracking number."""
    return bool(_TRACKING.search(sentence[max(0, claim.start - 40) : claim.start]))


def _says(fact: Fact, claim: Claim) -> bool:
    if fact.kind != claim.kind:
        return False
    if claim.kind != "date":
        return fact.value in claim.values
    return any(_same_day(fact.value, value) for value in claim.values)


def _same_day(known: str, said: str) -> bool:
    if known.startswith("--") or said.startswith("--"):
        return known[-5:] == said[-5:]
    return known == said


def _role_of(sentence: str, claim: Claim) -> str | None:
    """The role that the words nearest before the date give it; in Chinese also right after it."""
    before, nearest = None, -1
    cut = max(sentence.rfind(mark, 0, claim.start) for mark in (",", "，", "；", ";", "。"))
    for role, words in _ROLE_WORDS.items():
        for match in re.finditer(words, sentence[: claim.start], re.I):
            if match.start() > nearest and match.start() > cut:
                before, nearest = role, match.start()
    after = _LATER_SAYS.match(sentence[claim.end :].lstrip("日号于在已 "))
    if after and not before:
        return {"送达": None, "签收": "delivered", "发货": "shipped", "寄出": "shipped",
                "下单": "placed", "取消": "cancelled", "付款": "paid"}[after.group()]  # fmt: skip
    return before
