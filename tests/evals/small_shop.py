"""A shop of two customers, small enough to know by heart. Today is 22 November 2026."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from evals.model_suite.shop import (
    Line,
    OrderFacts,
    Paid,
    Parcel,
    ProductFacts,
    Repaid,
    Scan,
    Shop,
    VariantFacts,
)
from orderdb.money import Money
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    RefundStatus,
    ReturnClass,
    ShipmentStatus,
)
from orderdb.text import Text

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def usd(minor: int) -> Money:
    return Money(minor=minor, currency="USD")


SHIPPED = OrderFacts(
    number="A20031",
    customer_id="C1",
    status=OrderStatus.SHIPPED,
    total=usd(8990),
    sums=(usd(8990), usd(8400), usd(590)),
    placed_at=days_ago(6),
    other_times=(),
    promised_on=date(2026, 11, 25),
    lines=(
        Line(
            name=Text(en="Gooseneck kettle", zh="细嘴手冲壶"),
            variant=Text(en="Black", zh="黑色"),
            quantity=1,
            unit=usd(8400),
            total=usd(8400),
            return_class=ReturnClass.ELECTRONICS,
        ),
    ),
    parcels=(
        Parcel(
            carrier="UPS",
            tracking="1Z999AA10123456784",
            status=ShipmentStatus.IN_TRANSIT,
            handed_over_at=days_ago(4),
            delivered_at=None,
            scans=(Scan(days_ago(2), ShipmentStatus.IN_TRANSIT, "Reno"),),
        ),
    ),
    payments=(Paid(PaymentMethod.CARD, usd(8990), "Visa 4242", days_ago(6)),),
    refunds=(),
)
PAID = replace(
    SHIPPED,
    number="A20032",
    status=OrderStatus.PAID,
    parcels=(),
    placed_at=days_ago(1),
    total=usd(2500),
    sums=(usd(2500),),
    promised_on=None,
)
DELIVERED = replace(
    SHIPPED,
    number="A20033",
    customer_id="C2",
    status=OrderStatus.DELIVERED,
    total=usd(1234),
    sums=(usd(1234),),
    lines=(
        replace(SHIPPED.lines[0], name=Text(en="Linen duvet cover", zh="亚麻被套")),
        replace(SHIPPED.lines[0], name=Text(en="Wool blanket", zh="羊毛毯")),
    ),
    parcels=(
        replace(
            SHIPPED.parcels[0],
            tracking="SF1234567890123",
            carrier="SF Express",
            status=ShipmentStatus.DELIVERED,
            delivered_at=days_ago(8),
        ),
    ),
    refunds=(Repaid(usd(500), RefundStatus.SUCCEEDED, days_ago(3)),),
)
KETTLE = ProductFacts(
    sku="P1",
    name=Text(en="Gooseneck kettle", zh="细嘴手冲壶"),
    variants=(
        VariantFacts(Text(en="Black", zh="黑色"), ("black",), (usd(8400),), 5, None),
        VariantFacts(Text(en="Steel", zh="银色"), ("steel",), (usd(7900),), 9, None),
    ),
)
GONE = replace(
    KETTLE,
    sku="P2",
    name=Text(en="Camping lamp", zh="露营灯"),
    variants=(replace(KETTLE.variants[0], in_stock=0, restock_on=date(2026, 12, 5)),),
)
SHOP = Shop(
    orders={order.number: order for order in (SHIPPED, PAID, DELIVERED)},
    languages={"C1": "en", "C2": "zh"},
    products=(KETTLE, GONE),
)

SHIPPED_CARD = {
    "type": "order",
    "number": "A20031",
    "status": "shipped",
    "total": {"minor": 8990, "currency": "USD"},
    "lines": [{"line": 1, "name": {"en": "Gooseneck kettle", "zh": "细嘴手冲壶"}}],
    "delivery": {
        "earliest": "2026-11-24",
        "latest": "2026-11-27",
        "likely": "2026-11-25",
        "chance": 0.9,
    },
}
