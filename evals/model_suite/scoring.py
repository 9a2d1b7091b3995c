"""Is a turn right? Two answers: the right tool, and a right, grounded reply. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from evals.model_suite import extract
from evals.model_suite.answer import Answer, ToolCall, same_number
from evals.model_suite.cases import TurnCase
from evals.model_suite.facts import says
from evals.model_suite.notation import Call, Fact
from evals.model_suite.scene import Scene
from orderdb.numbers import number_key

MOST_CHARACTERS = 900
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CODE = re.compile(r"[A-Z]{2,}|[A-Za-z0-9#.,:/-]*\d[A-Za-z0-9#.,:/-]*")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")


@dataclass(frozen=True)
class TurnScore:
    """Why a turn is not right; nothing in either list means that it is."""

    tool: tuple[str, ...]
    reply: tuple[str, ...]

    @property
    def tool_right(self) -> bool:
        return not self.tool

    @property
    def reply_right(self) -> bool:
        return not self.reply

    @property
    def right(self) -> bool:
        return not (self.tool or self.reply)


def score(turn: TurnCase, answer: Answer, scene: Scene) -> TurnScore:
    """Judge one answer. The scene has heard the message and seen the answer already."""
    if scene.handed_off and not answer.reply:
        return TurnScore((), ())  # a person has the word now
    return TurnScore(
        tuple(tool_complaints(turn, answer, scene)), tuple(reply_complaints(turn, answer, scene))
    )


def tool_complaints(turn: TurnCase, answer: Answer, scene: Scene) -> list[str]:
    """Wanted calls that were not made, calls that were forbidden, invented order numbers."""
    complaints = []
    made = [f"{call.name}({_shown(call)})" for call in answer.tool_calls]
    for wanted in turn.tools:
        if not any(_was_made(call, answer, scene) for call in wanted):
            names = " | ".join(_wish(call, scene) for call in wanted)
            complaints.append(f"wanted {names}, made {', '.join(made) or 'no call'}")
    complaints += _wrong_proposals(turn, answer, scene)
    if turn.handoff == "forbidden" and answer.handed_off:
        complaints.append("handed off unasked")
    if turn.handoff == "expected" and not (answer.handed_off or scene.handed_off):
        complaints.append("did not hand off")
    complaints += [
        f"order number {number} came from nowhere"
        for call in answer.tool_calls
        if (number := str(call.arguments.get("order_number") or ""))
        and number_key(number) not in scene.sources.keys
        and not any(same_number(known, number) for known in scene.sources.order_numbers)
    ]
    return complaints


def _was_made(wanted: Call, answer: Answer, scene: Scene) -> bool:
    if wanted.name == "none":
        return not answer.tool_calls
    if wanted.name == "handoff" and scene.handed_off:
        return True
    return any(_matches(wanted, call, scene) for call in answer.tool_calls)


def _matches(wanted: Call, call: ToolCall, scene: Scene) -> bool:
    if call.name != wanted.name or call.status == "error":
        return False
    for argument, values in wanted.values.items():
        given = str(call.arguments.get(argument) or "")
        if argument == "order_number":
            number = scene.number(values[0])
            if number is None or not same_number(number, given):
                return False
        elif argument == "query":
            if not _asks_for(given, scene.product(values[0]).name.model_dump().values()):
                return False
        elif argument == "status":
            if (given or "all") not in values:
                return False
        elif given not in values:
            return False
    return True


def _asks_for(query: str, names: Iterable[str]) -> bool:
    """Whether a product query shares a word, or two Chinese characters, with a name."""
    query = extract.plain(query).lower()
    for name in names:
        words = set(re.findall(r"[a-z0-9]{3,}", name.lower()))
        words |= {name[i : i + 2] for i in range(len(name) - 1) if _HAN.match(name[i])}
        if any(word in query for word in words):
            return True
    return False


def _wrong_proposals(turn: TurnCase, answer: Answer, scene: Scene) -> list[str]:
    if turn.proposal == "allowed":
        return []
    if turn.proposal == "forbidden":
        return ["proposed unasked"] if answer.proposals else []
    number = scene.number(turn.proposal)
    if number and answer.proposed_for(number):
        return []
    return [f"no proposal for {number or turn.proposal}"]


def reply_complaints(turn: TurnCase, answer: Answer, scene: Scene) -> list[str]:
    """What a reply lacks, and what it should not hold."""
    text = answer.reply.strip()
    if not text:
        return ["empty reply"]
    complaints = []
    if answer.handled_by == "guided":
        complaints.append("answered by guided mode")
    if len(text) > MOST_CHARACTERS:
        complaints.append(f"{len(text)} characters long")
    language = scene.case.language_of(turn)
    if not in_language(text, language, _foreign_words(scene)):
        complaints.append(f"not in {language}")
    for wanted in turn.must_say:
        if not any(says(fact, answer, scene) for fact in wanted):
            complaints.append(f"does not say {_or(wanted)}")
    for forbidden in turn.must_not_say:
        if any(says(fact, answer, scene) for fact in forbidden):
            complaints.append(f"says {_or(forbidden)}")
    if turn.asks_back and not says(Fact(kind="question"), answer, scene):
        complaints.append("does not ask back")
    complaints += [f"{what} has no source" for what in scene.sources.untraceable(text)]
    return complaints


def in_language(text: str, language: Literal["en", "zh", "any"], names: tuple[str, ...]) -> bool:
    """Whether a text is in a language; names of goods and carriers and codes do not count."""
    if language == "any":
        return True
    text = extract.plain(text)
    for name in names:
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    text = _CODE.sub(" ", text)
    han, latin = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))
    if language == "zh":
        return han > 0 and han >= 1.5 * latin
    return latin > 0 and han <= 0.15 * (han + latin)


def _foreign_words(scene: Scene) -> tuple[str, ...]:
    """Names that stand in a reply of either language as the shop writes them."""
    names: set[str] = set()
    for order in scene.shop.by_customer.get(scene.binding.customer_id, ()):
        for line in order.lines:
            names |= {line.name.en, line.name.zh}
        for parcel in order.parcels:
            names.add(parcel.carrier or "")
            names |= {scan.place for scan in parcel.scans}
    for product in scene.binding.products.values():
        names |= {product.name.en, product.name.zh}
    return tuple(sorted((name for name in names if name), key=len, reverse=True))


def _wish(call: Call, scene: Scene) -> str:
    values = ", ".join(
        (scene.number(value[0]) or value[0]) if argument == "order_number" else "/".join(value)
        for argument, value in call.values.items()
    )
    return f"{call.name}({values})" if values else call.name


def _shown(call: ToolCall) -> str:
    status = [] if call.status == "ok" else [call.status]
    return ", ".join([*(f"{k}={v}" for k, v in call.arguments.items()), *status])


def _or(facts: tuple[Fact, ...]) -> str:
    return " or ".join(
        " ".join(
            part
            for part in (fact.kind, fact.detail, f"of {fact.of}" if fact.of else "", fact.outcome)
            if part
        )
        for fact in facts
    )
