"""Personalised PageRank over memories and the entities that they name, in numpy.

A walk starts at a memory (more often at a likely one), follows a mention to an entity and another mention
back to a memory, and restarts now and then. What many likely memories lead to ranks high, even if it shares
no word with the question: the second hop of a question that needs two. (Haveliwala 2002; HippoRAG, 2024.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.floating[Any]]
    Ints: TypeAlias = NDArray[np.integer[Any]]

__all__ = ["Bipartite", "pagerank"]


@dataclass(frozen=True, slots=True)
class Bipartite:
    """Weighted edges between n memories and m entities, as columns of equal length."""

    memory: Ints
    entity: Ints
    weight: Floats
    memories: int
    entities: int


def pagerank(
    graph: Bipartite, start: NDArray[np.float64], *, restart: float = 0.2, rounds: int = 10
) -> NDArray[np.float64]:
    """The share of time that the walk spends in each memory, after `rounds` steps of power iteration.

    Args:
        graph: Who names what. A memory without an entity restarts at once.
        start: (n,) where walks start; sums to 1.
        restart: The chance to start anew at each step.
        rounds: Steps; the error shrinks by (1 - restart) squared with every round trip.

    Returns:
        (n,) float64 over memories alone; the rest of the time is spent in entities.
    """
    to_entity = graph.weight / _total(graph.memory, graph.weight, graph.memories)[graph.memory]
    to_memory = graph.weight / _total(graph.entity, graph.weight, graph.entities)[graph.entity]
    names = _total(graph.memory, graph.weight, graph.memories) > 0
    at_memory = start.astype(np.float64)
    at_entity: Floats = np.zeros(graph.entities)
    for _ in range(rounds):
        lost = (1 - restart) * at_memory[~names].sum()
        arriving = np.bincount(graph.entity, at_memory[graph.memory] * to_entity, graph.entities)
        returning = np.bincount(graph.memory, at_entity[graph.entity] * to_memory, graph.memories)
        at_memory = ((restart + lost) * start + (1 - restart) * returning).astype(np.float64)
        at_entity = (1 - restart) * arriving
    return at_memory


def _total(index: Ints, weight: Floats, size: int) -> NDArray[np.float64]:
    return np.bincount(index, weight, size).astype(np.float64)
