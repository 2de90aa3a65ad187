"""Evidence: what a model says counts only where the message says so too. A claim without it is dropped and counted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from graphmem.extract.llm.batches import around
from graphmem.extract.llm.cues import speaks_of
from graphmem.extract.llm.kinds import kind_of
from graphmem.extract.llm.people import People, speaker
from graphmem.words import fold, key, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.extract.base import Context
    from graphmem.extract.llm.batches import Piece
    from graphmem.extract.llm.kinds import Kind
    from graphmem.extract.llm.schema import Claim, Tie
    from graphmem.types import Message

__all__ = ["Judge", "Named", "Proven", "ProvenTie", "Verdict", "locate"]

_FEWEST = 2
"""Words of a quote; one alone proves nothing."""
_EDGES = " \t\n\"'.,;:!?()[]…-"
_NAME = re.compile(r"\w(?:[\w '&.+#/-]*[\w+#.])?")
_REFERS = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|it|its|there|here|this|that|these|those|both|one|who|you|your)\b",
    re.I,
)
"""What may stand for somebody or something that was named before."""
_YOU = re.compile(r"\byou(?:rs?)?\b", re.I)
_DASHES = {"–": "-", "—": "-", "‐": "-", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "´": "'"}


class Named(NamedTuple):
    """An entity that the text names."""

    name: str
    type: str
    here: bool = True
    """In the message itself; else only in what was said before."""


@dataclass(frozen=True, slots=True)
class ProvenTie:
    """A relation both of whose ends are named."""

    subject: Named
    kind: Kind
    object: Named
    negated: bool


@dataclass(frozen=True, slots=True)
class Proven:
    """A claim whose words stand in its message at [start, end)."""

    turn: int
    start: int
    end: int
    claim: Claim
    about: Named | None
    ties: tuple[ProvenTie, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is left of an answer."""

    proven: tuple[Proven, ...]
    stated: int
    """Claims and relations in the answer."""
    kept: int
    """Of these, those with evidence."""


class Judge:
    """Compares claims with the messages of one call."""

    def __init__(self, messages: Sequence[Message], context: Context) -> None:
        self._messages = messages
        self._context = context
        self._people = People(messages, context)

    def verdict(self, claims: Sequence[Claim], pieces: Sequence[Piece]) -> Verdict:
        """The claims that quote the piece whose number they give, with the relations whose ends are named."""
        proven = [found for claim in claims if (found := self._claim(claim, pieces)) is not None]
        return Verdict(
            proven=tuple(proven),
            stated=len(claims) + sum(len(claim.ties) for claim in claims),
            kept=len(proven) + sum(len(found.ties) for found in proven),
        )

    def _claim(self, claim: Claim, pieces: Sequence[Piece]) -> Proven | None:
        if not 1 <= claim.number <= len(pieces):
            return None
        piece = pieces[claim.number - 1]
        quote = claim.quote.strip(_EDGES)
        if not terms(quote) or (len(quote.split()) < _FEWEST and len(terms(quote)) < _FEWEST):
            return None
        span = locate(quote, piece.text)
        if span is None:
            return None
        start, end = piece.start + span[0], piece.start + span[1]
        text = self._messages[piece.turn].content
        said = text[slice(*around(text, start, end))]
        ties = [self._tie(tie, piece.turn, said) for tie in claim.ties]
        return Proven(
            turn=piece.turn,
            start=start,
            end=end,
            claim=claim,
            about=self._named(claim.about, "CONCEPT", piece.turn, said),
            ties=tuple(dict.fromkeys(tie for tie in ties if tie is not None)),
        )

    def _tie(self, tie: Tie, turn: int, said: str) -> ProvenTie | None:
        kind = kind_of(tie.type)
        if kind is None or not speaks_of(kind.type, said):
            return None
        ends = [(tie.subject, tie.subject_type), (tie.object, tie.object_type)]
        ends = ends[::-1] if kind.turned else ends
        subject, thing = (self._named(name, type, turn, said) for name, type in ends)
        if subject is None or thing is None or key(subject.name) == key(thing.name):
            return None
        return ProvenTie(subject, kind, thing, tie.negated) if subject.here or thing.here else None

    def _named(self, name: str, type: str, turn: int, said: str) -> Named | None:
        """The entity that a name means in a message: a participant, or what it names itself.

        What only earlier messages name counts where the sentence refers to something ("she", "there").
        """
        message = self._messages[turn]
        if (person := self._people.named(name, message)) is not None:
            here = self._is_in(person, name, message, said)
            return Named(person, "PERSON", here) if here or _REFERS.search(said) else None
        for text in (message.content, _title(message)):
            if (words := _written(name, text)) is not None:
                return Named(words, type)
        if not (_is_name(name) and _REFERS.search(said)):
            return None
        for before in [*self._context.recent, *self._messages[:turn]][::-1]:
            if (words := _written(name, before.content)) is not None and _is_name(words):
                return Named(words, type, here=False)
        return None

    def _is_in(self, person: str, name: str, message: Message, said: str) -> bool:
        """Whether a participant speaks in a message, is spoken to in the sentence, or is named."""
        if person == speaker(message, self._context) or _YOU.search(said):
            return True
        return any(_written(one, message.content) is not None for one in (person, person.split()[0], name))


def _title(message: Message) -> str:
    title = message.metadata.get("title")
    return title if isinstance(title, str) else ""


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where a text has these words, [start, end): case, accents, blanks and the kind of quotation marks apart.

    Only whole words count: "art" is not in "start".
    """
    wanted, _ = _plain(quote)
    inside, origin = _plain(text)
    at = inside.find(wanted) if wanted else -1
    while at >= 0:
        after = at + len(wanted)
        if _apart(inside, at) and _apart(inside, after):
            return origin[at], origin[after - 1] + 1
        at = inside.find(wanted, at + 1)
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """A text folded, with one blank between words, and where each of its characters comes from."""
    folded: list[str] = []
    origin: list[int] = []
    for i, char in enumerate(text):
        new = " " if char.isspace() else char.lower() if char.isascii() else _DASHES.get(char) or fold(char)
        for one in new:
            if one != " " or (folded and folded[-1] != " "):
                folded.append(one)
                origin.append(i)
    while folded and folded[-1] == " ":
        folded.pop()
    return "".join(folded), origin


def _apart(text: str, at: int) -> bool:
    """Whether a word may begin or end here; scripts without blanks have no such places, so anywhere."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    return not (before.isalnum() and after.isalnum()) or _unspaced(before) or _unspaced(after)


def _unspaced(char: str) -> bool:
    return unicodedata.category(char) == "Lo"


def _written(name: str, text: str) -> str | None:
    """How a text writes a name; in another form of its words ("nurses" for "nurse") the name itself, if it is plain."""
    words = name.strip(_EDGES)
    if not terms(words):
        return None
    if (span := locate(words, text)) is not None:
        return " ".join(text[span[0] : span[1]].split())
    stems, inside = terms(words), terms(text)
    runs = (inside[i : i + len(stems)] for i in range(len(inside) - len(stems) + 1))
    return words if _NAME.fullmatch(words) and stems in runs else None


def _is_name(words: str) -> bool:
    """Whether it is written as a name: with a capital, or in a script that has none."""
    return any(c.isupper() or _unspaced(c) for c in words)
