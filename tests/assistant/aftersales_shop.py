"""A customer with something of everything that can be changed, returned or reported."""

from __future__ import annotations

from sqlmodel import select

from orderdb.database import open_engine
from orderdb.models import Address, GiftCard, Product, Stock, Variant, VariantPrice
from orderdb.statuses import OrderStatus, PaymentStatus, ReturnClass, ShipmentStatus
from tests.orderdb.shop import ANNA, WEI, Shop, at


def stocked(shop: Shop) -> None:
    """Anna's orders, and Wei's A20020 of two items.

    A20010 delivered, a kettle in red that comes in blue and green, and in black that is sold out;
    A20011 delivered, kettle, mug
    and final-sale scarf; A20012 in preparation, as A20010 with a mug; A20013 unpaid; A20014
    delivered, tea that must be sealed; A20015 lost.
    """
    product = shop.product("Steel Kettle", "不锈钢水壶", variants=("red", "blue", "green"))
    sold_out = shop.save(
        Variant(product_id=product.id, sku="STEEL-KETTLE-9", name_en="black", name_zh="black")
    )
    shop.save(VariantPrice(variant_id=sold_out.id, currency="EUR", price_minor=3990))
    shop.save(Stock(variant_id=sold_out.id, warehouse_code="LEJ", on_hand=0))
    kettle = _line(product, shop)
    mug = {"name_en": "Travel Mug", "name_zh": "随行杯", "unit_minor": 1500, "sku": "MUG-1"}
    scarf = {"name_en": "Wool Scarf", "name_zh": "羊毛围巾", "return_class": ReturnClass.FINAL_SALE}
    tea = {"name_en": "Oolong Tea", "name_zh": "乌龙茶", "return_class": ReturnClass.HYGIENE}
    shop.delivered("A20010", lines=[kettle])
    shop.delivered("A20011", lines=[kettle, mug, scarf])
    shop.order("A20012", lines=[kettle, mug])
    unpaid = shop.order("A20013", status=OrderStatus.PENDING_PAYMENT, paid=False)
    shop.pay(unpaid, unpaid.total_minor, status=PaymentStatus.PENDING)
    shop.delivered("A20014", lines=[tea])
    lost = shop.order("A20015", status=OrderStatus.SHIPPED)
    shop.ship(lost, ShipmentStatus.LOST, handed_over_at=at(11, 20, 15))
    china = [{**line, "unit_minor": 30000} for line in (kettle, mug)]
    shop.delivered("A20020", customer=WEI, lines=china)
    shop.save(
        GiftCard(
            code="GC-0000007", customer_id=ANNA, currency="EUR", initial_minor=9999,
            balance_minor=9999,
        )
    )  # fmt: skip
    shop.save(
        Address(
            customer_id=ANNA, recipient="Anna", line1="Office Street 9", city="Bonn",
            postal_code="53111", country="DE",
        )
    )  # fmt: skip


def aftersales_shop(url: str) -> None:
    """A template: the shop that is stocked so."""
    engine = open_engine(url)
    shop = Shop(engine)
    stocked(shop)
    shop.session.close()
    engine.dispose()


def _line(product: Product, shop: Shop) -> dict[str, object]:
    """A red one of it, the first of its variants."""
    first = shop.session.exec(select(Variant).where(Variant.product_id == product.id)).first()
    assert first is not None
    return {
        "name_en": "Steel Kettle", "name_zh": "不锈钢水壶", "variant_id": first.id,
        "sku": first.sku, "variant_en": "red", "variant_zh": "红色",
    }  # fmt: skip
