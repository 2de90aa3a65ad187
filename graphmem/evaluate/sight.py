"""Why a caller does not see a memory, in words: the rule by which every store hides memories, told a memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.types import is_expired

if TYPE_CHECKING:
    from datetime import datetime

    from graphmem.types import MemoryItem, Scope

__all__ = ["hidden"]


def hidden(item: MemoryItem, asker: Scope, now: datetime, as_of: datetime | None = None) -> str:
    """What hides a memory from who asks now (about the moment `as_of`); the empty string if nothing does."""
    if item.owner not in asker.owners():
        return f"other scope: it belongs to {item.owner}, and {' and '.join(asker.owners())} asks"
    if item.layer == "session" and item.session_id != asker.session_id:
        asked = f"names session {asker.session_id!r}" if asker.session_id else "names no session"
        return f"other scope: it is a note of session {item.session_id!r}, and the question {asked}"
    if is_expired(item, now):
        return f"expired: since {item.expires_at:%Y-%m-%d %H:%M} UTC"
    if as_of is not None:
        return _untrue(item, as_of)
    return "" if item.layer == "conversation" else _over(item, now)


def _untrue(item: MemoryItem, as_of: datetime) -> str:
    if item.valid_from <= as_of and (item.valid_to is None or item.valid_to > as_of):
        return ""
    until = f" until {item.valid_to:%Y-%m-%d}" if item.valid_to else ""
    return f"not true then: it held from {item.valid_from:%Y-%m-%d}{until}, and {as_of:%Y-%m-%d} is asked about"


def _over(item: MemoryItem, now: datetime) -> str:
    if item.valid_to is not None and item.valid_to > now:
        return ""
    if item.superseded_by is not None:
        return f"superseded: by {item.superseded_by}"
    return f"over: it held until {item.valid_to:%Y-%m-%d}" if item.valid_to is not None else ""
