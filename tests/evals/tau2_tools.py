"""The writes of tau2-bench's retail shop once more, on plain records: what its policy document
and its published tools say, without a line of ours. Amounts in cents, sets in order.

Where tools and policy part, this goes by the policy: changed items keep their own price, only what
is still held of a payment is refunded, and changed items close an order to every other change.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

from evals.tau2_conformance.reference import cents, shop

Record = dict[str, Any]


class No(Exception):
    """The policy forbids it; nothing was changed."""


class Tau2Shop:
    """``db.json`` as records; each write is a method by its tool's name."""

    def __init__(self, db: Record) -> None:
        self.state = copy.deepcopy(shop(db))
        self._products = db["products"]

    def perform(self, name: str, asked: Record) -> bool:
        """Whether it was done."""
        try:
            getattr(self, name)(**asked)
        except No:
            return False
        return True

    def cancel_pending_order(self, order_id: str, reason: str) -> None:
        order = self._order(order_id, "pending")
        _must(reason in ("no longer needed", "ordered by mistake"))
        held: Counter[str] = Counter()
        for entry in order["payment_history"]:
            sign = 1 if entry["transaction_type"] == "payment" else -1
            held[entry["payment_method_id"]] += sign * entry["amount"]
        for way, amount in held.items():
            self._give(order, way, amount)
        order["status"], order["cancel_reason"] = "cancelled", reason

    def modify_pending_order_address(self, order_id: str, **address: str) -> None:
        self._order(order_id, "pending")["address"] = address

    def modify_user_address(self, user_id: str, **address: str) -> None:
        self.state["users"][user_id]["address"] = address

    def modify_pending_order_payment(self, order_id: str, payment_method_id: str) -> None:
        order = self._order(order_id, "pending")
        _must(len(order["payment_history"]) == 1)
        (paid,) = order["payment_history"]
        _must(paid["payment_method_id"] != payment_method_id)
        self._take(order, payment_method_id, paid["amount"])
        self._give(order, paid["payment_method_id"], paid["amount"])

    def modify_pending_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id, "pending")
        swaps = self._swaps(order, item_ids, new_item_ids)
        difference = sum(new["price"] - old["price"] for old, new in swaps)
        self._must_hold(order, payment_method_id, difference)
        if difference > 0:
            self._take(order, payment_method_id, difference)
        else:
            self._give(order, payment_method_id, -difference)
        for old, new in swaps:
            old.update(new)
        order["status"] = "pending (item modified)"

    def return_delivered_order_items(
        self, order_id: str, item_ids: list[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id, "delivered")
        way = self._way(order, payment_method_id)
        original = order["payment_history"][0]["payment_method_id"]
        _must(way["source"] == "gift_card" or payment_method_id == original)
        self._items(order, item_ids)
        order["status"] = "return requested"
        order["return_items"] = sorted(item_ids)
        order["return_payment_method_id"] = payment_method_id

    def exchange_delivered_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id, "delivered")
        swaps = self._swaps(order, item_ids, new_item_ids)
        difference = sum(new["price"] - old["price"] for old, new in swaps)
        self._must_hold(order, payment_method_id, difference)
        order["status"] = "exchange requested"
        order["exchange_items"] = sorted(item_ids)
        order["exchange_new_items"] = sorted(new_item_ids)
        order["exchange_payment_method_id"] = payment_method_id
        order["exchange_price_difference"] = difference

    def _order(self, order_id: str, status: str) -> Record:
        order = self.state["orders"].get(order_id)
        if order is None or order["status"] != status:
            raise No
        return order

    def _way(self, order: Record, key: str) -> Record:
        methods: dict[str, Record] = self.state["users"][order["user_id"]]["payment_methods"]
        if key not in methods:
            raise No
        return methods[key]

    def _must_hold(self, order: Record, key: str, amount: int) -> None:
        way = self._way(order, key)
        _must(way["source"] != "gift_card" or way["balance"] >= amount)

    def _take(self, order: Record, key: str, amount: int) -> None:
        self._must_hold(order, key, amount)
        self._book(order, "payment", key, amount)

    def _give(self, order: Record, key: str, amount: int) -> None:
        self._book(order, "refund", key, amount)

    def _book(self, order: Record, kind: str, key: str, amount: int) -> None:
        if not amount:
            return
        way = self._way(order, key)
        if way["source"] == "gift_card":
            way["balance"] += amount if kind == "refund" else -amount
        order["payment_history"].append(
            {"transaction_type": kind, "amount": amount, "payment_method_id": key}
        )

    def _items(self, order: Record, item_ids: list[str]) -> list[Record]:
        """One record for each id, none twice."""
        left: list[Record] = list(order["items"])
        found = []
        for key in item_ids:
            place = next((at for at, item in enumerate(left) if item["item_id"] == key), None)
            if place is None:
                raise No
            found.append(left.pop(place))
        return found

    def _swaps(
        self, order: Record, item_ids: list[str], new_item_ids: list[str]
    ) -> list[tuple[Record, Record]]:
        _must(len(item_ids) == len(new_item_ids))
        swaps = []
        for old, key in zip(self._items(order, item_ids), new_item_ids, strict=True):
            variant = self._products[old["product_id"]]["variants"].get(key)
            _must(variant is not None and variant["available"] and key != old["item_id"])
            new = {
                "item_id": key,
                "price": cents(variant["price"]),
                "options": variant["options"],
            }
            swaps.append((old, new))
        return swaps


def _must(holds: bool) -> None:
    if not holds:
        raise No
