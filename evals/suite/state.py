"""What a shop's database says of every order, read by SQL of its own and told in words.

The code under test has no part in it: a rule that is wrong there must not be wrong here too.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path

from evals.suite.case import State

Snapshot = dict[str, State]
"""By order number, and ``account`` for what belongs to no order: fields in words."""

_COMPARED_WHEN_NAMED = frozenset({"lines", "payments", "total", "parcels"})
"""What follows from the other fields; a case may name it, and else it goes with them."""

_ORDERS = """
SELECT o.id, o.number, o.status, o.total_minor, a.recipient, a.line1, a.line2, a.city, a.region,
       a.postal_code, a.country
FROM orders o LEFT JOIN addresses a ON a.id = o.address_id"""
_LINES = """
SELECT order_id, position, sku, quantity, cancelled_quantity, returned_quantity, unit_minor
FROM order_lines ORDER BY order_id, position"""
_PAYMENTS = """
SELECT order_id, method, status, amount_minor, refunded_minor, saved_method_id, gift_card_id
FROM payments ORDER BY id"""
_REFUNDS = """
SELECT r.order_id, r.amount_minor, p.method, r.status, r.gift_card_id
FROM refunds r JOIN payments p ON p.id = r.payment_id ORDER BY r.id"""
_RETURNS = """
SELECT l.order_id, l.position, r.quantity, r.refund_minor, r.status
FROM return_requests r JOIN order_lines l ON l.id = r.order_line_id ORDER BY l.position, r.id"""
_EXCHANGES = """
SELECT l.order_id, l.position, e.quantity, v.sku, e.difference_minor, e.status
FROM exchanges e JOIN order_lines l ON l.id = e.order_line_id
JOIN variants v ON v.id = e.new_variant_id ORDER BY l.position, e.id"""
_CLAIMS = """
SELECT l.order_id, l.position, c.quantity, c.matter, c.remedy, c.refund_minor, c.status
FROM claims c JOIN order_lines l ON l.id = c.order_line_id ORDER BY l.position, c.id"""
_PARCELS = """
SELECT order_id, position, carrier_code, tracking, status FROM shipments
ORDER BY order_id, position"""
_PEOPLE = "SELECT id, name, email FROM customers ORDER BY id"
_WAYS = "SELECT customer_id, method, detail FROM saved_payment_methods ORDER BY id"
_CARDS = "SELECT customer_id, currency, balance_minor FROM gift_cards ORDER BY id"
_HOMES = """
SELECT customer_id, recipient, line1, city FROM addresses WHERE is_default ORDER BY customer_id"""


def snapshot(database: Path) -> Snapshot:
    """Every order of the shop, and the accounts."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found: dict[int, State] = {}
        numbers: dict[int, str] = {}
        for id_, number, status, total, *address in connection.execute(_ORDERS):
            numbers[id_] = number
            told = ", ".join(str(part) for part in address if part)
            found[id_] = {"status": status, "total": _sum(total), "address": told}
        for field, lines in _lists(connection).items():
            for id_, state in found.items():
                state[field] = lines.get(id_, [])
        account: State = {
            "gift_cards": [
                f"{one} {_sum(left)} {currency}"
                for one, currency, left in connection.execute(_CARDS)
            ],
            "address": [" ".join(row) for row in connection.execute(_HOMES)],
            "people": [_words(row) for row in connection.execute(_PEOPLE)],
            "ways_to_pay": [_words(row) for row in connection.execute(_WAYS)],
        }
    return {numbers[id_]: state for id_, state in found.items()} | {"account": account}


def _lists(connection: sqlite3.Connection) -> dict[str, dict[int, list[str]]]:
    told: dict[str, dict[int, list[str]]] = {
        name: defaultdict(list)
        for name in ("lines", "payments", "refunds", "returns", "exchanges", "claims", "parcels")
    }
    for order, place, sku, pieces, cancelled, returned, unit in connection.execute(_LINES):
        words = f"{place}: {pieces} {sku} at {_sum(unit)}"
        words += f", {cancelled} cancelled" if cancelled else ""
        told["lines"][order].append(words + (f", {returned} returned" if returned else ""))
    for order, method, status, amount, back, saved, card in connection.execute(_PAYMENTS):
        by = f"{method} {saved}" if saved else "gift_card" if card else method
        words = f"{by} {_sum(amount)} {status}"
        told["payments"][order].append(words + (f", {_sum(back)} back" if back else ""))
    for order, amount, method, status, card in connection.execute(_REFUNDS):
        by = "gift_card" if card else method
        told["refunds"][order].append(f"{_sum(amount)} to {by} {status}")
    for order, place, pieces, refund, status in connection.execute(_RETURNS):
        told["returns"][order].append(f"{place}: {pieces} for {_sum(refund)} {status}")
    for order, place, pieces, sku, difference, status in connection.execute(_EXCHANGES):
        told["exchanges"][order].append(
            f"{place}: {pieces} for {sku}, {_sum(difference)} more, {status}"
        )
    for order, place, pieces, matter, remedy, refund, status in connection.execute(_CLAIMS):
        told["claims"][order].append(
            f"{place}: {pieces} {matter}, {remedy} {_sum(refund)} {status}"
        )
    for order, *parcel in connection.execute(_PARCELS):
        told["parcels"][order].append(_words(parcel))
    return told


def _words(row: Iterable[object]) -> str:
    return " ".join(str(one) for one in row if one)


def _sum(minor: int) -> str:
    return f"{minor / 100:.2f}"


def changed(before: Snapshot, after: Snapshot) -> dict[str, State]:
    """Orders whose state is another now, with the fields that changed, as they are."""
    found: dict[str, State] = {}
    for number, state in after.items():
        was = before.get(number, {})
        fields = {name: value for name, value in state.items() if was.get(name) != value}
        if fields:
            found[number] = fields
    return found


def wrong(before: Snapshot, after: Snapshot, expected: Mapping[str, State]) -> list[str]:
    """How the end differs from what a case expects, in sentences; empty when it does not."""
    complaints = []
    now = changed(before, after)
    for number in sorted(now.keys() - expected.keys()):
        told = "; ".join(f"{name} is now {_told(value)}" for name, value in now[number].items())
        complaints.append(f"{number} changed and should not have: {told}")
    for number, fields in expected.items():
        for name, value in fields.items():
            is_now = after[number].get(name, [])
            if not _fits(is_now, value):
                complaints.append(
                    f"{number} should end with {name} {_told(value)}, and has {_told(is_now)}"
                )
        others = now.get(number, {}).keys() - fields.keys() - _COMPARED_WHEN_NAMED
        complaints += [
            f"{number}: {name} is now {_told(now[number][name])}, which nobody expected"
            for name in sorted(others)
        ]
    return complaints


def _fits(value: str | list[str], wanted: str | list[str]) -> bool:
    values = [value] if isinstance(value, str) else value
    patterns = [wanted] if isinstance(wanted, str) else wanted
    return len(values) == len(patterns) and all(map(fnmatchcase, values, patterns))


def _told(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " / ".join(value) or "none"
