"""bm25s: keywords alone, with the library's own scoring, English stop words and Snowball stems.

One index a haystack, so that a word's rarity is that of its own haystack; the text holds speaker, title and day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bm25s
import Stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.peers.exchange import Unit, Work


def rank(work: Work) -> Iterator[tuple[str, list[str]]]:
    """Every question's ranking."""
    stemmer = Stemmer.Stemmer("english")
    indexes = {scope: (_index(units, stemmer), units) for scope, units in work.scopes().items()}
    for asked in work.questions:
        index, units = indexes[asked.scope]
        tokens = bm25s.tokenize(asked.text, stopwords="en", stemmer=stemmer, show_progress=False)
        places, scores = index.retrieve(tokens, k=min(work.depth, len(units)), show_progress=False)
        found = zip(places[0], scores[0], strict=True)
        yield asked.qid, [units[place].id for place, score in found if score > 0]


def _index(units: Sequence[Unit], stemmer: Any) -> Any:
    index = bm25s.BM25()
    texts = [unit.dated() for unit in units]
    index.index(bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
    return index
