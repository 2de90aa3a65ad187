"""Labelled questions: reading them, finding what they expect, and scores that were computed by hand."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import Retrieval, Settings
from graphmem.demo import USER, fill
from graphmem.errors import InvalidInput
from graphmem.evaluate import Labelled, asking, evaluate, read_questions
from graphmem.evaluate.candidates import SIGNALS, TERMS, Candidates, signals
from graphmem.evaluate.labels import Label, resolve
from graphmem.evaluate.modes import SWITCHES, switched, without_terms
from graphmem.evaluate.sight import hidden
from graphmem.types import Hit, Scope, Why
from tests.engine import START, Clock, open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphmem import Memory
    from graphmem.evaluate import Evaluation

ROOT = Path(__file__).parent.parent
ALEX: dict[str, Any] = {"user_id": "alex"}
LINE = '{"question": "Where is Ana?", "user_id": "alex", "expected": ["in Turin"]}'


def written(folder: Path, text: str | bytes, name: str = "q.jsonl") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# ---------------------------------------------------------------- questions


def test_a_line_is_a_question_with_who_asks_and_what_is_expected(tmp_path: Path) -> None:
    line = json.dumps(
        {
            "question": "Where is Ana?", "user_id": "alex", "run_id": "s", "org_id": "o", "expected": ["a", "b", "a"],
            "forbidden": "c", "as_of": "2024-05-01", "category": "places",
        }
    )  # fmt: skip
    (one,) = read_questions(written(tmp_path, "\ufeff\n" + line + "\r\n\n"))
    assert one.scope == {"user_id": "alex", "session_id": "s", "org_id": "o"}
    assert (one.expected, one.forbidden) == (("a", "b"), ("c",))
    assert (one.as_of, one.category, one.place) == ("2024-05-01", "places", "q.jsonl:2")


def test_a_table_says_the_same_as_lines(tmp_path: Path) -> None:
    table = 'question,user_id,expected,category\n"Who, then?",alex,"Ana, of Turin | Bo",people\nWhere?,,x,\n'
    who, where = read_questions(written(tmp_path, table, "q.csv"), {"user_id": "bo"})
    assert (who.question, who.expected, who.scope) == ("Who, then?", ("Ana, of Turin", "Bo"), ALEX)
    assert (where.scope, where.category, where.place) == ({"user_id": "bo"}, "", "q.csv:3")


def test_a_line_says_who_asks_before_the_options_do(tmp_path: Path) -> None:
    file = written(tmp_path, '{"question": "?!", "expected": "x", "run_id": "mine"}')
    (one,) = read_questions(file, {"user_id": "alex", "session_id": "theirs"})
    assert one.scope == {"user_id": "alex", "session_id": "mine"}


BAD = {
    "no json": ('{"question": ', r"q\.jsonl:1: not valid JSON"),
    "second line": (LINE + "\nnonsense", r"q\.jsonl:2: not valid JSON"),
    "a list": ("[1, 2]", r"q\.jsonl:1: expected an object like"),
    "deep": ("[" * 100_000, r"q\.jsonl:1: not valid JSON"),
    "unknown key": ('{"question": "?", "user_id": "a", "expcted": ["x"]}', r"unknown key 'expcted': the keys are"),
    "empty": ("\ufeff \n\n", r"q\.jsonl holds no question: write one a line"),
    "nothing expected": ('{"question": "?", "user_id": "a"}', r"q\.jsonl:1: nothing is expected"),
    "blank": ('{"question": " ", "user_id": "a", "expected": ["x"]}', r"q\.jsonl:1: question: the text is empty"),
    "no question": ('{"user_id": "a", "expected": ["x"]}', r"q\.jsonl:1: question"),
    "no text": ('{"question": "?", "user_id": "a", "expected": [1]}', r"q\.jsonl:1: expected must be a string"),
    "no list": ('{"question": "?", "user_id": "a", "expected": {"a": 1}}', r"q\.jsonl:1: expected is a list"),
    "nobody asks": ('{"question": "?", "expected": ["x"]}', r"q\.jsonl:1: no scope: pass at least one of user_id"),
    "two sessions": (
        '{"question": "?", "expected": ["x"], "session_id": "a", "run_id": "b"}', r"q\.jsonl:1: session_id and run_id",
    ),
    "no time": ('{"question": "?", "user_id": "a", "expected": ["x"], "as_of": "soon"}', r"q\.jsonl:1: .*not a time"),
    "category": ('{"question": "?", "user_id": "a", "expected": ["x"], "category": 3}', r"q\.jsonl:1: category"),
    "not utf-8": (b"\xff\xfe\x00", r"q\.jsonl is not UTF-8 text"),
    "huge": ('{"question": "' + "x" * 1_000_000 + '"}', r"q\.jsonl:1: 1,000,016 characters, and the most is"),
    "nul": ('{"question": "a\\u0000", "user_id": "a", "expected": ["x"]}', r"q\.jsonl:1: question: the text holds"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "complaint"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_with_line_and_fix(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        read_questions(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("question,expected\nWhere?,x,y\n", r"q\.csv:2: more cells than"),
        ('question,expected\n"Where?,x\n', r"q\.csv:\d: not valid CSV"),
        ("question,answer\nWhere?,x\n", r"q\.csv:2: unknown key 'answer'"),
        ("question,expected\n", r"q\.csv holds no question"),
    ],
)
def test_a_bad_table_is_refused_likewise(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        read_questions(written(tmp_path, text, "q.csv"), ALEX)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot read .*none\.jsonl: No such file"):
        read_questions(tmp_path / "none.jsonl")


# ---------------------------------------------------------------- what is expected


def labelled(expected: Sequence[str], forbidden: Sequence[str] = (), **more: Any) -> Labelled:
    given_ = {"question": "What?", "scope": ALEX, "place": "q:1", **more}
    return Labelled(expected=tuple(expected), forbidden=tuple(forbidden), **given_)


def found(memory: Memory, said: str, **more: Any) -> Label:
    ((one,), problems) = resolve(memory, [labelled([said], **more)])
    assert problems == []
    (label,) = one.expected
    return label


@pytest.fixture
def told(memory: Memory) -> Memory:
    """A fact with its turn, two notes, something superseded, and somebody else's memory."""
    memory.add("I live in Oslo.", timestamp="2024-01-01", session_id="s1", **ALEX)
    memory.add("I live in Bergen now.", timestamp="2024-06-01", session_id="s2", **ALEX)
    memory.add("The blue note.", infer=False, **ALEX)
    memory.add("The blue note is longer here.", infer=False, **ALEX)
    memory.add("The secret of Bo is green.", infer=False, user_id="bo")
    return memory


