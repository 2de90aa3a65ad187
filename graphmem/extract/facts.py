"""Facts: which sentences of a turn may be worth remembering, and how much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.extract.base import FactDraft
from graphmem.extract.clauses import is_question, mode_of, subjects
from graphmem.extract.dates import interval
from graphmem.extract.lexicon import KIN, LIFE_VERBS, NER_TYPES
from graphmem.extract.pins import pinned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spacy.tokens import Span, Token

    from graphmem.extract.base import Mode
    from graphmem.extract.reading import Reading
    from graphmem.extract.rules import Triple

__all__ = ["draft_fact", "score"]

_FIRST = frozenset({"i", "we", "my", "our", "me", "us", "mine", "ours"})
_SECOND = frozenset({"you", "your", "yours"})
_GREETING = re.compile(
    r"^\W*(?:hey|hi|hello|hiya|thanks|thank you|bye|good (?:morning|evening|night)|see you|take care)\b",
    re.I,
)
_TASK = re.compile(
    r"\b(?:error|bug|exception|traceback|code|function|script|file|line \d+|compile[sd]?|stack ?trace|query|"
    r"endpoint|paragraph|essay|draft|rewrite|summari[sz]e|translate|this (?:one|text|code|file|email|document|page)|"
    r"the following|attached|above|below|your (?:answer|response|suggestion|advice|help|feedback))\b"
    r"|^\W*(?:please|can you|could you|help me|book|write|show|find|give|make|let's|explain|create|list|tell)\b"
    r"|\bi(?:'m|\s+am)?\s+(?:need|want|would like|'d like|asking|trying)\s+"
    r"(?:you\s+to|help\b|to\s+(?:fix|debug|implement|know))",
    re.I,
)
_LASTING_PIN = 1.5
_ORDERED = 0.8


@dataclass(frozen=True, slots=True)
class _Counts:
    """What the score counts in one sentence."""

    first: int
    second: int
    kin: int
    names: int
    numbers: int
    past: int
    life: int


def draft_fact(
    sentence: Span, text: str, reading: Reading, triples: Sequence[Triple], base: datetime, place: tuple[int, int]
) -> FactDraft:
    """The draft of one sentence; `text` is it in the speaker's own words, `place` is (turn, sentence)."""
    pin = pinned(text)
    asked = is_question(sentence)
    when = interval(text, base)
    subject = _subject(sentence, reading, triples)
    return FactDraft(
        turn=place[0],
        sentence=place[1],
        text=text,
        score=score(sentence, triples, asked) + (_LASTING_PIN if pin else 0.0),
        subject=subject,
        mode="question" if asked else _mode(sentence, triples),
        pin=pin[0] if pin else None,
        trigger=pin[1] if pin else None,
        lasting=pin is not None or (subject is not None and not _TASK.search(text)),
        event_from=when[0] if when else None,
        event_to=when[1] if when else None,
    )


def score(sentence: Span, triples: Sequence[Triple], asked: bool) -> float:
    """How much a sentence is worth remembering: a weighted count; 1.0 keeps about half of a chat's turns."""
    counts = _count(sentence)
    typed = sum(triple.typed for triple in triples)
    total = (
        0.5 * min(len(triples), 3)
        + 0.5 * min(typed, 2)
        + 0.7 * min(counts.first, 2)
        + 0.3 * min(counts.kin, 2)
        + 0.5 * min(counts.names, 2)
        + 0.5 * min(counts.numbers, 2)
        + 0.3 * min(counts.past, 3)
        + 0.3 * min(counts.life, 2)
        + 0.5 * ('"' in sentence.text)
        + _ORDERED * (_is_order(sentence.root) and counts.names + counts.numbers > 0)
    )
    total -= 0.3 * bool(_GREETING.match(sentence.text)) + 0.3 * min(counts.second, 3) + 2.5 * asked
    return round(total, 3)


def _count(sentence: Span) -> _Counts:
    words = [token.lower_ for token in sentence]
    labels = [ent.label_ for ent in sentence.ents]
    return _Counts(
        first=sum(word in _FIRST for word in words),
        second=sum(word in _SECOND for word in words),
        kin=sum(token.lemma_.lower() in KIN for token in sentence),
        names=sum(label in NER_TYPES for label in labels),
        numbers=sum(label not in NER_TYPES for label in labels),
        past=sum(token.tag_ in {"VBD", "VBN"} for token in sentence),
        life=sum(token.pos_ == "VERB" and token.lemma_ in LIFE_VERBS for token in sentence),
    )


def _is_order(root: Token) -> bool:
    """Whether a sentence tells somebody to do something: a bare verb, without a subject, with an object."""
    kinds = {child.dep_ for child in root.children}
    return root.tag_ == "VB" and "dobj" in kinds and not kinds & {"nsubj", "aux"}


def _subject(sentence: Span, reading: Reading, triples: Sequence[Triple]) -> str | None:
    """Whom the sentence is about: the subject of its main clause, else of its first triple, else the speaker."""
    for token in subjects(sentence.root, reading):
        if token is None:
            return reading.me
        if (node := reading.node(token)) is not None:
            return node.name
    if triples:
        return triples[0].subject.name
    return reading.me if any(token.lower_ in _FIRST for token in sentence) else None


def _mode(sentence: Span, triples: Sequence[Triple]) -> Mode:
    """The mode of the main clause; a sentence with any stated triple is a fact."""
    if any(triple.mode == "fact" for triple in triples):
        return "fact"
    if triples:
        return triples[0].mode
    root = sentence.root
    return mode_of(root) if root.pos_ in {"VERB", "AUX"} else "fact"
