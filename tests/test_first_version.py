"""A file that version 0.1.0 wrote must open for ever, answer as it did, and take new memories.

`tests/fixtures/memory-0.1.0.db` was made once by `write_fixture` below and is never made again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory
from tests.tokens import Words

FIXTURE = Path(__file__).parent / "fixtures" / "memory-0.1.0.db"


def write_fixture(path: Path) -> None:
    """What the kept file holds: every layer, a superseded fact, a document, a note, a pinned instruction."""
    with Memory(path, embedder="hashing") as memory:
        memory.add("My name is Nora and I live in Bergen.", user_id="nora", timestamp="2023-02-01")
        memory.add("I moved to Oslo.", user_id="nora", timestamp="2024-05-02")
        memory.add("Always answer in bullet points when I ask about travel.", user_id="nora", timestamp="2024-05-03")
        memory.add("My sister Ana works at Acme.", user_id="nora", session_id="s1", timestamp="2024-05-04")
        memory.add("Pack the red suitcase.", user_id="nora", session_id="s1", layer="session", ttl=3e9)
        memory.add(
            {"content": "Employees may spend 140 euros a night.", "metadata": {"title": "Travel policy"}},
            org_id="acme", layer="org", infer=False, timestamp="2024-01-01",
        )  # fmt: skip


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    copy = tmp_path / "memory.db"
    shutil.copy(FIXTURE, copy)
    return Memory(copy, embedder="hashing")


def test_the_first_file_opens_whole_and_answers_as_it_did(memory: Memory) -> None:
    with memory:
        assert memory.doctor() == []
        who: Any = {"user_id": "nora", "session_id": "s1", "org_id": "acme"}
        assert memory.search("Where does Nora live?", **who)[0].memory == "I moved to Oslo."
        then = memory.search("Where does Nora live?", as_of="2023-06-01", **who)
        assert then[0].memory == "My name is Nora and I live in Bergen."
        assert "Pack the red suitcase." in [hit.memory for hit in memory.search("suitcase", **who)]
        assert "Employees may spend 140 euros a night." in [hit.memory for hit in memory.search("night euros", **who)]
        lives = memory.relations("Nora", type="LIVES_IN", user_id="nora")
        assert [relation.object_name for relation in lives] == ["Oslo"]
        assert memory.search("travel tips", **who)[0].pin == "instruction"


def test_the_first_file_takes_new_memories_and_can_be_moved(memory: Memory, tmp_path: Path) -> None:
    with memory:
        before = memory.stats()
        memory.add("I moved to Trondheim.", user_id="nora", timestamp="2025-01-01")
        facts = [hit.memory for hit in memory.search("Where does Nora live?", user_id="nora", layers=["user"])]
        assert "I moved to Trondheim." in facts
        assert "I moved to Oslo." not in facts
        assert memory.stats().memories == before.memories + 2
        assert memory.doctor() == []
        memory.export(tmp_path / "all.jsonl")
        with Memory(":memory:", embedder="hashing") as other:
            other.import_(tmp_path / "all.jsonl")
            assert other.stats().layers == memory.stats().layers


def test_the_first_file_has_no_token_vectors_until_it_is_told_more(memory: Memory) -> None:
    """It was written before there were any; what is there keeps none, and what comes gets some."""
    with memory:
        assert kept(memory) == {}
    with Memory(memory.url, embedder=Words(256, name="hashing-256")) as again:
        again.add("I moved to Trondheim.", user_id="nora", timestamp="2025-01-01")
        assert kept(again) == {"I moved to Trondheim.": 4}
        assert again.search("Where does Nora live?", user_id="nora")[0].memory == "I moved to Trondheim."
        again.reembed()
        assert len(kept(again)) == 6
        assert again.doctor() == []


def kept(memory: Memory) -> dict[str, int]:
    """Text -> how many token vectors it has, of those that have some."""
    rows = (value for kind, value in memory._store.dump(memory._tenant) if kind == "memory")
    return {row.item.memory: len(row.tokens) for row in rows if row.tokens is not None}
