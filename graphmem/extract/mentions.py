"""Mentions: the entities and concepts that a turn names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.extract.base import Label
from graphmem.extract.emptywords import FALSE_NAMES, VAGUE
from graphmem.extract.reading import Node, gerund, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from graphmem.extract.reading import Reading

__all__ = ["labels_of", "mentioned"]

_LABELS = {
    "DATE": Label.DATE,
    "TIME": Label.DATE,
    "GPE": Label.PLACE,
    "LOC": Label.PLACE,
    "FAC": Label.PLACE,
    "PERSON": Label.NAME,
    "ORG": Label.NAME,
    "WORK_OF_ART": Label.NAME,
    "CARDINAL": Label.NUMBER,
    "ORDINAL": Label.NUMBER,
    "QUANTITY": Label.NUMBER,
    "MONEY": Label.NUMBER,
    "PERCENT": Label.NUMBER,
}
_LONGEST = 4


def labels_of(doc: Doc) -> Label:
    """Which kinds of answer the recognised entities and digits of a text hold."""
    labels = Label.NONE
    for ent in doc.ents:
        labels |= _LABELS.get(ent.label_, Label.NONE)
    return labels | Label.NUMBER if any(c.isdigit() for c in doc.text) else labels


def mentioned(reading: Reading) -> dict[str, Node]:
    """The nodes that a turn names, by name: entities first, then short noun chunks and object gerunds."""
    found = {node.name: node for _, node in sorted(reading.nodes.items())}
    for node in _concepts(reading):
        found.setdefault(node.name, node)
    return found


def _concepts(reading: Reading) -> Iterator[Node]:
    for chunk in reading.doc.noun_chunks if len(reading.doc) else ():
        root = chunk.root
        if root.i not in reading.nodes and root.pos_ in {"NOUN", "PROPN"} and root.ent_type_ not in {"DATE", "TIME"}:
            name = phrase(root)
            if _is_concept(root, name):
                yield Node(name)
    for token in reading.doc:
        if token.tag_ == "VBG" and token.dep_ in {"dobj", "xcomp", "pcomp", "pobj"} and token.lemma_ not in VAGUE:
            name = gerund(token)
            if name:
                yield Node(name)


def _is_concept(root: Token, name: str) -> bool:
    words = name.split()
    letters = sum(c.isalpha() for c in name)
    return (
        len(words) <= _LONGEST
        and letters >= 3
        and not (len(words) == 1 and (root.lower_ in VAGUE or root.lower_ in FALSE_NAMES))
    )
