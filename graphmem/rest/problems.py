"""Every error as one flat JSON object, `{"detail", "error", "message"}` with the same text, and the right status."""

from __future__ import annotations

import logging
import traceback
import uuid
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from graphmem.errors import (
    AccessDenied,
    Closed,
    Conflict,
    ExtractionError,
    GraphMemError,
    InvalidInput,
    MissingExtra,
    NotFound,
    RateLimited,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RESPONSES", "Problem", "Problems", "problem", "register", "status_of"]

_LOG = logging.getLogger("graphmem.rest")
_STATUS: tuple[tuple[type[GraphMemError], int], ...] = (
    (InvalidInput, 400),
    (AccessDenied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (RateLimited, 429),
    (StoreUnavailable, 503),
    (Closed, 503),
    (MissingExtra, 501),
    (ExtractionError, 500),
    (GraphMemError, 500),
)
_RETRY = {"Retry-After": "1"}


class Problem(BaseModel):
    """An error: what is wrong and what mends it, the same text under each name that clients read."""

    detail: str = Field(examples=["no scope: pass at least one of user_id, agent_id, app_id, run_id"])
    error: str
    message: str


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "What was asked cannot be done: 400 wrong, 401 no key, 403 not allowed, "
            "404 not there, 408 too slow, 409 changed meanwhile, 413 too large, 429 too often (`Retry-After`)"},
    "5XX": {"model": Problem, "description": "Not now: 503 says when to try again (`Retry-After`)"},
}  # fmt: skip
"""What every route may answer beside what it promises, for its description."""


def status_of(error: GraphMemError) -> int:
    """The HTTP status of an error of the engine."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem(status: int, text: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error as every client can read it."""
    return JSONResponse({"detail": text, "error": text, "message": text}, status, dict(headers or {}))


def register(app: FastAPI) -> None:
    """Let an application answer every error this way."""
    app.add_exception_handler(GraphMemError, _engine)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _engine(request: Request, error: Any) -> JSONResponse:
    return problem(status_of(error), str(error), _RETRY if error.retryable or isinstance(error, Closed) else None)


async def _invalid(request: Request, error: Any) -> JSONResponse:
    return problem(400, "; ".join(_fault(fault) for fault in error.errors()[:5]))


async def _http(request: Request, error: Any) -> JSONResponse:
    detail = error.detail if isinstance(error.detail, str) else str(error.detail)
    if error.status_code == 404 and detail == "Not Found":
        detail = f"there is no {request.method} {request.url.path} here: /docs lists what there is"
    return problem(error.status_code, detail, error.headers)


def _fault(fault: Mapping[str, Any]) -> str:
    """Where, and what, of one fault that pydantic found."""
    if fault["type"] == "json_invalid":
        return "the body is not valid JSON"
    where = ".".join(str(part) for part in fault["loc"][1:]) or "the body"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"


class Problems:
    """ASGI middleware that answers what nobody foresaw, without its inside.

    The log says which error it was and where it happened, but not its message, which may hold somebody's words.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except GraphMemError as error:  # of the middlewares; that of a route is answered within
            if scope["type"] != "http" or started:
                raise
            await (await _engine(Request(scope), error))(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            number = uuid.uuid4().hex[:12]
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("internal error %s: %s\n%s", number, type(error).__name__, frames)
            await problem(500, f"internal error {number}: the server's log says where")(scope, receive, watched)
