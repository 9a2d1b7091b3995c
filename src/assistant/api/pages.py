"""The customer's page and its files, as they lie in the package."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parents[1] / "web"

_REVALIDATE = {"Cache-Control": "no-cache"}
"""Names carry no version, so a browser asks each time; an ETag makes the answer a short 304."""


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


def add_pages(app: FastAPI, web: Path = WEB) -> None:
    """The page at ``/``, its files under ``/static``."""

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(web / "index.html", headers=_REVALIDATE)

    app.mount("/static", GZipMiddleware(PageFiles(directory=web), minimum_size=500))
