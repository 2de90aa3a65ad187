"""The extraction port: `(messages, context) -> Drafts`.

A draft says what a text seems to state. It decides nothing: which layer it belongs to is `promote`'s work,
what is new is `reconcile`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from graphmem.types import Message, Pin

__all__ = [
    "Context",
    "Drafts",
    "Extractor",
    "FactDraft",
    "Label",
    "MentionDraft",
    "Mode",
    "RelationDraft",
    "TurnDraft",
    "is_functional",
]

Mode: TypeAlias = Literal["fact", "plan", "wish", "hypothetical", "question", "past", "ended"]
"""How a statement is meant. "past": it was so once, which says nothing of now; "ended": it is so no longer."""

_FUNCTIONAL = frozenset(
    (
        "LIVES_IN",
        "WORKS_AT",
        "NAMED",
        "MARRIED_TO",
        "DATING",
        "ENGAGED_TO",
        "JOB_IS",
        "AGE_IS",
        "BORN_IN",
        "BORN_ON",
        "STUDIES_AT",
        "EMAIL_IS",
        "PHONE_IS",
    )
)


def is_functional(relation_type: str) -> bool:
    """Whether a subject has at most one object of this type at a time, so that a newer one supersedes."""
    return relation_type in _FUNCTIONAL or relation_type.startswith("FAVORITE_")


class Label(IntFlag):
    """What kinds of answer a text holds; compared with what the question asks for."""

    NONE = 0
    DATE = 1
    PLACE = 2
    NAME = 4
    NUMBER = 8


@dataclass(frozen=True, slots=True)
class Context:
    """What an extractor may know beside the messages."""

    now: datetime
    user: str | None = None
    """Who "I" is in a user turn that carries no name."""
    recent: Sequence[Message] = ()
    """Earlier turns of the same session, oldest first."""
    verbatim: bool = False
    """The messages are kept whole (documents, notes): entities and relations, but no facts."""


@dataclass(frozen=True, slots=True)
class TurnDraft:
    """What is known of one message as a whole."""

    labels: Label = Label.NONE
    question: bool = False
    """It ends in a question."""
    event_from: datetime | None = None
    event_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class MentionDraft:
    """A message names an entity."""

    turn: int
    name: str
    """As written, determiner and possessive trimmed."""
    type: str = "CONCEPT"
    """PERSON, PLACE, ORG, WORK, EVENT, PRODUCT, GROUP, DATE, CONCEPT, THING."""
    weight: float = 1.0
    """1 for a mere mention; more for what the text is about."""


@dataclass(frozen=True, slots=True)
class RelationDraft:
    """A sentence states a relation between two entities, named as in the mentions."""

    turn: int
    sentence: int
    subject: str
    type: str
    object: str
    confidence: float
    typed: bool
    """The type comes from the lexicon (True) or is made from the verb (False)."""
    polarity: bool = True
    mode: Mode = "fact"
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    subject_type: str = "CONCEPT"
    object_type: str = "CONCEPT"


@dataclass(frozen=True, slots=True)
class FactDraft:
    """A sentence that may be worth remembering, in the speaker's own words."""

    turn: int
    sentence: int
    text: str
    score: float
    """The promotion score of `reference` rules; 1.0 promotes about half of a chat's turns."""
    subject: str | None = None
    """Whom it is about, when that is clear."""
    mode: Mode = "fact"
    pin: Pin | None = None
    trigger: str | None = None
    lasting: bool = True
    """About the person (identity, preference, work, ...), not about the task at hand."""
    event_from: datetime | None = None
    event_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """Everything drafted from one batch of messages; `turns` has one entry a message."""

    turns: Sequence[TurnDraft] = ()
    facts: Sequence[FactDraft] = ()
    mentions: Sequence[MentionDraft] = ()
    relations: Sequence[RelationDraft] = ()
    notes: Sequence[str] = field(default=())
    """What went wrong or was left out, for the caller to show."""


@runtime_checkable
class Extractor(Protocol):
    """Anything with this method extracts; no base class is needed."""

    def extract(self, messages: Sequence[Message], context: Context) -> Drafts:
        """Draft facts, entities and relations from messages, in one batch."""
        ...
