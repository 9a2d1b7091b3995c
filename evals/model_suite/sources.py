"""Where the facts of a reply may come from: what the conversation looked up or was told."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from evals.model_suite import extract
from evals.model_suite.shop import OrderFacts
from orderdb.money import Money
from orderdb.numbers import number_key

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")


@dataclass
class Sources:
    """Everything that a reply of one conversation may say; grows turn by turn."""

    today: date
    days: set[date] = field(default_factory=set)
    spans: set[tuple[date, date]] = field(default_factory=set)
    sums: set[tuple[Decimal, str]] = field(default_factory=set)
    percentages: set[Decimal] = field(default_factory=set)
    order_numbers: set[str] = field(default_factory=set)
    clauses: set[str] = field(default_factory=set)
    keys: str = " "  # all text without signs, to find tracking numbers and odd order numbers in

    def add_text(self, text: str) -> None:
        """Words of the customer, or of a clause that was cited."""
        for named in extract.dates(text, self.today):
            self.days |= named.days
        for amount in extract.amounts(text):
            self.sums |= {(amount.value, currency) for currency in amount.currencies}
        self.percentages |= extract.percentages(text)
        self.order_numbers |= extract.order_numbers(text)
        self.clauses |= extract.clauses(text)
        self.keys += number_key(text) + " "

    def add_facts(self, value: Any) -> None:
        """A card, a citation or a proposal: typed facts, however deep."""
        if isinstance(value, list):
            for item in value:
                self.add_facts(item)
        elif isinstance(value, dict):
            if isinstance(value.get("minor"), int) and isinstance(value.get("currency"), str):
                money = Money(minor=value["minor"], currency=value["currency"])
                self.sums.add((money.decimal, money.currency))
            if value.get("earliest") and value.get("latest"):
                first, last = (date.fromisoformat(value[end]) for end in ("earliest", "latest"))
                self.spans.add((first, last))
            if isinstance(chance := value.get("chance"), int | float):
                self.percentages.add(Decimal(str(chance)) * 100)
            for item in value.values():
                self.add_facts(item)
        elif isinstance(value, str):
            self._add_moment(value)
            self.add_text(value)

    def add_order(self, order: OrderFacts) -> None:
        """All that the shop knows of an order which the conversation looked up."""
        for at in order.times():
            self.days |= days_of(at)
        if order.promised_on:
            self.days.add(order.promised_on)
        for amount in order.amounts():
            self.sums.add((amount.decimal, amount.currency))
        self.order_numbers.add(order.number)
        self.keys += " ".join(number_key(code) for code in order.trackings) + " "

    def _add_moment(self, text: str) -> None:
        if not _MOMENT.match(text):
            return  # an ordinary text, or a date, which the extraction finds as it is
        with suppress(ValueError):
            self.days |= days_of(datetime.fromisoformat(text))

    def untraceable(self, reply: str) -> list[str]:
        """Everything in a reply that these sources do not hold, as complaints."""
        complaints = [
            f"date {named.text!r}"
            for named in extract.dates(reply, self.today)
            if not self._holds_date(named)
        ]
        complaints += [
            f"amount {amount.text!r}"
            for amount in extract.amounts(reply)
            if amount.value
            and not any((amount.value, currency) in self.sums for currency in amount.currencies)
        ]
        complaints += [
            f"percentage {value}%" for value in extract.percentages(reply) - self.percentages
        ]
        numbers = extract.order_numbers(reply)
        complaints += [
            f"order number {number}"
            for number in numbers - self.order_numbers
            if number not in self.keys
        ]
        complaints += [f"clause {clause}" for clause in extract.clauses(reply) - self.clauses]
        complaints += [
            f"number {code}"
            for code in extract.codes(reply)
            if number_key(code) not in self.keys and code not in numbers
        ]
        return sorted(complaints)

    def _holds_date(self, named: extract.NamedDate) -> bool:
        if named.days & (self.days | {self.today}):
            return True
        return named.relative and any(
            first <= day <= last for day in named.days for first, last in self.spans
        )


def days_of(at: datetime) -> set[date]:
    """The days that a moment falls on anywhere on earth, for replies speak of local days."""
    return {(at + timedelta(hours=hours)).date() for hours in (-11, 0, 14)}
