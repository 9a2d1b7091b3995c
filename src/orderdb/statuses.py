"""The closed lists of states and kinds; the database checks each of them."""

from __future__ import annotations

from enum import StrEnum


class OrderStatus(StrEnum):
    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    PROCESSING = "processing"
    PACKED = "packed"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    PARTIALLY_RETURNED = "partially_returned"


class ShipmentStatus(StrEnum):
    LABEL_CREATED = "label_created"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    HELD = "held"
    LOST = "lost"
    DAMAGED = "damaged"
    RETURNED_TO_SENDER = "returned_to_sender"


class ReturnClass(StrEnum):
    """How a product is treated when it comes back."""

    STANDARD = "standard"
    ELECTRONICS = "electronics"
    HYGIENE = "hygiene"
    FINAL_SALE = "final_sale"


class Tier(StrEnum):
    NONE = "none"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


class PaymentMethod(StrEnum):
    CARD = "card"
    PAYPAL = "paypal"
    ALIPAY = "alipay"
    WECHAT = "wechat"
    BANK_TRANSFER = "bank_transfer"
    GIFT_CARD = "gift_card"
    OTHER = "other"


class PaymentStatus(StrEnum):
    PENDING = "pending"
    CAPTURED = "captured"
    FAILED = "failed"
    VOIDED = "voided"


class RefundStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class CaseStatus(StrEnum):
    """Where a return or an exchange stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    COMPLETED = "completed"
    REJECTED = "rejected"


class ClaimMatter(StrEnum):
    """What went wrong with goods that were sent."""

    DAMAGED = "damaged"
    MISSING = "missing"
    WRONG = "wrong"
    LOST = "lost"


class Remedy(StrEnum):
    """What is done about it: the goods once more, or the money back."""

    RESHIP = "reship"
    REFUND = "refund"


class ProposalKind(StrEnum):
    CANCEL_ORDER = "cancel_order"
    CANCEL_LINES = "cancel_lines"
    CHANGE_ADDRESS = "change_address"
    CHANGE_PAYMENT = "change_payment"
    CHANGE_ITEMS = "change_items"
    RETURN_ITEMS = "return_items"
    EXCHANGE_ITEMS = "exchange_items"
    RESHIP = "reship"
    REFUND = "refund"
    GOODWILL = "goodwill"
    ACCOUNT_ADDRESS = "account_address"


class ProposalStatus(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Speaker(StrEnum):
    """Who answers in a conversation."""

    ASSISTANT = "assistant"
    GUIDED = "guided"
    AGENT = "agent"


class Role(StrEnum):
    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"


class TurnStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class HandoffStatus(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    CLOSED = "closed"


class EffectKind(StrEnum):
    """What another system must do after a change of an order."""

    REFUND = "refund"
    CHARGE = "charge"
    RETURN_LABEL = "return_label"
    RESHIPMENT = "reshipment"
    EMAIL = "email"


class EffectStatus(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class AgentRole(StrEnum):
    """What a person at the desk may do: a lead takes over from others, an admin makes agents."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


class ReasonCode(StrEnum):
    """Why a conversation went to a person."""

    WISH = "wish"
    LIMIT = "limit"
    LEGAL = "legal"
    SAFETY = "safety"
    FAILED_TURNS = "failed_turns"
    MOOD = "mood"
    UNSUPPORTED = "unsupported"
    COMPLAINT = "complaint"
    PROACTIVE = "proactive"


class Resolution(StrEnum):
    """How a handoff ended; ``returned``: the assistant went on."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    RETURNED = "returned"


class SuggestionStatus(StrEnum):
    """``void``: the conversation moved on before anybody used it."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    VOID = "void"


class TicketCategory(StrEnum):
    DELIVERY = "delivery"
    RETURN = "return"
    REFUND = "refund"
    DAMAGE = "damage"
    CHANGE = "change"
    PAYMENT = "payment"
    PRODUCT = "product"
    COMPLAINT = "complaint"
    OTHER = "other"


class TicketPriority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TicketStatus(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    CLOSED = "closed"


class ProactiveKind(StrEnum):
    """What happened, or is about to, before the customer asks."""

    LATE = "late"
    LOST = "lost"
    HELD = "held"
    DAMAGED = "damaged"


class ProactiveStatus(StrEnum):
    DRAFTED = "drafted"
    SENT = "sent"
    DISMISSED = "dismissed"
