"""What documents say beside their clauses: places within places, dates in brackets, nationalities, "the ... of ...".

Only names are related, and dates to them. The rules read the words between two names; where nothing is said,
standing in one sentence is a loose link, also with what the document is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from graphmem.extract.countries import country
from graphmem.extract.reading import Node, Triple, joined_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc, Span, Token

    from graphmem.extract.reading import Reading

__all__ = ["across", "beside", "together"]

TYPED, OPEN, LOOSE = 0.7, 0.45, 0.25
_WITHIN = frozenset({"in", "at", "near", "on"})
_NEAR = 6
"""So many tokens may stand between two names that a noun joins: "a small town in the district of"."""
_MAX_PAIRS = 28
_COUNTRIES = 3
"""In a text that names more countries, the nearest says little."""


class _Place(NamedTuple):
    """A name where it stands."""

    start: int
    end: int
    node: Node


def beside(span: Span, reading: Reading) -> list[Triple]:
    """What a sentence of a document says of its names without a verb."""
    places = [*_places(span, reading)]
    found: list[Triple] = []
    for n, place in enumerate(places):
        found += _bracketed(place, places[n + 1 :], reading.doc)
        if n:
            found += _joined(places[n - 1], place, reading.doc)
    for token in span:
        found += _national(token, reading)
        found += _of(token, reading)
    return found


def _places(span: Span, reading: Reading) -> Iterator[_Place]:
    """The names of a sentence, in order."""
    i = span.start
    while i < span.end:
        node, start = reading.nodes.get(i), i
        i += 1
        if node is not None:
            while i < span.end and reading.nodes.get(i) is node:
                i += 1
            yield _Place(start, i, node)


def _joined(one: _Place, two: _Place, doc: Doc) -> Iterator[Triple]:
    """ "Graz, Austria", "the Opera in Graz", "Ana's album Blue"."""
    between = [token.lower_ for token in doc[one.end : two.start]]
    if two.node.type == "PLACE" and one.node.type not in {"PERSON", "DATE", "GROUP"}:
        inside = [word for word in between if word != "the"]
        if (inside == [","] and one.node.type == "PLACE") or (len(inside) == 1 and inside[0] in _WITHIN):
            yield Triple(one.node, "LOCATED_IN", two.node, TYPED)
    if between[:1] == ["'s"] and len(between) <= 4 and two.node.type != "DATE":
        noun = joined_name([t.lemma_ for t in doc[one.end + 1 : two.start] if t.pos_ == "NOUN"])
        yield Triple(one.node, f"HAS_{noun}" if noun else "HAS", two.node, OPEN, typed=False)


def _bracketed(place: _Place, after: Sequence[_Place], doc: Doc) -> Iterator[Triple]:
    """ "Ana Roth (born 3 May 1950 in Graz)", "(3 May 1950 - 7 June 2001)"."""
    if place.end >= len(doc) or doc[place.end].text != "(":
        return
    close = next((i for i in range(place.end, min(place.end + 40, len(doc))) if doc[i].text == ")"), place.end)
    within = [p for p in after if p.end <= close]
    dates = [p.node for p in within if p.node.type == "DATE"]
    words = [token.lower_ for token in doc[place.end : close]]
    if "born" in words or (len(dates) == 2 and place.node.type in {"PERSON", "THING"}):
        yield from (Triple(place.node, "BORN_ON", date, TYPED) for date in dates[:1])
        yield from (Triple(place.node, "DIED_ON", date, TYPED) for date in dates[1:2])
        where = next((p.node for p in within if p.node.type == "PLACE"), None)
        if "born" in words and where is not None:
            yield Triple(place.node, "BORN_IN", where, TYPED)
    elif dates and place.node.type not in {"PERSON", "PLACE"}:
        yield Triple(place.node, "DATED", dates[0], OPEN, typed=False)


def _national(token: Token, reading: Reading) -> Iterator[Triple]:
    """ "the Austrian painter Ana Roth", "She is an Austrian painter"."""
    group = reading.nodes.get(token.i)
    if group is None or group.type != "GROUP" or token.dep_ not in {"amod", "compound", "nmod"}:
        return
    head = token.head
    if (named := reading.nodes.get(head.i)) is not None:
        yield Triple(named, "NATIONALITY", group, TYPED)
        return
    whose = [*_about(head, reading)]
    if head.i + 1 in reading.nodes and head.pos_ == "NOUN":
        whose.append(reading.nodes[head.i + 1])
    whose += [reading.nodes[c.i] for c in head.children if c.dep_ in {"appos", "compound"} and c.i in reading.nodes]
    yield from (Triple(node, "NATIONALITY", group, TYPED) for node in whose if node.type not in {"GROUP", "DATE"})


def _about(noun: Token, reading: Reading) -> Iterator[Node]:
    """Of whom a noun is said: the subject that "is" it, or the name that it explains."""
    if noun.dep_ == "attr":
        for child in noun.head.lefts:
            if child.dep_ == "nsubj" and (node := reading.node(child)) is not None:
                yield node
    elif noun.dep_ == "appos" and (node := reading.node(noun.head)) is not None:
        yield node
    elif noun.dep_ == "conj":
        yield from _about(noun.head, reading)


def _of(token: Token, reading: Reading) -> Iterator[Triple]:
    """ "Graz is a town in Styria", "Ana, the singer of Nightjar": the noun and its preposition name the relation."""
    if token.dep_ != "prep" or token.head.pos_ not in {"NOUN", "PROPN"} or token.head.i in reading.nodes:
        return
    noun = token.head
    whose = [*_about(noun, reading)]
    whose += [reading.nodes[c.i] for c in noun.rights if c.dep_ == "appos" and c.i in reading.nodes]
    kind = joined_name([noun.lemma_, token.lower_])
    for thing in token.children:
        for each in [thing, *(c for c in thing.subtree if c.dep_ == "conj" and c.head.i in reading.nodes)]:
            node = reading.nodes.get(each.i) if thing.dep_ == "pobj" else None
            if node is not None and node.type != "DATE":
                yield from (Triple(about, kind, node, OPEN, typed=False) for about in whose)


def across(reading: Reading, triples: Sequence[Triple]) -> list[Triple]:
    """What the sentences of a document say together."""
    closed = _closure(triples)
    return [*closed, *_at_home(reading, [*triples, *closed])]


def _closure(triples: Iterable[Triple]) -> list[Triple]:
    """What lies in a place lies in what that place lies in: one step."""
    inside = [(t.subject, t.object) for t in triples if t.type == "LOCATED_IN" and t.polarity]
    known = {(a.name, b.name) for a, b in inside}
    return [
        Triple(a, "LOCATED_IN", c, OPEN)
        for a, b in inside
        for within, c in inside
        if within.name == b.name and a.name != c.name and (a.name, c.name) not in known
    ]


def _at_home(reading: Reading, known: Iterable[Triple]) -> Iterator[Triple]:
    """OF_COUNTRY between a name, where it comes first, and the nearest country, in a document of few countries."""
    places = [*_places(reading.doc[:], reading)]
    countries = [place for place in places if country(place.node.name)]
    if not 0 < len({country(place.node.name) for place in countries}) <= _COUNTRIES:
        return
    related = {frozenset((t.subject.name, t.object.name)) for t in known}
    others = [p for p in places if p.node.type not in {"DATE", "GROUP"} and not country(p.node.name)]
    for place in {p.node: p for p in reversed(others)}.values():
        home = min(countries, key=lambda c: abs(c.start - place.start)).node
        if frozenset((place.node.name, home.name)) not in related:
            yield Triple(place.node, "OF_COUNTRY", home, LOOSE, typed=False)


def together(span: Span, reading: Reading, known: Iterable[Triple]) -> Iterator[Triple]:
    """RELATED_TO for each pair of names that stand in one sentence and are not related otherwise.

    A sentence that speaks of the topic ("He", "The band") holds it too. A date goes with the first name alone.
    """
    names = {place.node.name: place.node for place in _places(span, reading)}
    topic = reading.topic
    if topic is not None and topic.name not in names and reading.speaks_of_topic(span):
        names = {topic.name: topic, **names}
    nodes = [node for node in names.values() if node.type != "DATE"]
    dates = [node for node in names.values() if node.type == "DATE"]
    related = {frozenset((t.subject.name, t.object.name)) for t in known}
    pairs = [(a, b) for n, a in enumerate(nodes) for b in nodes[n + 1 :]]
    pairs += [(nodes[0], date) for date in dates if nodes]
    fresh = [(a, b) for a, b in pairs if frozenset((a.name, b.name)) not in related]
    yield from (Triple(a, "RELATED_TO", b, LOOSE, typed=False) for a, b in fresh[:_MAX_PAIRS])
