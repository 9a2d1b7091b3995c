"""``orderdesk chat``: a customer's conversation in the terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from assistant.commands.console import complaints, console
from assistant.commands.desk import Changed, Desk, OwnDesk, ServerDesk
from assistant.commands.plain import card_lines, proposal_line
from assistant.schema import require_current_schema
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.errors import OrderError
from orderdb.text import Language

_POLL_SECONDS = 0.25
_ANSWER_SECONDS = 600
_QUIT = {"quit", "exit", "/quit", "/exit", "退出"}
_YES = {"y", "yes", "ok", "okay", "confirm", "是", "是的", "好", "好的", "确认", "可以", "行"}
_NO = {"", "n", "no", "nope", "decline", "否", "不", "不是", "不要", "不用", "取消"}


def run_chat(settings: Settings, customer_id: str, language: Language, url: str | None) -> None:
    """Until the input ends. What is typed and what is piped in are treated alike."""
    try:
        asyncio.run(_chat(settings, customer_id, language, url))
    except httpx.TransportError as error:
        raise OSError(f"{url} does not answer: {error}") from None
    except KeyboardInterrupt:
        console.print()


async def _chat(settings: Settings, customer_id: str, language: Language, url: str | None) -> None:
    async with _desk(settings, customer_id, url) as desk:
        conversation = await desk.open(language)
        await _wait_for_model(desk)
        talk = Talk(desk, conversation, language)
        while (text := await _ask("> ")) is not None:
            if text.strip().lower() in _QUIT:
                return
            if text.strip() and not await talk.say(text.strip()):
                return


@asynccontextmanager
async def _desk(settings: Settings, customer_id: str, url: str | None) -> AsyncIterator[Desk]:
    if url is not None:
        async with httpx.AsyncClient(base_url=url, timeout=_ANSWER_SECONDS) as client:
            desk = ServerDesk(client)
            if await desk.is_demo():
                await desk.sign_in(customer_id)
            else:
                desk.use(Tokens.configured(settings).sign(customer_id))
            yield desk
        return
    require_current_schema(settings)
    from assistant.opening import open_services

    async with open_services(settings) as services:
        yield OwnDesk(services, customer_id)


class _Left(Exception):
    """The customer goes; what is open stays open until its time is over."""


class Talk:
    """Prints a conversation as it goes, and asks before anything is confirmed."""

    def __init__(self, desk: Desk, conversation: str, language: Language) -> None:
        self._desk = desk
        self._conversation = conversation
        self._language = language

    async def say(self, text: str) -> bool:
        """One message and its answer; a refusal is told and the talk goes on, unless it is left."""
        proposals: list[dict[str, Any]] = []
        try:
            async for event in self._desk.say(self._conversation, text):
                self._show(event.kind, event.payload)
                if event.kind == "proposal":
                    proposals.append(event.payload)
            for proposal in proposals:
                await self._decide(proposal)
        except OrderError as error:
            complaints.print(str(error), style="red", markup=False)
        except _Left:
            return False
        return True

    def _show(self, kind: str, payload: dict[str, Any]) -> None:
        match kind:
            case "turn" if payload.get("mode_notice") == "guided":
                _print("[guided mode: no model answers]")
            case "token":
                _print(payload["text"], end="")
            case "reset":
                _print(f"\n[{payload['reason']}]")
            case "tool" if payload["status"] != "started":
                given = ", ".join(f"{name}={value}" for name, value in payload["arguments"].items())
                _print(f"· {payload['name']}({given}) {payload['status']}")
            case "card":
                for line in card_lines(payload, self._language):
                    _print(f"  | {line}")
            case "citation":
                _print(
                    f"\n  [{payload['clause']}, version {payload['version']}: {payload['title']}]"
                )
            case "handoff":
                _print("[handed to a person]")
            case "done":
                self._language = payload["language"]
                _print("")
                if labels := [one["label"] for one in payload.get("quick_replies", ())]:
                    _print(f"  › {' · '.join(labels)}")
            case "error":
                _print(payload["detail"])

    async def _decide(self, proposal: dict[str, Any]) -> None:
        answer = "?"
        while answer not in _YES | _NO:  # a slip of the keyboard puts nothing aside
            typed = await _ask(f"{proposal_line(proposal)} [y/N] ")
            answer = (typed or "").strip().lower()
            if answer in _QUIT:
                raise _Left
        if answer in _YES:
            try:
                result = await self._desk.confirm(proposal)
            except Changed as change:
                _print(f"! {change}")
                if change.proposal is not None:
                    await self._decide(change.proposal)
                return
            _print(f"✓ {result['summary'][self._language]}")
        else:
            await self._desk.decline(proposal)
            _print("✗")


async def _wait_for_model(desk: Desk) -> None:
    """A conversation is better begun with the model; Ctrl-C still ends the waiting."""
    with complaints.status("starting") as shown:
        while (status := await desk.model()).mode == "guided" and status.coming:
            shown.update(status.detail or "starting")
            await asyncio.sleep(_POLL_SECONDS)
    _print(f"[{status.model if status.mode == 'assistant' else 'guided mode'}]")


async def _ask(prompt: str) -> str | None:
    """A line of input, None at its end; piped input is echoed, for transcripts."""

    def read() -> str | None:
        try:
            line = input(prompt)
        except EOFError:
            return None
        if not sys.stdin.isatty():
            _print(line)
        return line

    return await asyncio.to_thread(read)


def _print(text: str, end: str = "\n") -> None:
    console.print(text, end=end, markup=False, highlight=False, soft_wrap=True)
