"""Bad input gets an error of our tree that names the fix, and changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import Memory, Settings, checks, inputs
from graphmem.errors import GraphMemError, InvalidFilter, InvalidInput, NotFound
from graphmem.types import Message, Scope
from tests.engine import without_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphmem.types import Stats

HUGE = 10**5000
NESTED: dict[str, Any] = {}
for _ in range(50):
    NESTED = {"in": NESTED}


def snapshot(memory: Memory) -> tuple[Stats, list[str]]:
    page = memory.get_all(user_id="alex", show_expired=True)
    return memory.stats(), [item.model_dump_json() for item in page]


def refused(memory: Memory, call: Callable[[], Any], hint: str, error: type[GraphMemError] = InvalidInput) -> None:
    """The call is refused with a hint at the mend, and nothing is different afterwards."""
    memory.add("I live in Oslo.", user_id="alex")
    before = snapshot(memory)
    with pytest.raises(error) as caught:
        call()
    assert hint.casefold() in str(caught.value).casefold()
    assert len(str(caught.value)) < 500
    assert snapshot(memory) == before


BAD_ADDS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "no scope": ("hi", {}, "user_id"),
    "none for scope": ("hi", {"user_id": None}, "user_id"),
    "empty id": ("hi", {"user_id": ""}, "non-empty"),
    "blank id": ("hi", {"user_id": " \t"}, "non-empty"),
    "id of a wrong type": ("hi", {"user_id": 7}, "string"),
    "id too long": ("hi", {"user_id": "x" * 600}, "512"),
    "NUL in an id": ("hi", {"user_id": "a\x00b"}, "remove"),
    "surrogate in an id": ("hi", {"user_id": "a\ud800"}, "remove"),
    "unknown word": ("hi", {"user_id": "alex", "usr": "x"}, "session_id"),
    "two sessions": ("hi", {"user_id": "alex", "session_id": "a", "run_id": "b"}, "one of them"),
    "empty text": ("", {"user_id": "alex"}, "pass some text"),
    "blank text": ("  \n", {"user_id": "alex"}, "pass some text"),
    "huge text": ("x" * 1_000_000, {"user_id": "alex"}, "split"),
    "NUL": ("a\x00b", {"user_id": "alex"}, "remove"),
    "lone surrogate": ("a\udc00b", {"user_id": "alex"}, "remove"),
    "no messages": ([], {"user_id": "alex"}, "at least one"),
    "bytes": (b"hi", {"user_id": "alex"}, "list"),
    "a number": (7, {"user_id": "alex"}, "list"),
    "None": (None, {"user_id": "alex"}, "list"),
    "a set": ({"hi"}, {"user_id": "alex"}, "list"),
    "list with a number": (["hi", 7], {"user_id": "alex"}, "messages[1]"),
    "list with a list": ([["hi"]], {"user_id": "alex"}, "messages[0]"),
    "second message bad": (["hi there, I live in Rome", ""], {"user_id": "alex"}, "messages[1]"),
    "no content": ({"role": "user"}, {"user_id": "alex"}, "content"),
    "content of a wrong type": ({"role": "user", "content": 7}, {"user_id": "alex"}, "string"),
    "unknown role": ({"role": "boss", "content": "hi"}, {"user_id": "alex"}, "assistant"),
    "role of a wrong type": ({"role": ["user"], "content": "hi"}, {"user_id": "alex"}, "assistant"),
    "name of a wrong type": ({"content": "hi", "name": 7}, {"user_id": "alex"}, "string"),
    "blank name": ({"content": "hi", "name": " "}, {"user_id": "alex"}, "non-empty"),
    "only an image": ({"content": [{"type": "image_url", "image_url": {}}]}, {"user_id": "alex"}, "text"),
    "part of a wrong type": ({"content": [7]}, {"user_id": "alex"}, "part"),
    "bad turn time": ({"content": "hi", "timestamp": "soon"}, {"user_id": "alex"}, "ISO"),
    "bad time": ("hi", {"user_id": "alex", "timestamp": "soon"}, "ISO"),
    "no such day": ("hi", {"user_id": "alex", "timestamp": "2024-02-30"}, "YYYY-MM-DD"),
    "time true": ("hi", {"user_id": "alex", "timestamp": True}, "ISO"),
    "time beyond the calendar": ("hi", {"user_id": "alex", "timestamp": 1e18}, "ISO"),
    "bad expiry": ("hi", {"user_id": "alex", "expiration_date": "never"}, "ISO"),
    "ttl 0": ("hi", {"user_id": "alex", "ttl": 0}, "positive"),
    "ttl below 0": ("hi", {"user_id": "alex", "ttl": -5}, "positive"),
    "ttl as text": ("hi", {"user_id": "alex", "ttl": "1h"}, "timedelta"),
    "ttl true": ("hi", {"user_id": "alex", "ttl": True}, "timedelta"),
    "ttl NaN": ("hi", {"user_id": "alex", "ttl": float("nan")}, "positive"),
    "ttl below 0 as a timedelta": ("hi", {"user_id": "alex", "ttl": timedelta(-1)}, "positive"),
    "ttl beyond all bounds": ("hi", {"user_id": "alex", "ttl": HUGE}, "positive"),
    "unknown layer": ("hi", {"user_id": "alex", "layer": "team"}, "conversation"),
    "layer of a wrong type": ("hi", {"user_id": "alex", "layer": 7}, "conversation"),
    "org layer without org": ("hi", {"user_id": "alex", "layer": "org"}, "org_id"),
    "session layer without session": ("hi", {"user_id": "alex", "layer": "session"}, "session_id"),
    "metadata is a list": ("hi", {"user_id": "alex", "metadata": ["a"]}, "mapping"),
    "metadata with an object": ("hi", {"user_id": "alex", "metadata": {"a": object()}}, "JSON"),
    "metadata with NaN": ("hi", {"user_id": "alex", "metadata": {"a": float("nan")}}, "JSON"),
    "metadata with a date": ("hi", {"user_id": "alex", "metadata": {"a": date(2024, 1, 1)}}, "strings"),
    "metadata with number keys": ("hi", {"user_id": "alex", "metadata": {1: "a"}}, "keys must be strings"),
    "deep metadata": ("hi", {"user_id": "alex", "metadata": NESTED}, "flatten"),
    "NUL in metadata": ("hi", {"user_id": "alex", "metadata": {"a": "\x00"}}, "remove"),
    "surrogate in a metadata key": ("hi", {"user_id": "alex", "metadata": {"\ud800": 1}}, "remove"),
    "endless number in metadata": ("hi", {"user_id": "alex", "metadata": {"n": HUGE}}, "64 bits"),
    "bad turn metadata": ({"content": "hi", "metadata": 7}, {"user_id": "alex"}, "mapping"),
    "categories is a str": ("hi", {"user_id": "alex", "categories": "food"}, "list"),
    "categories is a number": ("hi", {"user_id": "alex", "categories": 7}, "list"),
    "blank category": ("hi", {"user_id": "alex", "categories": [" "]}, "non-empty"),
    "category with a surrogate": ("hi", {"user_id": "alex", "categories": ["\ud800"]}, "remove"),
}


@without_server
@pytest.mark.parametrize("case", BAD_ADDS)
@pytest.mark.parametrize("infer", [True, False])
def test_add_refuses(memory: Memory, case: str, infer: bool) -> None:
    messages, options, hint = BAD_ADDS[case]
    refused(memory, lambda: memory.add(messages, infer=infer, **options), hint)


BAD_SEARCHES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "no scope": ("where?", {"user_id": None}, "user_id"),
    "empty query": ("", {}, "pass some text"),
    "query of a wrong type": (7, {}, "string"),
    "huge query": ("x" * 1_000_000, {}, "split"),
    "NUL": ("a\x00", {}, "remove"),
    "lone surrogate": ("\ud83d", {}, "remove"),
    "top_k 0": ("where?", {"top_k": 0}, "1 to 10,000"),
    "top_k below 0": ("where?", {"top_k": -1}, "1 to 10,000"),
    "top_k 10**9": ("where?", {"top_k": 10**9}, "1 to 10,000"),
    "top_k beyond printing": ("where?", {"top_k": HUGE}, "1 to 10,000"),
    "top_k true": ("where?", {"top_k": True}, "1 to 10,000"),
    "top_k a float": ("where?", {"top_k": 1.0}, "1 to 10,000"),
    "threshold 2": ("where?", {"threshold": 2}, "0 to 1"),
    "threshold NaN": ("where?", {"threshold": float("nan")}, "0 to 1"),
    "threshold as text": ("where?", {"threshold": "high"}, "0 to 1"),
    "threshold beyond printing": ("where?", {"threshold": HUGE}, "0 to 1"),
    "unknown order": ("where?", {"order": "time"}, "score"),
    "order beyond printing": ("where?", {"order": HUGE}, "score"),
    "unknown layer": ("where?", {"layers": ["user", "team"]}, "conversation"),
    "no layer": ("where?", {"layers": []}, "leave it out"),
    "layers of a wrong type": ("where?", {"layers": 7}, "list"),
    "bad as_of": ("where?", {"as_of": "yesterday"}, "ISO"),
    "filters of a wrong type": ("where?", {"filters": ["user_id"]}, "object"),
    "unknown operator": ("where?", {"filters": {"city": {"near": "Oslo"}}}, "allowed here"),
    "SQL for an operator": ("where?", {"filters": {"city": {"= 1 OR 1=1 --": "x"}}}, "allowed here"),
    "Mongo operator": ("where?", {"filters": {"$where": "1"}}, "allowed"),
    "NUL in a filter": ("where?", {"filters": {"city": "a\x00"}}, "leave it out"),
}


@without_server
@pytest.mark.parametrize("case", BAD_SEARCHES)
def test_search_and_context_refuse(memory: Memory, case: str) -> None:
    query, options, hint = BAD_SEARCHES[case]
    options = {"user_id": "alex", **options}
    refused(memory, lambda: memory.search(query, **options), hint)
    if "order" not in options:
        refused(memory, lambda: memory.context(query, **options), hint)


CALLS: dict[str, tuple[Callable[[Memory], Any], str, type[GraphMemError]]] = {
    "page 0": (lambda m: m.get_all(user_id="alex", page=0), "page must be", InvalidInput),
    "page true": (lambda m: m.get_all(user_id="alex", page=True), "page must be", InvalidInput),
    "page_size 0": (lambda m: m.get_all(user_id="alex", page_size=0), "page_size must be", InvalidInput),
    "get_all without scope": (lambda m: m.get_all(), "user_id", InvalidInput),
    "get_all with a bad filter": (lambda m: m.get_all(filters={"OR": []}, user_id="alex"), "list", InvalidFilter),
    "max_tokens 0": (lambda m: m.context("where?", max_tokens=0, user_id="alex"), "max_tokens", InvalidInput),
    "get of a number": (lambda m: m.get(7), "string", InvalidInput),  # type: ignore[arg-type]
    "get of nothing known": (lambda m: m.get("nope"), "nope", NotFound),
    "get of a surrogate": (lambda m: m.get("\ud800"), "remove", InvalidInput),
    "get of NUL": (lambda m: m.get("a\x00"), "remove", InvalidInput),
    "history of a number": (lambda m: m.history(7), "string", InvalidInput),  # type: ignore[arg-type]
    "history of a surrogate": (lambda m: m.history("\ud800"), "remove", InvalidInput),
    "history of nothing known": (lambda m: m.history("nope"), "nope", NotFound),
    "delete of nothing known": (lambda m: m.delete("nope"), "nope", NotFound),
    "delete of None": (lambda m: m.delete(None), "string", InvalidInput),  # type: ignore[arg-type]
    "delete_all without scope": (lambda m: m.delete_all(), "user_id", InvalidInput),
    "delete_all with a blank": (lambda m: m.delete_all(user_id=""), "non-empty", InvalidInput),
    "update of nothing known": (lambda m: m.update("nope", "x"), "nope", NotFound),
    "hops -1": (lambda m: m.neighbours("Oslo", hops=-1, user_id="alex"), "0 to 10", InvalidInput),
    "hops true": (lambda m: m.neighbours("Oslo", hops=True, user_id="alex"), "0 to 10", InvalidInput),
    "hops beyond printing": (lambda m: m.neighbours("Oslo", hops=HUGE, user_id="alex"), "0 to 10", InvalidInput),
    "neighbours of nothing": (lambda m: m.neighbours("", user_id="alex"), "pass some text", InvalidInput),
    "neighbours of quotes": (lambda m: m.neighbours("\"'`; DROP", user_id="alex"), "entities()", NotFound),
    "relations of a number": (lambda m: m.relations(7, user_id="alex"), "string", InvalidInput),  # type: ignore[arg-type]
    "relations without scope": (lambda m: m.relations(), "user_id", InvalidInput),
    "relations of a type 7": (lambda m: m.relations(type=7, user_id="alex"), "string", InvalidInput),  # type: ignore[arg-type]
    "path from a number": (lambda m: m.path(7, "Oslo", user_id="alex"), "string", InvalidInput),  # type: ignore[arg-type]
    "path to nothing": (lambda m: m.path("Oslo", "", user_id="alex"), "pass some text", InvalidInput),
    "entities without scope": (lambda m: m.entities(), "user_id", InvalidInput),
    "graph without scope": (lambda m: m.to_networkx(), "user_id", InvalidInput),
    "export to a number": (lambda m: m.export(7), "path", InvalidInput),  # type: ignore[arg-type]
    "export to NUL": (lambda m: m.export("a\x00b"), "path", InvalidInput),
    "export with a blank": (lambda m: m.export("x.jsonl", user_id=" "), "non-empty", InvalidInput),
    "import of a number": (lambda m: m.import_(7), "path", InvalidInput),  # type: ignore[arg-type]
    "import of no file": (lambda m: m.import_("/nowhere/at/all.jsonl"), "cannot read", InvalidInput),
    "import of a folder": (lambda m: m.import_("/"), "cannot read", InvalidInput),
}


@without_server
@pytest.mark.parametrize("case", CALLS)
def test_the_other_calls_refuse(memory: Memory, case: str) -> None:
    call, hint, error = CALLS[case]
    refused(memory, lambda: call(memory), hint, error)


BAD_UPDATES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "pass text"),
    "empty text": ({"text": " "}, "pass some text"),
    "text of a wrong type": ({"text": 7}, "string"),
    "huge text": ({"text": "x" * 1_000_000}, "split"),
    "NUL": ({"text": "\x00"}, "remove"),
    "metadata of a wrong type": ({"metadata": "x"}, "mapping"),
    "bad expiry": ({"expiration_date": "soon"}, "ISO"),
}


@without_server
@pytest.mark.parametrize("case", BAD_UPDATES)
def test_update_refuses(memory: Memory, case: str) -> None:
    options, hint = BAD_UPDATES[case]
    known = memory.add("I live in Oslo.", user_id="alex")[0].id
    refused(memory, lambda: memory.update(known, **options), hint)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"url": 7}, "path"),
        ({"url": " "}, "path"),
        ({"url": "a\x00b"}, "path"),
        ({"url": "mongodb://localhost"}, ":memory:"),
        ({"api_key": ""}, "leave it out"),
        ({"api_key": " "}, "leave it out"),
        ({"api_key": 7}, "leave it out"),
        ({"api_key": "\ud800"}, "remove"),
        ({"embedder": 7}, "encode"),
        ({"embedder": "no_such_module_at_all:make"}, "package.module:make"),
        ({"embedder": "json:no_such_name"}, "package.module:make"),
        ({"embedder": ":"}, "package.module:make"),
        ({"embedder": "..up:make"}, "package.module:make"),
        ({"embedder": "json:JSONDecoder"}, "encode"),
        ({"extractor": "llama"}, "spacy"),
        ({"extractor": 7}, "extract"),
        ({"settings": {"session_ttl": 5}}, "Settings"),
    ],
)
def test_a_memory_that_cannot_be_made_says_why(options: dict[str, Any], hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Memory(**{"url": ":memory:", "embedder": "hashing", **options})
    assert hint in str(caught.value)


QUERIES = [
    '"', "''", "*", "NEAR(", "AND OR", "NOT", "oslo AND", "a OR b)", "(", "^", "-", "oslo*", "memory:oslo", "{}",
    "NEAR(oslo bergen, 5)", "'; DROP TABLE memories; --", "`oslo`", "%", "_", "\\", "where?", "?", "the", "\u200b",
    "\u202e", "a" * 3000, "oslo " * 5000,
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_syntax_of_a_word_index_is_just_text(memory: Memory, query: str) -> None:
    assert memory.search(query, user_id="alex").results == ()
    memory.add("I live in Oslo.", user_id="alex")
    for order in ("layer", "score"):
        found = memory.search(query, user_id="alex", order=order)
        assert [hit.memory for hit in found] == ["I live in Oslo."]
    assert memory.search(query, user_id="someone else").results == ()


@pytest.mark.parametrize("name", ['O"Brien', "O'Brien", "`Rita`", "Ri]ta", "Ri;ta--", "(Rita)", "Rita\\", "{Rita}"])
def test_hostile_names_are_only_names(memory: Memory, name: str) -> None:
    memory.add({"content": "I work at Acme and I live in Oslo.", "name": name}, user_id=name, session_id=name)
    assert [item.user_id for item in memory.get_all(user_id=name, session_id=name)] == [name]
    assert name in {entity.name for entity in memory.entities(user_id=name)}
    assert {r.object_name for r in memory.relations(name, user_id=name)} >= {"Acme", "Oslo"}
    assert memory.path(name, "Oslo", user_id=name)[0].object_name == "Oslo"
    assert memory.relations(name, type='LIVES_IN"`', user_id=name) == []
    assert memory.delete_all(user_id=name).memories > 0
    assert memory.stats().memories == memory.stats().entities == 0


def test_a_million_characters_of_context_is_refused_but_the_limit_itself_is_not(memory: Memory) -> None:
    longest = "word " * (checks.MAX_CHARACTERS // 5)
    memory.add(longest, user_id="alex")
    assert memory.get_all(user_id="alex")[0].memory == longest


def test_content_parts_give_their_text() -> None:
    parts = [{"type": "text", "text": "I live"}, {"type": "image_url", "image_url": {"url": "x"}}, "in Oslo."]
    assert inputs.messages([{"role": "user", "content": parts}])[0].content == "I live\nin Oslo."


def test_messages_in_every_form_are_the_same_turn() -> None:
    said = {"role": "assistant", "content": "Noted.", "name": "Bot", "timestamp": "2024-01-01T00:00:00", "metadata": {}}
    as_message = Message(
        role="assistant", content="Noted.", name="Bot", timestamp=datetime(2024, 1, 1, tzinfo=timezone.utc)
    )
    assert inputs.messages([said]) == inputs.messages([as_message]) == inputs.messages(said) == [as_message]
    assert inputs.messages("Noted.") == inputs.messages(["Noted."]) == [Message(content="Noted.")]


def test_a_turn_wins_over_the_call() -> None:
    said = {"content": "Hi", "timestamp": "2024-01-02", "metadata": {"a": 2}}
    turns = inputs.messages([said, "Ho"], "2023-01-01", {"a": 1, "b": 1})
    assert [turn.metadata for turn in turns] == [{"a": 2, "b": 1}, {"a": 1, "b": 1}]
    assert [turn.timestamp and turn.timestamp.year for turn in turns] == [2024, 2023]


def test_run_id_is_session_id(memory: Memory) -> None:
    memory.add("I live in Oslo.", user_id="alex", run_id="s")
    same = memory.add("I live in Oslo.", user_id="alex", session_id="s", run_id="s")
    assert {event.event for event in same} == {"NONE"}
    assert memory.get_all(session_id="s").count == memory.get_all(run_id="s").count == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-05", datetime(2026, 3, 6, tzinfo=timezone.utc)),
        (date(2026, 3, 5), datetime(2026, 3, 6, tzinfo=timezone.utc)),
        ("2026-03-05T10:00:00", datetime(2026, 3, 5, 10, tzinfo=timezone.utc)),
        ("2026-03-05T10:00:00+02:00", datetime(2026, 3, 5, 8, tzinfo=timezone.utc)),
        (datetime(2026, 3, 5, 10), datetime(2026, 3, 5, 10, tzinfo=timezone.utc)),
        (0, datetime(1970, 1, 1, tzinfo=timezone.utc)),
    ],
)
def test_a_plain_date_expires_at_its_end_and_a_moment_at_once(value: Any, expected: datetime) -> None:
    assert checks.expiration(value) == expected


@pytest.mark.parametrize("when", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999Z", -62_135_596_800])
def test_the_ends_of_the_calendar_are_times_too(memory: Memory, when: str | int) -> None:
    memory.add("I visited Rome last week and I leave for Oslo next month.", user_id="alex", timestamp=when)
    assert memory.search("When do I leave for Oslo?", user_id="alex")
    assert memory.get_all(user_id="alex").count >= 1
    assert memory.context("When do I leave for Oslo?", user_id="alex")


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InvalidInput, match="session_ttl"):
        Settings(session_ttl=-1)


def test_values_that_callers_make_are_refused_alike() -> None:
    with pytest.raises(InvalidInput, match="user_id"):
        Scope()
    with pytest.raises(InvalidInput, match="content"):
        Message(content=7)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="mood"):
        Message(content="hi", mood="good")  # type: ignore[call-arg]
