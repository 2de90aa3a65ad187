"""States that a sentence gives without an object: "I retired", "We got divorced", "As a nurse I ...", an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.extract.clauses import lemma
from graphmem.extract.lexicon import DIET_OR_STATE, is_job, is_person_noun
from graphmem.extract.reading import Node, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Span, Token

    from graphmem.extract.reading import Reading

__all__ = ["became", "changed", "couple", "hyphenated", "role", "written_to"]

_BECOMES = {"retire": "retired", "pass": "deceased", "die": "deceased", "divorce": "divorced", "marry": "married"}
_TURNS = frozenset({"go", "turn"})
_DIETS = frozenset({"vegan", "vegetarian", "pescatarian", "flexitarian"})
_COUPLE = re.compile(
    r"\s*(?:(?:have|has|had|'ve|are|'re|were|just|finally|recently|officially|then|also|both|decided to|got)\s+)*(?:"
    r"(?P<NO_MARRIED_TO>divorced|(?:get|got) a divorce)"
    r"|(?P<NO_DATING>(?:broke|broken|break|split|splitting)\b(?: up)?|separated|parted"
    r"|(?:are not|aren't|not|no longer) together)"
    r"|(?P<NO_FRIEND_OF>fell out|fallen out|(?:don't|do not|no longer) (?:talk|speak)|not friends|no longer friends)"
    r"|(?P<ENGAGED_TO>engaged)|(?P<MARRIED_TO>married|tied the knot)"
    r"|(?P<DATING>together\b(?! (?:for|in|at|with|on))|a couple|dating|started dating|an item))\b"
    r"(?! (?:the|a|our|it|in two))",
    re.I,
)
"""What two become, named by the type of it; "NO_" before it: what they are no longer."""
_CHANGED = re.compile(
    r"(?P<job>\b(?:chang|switch|start|new|quit|left|got|found|hired)\w*\b.*\b(?:jobs?|compan\w+|employers?|position)\b)"
    r"|(?P<home>\b(?:moved|relocated|for good|new (?:flat|home|house|place|apartment)"
    r"|now,? since|since the (?:start|beginning|end))\b)",
    re.I,
)
_OBJECTS = frozenset({"dobj", "agent"})
_ME = frozenset({"me", "my", "i"})


def became(verb: Token, who: Sequence[Node], reading: Reading) -> Iterator[tuple[Node, str, Node, bool]]:
    """(subject, type, object, ended) of a verb of life that takes nobody else: "My dad retired".

    Two who married, or divorced, did so with each other.
    """
    word = verb.lemma_.lower()
    me = next((node for node in who if reading.is_me(node)), None)
    other = next((node for node in who if node != me), None)
    if lemma(verb) in {"break+up", "split+up"} and me is not None and other is not None:
        yield me, "DATING", other, True
        return
    if word in _TURNS and (diet := next((c.lower_ for c in verb.rights if c.lower_ in _DIETS), None)):
        yield from ((node, "IS_A", Node(diet), False) for node in who if node.type == "PERSON")
        return
    state = _BECOMES.get(word)
    taken = any(c.dep_ in _OBJECTS or (c.dep_ == "prep" and c.lower_ in {"to", "from"}) for c in verb.rights)
    if state is None or taken or (word == "pass" and not any(c.lower_ == "away" for c in verb.rights)):
        return
    if word in {"marry", "divorce"} and me is not None and other is not None:
        yield me, "MARRIED_TO", other, word == "divorce"
    else:
        yield from ((node, "IS_A", Node(state), False) for node in who if node.type in {"PERSON", "PET"})


def couple(span: Span, reading: Reading) -> Iterator[tuple[Node, str, Node, bool]]:
    """(one, type, other, ended) of "Marco and I got engaged", whose two subjects sm seldom joins."""
    for token in span[1:-2]:
        if token.lower_ != "and" or token.nbor().dep_ == "poss":
            continue
        one, other = reading.node(token.nbor(-1)), reading.node(token.nbor())
        found = _COUPLE.match(span.doc[token.i + 2 : span.end].text) if one and other else None
        if one is None or other is None or found is None or found[0].lstrip().lower() == "together":
            continue  # "Ana and Tom together can do it"
        one, other = (other, one) if reading.is_me(other) else (one, other)
        kind = str(found.lastgroup)
        yield one, kind.removeprefix("NO_"), other, kind.startswith("NO_")


def changed(span: Span, reading: Reading) -> Iterator[tuple[Node, str, Node]]:
    """ "I changed jobs, I'm at Acme now": where somebody is, beside what was changed."""
    if not reading.me or not (news := _CHANGED.search(span.text)):
        return
    for token in span[1:-1]:
        be = token.nbor(-2) if token.nbor(-1).lower_ == "back" and token.i > span.start + 1 else token.nbor(-1)
        where = reading.nodes.get(token.i + 1) if be.lemma_ == "be" and be.i > span.start else None
        if where is None or be.nbor(-1).lower_ not in {"i", "we"}:
            continue
        if token.lower_ in {"at", "with"} and news["job"] and where.type != "PERSON":
            yield Node(reading.me, "PERSON"), "WORKS_AT", where
        elif token.lower_ == "in" and news["home"]:
            yield Node(reading.me, "PERSON"), "LIVES_IN", where


def hyphenated(span: Span, reading: Reading) -> Iterator[tuple[Node, str, Node]]:
    """ "I'm left-handed", which sm takes for a verb."""
    for dash in span[3:-1]:
        if dash.text != "-":
            continue
        token = dash.nbor(-1)
        word, be = span.doc[token.i : token.i + 3].text, token.nbor(-1)
        hyphened = word.count("-") == 1 and word.lower() in DIET_OR_STATE
        who = be.nbor(-1) if hyphened and be.lemma_ == "be" and be.i > span.start else None
        if who is not None and (node := reading.node(who)) is not None:
            yield node, "IS_A", Node(word)


def role(span: Span, reading: Reading) -> Iterator[tuple[Node, str, Node]]:
    """ "As a nurse, I ...": what the speaker is while doing something."""
    if not reading.me or len(span) < 5 or span[0].lower_ != "as" or span[1].lower_ not in {"a", "an"}:
        return
    noun = next((t for t in span[0].children if t.dep_ == "pobj"), None)
    after = [t.lower_ for t in span[noun.i - span.start + 1 :][:2]] if noun is not None else []
    if noun is None or "i" not in after:
        return
    word = noun.lemma_.lower()
    if is_job(word):
        yield Node(reading.me, "PERSON"), "JOB_IS", Node(phrase(noun))
    elif word in DIET_OR_STATE or is_person_noun(word):
        yield Node(reading.me, "PERSON"), "IS_A", Node(phrase(noun))


def written_to(span: Span, reading: Reading) -> Iterator[tuple[Node, str, Node]]:
    """ "You can reach me at kim@example.org": the address of whoever speaks of themselves."""
    address = next((t for t in span if t.like_email), None)
    if address is not None and reading.me and any(t.lower_ in _ME for t in span):
        yield Node(reading.me, "PERSON"), "EMAIL_IS", Node(address.text)
