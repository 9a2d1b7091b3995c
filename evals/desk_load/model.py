"""The model of the load: an endpoint in a process of its own that says the same, slowly."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from evals.stub_model import Answer, running

REPLY = (
    "Certainly. I am glad to help you with this and will look at everything that you asked "
    "about. Tell me a little more, so that I understand it well, and then we go on from there."
)
FIRST_WORDS = 2
"""A sentence is sent once the word behind it shows that it is complete."""


@contextmanager
def slow_model(seconds_a_token: float) -> Iterator[str]:
    """Its base URL."""
    child = subprocess.Popen(
        [sys.executable, "-m", "evals.desk_load.model", str(seconds_a_token)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        yield child.stdout.readline().strip()
    finally:
        child.kill()
        child.wait()


def main() -> None:
    answer = Answer(text=REPLY, seconds_a_token=float(sys.argv[1]))
    with running(lambda _: answer) as stub:
        print(stub.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
