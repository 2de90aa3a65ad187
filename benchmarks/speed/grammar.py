"""Invented chats from a seeded grammar, and an extractor that knows the grammar instead of parsing.

They make stores of any size quickly, with a graph of realistic shape (some names are frequent, most are
rare), so that search can be timed without hours of parsing.
"""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING

from benchmarks.speed.vocabulary import FILLERS, KINDS, QUESTIONS, SLOTS, STATEMENTS
from graphmem.extract.base import Drafts, FactDraft, MentionDraft, RelationDraft, TurnDraft
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphmem.extract.base import Context

__all__ = ["GrammarExtractor", "chat", "queries"]

_SESSION = 20  # turns
_KNOWN = re.compile(rf"\b(?:{'|'.join(map(re.escape, KINDS))})\b")
_WORKS = re.compile(r"(\w+) works? at (\w+)")
_SHAPES = (
    (STATEMENTS,),
    (FILLERS, STATEMENTS),
    (STATEMENTS, FILLERS),
    (STATEMENTS, STATEMENTS),
)


def chat(seed: int, turns: int) -> Iterator[list[Message]]:
    """The sessions of a chat of two people, with that many turns in all; equal seeds give equal chats."""
    rng = random.Random(seed)
    pair = rng.sample(SLOTS["person"], 2)
    start = datetime(2024, 1, 1, 9, tzinfo=timezone.utc) + timedelta(minutes=rng.randrange(500_000))
    messages = (
        Message(
            content=" ".join(_fill(rng, rng.choice(kind)) for kind in rng.choice(_SHAPES)),
            name=pair[i % 2],
            timestamp=start + timedelta(days=3 * (i // _SESSION), minutes=i % _SESSION),
        )
        for i in range(turns)
    )
    while session := list(islice(messages, _SESSION)):
        yield session


def queries(seed: int, count: int) -> list[str]:
    """Questions of the kind that such chats answer."""
    rng = random.Random(seed)
    return [_fill(rng, rng.choice(QUESTIONS)) for _ in range(count)]


class GrammarExtractor:
    """Finds the grammar's names by looking them up; a statement in the first person is a fact."""

    def extract(self, messages: Sequence[Message], context: Context) -> Drafts:
        """Draft mentions, facts and who works where, as a parser would from such sentences."""
        sentences = [
            (turn, number, text)
            for turn, message in enumerate(messages)
            for number, text in enumerate(re.split(r"(?<=[.!?]) ", message.content))
        ]
        return Drafts(
            turns=[TurnDraft(question=message.content.endswith("?")) for message in messages],
            mentions=[mention for turn, message in enumerate(messages) for mention in _mentions(turn, message)],
            facts=[
                FactDraft(turn, number, text, score=1.2, subject=messages[turn].name)
                for turn, number, text in sentences
                if text.startswith(("I ", "My "))
            ],
            relations=[
                RelationDraft(turn, number, _subject(who, messages[turn]), "WORKS_AT", org, 0.9, typed=True)
                for turn, number, text in sentences
                for who, org in _WORKS.findall(text)
            ],
        )


def _mentions(turn: int, message: Message) -> list[MentionDraft]:
    names = dict.fromkeys([message.speaker, *_KNOWN.findall(message.content)])
    return [MentionDraft(turn, name, KINDS.get(name, "PERSON")) for name in names]


def _subject(who: str, message: Message) -> str:
    return message.speaker if who == "I" else who


def _fill(rng: random.Random, template: str) -> str:
    # The square of a uniform number makes the first names of a list frequent and the last ones rare.
    chosen = {slot: names[int(len(names) * rng.random() ** 2)] for slot, names in SLOTS.items()}
    return template.format(**chosen, number=rng.randrange(2, 900))
