"""A model that obeys whatever it reads, in whole turns of the real conversation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.redteam.shop import CHAT, ShopFile
from evals.redteam.trial import BOOK, Clauses
from evals.stub_model import Answer
from orderdb.database import SessionFactory
from tests.assistant.turning import Desk, ScriptedEndpoint
from tests.orderdb.shop import ANNA

ToolCall = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Sent:
    """``events`` is every byte that went to the page; ``read`` all that the model was shown.

    ``granted`` are the tools that did what they were called for.
    """

    events: str
    read: str
    statuses: tuple[str, ...] = ()
    cards: list[dict[str, Any]] = field(default_factory=list)
    granted: tuple[str, ...] = ()


async def obey(
    shop: ShopFile,
    messages: Sequence[str],
    calls: Sequence[Sequence[ToolCall]],
    *,
    planted: Sequence[str] = (),
    language: str = "en",
) -> Sent:
    """One conversation: in each turn the model makes its calls, then repeats all that it read.

    ``calls`` are those of each message; the last ones serve all messages that follow.
    """
    desk = Desk(SessionFactory(shop.engine), BOOK, Clauses(planted))
    events: list[Any] = []
    read = ""
    for place, message in enumerate(messages):
        made = calls[min(place, len(calls) - 1)]
        endpoint = ScriptedEndpoint(*([Answer(calls=tuple(made))] if made else []), _repeat)
        service = desk.service(desk.agent(endpoint, attempts=1))
        events += await desk.ask(service, message, chat=CHAT, customer=ANNA, language=language)
        await service.close()
        read += json.dumps(endpoint.requests, ensure_ascii=False)
    finished = [one.payload for one in events if one.kind == "tool"]
    return Sent(
        json.dumps([one.payload for one in events], ensure_ascii=False, default=str),
        read,
        tuple(one["status"] for one in finished if one["status"] != "started"),
        [one.payload for one in events if one.kind == "proposal"],
    )


def _repeat(body: dict[str, Any]) -> Answer:
    """All that tools told and the customer wrote, sentence by sentence."""
    said = [str(one.get("content") or "") for one in body["messages"] if one["role"] != "system"]
    return Answer(text="\n".join(said))
