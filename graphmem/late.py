"""Late interaction: the question's tokens meet those of the best turns, each its nearest.

One vector a turn blurs what stands beside what; token vectors keep it, at the cost of reading some for every
turn that is compared, so only the best of the first ranking are (MaxSim; Khattab and Zaharia, 2020). It takes a
share of the place of what it knows better, the turn's own cosine and words, and as the context does, it counts
by how short the turns are: long ones have no token vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphmem import words
from graphmem.embed.base import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graphmem.candidates import Candidates
    from graphmem.embed.base import TokenStates
    from graphmem.recall import Question
    from graphmem.store.base import Recall, Tokens
    from graphmem.weights import Retrieval

    Column: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]

__all__ = ["maxsim", "reread"]


def reread(
    candidates: Candidates, question: Question, settings: Retrieval, found: Mapping[str, Column], idf: Column
) -> Column:
    """The term `late`: (n,), 0 for what is no short turn. `found` are the other terms of the sum."""
    recall, weights = candidates.recall, settings.weights
    late = np.zeros(len(recall.ids))
    states = _voice(question, recall)
    short = candidates.gate > 0
    if states is None or not settings.late or not short.any():
        return late
    turns = _best(candidates, np.sum(list(found.values()), axis=0), short, settings.late)
    tokens = recall.tokens([recall.ids[row] for row in turns.tolist()])
    known = np.array([one is not None for one in tokens], bool)
    if not known.any():
        return late
    near = maxsim(states, _rarity(states, question, idf), [one for one in tokens if one is not None])
    read = turns[known]
    own = found["cosine"][read] + found["words"][read]
    value = weights.late * near - weights.late_share * own - weights.late_usual
    late[short] = min(0.0, value.min())  # what was not read is no better than the least of what was
    late[turns] = 0.0
    late[read] = value
    column: Column = (candidates.gate * late)[candidates.home]
    return column


def maxsim(states: TokenStates, rarity: Column, tokens: list[Tokens]) -> Column:
    """(n,) for each text, the mean over the question's tokens, by rarity, of the cosine of the nearest of its own."""
    starts = np.cumsum([0, *map(len, tokens[:-1])])
    each = np.concatenate(tokens).astype(np.float32) @ (states.vectors.T / SCALE)
    nearest = np.maximum.reduceat(each, starts, axis=0)
    column: Column = (nearest @ rarity).astype(np.float64)
    return column


def _voice(question: Question, recall: Recall) -> TokenStates | None:
    """The question's tokens as the person whom it names would put it, if that one speaks here; else as it stands."""
    heard = set(recall.speaker)
    for name, states in question.voices.items():
        if name and any(words.goes_by(speaker, name) for speaker in heard if speaker):
            return states
    return question.voices.get("")


def _best(candidates: Candidates, total: Column, short: NDArray[np.bool_], most: int) -> Rows:
    """The short turns of the best rows, by the better of their own and their facts' sums."""
    best = candidates.best(total)
    rows = np.flatnonzero(short & (candidates.home == candidates.rows))
    return rows[np.argsort(-best[rows], kind="stable")[:most]]


def _rarity(states: TokenStates, question: Question, idf: Column) -> Column:
    """(t,) the share of each token in the mean: the idf of its word in this scope; of stop words nothing."""
    rare = dict(zip(question.terms, idf.tolist(), strict=False))
    worth = {word: [rare.get(term, 0.0) for term in words.terms(word)] for word in set(states.words)}
    share = np.array([float(np.mean(worth[word] or [0.0])) for word in states.words])
    return share / share.sum() if share.sum() > 0 else np.full(len(share), 1 / len(share))
