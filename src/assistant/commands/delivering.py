"""``orderdesk delivery``: learn from the shop's deliveries, and measure what was learnt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from assistant.commands.console import complaints, console, progress_bar
from assistant.schema import require_current_schema
from assistant.settings import Settings
from orderdb.database import SessionFactory, open_engine

if TYPE_CHECKING:
    from orderdb.delivery.backtest.evaluation import Trial
    from orderdb.delivery.backtest.figures import Figures, Group
    from orderdb.repository.past_deliveries import PastDeliveries

_ROWS_SHOWN = 20


def backtest(csv: Path, country: str, plot: Path | None) -> None:
    """Print the rolling evaluation of a file in Olist's columns."""
    from orderdb.delivery.backtest.evaluation import evaluate
    from orderdb.delivery.backtest.orders_file import read_orders, reasons

    orders, bad = read_orders(csv, datetime.now(UTC).date() + timedelta(days=1))  # in any zone
    _complain(bad)
    _say(f"{len(orders):,} orders read, {len(bad):,} rows left out")
    for reason, lines in reasons(bad):
        _say(f"  {len(lines):,} x {reason} (line {', '.join(map(str, lines))})")
    trials = [trial for trial in evaluate(orders, country) if len(trial)]
    if not trials:
        delivered = sum(order.delivered is not None for order in orders)
        promised = sum(order.promised is not None for order in orders)
        _say(
            f"Nothing was estimated: {delivered:,} were delivered and {promised:,} had a promise; "
            "about 150 deliveries of orders with a promise are needed before the first estimate."
        )
    for trial in trials:
        _tell(trial)
    if plot is not None and trials:
        from orderdb.delivery.backtest.picture import draw

        draw(trials, plot)
        _say(f"\ndrawn in {plot}")


def train(settings: Settings) -> None:
    """Learn from the shop's deliveries until now, and keep it for estimates."""
    from orderdb.repository.delivery_models import train

    require_current_schema(settings)
    now = datetime.now(UTC)
    with session_of(settings) as session:
        found = train(session, now, _past(session, now))
    _say(
        f"learnt from {found.deliveries:,} deliveries of {found.data_from} to {found.data_to}: "
        f"{', '.join(found.legs)}"
    )
    if found.is_stale(datetime.now(UTC).date()):
        _say("The newest of them is too long ago: estimates stay with the rules.")


def coverage(settings: Settings, days: int) -> None:
    """Print how estimates of the shop's own last days would have held."""
    from orderdb.delivery.backtest.own import own_trials

    require_current_schema(settings)
    now = datetime.now(UTC)
    with session_of(settings) as session:
        past = _past(session, now)
    found = own_trials(past.legs, now.date(), days)
    if not found:
        _say("Too few deliveries to learn from: nothing was estimated.")
    for name, trial in found:
        _say(f"{name}: {trial.orders:,} estimated in the last {days} days and over since")
        figures = f"width {trial.width:.2f} days, MAE {trial.error:.3f}"
        _say(f"  coverage {trial.coverage:.1%}, {figures}")


def _past(session: Session, now: datetime) -> PastDeliveries:
    """All deliveries; orders whose times cannot be are named and counted."""
    from orderdb.repository.past_deliveries import read_past_deliveries

    with progress_bar("reading past orders") as report:
        past = read_past_deliveries(session, now, report)
    _complain(past.left_out)
    if past.left_out:
        _say(f"{len(past.left_out):,} orders left out")
    for reason, count in Counter(one.reason for one in past.left_out).most_common():
        _say(f"  {count:,} x {reason}")
    return past


def _complain(wrong: Sequence[object]) -> None:
    for one in wrong[:_ROWS_SHOWN]:
        complaints.print(str(one), markup=False, highlight=False, soft_wrap=True)
    if len(wrong) > _ROWS_SHOWN:
        complaints.print(f"… and {len(wrong) - _ROWS_SHOWN:,} more")


@contextmanager
def session_of(settings: Settings) -> Iterator[Session]:
    """A session on the shop's database."""
    engine = open_engine(settings.database)
    try:
        with SessionFactory(engine)() as session:
            yield session
    finally:
        engine.dispose()


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
