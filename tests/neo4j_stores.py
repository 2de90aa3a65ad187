"""Stores on Neo4j for the tests, one a kind: `neo4j` and `neo4j5` are the newest version and the oldest supported.

They run on servers of this test process, or on those that $GRAPHMEM_TEST_NEO4J and $GRAPHMEM_TEST_NEO4J5 name (bolt
urls of empty databases that need no login).
"""

from __future__ import annotations

import atexit
import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.neo4j_servers import server

if TYPE_CHECKING:
    from graphmem.store.base import Store

__all__ = ["KINDS", "At", "ask", "at", "counterpart", "empty", "make_store"]

KINDS = {"neo4j": "2026", "neo4j5": "5.26"}
"""Kind of store -> version of its server."""

_CLEAN = """
MATCH (n) WHERE NOT n:Migration AND NOT n:Store
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS
"""
_UNSTAMP = "MATCH (s:Store) REMOVE s.embedder, s.dim"


class At(NamedTuple):
    """Where a server is, and who may use it."""

    url: str
    user: str | None = None
    password: str | None = None

    @property
    def whole(self) -> str:
        """The url that says all of it."""
        return self.url.replace("://", f"://{self.user}:{self.password}@") if self.user else self.url


def at(kind: str) -> At:
    """The server of a kind, started if it is not there."""
    if url := os.environ.get(f"GRAPHMEM_TEST_{kind.upper()}"):
        return At(url)
    started = server(KINDS[kind])
    return At(started.url, started.user, started.password)


def counterpart(kind: str, first: str | None) -> str:
    """The kind itself; the other version's where `first` has taken the only database of its server."""
    others = {"neo4j": "neo4j5", "neo4j5": "neo4j"}
    return others[kind] if kind == first and kind in KINDS else kind


def empty(kind: str) -> At:
    """The server of a kind, with nothing in it but its schema."""
    place = at(kind)
    with _driver(place).session() as session:
        session.run(_CLEAN).consume()
        session.run(_UNSTAMP).consume()
    return place


def ask(place: At, statement: str, **params: Any) -> list[dict[str, Any]]:
    """The rows of a statement, as somebody in Neo4j Browser would see them."""
    with _driver(place).session() as session:
        rows: list[dict[str, Any]] = session.run(statement, params).data()
    return rows


def make_store(kind: str, **options: Any) -> Store:
    """An empty store of a kind."""
    from graphmem.store.neo4j import Neo4jStore

    url, user, password = empty(kind)
    return Neo4jStore(url, user=user, password=password, **options)


@cache
def _driver(place: At) -> Any:
    from neo4j import GraphDatabase

    driver = GraphDatabase.driver(place.url, auth=(place.user, place.password or "") if place.user else None)
    atexit.register(driver.close)
    return driver
