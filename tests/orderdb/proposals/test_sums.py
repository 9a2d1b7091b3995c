"""Whatever is asked for in whatever order: sums hold, and a verdict does not change by asking."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderdb.eligibility import ACTIONS, verdict
from orderdb.errors import OrderChanged, Refused
from orderdb.models import Order, Payment, Proposal, Refund
from orderdb.proposals import (
    CancelLines,
    CancelOrder,
    ChangeItems,
    ExchangeItems,
    KindArguments,
    LinePieces,
    Report,
    ReturnItems,
    Swap,
)
from orderdb.repository import find_order
from orderdb.statuses import (
    ClaimMatter,
    OrderStatus,
    PaymentMethod,
    ProposalKind,
    ProposalStatus,
    ReturnClass,
    ShipmentStatus,
)
from tests.orderdb.proposals.desk import Desk, gift_card
from tests.orderdb.shop import ANNA, NOW, Shop

NUMBERS = count(30000)


@dataclass(frozen=True)
class Bought:
    """An order as hypothesis makes it up: ``paid`` are the parts beside the card's."""

    lines: list[tuple[int, int, int]]
    coupon: int
    shipping: int
    tax: int
    paid: list[int]
    state: str


orders = st.builds(
    Bought,
    lines=st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 5000), st.sampled_from([0, 0, 1, 2, 3])),
        min_size=1,
        max_size=4,
    ),
    coupon=st.integers(0, 3000),
    shipping=st.sampled_from([0, 1, 490, 1290]),
    tax=st.sampled_from([0, 0, 137]),
    paid=st.lists(st.integers(1, 3000), max_size=3),
    state=st.sampled_from(["delivered", "delivered", "open", "open", "lost"]),
)
ways = st.sampled_from(["original", "GIFT"])
matters = st.sampled_from([ClaimMatter.DAMAGED, *ClaimMatter])
photos = st.sampled_from([("a.jpg",), ("a.jpg",), ()])
sealed = st.sampled_from([True, True, False, None])


def asking(made: Bought) -> st.SearchStrategy[tuple[ProposalKind, KindArguments]]:
    """What may be asked of such an order: mostly what fits its state, and lines that it has."""
    line = st.integers(1, len(made.lines))
    quantity = st.sampled_from([1, 1, 2, None])
    lines = st.lists(
        st.builds(LinePieces, line=line, quantity=quantity),
        min_size=1,
        max_size=2,
        unique_by=lambda one: one.line,
    ).map(tuple)
    variant = st.sampled_from(["MUG-2", "MUG-3"])
    swaps = st.builds(Swap, line=line, quantity=quantity, variant=variant).map(lambda one: (one,))
    taking_out = st.builds(CancelLines, lines=lines)
    changing = st.builds(ChangeItems, swaps=swaps, settle_with=ways)
    returning = st.builds(ReturnItems, lines=lines, sealed=sealed)
    exchanging = st.builds(ExchangeItems, swaps=swaps, settle_with=ways, sealed=sealed)
    reporting = st.builds(Report, lines=lines, matter=matters, evidence=photos)
    chances = {
        "open": [
            *[(ProposalKind.CANCEL_LINES, taking_out)] * 5,
            *[(ProposalKind.CHANGE_ITEMS, changing)] * 5,
            (ProposalKind.CANCEL_ORDER, st.just(CancelOrder())),
        ],
        "delivered": [
            *[(ProposalKind.RETURN_ITEMS, returning)] * 5,
            *[(ProposalKind.EXCHANGE_ITEMS, exchanging)] * 2,
            *[(ProposalKind.REFUND, reporting)] * 2,
            (ProposalKind.RESHIP, reporting),
        ],
        "lost": [(ProposalKind.REFUND, reporting), (ProposalKind.RESHIP, reporting)],
    }[made.state]
    return st.sampled_from(chances).flatmap(lambda one: st.tuples(st.just(one[0]), one[1]))


Step = tuple[tuple[ProposalKind, KindArguments], bool]
stories = orders.flatmap(
    lambda made: st.tuples(
        st.just(made),
        st.lists(
            st.tuples(asking(made), st.sampled_from([True, True, True, False])),
            min_size=4,
            max_size=8,
        ),
    )
)


def stocked(shop: Shop) -> None:
    """Mugs in three colours, and a gift card with something on it."""
    shop.product("Mug", variants=("red", "blue", "green"), prices=(2000, 2500, 1800), stock=9999)
    gift_card(shop, 700)


