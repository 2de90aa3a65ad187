"""Candidates of one question, row by row, as the terms of the sum see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphmem.store.base import TITLE
from graphmem.types import LAYERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphmem.store.base import Recall

    Column: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["Candidates"]

_SHORT = 100.0  # median index terms of a five-turn window up to which a session's turns need their context
_CONVERSATION = LAYERS.index("conversation")


class Candidates:
    """What a store brought for a question: each fact beside its turn, and which rows are documents."""

    def __init__(self, recall: Recall, facts: bool = True) -> None:
        self.recall = recall
        self.rows: Rows = np.arange(len(recall.ids))
        pairs = zip(recall.ids, recall.sources, strict=True)
        verbatim = np.array([not sources or sources == (name,) for name, sources in pairs], bool)
        self.derived: Mask = (recall.layer != _CONVERSATION) & ~verbatim
        """Promoted facts: what rests on turns."""
        self.shown: Mask = np.ones(len(recall.ids), bool) if facts else ~self.derived
        """What may answer, and what the best of a column is taken from."""
        self.home: Rows = self._homes() if facts else self.rows
        """The row whose surroundings a row has: of a fact its (first visible) turn, of the rest itself."""
        self.facts: Rows = np.flatnonzero(self.home != self.rows)
        self.sibling: Mask = self._siblings()
        """Facts of a turn that has a better one."""
        self.session = recall.session[self.home]
        self.document: Mask = (self.session < 0) & (recall.layer != _CONVERSATION) & ~self.derived
        self.about: Mask = recall.mention_weights > TITLE
        """Which mentions say what a memory is about."""
        self.group, self.gate = self._sessions()
        """A number for each row's session, and how much the turns there need their context (0..1)."""

    def best(self, total: Column) -> Column:
        """(n,) the better of each turn's own sum and those of its facts; -inf for the facts themselves."""
        best: Column = np.full(len(total), -np.inf)
        np.maximum.at(best, self.home, total)
        return best

    def _homes(self) -> Rows:
        homes: Rows = self.rows.copy()
        if self.derived.any():
            at = {name: row for row, name in enumerate(self.recall.ids)}
            for row in np.flatnonzero(self.derived):
                homes[row] = next((at[source] for source in self.recall.sources[row] if source in at), row)
        return homes

    def _sessions(self) -> tuple[Rows, Column]:
        session, length = self.session, self.recall.window_length[self.home]
        order = np.lexsort((length, session))
        starts = np.flatnonzero(np.diff(session[order], prepend=-2))
        counts = np.diff(starts, append=len(order))
        median = length[order][starts + counts // 2]
        group = np.empty(len(order), np.intp)
        group[order] = np.repeat(np.arange(len(starts)), counts)
        gate = np.where(session < 0, 0.0, np.minimum(1.0, _SHORT / np.maximum(median[group], 1.0)))
        return group, gate

    def _siblings(self) -> Mask:
        """All facts of a turn but its first: by layer, then by cosine (or the trigger's), then by id."""
        recall, facts = self.recall, self.facts
        sibling = np.zeros(len(self.rows), bool)
        if len(facts):
            keys = (
                np.array(recall.ids)[facts],
                -np.maximum(recall.cosine, recall.trigger_cosine)[facts],
                recall.layer[facts],
                self.home[facts],
            )
            ordered = facts[np.lexsort(keys)]
            sibling[ordered] = np.diff(self.home[ordered], prepend=-1) == 0
        return sibling
