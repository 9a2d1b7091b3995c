"""Customers streaming and desks open at once, against a slow model; prints what it cost.

    python -m evals.desk_load [--customers 500] [--desks 50] [--rounds 3]
    python -m evals.desk_load --workers 2      one server of two processes
    python -m evals.desk_load --replicas 2     on PostgreSQL, one of two servers killed midway

Customers arrive over the length of one answer and ask again as soon as they are answered, so that
from then on all of them stream. Every event that was heard is compared with what is stored. "Added"
is the time to the first words through OrderDesk less the same straight from the model, both with
all customers at once; a word counts once its sentence is complete, for nothing unchecked is sent.
Exits 1 when anything was lost, repeated or refused. Model, customers and desks share the machine
with the servers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from evals.desk_load.loop import run
from evals.desk_load.model import reply, slow_model
from evals.desk_load.people import Addresses, Caller, Tally, ask, ask_directly, attend
from evals.desk_load.processor import seconds_of
from evals.desk_load.replicas import Replica, serving
from evals.desk_load.shop import LoadedShop, build
from evals.desk_load.wire import client


@dataclass
class Outcome:
    """``direct`` is of the model alone; ``cpu``: processor seconds by whose they are."""

    tally: Tally = field(default_factory=Tally)
    direct: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--desks", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="Of each server.")
    parser.add_argument("--words", type=int, default=300, help="Of an answer; each is a token.")
    parser.add_argument("--seconds-a-token", type=float, default=0.05)
    parser.add_argument("--seconds-an-exchange", type=float, default=10.0, help="At each desk.")
    wanted = parser.parse_args()
    _allow_open_files()
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(Path(folder), postgres=wanted.replicas > 1) as url,
        slow_model(wanted.words, wanted.seconds_a_token) as (model, speaker),
    ):
        shop = build(url, wanted.customers, wanted.desks)
        with serving(wanted.replicas, url, model, Path(folder), wanted.workers) as replicas:
            outcome = run(_load(shop, replicas, model, speaker, wanted))
            for replica in replicas:
                outcome.tally.errors += replica.complaints()
    _print(outcome)
    sys.exit(bool(outcome.tally.errors or outcome.tally.lost or outcome.tally.repeated))


async def _load(
    shop: LoadedShop,
    replicas: Sequence[Replica],
    model: str,
    speaker: int,
    wanted: argparse.Namespace,
) -> Outcome:
    outcome, tokens, said = Outcome(), shop.tokens, reply(wanted.words)
    tally = outcome.tally
    where = Addresses([replica.address for replica in replicas])
    spread = len(said.split()) * wanted.seconds_a_token
    async with client() as session:
        await _at_once(
            len(tokens), spread, lambda _: ask_directly(session, model, outcome.direct), tally
        )
        open_desks = asyncio.Semaphore(0)
        desks = [
            asyncio.create_task(
                attend(
                    Caller(session, where, number, _bearer(desk.customer_token)),
                    Caller(session, where, number, desk.headers()),
                    desk,
                    wanted.seconds_an_exchange,
                    tally,
                    open_desks.release,
                )
            )
            for number, desk in enumerate(shop.desks)
        ]
        for _ in desks:
            await open_desks.acquire()
        before = _processor_time(replicas, speaker)
        killing = None
        if len(replicas) > 1:
            killing = asyncio.create_task(_kill(replicas[0], where, spread * 1.5))
        started = time.perf_counter()

        async def customer(number: int) -> None:
            caller = Caller(session, where, number, _bearer(tokens[number]))
            await ask(caller, wanted.rounds, said, tally)

        await _at_once(len(tokens), spread, customer, tally)
        outcome.seconds = time.perf_counter() - started
        after = _processor_time(replicas, speaker)
        outcome.cpu = {whose: after[whose] - before[whose] for whose in after}
        for desk in desks:
            desk.cancel()
        ended = await asyncio.gather(*desks, return_exceptions=True)
        tally.errors += [repr(one) for one in ended if isinstance(one, Exception)]
        if killing is not None:
            await killing
    return outcome


def _processor_time(replicas: Sequence[Replica], speaker: int) -> dict[str, float]:
    return {
        "servers": sum(seconds_of(replica.process.pid) for replica in replicas),
        "model": seconds_of(speaker),
        "customers and desks": time.process_time(),
    }


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _at_once(
    count: int, spread: float, make: Callable[[int], Awaitable[None]], tally: Tally
) -> None:
    """So many, arriving over ``spread`` seconds, until all are done."""

    async def one(number: int) -> None:
        await asyncio.sleep(number / max(count, 1) * spread)
        await make(number)

    ended = await asyncio.gather(*(one(number) for number in range(count)), return_exceptions=True)
    tally.errors += [repr(error) for error in ended if isinstance(error, Exception)]


async def _kill(replica: Replica, where: Addresses, after: float) -> None:
    """Pull one server's plug while answers stream."""
    await asyncio.sleep(after)
    where.alive.remove(replica.address)
    await asyncio.to_thread(replica.kill)


@contextmanager
def _database(folder: Path, *, postgres: bool) -> Iterator[str]:
    """The URL of an empty database."""
    if not postgres:
        yield f"sqlite:///{folder / 'orderdesk.db'}"
        return
    from tests.databases import running_postgres

    with running_postgres() as socket_folder:
        url = f"postgresql://postgres@/{{}}?host={socket_folder}"
        with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE load")
        yield url.format("load")


def _allow_open_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _print(outcome: Outcome) -> None:
    tally = outcome.tally
    print(
        f"answers {tally.answers} in {outcome.seconds:.1f} s, resumed after a cut {tally.resumed}"
    )
    print(f"most streaming at once {tally.most_streaming}")
    print(f"errors {len(tally.errors)}, lost {tally.lost}, repeated {tally.repeated}")
    for error in sorted(set(tally.errors)):
        print(f"  {tally.errors.count(error)} x {error}")
    ours = _tell("first words", tally.first_token)
    theirs = _tell("  direct", outcome.direct.first_token)
    if ours is not None and theirs is not None:
        print(f"added p95 to first words {1000 * (ours - theirs):.0f} ms")
    _tell("whole answers", tally.whole)
    _tell("  direct", outcome.direct.whole)
    _tell("customer to agent and back", tally.said_to_customer)
    _tell("queue read", tally.queue_read)
    told = ", ".join(f"{whose} {seconds:.1f} s" for whose, seconds in outcome.cpu.items())
    cores = os.cpu_count() or 1
    used = sum(outcome.cpu.values()) / (outcome.seconds * cores)
    print(f"processor time: {told}; {100 * used:.0f}% of {cores} cores, "
          f"load of the machine {os.getloadavg()[0]:.1f}")  # fmt: skip


def _tell(what: str, seconds: Sequence[float]) -> float | None:
    """Print median and p95; returns the p95."""
    if len(seconds) < 2:
        print(f"{what}: too few")
        return None
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    print(f"{what} p50 {1000 * statistics.median(seconds):.0f} ms, p95 {1000 * p95:.0f} ms")
    return p95


if __name__ == "__main__":
    main()
