"""A search on Neo4j: how many statements it takes, and what the indexes find where not everything is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem import Memory
from graphmem.errors import EmbedderMismatch
from graphmem.store.base import Channel, Fingerprint, Mention, Revector
from graphmem.store.neo4j import Neo4jStore
from graphmem.store.neo4j.rows import owner_uid
from graphmem.types import Scope
from tests import neo4j_stores
from tests.engine import SPACY, open_memory
from tests.worlds import TENANT, changes, entity, probe, record, relation, turn, vector

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem.store.base import Recall, Record

ANN = Scope(tenant=TENANT, user_id="ann")
TOPICS = ("tea", "milk", "sugar", "rain", "snow", "oslo", "rome", "rex", "dog", "train")


@pytest.fixture(params=neo4j_stores.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Both versions of the server."""
    name: str = request.param
    return name


@pytest.fixture
def opened(kind: str) -> neo4j_stores.At:
    """An empty server."""
    return neo4j_stores.empty(kind)


def store_at(place: neo4j_stores.At, small: int) -> Neo4jStore:
    return Neo4jStore(place.url, user=place.user, password=place.password, small=small)


def many(n: int) -> list[Record]:
    """Facts of few words each, all different, every twentieth pinned."""
    words = [f"{TOPICS[i % 10]} {TOPICS[i // 10 % 10]} {TOPICS[i // 100 % 10]} w{i}" for i in range(n)]
    return [record(f"m{i:04}", text, pin=None if i % 20 else "preference") for i, text in enumerate(words)]


def test_one_statement_answers_a_search(kind: str, tmp_path: Path) -> None:
    with open_memory(kind, tmp_path) as memory:
        memory.add(["I'm Alex.", "I live in Oslo.", "I prefer boutique hotels."], user_id="alex", session_id="s")
        store = memory._store
        assert isinstance(store, Neo4jStore)
        for question in ("Where does Alex live?", "Any hotel preferences?", "nothing of the kind"):
            before = store._database.queries
            found = memory.search(question, user_id="alex", session_id="s", filters={"layer": "user"})
            assert store._database.queries == before + 1
            assert found or question.startswith("nothing")


def test_the_indexes_find_what_comparing_everything_finds(opened: neo4j_stores.At) -> None:
    exact, near = store_at(opened, 10_000), store_at(opened, 0)
    exact.write(changes(*many(600)))
    same = total = 0
    for text in ("tea milk", "rain in oslo", "snow rome w77", "dog train rex", "sugar"):
        asked = probe(text, scope=ANN, k=10, vector=vector(text))
        whole, part = exact.recall([asked])[0], near.recall([asked])[0]
        best = {one for one, channel in zip(whole.ids, whole.channels, strict=True) if channel & 3}
        same, total = same + len(best & set(part.ids)), total + len(best)
        assert part.document_count == whole.document_count
        assert set(pinned(whole)) <= set(part.ids)
    assert same / total > 0.9
    exact.close()
    near.close()


def pinned(answer: Recall) -> list[str]:
    return [one for one, pin in zip(answer.ids, answer.pin, strict=True) if pin]


def test_the_graph_comes_along_with_what_the_indexes_find(opened: neo4j_stores.At) -> None:
    near = store_at(opened, 0)
    turns = [turn(f"t{n:02}", f"turn {n} of {TOPICS[n % 10]}", n) for n in range(30)]
    near.write(changes(*turns))
    answer = near.recall([probe("turn 15", scope=ANN, k=1, vector=vector("turn 15 of oslo"))])[0]
    at = answer.ids.index(turns[15].item.id)
    assert {turns[n].item.id for n in (13, 14, 16, 17)} <= set(answer.ids)
    assert answer.window_length[at] == sum(sum(turns[n].terms.values()) for n in range(13, 18))
    near.close()


def test_what_states_the_asked_relation_comes_from_among_many(opened: neo4j_stores.At) -> None:
    near = store_at(opened, 0)
    names = [entity("ann", "Ann"), entity("eve", "Eve"), entity("oslo", "Oslo"), entity("bergen", "Bergen")]
    said = {"home": ("ann", "LIVES_IN", "oslo"), "kin": ("ann", "SISTER", "eve"), "hers": ("eve", "LIVES_IN", "bergen")}
    ends = [Mention(one, end, 1.0) for one, (start, _, other) in said.items() for end in (start, other)]
    told = [relation(f"r-{one}", *said[one], one) for one in said]
    near.write(changes(many(300), [record(one, "word") for one in said], names, ends, told))
    asked = {"scope": ANN, "own": True, "asked": frozenset({"LIVES_IN"}), "reach": 0}
    own, hers = near.recall([probe("tea", **asked), probe("tea", **asked, through=frozenset({"SISTER"}))])
    assert stating(own) == ["home"]
    assert "hers" not in own.ids
    assert stating(hers) == ["hers"]
    near.close()


def stating(answer: Recall) -> list[str]:
    return [one for one, bits in zip(answer.ids, answer.channels, strict=True) if bits & Channel.RELATION]


def test_an_owner_who_grew_is_asked_through_the_indexes(opened: neo4j_stores.At) -> None:
    store = store_at(opened, 50)
    store.write(changes(*many(120)))
    asked = probe("tea milk", scope=ANN, vector=vector("tea milk"))
    for _ in range(2):  # first all are compared, from then on the indexes are asked
        before = store._database.queries
        assert store.recall([asked])[0].document_count == 120
        assert store._database.queries == before + 1
    again = store_at(opened, 50)
    assert again._recall._large == {owner_uid(TENANT, "user:ann")}
    again.close()
    store.close()


def test_a_store_embedded_anew_elsewhere_is_noticed(opened: neo4j_stores.At) -> None:
    here, there = store_at(opened, 100), store_at(opened, 100)
    here.write(changes(record("a", "tea")))
    asked = probe("tea", scope=ANN, vector=vector("tea"))
    assert here.recall([asked])[0].ids == ["a"]
    other = Fingerprint("other", len(vector("tea")))
    there.revector(other, [Revector("a", vector("milk"))])
    with pytest.raises(EmbedderMismatch, match="anew"):
        here.recall([asked])
    assert here.fingerprint() == other
    here.close()
    there.close()


def test_an_engine_with_another_embedder_is_refused(opened: neo4j_stores.At) -> None:
    with Memory(opened.whole, embedder="hashing", extractor=SPACY) as memory:
        memory.add("I live in Oslo.", user_id="alex")
    with Memory(opened.whole, extractor=SPACY) as memory, pytest.raises(EmbedderMismatch, match="reembed"):
        memory.search("Where?", user_id="alex")
