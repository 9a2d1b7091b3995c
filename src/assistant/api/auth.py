"""Who asks: the customer that the shop's signed token names, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from assistant.api.problems import Problem
from assistant.tokens import InvalidToken, Signed, Tokens


class SignedRoute(APIRoute):
    """A route for customers: the token is checked before the body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_signed(request: Request) -> Response:
            request.state.signed = _signed(request)
            return await handle(request)

        return handle_signed


async def customer_id(
    request: Request,
    in_openapi: Annotated[Any, Depends(HTTPBearer(auto_error=False, bearerFormat="JWT"))],
) -> str:
    """The customer of a SignedRoute."""
    signed: Signed = request.state.signed
    return signed.customer_id


async def signed_seconds(request: Request) -> float:
    """For how many seconds from now the customer of a SignedRoute is signed in."""
    signed: Signed = request.state.signed
    return (signed.ends - datetime.now(UTC)).total_seconds()


CustomerId = Annotated[str, Depends(customer_id)]
SignedSeconds = Annotated[float, Depends(signed_seconds)]


def _signed(request: Request) -> Signed:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("token_missing", "Sign in first: send a bearer token.", "Bearer")
    tokens: Tokens = request.app.state.tokens
    try:
        return tokens.read(token.strip())
    except InvalidToken as error:
        raise _unauthorized(error.code, str(error), 'Bearer error="invalid_token"') from None


def _unauthorized(code: str, detail: str, challenge: str) -> Problem:
    return Problem(401, code, detail, headers={"WWW-Authenticate": challenge})
