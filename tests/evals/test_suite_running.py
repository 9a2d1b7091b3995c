"""Runs: killed and gone on with, reported, compared, gated, and refused before anything runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import pytest
from pydantic import SecretStr

from assistant.settings import Settings
from evals.suite import cli, reach
from evals.suite.loading import load
from evals.suite.page import html
from evals.suite.prices import NoPrice, price_of
from evals.suite.reporting import lines
from evals.suite.results import Results, collect
from evals.suite.running import BadRun, Plan, balanced, prepare
from evals.suite.shop import Shop
from orderdb.policy_book import PolicyBook

ROOT = Path(__file__).parents[2]
CASES = ("en-where-plain", "zh-where-plain", "en-cancel-processing", "en-policy-window",
         "zh-total-paid", "en-person-please")  # fmt: skip


def environment() -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": paths}


def start(folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.evals.a_run", str(folder), str(seconds), *CASES],
        env=environment(), start_new_session=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def played(folder: Path) -> list[str]:
    file = folder / "played.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was killed after some cases and gone on with; its folder."""
    folder = tmp_path_factory.mktemp("killed")
    first = start(folder, 0.4)
    began = time.monotonic()
    while len(played(folder)) < 4 and time.monotonic() - began < 60:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    finished = [one.case for one in collect(folder / "build" / "evals" / "killed").trials]
    (folder / "before.json").write_text(json.dumps(finished), encoding="utf-8")
    second = start(folder, 0)
    assert second.wait(90) == 0
    return folder


def test_a_killed_run_goes_on_without_repeating_what_was_finished(run: Path) -> None:
    before = json.loads((run / "before.json").read_text(encoding="utf-8"))
    assert 2 <= len(before) < len(CASES)  # of four that were played, two may not be written yet
    counted = Counter(played(run))
    assert set(counted) == set(CASES)
    assert {case: counted[case] for case in before} == dict.fromkeys(before, 1)


