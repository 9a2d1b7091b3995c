"""When an order arrives: honest ranges at every stage, and no date where none is honest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdb.dates import zone
from orderdb.delivery import Calendars, DeliveryEstimate, estimate
from orderdb.delivery.believing import believed
from orderdb.delivery.facts import DeliveryFacts, Origin, ParcelFacts, Service
from orderdb.statuses import OrderStatus, ShipmentStatus

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday, before the cut-off in Berlin
DHL = Service(carrier="dhl", min_days=2, max_days=4, saturday=False, sunday=False)
SF = Service(carrier="sf", min_days=1, max_days=3, saturday=True, sunday=True)
LEIPZIG = Origin(country="DE", time_zone="Europe/Berlin", cutoff_hour=14)


def facts(status: OrderStatus = OrderStatus.PROCESSING, **fields: Any) -> DeliveryFacts:
    values = {
        "status": status,
        "placed_at": NOW - timedelta(days=1),
        "paid_at": NOW - timedelta(days=1),
        "packed_at": None,
        "promised_on": None,
        "destination": "DE",
        "time_zone": "Europe/Berlin",
        "origin": LEIPZIG,
        "services": (DHL,),
        "parcels": (),
        "waiting": True,
        **fields,
    }
    return DeliveryFacts(**values)


def parcel(
    status: ShipmentStatus = ShipmentStatus.IN_TRANSIT,
    *,
    left: datetime | None = NOW - timedelta(days=1),
    scanned: datetime | None = NOW - timedelta(hours=5),
    **fields: Any,
) -> ParcelFacts:
    values = {
        "number": 1,
        "status": status,
        "handed_over_at": left,
        "delivered_at": None,
        "last_scan_at": scanned,
        "service": DHL,
        **fields,
    }
    return ParcelFacts(**values)


def moving(*parcels: ParcelFacts, **fields: Any) -> DeliveryFacts:
    return facts(OrderStatus.SHIPPED, parcels=parcels or (parcel(),), waiting=False, **fields)


def days(told: DeliveryEstimate) -> tuple[date, date, date]:
    assert told.earliest is not None
    assert told.likely is not None
    assert told.latest is not None
    return told.earliest, told.likely, told.latest


def told(of: DeliveryFacts, now: datetime = NOW) -> DeliveryEstimate:
    return estimate(of, Calendars(), now)


def test_a_parcel_in_transit_comes_within_its_carriers_days_and_some() -> None:
    # Handed over on Tuesday 17: two to four working days, and two more allowed.
    assert days(told(moving())) == (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 25))


def test_a_weekend_counts_only_for_carriers_that_rest_on_it() -> None:
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    rests = told(moving(parcel(left=friday)), friday)
    works = told(moving(parcel(left=friday, service=SF)), friday)
    assert days(rests)[0] == date(2026, 11, 24)
    assert days(works)[0] == date(2026, 11, 21)


def test_a_public_holiday_moves_the_delivery_on() -> None:
    before_christmas = datetime(2026, 12, 23, 9, tzinfo=UTC)
    window = told(moving(parcel(left=before_christmas, scanned=None)), before_christmas)
    # 24 counts, 25 and 26 December are holidays in Germany, 27 is a Sunday.
    assert days(window)[0] == date(2026, 12, 28)


def test_a_holiday_of_the_region_counts_at_either_end() -> None:
    # All Saints, Monday 1 November 2027: in Bavaria nobody works, in Berlin everybody does.
    friday = datetime(2027, 10, 29, 9, tzinfo=UTC)
    fresh = {"placed_at": friday, "paid_at": friday}
    berlin, bavaria = (
        told(moving(parcel(left=friday, scanned=None), region=region), friday)
        for region in ("Berlin", "Bayern")
    )
    assert days(bavaria)[0] == days(berlin)[0] + timedelta(days=1)
    evening = friday + timedelta(hours=9)  # after the cut-off
    here, there = (
        told(facts(origin=LEIPZIG.model_copy(update={"region": region}), **fresh), evening)
        for region in ("BE", "BY")
    )
    assert (here.leaves_from, there.leaves_from) == (date(2027, 11, 1), date(2027, 11, 2))


def test_an_order_after_the_cut_off_leaves_a_day_later() -> None:
    early = told(facts(), datetime(2026, 11, 17, 12, 59, tzinfo=UTC))
    late = told(facts(), datetime(2026, 11, 17, 13, 0, tzinfo=UTC))  # 14:00 in Berlin
    assert days(late)[0] == days(early)[0] + timedelta(days=1)


def test_the_cut_off_is_told_by_the_clock_of_the_warehouse() -> None:
    suzhou = Origin(country="CN", time_zone="Asia/Shanghai", cutoff_hour=14)
    at_ten_in_berlin = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # 17:00 in Suzhou
    assert (
        days(told(facts(origin=suzhou), at_ten_in_berlin))[0]
        > days(told(facts(), at_ten_in_berlin))[0]
    )


def test_what_is_packed_is_expected_sooner_than_what_is_not() -> None:
    packed = told(facts(OrderStatus.PACKED))
    assert packed.stage == "packed"
    assert days(packed)[2] < days(told(facts()))[2]


def test_an_unpaid_order_says_that_it_waits_for_the_money() -> None:
    window = told(facts(OrderStatus.PENDING_PAYMENT, paid_at=None))
    assert window.stage == "unpaid"
    assert window.note is not None
    assert "unpaid" in window.note.en


def test_out_for_delivery_means_today_or_the_next_working_day() -> None:
    window = told(moving(parcel(ShipmentStatus.OUT_FOR_DELIVERY)))
    assert days(window) == (date(2026, 11, 18), date(2026, 11, 18), date(2026, 11, 19))


def test_a_delayed_and_a_held_parcel_get_more_time_and_say_so() -> None:
    normal = days(told(moving()))[2]
    for status in (ShipmentStatus.DELAYED, ShipmentStatus.HELD):
        window = told(moving(parcel(status)))
        assert days(window)[2] > normal
        assert window.note is not None


def test_an_overdue_parcel_says_so_and_moves_on() -> None:
    window = told(moving(), NOW + timedelta(days=14))
    assert days(window)[0] >= date(2026, 12, 2)
    assert window.note is not None
    assert "25 November 2026" in window.note.en
    assert "逾期" in window.note.zh


def test_a_parcel_long_silent_gets_no_date() -> None:
    window = told(moving(), NOW + timedelta(days=200))
    assert window.earliest is window.latest is window.likely is None
    assert window.note is not None


@pytest.mark.parametrize(
    "status",
    [ShipmentStatus.LOST, ShipmentStatus.DAMAGED, ShipmentStatus.RETURNED_TO_SENDER],
)
def test_a_parcel_that_will_not_come_gets_no_date(status: ShipmentStatus) -> None:
    window = told(moving(parcel(status)))
    assert window.stage == "exception"
    assert window.earliest is None
    assert window.note is not None


def test_a_lost_parcel_does_not_hide_the_one_that_comes() -> None:
    window = told(moving(parcel(), parcel(ShipmentStatus.LOST, number=2)))
    assert window.earliest is not None
    assert window.note is not None
    assert "parcel 2" in window.note.en


def test_the_last_of_several_parcels_is_the_orders() -> None:
    late = parcel(number=2, left=NOW)
    window = told(moving(parcel(), late))
    assert days(window) == days(told(moving(late)))
    assert window.note is not None


def test_a_delivered_order_tells_the_day_where_it_arrived() -> None:
    shortly_before_midnight = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)  # 18 November in Berlin
    arrived = parcel(ShipmentStatus.DELIVERED, delivered_at=shortly_before_midnight)
    window = told(moving(arrived))
    assert (window.stage, window.delivered_on) == ("delivered", date(2026, 11, 18))
    assert days(window) == (date(2026, 11, 18),) * 3


def test_later_than_promised_is_told_before_and_after_arrival() -> None:
    promised = date(2026, 11, 16)
    assert told(moving(promised_on=promised)).late
    arrived = parcel(ShipmentStatus.DELIVERED, delivered_at=NOW)
    assert told(moving(arrived, promised_on=promised)).late
    assert not told(moving(promised_on=date(2026, 11, 30))).late


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.RETURNED])
def test_nothing_is_expected_of_a_closed_order(status: OrderStatus) -> None:
    window = told(facts(status))
    assert window.stage == "closed"
    assert (window.earliest, window.note) == (None, None)


def test_a_shop_that_knows_only_its_promise_gets_a_range_up_to_it() -> None:
    bare = moving(parcel(service=None), services=(), origin=None, promised_on=date(2026, 11, 28))
    assert days(told(bare)) == (date(2026, 11, 18), date(2026, 11, 23), date(2026, 11, 28))


def test_a_promise_long_past_gets_no_new_date() -> None:
    bare = moving(parcel(service=None), services=(), origin=None, promised_on=date(2016, 10, 20))
    window = told(bare)
    assert window.earliest is None
    assert window.late
    assert window.note is not None
    assert "20 October 2016" in window.note.en


def test_a_shop_without_any_date_is_told_as_such() -> None:
    bare = facts(
        OrderStatus.PROCESSING,
        placed_at=None,
        paid_at=None,
        destination=None,
        origin=None,
        services=(),
    )
    window = told(bare)
    assert window.earliest is None
    assert window.note is not None
    assert "no dates" in window.note.en


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 3, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Pacific/Apia"])


@st.composite
def any_facts(draw: st.DrawFn) -> tuple[DeliveryFacts, datetime]:
    """Whatever a shop's records may hold, sense or not."""
    now = draw(MOMENTS)
    services = draw(st.sampled_from([(), (DHL,), (SF,), (DHL, SF)]))
    origin = draw(st.sampled_from([None, LEIPZIG]))
    earlier = st.timedeltas(timedelta(days=-400), timedelta(days=2)).map(lambda by: now + by)
    parcels = [
        parcel(
            draw(st.sampled_from(ShipmentStatus)),
            number=number,
            left=draw(st.none() | earlier),
            scanned=draw(st.none() | earlier),
            delivered_at=draw(st.none() | earlier),
            service=draw(st.sampled_from([None, *services])),
        )
        for number in range(1, draw(st.integers(0, 3)) + 1)
    ]
    promised = draw(st.none() | earlier)
    return (
        facts(
            draw(st.sampled_from(OrderStatus)),
            placed_at=draw(st.none() | earlier),
            time_zone=draw(ZONES),
            destination=draw(st.sampled_from([None, "DE", "CN", "US", "XX"])),
            promised_on=promised.date() if promised else None,
            services=services,
            origin=origin,
            parcels=tuple(parcels),
            waiting=draw(st.booleans()),
        ),
        now,
    )


