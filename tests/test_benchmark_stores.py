from __future__ import annotations

import json
import random
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.stores import ingest, ratios, search
from benchmarks.stores.__main__ import main
from benchmarks.stores.bare import Bare, rows_of
from benchmarks.stores.places import Place
from benchmarks.stores.world import DIM, DenseEmbedder, RelatingExtractor, batches, user_name
from graphmem import build
from graphmem.embed.hashing import HashingEmbedder
from graphmem.extract.base import Context
from graphmem.types import Message
from tests.neo4j_servers import server
from tests.worlds import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem.store.base import Changes

MEMORIES, USERS, BATCH = 80, 4, 30


def _place(version: str) -> Place:
    """An empty server of the tests with the schema made."""
    neo4j = server(version)
    neo4j.clean()
    place = Place(version, f"bolt://{neo4j.user}:{neo4j.password}@{neo4j.url.removeprefix('bolt://')}")
    build.store(place.url).close()
    return place


@pytest.fixture(scope="module")
def work() -> list[Changes]:
    return list(batches(MEMORIES, USERS, BATCH))


# ---------------------------------------------------------------- the work


def test_the_work_is_as_large_as_asked_and_of_a_realistic_shape(work: list[Changes]) -> None:
    memories = [record.item for changes in work for record in changes.memories]
    assert MEMORIES <= len(memories) <= MEMORIES + 2
    assert [len(changes.memories) >= BATCH for changes in work[:-1]] == [True] * (len(work) - 1)
    owned = [sum(item.user_id == user_name(user) for item in memories) for user in range(USERS)]
    assert max(owned) - min(owned) <= 3
    assert {item.layer for item in memories} == {"conversation", "user"}
    for part, least in (("mentions", 1.5), ("entities", 0.3), ("relations", 0.2), ("links", 0.3), ("events", 0.99)):
        assert sum(len(getattr(changes, part)) for changes in work) > least * len(memories), part


def test_one_memory_a_user_is_fine() -> None:
    sizes = [len(changes.memories) for changes in batches(10, 10, 4)]
    assert 10 <= sum(sizes) <= 12
    assert len(sizes) > 1


def test_dense_vectors_keep_the_angles_and_have_no_zeros() -> None:
    texts = ["Ada went to Merham.", "Ada moved to Merham last week.", "I love fig jam."]
    dense, plain = DenseEmbedder().encode(texts), HashingEmbedder(DIM).encode(texts)
    assert np.allclose(dense @ dense.T, plain @ plain.T, atol=1e-5)
    assert (dense != 0).mean() > 0.99 > (plain != 0).mean()


def test_the_relations_that_the_sentences_state() -> None:
    said = [
        Message(content="I went to Merham with Bilal yesterday. I love fig jam, really.", name="Ada"),
        Message(content="My friend Hana works at Oakbank now. I have been doing chess for 3 months.", name="Bilal"),
    ]
    drafts = RelatingExtractor().extract(said, Context(now=NOW))
    assert [(r.turn, r.subject, r.type, r.object) for r in drafts.relations] == [
        (0, "Ada", "VISITED", "Merham"),
        (0, "Ada", "LOVES", "fig jam"),
        (1, "Hana", "WORKS_AT", "Oakbank"),
        (1, "Bilal", "DOES", "chess"),
    ]


# ---------------------------------------------------------------- ratios


def test_a_ratio_of_medians_lies_in_its_interval() -> None:
    rng = random.Random(3)
    under = [rng.uniform(5, 15) for _ in range(400)]
    found = ratios.of_medians([2 * value + rng.uniform(-1, 1) for value in under], under)
    assert 1.9 < found["low"] <= found["ratio"] <= found["high"] < 2.1
    assert found["high"] - found["low"] > 0


