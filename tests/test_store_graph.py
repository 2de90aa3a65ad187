"""What every store shows of its graph, how it is copied, counted, checked and given new vectors."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import GraphMemError, InvalidInput
from graphmem.store.base import Close, Fingerprint, Link, Mention, Revector, Selection, Touch
from graphmem.types import Scope
from tests.worlds import (
    HOUR,
    NOW,
    STAMP,
    TENANT,
    changes,
    entity,
    event,
    fact,
    probe,
    record,
    relation,
    turn,
    vector,
)

if TYPE_CHECKING:
    from graphmem.store.base import Store, Subgraph

DAY = timedelta(days=1)
ANN = ["user:ann"]


def family() -> list[Any]:
    """ann -- rex (a relation), rex -- oslo (a shared memory), oslo -- far (a relation); a note, a past, and bob's."""
    return [
        turn("m0", "I have a dog, Rex", 0),
        fact("m1", "Rex loves Oslo", "m0"),
        record("m2", "Oslo is far away"),
        record("note", "Rex is ill", layer="session", session_id="s1"),
        record("past", "Rex was a puppy", expires_at=NOW),
        record("theirs", "Rex", user_id="bob"),
        [entity("ann", "Ann"), entity("rex", "Rex"), entity("oslo", "Oslo", type="PLACE"), entity("far", "Far")],
        [entity("vet", "Vet"), entity("puppy", "puppy", type="CONCEPT"), entity("bobs", "Rex", owner="user:bob")],
        [
            Mention("m0", "ann"),
            Mention("m0", "rex"),
            Mention("m1", "rex"),
            Mention("m1", "oslo"),
            Mention("m2", "oslo"),
        ],
        [Mention("m2", "far"), Mention("note", "rex"), Mention("note", "vet"), Mention("past", "puppy")],
        [Mention("past", "rex"), Mention("theirs", "bobs")],
        relation("r0", "ann", "OWNS", "rex", "m0"),
        relation("r1", "oslo", "NEAR", "far", "m2"),
        relation("r2", "rex", "VISITS", "vet", "note"),
        relation("r3", "rex", "IS_A", "puppy", "past"),
    ]


def ids(part: Subgraph) -> dict[str, list[str]]:
    return {
        "memories": sorted(one.id for one in part.memories),
        "entities": sorted(one.id for one in part.entities),
        "relations": sorted(one.id for one in part.relations),
        "mentions": sorted(f"{one.memory_id}-{one.entity_id}" for one in part.mentions),
    }


# ---------------------------------------------------------------- subgraph


def test_the_whole_graph_of_an_owner(store: Store) -> None:
    store.write(changes(family()))
    part = store.subgraph(TENANT, ANN, now=NOW)
    assert ids(part) == {
        "memories": ["m0", "m1", "m2"],
        "entities": ["ann", "far", "oslo", "rex"],
        "relations": ["r0", "r1"],
        "mentions": ["m0-ann", "m0-rex", "m1-oslo", "m1-rex", "m2-far", "m2-oslo"],
    }
    assert part.links == [Link("DERIVED_FROM", "m1", "m0")]
    assert {one.id: one.mentions for one in part.entities} == {"ann": 1, "far": 1, "oslo": 2, "rex": 2}
    assert [(r.subject_name, r.object_name) for r in part.relations if r.id == "r0"] == [("Ann", "Rex")]


def test_a_session_sees_its_notes_and_no_date_sees_the_expired(store: Store) -> None:
    store.write(changes(family()))
    assert {"note", "r2"} <= {
        name for names in ids(store.subgraph(TENANT, ANN, session_id="s1")).values() for name in names
    }
    assert "note" not in ids(store.subgraph(TENANT, ANN, session_id="s2"))["memories"]
    part = ids(store.subgraph(TENANT, ANN))
    assert "past" in part["memories"]
    assert "puppy" in part["entities"]


