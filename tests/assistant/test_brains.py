"""Who answers: guided mode until a model can be reached, and again when it cannot."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.brains import Brains
from assistant.guided import Guided
from assistant.settings import Endpoint, Settings
from assistant.steps import Brain, Text
from assistant.weights import WeightsError
from tests.assistant.turning import Scripted
from tools.registry import ToolRegistry

ENDPOINT = {"openai_api_key": "x", "openai_base_url": "http://model.test/v1", "model": "m"}


class Made:
    """Builds one scripted brain and notes how it was asked for."""

    def __init__(self) -> None:
        self.brain = Scripted([Text("Hello.", "d1")])
        self.asked: list[bool] = []

    def __call__(self, endpoint: Endpoint, *, native: bool) -> Brain:
        self.asked.append(native)
        return self.brain


def brains(made: Made, folder: Path, **settings: object) -> Brains:
    opened = Brains(
        Settings.model_validate({"data": folder, **settings}),
        Guided(ToolRegistry()),
        made,
        "system",
    )
    opened.open()
    until = time.monotonic() + 10
    while opened._opener.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    return opened


def test_a_configured_endpoint_answers(tmp_path: Path) -> None:
    made = Made()
    opened = brains(made, tmp_path, **ENDPOINT)
    assert opened.model is made.brain
    assert (opened.status().mode, opened.status().model) == ("assistant", "m")
    assert made.asked == [True]


def test_a_model_without_tool_calls_is_asked_the_constrained_way(tmp_path: Path) -> None:
    made = Made()
    brains(made, tmp_path, tool_calls="constrained", **ENDPOINT)
    assert made.asked == [False]


def test_a_model_that_failed_is_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made()
    opened = brains(made, tmp_path, **ENDPOINT)
    opened.failed()
    assert opened.model is None
    assert opened.status().mode == "guided"
    assert opened.status().coming
    later = time.monotonic() + 21
    monkeypatch.setattr("assistant.brains.time.monotonic", lambda: later)
    assert opened.model is made.brain


def test_without_any_model_guided_mode_answers_and_nothing_is_awaited(tmp_path: Path) -> None:
    opened = brains(Made(), tmp_path, embedded=False)
    assert opened.model is None
    assert not opened.status().coming
    assert opened.status().detail == "no model is configured"


def test_weights_that_cannot_be_had_leave_guided_mode_and_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Path:
        raise WeightsError("no space left")

    monkeypatch.setattr("assistant.brains.ensure_weights", fail)
    opened = brains(Made(), tmp_path)
    assert opened.model is None
    assert opened.status().detail == "no space left"
    assert not opened.status().coming
