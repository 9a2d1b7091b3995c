"""A stand-in for the engine's child process: the same pipe, health check and slots, no model.

It dies at a request for `/crash`, and refuses or dies of saved prefixes as their content says.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ENGINE = json.loads(sys.stdin.buffer.readline())
READ_ANEW = Path(ENGINE["gguf"]).with_suffix(".read")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/crash":
            os.abort()
        self._answer(200)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {ENGINE['api_key']}":
            self._answer(401)
        elif self.path == "/slots/0?action=save":
            Path(ENGINE["prefix_folder"], body["filename"]).write_text("state")
            self._answer(200)
        elif self.path == "/slots/0?action=restore":
            content = Path(ENGINE["prefix_folder"], body["filename"]).read_text()
            if content == "deadly":
                os.abort()
            self._answer(200 if content == "state" else 400)
        else:
            if self.path == "/v1/chat/completions":
                with READ_ANEW.open("a") as file:
                    file.write("x")
            self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        return


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", ENGINE["port"]), Handler).serve_forever()