def layer_ids(memory: Memory, text: str) -> dict[str, str]:
    page = memory.get_all(show_expired=True, **ALEX)
    return {item.layer: item.id for item in page if text in item.memory}


def test_an_id_or_a_text_names_a_memory(told: Memory) -> None:
    fact = layer_ids(told, "Bergen")
    assert found(told, "  I LIVE in   Bergen now. ").item.id == fact["user"]
    assert found(told, fact["conversation"]).item.layer == "conversation"
    assert found(told, "Bergen").ids == found(told, fact["user"]).ids == frozenset(fact.values())


def test_the_whole_text_comes_before_a_longer_one(told: Memory) -> None:
    assert found(told, "the blue note.").item.memory == "The blue note."
    with pytest.raises(InvalidInput, match=r"q:1: 'blue' is in 2 memories, among them .*write the id of the one"):
        found(told, "blue")


def test_what_is_seen_comes_before_what_is_hidden(told: Memory) -> None:
    oslo = layer_ids(told, "Oslo")
    # The fact is superseded: only the turn still says so, until one asks about that time.
    assert found(told, "I live in Oslo.").item.id == oslo["conversation"]
    assert found(told, "I live in Oslo.", as_of="2024-03-01").item.id == oslo["user"]
    assert found(told, "secret of Bo").item.user_id == "bo"


def test_what_is_missing_is_said_or_left_out(told: Memory) -> None:
    rows = [labelled(["nowhere", "Bergen"]), labelled(["never", "blue"]), labelled(["Oslo"], place="q:3")]
    with pytest.raises(InvalidInput, match=r"q:1: no memory .* 'nowhere'.*\(2 more like this\).*--skip-missing"):
        resolve(told, rows)
    kept, problems = resolve(told, rows, skip=True)
    assert [one.labelled.place for one in kept] == ["q:1", "q:3"]
    assert [len(one.expected) for one in kept] == [1, 1]
    assert len(problems) == 3
    with pytest.raises(InvalidInput, match="none of the 1 questions is left"):
        resolve(told, rows[1:2], skip=True)


