"""What every store does with what is written, deleted, known and listed: one suite over all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem.errors import Closed, Conflict, EmbedderMismatch, GraphMemError, InvalidInput
from graphmem.filters import Test as Condition
from graphmem.store.base import NEAREST, Ask, Close, Fingerprint, Link, Mention, Record, Selection, SessionState, Touch
from graphmem.types import Entity, MemoryItem, Receipt, Scope
from tests.worlds import (
    HOUR,
    NOW,
    STAMP,
    TENANT,
    changes,
    entity,
    event,
    fact,
    record,
    relation,
    turn,
    vector,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.store.base import Store

DAY = timedelta(days=1)


def everything(store: Store, tenant: str = TENANT) -> list[tuple[str, str]]:
    """All that a tenant holds, comparable."""
    return [(kind, str(value)) for kind, value in store.dump(tenant)]


def listed(store: Store, **conditions: Any) -> list[str]:
    """Ids of what a selection lists, in order."""
    return [item.id for item in store.select(Selection(TENANT, **conditions), page_size=None).results]


def full() -> list[Any]:
    """Ann's two turns, a fact from the first, Rex and Oslo, and what is said of them."""
    return [
        turn("t0", "My dog Rex lives in Oslo.", 0),
        turn("t1", "Nice weather today", 1),
        fact("f0", "My dog Rex lives in Oslo.", "t0"),
        entity("rex", "Rex"),
        entity("oslo", "Oslo", type="PLACE"),
        Mention("t0", "rex", 2.0, "Rex"),
        Mention("f0", "rex", 1.0, "Rex"),
        Mention("f0", "oslo", 1.0, "Oslo"),
        relation("r0", "rex", "LIVES_IN", "oslo", "f0"),
        event("f0", "My dog Rex lives in Oslo."),
        event("t0", "My dog Rex lives in Oslo.", layer="conversation"),
    ]


# ---------------------------------------------------------------- write


def test_an_empty_store_answers(store: Store) -> None:
    assert store.fingerprint() is None
    assert store.get(TENANT, ["x"]) == []
    assert listed(store) == []
    assert store.history(TENANT, "x") == []
    assert store.check(NOW) == []
    assert list(store.all_texts()) == []
    assert list(store.dump(TENANT)) == []
    assert store.tenants() == []
    assert store.stats(TENANT, NOW).memories == 0


def test_every_field_of_a_memory_comes_back(store: Store) -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=timezone.utc)
    item = MemoryItem(
        id="full", memory="Żółw 🐢 says\n'hello'", layer="session", user_id="ann", agent_id="a", app_id="p",
        session_id="s", org_id="o", role="assistant", name="Bob", position=7,
        metadata={"n": 1, "f": 0.1, "b": True, "none": None, "list": ["x", {"y": "é"}]}, categories=("b", "a"),
        created_at=moment, updated_at=moment + DAY, valid_from=moment - DAY, valid_to=moment + 9 * DAY,
        event_from=moment - 2 * DAY, event_to=moment - DAY, expired_at=moment + 3 * DAY, expires_at=moment + 4 * DAY,
        ttl=0.5, superseded_by="other", sources=("full", "z", "b"), pin="preference", trigger="when asked", hash="h",
    )  # fmt: skip
    made = Record(item, vector("a"), {"żółw": 2, "x": 1}, vector("b"), labels=9, question=True)
    store.write(changes(made))
    assert store.get(TENANT, ["full"]) == [item]
    (kind, back), *more = store.dump(TENANT)
    assert (kind, more) == ("memory", [])
    assert back.item == item
    assert (dict(back.terms), back.labels, back.question) == ({"żółw": 2, "x": 1}, 9, True)
    np.testing.assert_array_equal(back.vector, made.vector)
    np.testing.assert_array_equal(back.trigger_vector, made.trigger_vector)


def test_a_text_of_any_length_comes_back(store: Store) -> None:
    texts = ["", " ", "x" * 200_000, "\x01\t\n", "a'b\"c;--%_"]
    store.write(changes([record(f"m{n}", text) for n, text in enumerate(texts)]))
    assert [item.memory for item in store.get(TENANT, [f"m{n}" for n in range(len(texts))])] == texts


