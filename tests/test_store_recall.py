"""What every store finds for a question: who sees what, the seeds, their neighbourhood, and the columns."""

from __future__ import annotations

from datetime import timedelta
from math import log
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem.extract.base import Label
from graphmem.filters import Test as Condition
from graphmem.store.base import Channel, Close, Link, Mention, Recall
from graphmem.types import LAYERS, Scope
from graphmem.words import key
from tests.worlds import HOUR, NOW, TENANT, changes, entity, fact, probe, record, relation, turn, vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.store.base import Store

DAY = timedelta(days=1)


def found(store: Store, question: str | None = "tea", **fields: Any) -> Recall:
    """The answer to one probe."""
    (answer,) = store.recall([probe(question, **fields)])
    return answer


def channels(answer: Recall) -> dict[str, Channel]:
    return {one: Channel(int(bits)) for one, bits in zip(answer.ids, answer.channels, strict=True)}


def row(answer: Recall, memory_id: str, column: str) -> Any:
    return getattr(answer, column)[answer.ids.index(memory_id)]


# ---------------------------------------------------------------- who sees what


def society() -> list[Any]:
    """One memory of tea for every kind of owner and layer."""
    note: dict[str, Any] = {"layer": "session"}
    return [
        record("ann", "tea"),
        turn("ann-raw-s1", "tea", 0),
        turn("ann-raw-s2", "tea", 0, session_id="s2"),
        record("ann-note-s1", "tea", session_id="s1", **note),
        record("ann-note-s2", "tea", session_id="s2", **note),
        record("ann-note", "tea", **note),
        record("bob", "tea", user_id="bob"),
        turn("bob-raw-s1", "tea", 0, user_id="bob"),
        record("acme", "tea", layer="org", org_id="acme"),
        record("acme-by-ann", "tea", layer="org", org_id="acme", user_id="ann"),
        record("ann-at-acme", "tea", org_id="acme", user_id="ann"),
        record("agent", "tea", agent_id="bot"),
        record("app", "tea", app_id="web"),
        record("ann-by-agent", "tea", user_id="ann", agent_id="bot"),
        turn("lone", "tea", 0, session_id="s1", user_id=None, agent_id=None),
        record("lone-note", "tea", session_id="s1", user_id=None, **note),
    ]


ANN = {"ann", "ann-raw-s1", "ann-raw-s2", "ann-at-acme", "ann-by-agent"}
ACME = {"acme", "acme-by-ann"}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ({"user_id": "ann"}, ANN | {"ann-note"}),
        ({"user_id": "ann", "session_id": "s1"}, ANN | {"ann-note-s1"}),
        ({"user_id": "ann", "session_id": "new"}, ANN),
        ({"user_id": "ann", "org_id": "acme"}, ANN | ACME | {"ann-note"}),
        ({"user_id": "ann", "org_id": "other"}, ANN | {"ann-note"}),
        ({"user_id": "ann", "agent_id": "bot"}, ANN | {"agent", "ann-note"}),
        ({"user_id": "bob", "session_id": "s1"}, {"bob", "bob-raw-s1"}),
        ({"user_id": "eve", "session_id": "s1"}, set()),
        ({"org_id": "acme"}, ACME),
        ({"agent_id": "bot"}, {"agent"}),
        ({"app_id": "web"}, {"app"}),
        ({"session_id": "s1"}, {"lone", "lone-note"}),
        ({"session_id": "s2"}, set()),
        ({"tenant": "other", "user_id": "ann"}, set()),
    ],
)
def test_a_caller_sees_what_is_theirs(store: Store, scope: dict[str, str], seen: set[str]) -> None:
    store.write(changes(society()))
    answer = found(store, scope=Scope(**scope))
    assert set(answer.ids) == seen
    assert answer.document_count == len(seen)
    assert answer.fetch(sorted(seen)) == store.get(scope.get("tenant", TENANT), sorted(seen))
    assert answer.fetch(["bob" if scope.get("user_id") != "bob" else "ann"]) == []


