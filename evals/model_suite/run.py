"""Run the model suite against a demo server: ``python -m evals.model_suite.run --help``."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlmodel import Session

from evals.model_suite.answer import Answer, ToolCall
from evals.model_suite.binding import Binding, NothingFits, bind_all
from evals.model_suite.cases import Case, load_suite
from evals.model_suite.client import Desk, Unusable
from evals.model_suite.report import (
    CaseResult,
    TurnResult,
    all_met,
    case_lines,
    total_lines,
    write_report,
)
from evals.model_suite.scene import Scene
from evals.model_suite.scoring import TurnScore, score
from evals.model_suite.shop import Shop, load_shop
from orderdb.database import open_engine


def play(case: Case, binding: Binding, shop: Shop, desk: Desk, now: datetime) -> CaseResult:
    """Hold one conversation and judge each of its turns; a turn that breaks off ends it."""
    scene = Scene(case, binding, shop, now.date())
    turns: list[TurnResult] = []
    try:
        talk = desk.open(binding.customer_id)
    except httpx.HTTPError as error:
        return CaseResult(case, binding.customer_id, (_broken("", error, 0.0),))
    for turn in case.turns:
        said = binding.render(turn.say, case.language)
        scene.hear(said)
        began = time.perf_counter()
        try:
            answer = talk.say(said)
        except (httpx.HTTPError, ValueError) as error:
            turns.append(_broken(said, error, time.perf_counter() - began))
            break
        seconds = time.perf_counter() - began
        scene.see(answer, _clause_texts(answer, desk))
        turns.append(_result(said, answer, score(turn, answer, scene), seconds))
        scene.handed_off = scene.handed_off or answer.handed_off
    return CaseResult(case, binding.customer_id, tuple(turns))


def _clause_texts(answer: Answer, desk: Desk) -> dict[str, str]:
    cited = {str(c["clause"]): c.get("effective_from") for c in answer.citations}
    for card in answer.cards:
        if card.get("clause"):
            cited.setdefault(str(card["clause"]), None)
    return {clause: desk.clause_text(clause, on) for clause, on in cited.items()}


def _result(said: str, answer: Answer, judged: TurnScore, seconds: float) -> TurnResult:
    return TurnResult(
        said=said,
        reply=answer.reply,
        tools=tuple(_call(call) for call in answer.tool_calls),
        score=judged,
        milliseconds=round(seconds * 1000),
        model_calls=answer.usage.llm_calls,
        prompt_tokens=answer.usage.prompt_tokens,
        completion_tokens=answer.usage.completion_tokens,
    )


def _broken(said: str, error: Exception, seconds: float) -> TurnResult:
    why = (f"broke off: {type(error).__name__}: {error}",)
    return TurnResult(said, "", (), TurnScore(why, why), round(seconds * 1000), 0, 0, 0)


def _call(call: ToolCall) -> str:
    arguments = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    return f"{call.name}({arguments}) {call.status}"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every bar is met, 1 when one is missed, 2 when nothing could be measured.

    With --report-only a missed bar is told and written down, but the exit is 0.
    """
    options = _parser().parse_args(arguments)
    now = options.now or datetime.now(UTC)
    suite = load_suite()
    try:
        with Session(open_engine(options.database_url)) as session:
            shop = load_shop(session)
        # All cases are bound, so that a selection of them gets the same orders as the whole.
        bindings = bind_all(suite.cases, shop, now)
        chosen = [
            case
            for case in suite.cases
            if (not options.only or case.id in options.only)
            and options.language in (None, case.language)
        ][: options.limit]
        if not chosen:
            raise Unusable("no case was chosen")
        results: list[CaseResult] = []
        with httpx.Client(base_url=options.base_url, timeout=options.timeout) as http:
            desk = Desk(http)
            status = desk.wait_for_model(options.patience)
            print(f"{len(chosen)} cases on {status.get('model')}", flush=True)
            started = time.monotonic()
            for case in sorted(chosen, key=_mixed):
                if time.monotonic() - started > options.minutes * 60:
                    print(f"out of time: {len(chosen) - len(results)} cases were not asked")
                    break
                result = play(case, bindings[case.id], shop, desk, now)
                results.append(result)
                print("\n".join(case_lines(result)), flush=True)
    except (NothingFits, Unusable) as error:
        print(f"model suite: {error}", file=sys.stderr)
        return 2
    print("\n".join(total_lines(results)))
    write_report(results, status, options.report)
    print(f"report: {options.report}")
    return 0 if options.report_only or all_met(results) else 1


def _mixed(case: Case) -> str:
    """An order in which any beginning of the suite is a fair sample of it."""
    return hashlib.sha256(case.id.encode()).hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.model_suite.run", description=__doc__)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--database-url", required=True, help="the database the server uses")
    parser.add_argument("--only", action="append", metavar="ID", help="run this case; repeatable")
    parser.add_argument("--language", choices=("en", "zh"))
    parser.add_argument("--limit", type=int, metavar="N", help="the first N of the chosen cases")
    parser.add_argument("--report", type=Path, default=Path("build/model-suite.json"))
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds a turn may take")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds to wait for a model")
    parser.add_argument(
        "--minutes", type=float, default=600.0, help="no case is begun after so many minutes"
    )
    parser.add_argument(
        "--report-only", action="store_true", help="a missed bar is reported, not an exit of 1"
    )
    parser.add_argument("--now", type=_moment, help="the server's clock, where it is not ours")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
