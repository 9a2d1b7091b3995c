"""The unchanging starts of our prompts, read by the embedded model once and kept on disk.

A small model on two cores reads some 70 tokens a second, so a prompt's stable part costs many
seconds once and next to nothing after. llama.cpp can write what it has read to a file.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

logger = logging.getLogger(__name__)

FILES_KEPT = 16
"""Prompts change with every release; the files of old ones go (and what a crash left)."""

ChatRequest = Mapping[str, Any]
"""The body of a chat completion whose messages (and tools) are the stable start of a prompt."""


@dataclass(frozen=True)
class SavedPrefixes:
    """Prefixes for one model: `identity` names the weights and the engine they go with."""

    folder: Path
    identity: str
    requests: Sequence[ChatRequest]

    def warm(self, engine: httpx.Client) -> None:
        """Have the engine know every prefix, from disk where possible.

        Raises httpx.TransportError when the engine goes away meanwhile.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for request in self.requests:
            saved = self.folder / f"{self._digest(request)}.prefix"
            if _restore(engine, saved):
                # The slot's content moves to the engine's own cache when it gets other work.
                engine.post("/completion", json={"prompt": "-", "n_predict": 1})
            else:
                _read_and_save(engine, request, saved)
        self._prune()

    def _digest(self, request: ChatRequest) -> str:
        content = json.dumps([self.identity, dict(request)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def _prune(self) -> None:
        files = sorted(self.folder.iterdir(), key=_age, reverse=True)
        for path in files[FILES_KEPT:]:
            path.unlink(missing_ok=True)


def _restore(engine: httpx.Client, saved: Path) -> bool:
    """Whether the engine took over the file's content."""
    tried = saved.with_suffix(".tried")
    try:
        # Under its name again only when it was taken: a file that crashes the engine must
        # not be there at the next start.
        saved.replace(tried)
    except FileNotFoundError:
        return False
    answer = engine.post("/slots/0", params={"action": "restore"}, json={"filename": tried.name})
    if answer.is_success:
        tried.replace(saved)
        saved.touch()
        return True
    logger.warning("a saved prefix was refused and is read anew: %s", answer.text[:200])
    tried.unlink(missing_ok=True)
    return False


def _read_and_save(engine: httpx.Client, request: ChatRequest, saved: Path) -> None:
    answer = engine.post("/v1/chat/completions", json={**request, "max_tokens": 1})
    if not answer.is_success:
        logger.warning("a prefix could not be read: %s", answer.text[:200])
        return
    unfinished = saved.with_suffix(".new")
    answer = engine.post("/slots/0", params={"action": "save"}, json={"filename": unfinished.name})
    if answer.is_success:
        unfinished.replace(saved)
    else:
        logger.warning("a prefix could not be saved: %s", answer.text[:200])


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # Another process pruned it.
        return 0.0
