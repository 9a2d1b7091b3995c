"""``orderdesk outbox``: what is on its way to other systems, for the operator."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer

from assistant.commands.console import console
from assistant.schema import require_current_schema
from assistant.settings import Settings
from orderdb import outbox
from orderdb.database import SessionFactory, open_engine
from orderdb.models import Effect
from orderdb.statuses import EffectKind, EffectStatus

_OPERATOR = "operator"


def list_effects(settings: Settings, status: str | None, kind: str | None, limit: int) -> None:
    """A line for each effect, and what is missing for those that nobody will deliver."""
    try:
        wanted = EffectKind(kind) if kind else None
    except ValueError:
        raise typer.BadParameter(f"kinds are {', '.join(EffectKind)}") from None
    with _sessions(settings) as sessions, sessions() as session:
        found = outbox.listed(session, EffectStatus(status) if status else None, wanted, limit)
        counts = outbox.counts(session)
    if not found:
        _say("There is nothing in the outbox." if not counts else "None of these.")
    for effect in found:
        _say(_line(effect, settings))
    for (one, standing), number in sorted(counts.items()):
        if standing is EffectStatus.WAITING and one not in settings.outbox.endpoints:
            variable = f"ORDERDESK_OUTBOX__ENDPOINTS__{one.value.upper()}"
            _say(f"{number} {one} wait(s) for an endpoint: set {variable}.")
        if standing is EffectStatus.DEAD:
            _say(f"{number} {one} dead: see `orderdesk outbox replay`.")


def show_effect(settings: Settings, effect_id: int) -> None:
    """Everything stored of it; raises NotFound."""
    with _sessions(settings) as sessions, sessions() as session:
        effect = outbox.find(session, effect_id)
    _say(f"{effect.kind} {effect.key}: {_standing(effect, settings)}")
    told = effect.model_dump(mode="json", exclude={"kind", "key", "status"})
    console.print_json(json.dumps(told, ensure_ascii=False))


def replay_effects(settings: Settings, effects: list[int]) -> None:
    """Let these be tried anew, or with none named all that are dead; raises NotFound."""
    now, replayed = datetime.now(UTC), 0
    with _sessions(settings) as sessions:
        if not effects:
            with sessions() as session:
                dead = outbox.listed(session, EffectStatus.DEAD, None, 1_000_000)
            effects = [effect.id or 0 for effect in dead]
        for effect in effects:
            with sessions() as session:
                done = outbox.replay(session, effect, _OPERATOR, now)
            replayed += done
            if not done:
                _say(f"{effect} is not dead; left as it is.")
    _say(f"{replayed} to be delivered again.")


def deliver_due(settings: Settings) -> None:
    """One attempt at each effect that is due."""
    with _sessions(settings) as sessions:
        attempts = asyncio.run(_deliver(sessions, settings))
    _say(f"{attempts} attempt(s) made.")


async def _deliver(sessions: SessionFactory, settings: Settings) -> int:
    from assistant.deliveries import Deliveries

    worker = Deliveries(sessions, settings.outbox, lambda: datetime.now(UTC))
    attempts = 0
    try:
        while done := await worker.deliver_due():
            attempts += done
    finally:
        await worker.close()
    return attempts


def _standing(effect: Effect, settings: Settings) -> str:
    if effect.status is not EffectStatus.WAITING:
        return effect.status.value
    if effect.kind not in settings.outbox.endpoints:
        return "not configured"
    claimed = effect.claimed_until is not None and effect.claimed_until > datetime.now(UTC)
    return "being delivered" if claimed else "waiting"


def _line(effect: Effect, settings: Settings) -> str:
    """Columns that a pipe can cut up; the time is that of the delivery, or of the next attempt."""
    at = effect.delivered_at or effect.due_at
    words = (
        f"{effect.id:>5}",
        f"{effect.kind:<12}",
        f"{_standing(effect, settings):<15}",
        f"{effect.attempts:>2} attempt(s)",
        f"{at:%Y-%m-%d %H:%M:%S}",
        effect.key,
        effect.last_error or (f"after {effect.after}" if effect.after else ""),
    )
    return "  ".join(words).rstrip()


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _sessions(settings: Settings) -> Iterator[SessionFactory]:
    require_current_schema(settings)
    engine = open_engine(settings.database)
    try:
        yield SessionFactory(engine)
    finally:
        engine.dispose()
