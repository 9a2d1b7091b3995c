"""The answer to "may I": yes or no, why, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from orderdb.money import Money
from orderdb.statuses import PaymentMethod
from orderdb.text import Text

Action = Literal[
    "cancel",
    "return",
    "exchange",
    "refund",
    "change_address",
    "change_payment",
    "change_items",
    "report_damaged",
    "report_missing",
]
ACTIONS: tuple[Action, ...] = get_args(Action)


class Verdict(BaseModel):
    """``until`` is the last second (UTC) on which it holds, None without a deadline.

    ``by`` is who may do it. ``refund`` goes back by ``methods``. ``sealed_only``: it holds for
    goods that nobody has opened. ``line`` is the position judged, None for the order; ``lines``
    holds those verdicts that an order's own verdict stands for, where they differ.
    """

    model_config = ConfigDict(frozen=True)

    action: Action
    allowed: bool
    reason: Text
    clause: str
    version: int
    until: datetime | None = None
    by: Literal["customer", "agent"] = "customer"
    refund: Money | None = None
    methods: tuple[PaymentMethod, ...] = ()
    sealed_only: bool = False
    next_step: Text | None = None
    line: int | None = None
    lines: tuple[Verdict, ...] = ()