def test_processes_that_share_a_run_end_with_the_one_that_was_started(tmp_path: Path) -> None:
    """Else they would go on beside whoever goes on with the run."""
    first = subprocess.Popen(
        [sys.executable, "-m", "tests.evals.a_share", str(tmp_path)], cwd=ROOT, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        first.kill()
        first.wait()
        shares = [int(file.name) for file in tmp_path.iterdir()]
        wait_until(lambda: not any(map(is_running, shares)))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(first.pid, signal.SIGKILL)


def test_a_process_that_was_given_nothing_yet_ends_too(tmp_path: Path) -> None:
    """Killed while it starts, a run left a process behind that kept its output open."""
    first = subprocess.Popen(
        [sys.executable, "-m", "tests.evals.a_share", str(tmp_path), "--unsent"], cwd=ROOT,
        env=environment(), start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: (tmp_path / "sending").exists() and len(of_session(first.pid)) >= 4)
        time.sleep(0.5)  # it has started, and waits for its share
        first.kill()
        first.wait()
        wait_until(lambda: not of_session(first.pid))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(first.pid, signal.SIGKILL)


def of_session(leader: int) -> list[int]:
    """Processes of a session that run: whoever was started, and whatever it started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, session = status.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
            if session == str(leader) and state != "Z":
                found.append(int(status.parent.name))
    return found


def wait_until(done: Callable[[], bool], seconds: float = 30) -> None:
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return (
        status.exists() and status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    )


def test_a_run_that_was_ended_says_so_and_ships_nothing(run: Path) -> None:
    results = collect(run / "build" / "evals" / "killed")
    assert results.planned == len(CASES)
    ended = results.model_copy(update={"trials": results.trials[:2]})
    assert "UNFINISHED: 4 were not played" in next(lines(ended))
    assert "unfinished: 4 trials were not played" in html(ended)
    assert "UNFINISHED" not in next(lines(results))


def test_its_results_hold_every_case_once(run: Path) -> None:
    results = collect(run / "build" / "evals" / "killed")
    assert sorted(one.case for one in results.trials) == sorted(CASES)
    assert all(one.resolved for one in results.trials)


def test_a_run_of_other_cases_under_the_same_name_is_refused(run: Path) -> None:
    from evals.suite.running import _same_as_before

    folder = run / "build" / "evals" / "killed"
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))

    class There(Plan):
        folder = run / "build" / "evals" / "killed"

    with pytest.raises(BadRun, match="other trials"):
        _same_as_before(There("killed"), about | {"trials": 3})


def test_the_report_is_one_page_with_json_and_junit_beside_it(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run / "build" / "evals" / "killed"
    assert cli.main(["report", str(folder)]) == 0
    assert "success 100.0%" in capsys.readouterr().out
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert 'src="' not in page
    assert "http://" not in page
    assert "https://" not in page
    suites = ElementTree.parse(folder / "junit.xml").getroot()
    assert [suite.get("tests") for suite in suites] == [str(len(CASES))]
    again = Results.model_validate_json((folder / "report.json").read_text(encoding="utf-8"))
    assert again.arms == ["scripted"]


def test_a_run_is_compared_and_gated_against_another(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run / "build" / "evals" / "killed"
    assert cli.main(["compare", str(folder), str(folder), "--arm", "scripted"]) == 0
    assert "change   +0.0%" in capsys.readouterr().out
    assert cli.main(["compare", str(folder), str(folder)]) == 2
    assert "has no trials of orderdesk; it has scripted" in capsys.readouterr().err
    assert cli.main(["gate", str(folder), "--baseline", str(folder), "--arm", "scripted"]) == 0
    capsys.readouterr()
    assert cli.main(["gate", str(folder), "--arm", "nobody"]) == 2
    assert "has no trials of nobody; it has scripted" in capsys.readouterr().err
    assert cli.main(["gate", str(folder), "--baseline", str(folder), "--arm", "guided"]) == 2


def test_the_embedded_model_switched_off_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(reach.NoModel, match="no model is configured"):
        prepare(Plan("x"), Settings(embedded=False, data=tmp_path))


def test_a_model_file_that_is_not_there_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(reach.NoModel, match="there is no model file at"):
        prepare(Plan("x"), Settings(data=tmp_path, local_gguf=tmp_path / "none.gguf"))


def test_an_endpoint_that_does_not_answer_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        settings = Settings(data=tmp_path, model="stub").model_copy(
            update={"openai_base_url": url, "openai_api_key": SecretStr("x")}
        )
        with pytest.raises(reach.NoModel, match="nothing answers at"):
            prepare(Plan("x"), settings)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b"])
def test_a_run_stays_in_a_folder_of_its_own(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--name ..`` would put logs beside, or over, all other runs."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run", "--name", name, "--arm", "guided", "--case", "en-where-plain"]) == 2
    assert not list(tmp_path.iterdir())


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(401)

    def log_message(self, *about: object) -> None:
        return


def test_an_endpoint_that_refuses_the_key_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        endpoint = {"openai_base_url": f"http://127.0.0.1:{server.server_port}/v1"}
        settings = Settings(data=tmp_path, model="stub").model_copy(update=endpoint)
        with pytest.raises(reach.NoModel, match="refuses the key: 401"):
            prepare(Plan("x"), settings)
        server.shutdown()


@pytest.mark.parametrize("price", ["-1", ".nan", ".inf", "much"])
def test_a_price_that_is_none_is_an_error_before_anything_runs(tmp_path: Path, price: str) -> None:
    table = tmp_path / "prices.yaml"
    table.write_text(f"currency: USD\nmodels: {{stub: {{input: {price}, output: 0}}}}\n")
    with pytest.raises(NoPrice, match="is no price table"):
        price_of("stub", table)


def test_a_model_without_a_price_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, model="unheard-of").model_copy(
        update={"openai_base_url": "http://127.0.0.1:9/v1", "openai_api_key": SecretStr("x")}
    )
    with pytest.raises(NoPrice, match="no price of unheard-of"):
        prepare(Plan("x"), settings)


def test_a_run_names_the_model_that_it_asked_and_none_where_it_asked_none() -> None:
    from evals.suite.running import _about

    settings, cases = Settings(), load(Shop.load(), PolicyBook.load(Settings().policies), "dev")
    assert "model" not in _about(Plan("x", arms=("guided",)), settings, cases)
    asked = _about(Plan("x"), settings, cases)
    assert asked["model"] == "embedded qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    assert asked["locked test split"] == "not played"
    own = Settings(local_gguf=Path("/models/some.gguf"))
    assert _about(Plan("x"), own, cases)["model"] == "embedded some.gguf"


def test_a_case_that_is_not_there_is_named() -> None:
    with pytest.raises(BadRun, match="no case en-nothing"):
        prepare(Plan("x", arms=("guided",), only=("en-nothing",)), Settings(embedded=False))


def test_errors_are_told_in_words_with_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--arm", "nobody"]) == 2
    assert "there is no arm nobody" in capsys.readouterr().err
    assert cli.main(["run", "--name", "../elsewhere"]) == 2
    assert "is the name of one folder below build/evals" in capsys.readouterr().err
    assert cli.main(["run", "--tag", "statsu"]) == 2
    assert "there is no tag statsu; there are status, " in capsys.readouterr().err
    assert cli.main(["run", "--keep-answers", "guided"]) == 2
    assert "not for guided" in capsys.readouterr().err
    assert cli.main(["report", "no-such-run"]) == 2
    assert "holds no run" in capsys.readouterr().err


def test_a_balanced_choice_holds_every_kind_in_both_languages() -> None:
    cases = load(Shop.load(), PolicyBook.load(Settings().policies))
    found = balanced(cases, 80)
    assert len({one.case.id for one in found}) == 80
    assert {one.case.tags[0] for one in found} == {one.case.tags[0] for one in cases}
    languages = Counter(one.case.language for one in found)
    assert abs(languages["en"] - languages["zh"]) <= 4
    assert balanced(cases, 80) == found