def test_what_is_forbidden_is_every_memory_that_says_it(told: Memory) -> None:
    ((one,), _) = resolve(told, [labelled(["Bergen"], ["blue note"])])
    (label,) = one.forbidden
    assert len(label.ids) == 2


def test_two_texts_of_one_memory_are_one_label(told: Memory) -> None:
    ((one,), _) = resolve(told, [labelled(["Bergen", "I live in Bergen now."])])
    assert len(one.expected) == 1


def test_a_turn_is_found_where_its_fact_speaks_for_it(told: Memory) -> None:
    turn = layer_ids(told, "Bergen")["conversation"]
    (find,) = evaluate(told, [{"question": "Where do I live?", "expected": [turn]}], **ALEX).finds
    assert (find.rank, find.layer) == (1, "user")


# ---------------------------------------------------------------- why not


@pytest.mark.parametrize(
    ("said", "asks", "reason"),
    [
        ("secret of Bo", {}, "hidden: other scope: it belongs to user:bo, and user:alex asks"),
        ("the trip costs 900", {}, "names no session"),
        ("the trip costs 900", {"session_id": "other"}, "and the question names session 'other'"),
        ("a passing cloud", {}, "hidden: expired: since 2026-03-01 12:01 UTC"),
        ("blue note.", {"as_of": "2020-01-01"}, "hidden: not true then: it held from 2026-03-01, and 2020-01-01"),
    ],
)
def test_what_is_hidden_says_why(told: Memory, clock: Clock, said: str, asks: dict[str, str], reason: str) -> None:
    told.add("The trip costs 900 euros.", layer="session", session_id="trip", infer=False, **ALEX)
    told.add("A passing cloud.", infer=False, ttl=60, **ALEX)
    clock.advance(minutes=5)
    rows = [{"question": "What is there?", "expected": [said], **ALEX, **asks}]
    (find,) = evaluate(told, rows).misses
    assert reason in find.reason
    assert find.rank is None


def test_a_superseded_fact_is_hidden_and_its_turn_is_not(told: Memory) -> None:
    oslo = layer_ids(told, "Oslo")
    fact = told.get(oslo["user"])
    assert hidden(fact, Scope(**ALEX), START).startswith("superseded: by ")
    assert hidden(fact, Scope(**ALEX), START, fact.valid_from) == ""
    assert hidden(told.get(oslo["conversation"]), Scope(**ALEX), START) == ""
    # Its words are still found: as the turn that it came from.
    assert evaluate(told, [{"question": "Where do I live?", "expected": [oslo["user"]], **ALEX}]).misses == []


def test_the_rule_of_sight_is_that_of_the_stores(told: Memory, clock: Clock) -> None:
    told.add("The trip costs 900 euros.", layer="session", session_id="trip", infer=False, **ALEX)
    told.add("Doors close at six.", layer="org", org_id="acme", infer=False)
    told.add("A passing cloud.", infer=False, ttl=60, **ALEX)
    clock.advance(minutes=5)
    items = [
        item for who in ({"user_id": "*"}, {"org_id": "*"}) for item in told.get_all(filters=who, show_expired=True)
    ]
    asks: list[dict[str, Any]] = [
        ALEX, {**ALEX, "session_id": "trip"}, {**ALEX, "org_id": "acme"}, {"user_id": "bo"}, {"org_id": "acme"},
    ]  # fmt: skip
    for scope in asks:
        for moment in (None, clock.now - timedelta(days=700), clock.now):
            for item in items:
                seen = told.search("anything", filters={"id": item.id}, as_of=moment, **scope)
                assert bool(seen) != bool(hidden(item, Scope(**scope), clock.now, moment)), (item, scope, moment)


def test_what_no_channel_brings_is_no_candidate(tmp_path: Path) -> None:
    narrow = Settings(clock=Clock(), retrieval=Retrieval(k=1, widen=0, reach=0))
    with open_memory("networkx", tmp_path, settings=narrow) as memory:
        for text in ("Red apples.", "Green pears.", "Blue plums."):
            memory.add(text, infer=False, **ALEX)
        (find,) = evaluate(memory, [{"question": "red apples", "expected": ["green pears"]}], **ALEX).misses
        assert find.reason == "not a candidate: no channel brought it among the 1 that were ranked"
        (above,) = find.above
        assert (above.rank, above.memory) == (1, "Red apples.")
        assert "cosine" in above.terms


