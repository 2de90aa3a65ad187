"""A parsed turn with its names found: which token belongs to which entity, and who "I" and "you" are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from graphmem.extract.emptywords import FALSE_NAMES, GENERIC, OPENERS, ORG_ENDINGS, STRIPPED, VAGUE
from graphmem.extract.kinds import settle_kinds, settle_topic
from graphmem.extract.lexicon import NER_TYPES
from graphmem.words import STOP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc, Span, Token

    from graphmem.extract.base import Mode
    from graphmem.extract.dates import Interval

__all__ = ["Node", "Reading", "Said", "Triple", "gerund", "joined_name", "phrase", "read"]

_TITLE = re.compile(r"(?<!\w)([\"'])([A-Z](?:(?!\1)[^\"\n]){1,60}?)[,.]?\1(?!\w)")
_FIRST = frozenset({"i", "me", "we", "us", "myself", "ourselves"})
_SECOND = frozenset({"you", "yourself"})
_PERSONAL = frozenset({"he", "she", "him", "her", "his"})
_PRONOUNS = {
    "he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "they": "they", "them": "they", "their": "they",
}  # fmt: skip
_AMOUNTS = frozenset({"lot", "bunch", "ton", "couple", "number", "variety", "plenty", "pair", "load"})
_LYING = frozenset({"base", "locate", "situate", "headquarter"})
_NEUTRAL = frozenset({"it", "its", "they", "their"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_NUMBERS = frozenset({"CARDINAL", "ORDINAL", "PERCENT", "QUANTITY", "MONEY"})
_TIMES = frozenset({"DATE", "TIME"})
_CALENDAR = re.compile(
    r"\b(?:1\d|20)\d\d(?:s|\b)|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
    r"|\bMay \d|\d May\b"
)
_LONG = 5
"""Words of an object with which a gerund is still a name."""
_BETWEEN = frozenset({"to", "and", "until", "-", "–", "—"})
_BEFORE_DATES = frozenset({"from", "between", "the", "early", "late", "since", "about", "around"})
_INSIDE = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "SYM", "X"})


class Node(NamedTuple):
    """An entity as a text names it."""

    name: str
    type: str = "CONCEPT"


class Triple(NamedTuple):
    """A relation in a sentence, before it is placed in its turn."""

    subject: Node
    type: str
    object: Node
    confidence: float
    typed: bool = True
    polarity: bool = True
    mode: Mode = "fact"
    dated: bool = True
    """Whether the time that its sentence names says since when it is so."""


class Said(NamedTuple):
    """One sentence of a turn: its parse and, as `text`, the speaker's own words."""

    span: Span
    text: str
    turn: int
    number: int
    asked: bool
    """Whether it asks."""
    when: Interval | None
    """The time it speaks of."""


