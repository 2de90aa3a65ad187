"""What the model states joins what the rules found: it chooses and relates, the words stay the speaker's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphmem.extract.base import FactDraft, MentionDraft, RelationDraft
from graphmem.extract.dates import interval
from graphmem.extract.lexicon import IDENTITY
from graphmem.extract.llm.batches import around
from graphmem.extract.pins import pinned
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from graphmem.extract.base import Context, Drafts, Mode
    from graphmem.extract.llm.evidence import Proven, ProvenTie
    from graphmem.types import Message

    _Time = tuple[datetime | None, datetime | None]

__all__ = ["merged"]

CHOSEN = 1.5
"""The promotion score of a sentence that the model holds to be worth remembering; 1.0 promotes by default."""
SURE, TYPED, RESOLVED, OPEN = 0.9, 0.7, 0.6, 0.45
"""Confidence on the scale of the rules: what one clear sentence settles, a type of the lexicon, one with an end that
only an earlier message names, a type of the model's own."""


@dataclass(slots=True)
class _Sentence:
    """A sentence of a turn, and where it lies."""

    start: int
    end: int
    fact: FactDraft

    def overlap(self, found: Proven) -> int:
        return min(self.end, found.end) - max(self.start, found.start)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A message with what the rules found in it."""

    index: int
    text: str
    time: datetime
    facts: Sequence[FactDraft]
    relations: Sequence[RelationDraft]


def merged(drafts: Drafts, proven: Sequence[Proven], messages: Sequence[Message], context: Context) -> Drafts:
    """The drafts of the rules with what the model found.

    The model raises the sentences that it quotes, says whom they are about and how they are meant, and its relations
    take the place of the rules' about the same two names and of their open ones in the same sentence. Turns, mentions,
    pins, dates and questions stay the rules', and so does every sentence of which the model says nothing. Where the
    rules read no sentences (other languages, the end of long messages), the sentence around the quote is a fact of its
    own. Documents have relations only.
    """
    turns = [
        _Turn(
            index, message.content, message.timestamp or context.now,
            [fact for fact in drafts.facts if fact.turn == index], [r for r in drafts.relations if r.turn == index],
        )
        for index, message in enumerate(messages)
    ]  # fmt: skip
    read = _document if context.verbatim else _said
    parts = [read(turn, [one for one in proven if one.turn == turn.index]) for turn in turns]
    return replace(
        drafts,
        facts=[fact for facts, _ in parts for fact in facts],
        relations=[relation for _, relations in parts for relation in relations],
        mentions=[*drafts.mentions, *_mentions(drafts, proven)],
    )


def _document(turn: _Turn, found: Sequence[Proven]) -> tuple[Sequence[FactDraft], list[RelationDraft]]:
    """A document's relations; which sentence states one does not matter, and what stands together stays linked."""
    told = []
    for one in found:
        when = interval(turn.text[one.start : one.end], turn.time) or (None, None)
        told += list(_related(one, 0, one.claim.mode, when))
    anywhere = [replace(relation, sentence=0) for relation in turn.relations]
    return turn.facts, _joined(anywhere, told, loose=True)


def _said(turn: _Turn, found: Sequence[Proven]) -> tuple[list[FactDraft], list[RelationDraft]]:
    """The facts and relations of what somebody said."""
    placed = list(_placed(turn))
    elsewhere = {fact.sentence for fact in turn.facts} - {sentence.fact.sentence for sentence in placed}
    facts = {fact.sentence: fact for fact in turn.facts if fact.sentence in elsewhere}
    told: list[RelationDraft] = []
    for one in found:
        sentence = max(placed, key=lambda sentence: sentence.overlap(one), default=None)
        if sentence is None or sentence.overlap(one) <= 0:
            number = 1 + max([*facts, *(known.fact.sentence for known in placed)], default=-1)
            sentence = _sentence(turn, one, number)
            placed.append(sentence)
        sentence.fact = _raised(sentence.fact, one)
        fact = sentence.fact
        mode = "question" if fact.mode == "question" else one.claim.mode
        told += _related(one, fact.sentence, mode, (fact.event_from, fact.event_to))
    facts |= {sentence.fact.sentence: sentence.fact for sentence in placed}
    return [facts[number] for number in sorted(facts)], _joined(turn.relations, told)


