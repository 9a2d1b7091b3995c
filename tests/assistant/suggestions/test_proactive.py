"""Messages before the customer asks: drafted by code, sent by a person, each event once."""

from __future__ import annotations

from orderdb.models import Claim, ProactiveMessage, Proposal
from orderdb.statuses import OrderStatus, ProactiveKind, ShipmentStatus
from tests.assistant.suggestions.conftest import Office, rows, shop_of
from tests.assistant.suggestions.test_drafts import late
from tests.orderdb.shop import WEI, at


def lose(office: Office, number: str = "A20009", customer: str = WEI) -> None:
    shop = shop_of(office.desk)
    shop._addresses = {}
    order = shop.order(number, customer=customer, status=OrderStatus.EXCEPTION)
    shop.ship(
        order, ShipmentStatus.LOST, handed_over_at=at(11, 20, 15),
        scans=[(at(11, 21), ShipmentStatus.LOST)],
    )  # fmt: skip
    shop.session.close()


async def test_a_lost_parcel_is_told_with_what_can_be_done(office: Office) -> None:
    lose(office)
    found = {one.order_number: one for one in office.service().proactive().scan()}
    message = found["A20009"]
    assert (message.kind, message.language, message.customer_id) == (ProactiveKind.LOST, "zh", WEI)
    assert "小伟您好" in message.text
    assert "A20009" in message.text
    assert message.content["proposal"]["tool"] == "propose_claim"
    assert rows(office.desk, Proposal) == []
    assert rows(office.desk, Claim) == []


async def test_an_order_that_will_be_late_is_told_with_the_days_expected(office: Office) -> None:
    late(office.desk)
    with office.desk.sessions() as session:
        from sqlmodel import select

        from orderdb.models import Order

        order = session.exec(select(Order).where(Order.number == "A20001")).one()
        order.promised_on = office.desk.clock().date()
        session.commit()
    (message,) = office.service().proactive().scan()
    assert message.kind is ProactiveKind.LATE
    assert message.risk is not None
    assert "Delivery expected" in message.text


async def test_a_second_scan_finds_nothing_new(office: Office) -> None:
    lose(office)
    assert len(office.service().proactive().scan()) == 1
    assert office.service().proactive().scan() == []
    assert len(rows(office.desk, ProactiveMessage)) == 1
