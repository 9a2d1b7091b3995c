"""The records of tau2-bench's retail ``db.json``, as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Amount = Annotated[Decimal, Field(ge=0, decimal_places=2)]
"""US dollars, exact to the cent."""


class Tau2Variant(BaseModel):
    item_id: str
    options: dict[str, str]
    available: bool
    price: Amount


class Tau2Product(BaseModel):
    product_id: str
    name: str
    variants: dict[str, Tau2Variant]


class Tau2Name(BaseModel):
    first_name: str
    last_name: str


class Tau2Address(BaseModel):
    address1: str
    address2: str
    city: str
    state: str
    country: str
    zip: str


class Tau2Method(BaseModel):
    """A way to pay; ``brand`` and ``last_four`` of cards, ``balance`` of gift cards."""

    id: str
    source: Literal["credit_card", "paypal", "gift_card"]
    brand: str = ""
    last_four: str = ""
    balance: Amount = Decimal(0)


class Tau2User(BaseModel):
    user_id: str
    name: Tau2Name
    email: str
    address: Tau2Address
    payment_methods: dict[str, Tau2Method]


class Tau2Item(BaseModel):
    name: str
    product_id: str
    item_id: str
    price: Amount
    options: dict[str, str]


class Tau2Fulfillment(BaseModel):
    tracking_id: list[str]
    item_ids: list[str]


class Tau2Transaction(BaseModel):
    transaction_type: Literal["payment", "refund"]
    amount: Amount
    payment_method_id: str


class Tau2Order(BaseModel):
    order_id: str
    user_id: str
    address: Tau2Address
    items: list[Tau2Item]
    status: Literal["pending", "processed", "delivered", "cancelled"]
    fulfillments: list[Tau2Fulfillment]
    payment_history: list[Tau2Transaction]
