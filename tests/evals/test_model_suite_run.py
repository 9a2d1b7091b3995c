"""A run over a scripted service: what is sent, what is judged, what the report says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from evals.model_suite.binding import bind_all
from evals.model_suite.cases import Case
from evals.model_suite.client import Desk, Unusable
from evals.model_suite.report import CaseResult, bars, case_lines, total_lines, write_report
from evals.model_suite.run import main, play
from tests.evals.small_shop import NOW, SHIPPED_CARD, SHOP

STATUS = {"mode": "assistant", "model": "scripted", "demo": True}
CASE = Case.model_validate(
    {
        "id": "en-x",
        "language": "en",
        "matter": "policy",
        "style": ["plain"],
        "orders": {"o1": {"status": "shipped"}},
        "turns": [
            {
                "say": "where is {o1:lower}",
                "tools": ["get_order(o1)"],
                "must_say": ["status of o1"],
            },
            {
                "say": "how long may I return it",
                "tools": ["search_policies"],
                "must_say": ["figure 30 of RETURN-1"],
            },
        ],
    }
)
FIRST = {
    "reply": "A20031 is on its way.",
    "cards": [SHIPPED_CARD],
    "tool_calls": [{"name": "get_order", "arguments": {"order_number": "A20031"}, "status": "ok"}],
    "usage": {"llm_calls": 2, "prompt_tokens": 100, "completion_tokens": 20},
}
SECOND = {
    "reply": "You have 30 days.",
    "citations": [{"clause": "RETURN-1", "effective_from": "2026-03-01"}],
    "tool_calls": [{"name": "search_policies", "arguments": {"question": "x"}, "status": "ok"}],
    "usage": {"llm_calls": 1, "prompt_tokens": 100, "completion_tokens": 20},
}


class ScriptedService:
    """Answers the contract's routes; one scripted reply a message, then a failure."""

    def __init__(self, *replies: dict[str, Any], status: dict[str, Any] = STATUS) -> None:
        self.replies = list(replies)
        self.status = status
        self.said: list[str] = []
        self.signed_in: list[str] = []
        self.clauses_asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        body = json.loads(request.content) if request.content else {}
        if path == "/api/status":
            return httpx.Response(200, json=self.status)
        if path == "/api/demo/login":
            self.signed_in.append(body["customer_id"])
            return httpx.Response(200, json={"token": "t"})
        if path.startswith("/api/policies/"):
            self.clauses_asked.append(f"{path.rsplit('/', 1)[1]} {request.url.params.get('on')}")
            return httpx.Response(200, json={"text": "within 30 days of delivery"})
        if request.headers.get("Authorization") != "Bearer t":
            return httpx.Response(401)
        if path == "/api/conversations":
            return httpx.Response(201, json={"conversation_id": "c1"})
        self.said.append(body["text"])
        if not self.replies:
            return httpx.Response(500, json={"title": "broken"})
        return httpx.Response(200, json=self.replies.pop(0))


def desk(service: Callable[[httpx.Request], httpx.Response]) -> Desk:
    return Desk(httpx.Client(base_url="http://desk", transport=httpx.MockTransport(service)))


def played(service: ScriptedService) -> CaseResult:
    binding = bind_all([CASE], SHOP, NOW)[CASE.id]
    return play(CASE, binding, SHOP, desk(service), NOW)


def test_a_conversation_is_held_turn_by_turn_as_its_customer() -> None:
    service = ScriptedService(FIRST, SECOND)
    result = played(service)
    assert result.right
    assert service.signed_in == ["C1"]
    assert service.said == ["where is a20031", "how long may I return it"]
    assert set(service.clauses_asked) == {"RETURN-1 2026-03-01"}
    assert [turn.model_calls for turn in result.turns] == [2, 1]


def test_one_wrong_turn_makes_the_conversation_wrong() -> None:
    result = played(ScriptedService(FIRST, {**SECOND, "reply": "You have 14 days."}))
    assert [turn.score.right for turn in result.turns] == [True, False]
    assert result.tool_right
    assert not result.right


def test_a_turn_that_breaks_off_is_wrong_and_ends_the_talk() -> None:
    result = played(ScriptedService())
    assert not result.right
    (turn,) = result.turns
    assert "500" in turn.score.tool[0]


def test_a_server_without_a_model_is_not_measured() -> None:
    guided = {"mode": "guided", "model": None, "demo": True}
    with pytest.raises(Unusable, match="guided"):
        desk(ScriptedService(status=guided)).wait_for_model(0)
    with pytest.raises(Unusable, match="ORDERDESK_DEMO"):
        desk(ScriptedService(status={**STATUS, "demo": False})).wait_for_model(0)


def test_the_report_names_every_failure_with_its_reason(tmp_path: Path) -> None:
    result = played(ScriptedService(FIRST, {**SECOND, "reply": "You have 14 days."}))
    text = "\n".join(case_lines(result))
    assert "tool ok    reply FAIL" in text
    assert "2. how long may I return it" in text
    assert "does not say figure 30 of RETURN-1" in text
    write_report([result], STATUS, tmp_path / "build" / "suite.json")
    document = json.loads((tmp_path / "build" / "suite.json").read_text(encoding="utf-8"))
    assert document["model"] == "scripted"
    assert document["cases"][0]["turns"][1]["score"]["reply"] == [
        "does not say figure 30 of RETURN-1"
    ]


def test_the_bars_scale_with_the_number_of_cases() -> None:
    good, bad = played(ScriptedService(FIRST, SECOND)), played(ScriptedService())
    met = {bar.name: bar for bar in bars([good] * 3 + [bad])}
    assert met["conversations right"].reached == "3/4"
    assert met["conversations right"].met
    missed = {bar.name: bar for bar in bars([good] * 2 + [bad] * 2)}
    assert missed["conversations right"].demanded == ">= 3"
    assert not missed["conversations right"].met
    assert any("MISSED" in line for line in total_lines([good, bad, bad, bad]))


def test_a_database_without_fitting_orders_ends_the_run_loudly(
    sqlite_engine: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = sqlite_engine.url.render_as_string(hide_password=False)
    assert main(["--database-url", url, "--report", str(tmp_path / "r.json")]) == 2
    assert "nothing that fits" in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()
