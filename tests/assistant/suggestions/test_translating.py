"""A translation is shown only where every figure, day and code survived."""

from __future__ import annotations

import pytest

from assistant.steps import ModelUnavailable
from assistant.suggestions.translating import Translator, faithful
from evals.stub_model import Answer
from orderdb.text import Language
from tests.assistant.turning import Desk, Scripted, ScriptedEndpoint

SOURCE = "订单A20083将在2026年11月24日送达，共2件，退款¥109.00。"
GOOD = "Order A20083 arrives on 24 November 2026, 2 pieces, refund ¥109.00."


@pytest.mark.parametrize(
    "told",
    [
        GOOD.replace("A20083", "A20084"),
        GOOD.replace("24", "25"),
        GOOD.replace("109", "190"),
        GOOD.replace("2 pieces", "3 pieces"),
        GOOD.replace(", refund ¥109.00", ""),
        GOOD + " Call 555 1234.",
        SOURCE,
        "",
        GOOD + " Thank you very much for waiting." * 20,
    ],
)
def test_a_translation_that_changes_a_figure_is_none(told: str) -> None:
    assert not faithful(SOURCE, told, "en")


def test_a_translation_with_all_figures_is_one() -> None:
    assert faithful(SOURCE, GOOD, "en")
    assert faithful(GOOD, SOURCE, "zh")


@pytest.mark.parametrize(
    ("source", "told", "language"),
    [
        ("这件商品不能退货。", "This item can be returned.", "en"),
        ("我没有收到包裹。", "I received the parcel.", "en"),
        ("The parcel has not been shipped.", "包裹已经发出。", "zh"),
        ("The parcel was shipped.", "包裹尚未发出。", "zh"),
    ],
)
def test_a_translation_that_turns_no_into_yes_is_none(
    source: str, told: str, language: Language
) -> None:
    assert not faithful(source, told, language)


@pytest.mark.parametrize(
    ("source", "told", "language"),
    [
        ("这件商品不能退货。", "This item cannot be returned.", "en"),
        ("不好意思，能不能换个颜色？", "Sorry, may I have another colour?", "en"),
        ("It didn't arrive, no problem.", "没有送到，没关系。", "zh"),
        ("I have another question.", "我还有别的问题。", "zh"),
    ],
)
def test_a_translation_that_denies_the_same_is_one(
    source: str, told: str, language: Language
) -> None:
    assert faithful(source, told, language)


async def test_the_models_words_are_shown_when_they_are_faithful(desk: Desk) -> None:
    brain = desk.agent(ScriptedEndpoint(Answer(text=GOOD)), native=False)
    assert await Translator(desk.prompts).translate(SOURCE, "en", brain) == GOOD


async def test_what_lost_a_figure_stays_untranslated(desk: Desk) -> None:
    brain = desk.agent(ScriptedEndpoint(Answer(text="It arrives soon.")), native=False)
    assert await Translator(desk.prompts).translate(SOURCE, "en", brain) is None


async def test_without_a_model_nothing_is_translated(desk: Desk) -> None:
    translator = Translator(desk.prompts)
    assert await translator.translate(SOURCE, "en", None) is None
    gone = Scripted([ModelUnavailable("gone")])
    assert await translator.translate(SOURCE, "en", gone) is None


async def test_what_is_in_the_language_already_stays_as_it_is(desk: Desk) -> None:
    assert await Translator(desk.prompts).translate(GOOD, "en", None) == GOOD