@dataclass(slots=True)
class Reading:
    """One parsed turn. `nodes` holds the entity of each token that is part of a name."""

    doc: Doc
    me: str | None
    """Who "I" is; None where nobody speaks (a document)."""
    you: str | None = None
    """Who "you" is, when exactly one other participant is known by name."""
    nodes: dict[int, Node] = field(default_factory=dict)
    topic: Node | None = None
    """What a document is about."""
    genders: dict[str, str] = field(default_factory=dict)
    """Name -> the pronoun that goes with it, where a kin word tells."""
    before: Sequence[Node] = ()
    """The people whom the latest turns named, for a "she" without anybody to mean in this one."""

    def node(self, token: Token) -> Node | None:
        """The entity that a token stands for: a name, "I", "you", or a "he" or "she" that can be only one."""
        if found := self.nodes.get(token.i):
            return found
        word = token.lower_
        if word in _FIRST or (word == "user" and token.dep_ in {"nsubj", "poss"}):
            # Notes about the speaker say "the user".
            return Node(self.me, "PERSON") if self.me else None
        if word in _SECOND:
            return Node(self.you, "PERSON") if self.you else None
        if self.topic is not None:
            return self.topic if self._is_topic(token) else None
        if word == "it":
            return self._place_before(token) if token.head.lemma_ in _LYING else None
        return self._person_before(token) if word in _PRONOUNS else None

    def people(self) -> list[Node]:
        """The people and pets that the turn names, speakers apart."""
        found = dict.fromkeys(node for _, node in sorted(self.nodes.items()) if node.type in {"PERSON", "PET"})
        return [node for node in found if node.name not in {self.me, self.you}]

    def speaks_of_topic(self, span: Span) -> bool:
        """Whether a sentence of a document has its topic for subject, or speaks of what is the topic's."""
        return any(
            self._is_topic(t) for t in span if t.dep_ in {"nsubj", "nsubjpass", "poss"} and t.i not in self.nodes
        )

    def _is_topic(self, token: Token) -> bool:
        """ "he" and "she" in a text about a person; "it", "they" and "the band" in one about something else."""
        person = self.topic is not None and self.topic.type == "PERSON"
        word = token.lower_
        if word in _PERSONAL:
            return person
        definite = token.pos_ == "NOUN" and any(c.lower_ == "the" for c in token.lefts)
        return not person and self.topic is not None and (word in _NEUTRAL or (definite and token.dep_ in _SUBJECTS))

    def object(self, token: Token) -> Node | None:
        """The entity or concept that an object token stands for; None if it says nothing definite."""
        if (called := self._called(token)) is not None:
            return called
        if (counted := _counted(token)) is not None:
            return self.object(counted)
        if token.pos_ == "PRON" or token.i in self.nodes:
            return self.node(token)
        if token.ent_type_ in _TIMES or token.pos_ not in {"NOUN", "PROPN", "VERB", "ADJ", "X"}:
            return None
        name = gerund(token) if token.tag_ == "VBG" or _is_infinitive(token) else phrase(token)
        return Node(name) if name and not _is_vague(token, name) else None

    def is_me(self, node: Node | None) -> bool:
        """Whether a node is the speaker."""
        return node is not None and node.name == self.me

    def claim(self, start: int, end: int, node: Node) -> None:
        """Say that the tokens [start, end) name this node, whatever they were taken for before."""
        for i in range(start, end):
            self.nodes[i] = node

    def retype(self, node: Node, kind: str) -> Node:
        """Say what a name is, wherever it stands."""
        new = Node(node.name, kind)
        for i in [i for i, other in self.nodes.items() if other.name == node.name]:
            self.nodes[i] = new
        return new

    def _called(self, token: Token) -> Node | None:
        """ "a guy named Felix": the name says more than the noun."""
        verb = next((child for child in token.rights if child.lower_ in {"named", "called"}), None)
        if verb is None or token.i in self.nodes:
            return None
        name = next((child for child in verb.rights if child.dep_ in {"oprd", "dobj", "attr", "npadvmod"}), None)
        if name is None or name.pos_ not in {"PROPN", "NOUN"} or not name.text[:1].isupper():
            return None
        return self.nodes.get(name.i) or Node(name.text, "THING")

    def _person_before(self, token: Token) -> Node | None:
        """The only one whom a pronoun can mean, in this turn or else in the one before it that names anybody."""
        here = {node for i, node in self.nodes.items() if i < token.i and node.type in {"PERSON", "PET"}}
        pronoun = _PRONOUNS[token.lower_]
        for named in (here, self.before):
            others = {node for node in named if node.name not in {self.me, self.you}}
            meant = [n for n in others if self.genders.get(n.name, pronoun if pronoun != "they" else "") == pronoun]
            if others:
                return meant[0] if len(meant) == 1 else None
        return None

    def _place_before(self, token: Token) -> Node | None:
        kinds = {"ORG", "THING", "PLACE"}
        named = {node for i, node in self.nodes.items() if i < token.i and node.type in kinds}
        return named.pop() if len(named) == 1 else None


def read(doc: Doc, me: str | None, you: str | None = None, whole: bool = False) -> Reading:
    """Find the names of a parsed turn: quoted titles first, then recognised entities, then other proper nouns.

    With `whole` it is a document: its dates are names too, and it has a topic.
    """
    reading = Reading(doc, me, you)
    for start, end, node in (*_titles(doc), *(_dates(doc) if whole else ()), *_entities(doc), *_proper_nouns(doc)):
        if not any(i in reading.nodes for i in range(start, end)):
            reading.claim(start, end, _speaker(node, me, you) or node)
    if whole:
        settle_kinds(reading)
        topic = _topic(reading)
        reading.topic = settle_topic(reading, topic) if topic is not None else None
    return reading


def _topic(reading: Reading) -> Node | None:
    """What a document is about: the subject of its first sentence, else the first name in it."""
    first = next(iter(reading.doc.sents), None) if len(reading.doc) else None
    if first is None:
        return None
    named = [t for t in first if t.i in reading.nodes and reading.nodes[t.i].type not in {"DATE", "GROUP"}]
    subject = next((t for t in named if t.dep_ in _SUBJECTS), named[0] if named else None)
    return reading.nodes[subject.i] if subject is not None else None


