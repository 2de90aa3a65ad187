"""What one caller sees: the partitions of its owners side by side, and which of their rows are visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.sqlite.partition import FOREVER, concat
from graphmem.store.sqlite.rows import micros
from graphmem.store.sqlite.seen import seen
from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphmem.store.base import Floats, Probe
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.partition import Partition

__all__ = ["Sight"]

_CONVERSATION = LAYERS.index("conversation")
_SESSION = LAYERS.index("session")


class Sight:
    """The rows of several partitions under one numbering, and their signals for one probe.

    Every row has a place, visible or not, so that nothing has to be copied; what is dead or hidden is masked.
    """

    def __init__(self, parts: Sequence[Partition], probe: Probe, allowed: Callable[[Partition], Array] | None) -> None:
        self.parts = parts
        self.probe = probe
        self.starts = np.cumsum([0, *(len(part) for part in parts)])
        self.size = int(self.starts[-1])
        self._columns: dict[str, Array] = {}
        self.entity_starts = np.cumsum([0, *(len(part.entities.no) for part in parts)])
        masks = [_visible(part, probe) for part in parts]
        if allowed is not None:
            masks = [one & allowed(part) for one, part in zip(masks, parts, strict=True)]
        self.visible: Array = concat(masks) if masks else np.zeros(0, np.bool_)
        self.seen = seen(self)
        self.vector = probe.facing(set(self.seen.heard)) if probe.addressed else probe.vector

    def column(self, name: str) -> Array:
        """A column over all rows."""
        if name not in self._columns:
            parts = [part.columns[name] for part in self.parts]
            self._columns[name] = concat(parts) if parts else np.zeros(0, np.bool_)
        return self._columns[name]

    def entities(self, name: str) -> Array:
        """A column of the entities of all partitions."""
        return self.flat(lambda part: getattr(part.entities, name))

    def _coded(self, name: str, codes: Callable[[Partition], int]) -> Array:
        """A column of numbers that each partition gives by itself, made distinct."""
        offset, columns = 0, []
        for part in self.parts:
            columns.append(part.columns[name] + np.int32(offset))
            offset += codes(part)
        return concat(columns) if columns else np.zeros(0, np.int32)

    def flat(self, pick: Callable[[Partition], Array], by: Array | None = None) -> Array:
        """Something of every partition, one after the other; row numbers among it are moved along."""
        columns = [pick(part) for part in self.parts]
        if by is not None and len(columns) > 1:
            columns = [column + start for column, start in zip(columns, by, strict=False)]
        return concat(columns) if columns else np.zeros(0, np.int64)

    # ---------------------------------------------------------------- signals

    def cosine(self) -> Floats:
        """(size,) with the probe's vector; zeros without one."""
        if self.vector is None or not self.size:
            return np.zeros(self.size, np.float32)
        return concat([_product(part.vectors, self.vector) for part in self.parts])

    def trigger(self) -> Floats:
        """(size,) of the trigger clauses; zeros without."""
        cosine = np.zeros(self.size, np.float32)
        if self.vector is not None:
            for part, start in zip(self.parts, self.starts.tolist(), strict=False):
                if len(part.trigger_rows):
                    cosine[part.trigger_rows + start] = part.triggers @ self.vector
        return cosine

    def holders(self, term: int | None) -> tuple[Array, Floats]:
        """The visible rows that hold a term, and how often each; None is a term that nobody holds."""
        none = np.zeros(0, np.int64), np.zeros(0, np.float32)
        if term is None:
            return none
        found = [
            (rows + start, counts)
            for part, start in zip(self.parts, self.starts.tolist(), strict=False)
            for segment in part.postings
            for rows, counts in [segment.rows_of(term)]
            if len(rows)
        ]
        if not found:
            return none
        rows, counts = concat([one for one, _ in found]), concat([one for _, one in found])
        seen = self.visible.take(rows)
        return rows[seen], counts[seen].astype(np.float32)

    # ---------------------------------------------------------------- turns

    def session(self) -> Array:
        """(size,) distinct numbers for sessions, in and across owners."""
        return self._coded("session", lambda part: len(part.sessions))

    def speaker(self) -> Array:
        """(size,) the number of each row's speaker among `speakers`."""
        return self._coded("speaker", lambda part: len(part.speakers))

    def speakers(self) -> list[str]:
        """The names of all speakers."""
        return [speaker for part in self.parts for speaker in part.speakers]


def _product(vectors: Floats, vector: Floats) -> Floats:
    # Row by row: over many rows, BLAS's product of a matrix and a vector takes more than twice as long.
    products: Floats = np.vecdot(vectors, vector) if len(vectors) else np.zeros(0, np.float32)
    return products


def _visible(part: Partition, probe: Probe) -> Array:
    columns = part.columns
    layer = columns["layer"]
    seen: Array = part.alive
    if len(probe.layers) < len(LAYERS):
        seen = seen & np.isin(layer, [LAYERS.index(one) for one in probe.layers])
    mine = part.sessions.index(probe.scope.session_id) if probe.scope.session_id in part.sessions else -1
    seen = seen & ((layer != _SESSION) | (columns["session"] == mine))
    now = micros(probe.now)
    if not probe.show_expired:
        seen &= columns["expires"] > now
    if probe.as_of is not None:
        as_of = micros(probe.as_of)
        return seen & (columns["valid_from"] <= as_of) & (columns["valid_to"] > as_of)
    if not probe.superseded:
        ended = (columns["valid_to"] <= now) | (columns["superseded"] & (columns["valid_to"] == FOREVER))
        seen &= (layer == _CONVERSATION) | ~ended
    return seen
