"""What every store refuses: the contract's checks of one `Changes`, and of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphmem.errors import Conflict, EmbedderMismatch, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from graphmem.store.base import Changes, Fingerprint, Record, Revector

__all__ = [
    "check_basis",
    "check_ends",
    "check_page",
    "check_vectors",
    "embedder_after",
    "entity_ends",
    "entity_ids",
    "memory_ends",
]


def check_basis(changes: Changes, versions: Mapping[str, int]) -> None:
    """Refuse what was computed from owners' older versions; an owner that is not among `versions` has 0.

    Raises:
        Conflict: an owner moved on.
    """
    for owner, version in changes.basis.items():
        if versions.get(owner, 0) != version:
            raise Conflict(f"another writer changed the memory of {owner}: read again and repeat the call")


def embedder_after(changes: Changes, stamp: Fingerprint | None) -> Fingerprint | None:
    """The store's embedder after these changes, whose vectors are checked.

    Raises:
        EmbedderMismatch: the vectors come from another embedder.
        InvalidInput: nobody said which embedder made them, or a vector has a wrong size.
    """
    if not changes.memories:
        return stamp
    given = changes.embedder
    if stamp and given and given != stamp:
        raise EmbedderMismatch(
            f"the store holds vectors of {stamp.name} ({stamp.dim}), these are of {given.name} ({given.dim}): "
            "open it with the first, or run `graphmem reembed`"
        )
    known = stamp or given
    if known is None:
        raise InvalidInput("the first memories of a store need Changes.embedder: name the model of their vectors")
    for record in changes.memories:
        check_vectors(record, record.item.id, known)
    return known


def check_vectors(record: Record | Revector, memory_id: str, stamp: Fingerprint) -> None:
    """Refuse vectors whose size is not the embedder's, and token vectors that are no rows of int8.

    Raises:
        InvalidInput: the shape is not (dim,), or that of the token vectors not (t, d).
    """
    for vector in (record.vector, record.trigger_vector):
        if vector is not None and np.shape(vector) != (stamp.dim,):
            raise InvalidInput(
                f"memory {memory_id}: a vector of shape {np.shape(vector)}, but {stamp.name} makes ({stamp.dim},)"
            )
    tokens = record.tokens
    if tokens is not None and (tokens.dtype != np.int8 or tokens.ndim != 2 or not tokens.size):
        raise InvalidInput(
            f"memory {memory_id}: token vectors of shape {tokens.shape} and {tokens.dtype}: give int8 of shape (t, d), "
            "or None where there are none"
        )


def check_ends(kind: str, named: Iterable[str], there: Collection[str]) -> None:
    """Refuse edges that would have no end.

    Raises:
        InvalidInput: one of the named is not there.
    """
    if missing := next((name for name in named if name not in there), None):
        raise InvalidInput(f"the changes name the {kind} {missing}, which is not stored: write it in the same changes")


def memory_ends(changes: Changes) -> Iterable[str]:
    """The memories at the ends of the edges of these changes."""
    yield from (mention.memory_id for mention in changes.mentions)
    yield from (relation.memory_id for relation in changes.relations)
    yield from (end for link in changes.links for end in (link.source, link.target))


def entity_ends(changes: Changes) -> Iterable[str]:
    """The entities at the ends of the edges of these changes."""
    yield from (mention.entity_id for mention in changes.mentions)
    yield from (end for relation in changes.relations for end in (relation.subject, relation.object))


def entity_ids(changes: Changes) -> set[str]:
    """The entities that these changes write or name."""
    return {*entity_ends(changes), *(entity.id for entity in changes.entities)}


def check_page(page: int, page_size: int | None) -> None:
    """Refuse a page that there cannot be.

    Raises:
        InvalidInput: it or its size is below 1.
    """
    if page < 1 or (page_size is not None and page_size < 1):
        raise InvalidInput(f"page {page} of {page_size}: pages and their size count from 1")
