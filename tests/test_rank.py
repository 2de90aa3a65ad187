"""Ranking: every term moves what it should, facts fold with their turns, and order is deterministic."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import texts, words
from graphmem.embed.base import TokenStates
from graphmem.extract.base import Label
from graphmem.rank import Ranked, rank
from graphmem.recall import read
from graphmem.store.base import Channel, EntitySignal, Recall
from graphmem.types import LAYERS, Layer
from graphmem.weights import Retrieval, Weights
from tests.worlds import turn

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

FULL = Retrieval()


@dataclass(frozen=True)
class Row:
    """One candidate, with the plainest values."""

    id: str
    cosine: float = 0.3
    layer: Layer = "conversation"
    session: int = 0
    role: int = 1
    speaker: str = ""
    question: bool = False
    labels: Label = Label.NONE
    tf: float = 0.0
    window_tf: float = 0.0
    length: float = 10.0
    window_length: float = 50.0
    next_cosine: float = 0.0
    pin: int = 0
    trigger_cosine: float = 0.0
    event: tuple[float, float] = (math.nan, math.nan)
    successor: str = ""
    channels: Channel = Channel.VECTOR
    sources: tuple[str, ...] = ()
    mentions: tuple[tuple[str, float], ...] = ()
    tokens: tuple[tuple[int, int], ...] = ()
    """Token vectors of two dimensions."""


def recall_of(rows: Sequence[Row], terms: int = 1, asked: Collection[str] = ()) -> Recall:
    names = sorted({name for row in rows for name, _ in row.mentions})
    tokens = {row.id: np.array(row.tokens, np.int8) for row in rows if row.tokens}
    edges = [(i, names.index(name), weight) for i, row in enumerate(rows) for name, weight in row.mentions]

    def floats(name: str) -> Any:
        return np.array([getattr(row, name) for row in rows], np.float32)

    def ints(name: str) -> Any:
        return np.array([int(getattr(row, name)) for row in rows], np.int32)

    return Recall(
        ids=[row.id for row in rows],
        cosine=floats("cosine"),
        trigger_cosine=floats("trigger_cosine"),
        pin=ints("pin"),
        tf=floats("tf")[:, None].repeat(terms, axis=1),
        length=floats("length"),
        next_cosine=floats("next_cosine"),
        window_tf=floats("window_tf")[:, None].repeat(terms, axis=1),
        window_length=floats("window_length"),
        session=ints("session"),
        layer=np.array([LAYERS.index(row.layer) for row in rows], np.int32),
        role=ints("role"),
        speaker=[row.speaker for row in rows],
        question=np.array([row.question for row in rows], np.bool_),
        labels=ints("labels"),
        event_from=np.array([row.event[0] for row in rows]),
        event_to=np.array([row.event[1] for row in rows]),
        superseded=np.array([bool(row.successor) for row in rows], np.bool_),
        successor=[row.successor for row in rows],
        channels=ints("channels"),
        sources=[row.sources or (row.id,) for row in rows],
        document_count=100,
        document_frequency=np.full(terms, 3, np.float32),
        mean_length=10.0,
        entities=[EntitySignal(id=name, key=name, name=name.title(), degree=2, named=name in asked) for name in names],
        mention_rows=np.array([edge[0] for edge in edges], np.int32),
        mention_entities=np.array([edge[1] for edge in edges], np.int32),
        mention_weights=np.array([edge[2] for edge in edges], np.float32),
        relations=[],
        fetch=lambda ids: [],
        tokens=lambda ids: [tokens.get(id) for id in ids],
    )


def ranked(rows: Sequence[Row], query: str = "painting", settings: Retrieval = FULL, **options: Any) -> list[Ranked]:
    question = read(query)
    defaults: dict[str, Any] = {"top_k": 10, "order": "score"}
    return rank(recall_of(rows, len(question.terms), question.names), question, settings, **(defaults | options))


def order_of(rows: Sequence[Row], query: str = "painting", settings: Retrieval = FULL, **options: Any) -> list[str]:
    return [hit.id for hit in ranked(rows, query, settings, **options)]


def test_nothing_in_nothing_out() -> None:
    assert ranked([]) == []
    assert ranked([Row("a")], top_k=0) == []


PLAIN = Row("a")
BETTER = {
    "cosine": (replace(PLAIN, cosine=0.4), "painting"),
    "words": (replace(PLAIN, tf=1.0), "painting"),
    "next": (replace(PLAIN, next_cosine=0.4), "painting"),
    "window": (replace(PLAIN, window_tf=1.0), "painting"),
    "speaker": (replace(PLAIN, speaker="melanie"), "What does Mel paint?"),
    "answer": (replace(PLAIN, labels=Label.DATE), "When did they paint?"),
    "pinned": (replace(PLAIN, pin=1, trigger_cosine=0.6), "Help me with painting"),
    "years": (replace(PLAIN, event=(0.0, 1e6)), "Who painted in 1970?"),
}


@pytest.mark.parametrize("term", BETTER)
def test_each_term_lifts(term: str) -> None:
    better, query = BETTER[term]
    hits = ranked([PLAIN, replace(better, id="b")], query)
    assert [hit.id for hit in hits] == ["b", "a"]
    assert hits[0].terms[term] > hits[1].terms.get(term, 0.0)


WORSE = {
    "question": (replace(PLAIN, question=True), "painting"),
    "role": (replace(PLAIN, role=2), "painting"),
    "superseded": (replace(PLAIN, successor="gone"), "painting"),
}


@pytest.mark.parametrize("term", WORSE)
def test_each_penalty_lowers(term: str) -> None:
    worse, query = WORSE[term]
    hits = ranked([replace(worse, id="a"), replace(PLAIN, id="b")], query)
    assert [hit.id for hit in hits] == ["b", "a"]
    assert hits[1].terms[term] < 0


def test_the_assistant_is_asked_for_what_the_assistant_said() -> None:
    rows = [Row("user", role=1), Row("assistant", role=2)]
    assert order_of(rows, "painting") == ["user", "assistant"]
    assert order_of(rows, "What did you say about painting?") == ["assistant", "user"]


def test_named_people_have_no_side() -> None:
    hits = ranked([Row("a", role=2, speaker="ana"), Row("b", role=1, speaker="ben")])
    assert all("role" not in hit.terms for hit in hits)


def test_two_named_speakers_cancel_out() -> None:
    rows = [Row("a", speaker="ana"), Row("b", speaker="ben")]
    assert all("speaker" not in hit.terms for hit in ranked(rows, "What do Ana and Ben share?"))
    assert "speaker" in ranked(rows, "What does Ana share?")[0].terms


def test_pins_wait_when_the_past_is_asked_for() -> None:
    rows = [Row("a", pin=1, trigger_cosine=0.9), Row("b", cosine=0.5)]
    assert order_of(rows, "Help me with painting") == ["a", "b"]
    assert order_of(rows, "What did I say about painting?") == ["b", "a"]


def test_a_request_needs_less_likeness_to_an_instruction_than_a_question_for_a_fact() -> None:
    rows = [Row("a", cosine=0.12, pin=1, trigger_cosine=0.18), Row("b", cosine=0.2)]
    assert order_of(rows, "Could you draw the red card?") == ["a", "b"]
    assert order_of(rows, "What is the price of the red card?") == ["b", "a"]


def test_a_pinned_fact_stands_for_its_turn_when_its_trigger_fits() -> None:
    pinned = Row("pin", 0.3, "user", -1, pin=1, trigger_cosine=0.9, sources=("turn",))
    nearer = Row("near", 0.5, "user", -1, sources=("turn",))
    assert order_of([Row("turn"), nearer, pinned], "Help me with painting")[0] == "pin"


def test_long_turns_are_their_own_context() -> None:
    short = [Row("a", next_cosine=0.9, window_length=50), Row("b", cosine=0.4, window_length=50)]
    long = [replace(row, window_length=5000) for row in short]
    assert order_of(short) == ["a", "b"]
    assert order_of(long) == ["b", "a"]


def test_a_fact_speaks_for_a_long_turn_but_not_for_what_surrounds_it() -> None:
    rows = [Row("a", cosine=0.5), Row("b", cosine=0.42), Row("f", cosine=0.6, layer="user", sources=("b",))]
    short, long = ([replace(row, window_length=length) for row in rows] for length in (50, 5000))
    assert order_of(short) == ["f", "a"]
    assert order_of(long) == ["a", "f"]


def test_a_session_speaks_for_its_turns() -> None:
    rows = [Row("a", session=1), Row("best", cosine=0.9, session=1), Row("b", session=2)]
    assert order_of(rows) == ["best", "a", "b"]


def test_headings_fall_behind_text() -> None:
    title = (("royal palace of oslo", 2.1),)
    rows = [
        Row("heading", cosine=0.5, layer="org", session=-1, length=3 + 4 + 2, mentions=title),
        Row("text", cosine=0.4, layer="org", session=-1, length=60, mentions=title),
    ]
    assert order_of(rows) == ["text", "heading"]


def test_a_short_text_under_a_long_title_has_what_is_its_own() -> None:
    rows = [
        Row("short", cosine=0.5, layer="org", session=-1, length=3 + 4 + 5, mentions=(("royal palace of oslo", 2.1),)),
        Row("text", cosine=0.4, layer="org", session=-1, length=60, mentions=(("oslo", 2.1),)),
    ]
    assert order_of(rows) == ["short", "text"]


def test_the_terms_of_the_day_are_counted_as_they_are_indexed() -> None:
    said = turn("t", "Rain in Oslo.", 0).item
    assert len(words.terms(texts.indexed(said))) - len(words.terms(said.memory)) == texts.DAY_TERMS


def test_years_are_worth_the_more_the_fewer_fit() -> None:
    fits, other = Row("fits", event=(0.0, 1e6)), Row("other", event=(1e9, 1e9 + 1))
    query = "Who painted in 1970?"
    few = ranked([fits, *(replace(other, id=f"o{n}") for n in range(9))], query)
    most = ranked([other, *(replace(fits, id=f"f{n}") for n in range(9))], query)
    assert few[0].id == "fits"
    assert few[0].terms["years"] > 4 * most[0].terms["years"] > 0
    everything = ranked([replace(fits, id=f"f{n}") for n in range(9)], query)
    assert {hit.terms.get("years", 0.0) for hit in everything} == {0.0}


def test_short_notes_without_a_title_are_no_headings() -> None:
    rows = [
        Row("note", cosine=0.5, layer="user", session=-1, length=2),
        Row("text", 0.4, "user", -1, length=60),
    ]
    assert order_of(rows) == ["note", "text"]


# ---------------------------------------------------------------- facts

TURN = Row("turn", cosine=0.3, tf=1.0)
FACT = Row("fact", cosine=0.6, layer="user", session=-1, sources=("turn",))


def test_a_fact_and_its_only_turn_are_one_hit() -> None:
    hits = ranked([TURN, FACT])
    assert [(hit.id, hit.sources) for hit in hits] == [("fact", ("turn",))]
    assert hits[0].terms["words"] > 0  # the turn's
    assert hits[0].terms["cosine"] == pytest.approx(FULL.weights.cosine * FULL.weights.fact * 0.6, abs=1e-3)  # its own


def test_the_fold_happens_before_the_cut() -> None:
    other = Row("other", cosine=0.2, session=7)
    assert order_of([TURN, FACT, other], top_k=2) == ["fact", "other"]


def test_the_fold_keeps_the_better_sum() -> None:
    against = Retrieval(weights=Weights(user=-5.0))
    folded = ranked([TURN, FACT], settings=against)[0]
    assert folded.score >= ranked([TURN], settings=against)[0].score


def test_further_facts_of_a_turn_come_after_other_turns() -> None:
    further = replace(FACT, id="further", cosine=0.55)
    other = Row("other", cosine=0.2, session=7)
    assert order_of([TURN, FACT, further, other]) == ["fact", "other", "further"]


def test_a_fact_of_two_turns_stands_beside_them() -> None:
    merged = replace(FACT, sources=("turn", "again"))
    assert set(order_of([TURN, replace(TURN, id="again"), merged])) == {"fact", "turn", "again"}


def test_without_facts_only_what_was_said_remains() -> None:
    assert order_of([TURN, FACT], settings=Retrieval(facts=False)) == ["turn"]


def test_a_fact_speaks_with_the_voice_of_its_turn() -> None:
    said = replace(TURN, speaker="ana")
    about = replace(FACT, speaker="ben")
    assert "speaker" in ranked([said, about], "What does Ana paint?")[0].terms
    assert "speaker" not in ranked([said, about], "What does Ben paint?")[0].terms


def test_hidden_facts_set_no_standard() -> None:
    loud = replace(FACT, tf=9.0)
    silent = Retrieval(facts=False)
    assert ranked([TURN, loud], settings=silent)[0].terms == ranked([TURN], settings=silent)[0].terms


def test_a_fact_whose_turn_is_gone_stands_alone() -> None:
    assert order_of([FACT]) == ["fact"]


# ---------------------------------------------------------------- the graph


def test_the_walk_reaches_the_second_hop() -> None:
    def page(name: str, cosine: float, *entities: str) -> Row:
        mentions = tuple((entity, 1.0) for entity in entities)
        return Row(name, cosine, "org", -1, 0, length=60, window_length=60, mentions=mentions)

    start, hop, noise = page("start", 0.8, "acme"), page("hop", 0.2, "acme"), page("noise", 0.22, "other")
    others = [page(f"other{i}", 0.1 + i / 1000) for i in range(30)]
    rows = [start, replace(hop, channels=Channel.GRAPH), noise, *others]
    assert order_of(rows)[:2] == ["start", "hop"]
    assert order_of(rows, settings=Retrieval(graph=False))[:2] == ["start", "noise"]
    found = next(hit for hit in ranked(rows) if hit.id == "hop")
    assert found.terms["walk"] > 0
    assert found.path == ("start", "MENTIONS", "Acme", "MENTIONS", "hop")


def page(name: str, cosine: float, *about: str, names: Sequence[str] = ()) -> Row:
    mentions = (*((title, 2.1) for title in about), *((entity, 1.0) for entity in names))
    return Row(name, cosine, "org", -1, 0, length=60, window_length=60, mentions=mentions)


def test_what_the_question_names_comes_before_what_resembles_it() -> None:
    rows = [page("film", 0.3, "the glass wall"), page("like", 0.6, "the glass boat")]
    assert order_of(rows, "who made the glass wall?") == ["film", "like"]
    assert ranked(rows, "who made the glass wall?")[0].terms["title"] > 0
    assert order_of(rows, "who made it?") == ["like", "film"]


def test_the_longest_name_is_the_one_that_is_meant() -> None:
    rows = [page("city", 0.3, "rome"), page("town", 0.3, "rome georgia")]
    about = {hit.id for hit in ranked(rows, "who founded Rome Georgia?") if "title" in hit.terms}
    assert about == {"town"}
    assert {hit.id for hit in ranked(rows, "who founded Rome?") if "title" in hit.terms} == {"city"}


def test_what_a_named_document_names_is_led_to() -> None:
    film = page("film", 0.5, "the glass wall", names=["maxwell shane"])
    rows = [film, page("maker", 0.1, "maxwell shane"), page("noise", 0.2, "vittorio gassman")]
    assert order_of(rows, "when was the maker of the glass wall born?")[:2] == ["film", "maker"]
    hits = ranked(rows, "when was the maker of the glass wall born?")
    assert [hit.id for hit in hits if "led" in hit.terms] == ["maker"]
    assert not any("led" in hit.terms for hit in ranked(rows, "when was he born?"))


def test_news_answers_what_it_took_the_place_of_answered() -> None:
    old, sister = Row("old", 0.7, successor="new"), Row("sister", 0.6, session=1)
    news = Row("new", 0.2, layer="user", session=-1, sources=("told",))
    rows = [old, sister, news, Row("told", 0.2, session=2)]
    assert order_of(rows)[0] == "new"
    assert ranked(rows)[0].terms["successor"] > 0
    assert order_of([replace(old, successor=""), *rows[1:]])[0] == "old"
    assert "successor" not in ranked(rows, settings=Retrieval(graph=False))[0].terms


PAINTS = TokenStates(("painting", "a"), np.array([[1, 0], [0, 1]], np.float32))


def late_of(rows: Sequence[Row], settings: Retrieval = FULL, voices: Mapping[str, TokenStates] | None = None) -> Any:
    question = replace(read("painting"), voices={"": PAINTS} if voices is None else voices)
    hits = rank(recall_of(rows, len(question.terms)), question, settings, top_k=10, order="score")
    return {hit.id: hit.terms.get("late") for hit in hits}


def test_the_tokens_of_a_turn_meet_those_of_the_question() -> None:
    near, far = Row("near", tokens=((0, 127), (127, 0))), Row("far", tokens=((0, 127), (-127, 0)))
    late = late_of([near, far])
    # By rarity, only "painting" counts: its nearest token is the same (cosine 1), or at best at a right angle (0).
    assert late["near"] - late["far"] == pytest.approx(FULL.weights.late, abs=1e-3)


def test_what_has_no_tokens_is_no_better_than_the_least_that_was_read() -> None:
    near, far, none = Row("near", tokens=((127, 0),)), Row("far", tokens=((-127, 0),)), Row("none")
    late = late_of([near, far, replace(none, cosine=0.1)], FULL.model_copy(update={"late": 2}))
    assert late["none"] == late["far"] < 0 < late["near"]
    assert late_of([near, none])["none"] is None  # long turns have none: neither better nor worse


def test_late_interaction_can_be_off() -> None:
    rows = [Row("near", tokens=((127, 0),)), Row("far", tokens=((-127, 0),))]
    assert set(late_of(rows, FULL.model_copy(update={"late": 0})).values()) == {None}
    assert set(late_of(rows, voices={}).values()) == {None}
    assert set(late_of([replace(row, tokens=()) for row in rows]).values()) == {None}


def test_the_question_is_heard_as_whom_it_names() -> None:
    other = TokenStates(("painting",), np.array([[0, 1]], np.float32))
    rows = [Row("a", speaker="melanie", tokens=((127, 0),))]
    assert (
        late_of(rows, voices={"": PAINTS, "mel": other})["a"]
        < 0
        < late_of(rows, voices={"": PAINTS, "ben": other})["a"]
    )


def test_a_fact_has_the_late_term_of_its_turn() -> None:
    fact = Row("fact", layer="user", session=-1, sources=("told",))
    late = late_of([fact, Row("told", tokens=((127, 0),))])
    assert late["fact"] > 0


def test_as_of_a_moment_what_was_replaced_later_was_not_replaced_yet() -> None:
    old, other = Row("old", 0.62, successor="new"), Row("other", 0.55)
    asked = replace(read("painting"), of_old=True)
    assert rank(recall_of([old, other]), asked, FULL, top_k=1, order="score")[0].id == "old"
    hits = rank(recall_of([old, Row("new", 0.1)]), asked, FULL, top_k=2)
    assert {hit.id: "superseded" in hit.terms for hit in hits} == {"old": True, "new": False}
    assert order_of([old, other])[0] == "other"


def test_turns_do_not_walk() -> None:
    rows = [Row("a", 0.5, mentions=(("acme", 1.0),)), Row("b", 0.3, mentions=(("acme", 1.0),))]
    assert all("walk" not in hit.terms for hit in ranked(rows))


def test_a_neighbour_names_the_turn_that_led_to_it() -> None:
    rows = [Row("seed", 0.8), Row("beside", 0.1, channels=Channel.NEXT), Row("else", 0.9, session=3)]
    hit = next(hit for hit in ranked(rows) if hit.id == "beside")
    assert hit.path == ("seed", "NEXT", "beside")
    assert hit.channels == ("next",)


def test_found_directly_means_no_path() -> None:
    hit = ranked([Row("a", channels=Channel.VECTOR | Channel.NEXT)])[0]
    assert (hit.path, hit.channels) == ((), ("vector", "next"))


# ---------------------------------------------------------------- order and score


def test_layers_come_in_order() -> None:
    rows = [
        Row("turn", 0.9),
        Row("org", 0.2, "org", -1),
        Row("note", 0.3, "session", -1),
        Row("user", 0.1, "user", -1),
    ]
    assert order_of(rows, order="layer") == ["user", "note", "org", "turn"]
    assert order_of(rows, order="layer", top_k=1) == ["turn"]  # chosen by score


def test_equal_sums_are_ordered_by_id() -> None:
    assert order_of([Row("c"), Row("a"), Row("b")]) == ["a", "b", "c"]


def test_threshold_is_inclusive_and_on_the_score() -> None:
    rows = [Row("a", 0.9), Row("b", 0.1)]
    low = ranked(rows)[1].score
    assert order_of(rows, threshold=low) == ["a", "b"]
    assert order_of(rows, threshold=low + 1e-6) == ["a"]


def test_closeness_passes_a_threshold_where_it_is_wanted() -> None:
    rows = [Row("near", 0.4), Row("far", 0.1)]
    assert ranked(rows)[0].score < 0.4
    assert order_of(rows, threshold=0.4) == []
    assert order_of(rows, settings=FULL.model_copy(update={"close_passes": True}), threshold=0.4) == ["near"]


def test_what_answers_passes_a_third_and_what_does_not_stays_below() -> None:
    answer = Row("a", 0.5, "user", -1, tf=1.0)
    stranger = Row("b", 0.05, "user", -1)
    scores = {hit.id: hit.score for hit in ranked([answer, stranger], "Any painting preferences?")}
    assert scores["a"] > 0.3 > scores["b"]


def test_every_term_is_in_the_sum() -> None:
    for hit in ranked([TURN, FACT, Row("q", question=True, role=2)], "When did Ana paint?"):
        total = sum(hit.terms.values())
        weights = FULL.weights
        assert hit.score == pytest.approx(1 / (1 + math.exp((weights.midpoint - total) / weights.slope)), abs=1e-3)


cosines = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=20)


@given(cosines, st.randoms())
def test_the_order_of_candidates_does_not_matter(values: list[float], random: Any) -> None:
    rows = [Row(f"r{i:02}", value, session=i % 3) for i, value in enumerate(values)]
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert order_of(rows) == order_of(shuffled)


@given(cosines)
def test_scores_lie_in_the_unit_interval_and_fall(values: list[float]) -> None:
    scores = [
        hit.score for hit in ranked([Row(f"r{i:02}", value, session=i) for i, value in enumerate(values)], top_k=99)
    ]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_as_of_a_moment_what_was_replaced_twice_before_was_replaced() -> None:
    asked = replace(read("painting"), of_old=True)
    rows = [
        Row("first", 0.62, successor="second fact"),
        Row("third"),
        Row("third fact", layer="user", sources=("third",)),
    ]
    hits = rank(recall_of(rows), asked, FULL, top_k=3)
    assert {hit.id for hit in hits if "superseded" in hit.terms} == {"first"}
    held = Row("first fact", layer="user", sources=("first",), successor="second fact")
    hits = rank(recall_of([*rows, held]), asked, FULL, top_k=3)
    assert not any("superseded" in hit.terms for hit in hits)
