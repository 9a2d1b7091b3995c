"""The other side of the outbox: takes an effect once a key, however often it is sent."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.signing import signature


class Receiver:
    """``sent`` counts requests by key; ``effects`` holds what was done, one for each key."""

    def __init__(self, secret: str) -> None:
        self.sent: Counter[str] = Counter()
        self.effects: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.url = ""
        self._secret = secret
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        key, moment = headers["idempotency-key"], headers["webhook-timestamp"]
        with self._lock:
            if headers["webhook-signature"] != f"v1,{signature(key, moment, body, self._secret)}":
                self.faults.append(f"{key}: the signature is wrong")
            told = json.loads(body)
            if self.effects.setdefault(key, told) != told:
                self.faults.append(f"{key}: came with another content")
            self.sent[key] += 1


@contextmanager
def receiving(secret: str) -> Iterator[Receiver]:
    """A receiver on a free loopback port, until the block ends."""
    receiver = Receiver(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            expected = int(self.headers["content-length"])
            body = self.rfile.read(expected)
            if len(body) < expected:
                return  # its sender died over it
            receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/effects"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
