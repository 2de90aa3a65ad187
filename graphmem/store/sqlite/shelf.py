"""The partitions in memory: made on first use, brought up to date by each search, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from graphmem.store.sqlite.database import run
from graphmem.store.sqlite.load import caught_up, loaded
from graphmem.store.sqlite.rows import listed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from graphmem.store.sqlite.partition import Partition

__all__ = ["Shelf"]


class Shelf:
    """Least recently used partitions go when all together hold more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0
        """Bytes, about."""
        self._lock = threading.Lock()
        self._parts: OrderedDict[tuple[str, str], tuple[Partition, int]] = OrderedDict()

    def parts(self, connection: sqlite3.Connection, tenant: str, owners: Sequence[str]) -> list[Partition]:
        """The partitions of these owners as the connection's snapshot shows them; owners without any are left out."""
        rows = run(connection, "owners_named", tenant=tenant, names=listed(owners)).fetchall()
        known = {name: (number, stamp, removed) for name, number, _, stamp, removed in rows}
        return [self._part(connection, (tenant, name), *known[name]) for name in owners if name in known]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._parts.clear()
            self.held = 0

    def _part(
        self, connection: sqlite3.Connection, key: tuple[str, str], owner: int, stamp: int, removed: int
    ) -> Partition:
        with self._lock:
            old = self._parts[key][0] if key in self._parts else None
            if old and old.owner_no == owner and old.stamp == stamp:
                self._parts.move_to_end(key)
                return old
            if old and old.owner_no == owner and old.stamp < stamp:
                part = caught_up(connection, old, stamp, removed) or loaded(connection, owner, stamp)
            else:
                part = loaded(connection, owner, stamp)
            if not old or old.owner_no != owner or old.stamp < stamp:
                self._keep(key, part)  # an older snapshot than another reader's is for this call only
            return part

    def _keep(self, key: tuple[str, str], part: Partition) -> None:
        size = part.nbytes()
        self.held += size - self._parts.pop(key, (part, 0))[1]
        self._parts[key] = part, size
        while self.held > self.limit and len(self._parts) > 1:
            _, (_, freed) = self._parts.popitem(last=False)
            self.held -= freed
