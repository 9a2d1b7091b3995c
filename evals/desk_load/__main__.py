"""Customers streaming and desks open at once, against a slow model; prints what it cost.

    python -m evals.desk_load [--customers 500] [--desks 50] [--rounds 3]
    python -m evals.desk_load --replicas 2     on PostgreSQL, one of two servers killed midway

Every event that was heard is compared with what is stored. "Added" is the time to the first words
through OrderDesk less the same straight from the model, both with all customers at once; a word
counts once its sentence is complete, for nothing unchecked is sent. Exits 1 when anything was lost,
repeated or refused.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg

from evals.desk_load.model import slow_model
from evals.desk_load.people import Addresses, Tally, ask, ask_directly, attend
from evals.desk_load.replicas import Replica, serving
from evals.desk_load.shop import LoadedShop, build

_SPREAD_SECONDS = 1.0  # customers arrive within it
_KILLED_AFTER = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--desks", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--seconds-a-token", type=float, default=0.05)
    wanted = parser.parse_args()
    _allow_open_files()
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(Path(folder), postgres=wanted.replicas > 1) as url,
        slow_model(wanted.seconds_a_token) as model,
    ):
        shop = build(url, wanted.customers, wanted.desks)
        with serving(wanted.replicas, url, model, Path(folder)) as replicas:
            tally, direct, seconds = asyncio.run(_load(shop, replicas, model, wanted.rounds))
    _print(tally, direct, seconds)
    sys.exit(bool(tally.errors or tally.lost or tally.repeated))


async def _load(
    shop: LoadedShop, replicas: Sequence[Replica], model: str, rounds: int
) -> tuple[Tally, list[float], float]:
    tally, direct, over = Tally(), [], asyncio.Event()
    where = Addresses([replica.address for replica in replicas])
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
        await _at_once(len(shop.tokens), lambda _: ask_directly(client, model, direct))
        desks = [
            asyncio.create_task(attend(client, where, number, desk, over, tally))
            for number, desk in enumerate(shop.desks)
        ]
        killing = asyncio.create_task(_kill(replicas, where)) if len(replicas) > 1 else None
        started = time.perf_counter()
        tokens = shop.tokens
        await _at_once(
            len(tokens), lambda n: ask(client, where, n, tokens[n], rounds, tally), tally
        )
        took = time.perf_counter() - started
        over.set()
        ended = await asyncio.gather(*desks, return_exceptions=True)
        tally.errors += [repr(one) for one in ended if isinstance(one, Exception)]
        if killing is not None:
            await killing
    return tally, direct, took


async def _at_once(
    count: int, make: Callable[[int], Awaitable[None]], tally: Tally | None = None
) -> None:
    async def one(number: int) -> None:
        await asyncio.sleep(number / max(count, 1) * _SPREAD_SECONDS)
        await make(number)

    ended = await asyncio.gather(*(one(number) for number in range(count)), return_exceptions=True)
    wrong = [repr(error) for error in ended if isinstance(error, Exception)]
    if tally is not None:
        tally.errors += wrong
    elif wrong:
        raise RuntimeError(f"the model itself failed: {wrong[0]}")


async def _kill(replicas: Sequence[Replica], where: Addresses) -> None:
    """Pull one server's plug while answers stream."""
    await asyncio.sleep(_KILLED_AFTER)
    await asyncio.to_thread(replicas[0].kill)
    where.alive.remove(replicas[0].address)


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
            connection.execute("ALTER SYSTEM SET max_connections = 200")
        yield url.format("load")


def _allow_open_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _print(tally: Tally, direct: Sequence[float], seconds: float) -> None:
    print(f"answers {tally.answers} in {seconds:.1f} s, resumed after a cut {tally.resumed}")
    print(f"errors {len(tally.errors)}, lost {tally.lost}, repeated {tally.repeated}")
    for error in sorted(set(tally.errors)):
        print(f"  {tally.errors.count(error)} x {error}")
    ours, theirs = _tell("first words", tally.first_token), _tell("  direct", direct)
    if ours is not None and theirs is not None:
        print(f"added p95 to first words {1000 * (ours - theirs):.0f} ms")
    _tell("agent to customer and back", tally.said_to_customer)


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
