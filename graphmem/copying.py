"""Copying a whole store into another one, tenant by tenant and batch by batch, as often as one likes.

What the target has already is not written again. So a copy that was killed goes on where it stopped when it is
started anew, and a copy of a store that has changed since brings what is new. There is no note of how far it got:
the target itself is the note, because each batch is written whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from graphmem.digests import Digests, facet, rows
from graphmem.errors import EmbedderMismatch, InvalidInput
from graphmem.store.base import Ask, Changes
from graphmem.transfer import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeVar

    from graphmem.digests import Row
    from graphmem.store.base import Store
    from graphmem.transfer import Progress

    T = TypeVar("T")

__all__ = ["BATCH", "Copied", "copy"]

BATCH = 500
"""Rows a write."""
_SHOWN = 10
_EVERY = 100
_HANGING = ("mention", "relation")
"""Kinds of rows that belong to one memory and go when its text is replaced."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy of one tenant did, and how the two sides compare afterwards."""

    tenant: str
    read: Counter[str]
    """Rows of the source by kind."""
    written: Counter[str]
    """Those that the target did not have like that."""
    renewed: int
    """Memories whose mentions and relations were replaced, because the target's said otherwise."""
    lacking: Counter[str]
    """What the source says and the target does not, by name: nothing, unless somebody writes to one of them."""
    more: Counter[str]
    """What the target says and the source does not, by name; it is kept."""
    memories: tuple[str, ...]
    """Ids of the first few memories of `more`."""


