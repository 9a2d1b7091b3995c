"""The embedded model's child: its life with a stand-in engine, and for real when marked so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import openai
import pytest

from assistant.embedded import EmbeddedModel, EmbeddedModelError
from assistant.settings import Settings
from assistant.weights import ensure_weights

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes under /proc")
STAND_IN = (sys.executable, "-m", "tests.assistant.engine_stand_in")
GREETING = {"messages": [{"role": "system", "content": "You are the shop's assistant."}]}
FAREWELL = {"messages": [{"role": "system", "content": "You say goodbye."}]}


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "some.gguf"
    path.write_bytes(b"no weights at all")
    return path


@pytest.fixture
def make_model(gguf: Path, tmp_path: Path) -> Callable[..., EmbeddedModel]:
    def make(*prefixes: dict[str, object]) -> EmbeddedModel:
        return EmbeddedModel(
            gguf,
            log_path=tmp_path / "model.log",
            prefixes=prefixes,
            prefix_folder=tmp_path / "prefixes",
            command=STAND_IN,
        )

    return make


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def crash(model: EmbeddedModel) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(model.base_url.removesuffix("/v1") + "/crash", trust_env=False)


def times_read(gguf: Path) -> int:
    return len(gguf.with_suffix(".read").read_text())


@LINUX
def test_it_is_loading_at_once_then_ready_then_gone(
    make_model: Callable[..., EmbeddedModel],
) -> None:
    model = make_model()
    url = model.start()
    assert (url, model.state) == (model.base_url, "loading")

    assert model.wait_until_ready(20)
    pid = model.pid
    assert model.state == "ready"
    assert pid is not None

    model.stop()
    assert model.state == "stopped"
    assert model.pid is None
    assert is_gone(pid)


def test_a_crash_is_followed_by_a_new_child_at_the_same_place(
    make_model: Callable[..., EmbeddedModel],
) -> None:
    with make_model() as model:
        assert model.wait_until_ready(20)
        before = (model.pid, model.base_url)

        crash(model)

        assert wait_for(lambda: model.state == "loading")
        assert model.detail is not None
        assert "ended with status -6" in model.detail
        assert model.wait_until_ready(20)
        assert model.detail is None
        assert model.pid != before[0]
        assert model.base_url == before[1]


def test_stopping_while_it_loads_lets_go_of_who_waits(gguf: Path, tmp_path: Path) -> None:
    never = (sys.executable, "-c", "import time; time.sleep(60)")
    model = EmbeddedModel(gguf, log_path=tmp_path / "model.log", command=never)
    model.start()
    assert wait_for(lambda: model.pid is not None)

    started = time.monotonic()
    model.stop()

    assert not model.wait_until_ready(20)
    assert time.monotonic() - started < 5


def test_a_file_that_is_no_model_fails_for_good_and_says_where_to_look(
    gguf: Path, tmp_path: Path
) -> None:
    with EmbeddedModel(gguf, log_path=tmp_path / "model.log") as model:
        assert not model.wait_until_ready(60)
        assert model.state == "failed"
        assert str(tmp_path / "model.log") in str(model.detail)
        assert "cannot load" in (tmp_path / "model.log").read_text()


def test_a_missing_file_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedModelError, match=r"no model file at .*absent\.gguf"):
        EmbeddedModel(tmp_path / "absent.gguf", log_path=tmp_path / "model.log").start()


@LINUX
def test_the_key_is_not_on_the_command_line(make_model: Callable[..., EmbeddedModel]) -> None:
    with make_model() as model:
        assert model.wait_until_ready(20)
        assert model.api_key not in Path(f"/proc/{model.pid}/cmdline").read_text()


def test_prefixes_are_read_once_and_restored_at_the_next_start(
    make_model: Callable[..., EmbeddedModel], gguf: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        with make_model(GREETING, FAREWELL) as model:
            assert model.wait_until_ready(20)

    assert times_read(gguf) == 2
    assert len(list((tmp_path / "prefixes").glob("*.prefix"))) == 2


def test_a_changed_prompt_or_model_is_read_anew(
    make_model: Callable[..., EmbeddedModel], gguf: Path
) -> None:
    with make_model(GREETING) as model:
        assert model.wait_until_ready(20)
    with make_model(FAREWELL) as model:
        assert model.wait_until_ready(20)
    gguf.write_bytes(b"other weights")
    with make_model(FAREWELL) as model:
        assert model.wait_until_ready(20)

    assert times_read(gguf) == 3


@pytest.mark.parametrize("content", ["damaged", "deadly"])
def test_a_saved_prefix_that_cannot_be_used_is_read_anew(
    make_model: Callable[..., EmbeddedModel], gguf: Path, tmp_path: Path, content: str
) -> None:
    with make_model(GREETING) as model:
        assert model.wait_until_ready(20)
    (saved,) = (tmp_path / "prefixes").glob("*.prefix")
    saved.write_text(content)

    with make_model(GREETING) as model:
        assert model.wait_until_ready(30)

    assert times_read(gguf) == 2
    assert saved.read_text() == "state"


PARENT = """
import sys, time
from pathlib import Path
from assistant.embedded import EmbeddedModel

