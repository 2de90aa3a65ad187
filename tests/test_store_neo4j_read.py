"""What only a server shows of reading: indexes for owners of many memories, batches, and damage that others did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphmem.store.base import NEAREST, Ask, Mention
from graphmem.store.neo4j import Neo4jStore
from graphmem.store.neo4j.database import Database
from graphmem.store.neo4j.known import known
from tests import neo4j_stores
from tests.worlds import NOW, TENANT, changes, entity, event, record, relation, turn, vector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.store.base import Store

TEXTS = ["green tea", "green tea and milk", "tea", "coffee", "a flight to Rome", "rain in Oslo", "snow in Oslo"]


@pytest.fixture(params=neo4j_stores.KINDS)
def place(request: pytest.FixtureRequest) -> neo4j_stores.At:
    """An empty server of each version."""
    return neo4j_stores.empty(request.param)


@pytest.fixture
def store(place: neo4j_stores.At) -> Iterator[Store]:
    """A store on it."""
    made = Neo4jStore(place.url, user=place.user, password=place.password)
    yield made
    made.close()


@pytest.fixture
def database(place: neo4j_stores.At, store: Store) -> Iterator[Database]:
    """The same database, to ask it itself."""
    opened = Database(place.url, user=place.user, password=place.password)
    yield opened
    opened.close()


def nearest(database: Database, small: int, *texts: str) -> list[list[tuple[str, float]]]:
    ask = Ask(TENANT, ["user:ann"], near=[("user:ann", vector(text)) for text in texts], now=NOW)
    return [[(item.id, round(cosine, 5)) for item, cosine in found] for found in known(database, ask, small).near]


def test_the_nearest_facts_are_found_by_the_index_too(store: Store, database: Database) -> None:
    store.write(
        changes(
            [record(f"f{n}", text) for n, text in enumerate(TEXTS)],
            [turn(f"t{n}", text, n) for n, text in enumerate(TEXTS)],
            [record(f"theirs{n}", text, user_id="bob") for n, text in enumerate(TEXTS)],
            record("closed", "green tea", superseded_by="f0"),
        )
    )
    exact = nearest(database, 100, "green tea", "Oslo")
    assert [name for name, _ in exact[0]][:3] == ["f0", "f1", "f2"]
    assert len(exact[0]) == min(NEAREST, len(TEXTS))
    assert nearest(database, 0, "green tea", "Oslo") == exact


def test_few_open_facts_among_many_closed_ones_are_still_found(store: Store, database: Database) -> None:
    closed = [record(f"c{n}", "green tea", superseded_by="f", user_id="ann") for n in range(150)]
    store.write(changes(closed, record("f", "rain in Oslo")))
    assert [name for name, _ in nearest(database, 0, "green tea")[0]] == ["f"]


def test_a_dump_of_many_rows_is_whole_and_in_order(store: Store) -> None:
    many = [record(f"m{n:03}", f"tea {n}") for n in range(600)]
    names = [entity(f"e{n:03}", f"name {n}") for n in range(600)]
    parts = [[Mention(m.item.id, e.id), event(m.item.id, "tea")] for m, e in zip(many, names, strict=True)]
    said = [relation(f"r{n:03}", "e000", "KNOWS", f"e{n:03}", f"m{n:03}") for n in range(600)]
    store.write(changes(many, names, parts, said))
    told: dict[str, list[Any]] = {}
    for kind, value in store.dump(TENANT):
        told.setdefault(kind, []).append(value)
    assert {kind: len(values) for kind, values in told.items()} == dict.fromkeys(
        ("memory", "entity", "mention", "relation", "event"), 600
    )
    assert [one.item.id for one in told["memory"]] == [one.item.id for one in many]
    assert [one.id for one in told["event"]] == [one.item.id for one in many]
    assert [item.id for _, item in store.all_texts()] == [one.item.id for one in many]


DAMAGE = {
    "a relation without its memory": "MATCH ()-[r:OWNS]->() SET r.memory_uid = 'nobody'",
    "a miscounted owner": "MATCH (o:Owner) SET o.memories = 7",
    "no owner": "MATCH (o:Owner) DETACH DELETE o",
    "a turn that is not joined": "MATCH (:Memory {id: 't1'})-[n:NEXT]->() DELETE n",
    "a turn that is joined twice": "MATCH (a:Memory {id: 't1'})-[:NEXT]->(b) CREATE (a)-[:NEXT]->(b)",
    "a turn that is joined wrongly": "MATCH (a:Memory {id: 't0'}), (b:Memory {id: 't2'}) CREATE (a)-[:NEXT]->(b)",
    "a fact that is joined": "MATCH (a:Memory {id: 't2'}), (b:Memory {id: 'f'}) CREATE (a)-[:NEXT]->(b)",
    "an orphan": "MATCH (e:Entity {id: 'rex'}) DETACH DELETE e",
}


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_found_and_mended(place: neo4j_stores.At, store: Store, statement: str) -> None:
    turns = [turn(f"t{n}", "tea", n) for n in range(4)]
    names = [entity("ann", "Ann"), entity("rex", "Rex")]
    said = [Mention("t0", "rex"), relation("r", "ann", "OWNS", "rex", "t0")]
    store.write(changes(turns, record("f", "tea"), names, said))
    assert store.check(NOW) == []
    neo4j_stores.ask(place, statement)
    assert [problem.serious for problem in store.check(NOW)] == [True]
    assert store.mend() > 0
    assert store.check(NOW) == []
    assert store.mend() == 0
    line = "MATCH (a:Memory)-[:NEXT]->(b) RETURN a.id + b.id AS pair ORDER BY pair"
    assert [row["pair"] for row in neo4j_stores.ask(place, line)] == ["t0t1", "t1t2", "t2t3"]
