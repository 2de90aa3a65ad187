"""Documents of Re-DocRED: which names are found, which pairs of entities are related, and how.

The tokens are joined to plain text, read by the extractor as a document, and compared with the gold by place:
a name that was found stands wherever its letters stand in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.common import read
from benchmarks.extraction.counts import compare, prf, ratio
from benchmarks.extraction.mapping import Mapping
from graphmem.extract.base import Context
from graphmem.types import Message
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from benchmarks.common import Json
    from graphmem.extract.base import Drafts, Extractor, RelationDraft

__all__ = ["Read", "load", "measure", "read_all"]

TOP = 15
"""How many of the most frequent relations are scored by type."""
_NUMBERS = frozenset({"TIME", "NUM"})
_NO_BLANK_BEFORE = frozenset([",", ".", ";", ":", "!", "?", ")", "]", "%", "'s", "'", "n't", "'re", "'ve", "'ll", "'d"])
_NO_BLANK_AFTER = frozenset(["(", "[", "$", "£", "€"])

Span = tuple[int, int]
Triple = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its gold; entities go by their number."""

    text: str
    title: str
    places: dict[Span, int]
    """Where an entity stands -> which."""
    types: Sequence[str]
    keys: dict[str, int]
    """The keys of an entity's names -> which."""
    relations: frozenset[Triple]


@dataclass(frozen=True, slots=True)
class Read:
    """A document beside what was drafted from it."""

    document: Document
    spans: dict[str, list[Span]]
    """A found name -> where it stands; concepts apart."""
    relations: Sequence[RelationDraft]
    """Those between names."""

    def entity(self, name: str) -> int | None:
        """Which gold entity a found name is: by its key, else by what it overlaps most often."""
        found = self.document.keys.get(key(name))
        if found is not None:
            return found
        hits = Counter(
            number
            for start, end in self.spans.get(name, ())
            for (first, last), number in self.document.places.items()
            if start < last and first < end
        )
        return hits.most_common(1)[0][0] if hits else None


def load(folder: Path, limit: int | None = None) -> list[Document]:
    """The development part's documents."""
    return [_document(row) for row in read(folder / "docs.jsonl.gz")[:limit]]


def read_all(documents: Sequence[Document], extractor: Extractor, now: datetime, batch: int = 50) -> list[Read]:
    """Every document, read as a call that keeps it whole would read it."""
    done: list[Read] = []
    for start in range(0, len(documents), batch):
        part = documents[start : start + batch]
        messages = [Message(content=d.text, metadata={"title": d.title}) for d in part]
        drafts = extractor.extract(messages, Context(now, verbatim=True))
        done += [_read(document, drafts, turn) for turn, document in enumerate(part)]
    return done


def measure(rows: Sequence[Read]) -> Json:
    """Names by place, related pairs, and relations by type."""
    half = len(rows) // 2
    wanted = [name for name, _ in Counter(r for row in rows[:half] for _, r, _ in _of(row)).most_common(TOP)]
    return {
        "documents": len(rows),
        "names_strict": prf([compare(_places(row), _gold(row, numbers=False)) for row in _nameless(rows)]),
        "spans_strict": prf([compare(_places(row), _gold(row)) for row in rows]),
        "spans_touched": _touched(rows),
        "pairs": prf([compare(_pairs(row), _gold_pairs(row)) for row in rows]),
        "pairs_typed_only": prf([compare(_pairs(row, typed=True), _gold_pairs(row)) for row in rows]),
        "pairs_of_gold_entities": prf([compare(_pairs(row, known=True), _gold_pairs(row)) for row in rows]),
        "typed_top_15": _typed(rows, half, wanted, gold_kinds=True),
        "typed_top_15_by_own_kinds": _typed(rows, half, wanted, gold_kinds=False),
        "relations_a_document": sum(len(row.relations) for row in rows) / len(rows),
    }


def _document(row: Json) -> Document:
    text, starts = _joined(row["sents"])
    places = {
        (starts[s][first][0], starts[s][last - 1][1]): number
        for number, entity in enumerate(row["entities"])
        for s, first, last, _ in entity["mentions"]
    }
    keys = {key(text[a:b]): number for (a, b), number in places.items()}
    relations = frozenset((r["h"], r["r"], r["t"]) for r in row["relations"])
    return Document(text, row["title"], places, [e["type"] for e in row["entities"]], keys, relations)


