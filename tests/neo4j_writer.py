"""A process that writes to a Neo4j store: `open`, `write` or `add`, as many times as it is told."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from graphmem.store.base import Ask, Mention
from graphmem.store.neo4j import Neo4jStore
from tests.neo4j_stores import At
from tests.worlds import TENANT, changes, entity, event, fact, relation, turn

if TYPE_CHECKING:
    from graphmem.store.base import Changes

PATIENCE = 240.0
"""Seconds: a server takes long to start on a busy machine."""


def said(name: str, n: int) -> Changes:
    """One write: a turn, a fact from it, who it is about, and its history."""
    turn_id, fact_id = f"{name}-t{n}", f"{name}-f{n}"
    names = [entity("ann", "Ann"), entity("tea", "tea", type="THING"), entity(f"{name}-{n}", f"{name} {n}")]
    parts: list[Any] = [turn(turn_id, f"tea {name} {n}", n, session_id=name), fact(fact_id, f"tea {n}", turn_id), names]
    parts += [Mention(turn_id, one.id, 1.0, one.name) for one in names]
    parts += [relation(f"{name}-r{n}", "ann", "LIKES", "tea", fact_id), event(turn_id, "tea"), event(fact_id, "tea")]
    return changes(parts)


def store_at(place: At, **options: Any) -> Neo4jStore:
    """A store that waits for its server as long as it takes."""
    return Neo4jStore(place.url, user=place.user, password=place.password, **{"patience": PATIENCE, **options})


def write(place: At, name: str, count: int) -> None:
    """Write so many times, saying when each is done."""
    store = store_at(place)
    print("ready", flush=True)
    for n in range(count):
        store.write(said(name, n))
        print(n, flush=True)
    store.close()


def open_at(place: At, name: str, moment: float) -> None:
    """Open at a moment, and write once."""
    time.sleep(max(0.0, moment - time.time()))
    store = store_at(place)
    store.write(said(name, 0))
    assert store.known(Ask(TENANT, ["user:ann"])).basis["user:ann"] > 0
    store.close()


if __name__ == "__main__":
    url, user, password, task, label, number = sys.argv[1:]
    here = At(url, user or None, password or None)
    if task == "write":
        write(here, label, int(number))
    else:
        open_at(here, label, float(number))
