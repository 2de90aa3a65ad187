"""Signals: raw columns of candidates become the weighted terms of one sum, row by row.

    S = cosine + words + next + window + session + speaker + answer + question + role + pinned + relation + years
        + superseded + heading + layer + sibling + late + title + walk + led

The sum has one fixed scale for chats, notes and documents. What surrounds a turn (`next`, `window`,
`session`) counts by how short the turns of its session are; a long turn, a note or a document is its own
context, and its own cosine and words fill the place. So one scope may hold all kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphmem import words
from graphmem.asked import stated
from graphmem.extract.base import Label
from graphmem.late import reread
from graphmem.store.base import ROLES
from graphmem.texts import DAY_TERMS
from graphmem.types import LAYERS
from graphmem.walk import walked
from graphmem.years import dated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphmem.candidates import Candidates
    from graphmem.recall import Question
    from graphmem.store.base import Floats, Recall
    from graphmem.weights import Retrieval, Weights

    Column: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["terms"]

_K1, _B_TURN, _B_WINDOW = 0.9, 0.75, 0.4
_CONVERSATION = LAYERS.index("conversation")
_USER, _ASSISTANT = ROLES["user"], ROLES["assistant"]


def terms(candidates: Candidates, question: Question, settings: Retrieval) -> dict[str, Column]:
    """Every term of the sum, weighted, by name: arrays (n,) in the order of the candidates."""
    recall, weights = candidates.recall, settings.weights
    idf = _idf(recall)
    cosine = _cosine(candidates, weights)
    match = _share(candidates, _bm25(recall.tf, recall.length, recall.mean_length, idf, _B_TURN))
    found = {"cosine": weights.cosine * cosine, "words": weights.words * match}
    if settings.graph:
        found |= _context(candidates, idf, cosine, match, weights) | _node(candidates, question, weights)
        found["years"] = dated(candidates, question, settings, found)
        found["late"] = reread(candidates, question, settings, found, idf)
        found |= walked(candidates, np.sum(list(found.values()), axis=0), weights)
    return found


def _context(candidates: Candidates, idf: Column, cosine: Column, match: Column, weights: Weights) -> dict[str, Column]:
    """What surrounds a turn; what does without surroundings stands for itself, as a whole and not by its best fact."""
    recall, whole = candidates.recall, candidates.recall.cosine[candidates.home].astype(np.float64)
    turns = recall.window_length[recall.session >= 0]
    mean = float(turns.mean()) if len(turns) else 1.0
    window = _share(candidates, _bm25(recall.window_tf, recall.window_length, mean, idf, _B_WINDOW))
    gate, alone = candidates.gate, 1 - candidates.gate
    best = np.full(len(match), -np.inf)
    np.maximum.at(best, candidates.group, 3 * cosine + match)
    return {
        "next": weights.next * (gate * recall.next_cosine[candidates.home] + alone * whole),
        "window": weights.window * (gate * window + weights.window_fill * alone * match),
        "session": weights.session * (gate * best[candidates.group] + alone * (3 * whole + match)),
        "question": weights.question * gate * recall.question[candidates.home],
    }


def _node(candidates: Candidates, question: Question, weights: Weights) -> dict[str, Column]:
    """What is known of a memory itself, beside its text."""
    layers = (weights.user, weights.session_layer, weights.org, weights.conversation)
    return {
        "speaker": weights.speaker * _addressed(candidates, question),
        "answer": weights.answer * _answers(candidates, question),
        "role": weights.role * _other_side(candidates, question),
        "pinned": _pinned(candidates.recall, question, weights),
        "relation": weights.relation * stated(candidates, question.asked, question.asker),
        "superseded": weights.superseded * _replaced(candidates.recall, question),
        "heading": weights.heading * _headings(candidates, weights),
        "layer": np.array(layers)[candidates.recall.layer],
        "sibling": weights.sibling * candidates.sibling,
    }


def _cosine(candidates: Candidates, weights: Weights) -> Column:
    """The cosine; a turn's is the best of its own and its facts', and theirs is at least the turn's."""
    cosine: Column = candidates.recall.cosine.astype(np.float64)
    cosine[candidates.facts] *= weights.fact
    best: Column = cosine.copy()
    np.maximum.at(best, candidates.home[candidates.facts], cosine[candidates.facts])
    best[candidates.facts] = np.maximum(cosine, candidates.recall.cosine[candidates.home])[candidates.facts]
    return best


