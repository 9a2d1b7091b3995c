"""Coverage by month and by promise length, drawn."""

from __future__ import annotations

from pathlib import Path

from orderdb.delivery.backtest.evaluation import Trial
from orderdb.delivery.backtest.figures import FEW, Group, by_month, by_promise
from orderdb.delivery.learning.conformal import CHANCE

LEAST_COVERAGE = 0.84
_INK, _FAINT, _LINE = "#1d4ed8", "#c3cfe8", "#b45309"


def draw(trials: list[Trial], path: Path) -> None:
    """A picture in the format that the name ends in; ``.png`` and ``.svg`` are usual."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(11, 2.9 * len(trials)), layout="constrained")
    axes = picture.subplots(len(trials), 2, squeeze=False, width_ratios=[2, 1])
    for (left, right), trial in zip(axes, trials, strict=True):
        left.set_title(f"Estimated at {trial.moment}: coverage by month", loc="left")
        right.set_title("by length of the promise", loc="left")
        _bars(left, by_month(trial))
        _bars(right, by_promise(trial))
    picture.savefig(path, dpi=110, metadata={"Date": None} if path.suffix == ".svg" else None)


def _bars(axes, groups: list[Group]) -> None:  # type: ignore[no-untyped-def]
    """Pale bars hold too few orders to be judged."""
    colours = [_INK if group.orders >= FEW else _FAINT for group in groups]
    axes.bar([group.name for group in groups], [g.coverage for g in groups], color=colours)
    for place, group in enumerate(groups):
        ink = "white" if group.orders >= FEW else "black"
        axes.text(place, 0.615, f"n={group.orders}", color=ink, fontsize=7, rotation=90,
                  ha="center", va="bottom")  # fmt: skip
    axes.axhline(CHANCE, color=_LINE, linewidth=1)
    axes.axhline(LEAST_COVERAGE, color=_LINE, linewidth=1, linestyle=":")
    axes.set_ylim(0.6, 1.02)
    axes.set_yticks([0.6, 0.7, 0.8, LEAST_COVERAGE, 0.9, 1.0])
    axes.tick_params(axis="x", labelrotation=60, labelsize=8)
    axes.tick_params(axis="y", labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
