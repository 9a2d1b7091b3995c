"""Who talks: a script, a scripted customer who reacts, or a customer played by a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from assistant.settings import Endpoint
from evals.suite.case import Case, Proposed, Simulated
from evals.suite.played import Exchange
from evals.suite.playing import Customer, Scripted

_DONE = "###DONE###"
_ROLE = """You play a customer of an online shop who writes to its assistant. You are not the \
assistant.
Your goal: {goal}
What you know, to be told only when you are asked for it:
{knows}
Write one short message at a time, as such a customer would, in {language}. Never tell anything \
that is not listed above, never help the assistant with its work, and do not leave your goal.
When your goal is reached, or it is clear that it cannot be, write {done} and nothing else."""


def customer_of(kind: str, endpoint: Endpoint | None) -> Callable[[Case], Customer]:
    """Makes each case's customer; a model plays simulated ones when ``kind`` is "model"."""

    def make(case: Case) -> Customer:
        if case.customer is None:
            return Scripted(case)
        if kind == "model" and endpoint is not None:
            return Played(case, case.customer, _Chat(endpoint))
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
    """Answers by the first of its responses that fits a reply; each is said once."""

    def __init__(self, customer: Simulated) -> None:
        super().__init__(customer)
        self._left = list(customer.responses)
        self._otherwise = customer.otherwise

    async def next(self, exchanges: list[Exchange]) -> str | None:
        if not exchanges:
            return self._customer.opens
        reply = exchanges[-1].answer.reply
        for response in self._left:
            if re.search(response.when, reply, re.IGNORECASE):
                self._left.remove(response)
                return response.say
        said, self._otherwise = self._otherwise, None
        return said


class Chat(Protocol):
    async def say(self, messages: Sequence[tuple[str, str]]) -> str: ...


class _Chat:
    """A chat model behind an OpenAI-compatible endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: Any = None

    async def say(self, messages: Sequence[tuple[str, str]]) -> str:
        from openai import AsyncOpenAI

        if self._client is None:
            self._client = AsyncOpenAI(
                base_url=self._endpoint.base_url,
                api_key=self._endpoint.api_key.get_secret_value(),
                timeout=60,
                max_retries=2,
            )
        asked: list[Any] = [{"role": role, "content": text} for role, text in messages]
        answer = await self._client.chat.completions.create(
            model=self._endpoint.model, messages=asked, temperature=0, max_tokens=120
        )
        return (answer.choices[0].message.content or "").strip()


class Played(_Simulated):
    """A customer played by a model, and what it did wrong as one.

    Found: hidden facts revealed, the goal left, the talk stopped while the assistant still asked.
    """

    def __init__(self, case: Case, customer: Simulated, chat: Chat) -> None:
        super().__init__(customer)
        self._case, self._chat = case, chat

    async def next(self, exchanges: list[Exchange]) -> str | None:
        if not exchanges:
            return self._customer.opens
        knows = "\n".join(f"- {name}: {value}" for name, value in self._customer.knows.items())
        role = _ROLE.format(
            goal=self._customer.goal,
            knows=knows or "- nothing more",
            done=_DONE,
            language="Chinese" if self._case.language == "zh" else "English",
        )
        messages = [("system", role)]
        for one in exchanges:  # the customer's own words are what this model said
            messages += [("assistant", one.said), ("user", one.answer.reply)]
        said = await self._chat.say(messages)
        stops = not said or _DONE in said
        self.faults += [
            fault
            for fault in simulator_faults(self._customer, exchanges, said, stops)
            if fault not in self.faults
        ]
        return None if stops else said


def simulator_faults(
    customer: Simulated, exchanges: Sequence[Exchange], said: str, stops: bool
) -> list[str]:
    """What a simulated customer's next message gets wrong, as a customer."""
    faults = [
        f"revealed {hidden!r}" for hidden in customer.hides if hidden.casefold() in said.casefold()
    ]
    orders = set(re.findall(r"A\d{5}", f"{customer.goal} {customer.knows} {customer.opens}"))
    replies = " ".join(one.answer.reply for one in exchanges)
    strange = set(re.findall(r"A\d{5}", said)) - orders - set(re.findall(r"A\d{5}", replies))
    faults += [f"left its goal: spoke of {number}" for number in sorted(strange)]
    if not stops and exchanges and said.strip() == exchanges[-1].answer.reply.strip():
        faults.append("left its goal: spoke as the assistant")
    reply = exchanges[-1].answer.reply if exchanges else ""
    proposed = any(one.answer.proposals or one.answer.handed_off for one in exchanges)
    if stops and re.search(r"[?？]\s*$", reply) and not proposed:
        faults.append("stopped early: the assistant had asked something")
    return faults
