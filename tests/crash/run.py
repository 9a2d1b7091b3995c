"""One crash run on one database: customers at work, a server that is killed, the reckoning."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jwt
from sqlmodel import Session

from evals.stub_model import running
from orderdb.database import open_engine
from orderdb.statuses import EffectKind
from tests.crash import shop
from tests.crash.accounts import Account, account, stuck
from tests.crash.customer import Customer, Outcome, Refused
from tests.crash.points import POINTS
from tests.crash.receiver import Receiver, receiving
from tests.crash.server import ROOT, Servers
from tests.crash.wishes import wish

Tell = Callable[[str], None]

_AT_ONCE = 8
_FIRST_SECONDS = 300
_POINT_SECONDS = 60
_SETTLING_SECONDS = 90
_STARTING, _WORKING = 0.6, 1.0
"""Seconds over which random moments are spread: while a server opens, and once it answers."""
_SLOW, _LONGEST = 1.5, 6.0
"""A machine that opens servers slowly answers slowly: then so many times the opening, at most
that long, or hardly a customer would come to an end between two kills."""


@dataclass(frozen=True)
class Plan:
    """What one run does: the named points, each once, and so many random moments."""

    url: str
    start_url: str
    folder: Path
    log: Path
    points: Sequence[str] = tuple(POINTS)
    moments: int = 200
    orders: int = 2_000
    seed: int = 1


@dataclass(frozen=True)
class Report:
    kills: int
    outcomes: Sequence[Outcome]
    requests: int
    effects: int
    seconds: float
    account: Account

    def __str__(self) -> str:
        done = Counter(wish(one.index) for one in self.outcomes if one.finished)
        cuts = sum(one.cuts for one in self.outcomes)
        given_up = sum(one.given_up for one in self.outcomes)
        book = self.account
        lines = [
            f"{self.kills} kills in {self.seconds:.0f} s; {len(self.outcomes)} customers, done: "
            + ", ".join(f"{count} {name}" for name, count in sorted(done.items())),
            f"{cuts} requests cut in flight, {given_up} answers given up and asked for again",
            f"{self.effects} effects delivered with {self.requests} requests",
            f"lost {len(book.lost)}, duplicated {len(book.duplicated)}, "
            f"stuck {len(book.stuck)}, other faults {len(book.other)}",
        ]
        for fault in (*book.lost, *book.duplicated, *book.stuck, *book.other)[:20]:
            lines.append(f"  {fault}")
        return "\n".join(lines)


def crash(plan: Plan, tell: Tell) -> Report:
    """Kill a server at every point and moment of the plan, let it settle, and reckon."""
    began = time.monotonic()
    placed = datetime.now(UTC) - timedelta(hours=2)
    for url in (plan.url, plan.start_url):
        shop.build(url, plan.orders, placed)
    with running(shop.model) as model, receiving(shop.SECRET) as receiver:
        servers = Servers(_environment(plan, model.base_url, receiver), _free_port(), plan.log)
        try:
            outcomes, kills = asyncio.run(_work(plan, servers, tell))
        finally:
            servers.close()
    engine, imported = open_engine(plan.url), open_engine(plan.start_url)
    with Session(engine) as session, Session(imported) as start:
        book = account(session, start, outcomes, receiver)
    engine.dispose()
    imported.dispose()
    return Report(
        kills,
        outcomes,
        sum(receiver.sent.values()),
        len(receiver.effects),
        time.monotonic() - began,
        book,
    )


async def _work(plan: Plan, servers: Servers, tell: Tell) -> tuple[list[Outcome], int]:
    """Customers come one after the other until the killing is over; all of them finish."""
    outcomes: list[Outcome] = []
    numbers = itertools.count()
    over = asyncio.Event()

    async def customers(http: httpx.AsyncClient) -> None:
        while not over.is_set():
            index = next(numbers)
            token = jwt.encode(
                {"sub": shop.customer(index), "exp": time.time() + 86_400}, shop.SECRET
            )
            customer = Customer(http, index, token)
            outcomes.append(customer.outcome)
            with suppress(Refused):
                await customer.run()

    limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=servers.url, timeout=30, limits=limits, trust_env=False
    ) as http:
        at_work = [asyncio.create_task(customers(http)) for _ in range(_AT_ONCE)]
        try:
            kills = await asyncio.to_thread(_kill, plan, servers, tell)
            over.set()
            end = time.monotonic() + _SETTLING_SECONDS
            await asyncio.wait(at_work, timeout=_SETTLING_SECONDS)
            await asyncio.to_thread(_settle, plan, outcomes, end)
        finally:
            for task in at_work:
                task.cancel()
            await asyncio.gather(*at_work, return_exceptions=True)
    return outcomes, kills


def _kill(plan: Plan, servers: Servers, tell: Tell) -> int:
    """Every point, then every moment; leaves a server behind that nobody kills."""
    chance = random.Random(plan.seed)
    servers.start()  # the first indexes the policies, which no point should have to wait for
    servers.wait_until_ready(_FIRST_SECONDS)
    servers.kill()
    for point in plan.points:
        servers.start(point)
        assert servers.wait_until_dead(_POINT_SECONDS), f"never came by: {point}"
        tell(f"killed {point}")
    for moment in range(1, plan.moments + 1):
        servers.start()
        if chance.random() < 0.15:
            time.sleep(chance.uniform(0, _STARTING))
        else:
            began = time.monotonic()
            servers.wait_until_ready()
            slow = min(_SLOW * (time.monotonic() - began), _LONGEST)
            time.sleep(chance.uniform(0, max(_WORKING, slow)))
        servers.kill()
        if moment % 20 == 0:
            tell(f"killed at {moment} random moments")
    servers.start()
    servers.wait_until_ready()
    return len(plan.points) + plan.moments


def _settle(plan: Plan, outcomes: list[Outcome], end: float) -> None:
    """Wait until nothing is under way any more; what still is at the end is told as stuck."""
    engine = open_engine(plan.url)
    while time.monotonic() < end:
        with Session(engine) as session:
            if not stuck(session, outcomes):
                break
        time.sleep(0.3)
    engine.dispose()


def _environment(plan: Plan, model: str, receiver: Receiver) -> dict[str, str]:
    return {
        "ORDERDESK_DATA": str(plan.folder / "data"),
        "ORDERDESK_DATABASE_URL": plan.url,
        "ORDERDESK_POLICIES_DIR": str(shop.policies(ROOT, plan.folder / "policies")),
        "ORDERDESK_JWT_SECRET": shop.SECRET,
        "OPENAI_BASE_URL": model,
        "ORDERDESK_OUTBOX__ENDPOINTS": json.dumps(dict.fromkeys(EffectKind, receiver.url)),
        "ORDERDESK_OUTBOX__SECRET": shop.SECRET,
        "ORDERDESK_OUTBOX__SECONDS": "2",
    }


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