def _dates(doc: Doc) -> Iterator[tuple[int, int, Node]]:
    """Calendar dates; "two years" and "today" are none."""
    for ent in doc.ents:
        if ent.label_ == "DATE" and _CALENDAR.search(ent.text) and (span := _trim(ent)) is not None:
            for start, end in _split(span):
                yield start, end, Node(_plain(doc[start:end].text), "DATE")


def _split(span: Span) -> Iterator[tuple[int, int]]:
    """The two ends of "1992 to 2002"."""
    start = span.start
    for token in span:
        if token.lower_ in _BETWEEN and token.i > start and _CALENDAR.search(span.doc[start : token.i].text):
            yield start, token.i
            start = token.i + 1
    while start < span.end and span.doc[start].lower_ in _BEFORE_DATES:
        start += 1
    if start < span.end:
        yield start, span.end


def _speaker(node: Node, me: str | None, you: str | None) -> Node | None:
    """The participant whom a name or its first word means."""
    return next((Node(who, "PERSON") for who in (me, you) if who and node.name in {who, who.split()[0]}), None)


def _titles(doc: Doc) -> Iterator[tuple[int, int, Node]]:
    for match in _TITLE.finditer(doc.text):
        span = doc.char_span(*match.span(2), alignment_mode="contract")
        # A title is short and does not end as a sentence does; anything else is speech.
        if span is not None and len(span) <= 8 and not match[2].endswith(("!", "?", ".")) and _says(match[2]):
            yield span.start, span.end, Node(match[2].strip(), "WORK")


def _says(title: str) -> bool:
    return any(word not in STOP for word in title.lower().split())


def _entities(doc: Doc) -> Iterator[tuple[int, int, Node]]:
    for ent in doc.ents:
        kind = NER_TYPES.get(ent.label_)
        if kind and (span := _trim(_whole(ent))) is not None and not _is_false(span):
            yield span.start, span.end, Node(_plain(span.text), _kind(kind, span))


def _kind(kind: str, span: Span) -> str:
    """What the recogniser says, but for names that say themselves that they are a company or a house."""
    says = len(span) > 1 and span[-1].lower_.removesuffix(".").removesuffix("s") in ORG_ENDINGS
    return "ORG" if says and (kind in {"PERSON", "GROUP", "THING"} or span[-1].ent_type_ == "GPE") else kind


def _whole(ent: Span) -> Span:
    """With the proper nouns beside it that the recogniser left out: "Ana" of "Ana Roth"."""
    doc, start, end = ent.doc, ent.start, ent.end
    while start > 0 and _is_part(doc[start - 1], ent):
        start -= 1
    while end < len(doc) and doc[end - 1].dep_ == "compound" and doc[end - 1].head.i == end and _is_left(doc[end]):
        end += 1
    return doc[start:end]


def _is_part(token: Token, ent: Span) -> bool:
    inside = token.dep_ == "compound" and ent.start <= token.head.i < ent.end
    return inside and _is_left(token)


def _is_left(token: Token) -> bool:
    return _is_proper(token) and not token.ent_type_ and token.lower_ not in FALSE_NAMES


def _trim(span: Span) -> Span | None:
    """The span without a leading "the" and a trailing "'s" or punctuation."""
    start, end = span.start, span.end
    doc = span.doc
    while start < end and (doc[start].pos_ in {"DET", "PUNCT", "SPACE"} or doc[start].lower_ in {"my", "our", "your"}):
        start += 1
    while end > start and (doc[end - 1].tag_ in {"POS", "IN", "CC"} or doc[end - 1].pos_ in {"PUNCT", "SPACE"}):
        end -= 1
    return doc[start:end] if start < end else None


def _plain(name: str) -> str:
    return " ".join(name.split()).strip("-–— ")


def _is_false(span: Span) -> bool:
    """A word that only looks like a name: an opener, a verb at the start, or nothing with a capital letter."""
    first = span[0]
    if not any(c.isupper() for c in span.text) or not any(c.isalpha() for c in span.text):
        return True
    if first.is_sent_start and len(span) == 1 and first.lower_ in OPENERS:
        return True
    if first.lower_ in FALSE_NAMES and (len(span) == 1 or first.is_sent_start):
        return True
    return len(span) == 1 and bool(first.is_sent_start) and first.pos_ not in {"PROPN", "NOUN", "ADJ"}


