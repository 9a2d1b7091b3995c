"""All tables, by what they are about."""

from sqlmodel import SQLModel

from orderdb.columns import check_choices
from orderdb.models.aftersales import (
    AuditEvent,
    Claim,
    Exchange,
    GoodwillCredit,
    Proposal,
    ReturnRequest,
)
from orderdb.models.catalog import (
    Carrier,
    CarrierTransit,
    Product,
    Review,
    Stock,
    Variant,
    VariantPrice,
    Warehouse,
)
from orderdb.models.conversations import Conversation, Message, Turn, TurnEvent
from orderdb.models.customers import Address, Customer
from orderdb.models.delivery import Closure, Component, DeliveryModel
from orderdb.models.desk import Agent, AgentSession, Handoff, Rating, SignInTry
from orderdb.models.imports import ImportRun
from orderdb.models.orders import Order, OrderLine, Shipment, ShipmentEvent, ShipmentLine
from orderdb.models.outbox import Effect
from orderdb.models.payments import GiftCard, Payment, Refund, SavedPaymentMethod
from orderdb.models.photos import Photo
from orderdb.models.suggestions import (
    CannedReply,
    MessageTranslation,
    ProactiveMessage,
    ReplyExample,
    Suggestion,
    Ticket,
    TicketEntry,
)

__all__ = [
    "Address",
    "Agent",
    "AgentSession",
    "AuditEvent",
    "CannedReply",
    "Carrier",
    "CarrierTransit",
    "Claim",
    "Closure",
    "Component",
    "Conversation",
    "Customer",
    "DeliveryModel",
    "Effect",
    "Exchange",
    "GiftCard",
    "GoodwillCredit",
    "Handoff",
    "ImportRun",
    "Message",
    "MessageTranslation",
    "Order",
    "OrderLine",
    "Payment",
    "Photo",
    "ProactiveMessage",
    "Product",
    "Proposal",
    "Rating",
    "Refund",
    "ReplyExample",
    "ReturnRequest",
    "Review",
    "SavedPaymentMethod",
    "Shipment",
    "ShipmentEvent",
    "ShipmentLine",
    "SignInTry",
    "Stock",
    "Suggestion",
    "Ticket",
    "TicketEntry",
    "Turn",
    "TurnEvent",
    "Variant",
    "VariantPrice",
    "Warehouse",
]

check_choices(SQLModel.metadata)