def test_the_answer_of_write_counts_rows(store: Store) -> None:
    written = store.write(changes(full()))
    assert (written.memories, written.entities, written.relations, written.mentions) == (3, 2, 1, 3)
    assert written.receipt is None


def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    store.write(changes([part for part in full() if type(part).__name__ != "Event"]))
    before = everything(store)
    store.write(changes([part for part in full() if type(part).__name__ != "Event"]))
    assert everything(store) == before


def test_a_memory_of_an_existing_id_is_replaced_and_keeps_its_edges(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(record("f0", "Rex moved", sources=("t0",), updated_at=NOW + HOUR)))
    (item,) = store.get(TENANT, ["f0"])
    assert (item.memory, item.updated_at, item.sources) == ("Rex moved", NOW + HOUR, ("t0",))
    part = store.subgraph(TENANT, ["user:ann"])
    assert Mention("f0", "oslo", 1.0, "Oslo") in part.mentions
    assert Link("DERIVED_FROM", "f0", "t0") in part.links
    assert [r.id for r in part.relations] == ["r0"]


def test_a_memory_that_moves_to_another_owner_leaves_the_first(store: Store) -> None:
    store.write(changes(record("m", "tea")))
    store.write(changes(record("m", "tea", user_id="bob")))
    assert listed(store, owners=["user:ann"]) == []
    assert listed(store, owners=["user:bob"]) == ["m"]


def test_aliases_are_united_and_the_rest_replaced(store: Store) -> None:
    store.write(changes(record("m", "x"), entity("e", "Bob", aliases=["robert", "bobby"]), Mention("m", "e")))
    store.write(changes(entity("e", "Bob", type="THING", aliases=["rob", "bobby"])))
    (found,) = store.subgraph(TENANT, ["user:ann"]).entities
    assert sorted(found.aliases) == ["bobby", "rob", "robert"]
    assert (found.type, found.mentions) == ("THING", 1)


def test_the_larger_weight_of_a_mention_stays(store: Store) -> None:
    store.write(changes(record("m", "x"), entity("e", "Bob"), Mention("m", "e", 1.0, "Bob")))
    store.write(changes(Mention("m", "e", 3.0, "Bobby")))
    store.write(changes(Mention("m", "e", 2.0, "Rob")))
    assert store.subgraph(TENANT, ["user:ann"]).mentions == [Mention("m", "e", 3.0, "Bobby")]


def test_a_relation_or_link_that_exists_is_left_as_it_is(store: Store) -> None:
    store.write(changes(full()))
    again = relation("r0", "rex", "LIKES", "oslo", "f0", confidence=0.1)
    written = store.write(changes(again, Link("DERIVED_FROM", "f0", "t0")))
    assert written.relations == 0
    part = store.subgraph(TENANT, ["user:ann"])
    assert [(r.type, r.confidence) for r in part.relations] == [("LIVES_IN", 1.0)]
    assert part.links == [Link("DERIVED_FROM", "f0", "t0")]


def test_a_fact_that_is_said_again_rests_on_the_new_turn_too(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(Link("DERIVED_FROM", "f0", "t1")))
    assert store.get(TENANT, ["f0"])[0].sources == ("t0", "t1")
    assert listed(store, derived_from=["t1"]) == ["f0"]


def test_closing_leaves_what_is_not_given(store: Store) -> None:
    store.write(changes(record("old", "Oslo", valid_to=NOW + DAY), record("new", "Bergen"), turn("t", "Oslo", 0)))
    store.write(
        changes(Close("old", "new", expired_at=NOW + HOUR), Close("t", "new"), Link("SUPERSEDES", "new", "old"))
    )
    old, raw = store.get(TENANT, ["old", "t"])
    assert (old.superseded_by, old.expired_at, old.valid_to) == ("new", NOW + HOUR, NOW + DAY)
    assert (raw.superseded_by, raw.expired_at, raw.valid_to) == ("new", None, None)
    assert store.subgraph(TENANT, ["user:ann"]).links == [Link("SUPERSEDES", "new", "old")]


