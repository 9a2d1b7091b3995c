"""One console for all that is printed, and progress on what takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

Report = Callable[[int, int | None], None]
"""Called with how much is done, of how much where that is known."""

console = Console()
complaints = Console(stderr=True)


@contextmanager
def progress_bar(what: str) -> Iterator[Report]:
    """A bar for one piece of work; where no terminal is, one line says what goes on."""
    if not complaints.is_terminal:
        complaints.print(f"{what} ...", highlight=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=complaints, transient=True) as progress:
        task = progress.add_task(what, total=None)

        def report(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield report
