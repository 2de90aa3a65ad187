"""The data sets that peers are compared on, and which of them are worth a slow peer's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.beam.__main__ import load as load_beam
from benchmarks.lihua.__main__ import load as load_lihua
from benchmarks.locomo.__main__ import load as load_locomo
from benchmarks.multihop.__main__ import load as load_multihop
from benchmarks.timeqa.__main__ import FOLDER as TIMEQA
from benchmarks.timeqa.__main__ import load as load_timeqa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.dataset import Dataset

__all__ = ["PEERS", "SERVED", "SETS", "Set"]

PEERS = {
    "BM25": "bm25",
    "vectors": "chroma",
    "Mem0": "mem0_oss",
    "neo4j-agent-memory": "neo4j_agent_memory_oss",
}
"""A peer's name in results -> its runner."""
SERVED = ("neo4j-agent-memory",)
"""Those that need a Neo4j server."""

_FAST = ("BM25", "vectors")


@dataclass(frozen=True, slots=True)
class Set:
    """A data set as peers meet it."""

    folder: str
    load: Callable[[Path], Dataset]
    peers: Sequence[str] = _FAST


SETS = {
    "locomo": Set("locomo", load_locomo, tuple(PEERS)),
    "beam100k": Set("beam100k", load_beam, tuple(PEERS)),
    "2wiki": Set("2wiki", load_multihop),
    "hotpot200": Set("hotpot200", load_multihop),
    "musique200": Set("musique200", load_multihop, tuple(PEERS)),
    "lihua": Set("lihua", load_lihua),
    "timeqa": Set(TIMEQA, load_timeqa),
}