def test_owners_see_their_own(store: Store) -> None:
    store.write(changes(family()))
    assert ids(store.subgraph(TENANT, ["user:bob"]))["entities"] == ["bobs"]
    assert ids(store.subgraph(TENANT, ["user:bob", "user:ann"], now=NOW))["entities"] == [
        "ann",
        "bobs",
        "far",
        "oslo",
        "rex",
    ]
    for part in (store.subgraph(TENANT, ["user:eve"]), store.subgraph("other", ANN), store.subgraph(TENANT, [])):
        assert not any(ids(part).values())


@pytest.mark.parametrize(
    ("seed", "hops", "near"),
    [
        ("ann", 0, ["ann"]),
        ("ann", 1, ["ann", "rex"]),
        ("ann", 2, ["ann", "oslo", "rex"]),
        ("ann", 3, ["ann", "far", "oslo", "rex"]),
        ("oslo", 1, ["far", "oslo", "rex"]),
        ("bobs", 2, []),
        ("puppy", 1, []),
        ("nobody", 1, []),
    ],
)
def test_hops_reach_over_relations_and_shared_memories(store: Store, seed: str, hops: int, near: list[str]) -> None:
    store.write(changes(family()))
    part = store.subgraph(TENANT, ANN, seeds=[seed], hops=hops, now=NOW)
    assert ids(part)["entities"] == near
    assert_whole(part)


def test_no_seed_reaches_nothing(store: Store) -> None:
    store.write(changes(family()))
    assert not any(ids(store.subgraph(TENANT, ANN, seeds=[])).values())


def test_the_memories_of_the_entities_in_reach_come_along(store: Store) -> None:
    store.write(changes(family()))
    part = ids(store.subgraph(TENANT, ANN, seeds=["ann"], hops=1, now=NOW))
    assert part["relations"] == ["r0"]
    assert part["memories"] == ["m0", "m1"]
    assert part["mentions"] == ["m0-ann", "m0-rex", "m1-rex"]


def test_memories_may_be_left_out(store: Store) -> None:
    store.write(changes(family()))
    part = store.subgraph(TENANT, ANN, now=NOW, memories=False)
    assert ids(part) == {
        "memories": [],
        "entities": ["ann", "far", "oslo", "rex"],
        "relations": ["r0", "r1"],
        "mentions": [],
    }
    assert part.links == []


def assert_whole(part: Subgraph) -> None:
    """Every edge's ends are in it."""
    memories, entities = {one.id for one in part.memories}, {one.id for one in part.entities}
    assert {end for r in part.relations for end in (r.subject, r.object)} <= entities
    assert {m.memory_id for m in part.mentions} <= memories
    assert {m.entity_id for m in part.mentions} <= entities
    assert {end for link in part.links for end in (link.source, link.target)} <= memories


# ---------------------------------------------------------------- copies


def load(store: Store, rows: list[tuple[str, Any]], tenant: str = TENANT) -> None:
    """Write a dump: sessions first, since touching extends the notes that are there."""
    store.write(changes([value for kind, value in rows if kind == "touch"], tenant=tenant))
    store.write(changes([value for kind, value in rows if kind != "touch"], tenant=tenant))


def told(store: Store, **ids: str) -> list[str]:
    rows = store.dump(TENANT, ids or None)
    return sorted(f"{kind} {value!r}" for kind, value in rows if kind != "memory") + [
        f"{v.item!r} {v.vector.tobytes().hex()} {sorted(v.terms.items())} {v.labels} {v.question} {v.trigger_vector}"
        for v in sorted((v for kind, v in store.dump(TENANT, ids or None) if kind == "memory"), key=lambda v: v.item.id)
    ]


def history() -> list[Any]:
    note: dict[str, Any] = {"layer": "session", "session_id": "s1", "ttl": 60.0}
    return [
        record("n", "note", expires_at=NOW + HOUR, **note),
        record("p", "pinned", pin="instruction", trigger="when", metadata={"k": [1]}),
        Touch("user:ann", "s1", NOW - DAY),
        Touch("user:bob", "s2", NOW),
        event("m0", "I have a dog"),
        event("m0", "I have a dog, Rex", "UPDATE", previous="I have a dog", at=NOW + HOUR),
        event("gone", None, "DELETE"),
        Close("m1", "m2", NOW, NOW),
        Link("SUPERSEDES", "m2", "m1"),
    ]


