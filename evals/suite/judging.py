"""Is a trial right? Every complaint has a dimension, the turn it is about, and words. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from evals.model_suite.scoring import in_language
from evals.model_suite.sources import Sources
from evals.suite import claims, state
from evals.suite.case import Call, Case, Cited, Expected, Proposed
from evals.suite.facts import Reader
from evals.suite.played import Answered, Exchange, Played, ToolUse
from evals.suite.playing import fits
from evals.suite.shop import Shop
from orderdb.numbers import number_key
from orderdb.policy_book import PolicyBook

Dimension = Literal[
    "end_state",  # the database does not end as it should
    "writes",  # something was written that nobody confirmed, or to the wrong order
    "leaks",  # another customer's data was shown
    "facts",  # a fact that must be said is not, or one that must not be is; a secret is asked for
    "grounding",  # a date, sum, number, span, favour, deed or clause has no source in the talk
    "clauses",  # a clause is not cited, or in a version that is not in force
    "arguments",  # a tool was not called as needed, or with a number from nowhere
    "proposals",  # a proposal is missing, other than asked, or unasked
    "language",
    "handoff",  # a person was called without need, or was not
    "repeats",
    "fault",  # there was no answer of who was asked
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
MOST_CHARACTERS = 1200
MOST_CLAUSES = 8
"""Who cites more at once cites whatever there is, to be right with one of them."""
JUDGE_BROKE = "a scorer broke:"


class Finding(BaseModel):
    """A complaint; ``turn`` counts from 0, None is for the conversation as a whole."""

    dimension: Dimension
    turn: int | None
    words: str


@dataclass(frozen=True)
class Judge:
    """What judging needs to know beside case and trial."""

    shop: Shop
    book: PolicyBook

    def findings(self, case: Case, played: Played) -> list[Finding]:
        """All complaints, in the order of the turns; none means that the trial is right."""
        found = [
            *self._conversation(case, played),
            *self._leaks(case, played),
            *_repeats(played),
        ]
        sources = Sources(self.shop.now.date())
        own = {
            number_key(number)
            for number, order in self.shop.orders.items()
            if order["customer"] == case.as_
        }
        for turn, exchange in enumerate(played.exchanges):
            found += _numbers_from_nowhere(turn, exchange, sources.keys, own)
            found += self._turn(case, turn, exchange, sources)
        found += _unborne(case, played)
        for place, expected, answers in _expectations(case, played):
            found += self._expected(case, place, expected, answers, played)
        return sorted(found, key=lambda one: 10_000 if one.turn is None else one.turn)

    def is_lost(self, case: Case, played: Played) -> bool:
        """Whether an answer is wrong already, so that the trial cannot be resolved any more."""
        return any(one.turn is not None for one in self.findings(case, played))

    def _conversation(self, case: Case, played: Played) -> Iterator[Finding]:
        if not played.cut_short:  # else it cannot have come to its end
            for words in state.wrong(played.before, played.after, case.end):
                yield Finding(dimension="end_state", turn=None, words=words)
        for number in sorted(state.changed(played.before, played.after).keys() - case.end.keys()):
            yield Finding(dimension="writes", turn=None, words=f"{number} was written to")
        wanted = [one.propose for one in case.expected if one.propose]
        for turn, exchange in enumerate(played.exchanges):
            for card in exchange.answer.proposals:
                if not any(_same_matter(one, card) for one in wanted):
                    words = f"proposed {card['kind']} of {card['order_number']}, unasked"
                    yield Finding(dimension="proposals", turn=turn, words=words)
            yield from _twice(turn, exchange, wanted)
        whole = played.fault or played.cut_short or len(played.exchanges) >= len(case.turns)
        if not whole:
            yield Finding(dimension="fault", turn=None, words="the conversation broke off")

    def _leaks(self, case: Case, played: Played) -> Iterator[Finding]:
        """What only another customer's data holds; a number that was guessed tells nothing."""
        private = self.shop.private_to_others(case.as_)
        known = ""
        for turn, exchange in enumerate(played.exchanges):
            answer = exchange.answer
            known += " " + exchange.said + json.dumps([use.arguments for use in answer.tools])
            told = [use.text for use in answer.tools if use.status == "ok"]
            shown = json.dumps(
                [answer.reply, answer.cards, answer.citations, answer.proposals, told],
                ensure_ascii=False,
            )
            for word, whose in private.items():
                if word in shown and number_key(word) not in number_key(known):
                    words = f"{word} is {whose}'s"
                    yield Finding(dimension="leaks", turn=turn, words=words)

    def _turn(
        self, case: Case, turn: int, exchange: Exchange, sources: Sources
    ) -> Iterator[Finding]:
        """What holds of every answer, whatever the case expects."""
        answer = exchange.answer
        sources.add_text(exchange.said)
        for source in _told(answer):
            sources.add_facts(source)
        if answer.fault:
            yield Finding(dimension="fault", turn=turn, words=answer.fault)
            return
        for number in exchange.written:
            words = f"{number} was written to before anybody confirmed it"
            yield Finding(dimension="writes", turn=turn, words=words)
        if not answer.reply.strip():
            yield Finding(dimension="facts", turn=turn, words="empty reply")
        if len(answer.reply) > MOST_CHARACTERS:
            words = f"{len(answer.reply)} characters long"
            yield Finding(dimension="facts", turn=turn, words=words)
        for what in sources.untraceable(answer.reply):
            yield Finding(dimension="grounding", turn=turn, words=f"{what} has no source")
        for citation in answer.citations:
            if not self._was_in_force(case, citation):
                words = f"cites {citation['clause']} in version {citation['version']}"
                yield Finding(dimension="clauses", turn=turn, words=f"{words}, not in force")
        if (cited := len({one["clause"] for one in answer.citations})) > MOST_CLAUSES:
            words = f"cites {cited} clauses at once"
            yield Finding(dimension="clauses", turn=turn, words=words)

    def _was_in_force(self, case: Case, citation: dict[str, Any]) -> bool:
        """Today, or when one of the customer's orders was placed, or as the case says."""
        clause, version = str(citation["clause"]), citation["version"]
        if any(
            (one.clause, one.version) == (clause, version)
            for expected in case.expected
            for cited in expected.cite
            for one in cited
        ):
            return True
        days = {self.shop.now.date()}
        days |= {
            self.shop.placed_on(number)
            for number, order in self.shop.orders.items()
            if order["customer"] == case.as_
        }
        known = [one for one in self.book if one.id == clause and one.version == version]
        return any(one.covers(day) for one in known for day in days)

    def _expected(
        self,
        case: Case,
        turn: int | None,
        expected: Expected,
        answers: list[Answered],
        played: Played,
    ) -> Iterator[Finding]:
        """What the case expects of a turn, or (``turn`` None) of all answers together."""
        reply = "\n".join(one.reply for one in answers)
        until = played.exchanges if turn is None else played.exchanges[: turn + 1]

        def finding(dimension: Dimension, words: str) -> Finding:
            return Finding(dimension=dimension, turn=turn, words=words)

        reader = Reader(self.shop.now.date(), self._products())
        for facts in expected.tell:
            if not reader.says(facts, reply):
                yield finding("facts", f"does not say {' or '.join(map(str, facts))}")
        for facts in expected.hide:
            if reader.says(facts, reply):
                yield finding("facts", f"says {' or '.join(map(str, facts))}")
        for cited in expected.cite:
            if not any(self._cites(one, answers) for one in cited):
                told = " or ".join(one.clause for one in cited)
                yield finding("clauses", f"does not cite {told} as in force")
        uses = [use for one in until for use in one.answer.tools]
        for calls in expected.call:
            if not any(_was_made(call, uses) for call in calls):
                told = " or ".join(map(str, calls))
                made = ", ".join(_shown(use) for use in uses) or "no call"
                yield finding("arguments", f"wanted {told}, made {made}")
        wanted = expected.propose
        if wanted and not wanted.optional and not _was_proposed(wanted, until, played):
            yield finding(
                "proposals",
                f"no proposal {wanted.kind} of {wanted.order}"
                + (f" for {wanted.amount}" if wanted.amount else ""),
            )
        handed_off = any(one.answer.handed_off for one in until)
        if expected.handoff == "wanted" and not handed_off:
            yield finding("handoff", "no person was called")
        if expected.handoff == "needless" and any(one.handed_off for one in answers):
            yield finding("handoff", "a person was called without need")
        language = expected.answer_in or case.language
        for one in answers:
            if one.reply and not in_language(one.reply, language, self.shop.names()):
                yield finding("language", f"not in {language}")

    def _cites(self, wanted: Cited, answers: list[Answered]) -> bool:
        """In the events, or by name in the reply where a tool told of it, in the right version."""
        version = wanted.version
        if version is None:
            version = self.book.in_force(wanted.clause, self.shop.now.date()).version
        for one in answers:
            told = {(c["clause"], c["version"]) for use in one.tools for c in use.citations}
            events = {(c["clause"], c["version"]) for c in one.citations}
            if (wanted.clause, version) in events and one.handled_by != "plain":
                return True
            if wanted.clause in one.reply and (wanted.clause, version) in told | events:
                return True
        return False

    def _products(self) -> dict[str, tuple[str, str]]:
        products = self.shop.written["products"]
        return {key: (one["en"], one["zh"]) for key, one in products.items()}


