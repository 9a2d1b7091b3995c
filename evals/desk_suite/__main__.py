"""Draft for 40 situations and score the drafts: ``python -m evals.desk_suite --help``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from assistant.steps import Brain
from assistant.suggestions.keeping import Examples
from assistant.suggestions.service import Suggestions
from assistant.suggestions.suggestion import Suggestion
from evals.desk_suite.scoring import PARTS, Score, Situation, score
from evals.desk_suite.stage import Stage, staged
from orderdb.models import Agent
from orderdb.yaml_text import read_yaml

_HERE = Path(__file__).parent
BAR = 0.85
SECONDS = 8.0


@dataclass
class Drafted:
    """The drafts of one situation with their scores; seconds until there was text to read."""

    situation: Situation
    drafts: list[tuple[Suggestion, Score]] = field(default_factory=list)
    first_text: float | None = None
    model_text: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class OneBrain:
    """Who may answer, for as long as the suite runs."""

    model: Brain | None
    guided: Brain

    def failed(self) -> None:
        logging.getLogger(__name__).warning("the model did not answer")


async def play(situation: Situation, stage: Stage, agent: Agent) -> Drafted:
    """The drafts as the desk would see them, timed from the request on."""
    chat = stage.hear(situation.customer, situation.language, [situation.say])
    service = Suggestions(
        stage.sessions,
        stage.preparation,
        OneBrain(stage.brain, stage.guided),
        stage.registry,
        stage.prompts,
        Examples(stage.sessions, stage.embedding),
        lambda: stage.now,
        90,
    )
    found, began, origins = Drafted(situation), time.perf_counter(), {}
    async for event in service.drafts(chat, agent):
        now = time.perf_counter() - began
        if event.kind == "token":
            found.first_text = found.first_text or now
            origins.setdefault(event.payload["draft_id"], now)
        elif event.kind == "ready":
            draft = Suggestion.model_validate(event.payload["suggestion"])
            if draft.origin == "model" and found.model_text is None:
                found.model_text = origins[draft.suggestion_id]
            found.drafts.append((draft, score(draft, situation)))
    found.seconds = time.perf_counter() - began
    return found


def situations() -> list[Situation]:
    read = read_yaml((_HERE / "situations.yaml").read_text(encoding="utf-8"))
    return [Situation.model_validate(one) for one in read]


async def run(stage: Stage, chosen: Sequence[Situation]) -> list[Drafted]:
    agent = Agent(
        id="suite",
        name="suite",
        display_name="Kim",
        languages=["en", "zh"],
        created_at=stage.now,
    )
    with stage.sessions() as session:
        session.add(agent)
        session.commit()
    played = []
    for situation in chosen:
        found = await play(situation, stage, agent)
        played.append(found)
        tell(found)
    return played


def tell(found: Drafted) -> None:
    marks = " ".join(
        f"{draft.origin}:{'right' if scored.right else scored.wrong}"
        for draft, scored in found.drafts
    )
    print(f"{found.situation.id:24} {found.first_text or 0:5.2f} s  {marks}", flush=True)


def summed_up(played: Sequence[Drafted]) -> dict[str, float]:
    """Shares over all situations, seconds as medians."""
    firsts = [one.drafts[0][1] for one in played if one.drafts]
    figures = {
        f"first draft, {part} right": sum(one.parts[part] for one in firsts) / len(played)
        for part in PARTS
    }
    figures["first draft, all right"] = sum(one.right for one in firsts) / len(played)
    best = sum(any(scored.right for _, scored in one.drafts) for one in played)
    figures["one of the drafts, all right"] = best / len(played)
    models = [
        scored.right for one in played for draft, scored in one.drafts if draft.origin == "model"
    ]
    if models:
        figures["model's own drafts"] = float(len(models))
        figures["model's own drafts, all right"] = sum(models) / len(models)
    shown = [one.first_text for one in played if one.first_text is not None]
    figures["median seconds to first text"] = median(shown)
    waited = [one.model_text for one in played if one.model_text is not None]
    if waited:
        figures["median seconds to the model's text"] = median(waited)
    figures["median seconds until all are ready"] = median(one.seconds for one in played)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the bars are met, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m evals.desk_suite", description=__doc__)
    parser.add_argument("--only", action="append", metavar="ID", help="this one; repeatable")
    parser.add_argument("--no-model", action="store_true", help="what code alone drafts")
    parser.add_argument("--report", type=Path, default=Path("build/desk-suite.json"))
    options = parser.parse_args(arguments)
    chosen = [one for one in situations() if not options.only or one.id in options.only]
    with (
        tempfile.TemporaryDirectory() as folder,
        staged(Path(folder), with_model=not options.no_model) as stage,
    ):
        played = asyncio.run(run(stage, chosen))
    figures = summed_up(played)
    for name, value in figures.items():
        told = f"{value:.2f}" if "seconds" in name else f"{value:.0%}"
        print(f"{name:36} {f'{value:.0f}' if name.endswith('drafts') else told}")
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report_of(played, figures), ensure_ascii=False, indent=1))
    met = figures["first draft, all right"] >= BAR
    return 0 if met and figures["median seconds to first text"] <= SECONDS else 1


def report_of(played: Sequence[Drafted], figures: dict[str, float]) -> dict[str, object]:
    return {
        "figures": figures,
        "situations": [
            {
                "id": one.situation.id,
                "say": one.situation.say,
                "first_text": one.first_text,
                "drafts": [
                    {
                        "origin": draft.origin,
                        "text": draft.text,
                        "proposal": draft.proposal and draft.proposal.model_dump(mode="json"),
                        "wrong": scored.wrong,
                    }
                    for draft, scored in one.drafts
                ],
            }
            for one in played
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
