"""Prompt files are whole and as declared, or nothing starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.prompts import PROMPT_VARIABLES, PromptError, Prompts
from tests.assistant.turning import ROOT

GREETING = """---
name: greeting
version: "3"
variables: [customer]
---
Hello {{customer}}, hello {{ customer }}!
"""
REQUIRED = {"greeting": frozenset({"customer"})}


def load(folder: Path, text: str = GREETING) -> Prompts:
    (folder / "greeting.md").write_text(text, encoding="utf-8")
    return Prompts.load(folder, REQUIRED)


def test_the_shipped_prompts_load_and_have_versions() -> None:
    versions = Prompts.load(ROOT / "prompts", PROMPT_VARIABLES).versions
    assert versions.keys() >= PROMPT_VARIABLES.keys()
    assert all(versions.values())


def test_every_variable_is_filled_wherever_it_stands(tmp_path: Path) -> None:
    assert load(tmp_path)["greeting"].fill(customer="Ada") == "Hello Ada, hello Ada!"


def test_what_is_filled_in_is_not_read_as_a_variable(tmp_path: Path) -> None:
    assert "{{customer}}" in load(tmp_path)["greeting"].fill(customer="{{customer}} \\1")


@pytest.mark.parametrize("values", [{}, {"customer": "Ada", "day": "Monday"}, {"day": "Monday"}])
def test_one_variable_too_many_or_too_few_is_refused(
    tmp_path: Path, values: dict[str, str]
) -> None:
    with pytest.raises(PromptError, match=r"customer|day"):
        load(tmp_path)["greeting"].fill(**values)


def test_a_missing_file_stops_the_loading(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="greeting"):
        Prompts.load(tmp_path, REQUIRED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[customer]", "[]"),
        ("[customer]", "[customer, day]"),
        ("{{customer}}, hello {{ customer }}", "you"),
        ("{{ customer }}", "{{ day }}"),
        ("name: greeting\n", ""),
        ('version: "3"\n', ""),
        ("---\nname", "name"),
        ("name: greeting", "name: [greeting"),
    ],
)
def test_a_file_not_as_declared_stops_the_loading(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(PromptError):
        load(tmp_path, GREETING.replace(old, new, 1))


def test_a_variable_that_the_code_does_not_fill_stops_the_loading(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="day"):
        load(tmp_path, GREETING.replace("customer", "day"))
