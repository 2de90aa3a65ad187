"""Memory with the extractor: search, relations, what supersedes, notes, and that no message is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import Memory
from graphmem.errors import InvalidInput
from graphmem.extract.llm import LLMExtractor
from tests.engine import Clock, changes, open_memory, texts
from tests.extract_llm.common import asking, stored
from tests.extract_llm.server import Asked, Server, Step, fact, facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCOPE: dict[str, Any] = {"user_id": "kim", "session_id": "s1"}
TALK = [
    "My colleague Femi runs the bakery on Ferry Street.",
    "He comes from Lagos, by the way.",
    "Ich wohne jetzt in Köln und backe gern Brot.",
]


def knowing(*known: tuple[str, str, tuple[str, str, str]]) -> Callable[[Asked], Step]:
    """A model that knows what to say of texts: (pattern, quote, relation)."""

    def react(asked: Asked) -> Step:
        return facts(
            *(
                fact(one["n"], quote, relation)
                for one in asked.read
                for pattern, quote, relation in known
                if "n" in one and re.search(pattern, one["text"])
            )
        )

    return react


CLEVER = knowing(
    ("Femi runs", "Femi runs the bakery", ("Femi", "MANAGES", "bakery on Ferry Street")),
    ("Lagos", "He comes from Lagos", ("Femi", "COMES_FROM", "Lagos")),
    ("Köln", "Ich wohne jetzt in Köln", ("kim", "LIVES_IN", "Köln")),
    ("Wien", "Ich wohne jetzt in Wien", ("kim", "LIVES_IN", "Wien")),
)


@pytest.fixture(params=["networkx", "sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def known(memory: Memory) -> set[tuple[str, str, str]]:
    return {(r.subject_name, r.type, r.object_name) for r in memory.relations(user_id="kim")}


def test_what_the_model_finds_is_searched_and_related(kind: str, tmp_path: Path) -> None:
    with Server(then=CLEVER) as server, open_memory(kind, tmp_path, extractor=asking(server)) as memory:
        events = memory.add(TALK, **SCOPE)
        assert events.notes == ()
        assert known(memory) >= {
            ("Femi", "MANAGES", "bakery on Ferry Street"), ("Femi", "COMES_FROM", "Lagos"), ("kim", "LIVES_IN", "Köln"),
        }  # fmt: skip
        facts_there = stored(memory, "kim", "user")
        assert "Ich wohne jetzt in Köln und backe gern Brot." in facts_there
        assert all(any(text in said for said in TALK) for text in facts_there), "in the speaker's words"
        found = memory.search("Wo wohne ich? Köln", user_id="kim")
        assert found.results[0].memory == TALK[2]
        assert len(stored(memory, "kim", "conversation")) == 3


def test_a_newer_statement_supersedes_in_any_language(kind: str, tmp_path: Path) -> None:
    clock = Clock()
    with Server(then=CLEVER) as server, open_memory(kind, tmp_path, clock, extractor=asking(server)) as memory:
        memory.add("Ich wohne jetzt in Köln.", user_id="kim")
        clock.advance(days=200)
        events = memory.add("Ich wohne jetzt in Wien.", user_id="kim")
        assert ("SUPERSEDE", "user") in changes(events)
        assert {o for s, t, o in known(memory) if t == "LIVES_IN"} == {"Wien"}


def test_adding_twice_asks_once(kind: str, tmp_path: Path) -> None:
    with Server(then=CLEVER) as server, open_memory(kind, tmp_path, extractor=asking(server)) as memory:
        memory.add(TALK, **SCOPE)
        assert {event for event, _ in changes(memory.add(TALK, **SCOPE))} == {"NONE"}
        assert len(server.asked) == 1


def test_facts_are_the_same_whoever_found_them(kind: str, tmp_path: Path) -> None:
    said = "My sister Ana is a nurse in Bergen."
    claim = knowing(("Ana", "Ana is a nurse in Bergen", ("Ana", "LIVES_IN", "Bergen")))
    with open_memory(kind, tmp_path) as memory:
        first = memory.add(said, user_id="kim")
    (tmp_path / "other").mkdir()
    with Server(then=claim) as server, open_memory(kind, tmp_path / "other", extractor=asking(server)) as memory:
        second = memory.add(said, user_id="kim")
    assert [event.memory for event in first] == [event.memory for event in second] == [said, said]
    assert first.results[1].id == second.results[1].id


@pytest.mark.parametrize("trouble", [Step(500), Step(401), Step(body=b"<html>"), Step(hang_up=True)])
def test_without_the_model_nothing_is_lost_and_a_note_says_why(trouble: Step, kind: str, tmp_path: Path) -> None:
    with open_memory("networkx", tmp_path) as plain:
        without = changes(plain.add(TALK, **SCOPE))
    with Server(then=trouble) as server, open_memory(kind, tmp_path, extractor=asking(server, retries=0)) as memory:
        events = memory.add(TALK, **SCOPE)
        assert changes(events) == without
        assert len(events.notes) == 1
        assert events.notes[0].startswith("the LLM did not read 3 messages, the rules did: ")
        assert events.to_dict()["notes"] == events.notes
        assert "the rules did" in events._repr_html_()
        assert texts(memory.search("bakery", user_id="kim"))[0].startswith("My colleague Femi")


def test_notes_are_of_the_dictionary_face_only_if_there_are_any(kind: str, tmp_path: Path) -> None:
    with open_memory(kind, tmp_path) as memory:
        assert list(memory.add("I live in Oslo.", user_id="kim").to_dict()) == ["results"]


def test_what_was_deferred_is_read_when_it_is_promoted(kind: str, tmp_path: Path) -> None:
    left: list[str] = []
    with Server(then=CLEVER) as server, open_memory(kind, tmp_path, extractor=asking(server)) as memory:
        memory.add(TALK, defer=left.extend, **SCOPE)
        assert server.asked == []
        memory.promote(left)
        assert len(server.asked) == 1
        assert ("Femi", "COMES_FROM", "Lagos") in known(memory)


def test_a_document_is_read_for_its_relations(kind: str, tmp_path: Path) -> None:
    claim = knowing(("Ahus", "designed by C. F. Møller", ("Ahus", "CREATED_BY", "C. F. Møller")))
    with Server(then=claim) as server, open_memory(kind, tmp_path, extractor=asking(server)) as memory:
        memory.add("Ahus was designed by C. F. Møller in 2008.", user_id="kim", infer=False)
        assert ("Ahus", "CREATED_BY", "C. F. Møller") in known(memory)


def test_loading_the_models_costs_nothing(tmp_path: Path) -> None:
    with Server() as server, open_memory("sqlite", tmp_path, extractor=asking(server)) as memory:
        memory.warm()
        assert server.asked == []


def test_it_is_made_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="GRAPHMEM_LLM_URL"):
        Memory(tmp_path / "m.db", embedder="hashing", extractor="llm")
    with Server(then=CLEVER) as server:
        monkeypatch.setenv("GRAPHMEM_LLM_URL", server.url)
        monkeypatch.setenv("GRAPHMEM_LLM_MODEL", "small")
        monkeypatch.setenv("GRAPHMEM_EXTRACTOR", "llm")
        with Memory(tmp_path / "m.db", embedder="hashing") as memory:
            memory.add(TALK, **SCOPE)
            assert ("Femi", "COMES_FROM", "Lagos") in known(memory)


def test_the_budget_of_a_memory_ends_and_the_memory_does_not(tmp_path: Path) -> None:
    with Server(then=CLEVER) as server:
        given: LLMExtractor = asking(server, budget=3000)
        with open_memory("sqlite", tmp_path, extractor=given) as memory:
            notes: list[Any] = [memory.add(f"I bought the painting number {n}.", **SCOPE).notes for n in range(30)]
            assert "no facts" in notes[0][0]
            assert "the budget of 3000 tokens is spent" in notes[-1][0]
            assert given.ledger.totals.tokens <= 3000
            assert len(stored(memory, "kim", "conversation")) == 30