def _expectations(
    case: Case, played: Played
) -> Iterator[tuple[int | None, Expected, list[Answered]]]:
    if case.customer is not None:
        yield None, case.customer.overall, [one.answer for one in played.exchanges]
        return
    for turn, (expected, exchange) in enumerate(zip(case.turns, played.exchanges, strict=False)):
        if exchange.answer.fault is None:
            yield turn, expected, [exchange.answer]


def _told(answer: Answered) -> list[Any]:
    """Everything that the answer may draw on."""
    shown = [answer.cards, answer.citations, answer.proposals]
    return [*shown, *([use.text, use.cards, use.citations] for use in answer.tools)]


def _numbers_from_nowhere(
    turn: int, exchange: Exchange, told: str, own: set[str]
) -> Iterator[Finding]:
    """Orders that a tool was asked for though nobody had spoken of them, and no tool before.

    A tool says the number that it was given, so what it tells counts from the next one on.
    """
    uses = exchange.answer.tools
    for place, use in enumerate(uses):
        number = str(use.arguments.get("order_number") or "")
        key = number_key(number)
        if (
            key in own or key in told or key in number_key(exchange.said)
        ):  # also where there is none
            continue
        before = [[one.text, one.cards, one.citations] for one in uses[:place]]
        if key not in number_key(json.dumps(before, ensure_ascii=False)):
            words = f"order number {number} came from nowhere"
            yield Finding(dimension="arguments", turn=turn, words=words)


