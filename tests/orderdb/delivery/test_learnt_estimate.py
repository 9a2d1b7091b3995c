"""Estimates by what was learnt: with a chance, never before now, and explained when they move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdb.dates import zone
from orderdb.delivery import (
    Calendars,
    DeliveryEstimate,
    estimate,
    past_estimates,
    with_past,
)
from orderdb.delivery.availability import Shelf, available
from orderdb.delivery.believing import believed
from orderdb.delivery.facts import DeliveryFacts, Missing
from orderdb.delivery.late_risk import late_risks
from orderdb.delivery.learning.clock import Rhythm
from orderdb.delivery.learning.learnt import Learnt, UnknownFormat, Way, load
from orderdb.delivery.learning.training import LegColumns, PastLeg, learn
from orderdb.statuses import OrderStatus, ShipmentStatus
from tests.orderdb.delivery.learnt_shop import TODAY, learnt
from tests.orderdb.delivery.test_estimate import (
    DHL,
    LEIPZIG,
    NOW,
    any_facts,
    days,
    facts,
    moving,
    parcel,
)

FROM_LEJ = LEIPZIG.model_copy(update={"code": "LEJ"})
PROMISED = date(2026, 11, 24)


def told(of: DeliveryFacts, now: datetime = NOW, of_shop: Learnt | None = None) -> DeliveryEstimate:
    return estimate(of, Calendars(), now, of_shop or learnt())


def test_a_learnt_range_states_its_chance() -> None:
    found = told(facts(origin=FROM_LEJ, promised_on=PROMISED))
    assert (found.basis, found.chance) == ("learnt", 0.9)
    assert 1 <= (days(found)[2] - days(found)[0]).days <= 12


def test_handling_is_told_apart_from_transit() -> None:
    found = told(facts(origin=FROM_LEJ))
    assert found.leaves_from is not None
    assert found.leaves_by is not None
    assert found.leaves_from <= found.leaves_by < days(found)[2]
    assert told(moving()).leaves_by is None


def test_every_later_stage_narrows_the_range() -> None:
    placed = datetime(2026, 11, 17, 9, tzinfo=UTC)
    ordered = told(facts(origin=FROM_LEJ, placed_at=placed))
    left = told(moving(parcel(left=placed + timedelta(hours=8)), placed_at=placed))
    assert days(left)[2] <= days(ordered)[2]


def test_what_has_not_come_for_long_is_expected_later() -> None:
    fresh = told(moving(parcel(left=NOW - timedelta(days=1))))
    stuck = told(moving(parcel(left=NOW - timedelta(days=9))))
    assert days(stuck)[0] >= NOW.date()
    assert days(stuck)[2] > NOW.date() - timedelta(days=9) + (days(fresh)[2] - NOW.date())


def test_without_a_model_the_rules_answer_and_claim_no_chance() -> None:
    found = estimate(facts(origin=FROM_LEJ), Calendars(), NOW, None)
    assert (found.basis, found.chance) == ("rules", None)


def test_several_parcels_to_come_share_no_chance() -> None:
    found = told(moving(parcel(), parcel(number=2)))
    assert found.basis == "learnt"
    assert found.chance is None


def test_a_model_says_the_same_after_it_was_kept() -> None:
    kept = load(learnt().dump())
    of = facts(origin=FROM_LEJ, promised_on=PROMISED)
    assert told(of, of_shop=kept) == told(of)


def test_a_model_of_another_version_is_not_read() -> None:
    with pytest.raises(UnknownFormat):
        load('{"format": 0}')


def test_a_model_is_stale_three_weeks_after_its_last_delivery() -> None:
    last = learnt().data_to
    assert not learnt().is_stale(last + timedelta(days=21))
    assert learnt().is_stale(last + timedelta(days=22))


def test_an_order_for_something_assembled_counts_from_its_last_part() -> None:
    paid = datetime(2026, 11, 17, 9, tzinfo=UTC)
    waiting = Missing(kind="parts", part_days=(5, 10))
    found = told(facts(origin=FROM_LEJ, paid_at=paid, missing=waiting))
    assert found.stage == "made_to_order"
    assert found.leaves_from == date(2026, 11, 24)  # five working days after Tuesday 17
    assert days(found)[0] > date(2026, 11, 24)


def test_an_order_waiting_for_stock_counts_from_the_day_it_is_back() -> None:
    back = date(2026, 12, 7)
    found = told(facts(origin=FROM_LEJ, missing=Missing(kind="stock", restock_on=back)))
    assert found.stage == "waiting_for_stock"
    assert days(found)[0] > back


def test_without_a_day_for_new_stock_no_date_is_named() -> None:
    found = told(facts(origin=FROM_LEJ, missing=Missing(kind="stock")))
    assert found.earliest is None
    assert found.note is not None
    assert "stock" in found.note.en


def test_a_closed_warehouse_sends_nothing() -> None:
    closed = FROM_LEJ.model_copy(update={"closed": ((date(2026, 11, 16), date(2026, 12, 4)),)})
    found = estimate(facts(origin=closed), Calendars(), NOW)
    assert found.leaves_from == date(2026, 12, 7)


def test_a_scan_of_tomorrow_is_named_and_not_believed() -> None:
    tomorrow = NOW + timedelta(days=1)
    came = parcel(ShipmentStatus.DELIVERED, delivered_at=tomorrow)
    found = told(moving(came))
    assert found.stage == "in_transit"
    assert found.delivered_on is None
    assert found.note is not None
    assert "future" in found.note.en


def test_scans_out_of_turn_are_named_and_not_believed() -> None:
    of = moving(parcel(left=NOW - timedelta(days=1), scanned=NOW - timedelta(days=6)))
    found, without = told(of), told(moving(parcel(left=NOW - timedelta(days=1), scanned=None)))
    assert days(found) == days(without)
    assert found.note is not None
    assert "out of turn" in found.note.en
    assert "次序不符" in found.note.zh


def test_missing_scans_leave_the_hand_over_to_count_from() -> None:
    seen, unseen = (told(moving(parcel(scanned=at))) for at in (NOW - timedelta(hours=1), None))
    assert days(seen) == days(unseen)
    assert unseen.note is None


@settings(max_examples=150, deadline=None)
@given(any_facts())
def test_what_is_in_the_future_is_flagged_and_moves_nothing(
    known: tuple[DeliveryFacts, datetime],
) -> None:
    of, now = known
    trusted, doubts = believed(of, now)
    assert told(of, now).model_copy(update={"note": None}) == told(trusted, now).model_copy(
        update={"note": None}
    )
    until = now + timedelta(minutes=15)
    times = [of.placed_at, of.paid_at, of.packed_at]
    for one in of.parcels:
        times += [one.handed_over_at, one.last_scan_at, one.delivered_at]
    assert ("future" in doubts) == any(time is not None and time > until for time in times)


def test_clocks_that_differ_by_minutes_are_believed() -> None:
    of = moving(parcel(scanned=NOW + timedelta(minutes=5)))
    assert believed(of, NOW) == (of, frozenset())


def test_a_parcel_that_left_late_is_explained_by_that() -> None:
    placed = datetime(2026, 11, 9, 9, tzinfo=UTC)
    left = datetime(2026, 11, 18, 8, tzinfo=UTC)
    late = moving(parcel(left=left, scanned=left), placed_at=placed, paid_at=placed)
    late = late.model_copy(update={"origin": FROM_LEJ})
    found = with_past(late, Calendars(), NOW)[0]
    assert found.moved is not None
    assert found.moved.en == (
        "It left the warehouse 7 days late. Before, it was expected 11-19 November 2026; now later."
    )
    assert found.moved.zh.startswith("比预计晚7天出库。")


def test_what_was_said_before_is_there_on_demand() -> None:
    placed = datetime(2026, 11, 9, 9, tzinfo=UTC)
    left = datetime(2026, 11, 12, 8, tzinfo=UTC)
    of = moving(parcel(left=left, scanned=left), placed_at=placed, paid_at=placed)
    said = past_estimates(of, Calendars(), NOW)
    assert [one.at for one in said] == [placed, left, NOW]
    assert [one.estimate.stage for one in said] == ["processing", "in_transit", "in_transit"]


def test_ranges_told_before_are_listed_with_what_moved_them() -> None:
    placed = datetime(2026, 11, 9, 9, tzinfo=UTC)
    left = datetime(2026, 11, 17, 8, tzinfo=UTC)
    of = moving(
        parcel(ShipmentStatus.DELAYED, left=left, scanned=NOW),
        placed_at=placed,
        paid_at=placed,
        origin=FROM_LEJ,
    )
    first, second = with_past(of, Calendars(), NOW)[1]
    assert (first.at, second.at) == (placed, left)
    assert first.why is None
    assert second.why is not None
    assert second.why.en == "It left the warehouse 6 days late."
    assert second.earliest > first.earliest
    assert with_past(of, Calendars(), NOW)[0].latest > second.latest  # type: ignore[operator]


def test_a_range_that_stands_is_no_earlier_one() -> None:
    of = moving(parcel(left=NOW, scanned=NOW), placed_at=NOW, paid_at=NOW)
    assert with_past(of, Calendars(), NOW + timedelta(hours=2))[1] == ()


def test_what_was_said_rests_on_the_model_of_then() -> None:
    trained = NOW - timedelta(hours=3)
    of = facts(origin=FROM_LEJ)
    said = past_estimates(of, Calendars(), NOW, lambda at: learnt() if at >= trained else None)
    assert [one.estimate.basis for one in said] == ["rules", "learnt"]


def test_a_shop_that_became_slower_says_so() -> None:
    order = learnt().legs["order"]
    slow = replace(order, leg=replace(order.leg, shift=order.leg.shift + 0.6))
    slower = replace(learnt(), legs=learnt().legs | {"order": slow})
    of = facts(origin=FROM_LEJ)
    found = with_past(of, Calendars(), NOW, lambda at: slower if at == NOW else learnt())[0]
    assert found.moved is not None
    assert found.moved.en.startswith("Deliveries have become slower of late. Before,")
    assert found.moved.zh.startswith("近期整体配送变慢。")


def test_what_takes_long_is_told_as_that() -> None:
    placed = NOW - timedelta(days=9)
    of = facts(origin=FROM_LEJ, placed_at=placed, paid_at=placed)
    found = with_past(of, Calendars(), NOW, lambda _: learnt())[0]
    assert found.moved is not None
    assert found.moved.en.startswith("It has taken longer so far than most. Before,")


def test_two_services_of_a_carrier_are_learnt_apart() -> None:
    rows, random, today = LegColumns(), Random(3), TODAY.toordinal()
    ways = {
        days: Way.of(service, "DE", "DE", "", Rhythm("DE"))
        for service, days in (("dhl", 6), ("dhl-express", 2))
    }
    for day in range(today - 120, today - 12):
        for took, way in ways.items():
            rows.add(PastLeg(day, day + took + random.choice((0, 1)), 9, way))
    leg = learn(rows, TODAY)
    assert leg is not None
    plain, express, unknown = (
        int(np.searchsorted(leg.arrived_by(TODAY, way, 9, 9.0, Calendars()), 0.5))
        for way in (*ways.values(), Way.of("new", "DE", "DE", "", Rhythm("DE")))
    )
    assert express < unknown < plain
    known_region = Way.of("dhl", "DE", "DE", "a region never seen", Rhythm("DE"))
    of_lane = leg.arrived_by(TODAY, known_region, 9, 9.0, Calendars())
    assert int(np.searchsorted(of_lane, 0.5)) == plain


def test_a_delay_is_named_when_it_moves_the_range() -> None:
    left = NOW - timedelta(days=3)
    slow = parcel(ShipmentStatus.DELAYED, left=left, scanned=NOW - timedelta(hours=1))
    found = with_past(moving(slow), Calendars(), NOW)[0]
    assert found.moved is not None
    assert "delay" in found.moved.en
    assert "later" in found.moved.en
    assert "延误" in found.moved.zh


def test_what_is_ordered_now_comes_soonest_from_where_it_lies() -> None:
    full = Shelf(origin=FROM_LEJ, services=(DHL,), free=3)
    elsewhere = LEIPZIG.model_copy(update={"code": "BER"})
    empty = Shelf(origin=elsewhere, services=(DHL,), free=0, restock_on=date(2026, 12, 14))
    found = available([empty, full], 2, "DE", None, "Europe/Berlin", Calendars(), NOW, learnt())
    assert [one.warehouse for one in found] == ["LEJ", "BER"]
    assert [one.from_stock for one in found] == [True, False]
    assert found[1].earliest is not None
    assert found[1].earliest > date(2026, 12, 14)


def test_pieces_promised_to_others_are_not_promised_again() -> None:
    shelf = Shelf(origin=FROM_LEJ, services=(DHL,), free=1)
    few = available([shelf], 1, "DE", None, "Europe/Berlin", Calendars(), NOW)[0]
    many = available([shelf], 2, "DE", None, "Europe/Berlin", Calendars(), NOW)[0]
    assert few.from_stock
    assert (many.from_stock, many.earliest) == (False, None)


def test_orders_are_ranked_by_the_chance_to_miss_their_promise() -> None:
    soon, later = NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=12)
    orders = [
        ("safe", facts(origin=FROM_LEJ, promised_on=later)),
        ("missed", facts(origin=FROM_LEJ, promised_on=NOW.date() - timedelta(days=1))),
        ("close", facts(origin=FROM_LEJ, promised_on=soon)),
        ("done", facts(OrderStatus.DELIVERED, promised_on=soon)),
        ("none", facts(promised_on=None)),
    ]
    ranked = late_risks(orders, Calendars(), NOW, learnt())
    assert [risk.number for risk in ranked] == ["missed", "close", "safe"]
    assert ranked[0].chance == 1.0
    assert ranked[2].chance < 0.1 < ranked[1].chance


@settings(max_examples=150, deadline=None)
@given(any_facts())
def test_a_learnt_range_lies_in_the_future_and_in_order(
    known: tuple[DeliveryFacts, datetime],
) -> None:
    of, now = known
    window = told(of, now)
    if window.earliest is None or window.stage == "delivered":
        return
    earliest, likely, latest = days(window)
    assert now.astimezone(zone(of.time_zone)).date() <= earliest <= likely <= latest
    assert (window.chance is None) or window.basis == "learnt"


@settings(max_examples=150, deadline=None)
@given(any_facts(), st.integers(1, 72))
def test_time_alone_never_brings_a_learnt_range_forward(
    known: tuple[DeliveryFacts, datetime], hours: int
) -> None:
    of, _ = believed(*known)
    now = known[1]
    before, after = told(of, now), told(of, now + timedelta(hours=hours))
    if before.basis == after.basis and before.earliest and after.earliest:
        assert after.earliest >= before.earliest


ORDER = ["unpaid", "processing", "packed", "handed_over", "in_transit", "out_for_delivery"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200))
def test_a_stage_never_goes_back_while_facts_only_arrive(hours: int) -> None:
    placed = NOW - timedelta(days=8)
    of = moving(
        parcel(left=placed + timedelta(days=3), scanned=placed + timedelta(days=4)),
        placed_at=placed,
        paid_at=placed + timedelta(hours=5),
        packed_at=placed + timedelta(days=2),
    )
    said = past_estimates(of, Calendars(), placed + timedelta(hours=hours), lambda _: learnt())
    stages = [ORDER.index(one.estimate.stage) for one in said[:-1]]
    assert stages == sorted(stages)


@pytest.mark.parametrize(
    ("time_zone", "moment"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 59, tzinfo=UTC)),  # the hour that comes twice
        ("Europe/Berlin", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),  # the hour that never was
        ("Pacific/Apia", datetime(2026, 11, 18, 10, 59, 59, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(2026, 11, 18, 16, 0, tzinfo=UTC)),  # midnight there
        ("America/New_York", datetime(2028, 2, 29, 4, 59, tzinfo=UTC)),  # still the 28th
    ],
)
def test_today_is_the_day_at_the_door(time_zone: str, moment: datetime) -> None:
    here = moment.astimezone(zone(time_zone)).date()
    left = moment - timedelta(days=1)
    found = told(moving(parcel(left=left, scanned=left), time_zone=time_zone), moment)
    assert days(found)[0] >= here