# ---------------------------------------------------------------- scores by hand


@pytest.fixture
def fruit(tmp_path: Path) -> Iterator[Memory]:
    with open_memory("networkx", tmp_path) as memory:
        for text in ("red apple pie", "green pear tart", "blue plum jam"):
            memory.add(text, infer=False, **ALEX)
        yield memory


ROWS = [
    {"question": "red apple pie", "expected": ["red apple pie"], "category": "a"},
    # The tart shares three words of four, the jam one.
    {"question": "green pear tart blue", "expected": ["blue plum jam"], "category": "b"},
]


def means(found: Evaluation, group: str = "all") -> dict[str, float]:
    return {row.metric: row.mean for row in found.scores if row.group == group}


def test_scores_are_those_computed_by_hand(fruit: Memory) -> None:
    result = evaluate(fruit, ROWS, top_k=2, cuts=(1, 3), **ALEX)
    second = 1 / math.log2(3)
    assert means(result) == pytest.approx(
        {
            "recall@1": 1 / 2, "recall@2": 1, "recall@3": 1, "all@1": 1 / 2, "all@2": 1, "all@3": 1,
            "hit@1": 1 / 2, "hit@2": 1, "hit@3": 1, "mrr": 3 / 4,
            "ndcg@1": 1 / 2, "ndcg@2": (1 + second) / 2, "ndcg@3": (1 + second) / 2,
        }
    )  # fmt: skip
    assert means(result, "a")["mrr"] == 1
    assert means(result, "b")["mrr"] == 1 / 2
    assert [find.rank for find in result.finds] == [1, 2]
    assert result.misses == []


def test_a_miss_says_its_rank_and_what_stands_above(fruit: Memory) -> None:
    (find,) = evaluate(fruit, ROWS, top_k=1, cuts=(1,), **ALEX).misses
    assert find.reason == "ranked too low: 2 of 3 candidates"
    (above,) = find.above
    assert (above.rank, above.memory) == (1, "green pear tart")
    assert next(iter(above.terms)) == "cosine"
    assert all(value > 0 for value in above.terms.values())


def test_several_expected_memories_share_the_recall(fruit: Memory) -> None:
    row = {"question": "red apple pie", "expected": ["red apple pie", "green pear tart", "blue plum jam"]}
    values = means(evaluate(fruit, [row], top_k=2, cuts=(1, 3), **ALEX))
    assert [values[f"recall@{k}"] for k in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 1])
    assert [values[f"all@{k}"] for k in (1, 2, 3)] == [0, 0, 1]
    assert [values[f"ndcg@{k}"] for k in (1, 2, 3)] == pytest.approx([1, 1, 1])


def test_forbidden_memories_are_told_and_counted(fruit: Memory) -> None:
    rows = [{**ROWS[0], "forbidden": ["green pear"]}, {**ROWS[1], "forbidden": ["green pear"]}]
    result = evaluate(fruit, rows, top_k=1, **ALEX)
    (leak,) = result.leaks
    assert (leak.question, leak.memory, leak.rank) == ("green pear tart blue", "green pear tart", 1)
    assert result.leaked is not None
    assert (result.leaked.metric, result.leaked.mean) == ("forbidden@1", 1 / 2)
    only = evaluate(fruit, [*ROWS, {"question": "red", "forbidden": ["blue plum jam"]}], top_k=1, **ALEX)
    assert {row.questions for row in only.scores if row.group == "all"} == {2}
    assert only.leaked is not None
    assert only.leaked.mean == 0
    with pytest.raises(InvalidInput, match="no question expects anything"):
        evaluate(fruit, [{"question": "red", "forbidden": ["blue plum jam"]}], **ALEX)


def test_asking_writes_nothing_and_leaves_the_memory_as_it_was(fruit: Memory) -> None:
    before = fruit.stats(), fruit.log(), fruit.settings
    result = evaluate(fruit, ROWS, compare=tuple(SWITCHES), **ALEX)
    assert (fruit.stats(), fruit.log(), fruit.settings) == before
    assert [row.mode for row in result.modes] == list(SWITCHES)
    assert result.modes[-1].lost == 0
    assert result.modes[-1].scores == pytest.approx(means(result))
    assert switched(fruit, "words").settings.retrieval.vectors is False
    weights = without_terms(fruit, ["pinned", "layer", "next", "source"]).settings.retrieval.weights
    assert (weights.instruction, weights.preference, weights.next, weights.org) == (0, 0, 0, 0)
    assert weights.cosine == fruit.settings.retrieval.weights.cosine


