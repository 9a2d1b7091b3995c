"""A shop's own page on another origin, under a strict policy of its own, with the widget in it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route


def page(request: Request) -> HTMLResponse:
    """``?desk=`` is OrderDesk's address, ``token=`` the customer's; nothing inline is allowed."""
    desk, token = request.query_params["desk"], request.query_params.get("token", "")
    inline = "inline" if "inline" in request.query_params else ""
    policy = f"default-src 'none'; script-src {desk}; frame-src {desk}"
    policy += "; require-trusted-types-for 'script'"
    return HTMLResponse(
        f'<!doctype html><html lang="en"><title>Shop</title>'
        f'<script src="{desk}/widget.js" defer></script><h1>My account</h1>'
        f'<order-desk token="{token}" language="en" {inline}></order-desk></html>',
        headers={"Content-Security-Policy": policy},
    )


@contextmanager
def host_page() -> Iterator[str]:
    """The origin that it is served from."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", page)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=5)
