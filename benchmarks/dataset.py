"""The shape that every data set is brought to: texts to remember, questions to ask, ids to compare.

On disk a data set is a folder with `docs.jsonl.gz` (units: `id`, `scope`, `text`, ...) and
`questions.jsonl.gz` (`qid`, `scope`, `question`, `category`, `gold` = ids of the units that answer it).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from benchmarks.common import Json, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from graphmem.types import Layer, Message

__all__ = ["UNIT", "Call", "Dataset", "Haystack", "Question", "chats", "questions"]

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

    def first(self, haystacks: int | None) -> Dataset:
        """The same with the first few haystacks only."""
        kept = self.haystacks[:haystacks]
        scopes = [hay.scope for hay in kept]
        return replace(self, haystacks=kept, questions=[asked for asked in self.questions if asked.scope in scopes])

    def units(self) -> set[str]:
        """The ids of everything that can be found."""
        return {str(message.metadata[UNIT]) for hay in self.haystacks for message in hay.messages()}


def questions(folder: Path, scope: Callable[[Json], Mapping[str, Any]]) -> list[Question]:
    """The questions of a folder that have gold evidence; the others cannot be scored by recall."""
    return [
        Question(
            qid=row["qid"],
            text=row["question"],
            category=str(row["category"]),
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
