"""Which variant a message wants, by colour."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.asking.traits import wanted
from orderdb.text import Text

COLOURS = {"sand": "沙色", "moss": "苔绿色", "navy": "藏青色", "sky": "天蓝色"}


def line(colour: str) -> Any:
    return cast(Any, SimpleNamespace(variant=Text(en=colour, zh=COLOURS[colour])))


def offered(*colours: str) -> Any:
    return [
        cast(Any, SimpleNamespace(name=Text(en=one, zh=COLOURS[one]), colour=one))
        for one in colours
    ]


@pytest.mark.parametrize(
    "said", ["the green one instead please", "could I have that in green?", "swap it for green"]
)
def test_a_colour_means_the_only_shade_of_it(said: str) -> None:
    chosen = wanted(said, line("sand"), offered("moss", "navy"))
    assert chosen is not None
    assert chosen.name.en == "moss"


def test_a_colour_of_two_shades_leaves_open_which() -> None:
    assert wanted("the blue one instead", line("sand"), offered("navy", "sky")) is None


def test_a_colour_that_is_not_offered_means_none() -> None:
    assert wanted("the red one instead", line("sand"), offered("moss", "navy")) is None