@pytest.mark.parametrize("layer", LAYERS)
def test_only_the_layers_asked_for(store: Store, layer: str) -> None:
    store.write(changes(society()))
    scope = Scope(user_id="ann", session_id="s1", org_id="acme")
    answer = found(store, scope=scope, layers=frozenset({layer}))
    assert answer.ids
    assert {item.layer for item in answer.fetch(answer.ids)} == {layer}


def test_what_expired_is_invisible_from_that_moment(store: Store) -> None:
    store.write(changes(record("past", "tea", expires_at=NOW), record("soon", "tea", expires_at=NOW + HOUR)))
    assert found(store).ids == ["soon"]
    assert found(store, now=NOW + HOUR).ids == []
    assert found(store, now=NOW - HOUR).ids == ["past", "soon"]
    assert found(store, show_expired=True).ids == ["past", "soon"]


def in_time() -> list[Any]:
    return [
        record("was", "tea", valid_from=NOW - 2 * DAY, valid_to=NOW - DAY, superseded_by="is"),
        record("is", "tea", valid_from=NOW - DAY),
        record("ended", "tea", valid_from=NOW - 2 * DAY, valid_to=NOW),
        record("until", "tea", valid_from=NOW - 2 * DAY, valid_to=NOW + DAY),
        turn("said", "tea", 0, valid_from=NOW - 2 * DAY, superseded_by="is"),
    ]


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({}, ["is", "said", "until"]),
        ({"superseded": True}, ["ended", "is", "said", "until", "was"]),
        ({"as_of": NOW - DAY - HOUR}, ["ended", "said", "until", "was"]),
        ({"as_of": NOW - DAY}, ["ended", "is", "said", "until"]),
        ({"as_of": NOW}, ["is", "said", "until"]),
        ({"as_of": NOW - 3 * DAY}, []),
        ({"as_of": NOW + 2 * DAY}, ["is", "said"]),
    ],
)
def test_what_holds_is_seen(store: Store, asked: dict[str, Any], seen: list[str]) -> None:
    store.write(changes(in_time()))
    assert found(store, **asked).ids == seen


def test_the_superseded_are_flagged(store: Store) -> None:
    store.write(changes(in_time()))
    answer = found(store, superseded=True)
    flagged = [one for one, flag in zip(answer.ids, answer.superseded, strict=True) if flag]
    assert flagged == ["said", "was"]


def test_a_closed_fact_disappears_and_a_closed_turn_stays(store: Store) -> None:
    store.write(changes(record("old", "tea"), turn("raw", "tea", 0), record("new", "coffee")))
    assert found(store).ids == ["new", "old", "raw"]
    store.write(changes(Close("old", "new", NOW, NOW), Close("raw", "new")))
    assert found(store).ids == ["new", "raw"]


def test_a_filter_narrows_everything(store: Store) -> None:
    store.write(
        changes(
            turn("t0", "tea", 0, metadata={"k": 1}),
            turn("t1", "milk", 1, metadata={"k": 2}),
            turn("t2", "rain", 2, metadata={"k": 1}),
            fact("z", "tea", "t1", metadata={"k": 1}, pin="preference", trigger="tea"),
        )
    )
    answer = found(store, where=Condition("metadata.k", "eq", 1), k=1)
    assert channels(answer) == {
        "t0": Channel.VECTOR | Channel.WORDS,
        "t2": Channel.NEXT,
        "z": Channel.PINNED,
    }
    assert answer.document_count == 3


# ---------------------------------------------------------------- seeds


def test_no_channel_finds_nothing(store: Store) -> None:
    store.write(changes(record("a", "tea")))
    answer = found(store, None)
    assert answer.ids == []
    assert answer.document_count == 1
    assert answer.tf.shape == answer.window_tf.shape == (0, 0)


def test_an_empty_sight_answers_with_empty_columns(store: Store) -> None:
    answer = found(store, "green tea", names=frozenset({"rex"}))
    assert (answer.ids, answer.document_count, answer.mean_length, answer.entities) == ([], 0, 0.0, [])
    assert answer.tf.shape == (0, 2)
    np.testing.assert_array_equal(answer.document_frequency, [0, 0])


