"""Forgetting: what must go with a memory so that nothing of it stays. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.store.base import Changes
from graphmem.types import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from graphmem.types import MemoryItem

__all__ = ["deletion", "kept_sources", "resting_on"]


def resting_on(facts: Sequence[MemoryItem], gone: set[str]) -> list[MemoryItem]:
    """The facts all of whose source turns are gone."""
    return [fact for fact in facts if fact.id not in gone and fact.sources and set(fact.sources) <= gone]


def kept_sources(items: Sequence[MemoryItem]) -> tuple[str, ...]:
    """The raw turns that deleted facts rested on and that stay."""
    gone = {item.id for item in items}
    return tuple(dict.fromkeys(turn for item in items for turn in item.sources if turn not in gone))


def deletion(tenant: str, items: Sequence[MemoryItem], now: datetime) -> Changes:
    """The changes that remove these memories, with an event each that keeps no words."""
    return Changes(
        tenant=tenant,
        delete=[item.id for item in items],
        events=[Event(id=i.id, memory=None, event="DELETE", layer=i.layer, at=now) for i in items],
    )
