"""``orderdesk audit``: does the chain hold, and does it explain the orders?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from assistant.commands.console import complaints, console
from assistant.schema import require_current_schema
from assistant.settings import Settings
from orderdb import audit
from orderdb.database import open_engine


def verify_chain(settings: Settings) -> int:
    """0 when it holds, 1 when it does not. The newest hash is what to keep elsewhere."""
    require_current_schema(settings)
    with _session(settings.database) as session:
        broken = audit.verify(session)
        events, newest = audit.length(session)
    if broken is not None:
        complaints.print(f"Event {broken.event_id}: {broken.fault}.", style="red", markup=False)
        return 1
    console.print(f"{events} events hold; the newest is {newest}.", soft_wrap=True)
    return 0


def replay_orders(settings: Settings, start: str | None) -> int:
    """0 when the events explain the orders, 1 when one differs."""
    require_current_schema(settings)
    if start is None:
        with _session(settings.database) as session:
            done = audit.replay(session)
    else:
        with _session(settings.database) as session, _session(start) as begun:
            done = audit.replay(session, begun)
    if done.difference is not None:
        told = f"Order {done.difference.order}: {done.difference.told}."
        complaints.print(told, style="red", markup=False, soft_wrap=True)
        return 1
    console.print(
        f"{done.events} events changed {done.orders} orders; "
        f"{done.compared} orders are as they must be.",
        highlight=False,
    )
    return 0


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = open_engine(url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
