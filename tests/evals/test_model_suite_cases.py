"""The model suite's cases can be read, say what they need, and cover what customers do."""

from collections import Counter
from pathlib import Path

import pytest

from evals.model_suite.cases import CaseError, Suite, load_suite
from evals.model_suite.needs import OrderNeed, Span
from evals.model_suite.notation import Call, Fact, written


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite()


def test_there_are_at_least_seventy_first_turns_half_of_them_chinese(suite: Suite) -> None:
    languages = Counter(case.language for case in suite.first_turns)
    assert sum(languages.values()) >= 70
    assert languages["en"] == languages["zh"]
    assert not any(case.is_conversation for case in suite.first_turns)


def test_there_are_24_conversations_of_three_to_six_turns_half_of_them_chinese(
    suite: Suite,
) -> None:
    assert Counter(case.language for case in suite.conversations) == {"en": 12, "zh": 12}
    assert all(3 <= len(case.turns) <= 6 for case in suite.conversations)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_turns_of_a_language_cover_every_matter(suite: Suite, language: str) -> None:
    matters = Counter(case.matter for case in suite.first_turns if case.language == language)
    usual = {"my_orders", "state", "tracking", "arrival", "contents", "payment", "refund"}
    usual |= {"product", "policy", "eligibility", "cancel", "aftersales", "handoff"}
    usual |= {"small_talk", "out_of_scope", "nonsense", "foreign_order", "several"}
    assert usual <= matters.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_turns_of_a_language_are_written_as_people_write(
    suite: Suite, language: str
) -> None:
    styles = Counter(
        style for case in suite.first_turns if case.language == language for style in case.style
    )
    for style in ("misspelt", "voice", "terse", "angry", "polite", "odd_number", "no_number"):
        assert styles[style] >= 2, style
    assert styles["mixed"] >= 1
    assert styles["several"] >= 2


def test_the_conversations_show_everything_that_a_talk_can_do(suite: Suite) -> None:
    shown = Counter(thing for case in suite.conversations for thing in case.shows)
    assert shown.keys() >= {"confirm", "decline", "language_switch", "digression", "handoff"}
    assert min(shown.values()) >= 2, shown


def test_a_foreign_order_is_never_to_be_shown(suite: Suite) -> None:
    for case in suite.cases:
        foreign = {name for name, need in case.orders.items() if need.foreign}
        for turn in case.turns:
            for name in foreign & set(turn.subjects()):
                forbidden = [fact for facts in turn.must_not_say for fact in facts]
                assert Fact(kind="anything", of=name) in forbidden, case.id


def test_a_turn_that_wants_a_handoff_wants_the_tool_too(suite: Suite) -> None:
    for case in suite.cases:
        for turn in case.turns:
            if turn.handoff == "expected":
                assert any(call.name == "handoff" for calls in turn.tools for call in calls)


def test_a_call_is_read_with_its_arguments() -> None:
    assert Call.parse("check_eligibility(o1, return/refund)") == Call(
        name="check_eligibility",
        values={"order_number": ("o1",), "action": ("return", "refund")},
    )


@pytest.mark.parametrize(
    "text", ["get_orders(o1)", "get_order(o1, o2)", "check_eligibility(o1, give)", "list_orders(x)"]
)
def test_a_call_of_nothing_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown|known|at most"):
        Call.parse(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("status of o1", Fact(kind="status", of="o1")),
        ("f1 is missing", Fact(kind="missing", of="f1")),
        ("clause RETURN-*", Fact(kind="clause", detail="RETURN-*")),
        ("figure 30 of RETURN-1", Fact(kind="figure", detail="30", of="RETURN-1")),
        (
            "verdict return/refund of o1 is refused",
            Fact(kind="verdict", detail="return/refund", of="o1", outcome="refused"),
        ),
        ('words "a|b"', Fact(kind="words", detail="a|b")),
    ],
)
def test_a_fact_is_read(text: str, fact: Fact) -> None:
    assert Fact.parse(text) == fact


@pytest.mark.parametrize("text", ["colour of o1", "verdict burn of o1", "status"])
def test_an_unknown_fact_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"known"):
        Fact.parse(text)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("", "A20031"),
        ("hash", "#a20031"),
        ("spaced", "a 20031"),
        ("bare", "20031"),
        ("full", "Ａ２００３１"),
        ("voice", "a 2 0 0 3 1"),
    ],
)
def test_an_order_number_is_written_as_people_type_it(form: str, expected: str) -> None:
    assert written("A20031", form) == expected


@pytest.mark.parametrize(
    ("text", "inside", "outside"), [("2+", 2, 1), ("0-10", 10, 11), (3, 3, 4), ("1", 1, 0)]
)
def test_a_span_holds_both_its_ends(text: str | int, inside: int, outside: int) -> None:
    span = OrderNeed.model_validate({"lines": text}).lines
    assert isinstance(span, Span)
    assert inside in span
    assert outside not in span


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("say: where is {o1}\n      tools: [get_order(o1)]", "does not declare"),
        ("say: hi\n      tools: [get_ordr]", "not a call of a known tool"),
        ("say: hi\n      tools: [none]\n      mustsay: [orders]", "Extra inputs"),
    ],
)
def test_a_faulty_case_is_named_with_its_file(tmp_path: Path, entry: str, complaint: str) -> None:
    (tmp_path / "first_turns").mkdir()
    (tmp_path / "first_turns" / "en.yaml").write_text(
        f"- id: en-x\n  matter: state\n  style: [plain]\n  turns:\n    - {entry}\n",
        encoding="utf-8",
    )
    with pytest.raises(CaseError, match=rf"(?s)en\.yaml: en-x: .*{complaint}"):
        load_suite(tmp_path)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    case = "- {id: en-x, matter: state, style: [plain], turns: [{say: hi, tools: [none]}]}\n"
    (tmp_path / "conversations").mkdir()
    (tmp_path / "conversations" / "en.yaml").write_text(case * 2, encoding="utf-8")
    with pytest.raises(CaseError, match="en-x stands twice"):
        load_suite(tmp_path)