def test_other_ways_to_search_are_searched(fruit: Memory) -> None:
    rows = [{"question": "nothing in common", "expected": ["red apple pie"]}]
    result = evaluate(fruit, rows, top_k=3, compare=["words"], **ALEX)
    (words,) = result.modes
    assert words.scores["recall@3"] == 0
    assert words.lost == means(result)["recall@3"] == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"without": ["cosines"]}, "unknown signal 'cosines': the signals are cosine, words, neighbours"),
        ({"compare": ["bm25"]}, "nothing is known as 'bm25': compare any of vectors, words"),
        ({"top_k": 0}, "top_k must be a whole number"),
        ({"cuts": (0,)}, "each of k must be a whole number"),
        ({"cuts": range(1, 20)}, "values of k, and the most is 10"),
    ],
)
def test_options_that_make_no_sense_are_refused(fruit: Memory, options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        evaluate(fruit, ROWS, **options, **ALEX)


# ---------------------------------------------------------------- what found it, by hand


def hit(id: str, *channels: str, **terms: float) -> Hit:
    why = Why(channels=channels, terms=terms, layer="user", sources=(id,))
    return Hit(
        id=id, memory=id, layer="user", created_at=START, valid_from=START, hash="", score=0.5, why=why
    )  # fmt: skip


def label(id: str) -> Label:
    return Label(id, hit(id), frozenset([id]), frozenset())


MADE_UP = Candidates(
    [
        hit("a", "vector", "words", cosine=3.0, words=1.0),
        hit("b", "vector", cosine=2.0, words=0.5, next=1.0),
        hit("c", "next", cosine=0.5, next=2.5),
        hit("d", "words", cosine=3.2, role=-2.5),
    ],
    [label("c"), label("d")],
)


@pytest.mark.parametrize(
    ("names", "alone", "without"),
    [
        (["cosine"], "dabc", "cbad"),  # without: c 2.5, b 1.5, a 1, d -2.5
        (["next"], "cb", "abdc"),  # without: a 4, b 2.5, d 0.7, c 0.5
        (["role"], "", "abdc"),  # without: a 4, b 3.5, d 3.2, c 3
        (["words", "next"], "cba", "abdc"),  # alone: c 2.5, b 1.5, a 1; without: a 3, b 2, d 0.7, c 0.5
        (["walk"], "", "abcd"),
    ],
)
def test_orders_by_hand(names: list[str], alone: str, without: str) -> None:
    spelt = ["".join(MADE_UP.hits[row].id for row in rows) for rows in (MADE_UP.alone(names), MADE_UP.without(names))]
    assert spelt == [alone, without]


def test_ranks_and_scores_of_other_orders() -> None:
    assert MADE_UP.ranks() == {"expected 0": 3, "expected 1": 4}
    assert MADE_UP.ranks(MADE_UP.without(["cosine"])) == {"expected 0": 1, "expected 1": 4}
    assert MADE_UP.ranks(MADE_UP.alone(["next"])) == {"expected 0": 1}
    assert MADE_UP.score((3,))["recall@3"] == 1 / 2
    assert MADE_UP.score((3,), MADE_UP.without_channel("next"))["recall@3"] == 1 / 2
    assert [MADE_UP.hits[row].id for row in MADE_UP.without_channel("vector")] == ["a", "c", "d"]
    assert MADE_UP.score((1,), [])["mrr"] == 0


def test_what_stands_above_says_by_what_it_is_ahead() -> None:
    hits = [hit("x", cosine=2.0, words=1.0, role=-1.0), hit("y", cosine=0.5, words=1.0)]
    (above,) = asking._above(Candidates(hits, [label("y")]), hits[1])
    assert (above.memory_id, above.rank, above.terms) == ("x", 1, {"cosine": 1.5})


def test_ties_are_decided_by_id_and_not_by_the_whole_sum() -> None:
    tied = Candidates([hit("z", speaker=2.0, cosine=1.0), hit("y", speaker=2.0)], [label("z")])
    assert tied.ranks(tied.alone(["speaker"])) == {"expected 0": 2}


def test_channels_and_signals_are_summed_over_questions(fruit: Memory) -> None:
    result = evaluate(fruit, ROWS, top_k=1, without=["cosine", "words+window", "walk"], **ALEX)
    channels = {row.channel: row for row in result.channels}
    assert (channels["vector"].brought, channels["vector"].found, channels["vector"].only) == (2, 1, 0)
    assert (channels["words"].brought, channels["words"].found, channels["words"].only) == (2, 1, 0)
    assert channels["pinned"].brought == 0
    cosine, words, *_ = result.signals
    assert (cosine.signal, cosine.alone, cosine.without, cosine.lost) == ("cosine", 1 / 2, 1 / 2, 0)
    assert words.terms == ("words", "next", "window")[::2]


def test_what_only_one_channel_brings_is_lost_without_it(fruit: Memory) -> None:
    row = {"question": "nothing in common", "expected": ["red apple pie"]}
    vector = evaluate(fruit, [row], top_k=3, **ALEX).channels[0]
    assert (vector.channel, vector.only, vector.lost) == ("vector", 1, 1)


def test_every_term_of_a_score_is_known(told: Memory) -> None:
    told.add("Always answer in rhymes when I ask about weather.", session_id="s3", **ALEX)
    told.add("Oslo is the capital.", infer=False, metadata={"title": "Oslo"}, **ALEX)
    queries = ("Where did I live in 2024?", "How is the weather?", "Who told you about Oslo?")
    hits = [one for query in queries for one in told.search(query, top_k=100, explain=True, **ALEX)]
    used = {name for one in hits for name in one.why.terms}
    assert used <= set(TERMS)
    assert len(used) > 8
    assert set(signals(["walk", "source", "next+role"])) == {"walk", "source", "next+role"}
    assert set(signals(None)) == set(SIGNALS)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Memory]:
    """Documents that share names, beside a chat."""
    with open_memory("networkx", tmp_path) as memory:
        for title, text in {
            "Mira Solberg": "Mira Solberg is an engineer at Polaris Robotics.",
            "Polaris Robotics": "Polaris Robotics was founded by Jonas Berg in Trondheim.",
            "Jonas Berg": "Jonas Berg grew up in Tromso and studied in Bergen.",
            "Trondheim": "Trondheim is a town in the middle of Norway.",
            "Bergen": "Bergen is a town by the sea, where Jonas Berg has a house.",
        }.items():
            memory.add(text, infer=False, metadata={"title": title}, **ALEX)
        yield memory


