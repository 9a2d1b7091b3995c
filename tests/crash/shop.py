"""A shop with orders that can be cancelled, and a model that proposes what it is asked for."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from evals.stub_model import Answer
from orderdb import migrations
from orderdb.database import open_engine
from orderdb.models import Customer, GiftCard, Order, OrderLine, Payment
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus

SECRET = "a secret for the crash test, long enough to sign with"
FIRST = 30_000
REASON = "I ordered it by mistake"
_GIFT, _CARD = 1_000, 2_480
_NUMBER = re.compile(r"A\d{5}")
_PREPARED = "I have prepared the cancellation. Please look at the card and confirm it there."


def number(index: int) -> str:
    return f"A{FIRST + index}"


def customer(index: int) -> str:
    return f"crash-{index}"


def message(index: int) -> str:
    return f"Please cancel order {number(index)}. {REASON}."


def build(url: str, orders: int, placed: datetime) -> None:
    """Tables, and ``orders`` paid orders of a customer each, by gift card and by card."""
    migrations.upgrade(url)
    engine = open_engine(url)
    with Session(engine) as session:
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
            session.add(_order(index, placed))
        session.flush()
        for index in range(orders):
            session.add(_line(index))
            session.add(_payment(index, PaymentMethod.GIFT_CARD, _GIFT, placed))
            session.add(_payment(index, PaymentMethod.CARD, _CARD, placed))
        session.commit()
    engine.dispose()


def policies(root: Path, folder: Path) -> Path:
    """The shop's policies on cancelling alone: little to index, so that servers start sooner."""
    for language in ("en", "zh"):
        (folder / language).mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "policies" / language / "cancellation.md", folder / language)
    for profile in (root / "policies").glob("*.yaml"):
        shutil.copy(profile, folder)
    return folder


def model(body: dict[str, Any]) -> Answer:
    """Proposes to cancel the order that the last message names, then says so word by word."""
    if body["messages"][-1]["role"] == "tool" or not body.get("tools"):
        return Answer(text=_PREPARED, seconds_a_token=0.03)
    asked = " ".join(
        str(one["content"]) for one in body["messages"] if one["role"] in ("user", "system")
    )
    wanted = _NUMBER.findall(asked)[-1]
    return Answer(calls=(("propose_cancellation", {"order_number": wanted, "reason": REASON}),))


def _order(index: int, placed: datetime) -> Order:
    return Order(
        id=index + 1,
        number=number(index),
        number_key=number(index),
        customer_id=customer(index),
        status=OrderStatus.PAID,
        currency="EUR",
        items_minor=_GIFT + _CARD,
        total_minor=_GIFT + _CARD,
        placed_at=placed,
        paid_at=placed,
    )


def _line(index: int) -> OrderLine:
    return OrderLine(
        order_id=index + 1,
        position=1,
        name_en="Kettle",
        name_zh="电热水壶",
        quantity=2,
        unit_minor=(_GIFT + _CARD) // 2,
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
