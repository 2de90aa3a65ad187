"""Recall: the question's text becomes a `Probe` for the store and a `Question` for the ranking.

Nothing is parsed: names are compared with entity keys, and the kind of answer is read off by patterns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from graphmem import words
from graphmem.asked import NOTHING, Asked, asks
from graphmem.extract.base import Label
from graphmem.store.base import Probe
from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from graphmem.embed.base import TokenStates
    from graphmem.filters import Where
    from graphmem.store.base import Floats
    from graphmem.types import Layer, Scope
    from graphmem.weights import Retrieval

    Encoded: TypeAlias = tuple[Mapping[str, Floats], Mapping[str, TokenStates] | None]

__all__ = ["Heard", "Question", "Years", "hear", "plan", "read", "wordings"]

_LONGEST = 2000  # characters of a question that are searched for names

_WHICH = r"\b(?:what|which) (?:\w+ )?"
_WANTED = {
    Label.DATE: rf"\bwhen\b|\bhow long\b|{_WHICH}(?:date|day|week|month|year|time|season)s?\b",
    Label.PLACE: r"\bwhere\b|" + _WHICH + r"(?:city|cities|country|countries|place|town|state|location|area|"
    r"region|street|address|venue)s?\b",
    Label.NAME: r"\bwho\b|\bwhose\b|\bwhom\b|\bnames?\b|\bcalled\b",
    Label.NUMBER: r"\bhow (?:many|much|old|often|far|tall|big|large|high)\b|" + _WHICH + r"(?:age|number|amount|"
    r"price|cost|percentage|score|budget|rate|total)s?\b",
}
_PATTERNS = {label: re.compile(pattern, re.IGNORECASE) for label, pattern in _WANTED.items()}

# A question about the past asks for what was said, not for how to answer: standing instructions stay out.
_RECALLS = re.compile(
    r"\b(?:did|have|had|has|was|were)\b(?:\s+\w+){0,2}?\s+(?:i|my|you|we|our)\b|"
    r"\b(?:i|we)(?:'ve| have| had)?\s+(?:\w+ly\s+)?(?:(?:mention|decid|discuss|talk|ask|describ|shar|plan|complet|"
    r"finish|start|work|schedul|attend|us|tri|learn|implement|achiev|agre)\w*ed|said|told|made|chose|bought|met|"
    r"gave|went|saw|wrote)\b|"
    r"\bhow (?:many|much|long)\b.*\b(?:did|have|had|has|was|were|been|since|ago|between|i|my)\b|\bin order\b|"
    r"\bsummar\w+|\bso far\b|\bbetween when\b|\bover time\b|\bthroughout\b",
    re.IGNORECASE,
)
# A request for help or for something to be made, rather than for a fact: any way of answering may matter.
_REQUESTS = re.compile(
    r"\b(?:can|could|would|will) you\b|\bhow (?:can|could|do|should|would|to|might)\b|"
    r"\b(?:should|can|could|shall) (?:i|we)\b|"
    r"\b(?:suggest|recommend|advise|explain|help me|show me|tell me how|walk me|write|draft|give me)\b|"
    r"\bwhat (?:are|would be) (?:some|the (?:different|best|various))\b|"
    r"^\W*(?:please )?(?:set up|book|plan|make|find|create|schedule|prepare|order|compare|translate|fix|design|build|"
    r"organi[sz]e|pick|choose|cook|draw|arrange|reserve)\b",
    re.IGNORECASE,
)
_ASSISTANT = re.compile(
    r"\bdid you\b|"
    r"\byou(?:'ve| had| have)?\s+(?:\w+ly\s+)?(?:said|told|recommended|suggested|mentioned|gave|given|listed|"
    r"explained|provided|advised|proposed|answered|replied|wrote|described|offered|showed|shown)\b|"
    r"\byour (?:advice|suggestions?|recommendations?|answers?|reply|replies|explanations?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?P<year>1[0-9]\d\d|20\d\d)(?P<decade>s)?\b")
_BEFORE = re.compile(r"\b(?:before|until|till|by|prior to|up to)\s+(?:\w+\s+)?\d{4}\b", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|since|from|later than)\s+(?:\w+\s+)?\d{4}\b", re.IGNORECASE)
_UPPER = "A-ZÀ-ÖØ-ÞΑ-ΩЀ-Я"
_NAME = re.compile(rf"\b[{_UPPER}][^\W\d_]+(?:[ -][{_UPPER}][^\W\d_]+)*\b")
_MOST_NAMES = 3  # each costs an embedding
_CALENDAR = (
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
_NO_NAME = words.STOP | frozenset(_CALENDAR.split())
_OPEN_ENDED = 10  # years that "before 1990" and "since 1990" are taken to span


@dataclass(frozen=True, slots=True)
class Years:
    """The years that a question is about, both ends included."""

    first: int
    last: int
    named: tuple[str, ...]
    """The years as written, which are index terms too."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the ranking needs to know of a question's text."""

    terms: tuple[str, ...] = ()
    """Distinct index terms, in the order of the probe's and so of the columns of tf."""
    names: frozenset[str] = frozenset()
    """Every run of its words as an entity key, without mere function words."""
    called: tuple[str, ...] = ()
    """Keys of what is written with a capital, in order: names, perhaps short ones ("Mel")."""
    wanted: Label = Label.NONE
    """The kinds of answer that it asks for."""
    recalls: bool = False
    """It asks about the past, so standing instructions do not apply."""
    requests: bool = False
    """It asks for help or for something to be made, so standing instructions apply that are less like it."""
    asks_assistant: bool = False
    """It asks what the assistant said."""
    asked: Asked = NOTHING
    """The relations that it asks for."""
    asker: str = ""
    """Entity key of the user who asks."""
    years: Years | None = None
    voices: Mapping[str, TokenStates] = field(default_factory=dict)
    """Its tokens as it stands (under ""), and in each of its `wordings`, by name; empty: no late interaction."""
    of_old: bool = False
    """It is asked as of some moment: what was replaced since then was not replaced yet."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an embedder makes of a question; nothing without one."""

    vector: Floats | None = None
    addressed: Mapping[str, Floats] = field(default_factory=dict)
    """The vectors of the question's `wordings`, by the same keys."""
    voices: Mapping[str, TokenStates] = field(default_factory=dict)
    """The token states of the question (under "") and of its wordings; empty if the embedder has none."""