model = EmbeddedModel(Path(sys.argv[1]), log_path=Path(sys.argv[2]))
model.start()
if "ready" in sys.argv:
    model.wait_until_ready(90)
while model.pid is None:
    time.sleep(0.05)
print(model.pid, flush=True)
time.sleep(90)
"""


@pytest.fixture(scope="module")
def weights() -> Path:
    settings = Settings.load()
    return settings.local_gguf or ensure_weights(settings.cache)


@pytest.fixture(scope="module")
def real(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedModel]:
    folder = tmp_path_factory.mktemp("model")
    with EmbeddedModel(weights, log_path=folder / "model.log") as model:
        assert model.wait_until_ready(90), model.detail
        yield model


@pytest.fixture
def client(real: EmbeddedModel) -> openai.OpenAI:
    return openai.OpenAI(base_url=real.base_url, api_key=real.api_key, max_retries=0, timeout=90)


@pytest.mark.model
def test_it_answers_the_openai_client_and_nobody_without_the_key(
    real: EmbeddedModel, client: openai.OpenAI
) -> None:
    answer = client.chat.completions.create(
        model="embedded",
        messages=[{"role": "user", "content": "Say hello."}],
        max_tokens=8,
        temperature=0,
    )
    assert answer.choices[0].message.content
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="guess").chat.completions.create(
            model="embedded", messages=[{"role": "user", "content": "Hello"}]
        )


@pytest.mark.model
def test_a_reply_under_a_schema_streams_with_its_usage(client: openai.OpenAI) -> None:
    look_up = {
        "type": "object",
        "properties": {"tool": {"const": "get_order"}, "order_number": {"enum": ["A20031"]}},
        "required": ["tool", "order_number"],
        "additionalProperties": False,
    }
    reply = {
        "type": "object",
        "properties": {"tool": {"const": "reply"}},
        "required": ["tool"],
        "additionalProperties": False,
    }
    stream = client.chat.completions.create(
        model="embedded",
        messages=[
            {"role": "system", "content": 'One action, such as {"tool":"reply"}.'},
            {"role": "user", "content": "Where is order A20031?"},
        ],
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "action", "schema": {"anyOf": [look_up, reply]}},
        },
        stream=True,
        stream_options={"include_usage": True},
        temperature=0,
        max_tokens=40,
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    usages = [chunk.usage for chunk in chunks if chunk.usage]
    assert '"tool"' in text
    assert text.strip().endswith("}")
    assert len(usages) == 1
    assert usages[0].completion_tokens > 0


@pytest.mark.model
def test_a_client_that_goes_away_stops_the_generation(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="embedded",
        messages=[{"role": "user", "content": "Count from 1 to 500, one number a line."}],
        max_tokens=1000,
        stream=True,
    )
    next(iter(stream))
    stream.close()

    started = time.monotonic()
    client.chat.completions.create(
        model="embedded", messages=[{"role": "user", "content": "Hello"}], max_tokens=1
    )
    assert time.monotonic() - started < 15  # A thousand tokens take close to a minute.


@LINUX
@pytest.mark.model
@pytest.mark.parametrize("moment", ["loading", "ready"])
def test_a_killed_parent_leaves_no_child_behind(weights: Path, tmp_path: Path, moment: str) -> None:
    command = [sys.executable, "-c", PARENT, str(weights), str(tmp_path / "log"), moment]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    assert wait_for(lambda: is_gone(child), seconds=60)


@pytest.mark.model
def test_a_second_start_knows_the_prefix_without_reading_it(weights: Path, tmp_path: Path) -> None:
    system = {"role": "system", "content": "Orders can be returned within 30 days. " * 30}
    for known in (0, 200):
        with EmbeddedModel(
            weights,
            log_path=tmp_path / "model.log",
            prefixes=[{"messages": [system]}],
            prefix_folder=tmp_path / "prefixes",
        ) as model:
            started = time.monotonic()
            assert model.wait_until_ready(100)
            seconds = time.monotonic() - started
            print(f"ready after {seconds:.1f} s with {known} tokens known")
            client = openai.OpenAI(base_url=model.base_url, api_key=model.api_key, max_retries=0)
            answer = client.chat.completions.create(
                model="embedded", messages=[system, {"role": "user", "content": "Hi"}], max_tokens=1
            )
            assert answer.usage is not None
            assert answer.usage.prompt_tokens_details is not None
            assert (answer.usage.prompt_tokens_details.cached_tokens or 0) >= 200
