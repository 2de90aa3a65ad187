"""What goes by itself: exports and jobs of profiles after a time, feedback with the memory that it is about."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from graphmem.rest.known import ANYBODYS

if TYPE_CHECKING:
    from graphmem.memory import Memory
    from graphmem.rest.control import Control
    from graphmem.rest.tenants import Tenants

__all__ = ["sweep", "sweep_feedback"]

_EXPORTS = timedelta(days=30)
_PROFILE_JOBS = timedelta(days=1)
_LOST = timedelta(days=30)
_AT_ONCE = 1_000


def sweep(control: Control, tenants: Tenants, store: str) -> None:
    """Forget what was asked for long ago, and what was said of memories that are gone."""
    now = datetime.now(timezone.utc)
    control.run("drop_exports", before=(now - _EXPORTS).isoformat())
    control.run("drop_profile_jobs", before=(now - _PROFILE_JOBS).isoformat())
    control.run("drop_lost_feedback", before=(now - _LOST).isoformat())
    for row in control.run("feedback_projects", store=store):
        sweep_feedback(control, row["project_id"], store, tenants.memory(row["project_id"]))


def sweep_feedback(control: Control, project: str, store: str, memory: Memory) -> None:
    """Forget what was said of a project's memories that were deleted elsewhere; the journal sees to the others."""
    ids = [row["memory_id"] for row in control.run("feedback_of", project_id=project, store=store)]
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        asked = {"AND": [{"memory_ids": part}, ANYBODYS]}
        there = {item.id for item in memory.get_all(filters=asked, page_size=_AT_ONCE, show_expired=True)}
        if gone := set(part) - there:
            control.run("drop_feedback", project_id=project, store=store, memory_ids=json.dumps(list(gone)))
