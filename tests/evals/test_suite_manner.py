"""The judge of tone and helpfulness is itself measured, and its figures never stand alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from evals.suite.chat import ChatFault, prompts_of
from evals.suite.manner import (
    Label,
    MannerJudge,
    Reply,
    agree,
    agreement,
    judged,
    labels,
    lines,
    sample,
)

PROMPT = prompts_of(Settings())["judge"]
KNOWN = labels()


class Scripted:
    """A judge's model that answers by the reply it is asked about."""

    def __init__(self, answers: Mapping[str, str], otherwise: str) -> None:
        self._answers, self._otherwise = answers, otherwise
        self.asked: list[str] = []

    async def say(
        self, messages: Sequence[tuple[str, str]], schema: Mapping[str, Any] | None = None
    ) -> str:
        assert schema is not None
        text = messages[-1][1]
        self.asked.append(text)
        reply = text.rpartition("\nReply: ")[2]
        return self._answers.get(reply, self._otherwise)


def told(tone: str, help: str) -> str:
    return json.dumps({"tone": tone, "help": help})


def judge(otherwise: str, answers: Mapping[str, str] | None = None) -> MannerJudge:
    return MannerJudge(Scripted(answers or {}, otherwise), "scripted", PROMPT)


def reply(arm: str, turn: int, text: str = "On its way.") -> Reply:
    return Reply(arm=arm, case="en-one", trial=1, turn=turn, said=["Where is it?"], text=text)


def test_sixty_replies_are_labelled_half_in_each_language_with_every_grade() -> None:
    assert len(KNOWN) == 60
    assert Counter(one.language for one in KNOWN) == {"en": 30, "zh": 30}
    for language in ("en", "zh"):
        graded = {(one.tone, one.help) for one in KNOWN if one.language == language}
        assert len(graded) == 4
    assert sum(one.by != "hand" for one in KNOWN) >= 45


def test_kappa_is_what_the_textbook_says() -> None:
    pairs = [("good", "good")] * 20 + [("good", "poor")] * 5
    pairs += [("poor", "good")] * 10 + [("poor", "poor")] * 15
    found = agreement(pairs)
    assert (found.right, found.of) == (35, 50)
    assert found.kappa == pytest.approx(0.4)


async def test_a_judge_that_always_says_good_agrees_by_chance_only() -> None:
    found = await agree(judge(told("good", "good")), KNOWN)
    assert found["tone"].right > 40
    assert found["tone"].kappa == pytest.approx(0)
    assert not found["tone"].is_enough


async def test_a_judge_that_knows_the_labels_agrees_wholly() -> None:
    def key(one: Label) -> str:
        return one.reply

    answers = {key(one): told(one.tone, one.help) for one in KNOWN}
    twice = Counter(map(key, KNOWN))
    known = [one for one in KNOWN if twice[key(one)] == 1]
    found = await agree(judge("{}", answers), known)
    assert found["help"].kappa == pytest.approx(1)


async def test_a_judge_that_gives_no_grades_disagrees() -> None:
    found = await agree(judge("I think it is fine"), KNOWN[:10])
    assert found["tone"].right == 0


async def test_scores_are_printed_with_the_agreement_beside_them(tmp_path: Path) -> None:
    replies = [reply("orderdesk", 0), reply("orderdesk", 1, ""), reply("plain", 0)]
    found = await judged(judge(told("good", "good")), replies, tmp_path / "m.json", lambda _: None)
    tone, helpful = lines(found, "orderdesk")
    assert tone.startswith("tone good: 50.0% [9.5%, 90.5%] of 2 replies (judge scripted, prompt")
    assert "of 60 labels" in helpful
    assert "TOO LITTLE AGREEMENT" in helpful


async def test_what_was_graded_is_not_asked_again(tmp_path: Path) -> None:
    chat = Scripted({}, told("good", "poor"))
    one = MannerJudge(chat, "scripted", PROMPT)
    for _ in range(2):
        await judged(one, [reply("plain", 0)], tmp_path / "m.json", lambda _: None)
    assert len(chat.asked) == 61


async def test_a_reply_that_the_judge_fails_on_is_counted_apart(tmp_path: Path) -> None:
    class Down:
        async def say(self, *_: Any) -> str:
            raise ChatFault("down")

    found = await judged(
        MannerJudge(Down(), "down", PROMPT), [reply("plain", 0)], tmp_path / "m", lambda _: None
    )
    assert (found.faults, found.replies) == (1, [])


def test_arms_are_graded_on_the_same_messages() -> None:
    every = [reply(arm, turn) for arm in ("a", "b") for turn in range(9)]
    taken = list(sample(every, 4))
    assert {one.turn for one in taken if one.arm == "a"} == {
        one.turn for one in taken if one.arm == "b"
    }
    assert len(taken) == 8
