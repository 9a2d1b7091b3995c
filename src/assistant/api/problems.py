"""Every error leaves as an RFC 9457 problem document with a stable ``code``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from assistant.api.headers import SECURITY_HEADERS
from assistant.api.validation import FieldError, field_errors
from orderdb.errors import (
    DeskError,
    HeldByOther,
    MessageConflict,
    NotFound,
    OrderError,
    ProposalClosed,
    ProposalError,
    Refused,
)
from orderdb.policy_book import UnknownClause

MEDIA_TYPE = "application/problem+json"

_CODES = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}
_log = logging.getLogger(__name__)


class ProblemDocument(BaseModel):
    """An error as clients read it. ``code`` is stable; ``detail`` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | None = None


class Problem(HTTPException):
    """Raised by routes; ``more`` are further members of the document."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, detail, headers)
        self.code = code
        self.more = more


def problem_response(
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    document = ProblemDocument(
        title=HTTPStatus(status).phrase, status=status, detail=detail, code=code
    )
    return JSONResponse(
        document.model_dump(exclude_none=True) | more, status, headers, media_type=MEDIA_TYPE
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Turn what routes, the framework and the shop raise into problem documents."""
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(OrderError, _on_refusal)
    app.add_exception_handler(Exception, _on_surprise)


def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error, Problem):
        return problem_response(
            error.status_code, error.code, error.detail, error.headers, **error.more
        )
    status = error.status_code
    code = _CODES.get(status, HTTPStatus(status).name.lower())
    return problem_response(status, code, error.detail, error.headers)


def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    raw = error.errors()
    if any(problem["loc"][:1] == ("path",) for problem in raw):
        return problem_response(404, "not_found", "There is no such thing.")
    if any(problem["type"] == "json_invalid" for problem in raw):
        return problem_response(400, "malformed_json", "The body is not JSON.")
    errors = field_errors(raw)
    return problem_response(
        422,
        "invalid_request",
        "; ".join(f"{found.field}: {found.message}" for found in errors),
        errors=[found.model_dump() for found in errors],
    )


def _on_refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OrderError)
    if isinstance(error, NotFound | UnknownClause):
        return problem_response(404, "not_found", "There is no such thing.")
    if isinstance(error, Refused):
        return problem_response(
            409, error.code, error.reason.en, reason=error.reason.model_dump(), clause=error.clause
        )
    if isinstance(error, ProposalClosed):
        return problem_response(409, error.code, str(error), proposal_status=error.status)
    if isinstance(error, HeldByOther):
        agent = {"agent_id": error.agent_id, "display_name": error.display_name}
        until = error.until and error.until.isoformat()
        return problem_response(409, error.code, str(error), agent=agent, until=until)
    if isinstance(error, ProposalError | MessageConflict | DeskError):
        return problem_response(409, error.code, str(error) or error.code)
    return _on_surprise(request, error)


def _on_surprise(request: Request, error: Exception) -> JSONResponse:
    """Nothing of what went wrong inside is told; the log knows it under the same id."""
    incident = uuid4().hex[:12]
    _log.error("incident %s: %s %s", incident, request.method, request.url.path, exc_info=error)
    return problem_response(
        500,
        "internal_error",
        f"Something went wrong here. It is logged as {incident}.",
        SECURITY_HEADERS,
        incident=incident,
    )


def documented(*statuses: int | Literal["default"]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route for the OpenAPI document."""
    return {
        status: {
            "description": "Error" if status == "default" else HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in statuses
    }
