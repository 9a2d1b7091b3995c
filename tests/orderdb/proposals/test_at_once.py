"""Many clicks at the same time, and a process that dies in the middle: once, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Engine, event
from sqlmodel import SQLModel, select

from orderdb.columns import JsonObject
from orderdb.errors import OrderChanged
from orderdb.models import (
    Address,
    Claim,
    Effect,
    Exchange,
    GiftCard,
    GoodwillCredit,
    Order,
    OrderLine,
    Payment,
    Proposal,
    Refund,
    ReturnRequest,
    Stock,
)
from orderdb.proposals import (
    CancelLines,
    ChangeItems,
    ExchangeItems,
    Goodwill,
    KindArguments,
    LinePieces,
    NewAddress,
    OtherPayment,
    Report,
    ReturnItems,
    Swap,
)
from orderdb.statuses import (
    ClaimMatter,
    OrderStatus,
    PaymentStatus,
    ProposalKind,
    ShipmentStatus,
)
from tests.orderdb.proposals.desk import Desk, bought, gift_card
from tests.orderdb.shop import Shop

ONE = (LinePieces(line=1, quantity=1),)
BLUE = (Swap(line=1, quantity=1, variant="MUG-2"),)
HOME = NewAddress(line1="Neue Strasse 5", city="Berlin")
Scene = tuple[ProposalKind, KindArguments]


def lines_out(shop: Shop) -> Scene:
    bought(shop, quantity=2)
    return ProposalKind.CANCEL_LINES, CancelLines(lines=ONE)


def elsewhere(shop: Shop) -> Scene:
    shop.order()
    return ProposalKind.CHANGE_ADDRESS, HOME


def paid_otherwise(shop: Shop) -> Scene:
    order = shop.order(paid=False, status=OrderStatus.PENDING_PAYMENT)
    shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
    gift_card(shop, 9999)
    return ProposalKind.CHANGE_PAYMENT, OtherPayment(pay_with="GIFT")


def other_items(shop: Shop) -> Scene:
    bought(shop, quantity=2)
    gift_card(shop, 9999)
    return ProposalKind.CHANGE_ITEMS, ChangeItems(swaps=BLUE, settle_with="GIFT")


def sent_back(shop: Shop) -> Scene:
    bought(shop, delivered=True)
    return ProposalKind.RETURN_ITEMS, ReturnItems(lines=ONE)


def exchanged(shop: Shop) -> Scene:
    bought(shop, delivered=True)
    return ProposalKind.EXCHANGE_ITEMS, ExchangeItems(swaps=BLUE)


def lost(shop: Shop, kind: ProposalKind) -> Scene:
    order, _ = bought(shop, status=OrderStatus.EXCEPTION)
    shop.ship(order, ShipmentStatus.LOST)
    return kind, Report(lines=ONE, matter=ClaimMatter.LOST)


def gesture(shop: Shop) -> Scene:
    shop.order()
    return ProposalKind.GOODWILL, Goodwill(amount_minor=500, reason="late")


SCENES: list[Callable[[Shop], Scene]] = [
    lines_out,
    elsewhere,
    paid_otherwise,
    other_items,
    sent_back,
    exchanged,
    partial(lost, kind=ProposalKind.REFUND),
    partial(lost, kind=ProposalKind.RESHIP),
    gesture,
]
NAMES = [
    "lines_out",
    "elsewhere",
    "paid_otherwise",
    "other_items",
    "sent_back",
    "exchanged",
    "refunded",
    "reshipped",
    "gesture",
]
WRITTEN: tuple[type[SQLModel], ...] = (
    Address,
    Claim,
    Effect,
    Exchange,
    GiftCard,
    GoodwillCredit,
    Order,
    OrderLine,
    Payment,
    Proposal,
    Refund,
    ReturnRequest,
    Stock,
)


def agent_of(kind: ProposalKind) -> str | None:
    return "mia" if kind is ProposalKind.GOODWILL else None


def contents(desk: Desk) -> str:
    """All rows that a confirm may write, as one text."""
    with desk.sessions() as session:
        found = {
            table.__name__: sorted(
                str(sorted(row.model_dump().items())) for row in session.exec(select(table))
            )
            for table in WRITTEN
        }
    return json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("scene", SCENES, ids=NAMES)
def test_twelve_clicks_at_once_are_one(
    shop: Shop, desk: Desk, scene: Callable[[Shop], Scene]
) -> None:
    kind, asked = scene(shop)
    proposal = desk.propose(kind, asked, agent=agent_of(kind))
    with ThreadPoolExecutor(12) as pool:
        clicks = [pool.submit(desk.confirm, proposal, agent=agent_of(kind)) for _ in range(12)]
        results = {json.dumps(click.result()) for click in clicks}
    assert len(results) == 1
    assert desk.order().version == 2
    keys = [one.key for one in desk.rows(Effect)]
    assert len(keys) == len(set(keys))
    assert desk.chain_holds()


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("scene", SCENES, ids=NAMES)
def test_a_confirm_that_dies_between_statements_leaves_everything_as_it_was(
    sqlite_engine: Engine, scene: Callable[[Shop], Scene]
) -> None:
    shop, desk = Shop(sqlite_engine), Desk(sqlite_engine)
    kind, asked = scene(shop)
    proposal = desk.propose(kind, asked, agent=agent_of(kind))
    shop.session.close()
    before, deaths = contents(desk), 0
    for after in range(1, 200):
        left = after

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Killed

        event.listen(sqlite_engine, "after_cursor_execute", count)
        try:
            desk.confirm(proposal, agent=agent_of(kind))
            break
        except Killed:
            deaths += 1
        finally:
            event.remove(sqlite_engine, "after_cursor_execute", count)
        assert contents(desk) == before
    assert deaths > 10
    assert contents(desk) != before
    assert desk.chain_holds()


def outcome(click: Callable[[], JsonObject]) -> str:
    try:
        return str(click()["status"])
    except OrderChanged:
        return "changed"


def test_one_gift_card_does_not_pay_two_orders(shop: Shop, desk: Desk) -> None:
    gift_card(shop, 5000)
    for number in ("A20000", "A20001"):
        order = shop.order(number, paid=False, status=OrderStatus.PENDING_PAYMENT)
        shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
    proposals = [
        desk.propose(ProposalKind.CHANGE_PAYMENT, OtherPayment(pay_with="GIFT"), number)
        for number in ("A20000", "A20001")
    ]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(outcome, [partial(desk.confirm, one) for one in proposals]))
    assert sorted(found) == ["changed", "confirmed"]
    assert desk.rows(GiftCard)[0].balance_minor == 5000 - 4480
    assert desk.chain_holds()


def test_the_last_piece_is_promised_once(shop: Shop, desk: Desk) -> None:
    order, variants = bought(shop, delivered=True)
    line = {"variant_id": variants[0].id, "unit_minor": 2000, "name_en": "Mug", "sku": "MUG-1"}
    shop.delivered("A20001", lines=[line])
    stock = shop.session.get_one(Stock, (variants[1].id, "LEJ"))
    stock.reserved = stock.on_hand - 1
    shop.save(stock)
    proposals = [
        desk.propose(ProposalKind.EXCHANGE_ITEMS, ExchangeItems(swaps=BLUE), number)
        for number in (order.number, "A20001")
    ]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(outcome, [partial(desk.confirm, one) for one in proposals]))
    assert sorted(found) == ["changed", "confirmed"]
    assert desk.reserved()["MUG-2"] == stock.on_hand


def test_changes_of_different_kinds_at_once_do_not_wait_in_turn(shop: Shop, desk: Desk) -> None:
    gift_card(shop, 9999)
    clicks: list[Callable[[], JsonObject]] = []
    for number in range(4):
        shop.order(f"A2000{number}")
        order = shop.order(f"A2001{number}", paid=False, status=OrderStatus.PENDING_PAYMENT)
        shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
        for kind, asked, name, agent in (
            (ProposalKind.CHANGE_ADDRESS, HOME, f"A2000{number}", None),
            (ProposalKind.CHANGE_PAYMENT, OtherPayment(pay_with="GIFT"), f"A2001{number}", None),
            (ProposalKind.GOODWILL, Goodwill(amount_minor=100, reason="x"), f"A2000{number}", "m"),
            (ProposalKind.ACCOUNT_ADDRESS, HOME, None, None),
        ):
            proposal = desk.propose(kind, asked, name, agent=agent)
            clicks.append(partial(desk.confirm, proposal, agent=agent))
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(outcome, clicks))
    assert found <= {"changed", "confirmed"}
    [card] = [one for one in desk.rows(GiftCard) if one.code == "GIFT"]
    assert card.balance_minor == 9999 - 2 * 4480
    assert desk.chain_holds()