def chat(memory: Memory) -> Memory:
    for number, text in enumerate(("I bought a boat.", "Ana likes boats.", "The harbour of Bergen is old.")):
        memory.add(
            [text, "Good to know.", {"role": "assistant", "content": "Shall we?"}], session_id=f"b{number}", **ALEX
        )
    return memory


def first(memory: Memory, question: str) -> list[str]:
    return [one.id for one in memory.search(question, top_k=5, order="score", **ALEX)]


def test_a_chat_without_a_signal_is_told_from_the_terms(told: Memory) -> None:
    question = "Which boat did Ana see in Bergen in 2024?"
    hits = chat(told).search(question, top_k=1000, order="score", explain=True, **ALEX).results
    made = Candidates(hits, [])
    for name, terms in SIGNALS.items():
        assert made.tells(terms)
        assert [hits[row].id for row in made.without(terms)][:5] == first(without_terms(told, terms), question), name


def test_documents_without_a_signal_are_searched_again(library: Memory) -> None:
    question = "In which town is the employer of Mira Solberg?"
    texts = ["Mira Solberg is an engineer", "Polaris Robotics was founded"]
    assert any("walk" in one.why.terms for one in library.search(question, explain=True, **ALEX))
    result = evaluate(library, [{"question": question, "expected": texts}], top_k=2, **ALEX)
    wanted = {find.memory_id for find in result.finds}
    exact = {
        row.signal: len(wanted & set(first(without_terms(library, row.terms), question)[:2])) / 2
        for row in result.signals
    }
    assert {row.signal: row.without for row in result.signals} == exact
    assert (exact["cosine"], exact["words"], exact["walk"]) == (1, 1, 1 / 2)


def test_the_walk_alone_is_what_it_puts_in_the_place_of_the_sum() -> None:
    # What the walk says of a row is the rest of its sum, plus what it adds over its weight.
    made = Candidates([hit("a", cosine=4.0, walk=-1.0), hit("b", cosine=1.0, walk=1.5), hit("c", words=9.0)], [], 0.5)
    assert [made.hits[row].id for row in made.alone(["walk"])] == ["b", "a"]
    assert not made.tells(["cosine"])
    assert made.tells(["walk"])


