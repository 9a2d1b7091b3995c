"""The small shop that cases play in: ``shop.yaml`` as rows of a SQLite file to be copied."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from orderdb import migrations
from orderdb.database import open_engine
from orderdb.models import (
    Address,
    Carrier,
    CarrierTransit,
    Customer,
    GiftCard,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    ReturnRequest,
    SavedPaymentMethod,
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
    CaseStatus,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    ReturnClass,
    ShipmentStatus,
    Tier,
)
from orderdb.yaml_text import read_yaml

SHOP_FILE = Path(__file__).parent / "shop.yaml"
_WAREHOUSE = {"DE": "LEJ", "GB": "LEJ", "US": "RNO", "CN": "SZV"}


@dataclass(frozen=True)
class Shop:
    """The shop as written; ``now`` is the time (UTC) at which every case begins."""

    now: datetime
    written: dict[str, Any]

    @classmethod
    def load(cls, path: Path = SHOP_FILE) -> Shop:
        written = read_yaml(path.read_text(encoding="utf-8"))
        return cls(_moment(written["now"]), written)

    @property
    def customers(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.written["customers"]
        return found

    @property
    def orders(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.written["orders"]
        return found

    def lines_of(self, number: str) -> int:
        """How many lines the order has."""
        return len(self.orders[number]["lines"])

    def placed_on(self, number: str) -> date:
        return _moment(self.orders[number]["placed"]).date()

    def names(self) -> tuple[str, ...]:
        """Names that stand in a reply of either language as the shop writes them."""
        found = {
            name for one in self.written["products"].values() for name in (one["en"], one["zh"])
        }
        found |= {
            word
            for one in self.written["products"].values()
            for pair in one["variants"].items()
            for word in pair
        }
        found |= {one["name"] for one in self.written["carriers"].values()}
        for customer in self.customers.values():
            found |= {customer["name"], customer["street"], customer["city"]}
        for order in self.orders.values():
            found |= {parcel["place"] for parcel in order.get("parcels", ()) if "place" in parcel}
        return tuple(sorted(found, key=len, reverse=True))

    def private_to_others(self, customer: str) -> dict[str, str]:
        """Words that only another customer's data holds, each with whose it is."""
        own = set(_private(self, customer))
        return {
            word: other
            for other in self.customers
            if other != customer
            for word in _private(self, other)
            if word not in own
        }


def _private(shop: Shop, customer: str) -> list[str]:
    person = shop.customers[customer]
    words = [person["name"], person["street"]]
    words += [
        code for code, card in shop.written["gift_cards"].items() if card["customer"] == customer
    ]
    for number, order in shop.orders.items():
        if order["customer"] == customer:
            words.append(number)
            words += [parcel["tracking"] for parcel in order.get("parcels", ())]
    return words


def build(shop: Shop, file: Path) -> Path:
    """Write the shop into a new SQLite file, closed so that it can be copied as one file."""
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    engine = open_engine(url)
    with Session(engine) as session:
        _Builder(shop, session).fill()
        session.commit()
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    return file