def test_closing_what_is_gone_is_no_error(store: Store) -> None:
    store.write(changes(record("m", "x"), Close("gone", "m"), close_relations={"none": NOW}))
    assert listed(store) == ["m"]


def test_a_relation_is_closed_by_its_id(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(close_relations={"r0": NOW}))
    assert [r.valid_to for r in store.subgraph(TENANT, ["user:ann"]).relations] == [NOW]


def test_several_relations_are_closed_at_once_and_not_doubled(store: Store) -> None:
    told = [entity("ann", "Ann"), entity("oslo", "Oslo"), entity("acme", "Acme"), record("f0", "x"), record("f1", "y")]
    stated = [relation("r0", "ann", "LIVES_IN", "oslo", "f0"), relation("r1", "ann", "WORKS_AT", "acme", "f1")]
    store.write(changes(told, stated))
    store.write(changes(stated, close_relations={"r0": NOW, "r1": NOW + DAY}))
    found = store.subgraph(TENANT, ["user:ann"]).relations
    assert {(r.id, r.valid_to) for r in found} == {("r0", NOW), ("r1", NOW + DAY)}
    assert len(found) == 2


def test_touching_a_session_extends_its_unexpired_notes(store: Store) -> None:
    note: dict[str, Any] = {"layer": "session", "session_id": "s1"}
    store.write(
        changes(
            record("live", "a", ttl=60.0, expires_at=NOW + HOUR, **note),
            record("dead", "b", ttl=60.0, expires_at=NOW - HOUR, **note),
            record("fixed", "c", expires_at=NOW + HOUR, **note),
            record("else", "d", layer="session", session_id="s2", ttl=60.0, expires_at=NOW + HOUR),
            record("user", "e", ttl=60.0, expires_at=NOW + HOUR, session_id="s1"),
        )
    )
    store.write(changes(Touch("user:ann", "s1", NOW)))
    found = {item.id: item.expires_at for item in store.get(TENANT, ["live", "dead", "fixed", "else", "user"])}
    minute = NOW + timedelta(minutes=1)
    hour = NOW + HOUR
    assert found == {"live": minute, "dead": NOW - HOUR, "fixed": hour, "else": hour, "user": hour}


def test_clearing_removes_what_a_text_said_and_nothing_else(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(clear=["f0"]))
    part = store.subgraph(TENANT, ["user:ann"])
    assert part.mentions == [Mention("t0", "rex", 2.0, "Rex")]
    assert part.relations == []
    assert [e.id for e in part.entities] == ["rex"]
    assert part.links == [Link("DERIVED_FROM", "f0", "t0")]
    assert store.check(NOW) == []


def test_clearing_comes_before_what_is_written(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(record("f0", "Oslo", sources=("t0",)), Mention("f0", "oslo", 5.0, "Oslo"), clear=["f0"]))
    part = store.subgraph(TENANT, ["user:ann"])
    assert [m for m in part.mentions if m.memory_id == "f0"] == [Mention("f0", "oslo", 5.0, "Oslo")]


# ---------------------------------------------------------------- all or nothing


@pytest.mark.parametrize(
    "bad",
    [
        Mention("nobody", "rex"),
        Mention("t0", "nobody"),
        Link("DERIVED_FROM", "f0", "nobody"),
        Link("SUPERSEDES", "nobody", "f0"),
        relation("r1", "rex", "LIKES", "nobody", "f0"),
        relation("r1", "nobody", "LIKES", "rex", "f0"),
        relation("r1", "rex", "LIKES", "oslo", "nobody"),
    ],
)
def test_an_edge_without_an_end_is_refused_whole(store: Store, bad: Any) -> None:
    store.write(changes(full()))
    before, basis = everything(store), store.known(Ask(TENANT, ["user:ann"])).basis
    with pytest.raises(GraphMemError):
        store.write(changes(record("new", "x"), event("new", "x"), bad, delete=["t1"], clear=["f0"]))
    assert everything(store) == before
    assert store.known(Ask(TENANT, ["user:ann"])).basis == basis