@settings(max_examples=300, deadline=None)
@given(any_facts())
def test_a_range_lies_in_the_future_and_in_order(known: tuple[DeliveryFacts, datetime]) -> None:
    of, now = known
    window = told(of, now)
    assert window.chance is None
    given_dates = (window.earliest, window.likely, window.latest)
    if None in given_dates:
        assert given_dates == (None, None, None)
        return
    earliest, likely, latest = days(window)
    assert earliest <= likely <= latest
    if window.stage != "delivered":
        assert earliest >= now.astimezone(zone(of.time_zone)).date()


def test_an_order_in_parts_is_complete_no_sooner_than_any_of_them() -> None:
    """The part that may come last of all need not be the one whose first day is the latest."""
    slow = DHL.model_copy(update={"min_days": 1, "max_days": 12})
    firm = DHL.model_copy(update={"min_days": 4, "max_days": 5})
    parcels = parcel(service=slow), parcel(service=firm, number=2)
    each, both = [told(moving(one)) for one in parcels], told(moving(*parcels))
    first, likely, last = zip(*(days(one) for one in each), strict=True)
    assert days(both) == (max(first), max(likely), max(last))
    assert first.index(max(first)) != last.index(max(last))


@settings(max_examples=200, deadline=None)
@given(any_facts())
def test_no_date_is_missing_without_a_word(known: tuple[DeliveryFacts, datetime]) -> None:
    of, now = known
    window = told(of, now)
    assert window.earliest is not None or window.note is not None or window.stage == "closed"


@settings(max_examples=200, deadline=None)
@given(any_facts(), st.integers(1, 72))
def test_time_alone_never_brings_an_order_forward(
    known: tuple[DeliveryFacts, datetime], hours: int
) -> None:
    (of, _), now = believed(*known), known[1]
    before, after = told(of, now), told(of, now + timedelta(hours=hours))
    if before.earliest is not None and after.earliest is not None:
        assert after.earliest >= before.earliest