def _joined(sentences: Sequence[Sequence[str]]) -> tuple[str, list[list[Span]]]:
    """Plain text of tokens, and where each token stands in it."""
    text, places = "", []
    for sentence in sentences:
        quoted, before, row = False, "", []
        for token in sentence:
            closes = token == '"' and quoted
            glued = token in _NO_BLANK_BEFORE or closes or before in _NO_BLANK_AFTER or (before == '"' and quoted)
            text += "" if not text or glued else " "
            row.append((len(text), len(text) + len(token)))
            text, before = text + token, token
            quoted = quoted != (token == '"')
        places.append(row)
    return text, places


def _read(document: Document, drafts: Drafts, turn: int) -> Read:
    names = {m.name for m in drafts.mentions if m.turn == turn and m.type != "CONCEPT"}
    relations = [r for r in drafts.relations if r.turn == turn and {r.subject, r.object} <= names]
    return Read(document, _standing(names, document.text), relations)


def _standing(names: Iterable[str], text: str) -> dict[str, list[Span]]:
    """Where each name stands; the longer of two that overlap has the place."""
    taken = [False] * len(text)
    found: dict[str, list[Span]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * len(match[0])
                found.setdefault(name, []).append(match.span())
    return found


def _places(row: Read) -> set[Span]:
    return {_trimmed(row.document.text, span) for spans in row.spans.values() for span in spans}


def _gold(row: Read, numbers: bool = True) -> set[Span]:
    kept = (span for span, n in row.document.places.items() if numbers or row.document.types[n] not in _NUMBERS)
    return {_trimmed(row.document.text, span) for span in kept}


def _trimmed(text: str, span: Span) -> Span:
    """Without a leading "the" and a trailing "'s", on either side of the comparison."""
    start, end = span
    if text[start:end].lower().startswith("the "):
        start += 4
    return start, end - 2 if text[start:end].endswith("'s") else end


def _nameless(rows: Sequence[Read]) -> Iterator[Read]:
    """Rows without what was found in the place of a gold time or number."""
    for row in rows:
        others = {span for span, n in row.document.places.items() if row.document.types[n] in _NUMBERS}
        kept = {
            name: [s for s in spans if not any(s[0] < b and a < s[1] for a, b in others)]
            for name, spans in row.spans.items()
        }
        yield Read(row.document, kept, row.relations)


def _touched(rows: Sequence[Read]) -> Json:
    """The share of gold places that some found name overlaps."""
    hits, totals = [], []
    for row in rows:
        found = [span for spans in row.spans.values() for span in spans]
        gold = row.document.places
        hits.append(sum(any(a < d and c < b for c, d in found) for a, b in gold))
        totals.append(len(gold))
    return {"recall": ratio(hits, totals)}


def _of(row: Read) -> frozenset[Triple]:
    return row.document.relations


def _wanted(row: Read, names: Sequence[str]) -> set[Triple]:
    return {triple for triple in row.document.relations if triple[1] in names}


def _gold_pairs(row: Read) -> set[frozenset[int]]:
    return {frozenset((h, t)) for h, _, t in row.document.relations if h != t}


def _pairs(row: Read, typed: bool = False, known: bool = False) -> set[object]:
    """Unordered pairs; an end that is no gold entity goes by its name, so that its pair is wrong (unless `known`)."""
    pairs: set[object] = set()
    for relation in row.relations:
        ends = [row.entity(relation.subject), row.entity(relation.object)]
        if (typed and not relation.typed) or (known and None in ends):
            continue
        named = zip(ends, (relation.subject, relation.object), strict=True)
        pair = frozenset(name if end is None else end for end, name in named)
        if len(pair) == 2:
            pairs.add(pair)
    return pairs


def _typed(rows: Sequence[Read], half: int, wanted: Sequence[str], gold_kinds: bool) -> Json:
    """Relations by type: the first half teaches what the extractor's types stand for, the second is scored.

    The kinds of the two ends are the gold's or the extractor's own.
    """
    texts = [(_features(row, gold_kinds), _wanted(row, wanted)) for row in rows]
    mapping = Mapping.learn(texts[:half])
    scored = [compare(mapping.apply(said), gold) for said, gold in texts[half:]]
    return {**prf(scored), "mapping_learnt_on": half, "relations": len(wanted)}


def _features(row: Read, gold_kinds: bool) -> list[tuple[int, list[tuple[str, ...]], int]]:
    """What is said of two gold entities: the type with its confidence and the kinds of its ends; names are details."""
    said = []
    for r in row.relations:
        head, tail = row.entity(r.subject), row.entity(r.object)
        if head is not None and tail is not None and head != tail:
            kinds = [row.document.types[end] for end in (head, tail)] if gold_kinds else [r.subject_type, r.object_type]
            general = (r.type, f"{r.confidence}", *kinds)
            named = [(*general, "object", key(r.object)), (*general, "subject", key(r.subject))]
            said.append((head, [*named, general], tail))
    return said
