"""What follows from which rows a caller sees, whatever is asked: kept from one question to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.sqlite.names import Names
from graphmem.store.sqlite.partition import locate

if TYPE_CHECKING:
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.sight import Sight

__all__ = ["Seen", "seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """It holds arrays, and no partition: those of yesterday must not stay."""

    key: tuple[object, ...]
    """Whose rows they are."""
    visible: Array
    count: int
    mean_length: float
    heard: frozenset[str]
    """Speakers of visible raw turns."""
    line: Array
    """The visible turns, by session and place."""
    place: Array
    """(size,) where each row stands in that line; -1: nowhere."""
    links: Array
    """(m, 2) a fact and a turn it rests on, both visible."""
    names: Names | None
    """None if nothing is visible."""


def seen(sight: Sight) -> Seen:
    """What a sight shows. The first partition keeps the last answer, which mostly serves the next question too."""
    if not sight.parts:
        return _made(sight, ())
    key = (*sight.probe.scope.owners(), *((part.owner_no, part.stamp) for part in sight.parts))
    first = sight.parts[0]
    old = first.last_seen
    if old and old[0].key == key and np.array_equal(old[0].visible, sight.visible):
        return old[0]
    made = _made(sight, key)
    first.last_seen[:] = [made]
    return made


def _made(sight: Sight, key: tuple[object, ...]) -> Seen:
    visible = sight.visible
    count = int(np.count_nonzero(visible))
    line, place = _line(sight)
    return Seen(
        key=key,
        visible=visible,
        count=count,
        mean_length=float(sight.column("length")[visible].mean()) if count else 0.0,
        heard=_heard(sight),
        line=line,
        place=place,
        links=_links(sight),
        names=Names.of(sight) if count else None,
    )


def _heard(sight: Sight) -> frozenset[str]:
    turns = sight.visible & sight.column("turn").astype(bool)
    names = sight.speakers()
    return frozenset(names[code] for code in np.unique(sight.speaker()[turns]).tolist())


def _line(sight: Sight) -> tuple[Array, Array]:
    turns = sight.flat(lambda part: part.turns, sight.starts)
    line = turns[sight.visible.take(turns)]
    place = np.full(sight.size, -1, np.int32)
    place[line] = np.arange(len(line))
    return line, place


def _links(sight: Sight) -> Array:
    links = sight.flat(lambda part: part.links)
    if not len(links):
        return np.zeros((0, 2), np.int32)
    rows = np.flatnonzero(sight.visible)  # what was replaced has the number of what replaced it
    ends = locate(sight.column("no")[rows], links.ravel()).reshape(-1, 2)
    shown: Array = rows[ends[(ends >= 0).all(axis=1)]].astype(np.int32)
    return shown
