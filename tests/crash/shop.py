"""A shop whose orders can all be changed, and a model that proposes what it is asked for."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from evals.stub_model import Answer
from orderdb import migrations
from orderdb.database import open_engine
from orderdb.models import (
    Address,
    Customer,
    GiftCard,
    Order,
    OrderLine,
    Payment,
    Product,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    Stock,
    Variant,
    VariantPrice,
    Warehouse,
)
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus, ShipmentStatus
from tests.crash.wishes import CITY, CODE, call, number, wish

SECRET = "a secret for the crash test, long enough to sign with"
PIECES = 2
_GIFT, _CARD = 1_000, 2_480
_WAREHOUSE = "W"
_RED, _BLUE = 1, 2
_NUMBER = re.compile(r"A\d{5}")
_PREPARED = "I have prepared it. Please look at the card and confirm it there."


def customer(index: int) -> str:
    return f"crash-{index}"


def build(url: str, orders: int, placed: datetime) -> None:
    """Tables, and ``orders`` paid orders of a customer each, by gift card and by card.

    Those to be returned or exchanged were delivered; the others have not left.
    """
    migrations.upgrade(url)
    engine = open_engine(url)
    with Session(engine) as session:
        _goods(session, orders)
        for index in range(orders):
            session.add(Customer(id=customer(index), name="Ada", time_zone="Europe/Berlin"))
        session.flush()
        for index in range(orders):
            session.add(
                GiftCard(
                    id=index + 1,
                    code=f"GIFT-{index}",
                    customer_id=customer(index),
                    currency="EUR",
                    initial_minor=5_000,
                    balance_minor=5_000 - _GIFT,
                )
            )
            session.add(_address(index))
        session.flush()
        session.add_all(_order(index, placed) for index in range(orders))
        session.flush()
        for index in range(orders):
            session.add(_line(index))
            session.add(_payment(index, PaymentMethod.GIFT_CARD, _GIFT, placed))
            session.add(_payment(index, PaymentMethod.CARD, _CARD, placed))
        session.flush()
        for index in filter(_arrived, range(orders)):
            session.add_all(_parcel(index, placed))
        _keep_numbers(session)
        session.commit()
    engine.dispose()


def promised(session: Session) -> int:
    """Pieces of the variant that all exchanges are for that are set aside."""
    stock = session.exec(select(Stock).where(Stock.variant_id == _BLUE)).one()
    return stock.reserved


_DOCUMENTS = (
    "address", "cancellation", "exchanges", "final-sale", "membership", "refunds", "returns",
    "shipping",
)  # fmt: skip


def policies(root: Path, folder: Path) -> Path:
    """What the shop's rules rest on and no more: little to index, so that servers start sooner."""
    for language in ("en", "zh"):
        (folder / language).mkdir(parents=True, exist_ok=True)
        for document in _DOCUMENTS:
            shutil.copy(root / "policies" / language / f"{document}.md", folder / language)
    for profile in (root / "policies").glob("*.yaml"):
        shutil.copy(profile, folder)
    return folder


def model(body: dict[str, Any]) -> Answer:
    """Prepares what the last message asks for, then says so word by word."""
    if body["messages"][-1]["role"] == "tool" or not body.get("tools"):
        return Answer(text=_PREPARED, seconds_a_token=0.03)
    asked = " ".join(
        str(one["content"]) for one in body["messages"] if one["role"] in ("user", "system")
    )
    return Answer(calls=(call(_NUMBER.findall(asked)[-1]),))


def _arrived(index: int) -> bool:
    return wish(index) in ("return", "exchange")


def _goods(session: Session, orders: int) -> None:
    """Kettles in red and blue at one price, with stock for everybody."""
    session.add(Warehouse(code=_WAREHOUSE, name="W", country="DE", time_zone="Europe/Berlin"))
    session.add(Product(id=1, sku="KETTLE", name_en="Kettle", name_zh="电热水壶", category="home"))
    session.flush()
    for variant, colour, name in ((_RED, "red", "红色"), (_BLUE, "blue", "蓝色")):
        session.add(
            Variant(id=variant, product_id=1, sku=f"KETTLE-{variant}", name_en=colour, name_zh=name)
        )
        session.flush()
        price = (_GIFT + _CARD) // PIECES
        session.add(VariantPrice(variant_id=variant, currency="EUR", price_minor=price))
        session.add(
            Stock(
                variant_id=variant, warehouse_code=_WAREHOUSE,
                on_hand=3 * PIECES * orders, reserved=PIECES * orders,
            )
        )  # fmt: skip


def _address(index: int) -> Address:
    return Address(
        id=index + 1,
        customer_id=customer(index),
        recipient="Ada",
        line1="Alte Strasse 1",
        city=CITY,
        postal_code=CODE,
        country="DE",
    )


def _parcel(index: int, placed: datetime) -> list[SQLModel]:
    """A parcel that holds the whole order and has come."""
    came = placed + timedelta(hours=1)
    return [
        Shipment(
            id=index + 1, order_id=index + 1, status=ShipmentStatus.DELIVERED,
            handed_over_at=placed, delivered_at=came,
        ),
        ShipmentLine(shipment_id=index + 1, order_line_id=index + 1, quantity=PIECES),
        ShipmentEvent(shipment_id=index + 1, at=came, code=ShipmentStatus.DELIVERED, place="-"),
    ]  # fmt: skip


def _keep_numbers(session: Session) -> None:
    """PostgreSQL counts on from the ids that were given here."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in ("addresses", "order_lines", "shipments", "products", "variants", "gift_cards"):
        session.exec(  # type: ignore[call-overload]
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        )


def _order(index: int, placed: datetime) -> Order:
    return Order(
        id=index + 1,
        number=number(index),
        number_key=number(index),
        customer_id=customer(index),
        status=OrderStatus.DELIVERED if _arrived(index) else OrderStatus.PAID,
        address_id=index + 1,
        warehouse_code=_WAREHOUSE,
        currency="EUR",
        items_minor=_GIFT + _CARD,
        total_minor=_GIFT + _CARD,
        placed_at=placed,
        paid_at=placed,
    )


def _line(index: int) -> OrderLine:
    return OrderLine(
        id=index + 1,
        order_id=index + 1,
        position=1,
        variant_id=_RED,
        sku="KETTLE-1",
        name_en="Kettle",
        name_zh="电热水壶",
        variant_en="red",
        variant_zh="红色",
        quantity=PIECES,
        shipped_quantity=PIECES if _arrived(index) else 0,
        unit_minor=(_GIFT + _CARD) // PIECES,
        total_minor=_GIFT + _CARD,
    )


def _payment(index: int, method: PaymentMethod, minor: int, at: datetime) -> Payment:
    return Payment(
        order_id=index + 1,
        method=method,
        amount_minor=minor,
        status=PaymentStatus.CAPTURED,
        gift_card_id=index + 1 if method is PaymentMethod.GIFT_CARD else None,
        at=at,
    )
