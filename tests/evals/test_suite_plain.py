"""The plain agents that OrderDesk is compared with, over a scripted endpoint."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from assistant.settings import Endpoint
from evals.stub_model import Answer, look_up_then_say, running
from evals.suite import reach
from evals.suite.customers import customer_of
from evals.suite.played import Played
from evals.suite.playing import Open, Trial
from evals.suite.scripted import Perfect
from tests.evals.suite import Bench

CASE = "en-long-two-orders"
SAID = "Order A31002 is on its way."


async def play(bench: Bench, open_one: Open, *, cut_short: bool = False) -> Played:
    lost = bench.judge.is_lost if cut_short else None
    trial = Trial(bench.template, bench.desk.book, bench.desk.clock, "plain", lost)
    case = bench.of(CASE)[0]
    return await trial.play(case, open_one, customer_of()(case), 20)


def reached(url: str) -> reach.Reached:
    endpoint = Endpoint(base_url=url, api_key=SecretStr("none"), model="stub")
    return reach.Reached(endpoint, native=False)


async def test_it_calls_the_same_tools_and_its_tokens_are_counted(bench: Bench) -> None:
    with running(look_up_then_say("A31002", SAID)) as stub:
        played = await play(bench, reach.opener(bench.desk, "plain", reached(stub.base_url)))
    first = played.exchanges[0].answer
    assert [use.name for use in first.tools] == ["get_order"]
    assert first.reply == SAID
    assert (first.usage.model_calls, first.usage.prompt_tokens) == (2, 20)
    assert "hello" in str(stub.requests[0]["messages"])  # read once, before any turn is timed


async def test_a_trial_that_cannot_be_mended_ends_where_that_is_asked(bench: Bench) -> None:
    with running(look_up_then_say("A31002", SAID)) as stub:
        model = reached(stub.base_url)
        whole = await play(bench, reach.opener(bench.desk, "plain", model))
        short = await play(bench, reach.opener(bench.desk, "plain", model), cut_short=True)
    assert len(whole.exchanges) == 4
    assert len(short.exchanges) == 1
    assert short.cut_short
    case = bench.of(CASE)[0]
    words = [one.words for one in bench.judge.findings(case, short)]
    assert words
    assert "the conversation broke off" not in words


async def test_a_trial_that_is_right_is_not_cut_short_though_its_end_is_still_to_come(
    bench: Bench,
) -> None:
    trial = Trial(bench.template, bench.desk.book, bench.desk.clock, "tried", bench.judge.is_lost)
    case = bench.of("en-cancel-processing")[0]
    played = await trial.play(case, lambda c, s: Perfect(bench.desk, s, c), customer_of()(case), 20)
    assert case.end
    assert not played.cut_short
    assert bench.judge.findings(case, played) == []


async def test_what_was_answered_is_not_asked_again_where_that_is_wanted(bench: Bench) -> None:
    with running(look_up_then_say("A31002", SAID)) as stub:
        open_one = reach.opener(bench.desk, "plain", reached(stub.base_url), keep_answers=True)
        first = await play(bench, open_one)
        asked = len(stub.requests)
        again = await play(bench, open_one)
    assert len(stub.requests) == asked
    assert [one.answer.reply for one in again.exchanges] == [
        one.answer.reply for one in first.exchanges
    ]
    assert again.usage == first.usage
    assert again.exchanges[0].answer.tools  # tools run all the same, in a shop of its own
    assert again.exchanges[0].answer.first_token_seconds is None


async def test_the_constrained_one_names_its_steps_in_the_system_prompt(bench: Bench) -> None:
    def script(body: dict[str, Any]) -> Answer:
        if "response_format" in body:
            return Answer(text='{"tool": "reply"}')
        return Answer(text=SAID)

    with running(script) as stub:
        model = reached(stub.base_url)
        played = await play(bench, reach.opener(bench.desk, "plain_constrained", model))
    assert played.exchanges[0].answer.reply == SAID
    system = stub.requests[1]["messages"][0]["content"]
    assert '"tool": "get_order"' in system
    assert "get_order" not in stub.requests[1]["messages"][-1]["content"]
