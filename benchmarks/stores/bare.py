"""The least that a program with Neo4j's driver does: one statement that makes nodes, one that finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import neo4j

from graphmem import login
from graphmem.store.neo4j.rows import owner_uid, record_properties
from graphmem.types import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from benchmarks.stores.places import Place
    from graphmem.store.base import Changes

__all__ = ["TOP", "Bare", "rows_of"]

TOP = 10

_CREATE = "UNWIND $rows AS row CREATE (m:Memory) SET m = row"
_NEAREST = f"""
CYPHER 25 MATCH (m:Memory) SEARCH m IN (VECTOR INDEX memory_embedding FOR $v WHERE m.owner_uid = $u LIMIT {TOP})
SCORE AS s RETURN m.id, m.text, s
"""
_NEAREST_OF_ALL = f"""
CALL db.index.vector.queryNodes('memory_embedding', {TOP}, $v) YIELD node AS m, score AS s RETURN m.id, m.text, s
"""
_CLEAR = "MATCH (m:Memory {tenant: $tenant}) DETACH DELETE m"


class Bare:
    """A driver on a place whose schema is made already; each call is a session and a statement."""

    def __init__(self, place: Place) -> None:
        who = login.login_of(place.url, login.Login())
        auth = (who.user, who.password) if who.user and who.password else None
        self._driver = neo4j.GraphDatabase.driver(login.bare(place.url), auth=auth, notifications_min_severity="OFF")
        self._nearest = _NEAREST if self._is_filtered() else _NEAREST_OF_ALL

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._driver.close()

    def create(self, rows: Sequence[dict[str, Any]]) -> None:
        """A node a row, with these properties."""
        self._run(_CREATE, rows=rows)

    def nearest(self, user: str, vector: Sequence[float]) -> list[tuple[Any, ...]]:
        """Id, text and score of the memories of a user (before Neo4j 2026.01: of anybody) nearest to a vector."""
        return self._run(self._nearest, v=vector, u=owner_uid("default", Scope(user_id=user).owner()))

    def clear(self, tenant: str) -> None:
        """Remove the memories of a tenant."""
        self._run(_CLEAR, tenant=tenant)

    def _is_filtered(self) -> bool:
        agent = self._driver.get_server_info().agent
        return int(agent.removeprefix("Neo4j/").partition(".")[0]) >= 2026

    def _run(self, text: str, **params: Any) -> list[tuple[Any, ...]]:
        with self._driver.session(database="neo4j", fetch_size=-1) as session:
            return [tuple(row) for row in session.run(text, params)]


def rows_of(changes: Changes) -> list[dict[str, Any]]:
    """The properties of the memories of a write, embeddings included."""
    return [record_properties(changes.tenant, record) for record in changes.memories]
