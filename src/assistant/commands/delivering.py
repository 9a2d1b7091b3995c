"""``orderdesk delivery``: learn from the shop's deliveries, and measure what was learnt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.console import complaints, console

if TYPE_CHECKING:
    from orderdb.delivery.backtest.evaluation import Trial
    from orderdb.delivery.backtest.figures import Figures, Group

_ROWS_SHOWN = 20


def backtest(csv: Path, country: str, plot: Path | None) -> None:
    """Print the rolling evaluation of a file in Olist's columns."""
    from orderdb.delivery.backtest.evaluation import evaluate
    from orderdb.delivery.backtest.orders_file import read_orders, reasons

    orders, bad = read_orders(csv)
    for row in bad[:_ROWS_SHOWN]:
        complaints.print(str(row), markup=False, highlight=False, soft_wrap=True)
    if len(bad) > _ROWS_SHOWN:
        complaints.print(f"… and {len(bad) - _ROWS_SHOWN:,} more")
    _say(f"{len(orders):,} orders read, {len(bad):,} rows left out")
    for reason, count in reasons(bad):
        _say(f"  {count:,} x {reason}")
    trials = [trial for trial in evaluate(orders, country) if len(trial)]
    if not trials:
        _say("Too few deliveries to learn from: nothing was estimated.")
    for trial in trials:
        _tell(trial)
    if plot is not None and trials:
        from orderdb.delivery.backtest.picture import draw

        draw(trials, plot)
        _say(f"\ndrawn in {plot}")


def _tell(trial: Trial) -> None:
    from orderdb.delivery.backtest.figures import by_month, by_promise, figures

    _say(f"\nAt {trial.moment}: {len(trial):,} orders estimated")
    _say(f"  {trial.unestimated:,} others came before enough was known, or without a promise")
    _say(f"  {'':18}{'orders':>8}{'coverage':>10}{'width':>8}{'MAE':>8}   MAE of promise, median")
    _line("all", figures(trial))
    _line("last 20% by time", figures(trial, trial.last()))
    _groups("by month", by_month(trial))
    _groups("by promise length", by_promise(trial))


def _line(name: str, of: Figures) -> None:
    _say(
        f"  {name:18}{of.orders:8,}{of.coverage:10.1%}{of.width:8.2f}{of.error:8.3f}"
        f"{of.error_of_promise:18.3f}{of.error_of_median:8.3f}"
    )


def _groups(title: str, groups: list[Group]) -> None:
    from orderdb.delivery.backtest.figures import FEW

    _say(f"  coverage {title}:")
    for group in groups:
        few = "   (few)" if group.orders < FEW else ""
        _say(f"    {group.name:18}{group.orders:6,}{group.coverage:10.1%}{few}")
    judged = [group.coverage for group in groups if group.orders >= FEW]
    if judged:
        _say(f"    lowest of those with {FEW} orders or more: {min(judged):.1%}")


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
