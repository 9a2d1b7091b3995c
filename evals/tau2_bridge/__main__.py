"""The bridge as a small server on loopback, which tau2's agent talks to.

    python -m evals.tau2_bridge DB.JSON [--port 8077] [--arm guided]

The model is the configured one; guided mode needs none. ``POST /reset {"session"}``, then
``POST /turn {"session", "text"}`` -> ``{"text", "calls": [{"name", "arguments"}]}``. Each session
has a shop of its own.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from assistant.settings import Settings
from evals.suite import reach
from evals.suite.answering import Answerer
from evals.suite.case import Case
from evals.suite.playing import Open
from evals.suite.shop import Shop
from evals.tau2_bridge.session import Answer, Said, TauSession
from evals.tau2_conformance.run import POLICIES
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.importers.tau2_retail import import_tau2_retail


class Turn(BaseModel):
    session: str
    text: str = ""


class Ours:
    """Our assistant, as a session asks for it."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    async def say(self, text: str) -> Said:
        answered = await self._answerer.answer(text)
        proposed = [card["proposal_id"] for card in answered.proposals]
        return Said(text=answered.reply, proposed=proposed, handed_off=answered.handed_off)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db", type=Path)
    parser.add_argument("--port", type=int, default=8077)
    parser.add_argument("--arm", choices=("orderdesk", "guided"), default="orderdesk")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tau2-"))
    url = f"sqlite:///{folder / 'imported.db'}"
    migrations.upgrade(url)
    engine = open_engine(url)
    import_tau2_retail(engine, options.db)
    engine.dispose()
    settings = Settings.load().model_copy(
        update={"data": Path("build/evals/tau2"), "policies_dir": POLICIES}
    )
    desk = reach.open_desk(settings, Shop.load())
    sessions: dict[str, TauSession] = {}
    app = FastAPI()
    with ExitStack() as stack:
        model = None
        if options.arm == "orderdesk":
            model = stack.enter_context(reach.reached(settings, settings.data))
        opened: list[Open] = []

        @app.post("/reset")
        async def reset(turn: Turn) -> dict[str, str]:
            if not opened:  # in the loop that will use it
                opened.append(reach.opener(desk, options.arm, model))
            file = folder / f"session-{len(sessions)}.db"
            shutil.copyfile(folder / "imported.db", file)
            shop = SessionFactory(open_engine(f"sqlite:///{file}"))

            def conversation(customer: str) -> Ours:
                case = Case.model_validate(
                    {"id": "tau-two", "as": customer, "language": "en", "tags": ["status"],
                     "turns": [{"say": "-"}]}
                )  # fmt: skip
                return Ours(opened[0](case, shop))

            sessions[turn.session] = TauSession(shop, desk.book, desk.clock, conversation)
            return {"session": turn.session}

        @app.post("/turn")
        async def turn(turn: Turn) -> Answer:
            return await sessions[turn.session].hear(turn.text)

        print(f"tau2's agent is awaited at http://127.0.0.1:{options.port}", flush=True)
        uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
