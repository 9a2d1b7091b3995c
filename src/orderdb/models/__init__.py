"""All tables, by what they are about."""

from orderdb.models.aftersales import AuditEvent, Exchange, Proposal, ReturnRequest
from orderdb.models.catalog import (
    Carrier,
    CarrierTransit,
    Product,
    Stock,
    Variant,
    VariantPrice,
    Warehouse,
)
from orderdb.models.conversations import Conversation, Handoff, Message, Turn, TurnEvent
from orderdb.models.customers import Address, Customer
from orderdb.models.orders import Order, OrderLine, Shipment, ShipmentEvent, ShipmentLine
from orderdb.models.payments import GiftCard, Payment, Refund

__all__ = [
    "Address",
    "AuditEvent",
    "Carrier",
    "CarrierTransit",
    "Conversation",
    "Customer",
    "Exchange",
    "GiftCard",
    "Handoff",
    "Message",
    "Order",
    "OrderLine",
    "Payment",
    "Product",
    "Proposal",
    "Refund",
    "ReturnRequest",
    "Shipment",
    "ShipmentEvent",
    "ShipmentLine",
    "Stock",
    "Turn",
    "TurnEvent",
    "Variant",
    "VariantPrice",
    "Warehouse",
]