def test_a_vector_of_a_wrong_size_is_refused_whole(store: Store) -> None:
    store.write(changes(full()))
    before = everything(store)
    wrong = replace(record("new", "x"), vector=np.ones(3, np.float32))
    with pytest.raises(InvalidInput):
        store.write(changes(record("good", "x"), wrong))
    assert everything(store) == before


def test_the_first_write_stamps_the_store(store: Store) -> None:
    store.write(changes(record("m", "x")))
    assert store.fingerprint() == STAMP


@pytest.mark.parametrize("stamp", [Fingerprint("another", STAMP.dim), Fingerprint(STAMP.name, 32)])
def test_another_embedder_is_refused_whole(store: Store, stamp: Fingerprint) -> None:
    store.write(changes(record("m", "x")))
    before = everything(store)
    with pytest.raises(EmbedderMismatch, match="reembed"):
        store.write(
            changes(event("m", "x"), replace(record("n", "y"), vector=np.ones(stamp.dim, np.float32)), embedder=stamp)
        )
    assert everything(store) == before
    assert store.fingerprint() == STAMP


def test_a_moved_basis_is_a_conflict_that_writes_nothing(store: Store) -> None:
    basis = store.known(Ask(TENANT, ["user:ann"])).basis
    assert basis == {"user:ann": 0}
    store.write(changes(record("m", "x"), basis=basis))
    before = everything(store)
    with pytest.raises(Conflict):
        store.write(changes(record("n", "y"), basis=basis))
    assert everything(store) == before


def test_only_the_owners_that_were_written_move_on(store: Store) -> None:
    store.write(changes(record("a", "x"), record("b", "y", user_id="bob")))
    first = store.known(Ask(TENANT, ["user:ann", "user:bob"])).basis
    store.write(changes(record("c", "z"), basis=first))
    second = store.known(Ask(TENANT, ["user:ann", "user:bob"])).basis
    assert second["user:ann"] != first["user:ann"]
    assert second["user:bob"] == first["user:bob"]


@pytest.mark.parametrize(
    "change",
    [
        {"delete": ["f0"]},
        {"clear": ["f0"]},
        {"touch": [Touch("user:ann", "s1", NOW)]},
        {"close": [Close("f0", "t1")]},
        {"close_relations": {"r0": NOW}},
        {"mentions": [Mention("t1", "rex")]},
        {"entities": [entity("rex", "Rex", aliases=["dog"])]},
        {"links": [Link("DERIVED_FROM", "f0", "t1")]},
    ],
)
def test_every_kind_of_change_moves_its_owner_on(store: Store, change: dict[str, Any]) -> None:
    store.write(changes(full()))
    before = store.known(Ask(TENANT, ["user:ann"])).basis
    store.write(changes(**change))
    assert store.known(Ask(TENANT, ["user:ann"])).basis != before


def test_a_basis_of_another_tenant_is_its_own(store: Store) -> None:
    store.write(changes(record("a", "x")))
    store.write(changes(record("b", "x"), tenant="other", basis={"user:ann": 0}))
    assert [item.id for item in store.get("other", ["a", "b"])] == ["b"]


# ---------------------------------------------------------------- delete


def test_a_deletion_counts_what_went(store: Store) -> None:
    store.write(changes(full()))
    receipt = store.write(changes(delete=["f0"])).receipt
    assert receipt == Receipt(
        memories=1, vectors=1, entities=1, relations=1, mentions=2, history=1, ids=("f0",), sources=("t0",)
    )
    part = store.subgraph(TENANT, ["user:ann"])
    assert [item.id for item in part.memories] == ["t0", "t1"]
    assert [e.id for e in part.entities] == ["rex"]
    assert (part.relations, part.links) == ([], [])


def test_deleting_what_is_not_there_counts_nothing(store: Store) -> None:
    store.write(changes(full()))
    before = everything(store)
    assert store.write(changes(delete=["nobody"])).receipt == Receipt()
    assert everything(store) == before