def test_a_dump_loaded_elsewhere_is_the_same(store: Store, other: Store) -> None:
    store.write(changes(family(), history()))
    rows = list(store.dump(TENANT))
    load(other, rows)
    assert told(other) == told(store)
    assert other.subgraph(TENANT, ANN) == store.subgraph(TENANT, ANN)
    assert other.stats(TENANT, NOW).model_copy(update={"store": "", "bytes": None}) == store.stats(
        TENANT, NOW
    ).model_copy(update={"store": "", "bytes": None})
    assert other.history(TENANT, "m0") == store.history(TENANT, "m0")


def test_a_dump_of_some_ids_holds_what_hangs_on_them(store: Store, other: Store) -> None:
    store.write(changes(family(), history()))
    rows = list(store.dump(TENANT, {"user_id": "bob"}))
    kinds = sorted((kind, getattr(value, "id", None)) for kind, value in rows if kind != "memory")
    assert kinds == [("entity", "bobs"), ("mention", None)]
    assert [value.item.id for kind, value in rows if kind == "memory"] == ["theirs"]
    load(other, rows)
    assert told(other) == told(store, user_id="bob")
    assert list(store.dump(TENANT, {"user_id": "nobody"})) == []
    assert list(store.dump("other")) == []


def test_a_dump_of_a_session_takes_its_activity(store: Store) -> None:
    store.write(changes(family(), history()))
    rows = list(store.dump(TENANT, {"user_id": "ann", "session_id": "s1"}))
    assert sorted(value.item.id for kind, value in rows if kind == "memory") == ["m0", "n", "note"]
    assert [value for kind, value in rows if kind == "touch"] == [Touch("user:ann", "s1", NOW - DAY)]
    assert sorted(value.id for kind, value in rows if kind == "relation") == ["r0", "r2"]
    assert [value for kind, value in rows if kind == "link"] == []


KINDS = ("touch", "memory", "entity", "mention", "relation", "link", "event")


def test_a_dump_tells_what_others_need_first(store: Store) -> None:
    store.write(changes(family(), history()))
    told = [kind for kind, _ in store.dump(TENANT)]
    assert list(dict.fromkeys(told)) == list(KINDS)
    assert told == sorted(told, key=KINDS.index)


def test_the_tenants_are_those_that_hold_anything(store: Store) -> None:
    store.write(changes(record("m", "x"), tenant="two"))
    store.write(changes(Touch("user:ann", "s1", NOW), tenant="Zoë 🐢"))
    store.write(changes(event("gone", None, "DELETE"), tenant="told"))
    store.write(changes(entity("e", "Ann"), tenant="named"))
    store.write(changes(tenant="nothing"))
    assert store.tenants() == ["Zoë 🐢", "named", "told", "two"]
    store.write(changes(delete=["m"], tenant="two"))
    store.write(changes(record("a", "x"), event("a", "x")))
    store.write(changes(delete=["a"]))
    assert store.tenants() == ["Zoë 🐢", "default", "named", "told"]
    for tenant in store.tenants():
        assert list(store.dump(tenant))
        store.reset(tenant)
    assert store.tenants() == []


# ---------------------------------------------------------------- counts and health


def test_stats_count_one_tenant(store: Store) -> None:
    store.write(changes(family(), Close("m1", "m2", NOW)))
    store.write(changes(record("x", "x"), tenant="other"))
    stats = store.stats(TENANT, NOW)
    assert (stats.memories, stats.layers) == (6, {"user": 4, "session": 1, "conversation": 1})
    assert (stats.entities, stats.relations, stats.mentions) == (7, 4, 11)
    assert (stats.owners, stats.sessions, stats.superseded, stats.expired) == (2, 1, 1, 1)
    assert (stats.embedder, stats.store) == (STAMP.name, store.label)
    assert store.stats("nobody", NOW).memories == 0


