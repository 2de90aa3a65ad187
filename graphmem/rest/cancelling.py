"""Jobs whose memories were deleted have nothing left to do."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from graphmem.rest.control import run

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

__all__ = ["CANCELLED", "cancel", "cancel_all"]

CANCELLED = "cancelled: what was to be read was deleted"


def cancel(connection: sqlite3.Connection, store: str, ids: Iterable[str]) -> None:
    """These memories of a store were deleted, or what rested on these turns was: no job reads them any more."""
    if run(connection, "drop_job_turns", store=store, ids=json.dumps(list(ids))):
        _end(connection, store, None)


def cancel_all(connection: sqlite3.Connection, store: str, project: str) -> None:
    """All memories of a project in a store were deleted."""
    _end(connection, store, project)


def _end(connection: sqlite3.Connection, store: str, project: str | None) -> None:
    for row in run(connection, "drop_idle_jobs", store=store, project_id=project):
        run(
            connection, "change_event", id=row["id"], status="FAILED", results="[]", error=CANCELLED, started_at=None,
            completed_at=time.time(),
        )  # fmt: skip
