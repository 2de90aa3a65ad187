"""Sentences of Text2KGBench: which of the gold triples' pairs are related, and which by the right relation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.common import read
from benchmarks.extraction.counts import Counts, prf, ratio
from benchmarks.extraction.mapping import Mapping
from graphmem.extract.base import Context
from graphmem.types import Message
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from benchmarks.common import Json
    from graphmem.extract.base import Extractor, RelationDraft

__all__ = ["measure"]

_BATCH = 200
_BRACKET = re.compile(r"\s*\([^)]*\)")


def measure(folder: Path, extractor: Extractor, now: datetime, limit: int | None = None) -> Json:
    """Recall of pairs by source, and typed precision and recall on every second sentence."""
    rows = read(folder / "test.jsonl.gz")[:limit]
    drafted = _drafted(rows, extractor, now)
    sources = dict.fromkeys(row["source"] for row in rows)
    return {
        "sentences": len(rows),
        "pair_recall": {name: _recall(rows, drafted, name) for name in sources},
        "typed": prf(_typed(rows, drafted)),
    }


def _drafted(rows: Sequence[Json], extractor: Extractor, now: datetime) -> list[list[RelationDraft]]:
    found: list[list[RelationDraft]] = [[] for _ in rows]
    for start in range(0, len(rows), _BATCH):
        messages = [Message(content=row["sent"]) for row in rows[start : start + _BATCH]]
        for relation in extractor.extract(messages, Context(now, verbatim=True)).relations:
            found[start + relation.turn].append(relation)
    return found


def _recall(rows: Sequence[Json], drafted: Sequence[Sequence[RelationDraft]], source: str) -> Json:
    chosen = [(row, said) for row, said in zip(rows, drafted, strict=True) if row["source"] == source]
    hits = [sum(any(_joins(triple, r) for r in said) for triple in row["triples"]) for row, said in chosen]
    return ratio(hits, [len(row["triples"]) for row, _ in chosen])


def _joins(triple: Sequence[str], relation: RelationDraft) -> bool:
    subject, _, object = triple
    one, two = relation.subject, relation.object
    return (_alike(subject, one) and _alike(object, two)) or (_alike(subject, two) and _alike(object, one))


def _alike(gold: str, found: str) -> bool:
    """Equal, or one name within the other."""
    first, second = _plain(gold), key(found)
    return bool(first and second) and (f" {first} " in f" {second} " or f" {second} " in f" {first} ")


def _plain(name: str) -> str:
    return key(_BRACKET.sub("", name.replace("_", " ")))


def _typed(rows: Sequence[Json], drafted: Sequence[Sequence[RelationDraft]]) -> list[Counts]:
    texts = [_text(row, said) for row, said in zip(rows, drafted, strict=True)]
    mapping = Mapping.learn(texts[::2])
    counts = []
    for said, gold in texts[1::2]:
        made = mapping.apply(said)
        counts.append(Counts(len(made & gold), len(made), len(gold)))
    return counts


_Said = list[tuple[str, list[tuple[str, ...]], str]]


def _text(row: Json, said: Sequence[RelationDraft]) -> tuple[_Said, set[tuple[str, str, str]]]:
    """The relations under the gold's names where these are meant."""
    gold = {(_plain(s), r, _plain(o)) for s, r, o in row["triples"]}
    names = sorted({name for s, _, o in gold for name in (s, o)})

    def named(found: str) -> str:
        return next((name for name in names if _alike(name, found)), key(found))

    features: _Said = [
        (named(r.subject), [(row["ontology"], r.type, r.subject_type, r.object_type)], named(r.object)) for r in said
    ]
    return features, gold
