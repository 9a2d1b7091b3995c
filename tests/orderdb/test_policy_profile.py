"""Which rules apply is the shop's own data, read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from orderdb.eligibility import verdict
from orderdb.errors import PolicyError
from orderdb.policy_book import PolicyBook
from orderdb.policy_profile import PolicyProfile
from orderdb.repository import find_order
from orderdb.statuses import OrderStatus
from tests.orderdb.shop import ANNA, NOW, Shop

POLICIES = Path(__file__).parents[2] / "policies"
DEMO = PolicyBook.load(POLICIES)


def with_profile(**rules: object) -> PolicyBook:
    book = PolicyBook.load(POLICIES)
    book.profile = PolicyProfile.model_validate(rules)
    return book


def test_the_demo_shops_file_states_the_defaults() -> None:
    assert DEMO.profile == PolicyProfile(name="lantern-and-pine")


def test_a_folder_without_a_profile_has_the_defaults(tmp_path: Path) -> None:
    assert PolicyProfile.load(tmp_path) == PolicyProfile()


@pytest.mark.parametrize(
    "content",
    ["cancel: {untill: paid}", "cancel: {until: never}", "charge: [", "legal_days: {CN: 7}"],
)
def test_a_profile_that_says_something_else_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "profile.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"profile\.yaml"):
        PolicyProfile.load(tmp_path)


def test_every_clause_that_the_demo_shops_profile_names_stands_in_its_documents() -> None:
    rules = DEMO.profile.send_back
    named = [*rules.windows.values(), rules.members, rules.opened_electronics]
    named += [rules.postage and rules.postage.clause, rules.standard_shipping]
    for clause in named:
        assert clause is not None
        assert DEMO.versions(clause)


def test_a_step_that_ends_a_right_is_the_profiles_to_name(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    shop.order(status=OrderStatus.PACKED)
    order = find_order(shop.session, ANNA, "A20000")
    assert verdict(order, "cancel", DEMO, NOW).allowed
    assert not verdict(order, "cancel", with_profile(cancel={"until": "packed"}), NOW).allowed
    assert not verdict(order, "change_address", DEMO, NOW).allowed
    later = with_profile(change_address={"until": "handed_over"})
    assert verdict(order, "change_address", later, NOW).allowed


def test_a_shop_may_set_no_end_to_returns(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    shop.order(status=OrderStatus.DELIVERED, placed_at=None)
    order = find_order(shop.session, ANNA, "A20000")
    assert not verdict(order, "return", DEMO, NOW).allowed  # nobody knows when it arrived
    judged = verdict(order, "return", with_profile(send_back={"windows": {}}), NOW)
    assert (judged.allowed, judged.until) == (True, None)