def copy(
    source: Store,
    target: Store,
    *,
    tenants: Sequence[str] | None = None,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> list[Copied]:
    """Write everything that `source` holds to `target`, losslessly: vectors, closed facts, history, sessions.

    Where both hold the same memory, entity or session, the target's becomes what the source's is; what only the
    target holds is kept and counted. One copy into a store at a time.

    Args:
        source: Is only read.
        target: May be empty, half filled by an earlier copy, or hold other memories.
        tenants: Only these; None for all.
        batch: Rows a write; each write is all or nothing.
        progress: Called with the rows done and about how many there are.

    Raises:
        EmbedderMismatch: their vectors come from different embedders; nothing was written.
        InvalidInput: a tenant that the source does not have, or the two are one; nothing was written.
    """
    if source is target:
        raise InvalidInput("a store cannot be copied onto itself: name another target")
    _check_embedders(source, target)
    chosen = _tenants(source, tenants)
    work = _Work(progress, sum(2 * _size(source, tenant) + _size(target, tenant) for tenant in chosen))
    copied = [_Tenant(source, target, tenant, batch, work).copy() for tenant in chosen]
    work.end()
    return copied


def _check_embedders(source: Store, target: Store) -> None:
    one, other = source.fingerprint(), target.fingerprint()
    if one is not None and other is not None and one != other:
        raise EmbedderMismatch(
            f"{source.label} holds vectors of {one.name} ({one.dim}), {target.label} of {other.name} ({other.dim}): "
            "embed one of them anew with `graphmem reembed`, or copy to a fresh store; nothing was written"
        )


def _tenants(source: Store, wanted: Sequence[str] | None) -> list[str]:
    there = source.tenants()
    if unknown := set(wanted or ()) - set(there):
        raise InvalidInput(
            f"{source.label} has no tenant {', '.join(sorted(unknown))}; it has {', '.join(there) or 'none'}"
        )
    return there if wanted is None else [tenant for tenant in there if tenant in wanted]


def _size(store: Store, tenant: str) -> int:
    """About how many rows it holds."""
    stats = store.stats(tenant, datetime.now(timezone.utc))
    return stats.memories + stats.entities + stats.relations + stats.mentions


class _Work:
    """Tells how far the work is; rows that no count knows beforehand are not counted."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def did(self, row: Row) -> None:
        """One more row was read."""
        if row.kind in ("memory", "entity", "relation", "mention"):
            self._done += 1
            if self._done % _EVERY == 0:
                self.tell()

    def tell(self) -> None:
        """Say how far it is."""
        if self._progress:
            self._progress(min(self._done, self._total), self._total)

    def end(self) -> None:
        """Everything is done."""
        self._done = self._total
        self.tell()


@dataclass
class _Comparison:
    """How the target compares with what was read from the source."""

    lacking: Counter[str] = field(default_factory=Counter)
    more: Counter[str] = field(default_factory=Counter)
    memories: list[str] = field(default_factory=list)
    stale: set[str] = field(default_factory=set)
    """Memories of both that mention or state in the target what they do not in the source."""


class _Tenant:
    """Copies one tenant."""

    def __init__(self, source: Store, target: Store, tenant: str, batch: int, work: _Work) -> None:
        self._source = source
        self._target = target
        self._tenant = tenant
        self._batch = batch
        self._work = work
        self._stamp = source.fingerprint()
        self._told = Digests()
        """What the source says."""
        self._read: Counter[str] = Counter()
        self._written: Counter[str] = Counter()

    def copy(self) -> Copied:
        self._bring()
        found = self._compare()
        if stale := sorted(found.stale):
            self._renew(stale)
            found = self._compare()
        return Copied(
            self._tenant, self._read, self._written, len(stale), found.lacking, found.more,
            tuple(found.memories),
        )  # fmt: skip

    # ---------------------------------------------------------------- what the target lacks

    def _bring(self) -> None:
        """Write every row that the target lacks, in the order of the dump: what an edge joins stands before it."""
        for touches, read in groupby(self._noted(), lambda row: row.kind == "touch"):
            if touches:
                lacking = self._untouched(read)
            else:
                held = self._held()  # read only now: touching a session moves its notes
                lacking = (row for row in read if held.lacking(row.facets))
            for some in _batches(lacking, self._batch):
                self._write(some)
                self._written.update(row.kind for row in some)

    def _noted(self) -> Iterator[Row]:
        for row in self._rows(self._source):
            self._told.add(row.facets)
            self._read[row.kind] += 1
            yield row

    def _untouched(self, touches: Iterable[Row]) -> Iterator[Row]:
        """The sessions that the target does not know to have been active as late."""
        for some in _batches(touches, self._batch):
            sessions = [(row.value.owner, row.value.session_id) for row in some]
            known = self._target.known(Ask(self._tenant, (), sessions=sessions)).sessions
            active = [known[session].last_activity for session in sessions]
            yield from (row for row, at in zip(some, active, strict=True) if at is None or at < row.value.at)

    def _held(self) -> Digests:
        held = Digests()
        for row in self._rows(self._target):
            held.add(row.facets)
        held.seal()
        return held

    def _write(self, found: Sequence[Row], clear: Sequence[str] = ()) -> None:
        values: dict[str, Any] = {
            name: [row.value for row in found if row.kind == kind] for kind, name in FIELDS.items()
        }
        self._target.write(Changes(self._tenant, self._stamp, clear=clear, **values))
        self._work.tell()

    # ---------------------------------------------------------------- what the target says otherwise

    def _compare(self) -> _Comparison:
        found = _Comparison()
        self._told.seal()
        for row in self._rows(self._target):
            more = self._told.lacking(row.facets)
            found.more.update([row.kind] if row.kind in more else more)
            if "memory" in more and len(found.memories) < _SHOWN:
                found.memories.append(row.value.item.id)
            if more and row.kind in _HANGING and self._told.has(facet("memory", row.value.memory_id)):
                found.stale.add(row.value.memory_id)
        found.lacking = self._told.left()
        return found

    def _renew(self, stale: Sequence[str]) -> None:
        """Replace what these memories mention and state by what they do in the source."""
        hanging: dict[str, list[Row]] = {memory_id: [] for memory_id in stale}
        for row in self._rows(self._source):
            # What is new since the copy began waits for the next one: its entities may not be there.
            if row.kind in _HANGING and row.value.memory_id in hanging and all(map(self._told.has, row.facets)):
                hanging[row.value.memory_id].append(row)
        for some in _batches(stale, self._batch):
            self._write([row for memory_id in some for row in hanging[memory_id]], clear=some)

    def _rows(self, store: Store) -> Iterator[Row]:
        for row in rows(store.dump(self._tenant)):
            yield row
            self._work.did(row)


def _batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
