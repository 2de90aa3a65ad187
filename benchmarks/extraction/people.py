"""The suite of first person, kin and pets: what each sentence must state, and must not.

`people.jsonl` is our own. A line holds a `text` said by Kim, what was said before it (`before` in the same call,
`recent` in an earlier one), the relations that it must give (`expect`) and those that it may (`may`), written
"Kim SISTER Ana": alternatives of a type are joined by "|", of an object by "/", and a last word says what is not
a plain fact (NOT, plan, wish, ended, past, hypothetical). A third is held back: no rule is mended by looking at it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.extraction.counts import ratio
from graphmem.errors import InvalidInput
from graphmem.extract.base import Context
from graphmem.types import Message
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from benchmarks.common import Json
    from graphmem.extract.base import Extractor, RelationDraft

__all__ = ["Edge", "Outcome", "Sentence", "judge", "load", "measure"]

ME = "Kim"
SURE = 0.7
"""The confidence from which a relation may be shown as a fact."""
_EDGE = re.compile(r"(?P<subject>.+?) (?P<types>[A-Z][A-Z_|]{2,}) (?P<objects>.+?)(?: (?P<mark>NOT|[a-z|]+))?$")
_MARKS = frozenset({"NOT", "fact", "plan", "wish", "ended", "past", "hypothetical", "question"})
_UNSTATED = frozenset({"question", "hypothetical"})


@dataclass(frozen=True, slots=True)
class Edge:
    """An expected relation; any of its alternatives will do."""

    subject: str
    types: frozenset[str]
    objects: frozenset[str]
    marks: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> Edge:
        """Read "Kim LIKES|LOVES tea/green tea NOT".

        Raises:
            InvalidInput: it is not of that form.
        """
        match = _EDGE.fullmatch(text)
        if match is None:
            raise InvalidInput(f"not an edge: {text!r}: write 'Kim SISTER Ana', with an optional mark behind")
        marks = frozenset((match["mark"] or "").split("|"))
        objects = match["objects"] if marks <= _MARKS or not match["mark"] else f"{match['objects']} {match['mark']}"
        return cls(
            subject=key(match["subject"]),
            types=frozenset(match["types"].split("|")),
            objects=frozenset(map(key, objects.split("/"))),
            marks=marks if marks <= _MARKS else frozenset({""}),
        )

    def is_met(self, relation: RelationDraft) -> bool:
        """Whether a drafted relation is this one."""
        said = relation.mode if relation.polarity else "NOT"
        marks = self.marks if self.marks != {""} else frozenset({"fact"})
        return (
            key(relation.subject) == self.subject
            and relation.type in self.types
            and key(relation.object) in self.objects
            and said in marks
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the suite."""

    id: int
    about: str
    part: str
    text: str
    expect: Sequence[Edge]
    may: Sequence[Edge]
    before: Sequence[Message]
    recent: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sentence: how many edges were met, and what was stated besides."""

    sentence: Sentence
    met: int
    missed: Sequence[Edge]
    extra: Sequence[RelationDraft]

    @property
    def right(self) -> bool:
        """Whether it states exactly what it should."""
        return not self.missed and not self.extra


def load(path: Path | None = None) -> list[Sentence]:
    """The suite.

    Raises:
        InvalidInput: an edge is malformed, or an id comes twice.
    """
    lines = (path or Path(__file__).with_name("people.jsonl")).read_text(encoding="utf-8").splitlines()
    rows = [_sentence(json.loads(line)) for line in lines if line.strip()]
    if len({row.id for row in rows}) != len(rows):
        raise InvalidInput("an id comes twice in the suite: give every sentence its own")
    return rows


def judge(sentence: Sentence, extractor: Extractor, now: datetime) -> Outcome:
    """Read a sentence and compare what it states, surely and by a known type, with what it should."""
    messages = [*sentence.before, Message(content=sentence.text, name=ME)]
    drafts = extractor.extract(messages, Context(now, user=ME, recent=sentence.recent))
    stated = [r for r in drafts.relations if r.turn == len(messages) - 1 and r.typed and r.confidence >= SURE]
    missed = [edge for edge in sentence.expect if not any(edge.is_met(r) for r in stated)]
    allowed = [*sentence.expect, *sentence.may]
    extra = [
        r for r in stated
        if not any(edge.is_met(r) for edge in allowed) and r.mode not in _UNSTATED
    ]  # fmt: skip
    return Outcome(sentence, len(sentence.expect) - len(missed), missed, extra)


def measure(extractor: Extractor, now: datetime) -> Json:
    """The whole suite, each part and each subject."""
    outcomes = [judge(sentence, extractor, now) for sentence in load()]
    parts = {"all": outcomes} | {
        name: [o for o in outcomes if o.sentence.part == name] for name in ("development", "held-back")
    }
    abouts = dict.fromkeys(o.sentence.about for o in outcomes)
    return {
        **{name: _scores(part) for name, part in parts.items()},
        "by_subject": {name: _scores([o for o in outcomes if o.sentence.about == name]) for name in abouts},
    }


def _scores(outcomes: Sequence[Outcome]) -> Json:
    met = [o.met for o in outcomes]
    return {
        "sentences": len(outcomes),
        "edges": sum(len(o.sentence.expect) for o in outcomes),
        "edges_found": ratio(met, [len(o.sentence.expect) for o in outcomes]),
        "edges_right": ratio(met, [o.met + len(o.extra) for o in outcomes]),
        "sentences_right": ratio([o.right for o in outcomes], [1] * len(outcomes)),
    }


def _sentence(row: Json) -> Sentence:
    return Sentence(
        id=row["id"],
        about=row["about"],
        part=row["part"],
        text=row["text"],
        expect=[Edge.parse(edge) for edge in row["expect"]],
        may=[Edge.parse(edge) for edge in row.get("may", ())],
        before=[Message(name=name, content=text) for name, text in row.get("before", ())],
        recent=[Message(name=name, content=text) for name, text in row.get("recent", ())],
    )