def _placed(turn: _Turn) -> Iterator[_Sentence]:
    """The sentences of the rules, where the message has them."""
    after = 0
    for fact in turn.facts:
        at = turn.text.find(fact.text, after)
        if at >= 0:
            after = at + len(fact.text)
            yield _Sentence(at, after, fact)


def _sentence(turn: _Turn, found: Proven, number: int) -> _Sentence:
    """The sentence around a quote, or the sentences that it spans, where the rules read none."""
    start, end = around(turn.text, found.start, found.end)
    said = turn.text[start:end]
    when = interval(said, turn.time) or (None, None)
    pin, trigger = pinned(said) or (None, None)
    fact = FactDraft(
        turn=turn.index, sentence=number, text=said, score=0.0,
        mode="question" if said.endswith(("?", "？", "؟")) else "fact",
        pin=pin, trigger=trigger, event_from=when[0], event_to=when[1],
    )  # fmt: skip
    return _Sentence(start, end, fact)


def _raised(fact: FactDraft, found: Proven) -> FactDraft:
    """A fact as the model sees it; whom a plain sentence is about, what is a question, or a standing instruction, the
    rules know better."""
    if found.claim.mode == "hypothetical":
        return fact
    about = found.about or (found.ties[0].subject if found.ties else None)
    return replace(
        fact,
        score=max(fact.score, CHOSEN),
        subject=fact.subject or (about.name if about else None),
        mode=fact.mode if fact.mode == "question" else found.claim.mode,
        lasting=found.claim.lasting or fact.pin is not None,
    )


def _related(found: Proven, sentence: int, mode: Mode, when: _Time) -> Iterator[RelationDraft]:
    """The relations of a claim, dated by the words of its sentence as the rules' are."""
    for tie in found.ties:
        meant: Mode = "ended" if tie.kind.ended and mode != "question" else mode
        yield RelationDraft(
            turn=found.turn, sentence=sentence, subject=tie.subject.name, type=tie.kind.type, object=tie.object.name,
            confidence=_confidence(tie), typed=tie.kind.typed, polarity=not tie.negated, mode=meant,
            valid_from=when[0] if meant in ("fact", "plan", "past") else None,
            valid_to=when[0] if meant == "ended" else when[1] if meant == "past" else None,
            subject_type=tie.subject.type, object_type=tie.object.type,
        )  # fmt: skip


def _confidence(tie: ProvenTie) -> float:
    if not tie.kind.typed:
        return OPEN
    if not (tie.subject.here and tie.object.here):
        return RESOLVED
    return SURE if tie.kind.type in IDENTITY else TYPED


def _joined(
    rules: Sequence[RelationDraft], model: Sequence[RelationDraft], loose: bool = False
) -> list[RelationDraft]:  # fmt: skip
    """The relations of both: of two about the same names the typed one, the model's if both are or none is.

    Unless `loose`, the rules' open ones give way in a sentence of which the model states any.
    """
    sure = {_pair(relation) for relation in rules if relation.typed}
    told = {(*_pair(r), r.type, r.polarity): r for r in model if r.typed or _pair(r) not in sure}
    pairs = {_pair(relation) for relation in told.values()}
    read = set() if loose else {relation.sentence for relation in told.values()}
    kept = [r for r in rules if _pair(r) not in pairs and (r.typed or r.sentence not in read)]
    return [*kept, *told.values()]


def _pair(relation: RelationDraft) -> tuple[int, str, str]:
    one, other = sorted([key(relation.subject), key(relation.object)])
    return relation.sentence, one, other


def _mentions(drafts: Drafts, proven: Iterable[Proven]) -> list[MentionDraft]:
    """What the model's relations name and the rules overlooked."""
    known: dict[int, set[str]] = defaultdict(set)
    for mention in drafts.mentions:
        known[mention.turn].add(key(mention.name))
    found: list[MentionDraft] = []
    for one in proven:
        for end in (e for tie in one.ties for e in (tie.subject, tie.object)):
            if key(end.name) not in known[one.turn]:
                known[one.turn].add(key(end.name))
                found.append(MentionDraft(one.turn, end.name, end.type))
    return found
