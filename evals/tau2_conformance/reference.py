"""tau2-bench's own records, brought to the form of ``schema``: amounts in cents, sets in order."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from evals.tau2_conformance.schema import Record, Shop

_OPTIONAL = (
    "cancel_reason",
    "exchange_items",
    "exchange_new_items",
    "exchange_payment_method_id",
    "exchange_price_difference",
    "return_items",
    "return_payment_method_id",
)


def cents(amount: Any) -> int:
    """The file computes in floats: 77.14999999999986 are 7715 cents."""
    return int((Decimal(str(amount)) * 100).to_integral_value(ROUND_HALF_EVEN))


def order(record: Record) -> Record:
    difference = record.get("exchange_price_difference")
    return {
        **dict.fromkeys(_OPTIONAL),
        **record,
        "items": [{**item, "price": cents(item["price"])} for item in record["items"]],
        "fulfillments": [
            {**one, "item_ids": sorted(one["item_ids"])} for one in record["fulfillments"]
        ],
        # an entry of nothing tells nothing; our ledger has no rows for it
        "payment_history": [
            {**entry, "amount": cents(entry["amount"])}
            for entry in record["payment_history"]
            if cents(entry["amount"])
        ],
        "exchange_price_difference": None if difference is None else cents(difference),
    }


def user(record: Record) -> Record:
    methods = {}
    for key, method in record["payment_methods"].items():
        methods[key] = dict(method)
        if "balance" in method:
            methods[key]["balance"] = cents(method["balance"])
    return {**record, "payment_methods": methods, "orders": sorted(record["orders"])}


def shop(tables: dict[str, dict[str, Record]]) -> Shop:
    """Users and orders; a task's expected state may hold only those that it changes."""
    return {
        "users": {key: user(one) for key, one in tables.get("users", {}).items()},
        "orders": {key: order(one) for key, one in tables.get("orders", {}).items()},
    }


def without_the_leak(expected: Shop, products: dict[str, Record]) -> Shop:
    """Each changed item with its own variant's price and options.

    The reference tool gives all items that it changes those of the last one; its policy does not.
    """
    variants = {
        key: variant for one in products.values() for key, variant in one["variants"].items()
    }
    orders = {}
    for number, record in expected["orders"].items():
        if record["status"] == "pending (item modified)":
            items = [
                {
                    **item,
                    "price": cents(variants[item["item_id"]]["price"]),
                    "options": variants[item["item_id"]]["options"],
                }
                for item in record["items"]
            ]
            record = {**record, "items": items}
        orders[number] = record
    return {**expected, "orders": orders}
