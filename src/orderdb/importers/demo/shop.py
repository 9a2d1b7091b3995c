"""Builds the demo shop: the same orders for the same seed, size and day."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import Connection, Engine, insert, select
from sqlmodel import col

from orderdb.errors import ImportRefused
from orderdb.importers.bulk import Bulk, bulk_writing
from orderdb.importers.demo.catalogue import load_catalogue
from orderdb.importers.demo.chance import Chance
from orderdb.importers.demo.customers import Customers
from orderdb.importers.demo.days import DAY, Days, day_number, seconds
from orderdb.importers.demo.draft import Draft
from orderdb.importers.demo.ledger import Ledger
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
_BUSY_DAYS = 14
_BUSY_SHARE = 0.14
_STEPS = (7_919, 7_907, 7_901)  # primes: a step through the ranks that meets every customer


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
    wanted = {"orders": orders, "customers": customers, "seed": seed}
    day = as_of or _latest_day()
    with (
        engine.connect().execution_options(orderdb_writing=True) as connection,
        connection.begin(),
    ):
        if _is_there(connection, wanted, as_of):
            return ImportReport(SOURCE, orders_unchanged=orders)
        with bulk_writing(connection) as bulk:
            _build(bulk, day, seed, orders, customers, progress or _ignore)
        connection.execute(
            insert(ImportRun).values(
                source=SOURCE,
                name="",
                detail=wanted | {"as_of": day.isoformat()},
                finished_at=datetime.now(UTC),
            )
        )
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
    people = Customers()
    people.write(bulk, days, _random(seed, "customers"), customers, address=address, opened=opened)
    tracking = TrackingNumbers(seed)
    chance = Chance(
        days, products, tracking, now, is_chinese=people.is_chinese, city_of=people.city_of
    )
    cast = stories()
    scenes = Scenes(days, products, tracking, now)
    moments = _Moments(opened, now, orders)
    staged: dict[int, Draft] = {}
    for customer, story in enumerate(cast):
        for draft in scenes.orders(_random(seed, story.customer_id), story, customer):
            staged[moments.free_position(draft.placed, staged)] = draft
    ledger = Ledger(bulk, days, products, address=address, variant=first_variant)
    random = _random(seed, "orders")
    buyers = _Buyers(first=len(cast), count=customers - len(cast))
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


class _Buyers:
    """Draws customers: some buy often, and which ones does not show in their number."""

    def __init__(self, *, first: int, count: int) -> None:
        self._first = first
        self._count = count
        self._step = next(step for step in _STEPS if count % step)

    def draw(self, random: Random) -> int:
        rank = int(random.random() ** 1.4 * self._count)
        return self._first + rank * self._step % self._count


class _Moments:
    """When orders are placed: the last two weeks are the busiest, so that much is under way."""

    def __init__(self, opened: int, now: int, orders: int) -> None:
        self._opened = opened
        self._orders = orders
        self._busy = now - 120 - _BUSY_DAYS * DAY
        self._before = orders * (1 - _BUSY_SHARE)
        self._slow_step = (self._busy - opened) / self._before
        self._busy_step = _BUSY_DAYS * DAY / (orders * _BUSY_SHARE)

    def at(self, position: int, jitter: float) -> int:
        place = position + jitter
        if place < self._before:
            return self._opened + int(place * self._slow_step)
        return self._busy + int((place - self._before) * self._busy_step)

    def free_position(self, moment: int, taken: Container[int]) -> int:
        """Where an order of that moment stands in the numbering, or the nearest place before."""
        if moment < self._busy:
            position = int((moment - self._opened) / self._slow_step)
        else:
            position = int(self._before + (moment - self._busy) / self._busy_step)
        position = min(position, self._orders - 1)
        while position in taken:
            position -= 1
        return position


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