def plan(
    query: str, scope: Scope, heard: Heard, *, now: datetime, settings: Retrieval,
    where: Where | None = None, layers: Iterable[Layer] = LAYERS, as_of: datetime | None = None,
    show_expired: bool = False, superseded: bool = False,
) -> tuple[Probe, Question]:  # fmt: skip
    """What to ask the store, and what to tell the ranking, for a question that the embedder heard so."""
    question = replace(
        read(query),
        of_old=as_of is not None,
        asker=words.key(scope.user_id or ""),
        voices=heard.voices if settings.vectors else {},
    )
    probe = Probe(
        scope=scope,
        now=now,
        vector=heard.vector if settings.vectors else None,
        addressed=heard.addressed if settings.vectors else {},
        terms=question.terms if settings.words else (),
        names=question.names if settings.graph else frozenset(),
        asked=question.asked.types if settings.graph else frozenset(),
        through=question.asked.through,
        own=question.asked.own,
        where=where,
        layers=frozenset(layers),
        as_of=as_of,
        show_expired=show_expired,
        superseded=superseded,
        k=settings.k,
        widen=settings.widen if settings.graph else 0,
        reach=settings.reach if settings.graph else 0,
    )
    return probe, question


def hear(query: str, encode: Callable[[list[str]], Encoded]) -> Heard:
    """Have a question encoded, and its `wordings` with it; `encode` returns vectors and states by text."""
    said = {"": query, **wordings(query)}
    vectors, states = encode(list(said.values()))
    return Heard(
        vector=vectors[query],
        addressed={name: vectors[text] for name, text in said.items() if name},
        voices={name: states[text] for name, text in said.items() if text in states} if states else {},
    )


def wordings(query: str) -> dict[str, str]:
    """The question as each person it may name would put it: key of the name -> text with "I" and "my" for it.

    People say "I" of themselves, so this is nearer to their words than the name is; the store knows who speaks.
    """
    found = {}
    for name in _called(query[:_LONGEST])[:_MOST_NAMES]:
        pattern = rf"\b{re.escape(name)}(?P<possessive>['’]s)?(?!\w)"
        found[words.key(name)] = re.sub(pattern, lambda match: "my" if match["possessive"] else "I", query)
    return found


def read(query: str) -> Question:
    """Everything that patterns can tell about a question."""
    head = query[:_LONGEST]
    return Question(
        terms=tuple(dict.fromkeys(words.terms(query))),
        names=frozenset(words.ngrams(head) - words.STOP),
        called=tuple(words.key(name) for name in _called(head)),
        wanted=_wanted(head),
        recalls=_RECALLS.search(head) is not None,
        requests=_REQUESTS.search(head) is not None,
        asks_assistant=_ASSISTANT.search(head) is not None,
        asked=asks(head),
        years=_years(head),
    )


def _wanted(query: str) -> Label:
    wanted = Label.NONE
    for label, pattern in _PATTERNS.items():
        if pattern.search(query):
            wanted |= label
    return wanted


def _called(query: str) -> list[str]:
    """Runs of words with a capital: who is spoken of, among others. What starts a sentence is cut off if common."""
    runs = []
    for match in _NAME.finditer(query):
        run = match[0].split(" ")
        while run and words.fold(run[0]) in _NO_NAME:
            del run[0]
        runs.append(" ".join(run))
    return list(dict.fromkeys(run for run in runs if run))


def _years(query: str) -> Years | None:
    found = list(_YEAR.finditer(query))
    if not found:
        return None
    first = min(int(match["year"]) for match in found)
    last = max(int(match["year"]) + (9 if match["decade"] else 0) for match in found)
    if first == last and _BEFORE.search(query):
        first -= _OPEN_ENDED
    elif first == last and _AFTER.search(query):
        last += _OPEN_ENDED
    return Years(first, last, tuple(dict.fromkeys(match["year"] for match in found)))