def test_the_nearest_are_seeds(store: Store) -> None:
    texts = ["green tea", "green tea and milk", "green hills", "rome", "berlin"]
    store.write(changes([record(f"m{n}", text) for n, text in enumerate(texts)]))
    answer = found(store, "green tea", terms=(), k=2)
    assert channels(answer) == {"m0": Channel.VECTOR, "m1": Channel.VECTOR}
    expected = [float(vector(text) @ vector("green tea")) for text in texts[:2]]
    np.testing.assert_allclose(answer.cosine, expected, atol=1e-5)


def test_a_question_about_somebody_who_speaks_is_compared_as_they_would_put_it(store: Store) -> None:
    said = [turn("a", "tea", 0, name="Melanie"), turn("b", "milk", 1, name="Bob", expires_at=NOW)]
    pinned = record("p", "always", pin="preference", trigger="coffee")
    store.write(changes(said, pinned))

    def compared(**addressed: str) -> list[float]:
        vectors = {name: vector(text) for name, text in addressed.items()}
        answer = found(store, "tea", addressed=vectors)
        return [round(float(row(answer, "a", "cosine")), 4), round(float(row(answer, "p", "trigger_cosine")), 4)]

    plain, coffee = compared(), compared(mel="coffee")
    assert plain == [1.0, round(float(vector("coffee") @ vector("tea")), 4)]
    assert coffee == [plain[1], 1.0]
    assert compared(eve="coffee", mel="coffee") == coffee
    assert compared(bob="coffee") == plain, "Bob's turn has expired"


def bm25(texts: Sequence[str], question: str) -> list[float]:
    """Textbook BM25 (k1 .9, b .75) of texts without stop words, spelled as indexed."""
    bags = [text.split() for text in texts]
    mean = sum(map(len, bags)) / len(bags)
    scores = []
    for bag in bags:
        score = 0.0
        for term in question.split():
            df, tf = sum(term in other for other in bags), bag.count(term)
            score += (
                log(1 + (len(bags) - df + 0.5) / (df + 0.5)) * tf * 1.9 / (tf + 0.9 * (0.25 + 0.75 * len(bag) / mean))
            )
        scores.append(score)
    return scores


def test_the_best_by_words_are_seeds(store: Store) -> None:
    random = Random(7)
    bag = ["tea", "tea", "tea", "milk", "milk", "lemon", "sugar", "rain", "snow", "hail"]
    texts = [" ".join(random.choices(bag, k=random.randint(1, 12))) for _ in range(40)]
    store.write(changes([record(f"m{n:02}", text) for n, text in enumerate(texts)]))
    scores = [round(score, 6) for score in bm25(texts, "tea lemon")]
    best = sorted((n for n in range(40) if scores[n] > 0), key=lambda n: (-scores[n], n))
    for k in range(0, 45, 4):
        answer = found(store, "tea lemon", vector=None, k=k, widen=0)
        assert channels(answer) == {f"m{n:02}": Channel.WORDS for n in sorted(best[:k])}


