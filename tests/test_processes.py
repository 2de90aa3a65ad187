"""Several processes on one file: what one writes the other sees at once, and writers lose nothing."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory

SPAWN = multiprocessing.get_context("spawn")


def serve(path: str, commands: Any) -> None:
    """Search or add for the other process, until told to stop."""
    with Memory(path, embedder="hashing") as memory:
        commands.send("ready")
        while (command := commands.recv()) is not None:
            name, text = command
            if name == "add":
                memory.add(text, user_id="u")
                commands.send("done")
            else:
                commands.send([hit.memory for hit in memory.search(text, user_id="u")])


def test_the_other_process_sees_a_write_on_its_next_search(tmp_path: Path) -> None:
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(str(tmp_path / "memory.db"), there))
    process.start()
    assert here.recv() == "ready"
    with Memory(tmp_path / "memory.db", embedder="hashing") as memory:
        for number in range(5):
            text = f"The password of room {number} is swordfish{number}."
            assert not [hit for hit in memory.search(f"swordfish{number}", user_id="u") if hit.memory == text]
            memory.add(text, user_id="u", infer=False)
            here.send(("search", f"swordfish{number}"))
            assert text in here.recv()

            mine = f"Room {number} was painted turquoise{number}."
            here.send(("add", mine))
            assert here.recv() == "done"
            assert mine in [hit.memory for hit in memory.search(f"turquoise{number}", user_id="u")]
    here.send(None)
    process.join(timeout=30)
    assert process.exitcode == 0


def write_many(path: str, writer: int, count: int, results: Any) -> None:
    """Add facts about the same person from several processes at once; the error, if any, is the result."""
    try:
        with Memory(path, embedder="hashing") as memory:
            for number in range(count):
                memory.add(f"I visited City{writer}x{number} with Anna.", user_id="u", session_id=f"s{writer}")
    except Exception as error:
        results.put(repr(error))
        raise
    results.put("ok")


def hammer(path: Path, writers: int, count: int) -> None:
    results = SPAWN.Queue()
    processes = [SPAWN.Process(target=write_many, args=(str(path), w, count, results)) for w in range(writers)]
    for process in processes:
        process.start()
    outcomes = [results.get(timeout=300) for _ in processes]
    for process in processes:
        process.join(timeout=30)
    assert outcomes == ["ok"] * writers
    with Memory(path, embedder="hashing") as memory:
        stored = {item.memory for item in memory.get_all(user_id="u", layers=["conversation"], page_size=10_000)}
        assert stored == {f"I visited City{w}x{n} with Anna." for w in range(writers) for n in range(count)}
        assert [entity.name for entity in memory.entities("Anna", user_id="u")] == ["Anna"]
        assert memory.doctor() == []


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    hammer(tmp_path / "memory.db", writers=2, count=25)


@pytest.mark.soak
def test_eight_writers_lose_nothing(tmp_path: Path) -> None:
    hammer(tmp_path / "memory.db", writers=8, count=60)
