"""A small shop for tests, written by hand. NOW is a Sunday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from orderdb.models import (
    Address,
    Carrier,
    CarrierTransit,
    Customer,
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
from orderdb.numbers import number_key
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    ReturnClass,
    ShipmentStatus,
    Tier,
)

ANNA, WEI = "anna", "wei"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

Row = TypeVar("Row")


def at(month: int, day: int, hour: int = 9, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


PLACED = at(11, 20)
ARRIVED = at(11, 21)


class Shop:
    """Writes rows and commits what belongs together, so that other sessions see it at once.

    Opens with Anna (Berlin) and Wei (Shanghai), a warehouse each, DHL and SF Express.
    """

    def __init__(self, engine: Engine) -> None:
        self.session = Session(engine, expire_on_commit=False)
        self._addresses: dict[str, int | None] = {}
        for customer in (
            Customer(id=ANNA, name="Anna", time_zone="Europe/Berlin", country="DE"),
            Customer(id=WEI, name="小伟", language="zh", time_zone="Asia/Shanghai", country="CN"),
        ):
            self._add(customer)
            address = self._add(
                Address(
                    customer_id=customer.id,
                    recipient=customer.name,
                    line1="1",
                    city="-",
                    country=customer.country or "",
                )
            )
            self._addresses[customer.id] = address.id
        for code, country, zone in (("LEJ", "DE", "Europe/Berlin"), ("SZX", "CN", "Asia/Shanghai")):
            self._add(Warehouse(code=code, name=code, country=country, time_zone=zone))
        self._add(Carrier(code="dhl", name="DHL"))
        self._add(
            Carrier(code="sf", name="SF Express", delivers_saturday=True, delivers_sunday=True)
        )
        self._add(
            CarrierTransit(
                carrier_code="dhl", origin="DE", destination="DE", min_days=2, max_days=4
            )
        )
        self._add(
            CarrierTransit(carrier_code="sf", origin="CN", destination="CN", min_days=1, max_days=3)
        )
        self.session.commit()

    def save(self, row: Row) -> Row:
        self._add(row)
        self.session.commit()
        return row

    def _add(self, row: Row) -> Row:
        self.session.add(row)
        self.session.flush()  # its number is known, and rows are written in the order given
        return row

    def tier(self, customer: str, tier: Tier) -> None:
        found = self.session.get_one(Customer, customer)
        found.tier = tier
        self.save(found)

    def product(
        self,
        name: str = "Kettle",
        name_zh: str = "电热水壶",
        *,
        variants: Sequence[str] = ("",),
        price: int = 3990,
        prices: Sequence[int] = (),
        currency: str = "EUR",
        stock: int = 10,
        reserved: int = 0,
        restock_on: date | None = None,
        category: str = "kitchen",
    ) -> Product:
        product = self._add(
            Product(
                sku=name.upper().replace(" ", "-"), name_en=name, name_zh=name_zh, category=category
            )
        )
        for number, variant in enumerate(variants, 1):
            row = self._add(
                Variant(
                    product_id=product.id,
                    sku=f"{product.sku}-{number}",
                    name_en=variant,
                    name_zh=variant,
                )
            )
            minor = prices[number - 1] if prices else price
            self._add(VariantPrice(variant_id=row.id, currency=currency, price_minor=minor))
            self._add(
                Stock(
                    variant_id=row.id,
                    warehouse_code="LEJ",
                    on_hand=stock,
                    reserved=reserved,
                    restock_on=restock_on,
                )
            )
        self.session.commit()
        return product

    def order(
        self,
        number: str = "A20000",
        *,
        customer: str = ANNA,
        status: OrderStatus = OrderStatus.PROCESSING,
        lines: int | Sequence[dict[str, Any]] = 1,
        placed_at: datetime | None = PLACED,
        paid: bool = True,
        shipping: int = 490,
        **fields: Any,
    ) -> Order:
        """An order of kettles at 39.90 with one card payment, unless told otherwise."""
        rows = [{} for _ in range(lines)] if isinstance(lines, int) else list(lines)
        made = [_line(position, row) for position, row in enumerate(rows, 1)]
        items = sum(line.total_minor for line in made)
        values = {
            "status": status,
            "placed_at": placed_at,
            "paid_at": placed_at if paid else None,
            "currency": "CNY" if customer == WEI else "EUR",
            "warehouse_code": "SZX" if customer == WEI else "LEJ",
            "address_id": self._addresses.get(customer),
            "items_minor": items,
            "shipping_minor": shipping,
            "total_minor": items + shipping,
            **fields,
        }
        order = self._add(
            Order(number=number, number_key=number_key(number), customer_id=customer, **values)
        )
        for line in made:
            line.order_id = order.id or 0
            self._add(line)
        if paid:
            self.pay(order, order.total_minor)
        self.session.commit()
        return order

    def lines(self, order: Order) -> list[OrderLine]:
        return list(
            self.session.exec(
                select(OrderLine)
                .where(OrderLine.order_id == order.id)
                .order_by(col(OrderLine.position))
            )
        )

    def pay(self, order: Order, minor: int, **fields: Any) -> Payment:
        values = {
            "method": PaymentMethod.CARD,
            "status": PaymentStatus.CAPTURED,
            "at": order.placed_at,
            **fields,
        }
        return self.save(Payment(order_id=order.id, amount_minor=minor, **values))

    def ship(
        self,
        order: Order,
        status: ShipmentStatus = ShipmentStatus.IN_TRANSIT,
        *,
        lines: Sequence[OrderLine] | None = None,
        scans: Sequence[tuple[datetime, ShipmentStatus]] = (),
        position: int = 1,
        **fields: Any,
    ) -> Shipment:
        """A parcel with every piece of the lines; all lines unless told otherwise."""
        values = {
            "carrier_code": "sf" if order.customer_id == WEI else "dhl",
            "tracking": f"JD{order.number}{position}",
            **fields,
        }
        shipment = self._add(
            Shipment(order_id=order.id, position=position, status=status, **values)
        )
        for line in self.lines(order) if lines is None else lines:
            self._add(
                ShipmentLine(shipment_id=shipment.id, order_line_id=line.id, quantity=line.quantity)
            )
            if status is not ShipmentStatus.LABEL_CREATED:
                line.shipped_quantity = line.quantity
                self._add(line)
        for moment, code in scans:
            self._add(ShipmentEvent(shipment_id=shipment.id, at=moment, code=code, place="Leipzig"))
        self.session.commit()
        return shipment

    def delivered(self, number: str = "A20000", on: datetime = ARRIVED, **fields: Any) -> Order:
        """An order of one parcel that has arrived."""
        order = self.order(number, status=OrderStatus.DELIVERED, **fields)
        self.ship(
            order,
            ShipmentStatus.DELIVERED,
            handed_over_at=order.placed_at,
            delivered_at=on,
            scans=[(on, ShipmentStatus.DELIVERED)],
        )
        return order


def _line(position: int, values: dict[str, Any]) -> OrderLine:
    row = {
        "position": position,
        "name_en": "Kettle",
        "name_zh": "电热水壶",
        "sku": "KETTLE-1",
        "return_class": ReturnClass.STANDARD,
        "quantity": 1,
        "unit_minor": 3990,
        **values,
    }
    row.setdefault(
        "total_minor", row["unit_minor"] * row["quantity"] - row.get("discount_minor", 0)
    )
    return OrderLine(order_id=0, **row)