def test_a_ratio_of_sums_is_not_the_mean_of_ratios() -> None:
    assert ratios.of_sums([1.0, 9.0], [1.0, 1.0])["ratio"] == 5
    assert ratios.of_sums([4.0] * 5, [2.0] * 5) == {"ratio": 2, "low": 2, "high": 2}


# ---------------------------------------------------------------- on real stores


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Place]:
    return {"sqlite": Place("sqlite", str(tmp_path / "memory.db")), "neo4j": _place("2026"), "spare": _place("5.26")}


def test_every_store_gets_all_of_the_work_and_searches_find_it(places: dict[str, Place], work: list[Changes]) -> None:
    memories = sum(len(changes.memories) for changes in work)
    with ExitStack() as stack:
        stores = {kind: stack.enter_context(closing(build.store(places[kind].url))) for kind in ("sqlite", "neo4j")}
        bare, near = (stack.enter_context(Bare(places[kind])) for kind in ("spare", "neo4j"))
        ingest.warm_up(stores, bare, 20, BATCH)
        found = ingest.compare(stores, bare, work)
        assert found["rows"]["memories"] == memories
        for store in stores.values():
            assert store.stats("default", NOW).memories == memories
            assert store.tenants() == ["default"]
        assert server("5.26").run("MATCH (m:Memory) RETURN count(m) AS n, count(m.embedding) AS v") == [
            {"n": memories, "v": memories}
        ]
        assert found["share_of_bare"]["ratio"] == pytest.approx(
            found["neo4j"]["per_second"] / found["bare"]["per_second"]
        )
        item, vector = work[0].memories[0].item, work[0].memories[0].vector.tolist()
        assert near.nearest(item.user_id or "", vector)[0][:2] == (item.id, item.memory)
        mine = {record.item.id for record in work[0].memories if record.item.user_id == item.user_id}
        assert {row[0] for row in near.nearest(item.user_id or "", vector)} <= mine
        assert bare.nearest("anybody", vector)[0][:2] == (item.id, item.memory)
        measured = search.measure(places["neo4j"], near, USERS, 8)
    assert measured["searches"] == 8
    assert measured["search_ms"]["p50"] > measured["recall_ms"]["p50"] > 0
    assert measured["search_over_bare"]["ratio"] == pytest.approx(
        measured["search_ms"]["p50"] / measured["bare_ms"]["p50"]
    )
    plain = search.measure(places["sqlite"], None, USERS, 8)
    assert plain["recall_ms"]["p50"] > 0
    assert "search_over_bare" not in plain


def test_the_bare_rows_are_what_the_store_keeps_of_a_memory(work: list[Changes]) -> None:
    place = _place("2026")
    with closing(build.store(place.url)) as store:
        store.write(work[0])
    kept = server("2026").run("MATCH (m:Memory) RETURN m.uid AS uid, m.embedding AS embedding, keys(m) AS keys")
    rows = {row["uid"]: row for row in rows_of(work[0])}
    assert {row["uid"] for row in kept} == rows.keys()
    for row in kept:
        assert row["embedding"] == pytest.approx(rows[row["uid"]]["embedding"])
        assert set(rows[row["uid"]]) <= set(row["keys"])


@pytest.mark.soak
def test_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "hashing")
    monkeypatch.setenv("GRAPHMEM_EXTRACTOR", "benchmarks.speed.grammar:GrammarExtractor")
    out = tmp_path / "stores.json"
    options = {"sizes": 100, "older": 100, "users": 5, "batch": 40, "warm-up": 40, "searches": 20, "engine": 100}
    main([f"--out={out}", *(f"--{name}={value}" for name, value in options.items())])
    result = json.loads(out.read_text())
    (row,) = result["sizes"]
    assert list(row["search"]) == ["sqlite", "neo4j", "neo4j-5.26"]
    assert row["ingest"]["share_of_bare"]["ratio"] > 0
    assert result["engine"]["neo4j"]["memories"] == result["engine"]["sqlite"]["memories"] >= 60
    assert "bolt" not in out.read_text()
