"""Planning, promotion and reconciliation as pure functions: drafts and what is known in, one `Changes` out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem import plan
from graphmem.extract.base import Drafts, FactDraft, MentionDraft, RelationDraft, TurnDraft
from graphmem.promote import RuleScore
from graphmem.reconcile import reconcile, subjects
from graphmem.store.base import Fingerprint, Known, SessionState
from graphmem.types import Message, Relation, Scope

if TYPE_CHECKING:
    from graphmem.plan import Planned, Request
    from graphmem.reconcile import Reconciled
    from graphmem.types import MemoryItem

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
STAMP = Fingerprint("test", 2)


def request(
    *texts: str, at: datetime | None = None, layer: Any = None, ttl: float | None = None, **ids: Any
) -> Request:
    return plan.Request(
        scope=Scope(**{"user_id": "ann", **ids}),
        messages=[Message(content=text, timestamp=at) for text in texts],
        now=NOW,
        layer=layer,
        categories=(),
        expires_at=None,
        ttl=ttl,
        session_ttl=3600,
    )


def relation(type: str, object: str, **more: Any) -> RelationDraft:
    return RelationDraft(
        turn=0, sentence=0, subject="ann", type=type, object=object, confidence=0.9, typed=True, **more
    )


def drafts(text: str, *relations: RelationDraft, **more: Any) -> Drafts:
    return Drafts(
        turns=[TurnDraft()],
        facts=[FactDraft(turn=0, sentence=0, text=text, score=2.0, subject="ann", **more)],
        mentions=[MentionDraft(0, "ann", "PERSON"), *(MentionDraft(0, r.object, "PLACE") for r in relations)],
        relations=relations,
    )


def planned(asked: Request, drafted: Drafts) -> tuple[list[Planned], list[Planned]]:
    ids = plan.turn_ids(asked.messages, asked.scope)
    facts = plan.facts(asked, ids, drafted, RuleScore())
    return plan.turns(asked, ids, drafted, facts), facts


def run(
    asked: Request, drafted: Drafts, known: Known | None = None, older: list[MemoryItem] | None = None
) -> Reconciled:
    turns, facts = planned(asked, drafted)
    vectors = dict.fromkeys(
        [text for p in (*turns, *facts) for text in (p.embedded, p.item.trigger) if text],
        np.array([1, 0], np.float32),
    )
    given = {item.id: item for item in older or ()}
    return reconcile(
        asked, turns, facts, vectors, known or Known(), given, fingerprint=STAMP, merge_cosine=0.95
    )  # fmt: skip


def lived(text: str = "I live in Bergen.", place: str = "Bergen", at: datetime | None = None) -> Reconciled:
    return run(request(text, at=at), drafts(text, relation("LIVES_IN", place)))


def as_known(done: Reconciled, **more: Any) -> tuple[Known, list[MemoryItem]]:
    """What a store would answer after this."""
    items = [record.item for record in done.changes.memories]
    known = Known(
        items={item.id: item for item in items},
        entities=done.changes.entities,
        relations=[r for r in done.changes.relations if r.valid_to is None],
        **more,
    )
    return known, items


# ---------------------------------------------------------------- planning and promotion


def test_turn_ids_depend_on_what_makes_a_turn_and_on_nothing_else() -> None:
    base = plan.turn_ids([Message(content="Yes.")], Scope(user_id="ann", session_id="s"))[0]
    same = plan.turn_ids([Message(content=" Yes. ", metadata={"a": 1})], Scope(user_id="ann", session_id="s"))[0]
    assert base == same
    other = [
        plan.turn_ids([message], scope)[0]
        for message, scope in (
            (Message(content="Yes!"), Scope(user_id="ann", session_id="s")),
            (Message(content="Yes.", role="assistant"), Scope(user_id="ann", session_id="s")),
            (Message(content="Yes.", name="Ann"), Scope(user_id="ann", session_id="s")),
            (Message(content="Yes.", timestamp=NOW), Scope(user_id="ann", session_id="s")),
            (Message(content="Yes."), Scope(user_id="ann", session_id="t")),
            (Message(content="Yes."), Scope(user_id="ann")),
            (Message(content="Yes."), Scope(agent_id="ann", session_id="s")),
            (Message(content="Yes."), Scope(tenant="b", user_id="ann", session_id="s")),
        )
    ]
    assert len({base, *other}) == 1 + len(other)


def test_equal_turns_of_one_call_differ_by_their_place() -> None:
    yes, again = plan.turn_ids([Message(content="Yes."), Message(content="Yes.")], Scope(user_id="ann"))
    assert yes != again
    assert plan.turn_ids([Message(content="Yes.")] * 3, Scope(user_id="ann"))[:2] == [yes, again]


@pytest.mark.parametrize(
    ("draft", "ids", "layer"),
    [
        ({}, {"user_id": "ann"}, "user"),
        ({"lasting": False}, {"user_id": "ann", "session_id": "s"}, "session"),
        ({"lasting": False}, {"user_id": "ann"}, None),
        ({"lasting": False, "pin": "preference"}, {"user_id": "ann", "session_id": "s"}, "user"),
        ({"score": 0.9}, {"user_id": "ann"}, None),
        ({"score": 0.0, "pin": "instruction"}, {"user_id": "ann"}, "user"),
        ({"mode": "question"}, {"user_id": "ann"}, None),
        ({"mode": "hypothetical"}, {"user_id": "ann"}, None),
        ({"mode": "hypothetical", "pin": "preference"}, {"user_id": "ann"}, "user"),
        ({"mode": "question", "pin": "preference"}, {"user_id": "ann"}, None),
        ({"mode": "plan"}, {"user_id": "ann"}, "user"),
        ({}, {"org_id": "o"}, "org"),
        ({"lasting": False}, {"org_id": "o", "session_id": "s"}, "org"),
        ({}, {"user_id": "ann", "org_id": "o"}, "user"),
        ({}, {"agent_id": "bot"}, "user"),
    ],
)
def test_the_layer_of_a_draft(draft: dict[str, Any], ids: dict[str, str], layer: str | None) -> None:
    fact = FactDraft(**{"turn": 0, "sentence": 0, "text": "x", "score": 1.0, **draft})
    assert RuleScore()(fact, Scope(**ids)) == layer


def test_a_relation_hangs_on_the_fact_that_states_it_and_else_on_the_turn() -> None:
    asked = request("I live in Bergen.")
    turns, facts = planned(asked, drafts("I live in Bergen.", relation("LIVES_IN", "Bergen")))
    assert [len(p.relations) for p in (*turns, *facts)] == [0, 1]
    turns, facts = planned(asked, drafts("I live in Bergen.", relation("LIVES_IN", "Bergen"), mode="question"))
    assert [len(p.relations) for p in (*turns, *facts)] == [1]


@pytest.mark.parametrize(
    ("layer", "ttl", "session", "expected"),
    [
        (None, None, "s", {"conversation": None, "session": 3600, "user": None}),
        (None, 60.0, "s", {"conversation": None, "session": 60, "user": None}),
        (None, 60.0, None, {"conversation": 60, "user": 60}),
        ("user", 60.0, "s", {"conversation": 60, "user": 60}),
        ("session", 60.0, "s", {"conversation": None, "session": 60}),
    ],
)
def test_what_a_ttl_is_about(
    layer: str | None, ttl: float | None, session: str | None, expected: dict[Any, float | None]
) -> None:
    asked = request("x", layer=layer, ttl=ttl, session_id=session)
    found = {name: asked.expiry(name)[0] for name in expected}
    assert found == {name: None if s is None else NOW + timedelta(seconds=s) for name, s in expected.items()}


# ---------------------------------------------------------------- reconciling


def test_a_new_fact_and_its_turn() -> None:
    done = lived()
    fact, turn = done.changes.memories
    assert (fact.item.layer, turn.item.layer) == ("user", "conversation")
    assert [(link.type, link.source, link.target) for link in done.changes.links] == [
        ("DERIVED_FROM", fact.item.id, turn.item.id)
    ]
    assert [(event.event, event.id) for event in done.events] == [("ADD", fact.item.id), ("ADD", turn.item.id)]
    assert {entity.name for entity in done.changes.entities} == {"ann", "Bergen"}
    assert [(r.subject_name, r.type, r.object_name, r.memory_id) for r in done.changes.relations] == [
        ("ann", "LIVES_IN", "Bergen", fact.item.id)
    ]


def test_what_is_known_changes_nothing_but_the_sessions_activity() -> None:
    known, items = as_known(lived())
    done = run(request("I live in Bergen."), drafts("I live in Bergen.", relation("LIVES_IN", "Bergen")), known, items)
    assert {event.event for event in done.events} == {"NONE"}
    assert not done.changes.memories
    assert not done.changes.relations
    assert not done.changes.close
    assert not done.changes.events


def test_subjects_are_asked_for_what_may_close_alone() -> None:
    asked = request("x")
    _, facts = planned(asked, drafts("x", relation("LIVES_IN", "Oslo"), relation("LIKES", "tea")))
    assert subjects(facts) == {"user:ann": ["ann"]}
    _, facts = planned(asked, drafts("x", relation("LIKES", "tea")))
    assert subjects(facts) == {}
    _, facts = planned(asked, drafts("x", relation("LIKES", "tea", mode="ended")))
    assert subjects(facts) == {"user:ann": ["ann"]}


@pytest.mark.parametrize(
    ("news", "closed"),
    [
        (relation("LIVES_IN", "Oslo"), True),
        (relation("LIVES_IN", "Bergen"), False),
        (relation("LIVES_IN", "Oslo", polarity=False), False),
        (relation("LIVES_IN", "Oslo", mode="plan"), False),
        (relation("LIVES_IN", "Oslo", mode="wish"), False),
        (relation("LIVES_IN", "Bergen", mode="ended"), True),
        (relation("LIVES_IN", "Oslo", mode="ended"), False),
        (relation("LIVES_IN", "Bergen", polarity=False), True),
        (relation("VISITED", "Oslo"), False),
    ],
)
def test_what_closes_an_older_fact(news: RelationDraft, closed: bool) -> None:
    known, items = as_known(lived(at=NOW - 30 * DAY))
    done = run(request("News.", at=NOW), drafts("News.", news), known, items)
    old = next(item for item in items if item.layer == "user")
    closes = {close.memory_id: close for close in done.changes.close}
    assert (old.id in closes) is closed
    if closed:
        assert (closes[old.id].valid_to, closes[old.id].expired_at) == (NOW, NOW)
        turn = closes[old.sources[0]]
        assert (turn.valid_to, turn.expired_at, turn.superseded_by) == (None, None, closes[old.id].superseded_by)
        assert list(done.changes.close_relations.values()) == [NOW]
        assert "SUPERSEDES" in {link.type for link in done.changes.links}


@pytest.mark.parametrize(
    ("old", "news", "text", "closed"),
    [
        (relation("EATS", "meat"), relation("EATS", "meat", polarity=False), "I don't eat meat on Fridays.", False),
        (relation("EATS", "meat"), relation("EATS", "meat", polarity=False), "I don't eat meat now.", True),
        (relation("EATS", "meat"), relation("EATS", "meat", polarity=False), "I don't eat meat on Fridays now.", False),
        (relation("EATS", "meat"), relation("EATS", "meat", polarity=False), "No meat since Monday.", False),
        (relation("EATS", "meat", polarity=False), relation("EATS", "meat"), "I eat meat again.", True),
        (relation("EATS", "meat", polarity=False), relation("EATS", "meat"), "I eat meat again, twice a week.", True),
        (relation("EATS", "meat", polarity=False), relation("EATS", "meat"), "I eat meat at weddings.", False),
        (relation("EATS", "meat", polarity=False), relation("EATS", "eggs"), "I eat eggs again.", False),
        (relation("EATS", "meat"), relation("EATS", "meat"), "I eat meat again.", False),
        (relation("ALLERGIC_TO", "nuts"), relation("ALLERGIC_TO", "nuts", polarity=False), "Not allergic.", True),
        (relation("DISLIKES", "olives"), relation("LOVES", "olives"), "I love olives now.", True),
        (relation("LIKES", "olives"), relation("DISLIKES", "olives"), "Turns out I hate olives.", True),
        (relation("LIKES", "olives"), relation("LOVES", "olives"), "I love olives now.", False),
        (relation("VISITED", "Oslo"), relation("VISITED", "Oslo", polarity=False, mode="plan"), "Not now.", False),
        (relation("PREFERS", "window seats"), relation("PREFERS", "aisle seats"), "I prefer aisle seats now.", True),
        (relation("PREFERS", "window seats"), relation("PREFERS", "aisle seats"), "I prefer aisle seats too.", False),
        (relation("PREFERS", "window seats"), relation("PREFERS", "tea"), "I prefer tea these days.", False),
        (relation("PREFERS", "tea"), relation("PREFERS", "tea"), "I prefer tea, and I've changed jobs.", False),
    ],
)
def test_what_says_the_opposite_closes_what_it_contradicts(
    old: RelationDraft, news: RelationDraft, text: str, closed: bool
) -> None:
    known, items = as_known(run(request("Old.", at=NOW - 30 * DAY), drafts("Old.", old)))
    done = run(request(text, at=NOW), drafts(text, news), known, items)
    fact = next(item for item in items if item.layer == "user")
    assert (fact.id in {close.memory_id for close in done.changes.close}) is closed
    if closed:
        _, facts = planned(request(text, at=NOW), drafts(text, news))
        assert subjects(facts) == {"user:ann": ["ann"]}


def test_an_end_that_is_dated_closes_on_that_date() -> None:
    known, items = as_known(lived(at=NOW - 300 * DAY))
    ended = relation("LIVES_IN", "Bergen", mode="ended", valid_to=NOW - 100 * DAY)
    done = run(request("I left Bergen.", at=NOW), drafts("I left Bergen.", ended), known, items)
    assert list(done.changes.close_relations.values()) == [NOW - 100 * DAY]
    assert [(r.valid_from, r.valid_to) for r in done.changes.relations] == [(None, NOW - 100 * DAY)]


def test_an_end_long_before_the_beginning_is_of_another_time() -> None:
    known, items = as_known(lived(at=NOW - DAY))
    ended = relation("LIVES_IN", "Bergen", mode="ended", valid_to=NOW - 3000 * DAY)
    done = run(request("I left Bergen once.", at=NOW), drafts("I left Bergen once.", ended), known, items)
    assert not done.changes.close_relations


def test_what_is_told_late_is_born_closed() -> None:
    known, items = as_known(lived("I moved to Oslo.", "Oslo", at=NOW))
    early = relation("LIVES_IN", "Bergen")
    done = run(request("I live in Bergen.", at=NOW - 30 * DAY), drafts("I live in Bergen.", early), known, items)
    assert [r.valid_to for r in done.changes.relations] == [NOW]
    closed = {close.memory_id: close.superseded_by for close in done.changes.close}
    oslo = next(item for item in items if item.layer == "user")
    fact = next(record.item for record in done.changes.memories if record.item.layer == "user")
    assert closed[fact.id] == oslo.id
    assert oslo.id not in closed
    assert not done.changes.close_relations


def test_a_change_with_a_date_counts_from_that_date() -> None:
    known, items = as_known(lived(at=NOW - 30 * DAY))
    moved = relation("LIVES_IN", "Oslo", valid_from=NOW - 10 * DAY)
    done = run(request("I moved.", at=NOW), drafts("I moved.", moved), known, items)
    assert list(done.changes.close_relations.values()) == [NOW - 10 * DAY]
    assert [r.valid_from for r in done.changes.relations] == [NOW - 10 * DAY]


def test_what_two_said_of_the_same_day_ends_with_the_later_told() -> None:
    known, items = as_known(lived(at=NOW))
    oslo = drafts("I live in Oslo.", relation("LIVES_IN", "Oslo"))
    done = run(request("I live in Oslo.", at=NOW), oslo, known, items)
    assert list(done.changes.close_relations.values()) == [NOW]
    assert [r.valid_to for r in done.changes.relations] == [None]


@pytest.mark.parametrize(
    ("cosine", "text", "merged"),
    [
        (0.99, "I live in Bergen now.", True),
        (0.9, "I live in Bergen now.", False),
        (0.99, "I live in Oslo now.", False),
        (0.99, "I don't live in Bergen.", False),
        (0.99, "I live in Bergen 2.", False),
    ],
)
def test_near_facts_are_one_if_they_say_the_same(cosine: float, text: str, merged: bool) -> None:
    known, items = as_known(lived())
    fact = next(item for item in items if item.layer == "user")
    known = Known(entities=known.entities, near=[[(fact, cosine)]])
    done = run(request(text), drafts(text), known, items)
    assert (done.events[0].event == "MERGE") is merged
    assert (done.events[0].id == fact.id) is merged


@pytest.mark.parametrize("other", [{"layer": "session", "session_id": "s"}, {"name": "Ana"}, {"pin": "preference"}])
def test_near_facts_of_another_kind_stay_two(other: dict[str, Any]) -> None:
    _, items = as_known(lived())
    fact = next(item for item in items if item.layer == "user").model_copy(update=other)
    done = run(request("I live in Bergen now."), drafts("I live in Bergen now."), Known(near=[[(fact, 1.0)]]), items)
    assert done.events[0].event == "ADD"


def test_turns_go_on_where_the_session_stands() -> None:
    asked = request("One.", "Two.", session_id="s")
    known = Known(sessions={("user:ann", "s"): SessionState(last_position=4)})
    done = run(asked, Drafts(turns=[TurnDraft(), TurnDraft()]), known)
    assert [record.item.position for record in done.changes.memories] == [5, 6]
    assert [(touch.owner, touch.session_id, touch.at) for touch in done.changes.touch] == [("user:ann", "s", NOW)]


def test_a_relation_of_a_thing_with_itself_is_none() -> None:
    done = run(request("x"), drafts("x", relation("LIKES", "Ann")))
    assert not done.changes.relations


def test_the_same_words_twice_in_a_call_are_one_fact_that_rests_on_both() -> None:
    asked = request("I like tea.", "I like tea.")
    facts = [FactDraft(turn=i, sentence=0, text="I like tea.", score=2.0, subject="ann") for i in range(2)]
    drafted = Drafts(turns=[TurnDraft(), TurnDraft()], facts=facts)
    done = run(asked, drafted)
    assert [record.item.layer for record in done.changes.memories] == ["user", "conversation", "conversation"]
    assert len({link.target for link in done.changes.links}) == 2
    assert len({link.source for link in done.changes.links}) == 1


def test_relation_ids_follow_what_is_said() -> None:
    one, two = lived().changes.relations, lived().changes.relations
    assert [r.id for r in one] == [r.id for r in two]
    assert isinstance(one[0], Relation)
