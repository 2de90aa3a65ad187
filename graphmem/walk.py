"""Walk: what the names in documents say of them, as terms of the sum.

A document may be about what the question names (`title`), many likely documents may lead to it through the
names that they share (`walk`), or a document that the question names may name what it is about (`led`): the
second hop of a question that needs two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphmem.pagerank import Bipartite, pagerank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphmem.candidates import Candidates
    from graphmem.weights import Weights

    Column: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["walked"]

_POOL, _TEMPERATURE, _FLOOR = 30, 0.15, 1e-5


def walked(candidates: Candidates, total: Column, weights: Weights) -> dict[str, Column]:
    """The terms `title`, `walk` and `led`, given the sum of all others: arrays (n,)."""
    asked = _asked(candidates)
    title: Column = np.where(asked, weights.title, 0.0)
    led: Column = np.where(_led(candidates, asked), weights.led, 0.0)
    return {"title": title, "walk": _walk(candidates, total + title, weights), "led": led}


def _asked(candidates: Candidates) -> Mask:
    """Documents about something that the question names, by the longest name: not "Rome" in "Rome, Georgia"."""
    recall = candidates.recall
    keys = [f" {entity.key} " if entity.named else "" for entity in recall.entities]
    named = [key for key in set(keys) if key]
    whole = np.array([bool(key) and not any(key in other != key for other in named) for key in keys], bool)
    about: Mask = np.zeros(len(candidates.rows), bool)
    about[recall.mention_rows[candidates.about & whole[recall.mention_entities]]] = True
    return about


def _led(candidates: Candidates, asked: Mask) -> Mask:
    """Documents about something that a document which the question names does name."""
    recall = candidates.recall
    names = np.zeros(len(recall.entities), bool)
    names[recall.mention_entities[asked[recall.mention_rows] & ~candidates.about]] = True
    led: Mask = np.zeros(len(candidates.rows), bool)
    led[recall.mention_rows[candidates.about & names[recall.mention_entities]]] = True
    return led & ~asked


def _walk(candidates: Candidates, total: Column, weights: Weights) -> Column:
    """What the graph adds to documents: the sum that PageRank implies takes a share of the row's own sum's place.

    Walks start at the best documents, e times less often for each `_TEMPERATURE` of the spread that one lies
    below the best; read backwards, the same map turns time spent there into the sum that it stands for.
    """
    column = np.zeros(len(total))
    rows = np.flatnonzero(candidates.document)
    graph = _mentions(candidates, rows)
    best = np.sort(total[rows])[::-1][:_POOL]
    scale = _TEMPERATURE * (best[0] - best[-1]) if len(best) else 0.0
    if graph is None or scale <= 0:
        return column
    own = total[rows]
    start = np.where(own >= best[-1], np.exp((own - best[0]) / scale), 0.0)
    time = pagerank(graph, start / start.sum()) + _FLOOR
    implied = best[0] + scale * np.log(time / time.max())
    column[rows] = weights.walk * (implied - own)
    return column


def _mentions(candidates: Candidates, rows: Rows) -> Bipartite | None:
    """Edges between these rows and the entities that are rare enough to tell something."""
    recall = candidates.recall
    place = np.full(len(candidates.rows), -1)
    place[rows] = np.arange(len(rows))
    degree = np.array([entity.degree for entity in recall.entities], np.float64)
    concept = np.array([entity.concept for entity in recall.entities], bool)
    count = recall.document_count
    usable = ~concept & (degree > 1) & (degree <= max(20.0, 0.02 * count))
    idf = np.log1p(np.maximum(count - degree + 0.5, 0.5) / (degree + 0.5))
    edge = np.flatnonzero(place[recall.mention_rows] >= 0)
    edge = edge[usable[recall.mention_entities[edge]]]
    if not len(edge):
        return None
    entity = recall.mention_entities[edge]
    weight = recall.mention_weights[edge] * idf[entity]
    return Bipartite(place[recall.mention_rows[edge]], entity, weight, len(rows), len(degree))