def test_a_deletion_of_another_tenant_reaches_nothing(store: Store) -> None:
    store.write(changes(full()))
    before = everything(store)
    receipt = store.write(changes(delete=["f0", "t0"], tenant="other")).receipt
    assert receipt == Receipt()
    assert everything(store) == before


def test_the_history_of_the_deleted_keeps_events_without_words(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(event("f0", "Rex moved", "UPDATE", previous="My dog Rex", at=NOW + HOUR)))
    receipt = store.write(changes(event("f0", None, "DELETE", at=NOW + 2 * HOUR), delete=["f0"])).receipt
    assert receipt is not None
    assert receipt.history == 2
    lines = store.history(TENANT, "f0")
    assert [(line.event, line.memory, line.previous) for line in lines] == [
        ("ADD", None, None),
        ("UPDATE", None, None),
        ("DELETE", None, None),
    ]
    assert [line.memory for line in store.history(TENANT, "t0")] == ["My dog Rex lives in Oslo."]


def test_a_deleted_turn_is_no_source_any_more(store: Store) -> None:
    store.write(changes(full(), Link("DERIVED_FROM", "f0", "t1")))
    receipt = store.write(changes(delete=["t0"])).receipt
    assert receipt is not None
    assert (receipt.mentions, receipt.entities, receipt.sources) == (1, 0, ())
    assert store.get(TENANT, ["f0"])[0].sources == ("t1",)


def test_what_the_deleted_superseded_stays_closed(store: Store) -> None:
    store.write(changes(record("old", "Oslo"), record("new", "Bergen"), Close("old", "new", NOW, NOW)))
    store.write(changes(delete=["new"]))
    (old,) = store.get(TENANT, ["old"])
    assert (old.superseded_by, old.valid_to) == ("new", NOW)


def test_deleting_and_writing_at_once_leaves_the_written(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(record("f0", "again"), Mention("f0", "oslo", 1.0, "Oslo"), delete=["f0"]))
    assert store.get(TENANT, ["f0"])[0].memory == "again"
    part = store.subgraph(TENANT, ["user:ann"])
    assert [e.id for e in part.entities] == ["oslo", "rex"]
    assert part.links == []


def test_a_deleted_text_is_found_by_nothing(store: Store) -> None:
    store.write(changes(record("m", "the zanzibar secret"), event("m", "the zanzibar secret"), record("n", "tea")))
    store.write(changes(delete=["m"]))
    assert "zanzibar" not in str(everything(store))
    assert store.known(Ask(TENANT, ["user:ann"], ids=["m"], near=[("user:ann", vector("zanzibar"))])).items == {}
    assert list(store.all_texts()) == [(TENANT, store.get(TENANT, ["n"])[0])]


def test_the_reset_of_a_tenant_leaves_the_other(store: Store) -> None:
    store.write(changes(full()))
    store.write(changes(record("b", "x"), entity("e", "Bob"), Mention("b", "e"), event("b", "x"), tenant="other"))
    before = everything(store, "other")
    receipt = store.reset(TENANT)
    assert (receipt.memories, receipt.entities, receipt.relations, receipt.mentions) == (3, 2, 1, 3)
    assert sorted(receipt.ids) == ["f0", "t0", "t1"]
    assert everything(store) == []
    assert store.history(TENANT, "f0") == []
    assert everything(store, "other") == before
    assert store.reset(TENANT).memories == 0


# ---------------------------------------------------------------- known