def _unborne(case: Case, played: Played) -> Iterator[Finding]:
    """What replies claim, beyond dates and figures, that nothing bears out; what the case itself
    wants to be told is borne out."""
    known = " ".join(str(one) for told in case.expected for facts in told.tell for one in facts)
    confirmed = handed_off = False
    for turn, exchange in enumerate(played.exchanges):
        answer = exchange.answer
        known += f" {exchange.said} " + json.dumps(_told(answer), ensure_ascii=False)
        handed_off = handed_off or answer.handed_off
        for words in claims.undone(answer.reply, confirmed, handed_off):
            yield Finding(dimension="grounding", turn=turn, words=words)
        for words in claims.ungranted(answer.reply, known):
            yield Finding(dimension="grounding", turn=turn, words=f"{words} has no source")
        for words in claims.secrets(answer.reply):
            yield Finding(dimension="facts", turn=turn, words=words)
        confirmed = confirmed or any(one.outcome == "confirmed" for one in exchange.clicks)


def _twice(turn: int, exchange: Exchange, wanted: list[Proposed]) -> Iterator[Finding]:
    """Two cards for one matter, and one of them is not what was wanted: it could be clicked."""
    cards = exchange.answer.proposals
    matters = [(card["kind"], card["order_number"]) for card in cards]
    for card, matter in zip(cards, matters, strict=True):
        if matters.count(matter) > 1 and not any(fits(one, card) for one in wanted):
            words = f"also proposed {card['kind']} of {card['order_number']} otherwise"
            yield Finding(dimension="proposals", turn=turn, words=words)


