"""Clients for the endpoints that the settings name."""

from __future__ import annotations

import httpx

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def is_here(url: str) -> bool:
    """Whether it is on this machine, where no proxy leads."""
    return httpx.URL(url).host in _THIS_MACHINE


def client_for(url: str, *, seconds: float | None = None) -> httpx.AsyncClient:
    """A client that follows no redirect; ``seconds`` is its timeout, httpx's own when None.

    Calls to this machine go straight to it, whatever proxy the environment names.
    """
    proxied = not is_here(url)
    if seconds is None:
        return httpx.AsyncClient(trust_env=proxied)
    return httpx.AsyncClient(trust_env=proxied, timeout=seconds)
