"""What ``orderdesk eval`` and ``python -m evals.suite`` do: thin over the modules beside."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from evals.suite.case import TAGS
from evals.suite.loading import BadCases
from evals.suite.prices import PRICES, NoPrice
from evals.suite.reach import ARMS, Arm, NoModel
from evals.suite.results import NoResults
from evals.suite.running import BUILD, BadRun, Plan

# Exit codes: 0 done or a yes, 1 a no (the gate's, or trials left to play), 2 set up wrongly.
_EXPECTED = (BadCases, NoPrice, NoModel, NoResults, BadRun)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
Url = Annotated[str | None, typer.Option(help="Its endpoint [the model under test].")]
Other = Annotated[str | None, typer.Option(help="Its model [the model under test].")]
Name = Annotated[str, typer.Option(help="The run's name: its folder below build/evals.")]


@app.command()
def run(
    name: Name = "standard",
    arm: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(ARMS)}; repeatable [orderdesk].")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="Times that each case is played.")] = 1,
    split: Annotated[str, typer.Option(help="dev, test or all.")] = "all",
    case: Annotated[list[str] | None, typer.Option(help="Only this case; repeatable.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases so tagged; repeatable.")] = None,
    language: Annotated[str | None, typer.Option(help="en or zh [both].")] = None,
    balanced: Annotated[int | None, typer.Option(min=1, help="So many, chosen by tag.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Begin no case after so many; run again to go on.")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, help="Cases played side by side.")] = 1,
    prices: Annotated[Path, typer.Option(help="The price table.")] = PRICES,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the cases.")] = 1,
    customer: Annotated[
        str, typer.Option(help="Who plays simulated customers: scripted or model.")
    ] = "scripted",
    customer_url: Url = None,
    customer_model: Other = None,
    judge: Annotated[
        int, typer.Option(min=0, help="Replies an arm that a model judges for tone and help.")
    ] = 0,
    judge_url: Url = None,
    judge_model: Other = None,
    cut_short: Annotated[
        list[str] | None,
        typer.Option(help="An arm whose trials end at the first wrong answer; repeatable."),
    ] = None,
    keep_answers: Annotated[
        list[str] | None,
        typer.Option(help="A plain arm whose model is asked the same thing once; repeatable."),
    ] = None,
) -> None:
    """Play the cases, or go on with a run, and write its report."""
    from assistant.settings import Settings
    from evals.suite.chat import endpoint_of
    from evals.suite.running import run as play

    wanted = tuple(arm or ["orderdesk"])
    if unknown := ({*wanted, *(cut_short or ()), *(keep_answers or ())}) - set(ARMS):
        raise BadRun(f"there is no arm {', '.join(unknown)}; there are {', '.join(ARMS)}")
    if tag and (strange := set(tag) - set(TAGS)):
        raise BadRun(f"there is no tag {', '.join(sorted(strange))}; there are {', '.join(TAGS)}")
    if kept := set(keep_answers or ()) - {"plain", "plain_constrained"}:
        raise BadRun(f"answers can be kept for plain arms, not for {', '.join(sorted(kept))}")
    if name in ("", ".", "..") or Path(name).name != name:
        raise BadRun(f"a run's name is the name of one folder below {BUILD}, not {name!r}")
    _one_of("split", split, ("dev", "test", "all"))
    _one_of("customer", customer, ("scripted", "model"))
    _one_of("language", language, ("en", "zh", None))
    settings = Settings.load()
    plan = Plan(
        name=name,
        arms=cast("tuple[Arm, ...]", wanted),
        trials=trials,
        split=cast(Any, split),
        only=tuple(case or ()),
        tags=tuple(tag or ()),
        language=language,
        balanced=balanced,
        minutes=minutes,
        at_once=at_once,
        prices=prices,
        workers=workers,
        customer=customer,
        customer_endpoint=endpoint_of(settings, customer_url, customer_model),
        judged=judge,
        judge_endpoint=endpoint_of(settings, judge_url, judge_model),
        cut_short=tuple(cut_short or ()),
        keep_answers=tuple(keep_answers or ()),
    )
    done = play(plan, settings)
    report(name)
    if not done:
        typer.echo("Not all was played; the same command goes on.")
        raise typer.Exit(1)


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="A run's name, or its folder.")] = "standard",
    out: Annotated[Path | None, typer.Option(help="Where to write it [the run's folder].")] = None,
) -> None:
    """Write report.html, report.json and junit.xml of a run, and print its figures."""
    from evals.suite.reporting import write

    folder = folder_of(name)
    for line in write(folder, out or folder):
        typer.echo(line)


@app.command()
def judge(
    name: Annotated[str, typer.Argument(help="A run's name, or its folder.")] = "standard",
    replies: Annotated[int, typer.Option(min=1, help="So many an arm.")] = 60,
    judge_url: Url = None,
    judge_model: Other = None,
) -> None:
    """Have a model judge tone and helpfulness of replies, beside its agreement with a person."""
    from assistant.settings import Settings
    from evals.suite import reach
    from evals.suite.chat import endpoint_of
    from evals.suite.running import judge_run

    settings, folder = Settings.load(), folder_of(name)
    other = endpoint_of(settings, judge_url, judge_model)
    with nullcontext() if other else reach.reached(settings, BUILD / "data") as model:
        judge_run(folder, settings, other, model, replies, typer.echo)
    report(name)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="A run: name, folder or report.json.")],
    after: Annotated[str, typer.Argument(help="The other run.")],
    arm: Annotated[str, typer.Option(help="The arm of both.")] = "orderdesk",
    before_arm: Annotated[str | None, typer.Option(help="Another arm of the first run.")] = None,
) -> None:
    """Two runs, paired by case: the difference with its interval, cases won and lost."""
    from evals.suite.comparing import compare as compared
    from evals.suite.comparing import differing, lines
    from evals.suite.results import read

    first, second = read(folder_of(before)), read(folder_of(after))
    for line in lines(compared(first.needed(before_arm or arm), second.needed(arm))):
        typer.echo(line)
    for name in differing(first.about, second.about):
        typer.echo(
            f"differs  {name}: {first.about.get(name, 'none')} -> {second.about.get(name, 'none')}"
        )


@app.command()
def gate(
    candidate: Annotated[str, typer.Argument(help="A run: name, folder or report.json.")],
    baseline: Annotated[
        str | None, typer.Option(help="The run that it must not fall behind.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="The rules [evals/suite/gate.yaml].")] = None,
    arm: Annotated[str, typer.Option(help="The arm of both.")] = "orderdesk",
) -> None:
    """Say whether a run may ship, by the rules: exit code 0 for yes, 1 for no, 2 set up wrongly."""
    from evals.suite.gating import RULES, Rules, verdicts
    from evals.suite.results import read

    read_rules = Rules.load(rules or RULES)
    before = read(folder_of(baseline)).needed(arm) if baseline else None
    run = read(folder_of(candidate))
    found = verdicts(read_rules, run.needed(arm), before, run.planned)
    for one in found:
        typer.echo(f"{'yes' if one.passed else 'NO':4} {one.rule}: {one.words}")
    if not all(one.passed for one in found):
        raise typer.Exit(1)


@app.command()
def cases(split: Annotated[str, typer.Option(help="dev, test or all.")] = "all") -> None:
    """Check the cases and count them by tag."""
    from assistant.settings import Settings
    from evals.suite.loading import check_lock, load
    from evals.suite.shop import Shop
    from orderdb.policy_book import PolicyBook

    _one_of("split", split, ("dev", "test", "all"))
    found = load(Shop.load(), PolicyBook.load(Settings.load().policies), cast(Any, split))
    check_lock(found)
    count: Counter[tuple[str, str]] = Counter()
    for one in found:
        column = f"{one.split} {one.case.language}"
        longer = ["more than 3 turns"] if len(one.case.turns) > 3 else []
        for row in ("all", *longer, *one.case.tags):
            count[row, column] += 1
            count[row, ""] += 1
    columns = sorted({column for _, column in count if column})
    typer.echo(f"{'':18}" + "".join(f"{column:>9}" for column in (*columns, "sum")))
    rows = sorted({row for row, _ in count}, key=lambda row: (-count[row, ""], row))
    for row in rows:
        cells = (count[row, column] for column in (*columns, ""))
        typer.echo(f"{row:18}" + "".join(f"{number:9}" for number in cells))


@app.command()
def lock() -> None:
    """Say that the test split is meant to be as it is now; the change shows in test.sha256."""
    from evals.suite.loading import lock as locked

    typer.echo(f"locked as {locked()}: commit it with the cases, and say why they changed")


@app.command()
def harvest(
    out: Annotated[Path, typer.Option(help="The file of draft cases.")] = BUILD / "harvest.yaml",
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
) -> None:
    """Turn rated or corrected conversations into draft cases, personal data replaced."""
    from assistant.schema import require_current_schema
    from assistant.settings import Settings
    from evals.suite.harvesting import harvest as harvested

    settings = Settings.load()
    require_current_schema(settings)
    found = harvested(settings.database, limit)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(found.text, encoding="utf-8")
    typer.echo(f"{found.count} draft cases in {out}; read and finish each before it is a case")


def folder_of(name: str) -> Path:
    path = Path(name)
    return path if path.exists() else BUILD / name


def _one_of(what: str, value: str | None, known: tuple[str | None, ...]) -> None:
    if value not in known:
        raise BadRun(f"{what} is one of {', '.join(str(one) for one in known if one)}")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; expected errors are told in words and exit with 2."""
    from assistant.settings import ConfigurationError

    try:
        code = app(args=arguments, prog_name="orderdesk eval", standalone_mode=False)
    except (*_EXPECTED, ConfigurationError) as error:
        typer.secho(str(error), fg="red", err=True)
        return 2
    except Exception as error:
        from click.exceptions import ClickException

        if not isinstance(error, ClickException):
            raise
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0  # typer.Exit comes back as its code
