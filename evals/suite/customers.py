"""Who talks: a script, a scripted customer who reacts, or a customer played by a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.prompts import Prompt
from evals.model_suite import vocabulary as words
from evals.model_suite.scoring import in_language
from evals.suite.case import Case, Proposed, Simulated
from evals.suite.chat import Chat
from evals.suite.played import Exchange
from evals.suite.playing import Customer, Scripted, fits

_DONE = "###DONE###"
_ORDER = re.compile(r"A\d{5}", re.IGNORECASE)
_ASSISTANT = re.compile(
    r"how (?:can|may) I (?:help|assist)|I (?:can|will|'ll) (?:help|assist) you|your order has been"
    r"|请问您|(?:为|帮)您(?:查|办|处理|取消)|很高兴为您|祝您",
    re.IGNORECASE,
)
Played = tuple[Chat, Prompt]
"""What plays a simulated customer: a model, and the prompt that tells it its part."""


def customer_of(model: Played | None = None) -> Callable[[Case], Customer]:
    """Makes each case's customer; simulated ones are played by ``model`` where there is one."""

    def make(case: Case) -> Customer:
        if case.customer is None:
            return Scripted(case)
        if model is not None:
            return Acting(case, case.customer, *model)
        return Reacting(case.customer)

    return make


class _Simulated:
    """What both simulated customers share: their clicks."""

    def __init__(self, customer: Simulated) -> None:
        self._customer = customer
        self.faults: list[str] = []

    def clicks(self, exchanges: list[Exchange]) -> list[tuple[Proposed | None, str]]:
        wanted = self._customer.overall.propose
        return [(wanted, self._customer.click)] if self._customer.click and wanted else []


class Reacting(_Simulated):
    """Answers by the first of its responses that fits a reply; each is said once.

    It stops when what it wanted is on the screen and clicked.
    """

    def __init__(self, customer: Simulated) -> None:
        super().__init__(customer)
        self._left = list(customer.responses)
        self._otherwise = customer.otherwise

    async def next(self, exchanges: list[Exchange]) -> str | None:
        if not exchanges:
            return self._customer.opens
        if any(one.clicks for one in exchanges):
            return None
        reply = exchanges[-1].answer.reply
        for response in self._left:
            if re.search(response.when, reply, re.IGNORECASE):
                self._left.remove(response)
                return response.say
        said, self._otherwise = self._otherwise, None
        return said


class Acting(_Simulated):
    """A customer played by a model; what it does wrong as one is kept in ``faults``."""

    def __init__(self, case: Case, customer: Simulated, chat: Chat, prompt: Prompt) -> None:
        super().__init__(customer)
        self._case, self._chat, self._prompt = case, chat, prompt

    async def next(self, exchanges: list[Exchange]) -> str | None:
        if not exchanges:
            return self._customer.opens
        knows = "\n".join(f"- {name}: {value}" for name, value in self._customer.knows.items())
        role = self._prompt.fill(
            goal=self._customer.goal,
            knows=knows or "- nothing more",
            done=_DONE,
            language="Chinese" if self._case.language == "zh" else "English",
        )
        messages = [("system", role)]
        for one in exchanges:  # the customer's own words are what this model said
            messages += [("assistant", one.said), ("user", _seen(one))]
        said = await self._chat.say(messages)
        stops = not said or _DONE in said
        found = simulator_faults(self._case, self._customer, exchanges, said, stops)
        self.faults += [fault for fault in found if fault not in self.faults]
        if exchanges[-1].said.strip() == said.strip():  # it would go on so: nobody learns from that
            return None
        return None if stops else said


def _seen(one: Exchange) -> str:
    """What a customer has before the eyes: the reply, the cards, what they did with them."""
    cards = [f"[A card to be confirmed: {card['summary']}]" for card in one.answer.proposals]
    clicks = [f"[You pressed {click.how}: {click.outcome}]" for click in one.clicks]
    return "\n".join([one.answer.reply or "[no answer]", *cards, *clicks])


def simulator_faults(
    case: Case, customer: Simulated, exchanges: Sequence[Exchange], said: str, stops: bool
) -> Iterator[str]:
    """What a simulated customer's next message gets wrong, as a customer; pure.

    Each begins with its kind: ``revealed``, ``left its goal``, or ``stopped early``.
    """
    for hidden in customer.hides:
        if hidden.casefold() in said.casefold():
            yield f"revealed: {hidden}"
    told = f"{customer.goal} {customer.knows} {customer.opens} {customer.otherwise}"
    told += " ".join(one.answer.reply for one in exchanges)
    strange = {number.upper() for number in _ORDER.findall(said)} - set(_ORDER.findall(told))
    for number in sorted(strange):
        yield f"left its goal: spoke of {number}"
    last = exchanges[-1] if exchanges else None
    reply = last.answer.reply if last else ""
    if not stops:
        if said.strip() == reply.strip() or _ASSISTANT.search(said):
            yield "left its goal: spoke as the assistant"
        elif any(said.strip() == one.said.strip() for one in exchanges):
            yield "left its goal: said the very same again"
        elif not in_language(said, case.language, ()):
            yield "left its goal: spoke another language"
        return
    wanted = customer.overall.propose
    over = any(one.clicks or one.answer.handed_off for one in exchanges)
    over |= any(fits(wanted, card) for one in exchanges for card in one.answer.proposals if wanted)
    if not over and (words.QUESTION.search(reply) or (wanted and not words.says_no(reply))):
        yield "stopped early: its goal was not reached, and the assistant had not refused"
