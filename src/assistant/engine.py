"""The child process of the embedded model: llama.cpp, set up and serving on loopback.

docs/embedded-model.md holds what was measured for the settings chosen here.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

CANNOT_LOAD = 3
"""Exit status of a child whose weights do not load: starting it again cannot help."""

READ_TOKENS_AT_ONCE = 512
"""A cancelled request is noticed between two of these; larger ones are not faster."""

PREFIX_CACHE_MIB = 1024
"""Memory for prompts read before, beside the one at work; 28 KiB a token."""

SPINS_BEFORE_SLEEP = "1000"
"""Threads meet hundreds of times a token. Left to spin (300,000 by default) they starve each
other as soon as anything else wants the cores; that costs not a little speed but nearly all."""

LONGEST_REPLY_TOKENS = 1024
"""For a client that sets no limit of its own."""


@dataclass(frozen=True)
class Engine:
    """What the child is told by its parent."""

    gguf: str
    port: int
    api_key: str = field(repr=False)
    context_tokens: int
    threads: int | None
    prefix_folder: str | None


def serve(engine: Engine) -> None:
    """Load the weights and serve for ever. Runs in the child."""
    # Must be set before the library is loaded, which reads it once.
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS_BEFORE_SLEEP)
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = engine.gguf
    params.model_alias = {"embedded"}
    params.hostnames = ["127.0.0.1"]
    params.port = engine.port
    params.api_keys = [engine.api_key]
    params.use_jinja = True
    params.ui = False
    params.n_ctx = engine.context_tokens
    params.n_predict = LONGEST_REPLY_TOKENS
    params.n_parallel = 1  # Two cores: a queue answers the first customer sooner.
    params.n_batch = params.n_ubatch = READ_TOKENS_AT_ONCE
    params.cache_ram_mib = PREFIX_CACHE_MIB
    params.no_extra_bufts = True  # Repacked weights load slower and read prompts slower here.
    if engine.prefix_folder is not None:
        params.slot_save_path = engine.prefix_folder
    if engine.threads is not None:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = engine.threads
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        logger.error("cannot load %s: %s", engine.gguf, error)
        os._exit(CANNOT_LOAD)
    logger.info("serving on %s", server.listening_address)
    threading.Event().wait()  # The server stops when its object goes.


def main() -> None:
    """The child: one JSON line on standard input, so that the key stays out of `ps`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    engine = Engine(**json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(engine)


def _end_with_parent() -> None:
    """Wait for the pipe from the parent to close, then end at once: nothing is to be saved."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