def people(store: Store) -> None:
    names = [
        entity("alex", "Alex Chen", aliases=["alex", "lexi"]),
        entity("alexa", "Alex Smith"),
        entity("concept", "alex effect", type="CONCEPT"),
        entity("bob", "Bob"),
        entity("bobs", "Bob", owner="user:bob"),
    ]
    relations = [
        relation("r0", "alex", "WORKS_AT", "bob", "m"),
        relation("r1", "alex", "WORKS_AT", "alexa", "m", valid_to=NOW + DAY),
        relation("r2", "bob", "KNOWS", "alex", "m"),
    ]
    mentions = [Mention("m", name.id, 1.0, name.name) for name in names if name.owner == "user:ann"]
    store.write(
        changes(record("m", "x"), names, mentions, relations, record("b", "y", user_id="bob"), Mention("b", "bobs"))
    )


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (["alex chen"], ["alex", "alexa"]),
        (["lexi"], ["alex"]),
        (["alex effect"], ["alex", "alexa", "concept"]),
        (["alex"], ["alex", "alexa"]),
        (["bob"], ["bob"]),
        (["smith"], []),
        ([], []),
    ],
)
def test_entities_are_known_by_key_alias_and_first_word(store: Store, keys: Sequence[str], found: list[str]) -> None:
    people(store)
    known = store.known(Ask(TENANT, ["user:ann"], keys={"user:ann": keys}))
    assert sorted(e.id for e in known.entities) == found


def test_only_exact_names_are_known_where_likeness_misleads(store: Store) -> None:
    store.write(changes(record("m", "tea"), [entity("ann", "Ann"), entity("lee", "Ann Lee")], Mention("m", "ann")))
    known = store.known(Ask(TENANT, ["user:ann"], keys={"user:ann": ["ann"]}, alike=False))
    assert [one.id for one in known.entities] == ["ann"]


def test_known_entities_are_whole(store: Store) -> None:
    people(store)
    known = store.known(Ask(TENANT, ["user:bob"], keys={"user:bob": ["bob"]}))
    assert known.entities == [Entity(id="bobs", owner="user:bob", name="Bob", key="bob", type="PERSON", mentions=1)]


@pytest.mark.parametrize(
    ("subject", "found"), [("alex", ["r0"]), ("alex chen", ["r0"]), ("bob", ["r2"]), ("smith", [])]
)
def test_open_relations_are_known_by_their_subject(store: Store, subject: str, found: list[str]) -> None:
    people(store)
    known = store.known(Ask(TENANT, ["user:ann"], relations={"user:ann": [subject]}))
    assert [r.id for r in known.relations] == found


def test_known_relations_carry_names(store: Store) -> None:
    people(store)
    (known,) = store.known(Ask(TENANT, ["user:ann"], relations={"user:ann": ["lexi"]})).relations
    assert (known.subject_name, known.type, known.object_name) == ("Alex Chen", "WORKS_AT", "Bob")


def test_the_nearest_open_facts_are_known(store: Store) -> None:
    texts = ["likes green tea", "likes green tea a lot", "likes tea", "likes coffee", "flies to Rome"]
    texts += ["owns a red bicycle", "sings in a choir"]
    closed: dict[str, Any] = {"superseded_by": "f0", "valid_to": NOW}
    store.write(
        changes(
            [record(f"f{n}", text) for n, text in enumerate(texts)],
            turn("raw", texts[0], 0),
            record("closed", texts[0], **closed),
            record("over", texts[0], valid_to=NOW - HOUR),
            record("expired", texts[0], expires_at=NOW),
            record("theirs", texts[0], user_id="bob"),
        )
    )
    ask = Ask(TENANT, ["user:ann"], near=[("user:ann", vector(texts[0])), ("user:eve", vector("tea"))], now=NOW)
    nearest, nothing = store.known(ask).near
    cosines = sorted((float(vector(text) @ vector(texts[0])) for text in texts), reverse=True)[:NEAREST]
    assert [item.id for item, _ in nearest][:3] == ["f0", "f1", "f2"]
    assert [cosine for _, cosine in nearest] == pytest.approx(cosines, abs=1e-5)
    assert list(nothing) == []


def test_known_items_and_sessions(store: Store) -> None:
    store.write(changes(full(), Touch("user:ann", "s1", NOW)))
    sessions = [("user:ann", "s1"), ("user:ann", None), ("user:bob", "s1")]
    known = store.known(Ask(TENANT, ["user:ann"], ids=["f0", "nobody"], sessions=sessions))
    assert known.items == {"f0": store.get(TENANT, ["f0"])[0]}
    assert known.sessions == {
        ("user:ann", "s1"): SessionState(1, NOW),
        ("user:ann", None): SessionState(),
        ("user:bob", "s1"): SessionState(),
    }


