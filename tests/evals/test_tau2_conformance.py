"""The conformance check tells a right shop from a wrong one, on a shop written by hand."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from evals.tau2_conformance.__main__ import main
from evals.tau2_conformance.reference import cents
from evals.tau2_conformance.run import POLICIES, Conformance, Result
from orderdb.eligibility import CLAUSES
from orderdb.policy_book import PolicyBook

SHARED = Path(__file__).parents[3] / "shared" / "data" / "tau2_retail"
HOME = {
    "address1": "1 Elm Street",
    "address2": "Suite 2",
    "city": "Denver",
    "state": "CO",
    "country": "USA",
    "zip": "80201",
}
OFFICE = HOME | {"address1": "9 Work Road", "zip": "80202"}
CARD, PAYPAL, GIFT = "credit_card_7", "paypal_9", "gift_card_8"


def item(key: str, price: float, color: str, *, product: str = "100") -> dict[str, Any]:
    name = "Mug" if product == "100" else "Pan"
    return {
        "name": name,
        "product_id": product,
        "item_id": key,
        "price": price,
        "options": {"color": color},
    }


def product(key: str, name: str, *items: dict[str, Any]) -> dict[str, Any]:
    variants = {
        one["item_id"]: {
            "item_id": one["item_id"],
            "options": one["options"],
            "available": one["options"]["color"] != "gone",
            "price": one["price"],
        }
        for one in items
    }
    return {"name": name, "product_id": key, "variants": variants}


RED, BLUE, GREEN = item("101", 12.5, "red"), item("102", 13.1, "blue"), item("103", 12, "green")
GONE = item("104", 9, "gone")
IRON, STEEL = item("201", 30, "iron", product="200"), item("202", 33.3, "steel", product="200")


def order(number: str, status: str, items: list[dict[str, Any]], way: str) -> dict[str, Any]:
    total = round(sum(one["price"] for one in items), 2)
    sent = {"tracking_id": ["555"], "item_ids": [one["item_id"] for one in items]}
    return {
        "order_id": number,
        "user_id": "ann_lee_1",
        "address": HOME,
        "items": items,
        "status": status,
        "fulfillments": [] if status == "pending" else [sent],
        "payment_history": [
            {"transaction_type": "payment", "amount": total, "payment_method_id": way}
        ],
    }


DB: dict[str, Any] = {
    "products": {
        "100": product("100", "Mug", RED, BLUE, GREEN, GONE),
        "200": product("200", "Pan", IRON, STEEL),
    },
    "users": {
        "ann_lee_1": {
            "user_id": "ann_lee_1",
            "name": {"first_name": "Ann", "last_name": "Lee"},
            "email": "ann@example.com",
            "address": HOME,
            "payment_methods": {
                CARD: {"source": "credit_card", "id": CARD, "brand": "visa", "last_four": "1234"},
                PAYPAL: {"source": "paypal", "id": PAYPAL},
                GIFT: {"source": "gift_card", "id": GIFT, "balance": 0.7},
            },
            "orders": ["#W1", "#W2", "#W3"],
        }
    },
    "orders": {
        "#W1": order("#W1", "pending", [RED, IRON], CARD),
        "#W2": order("#W2", "delivered", [RED, RED, IRON], GIFT),
        "#W3": order("#W3", "processed", [RED], CARD),
    },
}


def changed(number: str, **fields: Any) -> dict[str, Any]:
    return {"orders": {number: copy.deepcopy(DB["orders"][number]) | fields}}


def entry(kind: str, amount: float, way: str) -> dict[str, Any]:
    return {"transaction_type": kind, "amount": amount, "payment_method_id": way}


def with_gift(balance: float) -> dict[str, Any]:
    user = copy.deepcopy(DB["users"]["ann_lee_1"])
    user["payment_methods"][GIFT]["balance"] = balance
    return {"users": {"ann_lee_1": user}}


Check = Callable[..., Result]


@pytest.fixture
def check(sqlite_engine: Engine, tmp_path: Path) -> Check:
    """Runs one task and holds it against what is expected of it."""
    shutil.copyfile(sqlite_engine.url.database or "", tmp_path / "imported.db")

    def run(
        *actions: tuple[str, dict[str, Any]],
        expect: dict[str, Any],
        refused: tuple[str, ...] = (),
        flaw: bool = False,
    ) -> Result:
        found = ("find_user_id_by_email", {"email": "ann@example.com"})
        told = [{"name": name, "arguments": asked} for name, asked in (found, *actions)]
        wanted = {"changed": expect, "errors": [[name, "error: no"] for name in refused]}
        for name, content in (
            ("db", DB),
            ("tasks", [{"id": "7", "evaluation_criteria": {"actions": told}}]),
            ("expected", {"7": wanted | ({"reference_flaw": True} if flaw else {})}),
        ):
            (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        files = [tmp_path / f"{name}.json" for name in ("db", "tasks", "expected")]
        conformance = Conformance(*files, tmp_path)
        assert conformance.lost_in_import() == []
        [result] = conformance.results()
        return result

    return run


def cancel(reason: str = "no longer needed") -> tuple[str, dict[str, Any]]:
    return "cancel_pending_order", {"order_id": "#W1", "reason": reason}


def change(*pairs: tuple[str, str], way: str = CARD) -> tuple[str, dict[str, Any]]:
    return "modify_pending_order_items", {
        "order_id": "#W1",
        "item_ids": [old for old, _ in pairs],
        "new_item_ids": [new for _, new in pairs],
        "payment_method_id": way,
    }


def test_a_cancellation_is_refunded_the_way_it_was_paid(check: Check) -> None:
    paid = DB["orders"]["#W1"]["payment_history"]
    wanted = changed(
        "#W1",
        status="cancelled",
        cancel_reason="no longer needed",
        payment_history=[*paid, entry("refund", 42.5, CARD)],
    )
    assert check(cancel(), expect=wanted).outcome == "match"


@pytest.mark.parametrize("reason", ["too dear", ""])
def test_other_reasons_are_refused(check: Check, reason: str) -> None:
    result = check(cancel(reason), expect={}, refused=("cancel_pending_order",))
    assert result.outcome == "match"


def test_items_change_once_and_close_the_order(check: Check) -> None:
    paid = DB["orders"]["#W1"]["payment_history"]
    wanted = changed(
        "#W1",
        status="pending (item modified)",
        items=[BLUE, IRON],
        payment_history=[*paid, entry("payment", 0.5999999999999996, GIFT)],
    )
    result = check(
        change(("101", "102"), way=GIFT),
        cancel(),
        change(("102", "101")),
        expect=wanted | with_gift(0.1),
        refused=("cancel_pending_order", "modify_pending_order_items"),
    )
    assert result.differences == []


def test_the_leaked_price_of_the_reference_is_undone_where_it_is_marked(check: Check) -> None:
    paid = DB["orders"]["#W1"]["payment_history"]
    leak = {"price": 33.3, "options": {"color": "steel"}}
    wanted = changed(
        "#W1",
        status="pending (item modified)",
        items=[BLUE | leak, STEEL],
        payment_history=[*paid, entry("payment", 3.9, CARD)],
    )
    both = change(("101", "102"), ("201", "202"))
    marked = check(both, expect=wanted, flaw=True)
    assert marked.outcome == "match, flaw undone"
    assert marked.differences == [
        "orders/#W1/items/0/options/color: expected 'steel', is 'blue'",
        "orders/#W1/items/0/price: expected 3330, is 1310",
    ]
    assert check(both, expect=wanted).outcome == "differs"


def test_a_gift_card_must_cover_and_only_available_variants_count(check: Check) -> None:
    refused = ("modify_pending_order_items",) * 3
    result = check(
        change(("201", "202"), way=GIFT),
        change(("101", "104")),
        change(("101", "202")),
        expect={},
        refused=refused,
    )
    assert result.outcome == "match"


def test_another_payment_stands_before_the_refund_of_the_first(check: Check) -> None:
    paid = DB["orders"]["#W1"]["payment_history"]
    other = entry("payment", 42.5, PAYPAL), entry("refund", 42.5, CARD)
    asked = {"order_id": "#W1", "payment_method_id": PAYPAL}
    result = check(
        ("modify_pending_order_payment", asked),
        expect=changed("#W1", payment_history=[*paid, *other]),
    )
    assert result.differences == []


def test_the_same_item_twice_goes_back_as_two(check: Check) -> None:
    asked = {"order_id": "#W2", "item_ids": ["101", "101"], "payment_method_id": GIFT}
    result = check(
        ("return_delivered_order_items", asked),
        ("exchange_delivered_order_items", asked | {"new_item_ids": ["102", "103"]}),
        expect=changed(
            "#W2",
            status="return requested",
            return_items=["101", "101"],
            return_payment_method_id=GIFT,
        ),
        refused=("exchange_delivered_order_items",),
    )
    assert result.differences == []


def test_a_refund_goes_to_the_original_or_a_gift_card_only(check: Check) -> None:
    asked = {"order_id": "#W2", "item_ids": ["101"], "payment_method_id": PAYPAL}
    result = check(
        ("return_delivered_order_items", asked),
        expect={},
        refused=("return_delivered_order_items",),
    )
    assert result.outcome == "match"


def test_an_exchange_moves_no_money_yet(check: Check) -> None:
    asked = {
        "order_id": "#W2",
        "item_ids": ["101", "201"],
        "new_item_ids": ["103", "202"],
        "payment_method_id": PAYPAL,
    }
    result = check(
        ("exchange_delivered_order_items", asked),
        expect=changed(
            "#W2",
            status="exchange requested",
            exchange_items=["101", "201"],
            exchange_new_items=["103", "202"],
            exchange_payment_method_id=PAYPAL,
            exchange_price_difference=2.8,
        ),
    )
    assert result.differences == []


def test_addresses_of_an_order_and_of_the_account_change_apart(check: Check) -> None:
    user = copy.deepcopy(DB["users"]["ann_lee_1"]) | {"address": OFFICE}
    pending = ("modify_pending_order_address", {"order_id": "#W1", **OFFICE})
    under_way = ("modify_pending_order_address", {"order_id": "#W3", **OFFICE})
    account = ("modify_user_address", {"user_id": "ann_lee_1", **OFFICE})
    result = check(
        pending,
        under_way,
        account,
        account,
        expect=changed("#W1", address=OFFICE) | {"users": {"ann_lee_1": user}},
        refused=("modify_pending_order_address",),
    )
    assert result.differences == []


def test_what_nobody_expected_is_a_difference(check: Check) -> None:
    result = check(cancel(), expect={})
    assert result.outcome == "differs"
    assert "orders/#W1/status: expected 'pending', is 'cancelled'" in result.differences


def test_the_profiles_clauses_stand_in_its_documents() -> None:
    book = PolicyBook.load(POLICIES)
    assert book.profile.name == "tau2-retail"
    assert book.problems() == []
    for clause in ("CANCEL-1", "CANCEL-3", "RETURN-1", "EXCHANGE-1", "PAYMENT-5"):
        assert clause in CLAUSES
        assert book.versions(clause)


@pytest.mark.parametrize(
    ("told", "minor"), [(77.14999999999986, 7715), (0.04999999999999716, 5), (-16.63, -1663)]
)
def test_floats_of_the_file_are_cents(told: float, minor: int) -> None:
    assert cents(told) == minor


@pytest.mark.skipif(not SHARED.is_dir(), reason="the benchmark's files are not here")
@pytest.mark.timeout(300)
def test_every_task_of_the_benchmark_matches(capsys: pytest.CaptureFixture[str]) -> None:
    files = ("db.json", "tasks_train.json", "expected_train.json")
    names = ("--db", "--tasks", "--expected")
    arguments = [
        part for name, file in zip(names, files, strict=True) for part in (name, str(SHARED / file))
    ]
    assert main(arguments) == 0
    assert "74 of 74 tasks match the policy" in capsys.readouterr().out
