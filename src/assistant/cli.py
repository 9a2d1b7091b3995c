"""The command line. Nothing heavy is imported before a command runs: help answers at once."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

# Exit codes: 0 done, 1 it did not work out (bad rows, problems found), 2 used or set up wrongly.


class Commands(TyperGroup):
    """Commands whose expected errors are told in a sentence, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            code = _exit_code(error)
            if code is None:
                raise
            typer.secho(str(error), fg="red", err=True)
            sys.exit(code)


app = typer.Typer(
    name="orderdesk",
    cls=Commands,
    help="An order assistant for shops.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring orders in. Twice is as good as once.", no_args_is_help=True)
policies = typer.Typer(help="The shop's policy documents.", no_args_is_help=True)
app.add_typer(imports, name="import")
outbox = typer.Typer(help="Effects on other systems, and their deliveries.", no_args_is_help=True)
audit = typer.Typer(help="What happened, and whether it explains the orders.", no_args_is_help=True)
app.add_typer(policies, name="policies")
app.add_typer(outbox, name="outbox")
app.add_typer(audit, name="audit")
delivery = typer.Typer(help="Delivery dates, learnt and measured.", no_args_is_help=True)
app.add_typer(delivery, name="delivery")
proactive = typer.Typer(help="Messages before customers ask.", no_args_is_help=True)
app.add_typer(proactive, name="proactive")

agents = typer.Typer(help="The people at the service desk.", no_args_is_help=True)
app.add_typer(agents, name="agents")

Host = Annotated[str | None, typer.Option(help="Address to listen on [ORDERDESK_HOST].")]
Port = Annotated[int | None, typer.Option(help="Port to listen on [ORDERDESK_PORT].")]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Keep the good rows; without it, bad ones keep all out.")
]
RejectFile = Annotated[
    Path | None, typer.Option(help="Where --skip-bad writes the bad rows, each with its reason.")
]


@app.command()
def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer [ORDERDESK_WORKERS, or 1].")
    ] = None,
) -> None:
    """Serve the API and the page."""
    from assistant.commands.serving import serve

    serve(_settings(host=host, port=port, workers=workers))


@app.command()
def demo(host: Host = None, port: Port = None) -> None:
    """Build the demo shop if it is not there, and serve it."""
    from assistant.commands.demo import run_demo

    run_demo(_settings(host=host, port=port, demo=True))


@app.command()
def chat(
    customer: Annotated[str, typer.Option("--as", help="The customer's id.")],
    language: Annotated[Literal["en", "zh"], typer.Option(help="Language to begin in.")] = "en",
    url: Annotated[
        str | None, typer.Option(help="Talk to a running server instead of starting within.")
    ] = None,
) -> None:
    """Talk as a customer, in the terminal."""
    from assistant.commands.chat import run_chat

    run_chat(_settings(), customer, language, url)