# ---------------------------------------------------------------- properties

TERM = st.floats(-5, 5, allow_nan=False)
HITS = st.lists(st.dictionaries(st.sampled_from(TERMS), TERM, max_size=5), min_size=1, max_size=12)


@given(HITS, st.sets(st.integers(0, 11), min_size=1), st.sampled_from(TERMS))
def test_measures_stay_between_0_and_1_and_recall_grows_with_k(
    rows: list[dict[str, float]], wanted: set[int], term: str
) -> None:
    rows.sort(key=lambda terms: -sum(terms.values()))
    hits = [hit(f"m{number:02}", "vector", **terms) for number, terms in enumerate(rows)]
    made = Candidates(hits, [label(f"m{number:02}") for number in sorted(wanted)])
    for order in (None, made.alone([term]), made.without([term]), made.without_channel("words")):
        values = made.score(range(1, 13), order)
        assert all(0 <= value <= 1 for value in values.values())
        for metric in ("recall", "hit"):
            grown = [values[f"{metric}@{k}"] for k in range(1, 13)]
            assert grown == sorted(grown)
    assert made.without([]) == made.without_channel("words") == list(range(len(rows)))
    assert sorted(made.without([term])) == list(range(len(rows)))


def test_the_terms_add_up_to_the_order_of_the_search(told: Memory) -> None:
    hits = (
        chat(told).search("Which boat did Ana see in Bergen?", top_k=1000, order="score", explain=True, **ALEX).results
    )
    sums = [sum(one.why.terms.values()) for one in hits]
    assert len(sums) > 8
    assert sums == pytest.approx(sorted(sums, reverse=True), abs=2e-3)


# ---------------------------------------------------------------- how it is shown


def test_a_result_is_text_json_tables_and_frames(fruit: Memory) -> None:
    result = evaluate(fruit, [*ROWS, {**ROWS[0], "forbidden": ["blue"]}], top_k=1, compare=["words"], **ALEX)
    text = result.table()
    for title in ("Scores in percent", "By category", "Other ways", "Which channel", "What each signal", "Missed: 1"):
        assert title in text
    plain = json.loads(json.dumps(result.to_dict()))
    assert plain["questions"] == len(plain["answers"]) == 3
    assert plain["scores"][0].keys() == {"group", "questions", "metric", "mean", "low", "high"}
    assert len(result.trace()) == 3
    assert result.trace()[0]["ranked"][0]["expected"] is True
    assert result._repr_html_() == result.scores._repr_html_() + result.misses._repr_html_()
    for rows in (result.scores, result.finds, result.channels, result.signals, result.modes):
        page = rows._repr_html_()
        assert page.count("<th ") == len(rows.kind._columns) > 3
        assert page.count("<tr>") == 1 + len(rows)
    assert "recall@1" in result.scores._repr_html_()
    assert result.finds.to_pandas()["rank"].tolist() == [1, 2, 1]
    assert result.signals.to_pandas()["signal"].tolist()[:2] == ["cosine", "words"]


def test_the_questions_of_a_file_may_be_read_before(fruit: Memory, tmp_path: Path) -> None:
    file = written(tmp_path, "\n".join(map(json.dumps, ROWS)))
    assert (
        evaluate(fruit, read_questions(file, ALEX))
        == evaluate(fruit, file, **ALEX)
        == evaluate(fruit, str(file), **ALEX)
    )
    assert evaluate(fruit, file, **ALEX).answers[1].place == "q.jsonl:2"


def test_the_example_of_the_page_can_be_asked(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "evaluate.md").read_text()
    lines = page.split("```json\n")[1].split("```")[0]
    with open_memory("networkx", tmp_path) as memory:
        fill(memory)
        result = evaluate(memory, written(tmp_path, lines), user_id=USER)
    assert result.skipped == ()
    (missed,) = result.misses
    assert f"questions.jsonl{missed.place.removeprefix('q.jsonl')}  {missed.question}" in page


def test_progress_is_told(fruit: Memory) -> None:
    seen: list[tuple[int, int | None]] = []
    evaluate(fruit, ROWS, progress=lambda done, total: seen.append((done, total)), **ALEX)
    assert seen == [(0, 2), (1, 2)]