def _proper_nouns(doc: Doc) -> Iterator[tuple[int, int, Node]]:
    start = None
    for i, token in enumerate(doc):
        inside = not token.ent_type_ and (_is_proper(token) or (start is not None and _joins(token)))
        if inside and start is None:
            start = i
        if start is not None and (not inside or i == len(doc) - 1):
            span = doc[start : i + 1 if inside else i]
            start = None
            if len(span) <= 5 and not _is_false(span):
                yield span.start, span.end, Node(_plain(span.text), _kind("THING", span))


def _is_proper(token: Token) -> bool:
    return token.tag_ in {"NNP", "NNPS"} and token.text[:1].isupper()


def _joins(token: Token) -> bool:
    """ "of" or "of the" between two proper nouns: "Lord of the Rings"."""
    if token.lower_ not in {"of", "the"} or token.i + 2 >= len(token.doc):
        return False
    after = token.nbor(2) if token.lower_ == "of" and token.nbor(1).lower_ == "the" else token.nbor(1)
    return _is_proper(after) and (token.lower_ == "of" or token.nbor(-1).lower_ == "of")


def _counted(token: Token) -> Token | None:
    """The books of "a bunch of books"."""
    of = next((child for child in token.rights if child.lower_ == "of"), None) if token.lemma_ in _AMOUNTS else None
    return next((child for child in of.children if child.dep_ == "pobj"), None) if of is not None else None


def joined_name(words: Iterable[str]) -> str:
    """A relation type, or a part of one, from words."""
    return re.sub(r"[^A-Z0-9]+", "_", "_".join(words).upper()).strip("_")


def phrase(token: Token) -> str:
    """The noun phrase that a token heads, without determiners, possessives and empty adjectives."""
    doc, start = token.doc, token.i
    while start > token.left_edge.i and _inside(doc[start - 1]):
        start -= 1
    while start < token.i and _is_empty(doc[start]):
        start += 1
    end = token.i + 1
    of = next((child for child in token.rights if child.lower_ == "of" and child.i == end), None)
    if of is not None and (tail := next(of.children, None)) is not None and tail.pos_ in {"NOUN", "PROPN"}:
        end = tail.i + 1 if tail.i - start < 5 else end
    return _plain(doc[start:end].text)


def _is_empty(token: Token) -> bool:
    """ "new", a dash or a number, but not the "third" of "third-party"."""
    counts = token.like_num and bool(token.whitespace_)
    return token.lower_ in STRIPPED or token.pos_ == "PUNCT" or counts


def _inside(token: Token) -> bool:
    if token.text == "-" or (token.i + 1 < len(token.doc) and not token.whitespace_ and token.nbor().text == "-"):
        return True  # "step-by-step explanations"
    if token.ent_type_ in _TIMES or (token.ent_type_ in _NUMBERS and token.pos_ != "NUM"):
        return False
    return token.pos_ in _INSIDE or (token.pos_ == "VERB" and token.dep_ in {"amod", "compound"})


def gerund(token: Token) -> str:
    """A gerund with its object: "hiking", "playing chess"; empty where it names no activity ("having")."""
    thing = next((child for child in token.rights if child.dep_ == "dobj"), None)
    far = thing is None or thing.left_edge.i - token.i > 2
    if thing is None or far or thing.pos_ not in {"NOUN", "PROPN"}:
        return "" if token.lemma_.lower() in GENERIC else str(token.lower_)
    name = phrase(thing)
    if thing.lemma_.lower() in VAGUE and token.lemma_.lower() in GENERIC:
        return _with_whom(token, thing)
    return f"{token.lower_} {name}" if len(name.split()) <= _LONG else str(token.lower_)


def _with_whom(token: Token, thing: Token) -> str:
    """ "spending time" says little, "spending time with friends" enough."""
    beside = [child for head in (thing, token) for child in head.rights if child.lower_ == "with"]
    who = next((c for c in beside[0].children if c.dep_ == "pobj" and c.pos_ == "NOUN"), None) if beside else None
    return f"{token.lower_} {thing.lower_} with {phrase(who)}" if who is not None else ""


def _is_infinitive(token: Token) -> bool:
    """The "mix green tea" of "I like to mix green tea"."""
    return token.tag_ == "VB" and token.pos_ == "VERB" and any(child.lower_ == "to" for child in token.lefts)


def _is_vague(token: Token, name: str) -> bool:
    head = token.lemma_.lower()
    if head in VAGUE or token.lower_ in VAGUE or len(name) < 3 or len(name.split()) > 6:
        return True
    # "this bowl" may be shown in a picture; "this thing" was refused above.
    return any(child.lower_ in {"such", "what", "which", "whatever"} for child in token.lefts)