def ordered(shop: Shop, made: Bought) -> Order:
    classes = (
        ReturnClass.STANDARD,
        ReturnClass.STANDARD,
        ReturnClass.ELECTRONICS,
        ReturnClass.HYGIENE,
    )
    rows = [
        {
            "quantity": quantity,
            "unit_minor": unit,
            "return_class": classes[kind],
            "sku": "MUG-1",
            "variant_id": 1,
            "discount_minor": min(kind, unit * quantity),
        }
        for quantity, unit, kind in made.lines
    ]
    items = sum(row["unit_minor"] * row["quantity"] - row["discount_minor"] for row in rows)
    coupon = min(made.coupon, items)
    total = items - coupon + made.shipping + made.tax
    states = {"open": OrderStatus.PAID, "delivered": OrderStatus.DELIVERED}
    order = shop.order(
        f"A{next(NUMBERS)}",
        status=states.get(made.state, OrderStatus.EXCEPTION),
        lines=rows,
        shipping=made.shipping,
        discount_minor=coupon,
        tax_minor=made.tax,
        total_minor=total,
        paid=False,
    )
    left = total
    for number, part in enumerate([*made.paid, total]):
        if amount := min(part, left):
            method = PaymentMethod.PAYPAL if number else PaymentMethod.CARD
            shop.pay(order, amount, method=method)
            left -= amount
    if made.state == "delivered":
        shop.ship(order, ShipmentStatus.DELIVERED, delivered_at=order.placed_at)
    elif made.state == "lost":
        shop.ship(order, ShipmentStatus.LOST)
    return order


def check_sums(desk: Desk, order: Order) -> None:
    view = desk.read(order.number)
    given: dict[int, int] = defaultdict(int)
    for refund in desk.rows(Refund):
        given[refund.payment_id] += refund.amount_minor
    paid = back = 0
    for payment in desk.rows(Payment):
        if payment.order_id == order.id:
            assert payment.refunded_minor == given[payment.id or 0] <= payment.amount_minor
            paid += payment.amount_minor
            back += payment.refunded_minor
    assert back + view.promised.minor <= paid
    assert view.total.minor == (
        view.items.minor - view.discount.minor + view.shipping.minor + view.tax.minor
    )
    assert view.items.minor == sum(line.total.minor for line in view.lines)


def check_verdicts(desk: Desk, order: Order) -> None:
    with desk.sessions() as session:
        view = find_order(session, ANNA, order.number)
    for action in ACTIONS:
        judged = verdict(view, action, desk.book, NOW)
        assert judged == verdict(view, action, desk.book, NOW)
        if judged.refund is not None and action != "refund":
            assert judged.allowed
            assert 0 < judged.refund.minor <= view.refundable.minor


def follow(desk: Desk, order: Order, wanted: list[Step]) -> None:
    """Ask for one after another, and click on most; what is refused changes nothing."""
    for (kind, arguments), click in wanted:
        try:
            proposal = desk.propose(kind, arguments, order.number)
            if click:
                desk.confirm(proposal)
        except (Refused, OrderChanged):
            continue
        check_sums(desk, order)
        check_verdicts(desk, order)


@pytest.mark.timeout(300)
def test_no_sequence_gives_back_more_than_was_paid(shop: Shop, desk: Desk) -> None:
    stocked(shop)
    sqlite = shop.session.get_bind().dialect.name == "sqlite"

    @settings(
        max_examples=80 if sqlite else 15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories)
    def always(story: tuple[Bought, list[Step]]) -> None:
        made, wanted = story
        order = ordered(shop, made)
        follow(desk, order, wanted)
        check_sums(desk, order)

    always()
    assert desk.chain_holds()
    done = {one.kind for one in desk.rows(Proposal) if one.status is ProposalStatus.CONFIRMED}
    assert len(done) >= (5 if sqlite else 3), done  # the stories must get somewhere


@pytest.mark.timeout(300)
def test_a_lost_order_claimed_in_any_steps_comes_back_whole(shop: Shop, desk: Desk) -> None:
    stocked(shop)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(orders, st.randoms())
    def always(made: Bought, random: object) -> None:
        order = ordered(shop, Bought(**vars(made) | {"state": "lost"}))
        left = [
            number for number, (quantity, _, _) in enumerate(made.lines, 1) for _ in range(quantity)
        ]
        random.shuffle(left)  # type: ignore[attr-defined]
        given = 0
        for line in left:
            report = Report(lines=(LinePieces(line=line, quantity=1),), matter=ClaimMatter.LOST)
            given += desk.do(ProposalKind.REFUND, report, order.number)["amount"]["minor"]
        assert given == order.total_minor

    always()
