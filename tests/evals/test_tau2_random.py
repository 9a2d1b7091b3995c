"""Tasks that nobody wrote: random writes, ours against the tools as they are published."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.tau2_conformance.actions import Desk
from evals.tau2_conformance.run import POLICIES, differences
from evals.tau2_conformance.schema import export
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.importers.tau2_retail import import_tau2_retail
from orderdb.policy_book import PolicyBook
from tests.evals.tau2_tools import Tau2Shop
from tests.evals.test_tau2_conformance import DB, SHARED

_OF_PENDING = (
    "cancel_pending_order",
    "modify_pending_order_address",
    "modify_pending_order_items",
    "modify_pending_order_payment",
    "modify_pending_order_payment",  # twice: few ways of paying fit
)
_OF_DELIVERED = ("return_delivered_order_items", "exchange_delivered_order_items")


def test_random_tasks_on_a_small_shop(tmp_path: Path) -> None:
    agree_on(DB, tmp_path, users=1, tasks=25, seed=1)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the benchmark's files are not here")
@pytest.mark.timeout(120)
def test_random_tasks_on_the_benchmarks_shop(tmp_path: Path) -> None:
    db = json.loads((SHARED / "db.json").read_text(encoding="utf-8"))
    agree_on(db, tmp_path, users=60, tasks=1, seed=2)


def agree_on(db: dict[str, Any], folder: Path, *, users: int, tasks: int, seed: int) -> None:
    """The same is refused, and the same stands in all users and orders at the end."""
    chance = random.Random(seed)
    (folder / "db.json").write_text(json.dumps(db), encoding="utf-8")
    with_orders = [key for key, user in db["users"].items() if user["orders"]]
    done: set[str] = set()
    imported, scratch = folder / "imported.db", folder / "scratch.db"
    migrations.upgrade(f"sqlite:///{imported}")
    once = open_engine(f"sqlite:///{imported}")
    import_tau2_retail(once, folder / "db.json")
    once.dispose()
    engine, book = open_engine(f"sqlite:///{scratch}"), PolicyBook.load(POLICIES)
    for _ in range(tasks):
        shutil.copyfile(imported, scratch)
        theirs, sessions = Tau2Shop(db), SessionFactory(engine)
        for user in chance.sample(with_orders, users):
            ours = Desk(sessions, book)
            ours.perform("find_user_id_by_email", {"email": db["users"][user]["email"]})
            for name, asked in writes(theirs, db, user, chance):
                wanted, refused = theirs.perform(name, asked), ours.perform(name, asked)
                assert (refused is None) == wanted, (name, asked, refused)
                done |= {name} if wanted else set()
        with sessions() as session:
            assert list(differences(theirs.state, export(session))) == []
        engine.dispose()
        for left in folder.glob("scratch.db*"):
            left.unlink()
    assert len(done) >= 6, done  # the tasks must get somewhere


def writes(shop: Tau2Shop, db: dict[str, Any], user: str, chance: random.Random) -> Iterator[Any]:
    """Calls for one user, most of which fit the state that the ones before left."""
    for _ in range(chance.randint(2, 7)):
        order = shop.state["orders"][chance.choice(db["users"][user]["orders"])]
        number, status = order["order_id"], order["status"]
        items = chance.sample(order["items"], chance.randint(1, len(order["items"])))
        ids = [item["item_id"] for item in items]
        ways = [*shop.state["users"][user]["payment_methods"], "credit_card_0"]
        fits = "pending" in status if chance.random() < 0.9 else chance.random() < 0.5
        name = chance.choice(_OF_PENDING if fits else _OF_DELIVERED)
        more: dict[str, Any] = {"payment_method_id": chance.choice(ways)}
        if chance.random() < 0.1:
            yield "modify_user_address", {"user_id": user, **_address(chance)}
        if name == "cancel_pending_order":
            more = {"reason": chance.choice(["no longer needed", "ordered by mistake", "dear"])}
        elif name == "modify_pending_order_address":
            more = _address(chance)
        elif name != "modify_pending_order_payment":
            more["item_ids"] = ids
        if name in ("modify_pending_order_items", "exchange_delivered_order_items"):
            more["new_item_ids"] = [_other(item, db, chance) for item in items]
        yield name, {"order_id": number, **more}


def _other(item: dict[str, Any], db: dict[str, Any], chance: random.Random) -> str:
    """Mostly an available variant of the same product."""
    variants = db["products"][item["product_id"]]["variants"]
    fit = [key for key, one in variants.items() if one["available"] and key != item["item_id"]]
    every = [key for one in db["products"].values() for key in one["variants"]]
    return chance.choice(fit if fit and chance.random() < 0.9 else every)


def _address(chance: random.Random) -> dict[str, str]:
    return {
        "address1": f"{chance.randint(1, 99)} Oak Street",
        "address2": chance.choice(["", "Suite 4"]),
        "city": "Austin",
        "state": "TX",
        "country": "USA",
        "zip": str(chance.randint(70000, 79999)),
    }