def _idf(recall: Recall) -> Column:
    frequency = recall.document_frequency.astype(np.float64)
    return np.log1p(np.maximum(recall.document_count - frequency, 0) / (frequency + 0.5) + 0.5 / (frequency + 0.5))


def _bm25(tf: Floats, length: Floats, mean: float, idf: Column, b: float) -> Column:
    """BM25 of each row (Robertson and Zaragoza 2009)."""
    norm = _K1 * (1 - b + b * length / max(mean, 1.0))
    score: Column = (tf * (_K1 + 1) / (tf + norm[:, None])) @ idf
    return score


def _share(candidates: Candidates, column: Column) -> Column:
    """Of the best: each row's, where a fact has its turn's."""
    column = column[candidates.home]
    best = column[candidates.shown].max(initial=0.0)
    return column / best if best > 0 else column


def _addressed(candidates: Candidates, question: Question) -> Column:
    """1 for what was said by the one participant whom the question names."""
    speakers = [candidates.recall.speaker[row] for row in candidates.home.tolist()]
    named = [name for name in set(speakers) if name and _names(question, name)]
    return np.array([named == [name] for name in speakers], np.float64)


def _names(question: Question, speaker: str) -> bool:
    whole = any(part in question.names for part in (speaker, *speaker.split()))
    return whole or any(words.goes_by(speaker, name) for name in question.called)


def _answers(candidates: Candidates, question: Question) -> Column:
    """How many of the wanted kinds of answer a row, or its turn, holds."""
    labels = candidates.recall.labels | candidates.recall.labels[candidates.home]
    wanted = [label for label in Label if label & question.wanted]
    return np.sum([(labels & label) > 0 for label in wanted], axis=0) if wanted else np.zeros(len(labels))


def _other_side(candidates: Candidates, question: Question) -> Column:
    """1 for the side of an assistant's chat that the question is not about; named people have no side."""
    side = _USER if question.asks_assistant else _ASSISTANT
    unnamed = np.array([not name for name in candidates.recall.speaker], bool)
    column: Column = ((candidates.recall.role == side) & unnamed)[candidates.home].astype(np.float64)
    return column


def _pinned(recall: Recall, question: Question, weights: Weights) -> Column:
    """Standing instructions and preferences, by the better of their text's and their trigger's cosine."""
    if question.recalls or not recall.pin.any():
        return np.zeros(len(recall.ids))
    floor = weights.request_floor if question.requests else weights.pin_floor
    above = np.maximum(0.0, np.maximum(recall.cosine, recall.trigger_cosine) - floor)
    column: Column = np.array([0.0, weights.instruction, weights.preference])[recall.pin] * above
    return column


def _replaced(recall: Recall, question: Question) -> Column:
    """1 for turns whose fact was replaced; as of some moment, only if what replaced it was there, or had been: then
    no fact rests on the turn any more."""
    replaced = recall.superseded & (recall.layer == _CONVERSATION)
    if question.of_old and replaced.any():
        ids = frozenset(recall.ids)
        held = {
            source
            for name, sources in zip(recall.ids, recall.sources, strict=True)
            for source in sources
            if source != name
        }
        there = [
            new in ids or (bool(held) and name not in held)
            for name, new in zip(recall.ids, recall.successor, strict=True)
        ]
        replaced &= np.array(there, bool)
    return np.asarray(replaced, np.float64)


def _headings(candidates: Candidates, weights: Weights) -> Column:
    """1 for titled documents without a text worth the name."""
    recall, own = candidates.recall, np.full(len(candidates.rows), np.inf)
    rows, titles = recall.mention_rows[candidates.about], recall.mention_entities[candidates.about]
    own[rows] = (
        recall.length[rows] - DAY_TERMS - np.array([len(recall.entities[title].key.split()) for title in titles])
    )
    return (~candidates.derived & (own < weights.heading_length)).astype(np.float64)
