"""What a case needs of the demo shop: a situation, never a concrete order number."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from orderdb.statuses import OrderStatus, PaymentMethod, ReturnClass, ShipmentStatus

_SPAN = re.compile(r"(\d+)(?:(\+)|-(\d+))?")


class Span(BaseModel):
    """A range of whole numbers, both ends included: ``3``, ``2+`` or ``0-10``."""

    model_config = ConfigDict(frozen=True)

    least: int
    most: int | None

    def __contains__(self, value: float | None) -> bool:
        return (
            value is not None and self.least <= value and (self.most is None or value <= self.most)
        )


def _span(value: Any) -> Any:
    if not isinstance(value, int | str) or isinstance(value, bool):
        return value
    match = _SPAN.fullmatch(str(value))
    if match is None:
        raise ValueError(f"{value!r} is not a number, '2+' or '0-10'")
    least = int(match[1])
    return Span(least=least, most=None if match[2] else int(match[3] or least))


def _several(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, Iterable) else value


Range = Annotated[Span, BeforeValidator(_span)]


class _Need(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrderNeed(_Need):
    """An order in a situation; what is left out does not matter.

    ``missing`` is a number that no order has, ``listed`` the n-th order of the newest list that
    the conversation showed, ``foreign`` an order of another customer. Days are whole days ago.
    """

    status: Annotated[tuple[OrderStatus, ...], BeforeValidator(_several)] = ()
    shipment: Annotated[tuple[ShipmentStatus, ...], BeforeValidator(_several)] = ()
    shipments: Range | None = None
    lines: Range | None = None
    payments: Range | None = None
    refunds: Range | None = None
    paid_with: PaymentMethod | None = None
    return_class: ReturnClass | None = None
    placed_days_ago: Range | None = None
    delivered_days_ago: Range | None = None
    foreign: bool = False
    missing: bool = False
    listed: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((self.foreign, self.missing, self.listed is not None)) > 1:
            raise ValueError("an order is foreign, missing or listed, not several of these")
        if (self.missing or self.listed) and len(self.model_fields_set) > 1:
            raise ValueError("a missing or listed order takes no other condition")
        return self


class CustomerNeed(_Need):
    """The customer who is signed in."""

    orders: Range | None = None
    open_orders: Range | None = None
    open_status: Annotated[tuple[OrderStatus, ...], BeforeValidator(_several)] = ()


class ProductNeed(_Need):
    """A product on sale; ``in_stock`` asks that every one of its variants can be had."""

    in_stock: bool = False
    some_variant_out_of_stock: bool = False
    variants: Range | None = None