def test_known_keeps_to_its_tenant(store: Store) -> None:
    people(store)
    owners = ["user:ann"]
    asked: dict[str, Any] = {"ids": ["m"], "keys": {"user:ann": ["bob"]}, "relations": {"user:ann": ["alex"]}}
    known = store.known(Ask("other", owners, near=[("user:ann", vector("x"))], sessions=[("user:ann", "s1")], **asked))
    assert (known.items, list(known.entities), list(known.relations)) == ({}, [], [])
    assert [list(near) for near in known.near] == [[]]
    assert known.basis == {"user:ann": 0}


# ---------------------------------------------------------------- lists


def test_get_keeps_the_order_and_sees_the_hidden(store: Store) -> None:
    store.write(changes(record("a", "x", expires_at=NOW - DAY), record("b", "y", superseded_by="a"), record("c", "z")))
    assert [item.id for item in store.get(TENANT, ["c", "nobody", "a", "b"])] == ["c", "a", "b"]
    assert store.get("other", ["a"]) == []


def test_lists_are_newest_first(store: Store) -> None:
    store.write(
        changes(
            record("old", "x", created_at=NOW - DAY),
            turn("t2", "x", 2),
            turn("t10", "x", 10),
            record("b", "x"),
            record("a", "x"),
            record("new", "x", created_at=NOW + HOUR),
        )
    )
    assert listed(store) == ["new", "t10", "t2", "b", "a", "old"]


def test_pages_are_cut_from_the_whole(store: Store) -> None:
    store.write(changes([record(f"m{n}", "x", created_at=NOW + n * HOUR) for n in range(7)]))
    pages = [store.select(Selection(TENANT), page, 3) for page in (1, 2, 3, 4)]
    assert [[item.id for item in page.results] for page in pages] == [
        ["m6", "m5", "m4"],
        ["m3", "m2", "m1"],
        ["m0"],
        [],
    ]
    assert [(page.count, page.page, page.page_size) for page in pages] == [(7, n, 3) for n in (1, 2, 3, 4)]
    assert len(store.select(Selection(TENANT), page_size=None)) == 7


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({}, "abcdefg"),
        ({"ids": {"user_id": "ann"}}, "abcdg"),
        ({"ids": {"user_id": "ann", "session_id": "s1"}}, "bc"),
        ({"ids": {"org_id": "acme"}}, "f"),
        ({"ids": {"user_id": "nobody"}}, ""),
        ({"owners": ["user:bob", "org:acme"]}, "ef"),
        ({"owners": []}, ""),
        ({"memory_ids": ["a", "f", "x"]}, "af"),
        ({"memory_ids": []}, ""),
        ({"derived_from": ["b"]}, "d"),
        ({"derived_from": ["a"]}, ""),
        ({"layers": ["session", "org"]}, "cf"),
        ({"layers": []}, ""),
        ({"where": Condition("metadata.k", "eq", 1)}, "a"),
        ({"where": Condition("memory", "contains", "tea")}, "ae"),
        ({"now": NOW}, "abdefg"),
        ({"now": NOW - DAY}, "abcdefg"),
        ({"expired_by": NOW}, "c"),
        ({"superseded": False}, "abcdef"),
        ({"as_of": NOW - HOUR}, "g"),
        ({"as_of": NOW}, "abcdef"),
        ({"layers": ["user"], "owners": ["user:ann"], "superseded": False}, "ad"),
    ],
)
def test_every_condition_of_a_selection_holds(store: Store, conditions: dict[str, Any], found: str) -> None:
    store.write(
        changes(
            record("a", "likes tea", metadata={"k": 1}),
            turn("b", "raw", 0, superseded_by="d"),
            record("c", "note", layer="session", session_id="s1", expires_at=NOW),
            fact("d", "fact", "b"),
            record("e", "tea for bob", user_id="bob"),
            record("f", "org", layer="org", org_id="acme"),
            record("g", "was", superseded_by="d", valid_from=NOW - DAY, valid_to=NOW),
        )
    )
    assert sorted(listed(store, **conditions)) == list(found)


