"""Builds the demo shop: the same orders for the same seed, size and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlmodel import col

from orderdb.errors import ImportRefused
from orderdb.importers.bulk import Bulk, bulk_transaction
from orderdb.importers.demo.arrivals import Buyers, Moments
from orderdb.importers.demo.catalogue import load_catalogue
from orderdb.importers.demo.chance import Chance
from orderdb.importers.demo.customers import Customers
from orderdb.importers.demo.days import DAY, Days, day_number, seconds
from orderdb.importers.demo.draft import Draft
from orderdb.importers.demo.ledger import Ledger
from orderdb.importers.demo.reviews import write_reviews
from orderdb.importers.demo.scenes import Scenes
from orderdb.importers.demo.stockroom import write_catalogue, write_stock, write_ways
from orderdb.importers.demo.stories import stories
from orderdb.importers.demo.tracking import TrackingNumbers
from orderdb.importers.report import ImportReport, Progress
from orderdb.models import ImportRun

SOURCE = "demo"
SPAN_DAYS = 540
_FEWEST_ORDERS, _FEWEST_CUSTOMERS = 300, 40
_SNAPSHOT_HOUR = 9  # UTC: parcels are out for delivery in Europe and partly delivered in China
_BLOCK = 4_000
_AHEAD_DAYS = 120


def snapshot(as_of: date) -> datetime:
    """The moment that a shop built for that day shows; nothing in it happened later."""
    return datetime.combine(as_of, time(_SNAPSHOT_HOUR), UTC)


def import_demo(
    engine: Engine,
    orders: int = 10_000,
    customers: int = 2_000,
    seed: int = 1,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Fill the database with the demo shop, in one transaction.

    ``as_of`` is the day that the shop shows, the last one begun by default. A second call finds
    the shop and changes nothing; raises ImportRefused when it was made with other numbers, or
    when these are too small for the stories.
    """
    if orders < _FEWEST_ORDERS or customers < _FEWEST_CUSTOMERS:
        raise ImportRefused(
            f"a demo shop has at least {_FEWEST_ORDERS} orders and {_FEWEST_CUSTOMERS} customers"
        )
    wanted = {"orders": orders, "customers": customers, "seed": seed}
    day = as_of or _latest_day()
    with engine.connect() as connection:
        if _is_there(connection, wanted, as_of):
            return ImportReport(SOURCE, orders_unchanged=orders)
    driver: Any = engine.dialect.loaded_dbapi  # bulk writing is its business, and so are its errors
    try:
        with bulk_transaction(engine) as bulk:
            if _is_there(bulk.connection, wanted, as_of):  # made by somebody else meanwhile
                return ImportReport(SOURCE, orders_unchanged=orders)
            _build(bulk, day, seed, orders, customers, progress or _ignore)
            bulk.connection.execute(
                insert(ImportRun).values(
                    source=SOURCE,
                    name="",
                    detail=wanted | {"as_of": day.isoformat()},
                    finished_at=datetime.now(UTC),
                )
            )
    except driver.IntegrityError as error:
        raise ImportRefused(
            f"something of the demo shop is already in this database: {error}"
        ) from error
    return ImportReport(SOURCE, orders_added=orders, customers_added=customers)


def _build(
    bulk: Bulk, day: date, seed: int, orders: int, customers: int, progress: Progress
) -> None:
    now = seconds(snapshot(day))
    today = day_number(day)
    days = Days(today - SPAN_DAYS - 30, today + _AHEAD_DAYS)
    opened = now - SPAN_DAYS * DAY
    products = load_catalogue()
    first_product, first_variant = bulk.next_id("products"), bulk.next_id("variants")
    address = bulk.next_id("addresses")
    write_ways(bulk)
    write_catalogue(bulk, products, first_product=first_product, first_variant=first_variant)
    write_reviews(bulk, products, first_product=first_product, today=today)
    people = Customers()
    people.write(bulk, days, _random(seed, "customers"), customers, address=address, opened=opened)
    tracking = TrackingNumbers(seed)
    chance = Chance(
        days, products, tracking, now, is_chinese=people.is_chinese, city_of=people.city_of
    )
    cast = stories()
    scenes = Scenes(days, products, tracking, now)
    moments = Moments(opened, now, orders)
    staged: dict[int, Draft] = {}
    for customer, story in enumerate(cast):
        for draft in scenes.orders(_random(seed, story.customer_id), story, customer):
            staged[moments.free_position(draft.placed, staged)] = draft
    ledger = Ledger(bulk, days, products, address=address, variant=first_variant)
    random = _random(seed, "orders")
    buyers = Buyers(first=len(cast), count=customers - len(cast))
    for position in range(orders):
        draft = staged.get(position) or chance.order(
            random, moments.at(position, random.random()), buyers.draw(random)
        )
        ledger.add(position, draft)
        if position % _BLOCK == _BLOCK - 1:
            ledger.flush()
            progress(position + 1, orders)
    ledger.close()
    write_stock(
        bulk,
        _random(seed, "stock"),
        products,
        ledger.reserved,
        first_variant=first_variant,
        today=today,
    )
    progress(orders, orders)


def _random(seed: int, purpose: str) -> Random:
    """Each purpose draws from its own stream, so that one does not shift the other."""
    return Random(f"{seed}:{purpose}")  # noqa: S311  (a shop to look at, no secret)


def _is_there(connection: Connection, wanted: dict[str, int], as_of: date | None) -> bool:
    made = connection.execute(
        select(col(ImportRun.detail)).where(col(ImportRun.source) == SOURCE)
    ).scalar_one_or_none()
    if made is None:
        return False
    asked = dict(wanted) if as_of is None else wanted | {"as_of": as_of.isoformat()}
    if any(made[name] != value for name, value in asked.items()):
        raise ImportRefused(
            "this database holds a demo shop made with "
            f"{', '.join(f'{name}={value}' for name, value in made.items())}; "
            "ask for the same, or use an empty database"
        )
    return True


def _latest_day() -> date:
    """The last day whose snapshot is not in the future."""
    return (datetime.now(UTC) - timedelta(hours=_SNAPSHOT_HOUR)).date()


def _ignore(done: int, total: int | None) -> None:
    """Nobody watches."""