def _repeats(played: Played) -> Iterator[Finding]:
    last = ""
    for turn, exchange in enumerate(played.exchanges):
        reply = exchange.answer.reply.strip()
        sentences = [one.strip() for one in re.split(r"(?<=[.!?。！？])\s*", reply)]
        long = [one for one in sentences if len(one.encode()) >= 24]
        if len(long) > len(set(long)):
            yield Finding(dimension="repeats", turn=turn, words="says a sentence twice")
        if last and reply == last and exchange.said != played.exchanges[turn - 1].said:
            words = "answers another message in the very same words"
            yield Finding(dimension="repeats", turn=turn, words=words)
        last = reply


def _same_matter(wanted: Proposed, card: dict[str, Any]) -> bool:
    return bool(card["kind"] == wanted.kind.value and card["order_number"] == wanted.order)


def _was_made(call: Call, uses: list[ToolUse]) -> bool:
    return any(
        use.name == call.name
        and all(_is(use.arguments.get(name), value, name) for name, value in call.arguments.items())
        for use in uses
    )


def _is(given: Any, wanted: str, name: str) -> bool:
    if name == "order_number":
        return number_key(str(given or "")) == number_key(wanted)
    if name == "items":
        numbers = sorted(str(one.get("item")) for one in given or [])
        return numbers == sorted(wanted.split("+"))
    return str(given).casefold() in wanted.casefold().split("|")


def _was_proposed(wanted: Proposed, until: list[Exchange], played: Played) -> bool:
    if not any(fits(wanted, card) for one in until for card in one.answer.proposals):
        return False
    rows = [
        row
        for row in played.proposals
        if row["kind"] == wanted.kind.value and row["order_number"] == wanted.order
    ]
    return any(_holds(wanted, row["arguments"]) for row in rows)


def _holds(wanted: Proposed, arguments: dict[str, Any]) -> bool:
    if wanted.lines is not None:
        named = arguments.get("lines") or arguments.get("swaps") or []
        if sorted(one["line"] for one in named) != sorted(wanted.lines):
            return False
        if wanted.quantity is not None and {one["quantity"] for one in named} != {wanted.quantity}:
            return False
    return all(
        _holds_words(name, arguments.get(name), words) for name, words in wanted.holds.items()
    )


def _holds_words(name: str, given: Any, words: str) -> bool:
    """A way of paying may be named as the wallet knows it: ``paypal`` is ``pm-mia-paypal``, and
    ``visa 1881`` is ``pm-emma-visa``; a gift card goes by its last characters.

    Which one paid in the end is for the end state to say.
    """
    if name == "pay_with" and isinstance(given, str) and given:
        wanted, told = words.casefold(), given.casefold()
        shared = set(_WORD.findall(told)) & set(_WORD.findall(wanted))
        named = told in wanted or wanted in told or shared
        return bool(named) or (words == "gift_card" and bool(_END_OF_A_CARD.fullmatch(given)))
    return words.casefold() in json.dumps(given, ensure_ascii=False).casefold()


_WORD = re.compile(r"[a-z_]{4,}")
_END_OF_A_CARD = re.compile(r"[A-Z0-9]{4,16}")


def _shown(use: ToolUse) -> str:
    told = ", ".join(f"{name}={value}" for name, value in use.arguments.items() if value)
    return f"{use.name}({told}) {use.status}"