@imports.command("demo")
def import_demo(
    orders: Annotated[int, typer.Option(min=1, help="Orders to generate.")] = 10_000,
    customers: Annotated[int | None, typer.Option(min=1, help="By default one in five.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = 1,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the shop shows [today].")
    ] = None,
) -> None:
    """Generate the demo shop."""
    from assistant.commands.importing import import_demo

    day: date | None = as_of.date() if as_of else None
    import_demo(_settings(), orders, customers or max(40, orders // 5), seed, day)


@imports.command("csv")
def import_csv(
    path: Annotated[Path, typer.Argument(help="A CSV file with a header line.")],
    mapping: Annotated[
        str, typer.Option(help="A mapping file, or shopify, woocommerce or youzan.")
    ],
    skip_bad: SkipBad = False,
    reject_file: RejectFile = None,
) -> None:
    """A shop's own export, by a mapping file."""
    from assistant.commands.importing import import_csv

    import_csv(_settings(), path, mapping, skip_bad, reject_file)


@imports.command("olist")
def import_olist(
    path: Annotated[Path, typer.Argument(help="The CSV file of orders, or its folder.")],
    skip_bad: SkipBad = False,
    reject_file: RejectFile = None,
) -> None:
    """Orders of the Olist marketplace."""
    from assistant.commands.importing import import_olist

    import_olist(_settings(), path, skip_bad, reject_file)


@imports.command("tau2-retail")
def import_tau2_retail(
    path: Annotated[Path, typer.Argument(help="The domain's db.json, or its folder.")],
    skip_bad: SkipBad = False,
    reject_file: RejectFile = None,
) -> None:
    """The retail shop of tau2-bench."""
    from assistant.commands.importing import import_tau2_retail

    import_tau2_retail(_settings(), path, skip_bad, reject_file)


@imports.command("supply")
def import_supply(
    path: Annotated[Path, typer.Argument(help="A YAML file; docs/importing.md shows one.")],
) -> None:
    """Warehouses, carriers, closures, parts and stock: what delivery dates rest on."""
    from assistant.commands.importing import import_supply

    import_supply(_settings(), path)


@policies.command("index")
def index_policies() -> None:
    """Bring the policy index to the documents; only what changed is embedded."""
    from assistant.commands.policies import index

    index(_settings())


@policies.command("check")
def check_policies() -> None:
    """Find missing translations, dangling clause ids and overlapping dates."""
    from assistant.commands.policies import check

    raise typer.Exit(check(_settings()))


@outbox.command("list")
def list_outbox(
    status: Annotated[
        Literal["waiting", "delivered", "dead"] | None, typer.Option(help="Only these [all].")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only these: refund, email, ... [all].")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
) -> None:
    """What waits, what was delivered, and what is dead."""
    from assistant.commands.outbox import list_effects

    list_effects(_settings(), status, kind, limit)


@outbox.command("show")
def show_outbox(effect: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """One effect, with what its receiver is sent."""
    from assistant.commands.outbox import show_effect

    show_effect(_settings(), effect)


@outbox.command("replay")
def replay_outbox(
    effects: Annotated[
        list[int] | None, typer.Argument(help="Numbers of dead effects in the list.")
    ] = None,
    all_dead: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,
) -> None:
    """Let dead effects be delivered after all, under their old keys."""
    from assistant.commands.outbox import replay_effects

    if bool(effects) == all_dead:
        raise typer.BadParameter("name effects, or say --all")
    replay_effects(_settings(), effects or [])


@outbox.command("deliver")
def deliver_outbox() -> None:
    """Deliver what is due now, and end; a server does this all the time."""
    from assistant.commands.outbox import deliver_due

    deliver_due(_settings())


@audit.command("verify")
def verify_audit() -> None:
    """Walk the chain; names the first broken link."""
    from assistant.commands.audit import verify_chain

    raise typer.Exit(verify_chain(_settings()))


@audit.command("replay")
def replay_audit(
    start: Annotated[
        str | None,
        typer.Option("--from", help="URL of a copy made after the import, before any change."),
    ] = None,
) -> None:
    """Build the orders from the events and compare; names the first difference."""
    from assistant.commands.audit import replay_orders

    raise typer.Exit(replay_orders(_settings(), start))


@proactive.command("scan")
def proactive_scan() -> None:
    """Draft a message for each order that may be late or is in trouble; a person sends it."""
    from assistant.commands.reaching import scan

    scan(_settings())


AgentName = Annotated[str, typer.Argument(help="The name to sign in with.")]
ByStdin = Annotated[
    bool, typer.Option("--stdin", help="Read the password from standard input; else it is asked.")
]


@agents.command("add")
def add_agent(
    name: AgentName,
    display_name: Annotated[
        str | None, typer.Option(help="As customers see them [the name].")
    ] = None,
    role: Annotated[
        Literal["agent", "lead", "admin"], typer.Option(help="A lead may take over from others.")
    ] = "agent",
    languages: Annotated[str, typer.Option(help="Languages that they write.")] = "en,zh",
    stdin: ByStdin = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Signs in at the identity provider only.")
    ] = False,
) -> None:
    """Let somebody in at the desk."""
    from assistant.commands.agents import add

    add(_settings(), name, display_name or name, role, languages, stdin, no_password)


@agents.command("list")
def list_agents() -> None:
    """Who works at the desk, and who did."""
    from assistant.commands.agents import show_all

    show_all(_settings())


@agents.command("disable")
def disable_agent(name: AgentName) -> None:
    """Let somebody in no more; their sessions end at once."""
    from assistant.commands.agents import shut_out

    shut_out(_settings(), name)


@agents.command("password")
def set_agent_password(name: AgentName, stdin: ByStdin = False) -> None:
    """Set a password anew; lets a disabled agent in again. Their sessions end at once."""
    from assistant.commands.agents import change_password

    change_password(_settings(), name, stdin)


@delivery.command("train")
def train_delivery() -> None:
    """Learn delivery dates from the shop's own deliveries."""
    from assistant.commands.delivering import train

    train(_settings())


@delivery.command("coverage")
def delivery_coverage(
    days: Annotated[int, typer.Option(min=7, max=365, help="How far back.")] = 90,
) -> None:
    """Measure how estimates of the last days held, on the shop's own orders."""
    from assistant.commands.delivering import coverage

    coverage(_settings(), days)


@delivery.command("backtest")
def backtest_delivery(
    csv: Annotated[Path, typer.Option(help="Past orders, in Olist's columns.")],
    country: Annotated[str, typer.Option(help="Whose public holidays count.")] = "BR",
    plot: Annotated[
        Path | None, typer.Option(help="Draw coverage into this .png or .svg file.")
    ] = None,
) -> None:
    """Estimate every past order by what was known then, and print how good that was."""
    from assistant.commands.delivering import backtest

    if plot is not None and plot.suffix not in (".png", ".svg"):
        raise typer.BadParameter("the picture's name ends in .png or .svg", param_hint="--plot")
    backtest(csv, country.upper(), plot)


@app.command(
    "eval",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def evaluate(context: typer.Context) -> None:
    """Play cases against a model, report, compare, decide: eval run, report, compare, gate."""
    from assistant.commands.evals import run_evals

    raise typer.Exit(run_evals(context.args))


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from assistant.commands.migrating import migrate

    migrate(_settings())


@app.command()
def token(
    customer: Annotated[str, typer.Option(help="The customer's id.")],
    hours: Annotated[float, typer.Option(min=0.01, max=8760, help="How long it holds.")] = 12,
) -> None:
    """Sign a token for trials, with the configured secret."""
    from assistant.tokens import Tokens, is_customer_id

    if not is_customer_id(customer):
        raise typer.BadParameter("a customer's id is 1 to 254 printable characters")
    typer.echo(Tokens.configured(_settings()).sign(customer, hours=hours))


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version

    typer.echo(version("orderdesk"))


def _settings(**given: Any) -> Any:
    """The environment's settings, with what the command line says on top."""
    from assistant.settings import Settings

    said = {name: value for name, value in given.items() if value is not None}
    return Settings.load().model_copy(update=said)


def _exit_code(error: Exception) -> int | None:
    """None for what nobody expected: that deserves its traceback."""
    from sqlalchemy.exc import OperationalError

    from assistant.settings import ConfigurationError
    from assistant.weights import WeightsError
    from orderdb.errors import OrderError

    if isinstance(error, ConfigurationError):
        return 2
    if isinstance(error, OrderError | WeightsError | OperationalError | OSError):
        return 1
    return None
