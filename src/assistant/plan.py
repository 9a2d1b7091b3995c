"""What a message makes possible: the tool calls among which a small model may choose.

Certain parts need no choice, which saves the model call; the rest is narrowed to a few. A
frontier model is not bound by a plan; guided mode follows the likeliest choice of each part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.asking.claims import sends_photos
from assistant.calls import Call
from assistant.changes import may_answer, same_topic
from assistant.choice import Choice, joined
from assistant.cues import speaks_of_a_remedy
from assistant.leaning import completed
from assistant.listening import SAYS_LITTLE, Once, Ranked, Ranking, listen
from assistant.meant import meant
from assistant.memory import ConversationMemory
from assistant.prepared import AGREED, LET_GO, STILL_WAITS
from assistant.product_words import asks_the_price
from assistant.questions import asks, split_questions
from assistant.readings import choice_for
from assistant.references import NOTHING, Memory, Resolution, resolve
from assistant.return_cues import leaves_the_rest, says_it_again
from assistant.scene import Account, Recent, Scene
from assistant.settling import settled
from assistant.wishes import answer_to, corrected
from tools.spelling import sounded

CERTAIN = 0.55
"""Probability of one call above which nothing else is offered (see docs/understanding.md).

Set from a run that was cut short: of readings between this and 0.72 the embedded model was seen to
undo right ones; how many wrong ones it mends was not counted.
"""

_OFFERED = 4
_WORTH_OFFERING = 0.06
_NEGLIGIBLE = 0.01
_MOST_PARTS = 3
_LISTED = 10  # as list_orders shows them


@dataclass(frozen=True)
class Part:
    """One question of the message with its readings, the likeliest first."""

    text: str
    choices: tuple[Choice, ...]

    @property
    def certain(self) -> bool:
        return len(self.choices) == 1

    @property
    def best(self) -> Choice:
        return self.choices[0]


@dataclass(frozen=True)
class Plan:
    parts: tuple[Part, ...]

    @property
    def best(self) -> tuple[Choice, ...]:
        """The likeliest reading of every part."""
        return tuple(part.best for part in self.parts)


@dataclass(frozen=True)
class Planner:
    """Reads a message against the conversation's memory and the customer's newest orders."""

    ranking: Ranking

    def plan(self, message: str, memory: ConversationMemory, account: Account) -> Plan:
        """The plan for ``message``, said into a conversation with ``memory``."""
        return replace(self, ranking=Once(self.ranking))._plan(sounded(message), memory, account)

    def _plan(self, message: str, memory: ConversationMemory, account: Account) -> Plan:
        spoken = _spoken(memory, account.newest)
        texts = split_questions(message)[:_MOST_PARTS] or [message]
        named = resolve(message, spoken, account.owns) if len(texts) > 1 else NOTHING
        if named.how == "named":  # "which comes first, A20001 or A20002?" asks for no list
            of_its_own = [text for text in texts if self._asks(text, spoken, account)]
            texts = [message] if len(of_its_own) < 2 else of_its_own
        parts = [self._part(text, named, memory, spoken, account) for text in texts]
        return Plan(_answered_first(parts))

    def _asks(self, text: str, spoken: Memory, account: Account) -> bool:
        """Whether a part says more than that the message is about the orders which it names."""
        if resolve(text, spoken, account.owns).how == "named":
            return True
        return self.ranking.rank(text)[0][0] not in ("orders", "followup")

    def _part(
        self,
        text: str,
        named: Resolution,
        memory: ConversationMemory,
        spoken: Memory,
        account: Account,
    ) -> Part:
        resolution, masked = meant(text, spoken, account)
        if resolution.how in ("none", "focus", "all") and named.how == "named":
            resolution = named  # "where is my money? A20019 was cancelled", "... can I return it?"
        if resolution.how == "none" and named.how == "product" and not named.ambiguous:
            resolution = Resolution(named.orders, "focus")  # "... the kettle? is there a link"
        card = memory.prepared
        about_it = resolution.how != "product" or (card and card.order in resolution.orders)
        if card and about_it and (says := card.answer(text, account.done)):
            return Part(text, (Choice("yes", (Call(None),), 1.0, says=says),))
        if answer := _answer(text, resolution, memory, account, self.ranking):
            return Part(text, (answer,))
        scene = Scene(text, resolution, memory, account)
        if right := _put_right(scene, self.ranking):
            return Part(text, (replace(right, about=text),))
        if label := _named_at_last(scene, self.ranking):
            return Part(text, (replace(choice_for(label, 1.0, scene), about=text),))
        readings: dict[object, Choice] = {}
        ranked = self._heard(text, masked, resolution)
        says_nothing = ranked[0][1] < _GUESSED or ranked[0][0] in ("other", "followup")
        served = memory.served
        spares = not asks(text) and leaves_the_rest(text) and ranked[0][1] < _PLAINLY
        if _waits(memory, account) and spares:  # "the mug is fine, just the shirt"
            return Part(text, (Choice("other", (Call(None),), 1.0, says=STILL_WAITS),))
        elsewhere = scene.pointed and resolution.how != "focus"
        if _waits(memory, account) and not (asks(text) or elsewhere):
            if served and says_it_again(text, served.label):
                return Part(text, (Choice("yes", (Call(None),), 1.0, says=AGREED),))
            if says_nothing:
                return Part(text, (Choice("other", (Call(None),), 1.0, says=STILL_WAITS),))
            if ranked[0][0] == "yes":
                return Part(text, (Choice("yes", (Call(None),), 1.0, says=AGREED),))
        if resolution.how in _UNSAID:
            ranked = self._completed(ranked, scene)
        for label, probability in settled(ranked, text, resolution, memory, scene.purchase):
            if readings and probability < _NEGLIGIBLE:
                continue  # looking it up costs more than it can tell
            choice = replace(choice_for(label, probability, scene), about=text)
            likelier = readings.get(choice.gist)
            readings[choice.gist] = choice if likelier is None else joined(likelier, choice)
        likely = sorted(readings.values(), key=lambda one: -one.probability)
        if likely[0].label == "no" and _waits(memory, account):
            likely = [replace(likely[0], says=LET_GO)]
        if likely[0].probability >= CERTAIN:
            return Part(text, (likely[0],))
        worth = [one for one in likely[:_OFFERED] if _is_worth_offering(one, likely[0])]
        return Part(text, tuple(worth or likely[:1]))

    def _completed(self, ranked: Ranked, scene: Scene) -> Ranked:
        """The likely matters of a question that leans on what was said before."""
        if ranked[0][0] == "order.where" and ranked[0][1] >= _PLAINLY:
            return ranked
        purchase = scene.purchase()
        whole = completed(scene.text, scene.memory, purchase.order if purchase else None)
        return _weighed(ranked, listen(whole, self.ranking)) if whole else ranked

    def _heard(self, text: str, masked: str | None, resolution: Resolution) -> Ranked:
        """The likely matters, where words name an order as if its number stood in their place.

        A state that names an order often says what is asked, too: "will the unpaid one expire".
        """
        if masked is None:
            return listen(text, self.ranking)
        if resolution.how != "day":
            ranked = listen(text, self.ranking)
            if asks(text) or ranked[0][0] not in SAYS_LITTLE | {"policy"}:
                return ranked
        return listen(masked, self.ranking)


def _weighed(alone: Ranked, completed: Ranked) -> Ranked:
    """The matters of a question by itself and of the same behind what it leans on."""
    found = {label: _ALONE * probability for label, probability in alone}
    for label, probability in completed:
        found[label] = found.get(label, 0.0) + (1 - _ALONE) * probability
    return sorted(found.items(), key=lambda one: -one[1])


_UNSAID = ("none", "focus")
_ALONE = 0.35


def _is_worth_offering(choice: Choice, likeliest: Choice) -> bool:
    """A person is called and a card made only where that is the likeliest reading.

    A small model reaches for either: "no, hold on a second" became a cancellation.
    """
    acts = any(call.tool == "handoff" or call.proposes for call in choice.calls)
    return choice.probability >= _WORTH_OFFERING and (choice is likeliest or not acts)


def _answered_first(parts: list[Part]) -> tuple[Part, ...]:
    """Who is upset and asks something gets the answer; a person only where nothing is asked."""
    if all(part.best.label == "complaint" for part in parts):
        return tuple(parts)
    return tuple(
        Part(part.text, (replace(part.best, calls=(Call(None),)),))
        if part.best.label == "complaint"
        else part
        for part in parts
    )


def _answer(
    text: str,
    resolution: Resolution,
    memory: ConversationMemory,
    account: Account,
    ranking: Ranking,
) -> Choice | None:
    """The reading as the answer to what was asked about an open wish; None where it is none.

    A longer message that is surely about something else is no answer, even if it names a colour.
    """
    wish = memory.wish
    if wish is None or wish.asked is None:
        return None
    of_goods = resolution.how == "product" and not resolution.ambiguous and wish.asked in _OF_GOODS
    if (resolution.how == "named" or of_goods) and wish.order not in resolution.orders:
        return None
    label, probability = listen(text, ranking)[0]
    if label == "product" and asks(text) and asks_the_price(text):
        return None
    brief = _is_short(text) and not label.startswith("do.")
    if probability >= _SURELY and not (brief or may_answer(wish, label) or sends_photos(text)):
        return None
    return answer_to(wish, text, account)


def _put_right(scene: Scene, ranking: Ranking) -> Choice | None:
    """What a card should say instead, unless the words are surely about something else."""
    if scene.memory.served is None or (asks(scene.text) and not _COULD_IT_BE.search(scene.text)):
        return None
    label, probability = listen(scene.text, ranking)[0]
    if probability >= _SURELY and label in ("thanks", "handoff", "greeting", "complaint"):
        return None
    remedy = scene.memory.served.label in ("damaged", "missing") and speaks_of_a_remedy(scene.text)
    about = remedy or label in SAYS_LITTLE or same_topic(label, scene.memory.served.label)
    return corrected(scene) if about or probability < _PLAINLY else None


_COULD_IT_BE = re.compile(
    r"\b(?:can|could) (?:i|you|we) (?:please |just )?(?:make|change|switch|have|do|get|take) "
    r"(?:it|that|this|them|(?:the|a|my) (?:refund|money|replacement|new one))\b",
    re.IGNORECASE,
)
"""Asks for a card to say something else: "sorry, can I make it S?"."""

_PLAINLY, _GUESSED = 0.75, 0.35


def _named_at_last(scene: Scene, ranking: Ranking) -> str | None:
    """The change for which an order was asked, where the words say which and want nothing else."""
    wish = scene.memory.wish
    if wish is None or wish.asked != "order" or not scene.orders or not scene.pointed:
        return None
    label, probability = listen(scene.text, ranking)[0]
    another = label.startswith(("do.", "may.")) or label in ("damaged", "missing", "handoff")
    if asks(scene.text) or (probability >= _SURELY and another):
        return None
    return wish.label


def _waits(memory: ConversationMemory, account: Account) -> bool:
    """Whether a card was just made and not clicked."""
    return memory.prepared is not None and account.done(memory.prepared.proposal) is None


def _is_short(text: str) -> bool:
    return len(text) <= _SHORT and len(text.split()) <= _FEW_WORDS and text[-1:] not in "?？吗嗎呢"


_OF_GOODS = ("unopened", "item", "items", "part", "removed", "claimed", "remedy")
"""What is asked of goods at hand, and not answered by a word on others."""
_SURELY = 0.5
_SHORT, _FEW_WORDS = 40, 5


def _spoken(memory: ConversationMemory, newest: Sequence[Recent]) -> Memory:
    """The conversation's memory; before anything was shown, the newest orders stand in."""
    items = {one.number: one.items for one in newest} | {
        number: tuple(names) for number, names in memory.items.items()
    }
    return Memory(
        listed=tuple(memory.listed or [one.number for one in newest[:_LISTED]]),
        focus=memory.unknown or memory.focus,
        earlier=memory.earlier,
        items=items,
    )
