"""The return window at its edge, held against the days of the documents, in any time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from orderdb.eligibility import verdict_for_line
from orderdb.policy_book import PolicyBook
from orderdb.repository import find_order
from orderdb.statuses import ReturnClass, Tier
from orderdb.views import OrderView
from tests.orderdb.shop import ANNA, Shop

BOOK = PolicyBook.load(Path(__file__).parents[2] / "policies")
ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Pago_Pago", "UTC",
)  # fmt: skip
_MORE_DAYS = {Tier.NONE: 0, Tier.SILVER: 0, Tier.GOLD: 15, Tier.PLATINUM: 30}


@dataclass(frozen=True)
class Edge:
    """A delivery, and a moment on the last days of its window or just after them."""

    zone: str
    country: str
    tier: Tier
    kind: ReturnClass
    sealed: bool | None
    placed: date
    came_after: timedelta
    days_off: int
    minute: int

    @property
    def days(self) -> int:
        """As RETURN-1 to RETURN-4 say it."""
        china = self.country == "CN"
        basic = 7 if china else 30 if self.placed >= date(2026, 3, 1) else 14
        if self.kind is ReturnClass.ELECTRONICS and self.sealed is False:
            return 7 if china else 14
        return basic + _MORE_DAYS[self.tier]

    @property
    def placed_at(self) -> datetime:
        return datetime.combine(self.placed, time(12), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def came_at(self) -> datetime:
        return self.placed_at + self.came_after

    @property
    def now(self) -> datetime:
        """On the clock of the wall: days have 23 or 25 hours where clocks change."""
        here = ZoneInfo(self.zone)
        last = self.came_at.astimezone(here).date() + timedelta(days=self.days + self.days_off)
        wall = datetime.combine(last, time(self.minute // 60, self.minute % 60), here)
        return wall.astimezone(UTC)


edges = st.builds(
    Edge,
    zone=st.sampled_from(ZONES),
    country=st.sampled_from(["DE", "CN", "US"]),
    tier=st.sampled_from(list(Tier)),
    kind=st.sampled_from([ReturnClass.STANDARD, ReturnClass.ELECTRONICS]),
    sealed=st.sampled_from([None, True, False]),
    placed=st.dates(date(2025, 6, 1), date(2027, 3, 1)),
    came_after=st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
    days_off=st.sampled_from([-1, 0, 0, 1, 1, 2]),
    minute=st.sampled_from([0, 1, 719, 1438, 1439]) | st.integers(0, 1439),
)


def holds(order: OrderView, edge: Edge) -> None:
    """Allowed exactly up to the end of the last day, told alike, and the same when asked again."""
    customer = order.customer.model_copy(update={"time_zone": edge.zone, "tier": edge.tier})
    (parcel,) = order.shipments
    line = order.lines[0].model_copy(update={"return_class": edge.kind})
    asked = order.model_copy(
        update={
            "customer": customer,
            "destination": edge.country,
            "placed_at": edge.placed_at,
            "shipments": (parcel.model_copy(update={"delivered_at": edge.came_at}),),
            "lines": (line,),
        }
    )

    def judged(now: datetime) -> bool:
        found = verdict_for_line(line, asked, "return", BOOK, now, sealed=edge.sealed)
        assert found == verdict_for_line(line, asked, "return", BOOK, now, sealed=edge.sealed)
        if found.allowed:
            assert found.refund is not None
            assert 0 < found.refund.minor <= order.refundable.minor
            assert found.until is not None
            assert now <= found.until + timedelta(seconds=1)
        return found.allowed

    here = ZoneInfo(edge.zone)
    passed = (edge.now.astimezone(here).date() - edge.came_at.astimezone(here).date()).days
    assert judged(edge.now) == (passed <= edge.days), edge


def an_order(shop: Shop) -> OrderView:
    shop.delivered("A20001")
    return find_order(shop.session, ANNA, "A20001")


def test_a_return_is_possible_until_the_end_of_the_day_that_the_documents_name(
    sqlite_engine: Engine,
) -> None:
    order = an_order(Shop(sqlite_engine))

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(edges)
    def always(edge: Edge) -> None:
        holds(order, edge)

    always()