def test_a_selection_keeps_to_its_tenant(store: Store) -> None:
    store.write(changes(full()))
    assert store.select(Selection("other"), page_size=None).count == 0


def test_the_last_turns_of_a_session_are_recent(store: Store) -> None:
    said = [turn(f"t{n}", "x", n, created_at=NOW - n * HOUR) for n in range(5)]
    others = [
        turn("s", "x", 9, session_id="s2"),
        turn("bob", "x", 9, user_id="bob"),
        turn("none", "x", 9, session_id=None),
        record("note", "x", layer="session", session_id="s1"),
    ]
    store.write(changes(said, others))
    scope = Scope(user_id="ann", session_id="s1")
    assert [item.id for item in store.recent(scope, 3)] == ["t2", "t3", "t4"]
    assert [item.id for item in store.recent(scope, 99)] == ["t0", "t1", "t2", "t3", "t4"]
    assert store.recent(scope, 0) == []
    assert [item.id for item in store.recent(Scope(user_id="ann"), 9)] == ["none"]
    assert store.recent(Scope(tenant="other", user_id="ann", session_id="s1"), 9) == []


def test_history_is_told_in_order(store: Store) -> None:
    store.write(changes(record("m", "x"), event("m", "x", by="t0")))
    store.write(changes(event("m", "y", "UPDATE", previous="x", at=NOW + HOUR), event("n", "z", at=NOW)))
    assert store.history(TENANT, "m") == [
        event("m", "x", by="t0"),
        event("m", "y", "UPDATE", previous="x", at=NOW + HOUR),
    ]
    assert store.history("other", "m") == []


def test_the_log_is_told_backwards_a_page_at_a_time(store: Store) -> None:
    first, second, third = event("m", "x"), event("n", "z"), event("m", "y", "UPDATE", previous="x", at=NOW - HOUR)
    store.write(changes(record("m", "x"), first, second))
    store.write(changes(third))
    store.write(changes(event("m", "x"), tenant="other"))
    pages = [store.log(TENANT, page, 2) for page in (1, 2, 3)]
    assert [list(page.results) for page in pages] == [[third, second], [first], []]
    assert [(page.count, page.page, page.page_size) for page in pages] == [(3, 1, 2), (3, 2, 2), (3, 3, 2)]
    assert store.log("nobody", 1, 2).count == 0
    with pytest.raises(InvalidInput):
        store.log(TENANT, 0, 2)


def test_holders_are_counted_by_every_id_that_a_memory_carries(store: Store) -> None:
    store.write(
        changes(
            record("m0", "x", user_id="ann", agent_id="a", created_at=NOW - DAY),
            record("m1", "y", session_id="s", updated_at=NOW + HOUR),
            record("m2", "z", user_id="bob/\u00e9 c", expires_at=NOW),
            record("m3", "o", user_id=None, org_id="acme", layer="org", app_id="web"),
        )
    )
    store.write(changes(record("m0", "x"), tenant="other"))
    found = {(one.kind, one.id): one for one in store.holders(TENANT, NOW)}
    assert {key: one.memories for key, one in found.items()} == {
        ("user", "ann"): 2, ("user", "bob/\u00e9 c"): 0, ("agent", "a"): 1, ("session", "s"): 1, ("app", "web"): 1,
        ("org", "acme"): 1,
    }  # fmt: skip
    ann = found["user", "ann"]
    assert (ann.created_at, ann.updated_at) == (NOW - DAY, NOW + HOUR)
    store.write(changes(delete=["m3"]))
    assert not {("org", "acme"), ("app", "web")} & {(one.kind, one.id) for one in store.holders(TENANT, NOW)}
    assert store.holders("nobody", NOW) == []


def test_a_closed_store_says_so(store: Store) -> None:
    store.write(changes(record("m", "x")))
    store.close()
    store.close()
    with pytest.raises(Closed):
        store.get(TENANT, ["m"])
