"""Deleted projects: what requests that were under way still wrote to their tenants goes too."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphmem.memory import Memory
    from graphmem.rest.control import Control

__all__ = ["sweep_deleted"]

_WATCHED = 86_400.0
"""Seconds in which any request that was under way has ended."""


def sweep_deleted(control: Control, engine: Memory) -> bool:
    """Empty the tenants of projects that were deleted not long ago. There is never more to do at once."""
    for row in control.run("deleted_projects"):
        memory = engine.for_tenant(row["id"])
        if memory.holders():
            memory.reset()
    control.run("drop_deleted_projects", before=time.time() - _WATCHED)
    return False
