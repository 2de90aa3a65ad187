"""Re-DocRED (Tan et al., EMNLP 2022): the names of one entity within a Wikipedia text, marked by people.

Every text is one memory of a scope of its own, once as a document (kept whole, where first names and near
spellings are not guessed) and once as a turn of a chat (where they are). Dates and numbers are not entities here.
`mentions` counts a name wherever it stands; `forms` counts each written form of an entity once a text, and
`varied` only those of entities with several: there, resolution has something to decide.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.progress import track

from benchmarks.entities.bcubed import summarise, tally
from benchmarks.entities.naming import Named
from benchmarks.extraction.documents import load as read_documents
from graphmem import Memory
from graphmem.embed.hashing import HashingEmbedder
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.common import Json

__all__ = ["WAYS", "Text", "load", "measure", "spelled"]

WAYS = ("document", "chat")
TYPES = ("PER", "ORG", "LOC", "MISC")


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its marked names."""

    text: str
    title: str
    marks: Sequence[tuple[str, int, str]]
    """Written name, number of its entity, type of that."""

    def forms(self) -> list[tuple[str, int, str]]:
        """Each written form of an entity once."""
        seen = {(key(name), number): (name, number, type) for name, number, type in self.marks}
        return list(seen.values())

    def varied(self) -> list[tuple[str, int, str]]:
        """The forms of entities that have several."""
        count = Counter(number for _, number, _ in self.forms())
        return [mark for mark in self.forms() if count[mark[1]] > 1]


def load(folder: Path, limit: int | None = None) -> list[Text]:
    """The texts in the common layout, dates and numbers left out."""
    return [
        Text(
            document.text,
            document.title,
            [
                (document.text[start:end], number, document.types[number])
                for (start, end), number in document.places.items()
                if document.types[number] in TYPES
            ],
        )
        for document in read_documents(folder, limit)
    ]


def measure(texts: Sequence[Text], way: str) -> Json:
    """Add every text in one way, and score what its names became."""
    with Memory(":memory:", embedder=HashingEmbedder()) as memory:
        steps = track(list(enumerate(texts)), description=f"entities: {way}", transient=True)
        found = [_remember(memory, text, way, str(place)) for place, text in steps]
    return _summary(texts, found)


def spelled(texts: Sequence[Text]) -> Json:
    """The floor: names are one where they are written alike, and no others."""
    return _summary(texts, [Named({key(name): key(name) for name, _, _ in text.marks}) for text in texts])


def _summary(texts: Sequence[Text], found: Sequence[Named]) -> Json:
    return {
        "mentions": _scored([text.marks for text in texts], found),
        "forms": _scored([text.forms() for text in texts], found),
        "varied": _scored([text.varied() for text in texts], found),
        "varied_by_type": {
            type: _scored([[mark for mark in text.varied() if mark[2] == type] for text in texts], found)
            for type in TYPES
        },
    }


def _remember(memory: Memory, text: Text, way: str, name: str) -> Named:
    if way == "chat":
        memory.add(text.text, user_id=name)
        return Named.of(memory, {"user_id": name})
    memory.add(text.text, org_id=name, layer="org", infer=False, metadata={"title": text.title})
    return Named.of(memory, {"org_id": name})


def _scored(marks: Sequence[Sequence[tuple[str, int, str]]], found: Sequence[Named]) -> dict[str, Any]:
    """B-cubed over all names (one that is not in the graph is alone) and over those that are."""
    rows = [
        ([number for _, number, _ in part], [named.entity(name) for name, _, _ in part])
        for part, named in zip(marks, found, strict=True)
        if part
    ]
    kept = [[pair for pair in zip(gold, ids, strict=True) if pair[1] is not None] for gold, ids in rows]
    if not any(kept):
        return {}
    every = sum(len(gold) for gold, _ in rows)
    return {
        **summarise([tally(gold, ids) for gold, ids in rows]),
        "in_the_graph": sum(map(len, kept)) / every,
        "of_those": summarise([tally([g for g, _ in pairs], [f for _, f in pairs]) for pairs in kept if pairs]),
    }
