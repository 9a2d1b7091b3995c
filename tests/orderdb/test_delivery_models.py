"""Learning from the shop's database, and using what was learnt until it is stale."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb.delivery import Calendars, estimate
from orderdb.delivery.late_risk import late_risks
from orderdb.models import Address, Closure, Component, Customer, DeliveryModel, Stock, Variant
from orderdb.repository import find_order, search_products
from orderdb.repository.delivery_models import TooFewDeliveries, current_model, models, train
from orderdb.repository.open_orders import promised_orders
from orderdb.repository.past_deliveries import read_past_deliveries
from orderdb.repository.promises import promises
from orderdb.repository.shelves import shelves
from orderdb.statuses import OrderStatus, ShipmentStatus
from tests.orderdb.shop import ANNA, NOW, Shop, at


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


def test_a_shop_learns_from_its_own_history(sqlite_demo_engine: Engine, demo_now: datetime) -> None:
    with Session(sqlite_demo_engine) as session:
        found = train(session, demo_now)
        assert set(found.legs) == {"order", "handling", "transit"}
        assert found.data_from < found.data_to <= demo_now.date()
        assert current_model(session, demo_now) is not None
        kept = session.exec(select(DeliveryModel)).one()
    assert (kept.deliveries, kept.data_to) == (found.deliveries, found.data_to)


def test_a_stale_model_is_refused(sqlite_demo_engine: Engine, demo_now: datetime) -> None:
    with Session(sqlite_demo_engine) as session:
        train(session, demo_now)
        assert current_model(session, demo_now + timedelta(days=20)) is not None
        assert current_model(session, demo_now + timedelta(days=30)) is None


def test_what_was_said_before_is_asked_of_the_model_of_then(
    sqlite_demo_engine: Engine, demo_now: datetime
) -> None:
    later = demo_now + timedelta(days=5)
    with Session(sqlite_demo_engine) as session:
        for day in (demo_now, later):
            train(session, day)
        at = models(session)

        def learnt_on(moment: datetime) -> int | None:
            found = at(moment)
            return found.legs["order"].leg.day if found else None

        asked = [later + timedelta(days=1), later, later - timedelta(days=1), demo_now]
        days = [later, later, demo_now, demo_now]
        assert [learnt_on(moment) for moment in asked] == [day.date().toordinal() for day in days]
        assert learnt_on(demo_now - timedelta(days=1)) is None


def test_a_model_of_another_version_is_refused(engine: Engine, shop: Shop) -> None:
    day = NOW.date()
    shop.save(
        DeliveryModel(
            trained_at=NOW, data_from=day, data_to=day, deliveries=1, content='{"format": 0}'
        )
    )
    with Session(engine) as session:
        assert current_model(session, NOW) is None


def test_a_short_history_teaches_nothing(engine: Engine, shop: Shop) -> None:
    shop.delivered()
    with Session(engine) as session, pytest.raises(TooFewDeliveries):
        train(session, NOW)
    with Session(engine) as session:
        assert current_model(session, NOW) is None


def test_only_what_was_sent_and_may_arrive_is_read(engine: Engine, shop: Shop) -> None:
    shop.delivered("A20001")
    shop.order("A20002", status=OrderStatus.CANCELLED, paid=False)
    lost = shop.order("A20003", status=OrderStatus.EXCEPTION)
    shop.ship(lost, ShipmentStatus.LOST, handed_over_at=at(11, 20))
    with Session(engine) as session:
        past = read_past_deliveries(session, NOW)
    assert {name: len(rows) for name, rows in past.legs.items()} == {
        "order": 1, "handling": 1, "transit": 1,
    }  # fmt: skip
    assert (past.deliveries, past.last) == (1, date(2026, 11, 21))


def test_a_delivery_dated_in_the_future_is_not_learnt_from(engine: Engine, shop: Shop) -> None:
    shop.delivered("A20001", on=NOW + timedelta(days=3))
    with Session(engine) as session:
        assert read_past_deliveries(session, NOW).deliveries == 0


def test_orders_whose_times_cannot_be_are_named_and_left_out(engine: Engine, shop: Shop) -> None:
    shop.delivered("A20001")
    early = shop.order("A20002", placed_at=at(11, 20))
    shop.ship(early, ShipmentStatus.IN_TRANSIT, handed_over_at=at(11, 12))
    shop.delivered("A20003", on=NOW + timedelta(days=3))
    with Session(engine) as session:
        past = read_past_deliveries(session, NOW)
    assert [str(one) for one in past.left_out] == [
        "order A20002: was handed over before it was placed",
        "order A20003: is dated in the future",
    ]
    assert {name: len(rows) for name, rows in past.legs.items()} == {
        "order": 1, "handling": 1, "transit": 1,
    }  # fmt: skip


def test_addresses_of_a_region_are_learnt_and_estimated_by_it(engine: Engine, shop: Shop) -> None:
    address = shop.session.exec(select(Address).where(Address.customer_id == ANNA)).one()
    address.region = "Sachsen"
    shop.save(address)
    shop.order("A20001")
    with Session(engine) as session:
        facts = find_order(session, ANNA, "A20001").delivery_facts
        [kept] = read_past_deliveries(session, NOW).legs["order"]._places
    assert facts.region == "Sachsen"
    assert kept.endswith("sachsen")


def test_what_is_ordered_now_goes_to_the_address_of_the_account(engine: Engine, shop: Shop) -> None:
    shop.product("Bench")
    before_epiphany = datetime.fromisoformat("2027-01-04T08:00:00+00:00")  # 6 January: a Wednesday

    def earliest() -> date | None:
        with Session(engine) as session:
            found = search_products(session, ANNA, "bench")
            [[promise]] = promises(session, ANNA, found, before_epiphany).values()
        return promise.earliest

    assert earliest() == date(2027, 1, 6)
    shop.save(
        Address(
            customer_id=ANNA, recipient="Anna", line1="1", city="München", region="Bayern",
            country="DE", is_default=True,
        )
    )  # fmt: skip
    assert earliest() == date(2027, 1, 7)


def test_a_closure_of_its_warehouse_reaches_the_estimate(engine: Engine, shop: Shop) -> None:
    shop.order("A20001")
    day = NOW.date()
    shop.save(Closure(warehouse_code="LEJ", first_day=day, last_day=day + timedelta(days=12)))
    shop.save(Closure(warehouse_code="SZX", first_day=day, last_day=day + timedelta(days=40)))
    with Session(engine) as session:
        facts = find_order(session, ANNA, "A20001").delivery_facts
    found = estimate(facts, Calendars(), NOW)
    assert found.leaves_from == date(2026, 12, 7)  # the Monday after its last day, a Friday


def test_an_order_of_parts_waits_for_the_slowest_missing_one(engine: Engine, shop: Shop) -> None:
    product = shop.product("Bench")
    variant = shop.session.exec(select(Variant).where(Variant.product_id == product.id)).one()
    assert variant.id is not None
    for part, there, days in (
        ("legs", False, (4, 6)),
        ("seat", False, (8, 9)),
        ("nut", True, (30, 40)),
    ):
        shop.save(
            Component(
                variant_id=variant.id, part=part, in_stock=there, min_days=days[0], max_days=days[1]
            )
        )
    shop.order("A20001", lines=[{"variant_id": variant.id}])
    with Session(engine) as session:
        facts = find_order(session, ANNA, "A20001").delivery_facts
    assert facts.missing is not None
    assert (facts.missing.kind, facts.missing.part_days) == ("parts", (8, 9))


def test_an_order_of_what_is_sold_out_waits_for_stock(engine: Engine, shop: Shop) -> None:
    back = date(2026, 12, 3)
    product = shop.product("Bench", stock=0, restock_on=back)
    variant = shop.session.exec(select(Variant).where(Variant.product_id == product.id)).one()
    shop.order("A20001", lines=[{"variant_id": variant.id}])
    with Session(engine) as session:
        facts = find_order(session, ANNA, "A20001").delivery_facts
    assert facts.missing is not None
    assert facts.missing.restock_on == back


def test_an_order_of_more_than_there_is_waits_for_stock(engine: Engine, shop: Shop) -> None:
    back = date(2026, 12, 3)
    product = shop.product("Bench", stock=2, restock_on=back)
    variant = shop.session.exec(select(Variant).where(Variant.product_id == product.id)).one()
    for number, quantity in (("A20001", 2), ("A20002", 3)):
        shop.order(number, lines=[{"variant_id": variant.id, "quantity": quantity}])
    with Session(engine) as session:
        enough, more = (
            find_order(session, ANNA, number).delivery_facts for number in ("A20001", "A20002")
        )
    assert enough.missing is None
    assert more.missing is not None
    assert (more.missing.kind, more.missing.restock_on) == ("stock", back)


@pytest.mark.parametrize("back", [date(2026, 12, 18), None])
def test_an_order_that_waits_for_parts_and_for_stock_waits_for_the_last(
    engine: Engine, shop: Shop, back: date | None
) -> None:
    made, sold_out = shop.product("Bench"), shop.product("Lamp", stock=0, restock_on=back)
    variants = [
        shop.session.exec(select(Variant).where(Variant.product_id == product.id)).one().id
        for product in (made, sold_out)
    ]
    shop.save(Component(variant_id=variants[0] or 0, part="legs", min_days=4, max_days=6))
    shop.order("A20001", lines=[{"variant_id": variant} for variant in variants])
    with Session(engine) as session:
        facts = find_order(session, ANNA, "A20001").delivery_facts
    found = estimate(facts, Calendars(), NOW)
    if back is None:
        assert found.earliest is None
    else:
        assert found.stage == "made_to_order"
        assert found.leaves_from == back


def test_orders_that_a_closure_kept_teach_nothing_of_packing(engine: Engine, shop: Shop) -> None:
    shop.delivered("A20001")
    with Session(engine) as session:
        before = read_past_deliveries(session, NOW)
    shop.save(Closure(first_day=at(11, 1).date(), last_day=at(11, 30).date()))
    with Session(engine) as session:
        after = read_past_deliveries(session, NOW)
    assert [len(before.legs[name]) for name in ("order", "handling", "transit")] == [1, 1, 1]
    assert [len(after.legs[name]) for name in ("order", "handling", "transit")] == [0, 0, 1]


def test_the_cut_off_and_the_payment_of_an_order_are_learnt_from(
    engine: Engine, shop: Shop
) -> None:
    early, late = (datetime.fromisoformat(f"2026-11-10T{hour}:00+00:00") for hour in (12, 13))
    for number, placed in (("A20001", early), ("A20002", late)):  # 13:00 and 14:00 in Leipzig
        shop.order(number, placed_at=placed, paid_at=placed)
    shop.order("A20003", placed_at=early, paid_at=late + timedelta(days=2))
    with Session(engine) as session:
        columns = read_past_deliveries(session, NOW).legs["order"]._columns
    day = early.date().toordinal()
    assert columns[0].tolist() == [day, day, day + 2]
    assert columns[6].tolist() == [0, 1, 1]


def test_what_is_promised_to_others_is_not_free(engine: Engine, shop: Shop) -> None:
    product = shop.product("Bench", stock=5, reserved=3)
    variant = shop.session.exec(select(Variant).where(Variant.product_id == product.id)).one()
    assert variant.id is not None
    shop.save(Stock(variant_id=variant.id, warehouse_code="SZX", on_hand=1))
    with Session(engine) as session:
        [kept] = shelves(session, [variant.sku, "NO-SUCH"], "DE").values()
    found = {shelf.origin.code: shelf for shelf in kept}
    assert {code: shelf.free for code, shelf in found.items()} == {"LEJ": 2, "SZX": 1}
    assert [service.carrier for service in found["LEJ"].services] == ["dhl"]
    assert found["SZX"].services == ()


def test_open_orders_with_a_promise_are_ranked_for_the_desk(engine: Engine, shop: Shop) -> None:
    shop.order("A20001", promised_on=NOW.date() - timedelta(days=2))
    shop.order("A20002", promised_on=NOW.date() + timedelta(days=30))
    shop.order("A20003")
    shop.delivered("A20004", promised_on=NOW.date())
    with Session(engine) as session:
        ranked = late_risks(promised_orders(session), Calendars(), NOW)
    assert [risk.number for risk in ranked] == ["A20001", "A20002"]
    assert ranked[0].chance == 1.0


def test_every_open_order_is_ranked_however_many_there_are(engine: Engine, shop: Shop) -> None:
    for number in range(5):
        shop.order(f"A2000{number}", promised_on=NOW.date() + timedelta(days=9 - number))
    with Session(engine) as session:
        found = [number for number, _ in promised_orders(session, batch=2)]
        assert found == ["A20004", "A20003", "A20002", "A20001", "A20000"]
        assert [number for number, _ in promised_orders(session, limit=3, batch=2)] == found[:3]


def test_the_customers_own_zone_says_which_day_it_was(engine: Engine, shop: Shop) -> None:
    customer = shop.session.get_one(Customer, ANNA)
    customer.time_zone = "Pacific/Apia"
    shop.save(customer)
    shop.delivered("A20001", on=datetime.fromisoformat("2026-11-21T23:00:00+00:00"))
    with Session(engine) as session:
        assert read_past_deliveries(session, NOW + timedelta(days=1)).last == date(2026, 11, 22)
