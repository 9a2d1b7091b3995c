"""The cases themselves: enough of them, of every kind, and what is wrong with one is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.settings import Settings
from evals.suite.case import TAGS
from evals.suite.facts import Reader, parse
from evals.suite.loading import CASES, DIGEST, BadCases, check_lock, digest, load, lock
from evals.suite.shop import Shop
from orderdb.policy_book import PolicyBook

SHOP = Shop.load()
BOOK = PolicyBook.load(Settings().policies)
GOOD = """
language: en
cases:
- id: en-one
  as: mia
  tags: [status]
  turns:
  - {say: "Where is A31002?", tell: [state shipped]}
"""


def cases_of(folder: Path, text: str) -> Path:
    (folder / "dev").mkdir()
    (folder / "dev" / "some.yaml").write_text(text, encoding="utf-8")
    return folder


def test_there_are_enough_cases_half_chinese_of_every_kind_and_many_long() -> None:
    cases = [one.case for one in load(SHOP, BOOK)]
    assert len(cases) >= 240
    assert 0.45 <= sum(case.language == "zh" for case in cases) / len(cases) <= 0.55
    assert {tag for case in cases for tag in case.tags} == set(TAGS)
    long = sum(len(case.turns) > 3 for case in cases)
    assert long >= len(cases) / 3


def test_the_test_split_is_locked() -> None:
    """Who changes a case of it says so by writing the digest anew."""
    assert DIGEST.read_text(encoding="utf-8").strip() == digest()


def test_a_locked_file_that_was_changed_is_refused_until_it_is_said(tmp_path: Path) -> None:
    shutil.copytree(CASES, tmp_path / "cases")
    folder = tmp_path / "cases"
    cases = load(SHOP, BOOK, "all", folder)
    assert check_lock(cases, folder) == digest()
    with (folder / "test" / "en.yaml").open("a", encoding="utf-8") as file:
        file.write("# easier now")
    with pytest.raises(BadCases, match="changed since it was locked"):
        check_lock(cases, folder)
    assert check_lock(load(SHOP, BOOK, "dev", folder), folder) is None
    assert lock(folder) == check_lock(cases, folder) != digest()


def test_no_case_is_in_both_splits() -> None:
    said = {
        split: {turn.say for one in load(SHOP, BOOK, split) for turn in one.case.turns}
        for split in ("dev", "test")
    }
    shared = said["dev"] & said["test"]
    assert len(shared) < 0.05 * len(said["test"]), shared


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("state shipped", "state gone", r"dev/some\.yaml:8: en-one, turns\.0\.tell\.0: gone is no"),
        ("state shipped", "colour red", r"some\.yaml:8: .*'colour' is no kind of fact"),
        ("tell: [state shipped]", "cite: [RETURN-99]", r"yaml:8: .*no clause RETURN-99"),
        ("tell: [state shipped]", "cite: [RETURN-1@9]", r"RETURN-1 has no version 9"),
        ("tell: [state shipped]", "call: [get_oder(A31002)]", r"there is no tool get_oder"),
        ("tell: [state shipped]", "tel: [yes]", r"turns\.0\.tel: Extra inputs"),
        ("as: mia", "as: nobody", r"some\.yaml:5: en-one: there is no customer nobody"),
        ("tags: [status]", "tags: [statsu]", r"some\.yaml:6: en-one, tags\.0"),
        ("- id: en-one", "- id: one", r"some\.yaml:4: one, id"),
        ("cases:", "cases: {", r"some\.yaml:\d+: "),
        ("  turns:", "  end: {A1: {status: paid}}\n  turns:", r"there is no order A1"),
        ("  turns:", "  end: {A31002: {status: gone}}\n  turns:", r"no order is gone: "),
        ("tell: [state shipped]", "propose: {kind: return_items, order: A31002, lines: [9]}",
         r"A31002 has no line 9"),
        ("tell: [state shipped]", "tell: [yes], tell: [no]", r"some\.yaml:8: tell stands twice"),
        ("Where is A31002?", " ", r"yaml:8: en-one, turns\.0\.say: "),
        ("Where is", "Where\0is", r"yaml:8: .*character"),
        ("state shipped", "amount EUR NaN", r"yaml:8: .*'NaN' is no number"),
        ("state shipped", "day 2026-11-23..2026-11-20", r"yaml:8: .*ends before it begins"),
        ("state shipped", "'words free|'", r"yaml:8: .*an empty word, which is in every reply"),
        ("tell: [state shipped]", "call: [get_order(ordr=A31002)]", r"get_order has no ordr: ord"),
        ("tell: [state shipped]", "click: confirm", r"turns\.0: there is nothing to confirm"),
        ("tell: [state shipped]", "propose: {kind: return_items, order: A39001}",
         r"A39001 is not mia's"),
        ("tell: [state shipped]", "propose: {kind: refund, order: A31002, amount: USD 4.90}",
         r"A31002 is in EUR, not USD 4\.90"),
        ("tell: [state shipped]", "propose: {kind: refund, order: A31002, amount: EUR 4.9}",
         r"the amount 'EUR 4\.9' is written 'EUR 4\.90'"),
        ("tell: [state shipped]", "propose: {kind: return_items, order: A31001, lines: [1, 1]}",
         r"a line stands twice"),
        ("  turns:", "  end: {A39001: {status: cancelled}}\n  turns:", r"A39001 is not mia's"),
        ("  turns:", "  end: {A31002: {}}\n  turns:", r"how does A31002 end"),
        ("[status]", "[status, status]", r"en-one: a tag stands twice"),
        ("[status]", "[simulated]", r"en-one: a case with a customer, and no other"),
        ('  turns:\n  - {say: "Where is A31002?", tell: [state shipped]}',
         "  customer: {opens: I am Mia, goal: a refund, hides: [mia]}",
         r"yaml:7: en-one, customer: opens tells what is hidden: mia"),
    ],
)  # fmt: skip
def test_a_bad_case_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    folder = cases_of(tmp_path, GOOD.replace(old, new))
    with pytest.raises(BadCases, match=told):
        load(SHOP, BOOK, "dev", folder)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = cases_of(tmp_path, GOOD)
    (folder / "dev" / "some.yaml").write_bytes(b"cases:\n- id: \xff")
    with pytest.raises(BadCases, match=r"dev/some\.yaml: not UTF-8 from byte 14 on"):
        load(SHOP, BOOK, "dev", folder)


def test_a_file_whose_cases_would_be_left_out_is_told(tmp_path: Path) -> None:
    folder = cases_of(tmp_path, GOOD)
    (folder / "dev" / "more.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadCases, match=r"dev/more\.yml: cases are in files dev/\*\.yaml"):
        load(SHOP, BOOK, "dev", folder)


def test_a_good_case_is_read(tmp_path: Path) -> None:
    (one,) = load(SHOP, BOOK, "dev", cases_of(tmp_path, GOOD))
    assert (one.case.id, one.file, one.line) == ("en-one", "dev/some.yaml", 4)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    twice = GOOD + GOOD.split("cases:\n")[1]
    with pytest.raises(BadCases, match=r"en-one is also in dev/some\.yaml:4"):
        load(SHOP, BOOK, "dev", cases_of(tmp_path, twice))


@pytest.mark.parametrize(
    ("fact", "reply", "says"),
    [
        ("amount EUR 36.00", "You get 36,00 € back.", True),
        ("amount EUR 36.00", "You get $36.00 back.", False),
        ("day 2026-11-20..2026-11-23", "about 21 November", True),
        ("day 2026-11-20", "11月21日", False),
        ("number 30", "within thirty days", True),
        ("state shipped", "It has been delivered.", False),
        ("missing", "当前账户下没有订单A1。", True),
        ("yes or words free", "That is free of charge.", True),
        ("words hot", "a shot", False),
        ("item kettle", "热水壶已发货", True),
    ],
)
def test_a_fact_is_found_in_what_people_write(fact: str, reply: str, says: bool) -> None:
    products = {k: (v["en"], v["zh"]) for k, v in SHOP.written["products"].items()}
    assert Reader(SHOP.now.date(), products).says(parse(fact), reply) is says