def test_words_are_counted_over_what_is_seen(store: Store) -> None:
    theirs = [record(f"b{n}", "tea tea tea", user_id="bob") for n in range(5)]
    store.write(changes(record("a", "tea milk tea"), record("b", "milk"), record("c", "a an the"), theirs))
    answer = found(store, "tea milk coffee")
    np.testing.assert_array_equal(answer.document_frequency, [1, 2, 0])
    assert answer.document_count == 3
    assert answer.mean_length == pytest.approx(4 / 3)
    np.testing.assert_array_equal(answer.tf, [[2, 1, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(answer.length, [3, 1, 0])


def names() -> list[Any]:
    return [
        record("a", "one"),
        record("b", "two"),
        record("c", "three"),
        record("d", "four"),
        entity("rex", "Rex", aliases=["dog rex"]),
        entity("oslo", "Oslo", type="PLACE"),
        entity("tea", "tea", type="CONCEPT"),
        entity("green", "green tea", type="CONCEPT"),
        Mention("a", "rex", 1.0),
        Mention("b", "rex", 3.0),
        Mention("b", "tea"),
        Mention("c", "oslo"),
        Mention("c", "green"),
        Mention("d", "tea"),
    ]


@pytest.mark.parametrize(
    ("asked", "k", "seeds"),
    [
        ({"rex"}, 9, ["a", "b"]),
        ({"rex"}, 1, ["b"]),
        ({"dog rex"}, 9, ["a", "b"]),
        ({"rex", "oslo"}, 9, ["a", "b", "c"]),
        ({"rex", "oslo"}, 2, ["b", "c"]),
        ({"tea"}, 9, []),
        ({"green tea"}, 9, ["c"]),
        ({"nobody"}, 9, []),
    ],
)
def test_what_names_what_the_question_names_is_a_seed(store: Store, asked: set[str], k: int, seeds: list[str]) -> None:
    store.write(changes(names()))
    answer = found(store, None, names=frozenset(asked), k=k, reach=0)
    assert channels(answer) == dict.fromkeys(seeds, Channel.ENTITY)


def test_entities_come_with_their_degree_and_mentions(store: Store) -> None:
    store.write(changes(names(), record("x", "x", user_id="bob"), Mention("x", "rex")))
    answer = found(store, None, names=frozenset({"dog rex"}))
    signals = [(e.key, e.name, e.degree, e.named, e.concept) for e in answer.entities]
    assert sorted(signals) == [("rex", "Rex", 2, True, False), ("tea", "tea", 2, False, True)]
    edges = zip(answer.mention_rows, answer.mention_entities, answer.mention_weights, strict=True)
    assert sorted((answer.ids[r], answer.entities[e].key, float(w)) for r, e, w in edges) == [
        ("a", "rex", 1.0),
        ("b", "rex", 3.0),
        ("b", "tea", 1.0),
    ]


def test_entities_of_one_key_count_together_over_owners(store: Store) -> None:
    store.write(
        changes(
            record("a", "one"),
            record("o", "two", layer="org", org_id="acme"),
            record("b", "three", user_id="bob"),
            [entity("e1", "Rex"), entity("e2", "Rex", owner="org:acme"), entity("e3", "Rex", owner="user:bob")],
            [Mention("a", "e1"), Mention("o", "e2", 2.0), Mention("b", "e3")],
        )
    )
    answer = found(store, None, names=frozenset({"rex"}), scope=Scope(user_id="ann", org_id="acme"))
    assert answer.ids == ["a", "o"]
    (rex,) = answer.entities
    assert (rex.key, rex.degree, rex.named) == ("rex", 2, True)
    np.testing.assert_array_equal(answer.mention_entities, [0, 0])
    np.testing.assert_array_equal(answer.mention_weights, [1.0, 2.0])


def test_an_entity_of_another_owner_is_not_shown(store: Store) -> None:
    store.write(
        changes(
            record("o", "tea", layer="org", org_id="acme"),
            [entity("rex", "Rex"), entity("acme", "Acme", owner="org:acme")],
            [Mention("o", "rex", 2.0), Mention("o", "acme", 2.0)],
        )
    )
    member = Scope(user_id="bob", org_id="acme")
    assert [one.id for one in found(store, names=frozenset({"rex"}), scope=member).entities] == ["acme"]
    assert found(store, None, names=frozenset({"rex"}), scope=member).ids == []
    assert [one.id for one in found(store, scope=Scope(user_id="ann", org_id="acme")).entities] == ["acme", "rex"]
    part = store.subgraph(TENANT, member.owners())
    assert ([one.id for one in part.entities], [m.entity_id for m in part.mentions]) == (["acme"], ["acme"])


def test_the_pinned_always_come(store: Store) -> None:
    triggers = [f"topic number {n}" for n in range(70)]
    pinned = [record(f"p{n:02}", "always", pin="instruction", trigger=text) for n, text in enumerate(triggers)]
    store.write(changes(pinned, record("q", "prefers", pin="preference"), record("tea", "tea")))
    answer = found(store, triggers[7], terms=(), k=0)
    scores = {f"p{n:02}": round(float(vector(text) @ vector(triggers[7])), 6) for n, text in enumerate(triggers)}
    best = sorted({**scores, "q": 0.0}.items(), key=lambda one: (-one[1], one[0]))[:64]
    assert answer.ids == sorted(memory_id for memory_id, _ in best)
    assert {int(bits) for bits in answer.channels} == {Channel.PINNED}
    assert row(answer, "p07", "trigger_cosine") == pytest.approx(1.0, abs=1e-5)
    assert row(answer, "p07", "pin") == 1


# ---------------------------------------------------------------- relations


def family(store: Store) -> None:
    """What is known of Ann, her sister Eve, and Bob, in words that no question has."""
    names = [entity("ann", "Ann"), entity("eve", "Eve"), entity("bob", "Bob"), entity("oslo", "Oslo", type="PLACE")]
    said = {
        "ann-lives": ("ann", "LIVES_IN", "oslo"),
        "ann-eve": ("ann", "SISTER", "eve"),
        "ann-knows": ("ann", "KNOWS", "bob"),
        "eve-lives": ("eve", "LIVES_IN", "oslo"),
        "bob-lives": ("bob", "LIVES_IN", "oslo"),
    }
    records = [record(one, f"word{n}") for n, one in enumerate(said)]
    ends = [Mention(one, end, 1.0) for one, (start, _, other) in said.items() for end in (start, other)]
    store.write(changes(records, names, ends, [relation(f"r-{one}", *said[one], one) for one in said]))


def stating(store: Store, **fields: Any) -> list[str]:
    """What the relation channel brings."""
    answer = found(store, None, **fields)
    return [one for one, bits in channels(answer).items() if bits & Channel.RELATION]


LIVES = frozenset({"LIVES_IN", "MOVED_TO"})


def test_what_states_the_asked_relation_is_a_candidate_whatever_its_words(store: Store) -> None:
    family(store)
    assert stating(store, asked=LIVES, own=True) == ["ann-lives"]
    assert stating(store, asked=LIVES, names=frozenset({"bob"})) == ["bob-lives"]
    assert stating(store, asked=LIVES, names=frozenset({"bob"}), own=True) == ["ann-lives", "bob-lives"]
    assert stating(store, asked=LIVES, through=frozenset({"SISTER"}), own=True) == ["eve-lives"]
    assert stating(store, asked=LIVES) == stating(store, own=True) == []
    assert stating(store, asked=LIVES, own=True, scope=Scope(user_id="bob")) == []
    assert len(stating(store, asked=LIVES, names=frozenset({"bob"}), own=True, k=1)) == 1


def test_who_speaks_is_the_one_who_asks_by_any_name(store: Store) -> None:
    store.write(
        changes(
            [turn("t", "hello", 0, name="Maya"), record("maya-lives", "word")],
            [entity("maya", "Maya"), entity("oslo", "Oslo", type="PLACE")],
            [Mention("maya-lives", "maya", 1.0), Mention("maya-lives", "oslo", 1.0)],
            [relation("r", "maya", "LIVES_IN", "oslo", "maya-lives")],
        )
    )
    assert stating(store, asked=LIVES, own=True) == ["maya-lives"]


def test_an_asked_relation_must_hold_and_be_seen(store: Store) -> None:
    family(store)
    store.write(changes(close_relations={"r-ann-lives": NOW - HOUR}))
    assert stating(store, asked=LIVES, own=True) == []
    assert stating(store, asked=LIVES, own=True, as_of=NOW - 2 * HOUR) == []  # the memory was not there yet
    assert stating(store, asked=LIVES, own=True, superseded=True) == ["ann-lives"]
    store.write(changes(record("bob-lives", "word4", expires_at=NOW)))
    assert stating(store, asked=LIVES, names=frozenset({"bob"})) == []


# ---------------------------------------------------------------- the neighbourhood


def chat(store: Store) -> None:
    """Seven turns of which the fourth is about tea, with a hole in their positions; and turns beside them."""
    texts = ["zero", "one", "two", "tea", "four", "five", "six"]
    said = [turn(f"t{n}", text, n * 10) for n, text in enumerate(texts)]
    beside = [turn("s2", "else", 31, session_id="s2"), turn("bob", "else", 31, user_id="bob"), record("doc", "else")]
    store.write(changes(said, beside))


@pytest.mark.parametrize(("widen", "near"), [(0, ""), (1, "24"), (2, "1245"), (9, "012456")])
def test_turns_around_a_seed_are_candidates(store: Store, widen: int, near: str) -> None:
    chat(store)
    answer = found(store, "tea", vector=None, widen=widen)
    assert channels(answer) == {"t3": Channel.WORDS} | {f"t{n}": Channel.NEXT for n in near}
    assert len(set(answer.session.tolist())) == 1
    assert min(answer.session) >= 0


def test_a_hidden_turn_is_stepped_over(store: Store) -> None:
    chat(store)
    store.write(changes(turn("t2", "two", 20, expires_at=NOW)))
    assert found(store, "tea", vector=None, widen=1).ids == ["t1", "t3", "t4"]


def test_turns_without_a_session_are_joined_too(store: Store) -> None:
    store.write(changes([turn(f"t{n}", text, n, session_id=None) for n, text in enumerate(["a1", "tea", "b1"])]))
    assert found(store, "tea", vector=None, widen=1).ids == ["t0", "t1", "t2"]


def test_sessions_are_told_apart(store: Store) -> None:
    store.write(
        changes(
            [turn("a", "tea", 0), turn("b", "tea", 1), turn("c", "tea", 0, session_id="s2"), record("d", "tea")],
            [turn("e", "tea", 0, session_id="s1", user_id=None, org_id="acme")],
        )
    )
    answer = found(store, scope=Scope(user_id="ann", org_id="acme"))
    a, b, c, d, e = answer.session
    assert a == b
    assert len({a, c, e}) == 3
    assert d == -1


def test_the_window_sums_the_turns_within_two(store: Store) -> None:
    texts = ["tea", "tea milk", "rain", "snow tea tea", "hail", "milk milk milk"]
    store.write(changes([turn(f"t{n}", text, n) for n, text in enumerate(texts)], record("doc", "tea milk rain")))
    answer = found(store, "tea milk", k=50)
    tf = [[1, 0], [1, 1], [0, 0], [2, 0], [0, 0], [0, 3]]
    windows = [tf[max(0, n - 2) : n + 3] for n in range(6)]
    lengths = [len(text.split()) for text in texts]
    assert answer.ids == ["doc", *(f"t{n}" for n in range(6))]
    np.testing.assert_array_equal(answer.window_tf[1:], [np.sum(window, axis=0) for window in windows])
    np.testing.assert_array_equal(answer.window_length[1:], [sum(lengths[max(0, n - 2) : n + 3]) for n in range(6)])
    np.testing.assert_array_equal(answer.window_tf[0], [1, 1])
    assert answer.window_length[0] == 3


def test_the_neighbours_cosine_is_their_mean(store: Store) -> None:
    chat(store)
    answer = found(store, "tea", terms=())
    own = dict(zip(answer.ids, answer.cosine.tolist(), strict=True))
    around = dict(zip(answer.ids, answer.next_cosine.tolist(), strict=True))
    assert around["t3"] == pytest.approx((own["t2"] + own["t4"]) / 2, abs=1e-6)
    assert around["t2"] == pytest.approx((own["t1"] + own["t3"]) / 2, abs=1e-6)
    assert around["t0"] == pytest.approx(own["t1"] / 2, abs=1e-6)
    assert around["t6"] == pytest.approx(own["t5"] / 2, abs=1e-6)
    assert around["doc"] == around["s2"] == 0


def test_facts_and_turns_bring_each_other(store: Store) -> None:
    store.write(
        changes(
            [turn("t0", "tea", 0), turn("t1", "milk", 9, session_id="s2")],
            fact("f0", "rain", "t0"),
            fact("f1", "tea", "t1", "t0"),
            fact("f2", "tea hidden", "t0", user_id="bob"),
            record("newer", "rain"),
            Link("SUPERSEDES", "newer", "f1"),
        )
    )
    answer = found(store, "tea", vector=None)
    assert channels(answer) == {
        "f0": Channel.SOURCE,
        "f1": Channel.WORDS | Channel.SOURCE,
        "t0": Channel.WORDS | Channel.SOURCE,
        "t1": Channel.SOURCE,
    }
    assert row(answer, "f1", "sources") == ("t1", "t0")
    assert row(answer, "t0", "sources") == ("t0",)


def library(store: Store, named: int = 3) -> None:
    """A document about tea that names Rex, others that name Rex too, and one that does not."""
    docs = [record(f"d{n}", "words" if n else "tea") for n in range(named)]
    store.write(
        changes(
            docs,
            record("else", "words"),
            entity("rex", "Rex"),
            [Mention(f"d{n}", "rex", 1.0 + n) for n in range(named)],
        )
    )


def test_documents_bring_what_shares_their_entities(store: Store) -> None:
    library(store)
    answer = found(store, "tea", vector=None)
    assert channels(answer) == {"d0": Channel.WORDS, "d1": Channel.GRAPH, "d2": Channel.GRAPH}


@pytest.mark.parametrize(("reach", "near"), [(0, []), (1, ["d2"]), (2, ["d1", "d2"])])
def test_the_graph_adds_at_most_its_reach(store: Store, reach: int, near: list[str]) -> None:
    library(store)
    assert found(store, "tea", vector=None, reach=reach).ids == ["d0", *near]


def test_what_a_named_document_names_goes_ahead(store: Store) -> None:
    """Three documents share two names with the best seed; the one that the question's own document names wins."""
    names = [entity(name, name.title()) for name in ("wall", "shane", "rex", "ana")]
    pairs = [("film", "wall", 2.1), ("film", "shane", 1.0), ("maker", "shane", 1.0)]
    crowd = [(f"d{n}", name, 1.0) for n in range(4) for name in ("rex", "ana")]
    mentions = [Mention(memory, name, weight) for memory, name, weight in (*pairs, *crowd)]
    docs = [record("film", "words"), record("maker", "words"), record("d0", "tea")]
    store.write(changes(*docs, *[record(f"d{n}", "words") for n in (1, 2, 3)], *names, mentions))
    answer = found(store, "tea", vector=None, names=frozenset({"wall"}), reach=1)
    assert channels(answer)["maker"] == Channel.GRAPH
    assert channels(found(store, "tea", vector=None, reach=1)).keys() == {"d0", "d1"}


@pytest.mark.parametrize(("named", "hub", "walked"), [(20, 0.0, True), (21, 0.02, False), (21, 1.0, True)])
def test_hubs_are_not_walked(store: Store, named: int, hub: float, walked: bool) -> None:
    library(store, named)
    assert len(found(store, "tea", vector=None, hub=hub).ids) == (named if walked else 1)


def test_concepts_are_not_walked(store: Store) -> None:
    library(store)
    store.write(changes(entity("rex", "Rex", type="CONCEPT")))
    assert found(store, "tea", vector=None).ids == ["d0"]


def test_turns_are_not_walked_from(store: Store) -> None:
    store.write(
        changes(turn("t", "tea", 0), record("d", "words"), entity("e", "Rex"), Mention("t", "e"), Mention("d", "e"))
    )
    assert found(store, "tea", vector=None).ids == ["t"]


def test_an_entity_that_tells_nothing_stays_out(store: Store) -> None:
    store.write(
        changes(
            record("a", "tea"),
            record("b", "tea"),
            [entity("once", "Once"), entity("twice", "Twice"), entity("title", "Title"), entity("asked", "Asked")],
            [Mention("a", "once"), Mention("a", "twice"), Mention("b", "twice")],
            [Mention("a", "title", 2.1), Mention("b", "asked")],
        )
    )
    answer = found(store, names=frozenset({"asked"}))
    assert [one.id for one in answer.entities] == ["asked", "title", "twice"]
    assert len(answer.mention_rows) == 4


def test_relations_among_named_entities_come_along(store: Store) -> None:
    store.write(
        changes(
            record("a", "tea"),
            record("b", "tea"),
            record("hidden", "tea", expires_at=NOW),
            [entity("rex", "Rex"), entity("oslo", "Oslo"), entity("far", "Far")],
            [Mention("a", "rex"), Mention("b", "rex"), Mention("a", "oslo"), Mention("b", "oslo")],
            [Mention("hidden", "far"), Mention("hidden", "rex")],
            relation("r0", "rex", "LIVES_IN", "oslo", "a"),
            relation("r1", "rex", "LIVED_IN", "oslo", "a", valid_to=NOW - DAY),
            relation("r2", "rex", "HATES", "oslo", "hidden"),
            relation("r3", "rex", "KNOWS", "far", "a"),
        )
    )

    def told(**asked: Any) -> list[tuple[str, str, str, str]]:
        answer = found(store, **asked)
        keys = [e.key for e in answer.entities]
        return sorted((keys[s], type, keys[o], memory) for s, type, o, memory in answer.relations)

    assert told() == [("rex", "LIVES_IN", "oslo", "a")]
    lived = ("rex", "LIVED_IN", "oslo", "a")
    assert told(superseded=True) == [lived, ("rex", "LIVES_IN", "oslo", "a")]


# ---------------------------------------------------------------- columns


def test_the_columns_of_a_candidate(store: Store) -> None:
    store.write(
        changes(
            turn("q", "tea", 0, role="assistant", name="The Bot", question=True, labels=Label.DATE | Label.NAME),
            turn("t", "tea", 1, role="tool", event_from=NOW, event_to=NOW + HOUR),
            record("u", "tea", role="user", pin="preference", trigger="tea"),
            record("v", "tea"),
        )
    )
    answer = found(store)
    assert answer.ids == ["q", "t", "u", "v"]
    assert answer.role.tolist() == [2, 3, 1, 0]
    assert answer.speaker == [key("The Bot"), "", "", ""]
    assert answer.question.tolist() == [True, False, False, False]
    assert answer.labels.tolist() == [5, 0, 0, 0]
    assert [LAYERS[n] for n in answer.layer] == ["conversation", "conversation", "user", "user"]
    assert answer.pin.tolist() == [0, 0, 2, 0]
    stamp = NOW.timestamp()
    np.testing.assert_array_equal(answer.event_from, [np.nan, stamp, np.nan, np.nan])
    np.testing.assert_array_equal(answer.event_to, [np.nan, stamp + 3600, np.nan, np.nan])
    np.testing.assert_allclose(answer.trigger_cosine, [0, 0, 1, 0], atol=1e-6)


def test_every_column_has_a_row_a_candidate(store: Store) -> None:
    store.write(changes(society()))
    answer = found(store, "green tea", scope=Scope(user_id="ann", org_id="acme"))
    n, t = len(answer.ids), 2
    flat = "cosine trigger_cosine pin length next_cosine window_length session layer role question labels event_from"
    for name in [*flat.split(), "event_to", "superseded", "channels"]:
        assert getattr(answer, name).shape == (n,), name
    assert answer.tf.shape == answer.window_tf.shape == (n, t)
    assert len(answer.speaker) == len(answer.sources) == n
    assert answer.ids == sorted(answer.ids)
    assert answer.cosine.dtype == answer.tf.dtype == answer.mention_weights.dtype == np.float32
    assert answer.event_from.dtype == np.float64


def test_a_write_is_found_at_once(store: Store) -> None:
    store.write(changes(record("a", "tea")))
    assert found(store).ids == ["a"]
    store.write(changes(record("b", "tea"), record("a", "coffee")))
    answer = found(store, vector=None)
    assert answer.ids == ["b"]
    store.write(changes(delete=["b"]))
    assert found(store).ids == ["a"]
    store.reset(TENANT)
    assert found(store).ids == []


def test_what_was_found_is_fetched_as_it_was(store: Store) -> None:
    store.write(changes(record("a", "tea"), record("b", "milk")))
    answer = found(store)
    assert [item.memory for item in answer.fetch(["b", "nobody", "a"])] == ["milk", "tea"]


def test_several_probes_are_answered_in_order(store: Store) -> None:
    store.write(changes(society()))
    probes = [probe("tea", scope=Scope(user_id=user)) for user in ("ann", "bob", "eve")]
    assert [answer.document_count for answer in store.recall(probes)] == [6, 2, 0]
    assert store.recall([]) == []
