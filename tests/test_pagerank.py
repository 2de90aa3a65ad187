"""PageRank against the plain linear system that it iterates towards."""

from __future__ import annotations

import numpy as np
import pytest

from graphmem.pagerank import Bipartite, pagerank


def exact(graph: Bipartite, start: np.ndarray, restart: float) -> np.ndarray:
    n, m = graph.memories, graph.entities
    edges = np.zeros((n + m, n + m))
    for memory, entity, weight in zip(graph.memory, graph.entity, graph.weight, strict=True):
        edges[n + entity, memory] += weight
        edges[memory, n + entity] += weight
    full = np.concatenate([start, np.zeros(m)])
    total = edges.sum(axis=0)
    step = np.where(total > 0, edges / np.where(total > 0, total, 1), full[:, None])
    return np.linalg.solve(np.eye(n + m) - (1 - restart) * step, restart * full)[:n]


def graph() -> Bipartite:
    memory, entity = np.array([0, 0, 1, 2, 2, 4]), np.array([0, 1, 0, 1, 2, 2])
    return Bipartite(memory, entity, np.array([1.0, 2.0, 1.0, 0.5, 3.0, 1.0]), memories=5, entities=3)


@pytest.mark.parametrize("restart", [0.2, 0.5])
def test_agrees_with_the_linear_system(restart: float) -> None:
    start = np.array([0.5, 0.3, 0.0, 0.2, 0.0])
    found = pagerank(graph(), start, restart=restart, rounds=200)
    np.testing.assert_allclose(found, exact(graph(), start, restart), atol=1e-9)


def test_ten_rounds_are_near_enough_to_order_by() -> None:
    start = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    found, goal = pagerank(graph(), start), exact(graph(), start, 0.2)
    assert np.argsort(-found).tolist() == np.argsort(-goal).tolist()


def test_what_nothing_leads_to_gets_nothing() -> None:
    found = pagerank(graph(), np.array([1.0, 0.0, 0.0, 0.0, 0.0]))
    assert found[3] == 0
    assert (found[[1, 2, 4]] > 0).all()
