"""The shape that every data set is brought to: texts to remember, questions to ask, ids to compare.

On disk a data set is a folder with `docs.jsonl.gz` (units: `id`, `scope`, `text`, ...) and
`questions.jsonl.gz` (`qid`, `scope`, `question`, `category`, `gold` = ids of the units that answer it).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from benchmarks.common import Json, read
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from graphmem.types import Layer

__all__ = ["UNIT", "Call", "Dataset", "Haystack", "Question", "chats", "documents", "questions"]

UNIT = "unit"
"""The metadata key that carries a data set's own id, so that hits can be compared with the gold."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `add`."""

    messages: Sequence[Message]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Haystack:
    """What one question can find: a user's conversations or an organisation's documents."""

    scope: Mapping[str, Any]
    calls: Sequence[Call]

    def messages(self) -> list[Message]:
        """Everything that is added, in order."""
        return [message for call in self.calls for message in call.messages]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the ids of the units that answer it."""

    qid: str
    text: str
    category: str
    scope: Mapping[str, Any]
    gold: frozenset[str]
    split: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A benchmark's data and how it is reported."""

    name: str
    layer: Layer
    haystacks: Sequence[Haystack]
    questions: Sequence[Question]
    """Those with gold evidence."""
    cuts: Sequence[int]
    groups: Mapping[str, Sequence[str]]
    """Headline name -> its categories; the first is the main one."""
    main_metric: str
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Further groups: name -> units. Of all questions with gold among these, scored by that gold alone."""
    depth: int = 0
    """How many hits are searched for; 0: as many as the deepest cut."""
    best_of_unit: bool = False
    """A unit is many messages (a chat), and is found where the best of them is: hits on it count as one."""

    def first(self, haystacks: int | None) -> Dataset:
        """The same with the first few haystacks only."""
        kept = self.haystacks[:haystacks]
        scopes = [hay.scope for hay in kept]
        return replace(self, haystacks=kept, questions=[asked for asked in self.questions if asked.scope in scopes])

    def ranked(self, hits: Sequence[list[str]]) -> Sequence[list[str]]:
        """The hits as they are scored."""
        return [[unit] for unit in dict.fromkeys(chain.from_iterable(hits))] if self.best_of_unit else hits

    def narrowed(self, part: str) -> list[Question]:
        """The questions of one of the `parts`, each with the gold that it has there."""
        kept = [replace(asked, gold=asked.gold & self.parts[part]) for asked in self.questions]
        return [asked for asked in kept if asked.gold]

    def units(self) -> set[str]:
        """The ids of everything that can be found."""
        return {str(message.metadata[UNIT]) for hay in self.haystacks for message in hay.messages()}


def questions(
    folder: Path, scope: Callable[[Json], Mapping[str, Any]], names: Mapping[str, str] | None = None
) -> list[Question]:
    """The questions of a folder that have gold evidence; the others cannot be scored by recall.

    `names` says what to call a category that the folder only numbers.
    """
    named = names or {}
    return [
        Question(
            qid=row["qid"],
            text=row["question"],
            category=named.get(str(row["category"]), str(row["category"])),
            scope=scope(row),
            gold=frozenset(row["gold"]),
            split=row.get("split", ""),
        )
        for row in read(folder / "questions.jsonl.gz")
        if row["gold"]
    ]


def chats(folder: Path, messages: Callable[[Json], Iterable[Message]]) -> list[Haystack]:
    """The conversations of a folder: one user a scope, one `add` a session, in order."""
    sessions: dict[str, dict[int, list[Message]]] = defaultdict(lambda: defaultdict(list))
    for row in read(folder / "docs.jsonl.gz"):
        sessions[row["scope"]][row["session"]].extend(messages(row))
    return [
        Haystack(
            {"user_id": user},
            [
                Call(turns, {"user_id": user, "session_id": f"{user}/{number}"})
                for number, turns in sorted(parts.items())
            ],
        )
        for user, parts in sessions.items()
    ]


def documents(scope: Mapping[str, Any], batches: Iterable[Sequence[Json]], **options: str) -> Haystack:
    """An organisation's passages: each is one verbatim memory, with its title as metadata; one `add` a batch.

    `options` are of `add`, such as another layer.
    """
    how = {**scope, "infer": False, "layer": "org", **options}
    return Haystack(scope, [Call([_passage(row) for row in batch], how) for batch in batches])


def _passage(row: Json) -> Message:
    return Message(content=row["text"], metadata={UNIT: row["id"], "title": row["title"]})