def test_a_healthy_store_has_no_serious_problem(store: Store) -> None:
    store.write(changes(family(), history()))
    store.write(changes(delete=["m1"], clear=["m2"]))
    assert [problem for problem in store.check(NOW) if problem.serious] == []
    assert store.mend() == 0


def test_what_has_expired_is_told_but_not_serious(store: Store) -> None:
    store.write(changes(family()))
    (problem,) = store.check(NOW)
    assert (problem.kind, problem.count, problem.serious) == ("expired", 1, False)
    assert store.check(NOW - HOUR) == []


def test_orphans_are_found_and_mended(store: Store) -> None:
    store.write(changes(record("m", "x"), [entity("e", "Rex"), entity("f", "Bob")], Mention("m", "f")))
    (problem,) = store.check(NOW)
    assert (problem.kind, problem.count, problem.serious) == ("orphan_entity", 1, True)
    assert problem.fix
    assert store.mend() == 1
    assert store.check(NOW) == []
    assert [one.id for one in store.subgraph(TENANT, ANN).entities] == ["f"]


def test_a_fact_without_its_turn_is_found(store: Store) -> None:
    store.write(changes(turn("t", "x", 0), fact("f", "x", "t")))
    assert store.check(NOW) == []
    store.write(changes(delete=["t"]))
    assert [(problem.kind, problem.count) for problem in store.check(NOW)] == [("missing_provenance", 1)]


# ---------------------------------------------------------------- new vectors


SMALL = HashingEmbedder(16)


def renewed(store: Store) -> list[Revector]:
    return [
        Revector(item.id, SMALL.encode([item.memory])[0], SMALL.encode([item.trigger])[0] if item.trigger else None)
        for _, item in store.all_texts()
    ]


def test_all_vectors_are_replaced_at_once(store: Store) -> None:
    store.write(changes(record("a", "tea"), record("p", "always", pin="instruction", trigger="tea")))
    store.write(changes(record("b", "milk"), tenant="other"))
    assert [(tenant, item.id) for tenant, item in store.all_texts()] == [(TENANT, "a"), (TENANT, "p"), ("other", "b")]
    stamp = Fingerprint(SMALL.name, SMALL.dim)
    assert store.revector(stamp, iter(renewed(store))) == 3
    assert store.fingerprint() == stamp
    (answer,) = store.recall([probe("tea", vector=SMALL.encode(["tea"])[0])])
    np.testing.assert_allclose(answer.cosine[0], 1.0, atol=1e-5)
    np.testing.assert_allclose(answer.trigger_cosine[1], 1.0, atol=1e-5)
    assert store.select(Selection(TENANT)).count == 2


def test_a_half_set_of_vectors_is_refused_whole(store: Store) -> None:
    store.write(changes(record("a", "tea"), record("b", "milk")))
    before = told(store)
    stamp = Fingerprint(SMALL.name, SMALL.dim)
    with pytest.raises(GraphMemError):
        store.revector(stamp, renewed(store)[:1])
    with pytest.raises(InvalidInput):
        store.revector(stamp, [Revector("a", SMALL.encode(["x"])[0]), Revector("b", vector("x"))])

    def broken() -> Any:
        yield renewed(store)[0]
        raise ValueError("the model failed")

    with pytest.raises(ValueError, match="the model failed"):
        store.revector(stamp, broken())
    assert told(store) == before
    assert store.fingerprint() == STAMP


# ---------------------------------------------------------------- threads


def test_threads_may_write_and_read_at_once(store: Store) -> None:
    failures: list[BaseException] = []

    def work(user: str) -> None:
        try:
            for n in range(10):
                store.write(changes(record(f"{user}{n}", f"tea {n}", user_id=user)))
                (answer,) = store.recall([probe("tea", scope=Scope(user_id=user))])
                assert len(answer.ids) == n + 1
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=work, args=(f"user{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.stats(TENANT, NOW).memories == 40
