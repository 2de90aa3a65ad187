"""Whether the server lives, whether it can serve, and whose key this is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from graphmem import __version__
from graphmem.rest.auth import Reader
from graphmem.rest.problems import problem
from graphmem.rest.services import Served

__all__ = ["router"]

router = APIRouter(tags=["server"])

EMAIL = "user@localhost"
"""Clients expect the address of an account; a key has none, and some clients tell it to third parties."""


@router.get("/v1/ping")
def ping(caller: Reader) -> dict[str, Any]:
    """Whose key this is: its organisation and project."""
    return {"status": "ok", "org_id": caller.org, "project_id": caller.project, "user_email": EMAIL}


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": __version__}


@router.get("/readyz", response_model=None)
def readyz(request: Request, services: Served) -> Any:
    """The models are loaded, and store and control file answer; else 503."""
    if not request.app.state.warm.is_set():
        return problem(503, "the models are being loaded", {"Retry-After": "1"})
    services.control.run("organisations", id=None)
    services.tenants.engine.stats()
    return {"status": "ok", "version": __version__}
