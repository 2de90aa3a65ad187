"""Killed at any moment, the file opens, is whole, holds what was acknowledged, and the rerun completes."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graphmem import Memory
from tests.crash_writer import turns

BATCHES = 60


def ingest_until_killed(path: Path, after: float) -> list[int]:
    """Run the writer and kill it some time after it is ready; the acknowledged batches."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash_writer", str(path), str(BATCHES)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    return [int(line) for line in rest]


def check_whole(path: Path, acknowledged: set[int]) -> None:
    with Memory(path, embedder="hashing") as memory:
        assert memory.doctor() == []
        stored = {item.memory for item in memory.get_all(user_id="team", page_size=10_000, layers=["conversation"])}
        for batch in acknowledged:
            said, answered = (turn["content"] for turn in turns(batch))
            assert {said, answered} <= stored
        for batch in random.sample(sorted(acknowledged), min(3, len(acknowledged))):
            found = memory.search(f"Who lives in Town{batch}?", user_id="team", top_k=20)
            assert any(re.search(rf"Town{batch}\b", hit.memory) for hit in found)


def crash_rounds(folder: Path, rounds: int, seed: int) -> None:
    clock = random.Random(seed)
    path = folder / "memory.db"
    acknowledged: set[int] = set()
    for _ in range(rounds):
        acknowledged |= set(ingest_until_killed(path, clock.uniform(0.05, 2.0)))
        check_whole(path, acknowledged)
    acknowledged |= set(ingest_until_killed(path, after=120))
    assert acknowledged == set(range(BATCHES))
    check_whole(path, acknowledged)
    with Memory(path, embedder="hashing") as memory:
        before = memory.stats()
        assert before.layers["conversation"] == 2 * BATCHES
        memory.add(turns(0), user_id="team", session_id="s0")
        assert memory.stats().memories == before.memories


def test_kill_9_during_ingest(tmp_path: Path) -> None:
    crash_rounds(tmp_path, rounds=5, seed=7)


@pytest.mark.soak
def test_kill_9_during_ingest_many_times(tmp_path: Path) -> None:
    for fresh in range(10):
        (tmp_path / str(fresh)).mkdir()
        crash_rounds(tmp_path / str(fresh), rounds=5, seed=fresh)