class _Builder:
    def __init__(self, shop: Shop, session: Session) -> None:
        self._shop = shop
        self._session = session
        self._variants: dict[str, Variant] = {}
        self._products: dict[str, Product] = {}
        self._addresses: dict[str, int] = {}

    def fill(self) -> None:
        written = self._shop.written
        for code, one in written["warehouses"].items():
            self._add(
                Warehouse(code=code, name=code, country=one["country"], time_zone=one["zone"])
            )
        for code, one in written["carriers"].items():
            weekends = one.get("weekends", False)
            self._add(
                Carrier(
                    code=code,
                    name=one["name"],
                    delivers_saturday=weekends,
                    delivers_sunday=weekends,
                )
            )
            for country in one["to"]:
                self._add(
                    CarrierTransit(
                        carrier_code=code,
                        origin=one["from"],
                        destination=country,
                        min_days=one["days"][0],
                        max_days=one["days"][1],
                    )
                )
        for key, one in written["products"].items():
            self._product(key, one)
        for key, one in self._shop.customers.items():
            self._customer(key, one)
        for code, one in written["gift_cards"].items():
            self._add(
                GiftCard(
                    code=code,
                    customer_id=one["customer"],
                    currency=one["currency"],
                    initial_minor=one["balance"],
                    balance_minor=one["balance"],
                )
            )
        for number, one in self._shop.orders.items():
            self._order(number, one)

    def _add(self, row: Any) -> Any:
        self._session.add(row)
        self._session.flush()
        return row

    def _product(self, key: str, one: dict[str, Any]) -> None:
        product = self._add(
            Product(
                sku=key.upper(),
                name_en=one["en"],
                name_zh=one["zh"],
                category=one["category"],
                return_class=ReturnClass(one["class"]),
            )
        )
        self._products[key] = product
        for name, zh in one["variants"].items():
            variant = self._add(
                Variant(
                    product_id=product.id, sku=f"{key}-{name}".upper(), name_en=name, name_zh=zh
                )
            )
            self._variants[f"{key}/{name}"] = variant
            for currency, minor in one["prices"].items():
                self._add(VariantPrice(variant_id=variant.id, currency=currency, price_minor=minor))
            for warehouse in self._shop.written["warehouses"]:
                on_hand, reserved = 10 if name in one.get("sold_out", ()) else 60, 10
                self._add(
                    Stock(
                        variant_id=variant.id,
                        warehouse_code=warehouse,
                        on_hand=on_hand,
                        reserved=reserved,
                    )
                )

    def _customer(self, key: str, one: dict[str, Any]) -> None:
        self._add(
            Customer(
                id=key,
                name=one["name"],
                email=f"{key}@example.org",
                language=one["language"],
                time_zone=one["zone"],
                country=one["country"],
                tier=Tier(one["tier"]),
            )
        )
        address = self._add(
            Address(
                customer_id=key,
                recipient=one["name"],
                line1=one["street"],
                city=one["city"],
                region=one.get("region", ""),
                postal_code=one["postcode"],
                country=one["country"],
                is_default=True,
            )
        )
        self._addresses[key] = address.id
        for saved, how in one.get("saved", {}).items():
            method, _, detail = how.partition(" ")
            self._add(
                SavedPaymentMethod(
                    id=saved, customer_id=key, method=PaymentMethod(method), detail=detail
                )
            )

    def _order(self, number: str, one: dict[str, Any]) -> None:
        person = self._shop.customers[one["customer"]]
        currency, placed = person["currency"], _moment(one["placed"])
        status = OrderStatus(one["status"])
        paid = status is not OrderStatus.PENDING_PAYMENT
        parcels = one.get("parcels", [])
        rows = [self._line(written, currency) for written in one["lines"]]
        items = sum(row["total_minor"] for row in rows)
        total = items + one["shipping"]
        sent = [_moment(parcel["sent"]) for parcel in parcels if "sent" in parcel]
        order = self._add(
            Order(
                number=number,
                number_key=number_key(number),
                customer_id=one["customer"],
                address_id=self._addresses[one["customer"]],
                warehouse_code=_WAREHOUSE[person["country"]],
                status=status,
                currency=currency,
                items_minor=items,
                shipping_minor=one["shipping"],
                total_minor=total,
                placed_at=placed,
                paid_at=placed if paid else None,
                packed_at=sent[0] if sent else placed if parcels else None,
                cancelled_at=_moment(one["cancelled"]) if "cancelled" in one else None,
                promised_on=one.get("promised"),
            )
        )
        lines = []
        for position, row in enumerate(rows, 1):
            if status is OrderStatus.CANCELLED:
                row["cancelled_quantity"] = row["quantity"]
            lines.append(self._add(OrderLine(order_id=order.id, position=position, **row)))
        for position, parcel in enumerate(parcels, 1):
            self._parcel(order, position, parcel, lines)
        self._pay(order, one, paid)
        if one.get("returned"):
            for line in lines:
                line.returned_quantity = line.quantity
                self._add(line)
                self._add(
                    ReturnRequest(
                        order_line_id=line.id,
                        quantity=line.quantity,
                        reason="",
                        refund_minor=line.total_minor,
                        status=CaseStatus.COMPLETED,
                        created_at=placed,
                    )
                )

    def _line(self, written: str, currency: str) -> dict[str, Any]:
        what, _, times = written.partition(" x")
        key = what.split("/")[0]
        product, variant = self._products[key], self._variants[what]
        unit = self._shop.written["products"][key]["prices"][currency]
        quantity = int(times or 1)
        return {
            "variant_id": variant.id,
            "sku": variant.sku,
            "name_en": product.name_en,
            "name_zh": product.name_zh,
            "variant_en": variant.name_en,
            "variant_zh": variant.name_zh,
            "return_class": product.return_class,
            "quantity": quantity,
            "unit_minor": unit,
            "total_minor": unit * quantity,
        }

    def _parcel(
        self, order: Order, position: int, parcel: dict[str, Any], lines: list[OrderLine]
    ) -> None:
        handed_over = _moment(parcel["sent"]) if "sent" in parcel else None
        delivered = _moment(parcel["delivered"]) if "delivered" in parcel else None
        scans = {ShipmentStatus(code): _moment(at) for code, at in parcel.get("scans", {}).items()}
        if handed_over:
            scans = {ShipmentStatus.HANDED_OVER: handed_over} | scans
        if delivered:
            scans[ShipmentStatus.DELIVERED] = delivered
        status = (
            ShipmentStatus(parcel["status"])
            if "status" in parcel
            else (
                max(scans, key=lambda code: scans[code]) if scans else ShipmentStatus.LABEL_CREATED
            )
        )
        row = self._add(
            Shipment(
                order_id=order.id or 0,
                position=position,
                carrier_code=parcel["carrier"],
                tracking=parcel["tracking"],
                status=status,
                handed_over_at=handed_over,
                delivered_at=delivered,
            )
        )
        for number in parcel.get("lines", range(1, len(lines) + 1)):
            line = lines[number - 1]
            self._add(
                ShipmentLine(shipment_id=row.id, order_line_id=line.id, quantity=line.quantity)
            )
            if handed_over:
                line.shipped_quantity = line.quantity
                self._add(line)
        for code, at in scans.items():
            self._add(
                ShipmentEvent(shipment_id=row.id, at=at, code=code, place=parcel.get("place", ""))
            )

    def _pay(self, order: Order, one: dict[str, Any], paid: bool) -> None:
        method, _, detail = one["pay"].partition(" ")
        back = order.total_minor if "refunded" in one else 0
        payment = self._add(
            Payment(
                order_id=order.id or 0,
                method=PaymentMethod(method),
                amount_minor=order.total_minor,
                status=PaymentStatus.CAPTURED if paid else PaymentStatus.PENDING,
                detail=detail,
                refunded_minor=back,
                at=order.placed_at,
            )
        )
        if back:
            self._add(
                Refund(
                    order_id=order.id or 0,
                    payment_id=payment.id,
                    amount_minor=back,
                    status=RefundStatus(one["refunded"]),
                    created_at=order.cancelled_at or order.placed_at,
                )
            )


def _moment(written: str | datetime) -> datetime:
    moment = written if isinstance(written, datetime) else datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"{written} has no time zone")
    return moment
