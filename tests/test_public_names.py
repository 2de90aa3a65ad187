"""What `graphmem` gives away, and what a closed Memory still does."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

import graphmem
from graphmem import Memory
from graphmem.errors import Closed
from tests.engine import open_memory

if TYPE_CHECKING:
    from pathlib import Path

ARGUMENTS: dict[str, Any] = {
    "messages": "hi", "query": "hi", "memory_id": "x", "text": "hi", "entity": "x", "a": "x", "b": "y",
    "path": "nowhere.jsonl", "tenant": "x", "memory_ids": ["x"],
}  # fmt: skip


def test_all_is_sorted_and_is_all_there_is() -> None:
    assert graphmem.__all__ == sorted(graphmem.__all__)
    assert set(graphmem.__all__) == set(graphmem._HOMES)
    for name in graphmem.__all__:
        assert getattr(graphmem, name).__name__ == name
        assert getattr(graphmem, name).__doc__
    assert set(graphmem.__all__) <= set(dir(graphmem))


def test_a_star_import_gives_these_names() -> None:
    space: dict[str, Any] = {}
    exec("from graphmem import *", space)
    assert set(space) - {"__builtins__"} == set(graphmem.__all__)


def test_other_names_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="Memries"):
        graphmem.Memries  # noqa: B018


def test_every_method_is_documented() -> None:
    names = [name for name in vars(Memory) if not name.startswith("_")]
    assert [name for name in names if not inspect.getdoc(getattr(Memory, name))] == []


@pytest.mark.parametrize("kind", ["networkx", "sqlite"])
def test_a_closed_memory_says_so(tmp_path: Path, kind: str) -> None:
    memory = open_memory(kind, tmp_path)
    memory.add("I live in Oslo.", user_id="alex")
    memory.close()
    memory.close()
    for name in vars(Memory):
        method = getattr(Memory, name)
        if name.startswith("_") or name == "close" or not inspect.isfunction(method):
            continue
        needed = inspect.signature(method).parameters.values()
        given = {p.name: ARGUMENTS[p.name] for p in needed if p.name in ARGUMENTS and p.default is p.empty}
        scope = {"user_id": "alex"} if any(p.kind is p.VAR_KEYWORD for p in needed) else {}
        if name == "update":
            given["text"] = "hi"
        with pytest.raises(Closed, match="make a new one"):
            method(memory, **given, **scope)


def test_leaving_the_block_closes(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as memory:
        memory.add("I live in Oslo.", user_id="alex")
    with pytest.raises(Closed):
        memory.stats()
    with open_memory("sqlite", tmp_path) as memory:
        assert memory.search("Oslo", user_id="alex")


def test_results_read_as_mem0s_dictionaries(memory: Memory) -> None:
    memory.add("I live in Oslo.", user_id="alex", session_id="s")
    found = memory.search("Oslo", user_id="alex")
    assert found["results"][0]["memory"] == found[0].memory == "I live in Oslo."
    assert {"id", "memory", "user_id", "categories", "created_at", "score"} <= set(found["results"][0].keys())
    assert dict(found[0])["memory"] == "I live in Oslo."
    assert "results" in found
    assert found.to_dict()["results"][0]["run_id"] is None
    assert memory.get_all(user_id="alex", layers=["conversation"])[0]["run_id"] == "s"
    assert [item["id"] for item in memory.get_all(user_id="alex")["results"]]
    with pytest.raises(KeyError):
        found[0]["mood"]
    assert found[0].get("mood", "good") == "good"
