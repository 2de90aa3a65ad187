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
from graphmem.store.base import ROLES, TITLE
from graphmem.texts import DAY_TERMS
from graphmem.types import LAYERS
from graphmem.walk import walked
from graphmem.years import dated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphmem.recall import Question
    from graphmem.store.base import Floats, Recall
    from graphmem.weights import Retrieval, Weights

    Column: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["View", "terms"]

_K1, _B_TURN, _B_WINDOW = 0.9, 0.75, 0.4
_SHORT = 100.0  # median index terms of a five-turn window up to which a session's turns need their context
_CONVERSATION = LAYERS.index("conversation")
_USER, _ASSISTANT = ROLES["user"], ROLES["assistant"]


class View:
    """Candidates as the terms see them: each fact beside its turn, and which rows are documents."""

    def __init__(self, recall: Recall, facts: bool = True) -> None:
        self.recall = recall
        self.rows: Rows = np.arange(len(recall.ids))
        pairs = zip(recall.ids, recall.sources, strict=True)
        verbatim = np.array([not sources or sources == (name,) for name, sources in pairs], bool)
        self.derived: Mask = (recall.layer != _CONVERSATION) & ~verbatim
        """Promoted facts: what rests on turns."""
        self.shown: Mask = np.ones(len(recall.ids), bool) if facts else ~self.derived
        """What may answer, and what the best of a column is taken from."""
        self.home: Rows = self._homes() if facts else self.rows
        """The row whose surroundings a row has: of a fact its (first visible) turn, of the rest itself."""
        self.facts: Rows = np.flatnonzero(self.home != self.rows)
        self.sibling: Mask = self._siblings()
        """Facts of a turn that has a better one."""
        self.session = recall.session[self.home]
        self.document: Mask = (self.session < 0) & (recall.layer != _CONVERSATION) & ~self.derived
        self.about: Mask = recall.mention_weights > TITLE
        """Which mentions say what a memory is about."""
        self.group, self.gate = self._sessions()
        """A number for each row's session, and how much the turns there need their context (0..1)."""

    def best(self, total: Column) -> Column:
        """(n,) the better of each turn's own sum and those of its facts; -inf for the facts themselves."""
        best: Column = np.full(len(total), -np.inf)
        np.maximum.at(best, self.home, total)
        return best

    def _homes(self) -> Rows:
        homes: Rows = self.rows.copy()
        if self.derived.any():
            at = {name: row for row, name in enumerate(self.recall.ids)}
            for row in np.flatnonzero(self.derived):
                homes[row] = next((at[source] for source in self.recall.sources[row] if source in at), row)
        return homes

    def _sessions(self) -> tuple[Rows, Column]:
        session, length = self.session, self.recall.window_length[self.home]
        order = np.lexsort((length, session))
        starts = np.flatnonzero(np.diff(session[order], prepend=-2))
        counts = np.diff(starts, append=len(order))
        median = length[order][starts + counts // 2]
        group = np.empty(len(order), np.intp)
        group[order] = np.repeat(np.arange(len(starts)), counts)
        gate = np.where(session < 0, 0.0, np.minimum(1.0, _SHORT / np.maximum(median[group], 1.0)))
        return group, gate

    def _siblings(self) -> Mask:
        """All facts of a turn but its first: by layer, then by cosine (or the trigger's), then by id."""
        recall, facts = self.recall, self.facts
        sibling = np.zeros(len(self.rows), bool)
        if len(facts):
            keys = (
                np.array(recall.ids)[facts],
                -np.maximum(recall.cosine, recall.trigger_cosine)[facts],
                recall.layer[facts],
                self.home[facts],
            )
            ordered = facts[np.lexsort(keys)]
            sibling[ordered] = np.diff(self.home[ordered], prepend=-1) == 0
        return sibling


def terms(view: View, question: Question, settings: Retrieval) -> dict[str, Column]:
    """Every term of the sum, weighted, by name: arrays (n,) in the order of the candidates."""
    recall, weights = view.recall, settings.weights
    idf = _idf(recall)
    cosine = _cosine(view, weights)
    match = _share(view, _bm25(recall.tf, recall.length, recall.mean_length, idf, _B_TURN))
    found = {"cosine": weights.cosine * cosine, "words": weights.words * match}
    if settings.graph:
        found |= _context(view, idf, cosine, match, weights) | _node(view, question, weights)
        found["years"] = dated(view, question, settings, found)
        found["late"] = reread(view, question, settings, found, idf)
        found |= walked(view, np.sum(list(found.values()), axis=0), weights)
    return found


def _context(view: View, idf: Column, cosine: Column, match: Column, weights: Weights) -> dict[str, Column]:
    """What surrounds a turn; what does without surroundings stands for itself, as a whole and not by its best fact."""
    recall, whole = view.recall, view.recall.cosine[view.home].astype(np.float64)
    turns = recall.window_length[recall.session >= 0]
    mean = float(turns.mean()) if len(turns) else 1.0
    window = _share(view, _bm25(recall.window_tf, recall.window_length, mean, idf, _B_WINDOW))
    gate, alone = view.gate, 1 - view.gate
    best = np.full(len(match), -np.inf)
    np.maximum.at(best, view.group, 3 * cosine + match)
    return {
        "next": weights.next * (gate * recall.next_cosine[view.home] + alone * whole),
        "window": weights.window * (gate * window + weights.window_fill * alone * match),
        "session": weights.session * (gate * best[view.group] + alone * (3 * whole + match)),
        "question": weights.question * gate * recall.question[view.home],
    }


def _node(view: View, question: Question, weights: Weights) -> dict[str, Column]:
    """What is known of a memory itself, beside its text."""
    layers = (weights.user, weights.session_layer, weights.org, weights.conversation)
    return {
        "speaker": weights.speaker * _addressed(view, question),
        "answer": weights.answer * _answers(view, question),
        "role": weights.role * _other_side(view, question),
        "pinned": _pinned(view.recall, question, weights),
        "relation": weights.relation * stated(view, question.asked, question.asker),
        "superseded": weights.superseded * _replaced(view.recall, question),
        "heading": weights.heading * _headings(view, weights),
        "layer": np.array(layers)[view.recall.layer],
        "sibling": weights.sibling * view.sibling,
    }


def _cosine(view: View, weights: Weights) -> Column:
    """The cosine; a turn's is the best of its own and its facts', and theirs is at least the turn's."""
    cosine: Column = view.recall.cosine.astype(np.float64)
    cosine[view.facts] *= weights.fact
    best: Column = cosine.copy()
    np.maximum.at(best, view.home[view.facts], cosine[view.facts])
    best[view.facts] = np.maximum(cosine, view.recall.cosine[view.home])[view.facts]
    return best


def _idf(recall: Recall) -> Column:
    frequency = recall.document_frequency.astype(np.float64)
    return np.log1p(np.maximum(recall.document_count - frequency, 0) / (frequency + 0.5) + 0.5 / (frequency + 0.5))


def _bm25(tf: Floats, length: Floats, mean: float, idf: Column, b: float) -> Column:
    """BM25 of each row (Robertson and Zaragoza 2009)."""
    norm = _K1 * (1 - b + b * length / max(mean, 1.0))
    score: Column = (tf * (_K1 + 1) / (tf + norm[:, None])) @ idf
    return score


def _share(view: View, column: Column) -> Column:
    """Of the best: each row's, where a fact has its turn's."""
    column = column[view.home]
    best = column[view.shown].max(initial=0.0)
    return column / best if best > 0 else column


def _addressed(view: View, question: Question) -> Column:
    """1 for what was said by the one participant whom the question names."""
    speakers = [view.recall.speaker[row] for row in view.home.tolist()]
    named = [name for name in set(speakers) if name and _names(question, name)]
    return np.array([named == [name] for name in speakers], np.float64)


def _names(question: Question, speaker: str) -> bool:
    whole = any(part in question.names for part in (speaker, *speaker.split()))
    return whole or any(words.goes_by(speaker, name) for name in question.called)


def _answers(view: View, question: Question) -> Column:
    """How many of the wanted kinds of answer a row, or its turn, holds."""
    labels = view.recall.labels | view.recall.labels[view.home]
    wanted = [label for label in Label if label & question.wanted]
    return np.sum([(labels & label) > 0 for label in wanted], axis=0) if wanted else np.zeros(len(labels))


def _other_side(view: View, question: Question) -> Column:
    """1 for the side of an assistant's chat that the question is not about; named people have no side."""
    side = _USER if question.asks_assistant else _ASSISTANT
    unnamed = np.array([not name for name in view.recall.speaker], bool)
    column: Column = ((view.recall.role == side) & unnamed)[view.home].astype(np.float64)
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


def _headings(view: View, weights: Weights) -> Column:
    """1 for titled documents without a text worth the name."""
    recall, own = view.recall, np.full(len(view.rows), np.inf)
    rows, titles = recall.mention_rows[view.about], recall.mention_entities[view.about]
    own[rows] = (
        recall.length[rows] - DAY_TERMS - np.array([len(recall.entities[title].key.split()) for title in titles])
    )
    return (~view.derived & (own < weights.heading_length)).astype(np.float64)
