"""Sameness: whether a planned fact says what a stored one says, for the same ones and as long. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.claims import signature
from graphmem.extract.base import is_functional
from graphmem.words import fold, key, normalise

if TYPE_CHECKING:
    from datetime import datetime

    from graphmem.plan import Planned
    from graphmem.types import MemoryItem

__all__ = ["is_earlier", "is_same", "lapses", "wording"]


def wording(item: MemoryItem) -> tuple[object, ...]:
    """Equal for facts of the same ones in the same words."""
    return item.owner, item.layer, item.session_id, key(item.name or ""), fold(normalise(item.memory))


def is_same(plan: Planned, item: MemoryItem) -> bool:
    """Of near texts: the same layer, session, subject, names, numbers and polarity, and to last as long."""
    new = plan.item
    return (
        (item.layer, item.session_id, item.pin) == (new.layer, new.session_id, new.pin)
        and key(item.name or "") == key(new.name or "")
        and item.superseded_by is None
        and not lapses(item, new.expires_at, new.ttl)
        and not is_earlier(plan, item)
        and signature(item.memory) == signature(new.memory)
    )


def is_earlier(plan: Planned, item: MemoryItem) -> bool:
    """Whether something that changes in time is told of an earlier time, from which another may part it."""
    return plan.item.valid_from < item.valid_from and any(is_functional(r.type) for r in plan.relations)


def lapses(item: MemoryItem, expires_at: datetime | None, ttl: float | None) -> bool:
    """Whether a memory ends sooner than it would if it were told now, to last so long."""
    if item.expires_at is None:
        return False
    if item.ttl is not None and ttl is not None:
        return item.ttl < ttl
    return expires_at is None or item.expires_at < expires_at
