"""The pages and their files, as they lie in the package."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.api.headers import framed_by, framing_ourselves
from assistant.settings import Settings

WEB = Path(__file__).parents[1] / "web"

_REVALIDATE = {"Cache-Control": "no-cache"}
"""Names carry no version, so a browser asks each time; an ETag makes the answer a short 304."""

_FOR_ANY_PAGE = {"Cross-Origin-Resource-Policy": "cross-origin"}


class PageFiles(StaticFiles):
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(_REVALIDATE)
        return response


def add_pages(app: FastAPI, settings: Settings, web: Path = WEB) -> None:
    """The customer's page at ``/``, the agents' at ``/desk``, their files under ``/static``.

    Only the customer's page may be framed, by the origins that are configured; ``/widget.js`` puts
    it into a shop's page, and in the demo ``/widget-example`` is one.
    """

    def add(path: str, file: str, **headers: str) -> None:
        async def page() -> FileResponse:
            return FileResponse(web / file, headers=_REVALIDATE | headers)

        app.add_api_route(path, page, methods=["GET", "HEAD"], include_in_schema=False)

    def policy(text: str) -> dict[str, str]:
        return {"Content-Security-Policy": text}

    add("/", "index.html", **policy(framed_by("'self'", *settings.embed_origins)))
    add("/desk", "desk.html", **policy(framed_by()))
    add("/widget.js", "widget.js", **_FOR_ANY_PAGE)
    if settings.demo:
        add("/widget-example", "widget-example.html", **policy(framing_ourselves()))
    app.mount("/static", GZipMiddleware(PageFiles(directory=web), minimum_size=500))
