"""``orderdesk policies index`` and ``check``."""

from __future__ import annotations

from assistant.commands.console import console, progress_bar
from assistant.settings import Settings
from orderdb.policy_book import PolicyBook


def index(settings: Settings) -> None:
    """Embed what changed since the last time."""
    from assistant.opening import open_embedding, open_policies

    book = PolicyBook.load(settings.policies)
    with progress_bar("indexing the policies") as report:
        done = open_policies(settings, open_embedding(settings)).sync(book, report)
    console.print(
        f"{done.added} added, {done.updated} updated, {done.removed} removed, "
        f"{done.unchanged} unchanged"
    )


def check(settings: Settings) -> int:
    """Print what a shop should mend; 1 when there is anything."""
    book = PolicyBook.load(settings.policies)
    problems = book.problems()
    for problem in problems:
        console.print(str(problem), markup=False, highlight=False, soft_wrap=True)
    clauses = len({clause.id for clause in book})
    versions = sum(1 for _ in book)
    console.print(f"{clauses} clauses in {versions} versions, {len(problems)} problem(s)")
    return 1 if problems else 0
