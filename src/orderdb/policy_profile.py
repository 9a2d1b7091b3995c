"""What a shop's rules do beyond the figures of its clauses: ``profile.yaml`` beside its documents.

The figures and words stand in the clauses, with versions; here stands which of them apply, until
when in an order's life, and by which ways money may move. Without a file the defaults rule.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orderdb.errors import PolicyError
from orderdb.statuses import Tier
from orderdb.yaml_text import read_yaml

Until = Literal["paid", "packed", "handed_over"]
"""The step of an order that ends a right; it lasts as long as the step has not been taken."""

Source = Literal["original", "gift_card", "saved"]
"""Ways for money to move: those that paid for the order, a gift card, another saved method."""

_ANY: tuple[Source, ...] = ("original", "gift_card", "saved")
_BACK: tuple[Source, ...] = ("original",)


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cancelling(_Rules):
    """``lines_until`` None: only as a whole. ``reasons`` empty: any, or none at all."""

    until: Until = "handed_over"
    lines_until: Until | None = "packed"
    reasons: tuple[str, ...] = ()


class ChangingAddress(_Rules):
    until: Until = "packed"
    same_country: bool = True


class ChangingPayment(_Rules):
    until: Until = "paid"
    pay_with: tuple[Source, ...] = _ANY


class ChangingItems(_Rules):
    """``closes_order``: once its items were changed, nothing else of the order can be."""

    until: Until = "packed"
    closes_order: bool = False
    pay_with: tuple[Source, ...] = _ANY
    refund_to: tuple[Source, ...] = _BACK


class Postage(_Rules):
    """The clause that states the fee for a return label, and who does not pay it."""

    clause: str
    free_for: frozenset[Tier] = frozenset()


class SendingBack(_Rules):
    """``windows`` by country of delivery, ``*`` for all others; empty: no end.

    ``legal_days`` are what the law of a country gives at least, whatever the shop's clause says.
    ``once``: one return or exchange an order. Clauses left out do not apply.
    """

    windows: dict[str, str] = Field(default={"*": "RETURN-1", "CN": "RETURN-2"})
    legal_days: dict[str, int] = Field(default={"CN": 7})
    members: str | None = "RETURN-3"
    opened_electronics: str | None = "RETURN-4"
    postage: Postage | None = Postage(
        clause="RETURN-7", free_for=frozenset({Tier.GOLD, Tier.PLATINUM})
    )
    standard_shipping: str | None = "SHIP-1"
    once: bool = False
    refund_to: tuple[Source, ...] = _BACK


class Exchanging(_Rules):
    pay_with: tuple[Source, ...] = _ANY
    refund_to: tuple[Source, ...] = _BACK


class PolicyProfile(_Rules):
    """``charge``: whether a payment counts at once or when the provider has answered."""

    name: str = "default"
    charge: Literal["at_once", "by_provider"] = "by_provider"
    cancel: Cancelling = Cancelling()
    change_address: ChangingAddress = ChangingAddress()
    change_payment: ChangingPayment = ChangingPayment()
    change_items: ChangingItems = ChangingItems()
    send_back: SendingBack = SendingBack()
    exchange: Exchanging = Exchanging()

    @classmethod
    def load(cls, folder: Path) -> PolicyProfile:
        """The folder's ``profile.yaml``, else the defaults; raises PolicyError."""
        file = folder / "profile.yaml"
        if not file.is_file():
            return cls()
        try:
            return cls.model_validate(read_yaml(file.read_text(encoding="utf-8")) or {})
        except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
            raise PolicyError(f"{file}: {error}") from None
