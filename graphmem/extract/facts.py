"""Facts: which sentences of a turn may be worth remembering, and how much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.extract.base import FactDraft
from graphmem.extract.clauses import mode_of, subjects
from graphmem.extract.lexicon import IDENTITY, KIN, LIFE_VERBS, NER_TYPES
from graphmem.extract.pins import pinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Span, Token

    from graphmem.extract.base import Mode
    from graphmem.extract.reading import Reading, Said, Triple

__all__ = ["draft_fact", "score"]

_FIRST = frozenset({"i", "we", "my", "our", "me", "us", "mine", "ours"})
_KNOWN = frozenset({"the", "my", "our"})
_SECOND = frozenset({"you", "your", "yours"})
_GREETING = re.compile(
    r"^\W*(?:hey|hi|hello|hiya|thanks|thank you|bye|good (?:morning|evening|night)|see you|take care)\b",
    re.I,
)
_TASK = re.compile(
    r"\b(?:error|bug|exception|traceback|code|function|script|file|line \d+|compile[sd]?|stack ?trace|query|"
    r"endpoint|paragraph|essay|draft|rewrite|summari[sz]e|translate|this (?:one|text|code|file|email|document|page)|"
    r"the following|attached|(?:above|below)(?=\W*$|\s*[,.:;])|(?:the|as)\s+(?:above|below)|"
    r"your (?:answer|response|suggestion|advice|help|feedback))\b"
    r"|^\W*(?:please|can you|could you|help me|book|write|show|find|give|make|let's|explain|create|list|tell)\b"
    r"|\bi(?:'m|\s+am)?\s+(?:need|want|would like|'d like|asking)\s+"
    r"(?:you\s+to|help\b|to\s+(?:fix|debug|implement|know))"
    r"|\bi(?:'m|\s+am)\s+(?:\w+\s+)?(?:trying\s+to|having\s+(?:\w+\s+)?(?:trouble|issues?|problems?)|stuck|wondering)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:anymore|any more|any longer|no longer|(?:stop(?:ped)?|quit|(?:gave|given) up) \w+ing|"
    r"switched (?:to|from)|instead of|cancell?ed|called off|postponed|rescheduled|(?:been|was|were) moved)\b"
    r"|\b(?:is|are|'s) (?:off|over)(?=\W*$|[,;])",
    re.I,
)
"""What somebody does otherwise from now on: no name or number is needed to understand it."""
_NOW = re.compile(r"\b(?:is|are|am|costs?)\b.*\bnow\b|'(?:m|s|re)\b.*\bnow\b|\bfrom now on\b", re.I)
_BEGINS = 3
"""spaCy's code for the first token of an entity."""
_PAST = frozenset({"VBD", "VBN"})
_CONTENT = frozenset({"NOUN", "PROPN", "VERB"})
_PINNED = 1.5
_ORDERED = 0.8
_SETTLED = 0.5


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


def draft_fact(said: Said, reading: Reading, triples: Sequence[Triple]) -> FactDraft:
    """The draft of one sentence, in the speaker's own words."""
    pin = pinned(said.text)
    subject = _subject(said.span, reading, triples)
    return FactDraft(
        turn=said.turn,
        sentence=said.number,
        text=said.text,
        score=score(said, triples) + (_PINNED if pin else 0.0),
        subject=subject,
        mode="question" if said.asked else _mode(said.span, triples),
        pin=pin[0] if pin else None,
        trigger=pin[1] if pin else None,
        lasting=pin is not None or (subject is not None and (_settles(triples) or not _TASK.search(said.text))),
        event_from=said.when[0] if said.when else None,
        event_to=said.when[1] if said.when else None,
    )


def _settles(triples: Sequence[Triple]) -> bool:
    """Whether it says who somebody is, where they live or work: that lasts, whatever the task is."""
    return any(triple.type in IDENTITY and triple.mode == "fact" for triple in triples)


def score(said: Said, triples: Sequence[Triple]) -> float:
    """How much a sentence is worth remembering: a weighted count; promotion asks for 1.0.

    A sentence that states, names and dates nothing ("I loved it.") is worth nothing outside its conversation.
    """
    counts = _count(said.span)
    if not _substance(said, counts, triples):
        return 0.0
    total = (
        0.5 * min(len(triples), 3)
        + 0.5 * min(sum(triple.typed for triple in triples), 2)
        + 0.7 * min(counts.first, 2)
        + 0.3 * min(counts.kin, 2)
        + 0.5 * min(counts.names, 2)
        + 0.5 * min(counts.numbers, 2)
        + 0.3 * min(counts.past, 3)
        + 0.3 * min(counts.life, 2)
        + 0.5 * ('"' in said.text)
        + _ORDERED * (_CHANGE.search(said.text) is not None)
        + _SETTLED * (counts.names + counts.numbers > 0 and _NOW.search(said.text) is not None)
        + _SETTLED * (counts.numbers > 0 and _is_definite(said.span.root))
        + _ORDERED * (counts.names + counts.numbers > 0 and _is_order(said.span.root))
        - 0.3 * (_GREETING.match(said.text) is not None)
        - 0.3 * min(counts.second, 3)
        - 2.5 * said.asked
    )
    return round(total, 3)


def _substance(said: Said, counts: _Counts, triples: Sequence[Triple]) -> bool:
    """Whether anything in it can be understood, and looked for, on its own."""
    named = counts.names + counts.numbers + counts.kin + counts.life
    return bool(triples) or named > 0 or '"' in said.text or _CHANGE.search(said.text) is not None


def _count(sentence: Span) -> _Counts:
    first = second = kin = names = numbers = past = life = 0
    for token in sentence:
        word = token.lower_
        first += word in _FIRST
        second += word in _SECOND
        past += token.tag_ in _PAST
        if token.pos_ in _CONTENT:
            lemma = token.lemma_
            kin += lemma in KIN
            life += lemma in LIFE_VERBS
        if token.ent_iob == _BEGINS:
            named = token.ent_type_ in NER_TYPES
            names += named
            numbers += not named
    return _Counts(first, second, kin, names, numbers, past, life)


def _is_definite(root: Token) -> bool:
    """Whether it tells of a known thing: "the wedding is in May", "they moved the meeting to Friday"."""
    things = [child for child in root.children if child.dep_ in {"nsubj", "nsubjpass", "dobj"}]
    return any(child.lower_ in _KNOWN for thing in things for child in thing.lefts)


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
