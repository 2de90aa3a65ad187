"""Kin, friends and pets: "my sister Ana", "Ana, my sister,", "two sons, Max and Leo", "a dog named Rex".

These are read from the words in their order, not from the parse, which often takes an apposition for a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from graphmem.extract.countries import country
from graphmem.extract.emptywords import FALSE_NAMES
from graphmem.extract.lexicon import KIN, PETS, PRONOUNS
from graphmem.extract.reading import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from graphmem.extract.base import Mode
    from graphmem.extract.reading import Reading

__all__ = ["BECOMING", "Kin", "find_kin"]

_MINE = frozenset({"my", "our"})
_CALLED = frozenset({"named", "called"})
_NEAR = frozenset({"close", "good", "old", "dear", "childhood"})
_OFTEN_THINGS = frozenset({"partner", "client", "agent", "assistant"})
_SOME_DAY = frozenset({"when", "once", "until", "if"})
BECOMING = frozenset({"be", "become"})
"""Verbs by which somebody is, or comes to be, somebody's kin."""
_HAVE = frozenset({"have", "get", "adopt", "own"})


_NO_NAMES = frozenset({"DATE", "TIME", "NORP", "LANGUAGE"})


class Kin(NamedTuple):
    """`owner` has `other` as kin, friend or pet; `word` is the token that says so."""

    owner: Node
    type: str
    other: Node
    word: Token
    mode: Mode


def find_kin(reading: Reading) -> list[Kin]:
    """Every tie of the turn, one for each named person; names and kin words become nodes of the reading."""
    found: list[Kin] = []
    for token in reading.doc:
        word, end = _word(token)
        if token.pos_ not in {"NOUN", "PROPN", "ADJ"} or not (word in KIN or word in PETS):
            continue
        if token.dep_ == "compound" and token.head.pos_ == "NOUN":  # "my doctor appointment"
            continue
        if token.lower_.endswith("ing") or (word in _OFTEN_THINGS and any(c.dep_ == "compound" for c in token.lefts)):
            continue  # "your mentoring", "my study partner", "my API client"
        if (child := _parented(token, word, reading)) is not None:
            found.append(child)
            continue
        owner = _owner(token, reading) if not _is_self(token) else None
        if owner is not None and not (end < len(reading.doc) and reading.doc[end].lower_ in KIN):
            found += _ties(token, word, end, owner, reading)
    return found


def _word(token: Token) -> tuple[str, int]:
    """The kin word that starts at a token, "brother-in-law" in one, and where it ends."""
    word, end = token.lemma_.lower(), token.i + 5
    law = word in KIN and "".join(t.lower_ for t in token.doc[token.i + 1 : end]) == "-in-law"
    return (f"{word}-in-law", end) if law and f"{word}-in-law" in KIN else (word, token.i + 1)


def _parented(token: Token, word: str, reading: Reading) -> Kin | None:
    """ "I'm the father of twins"."""
    of = next((child for child in token.rights if child.lower_ == "of"), None)
    if of is None or KIN.get(word) not in {"FATHER", "MOTHER", "PARENT"} or token.dep_ != "attr":
        return None
    who = next((child for child in token.head.children if child.dep_ == "nsubj"), None)
    owner = reading.node(who) if who is not None else None
    child = next((c for c in of.children if c.dep_ == "pobj" and c.pos_ in {"NOUN", "PROPN"}), None)
    if owner is None or child is None:
        return None
    other = reading.nodes.get(child.i) or Node(f"{owner.name}'s {child.text}", "PERSON")
    reading.claim(child.i, child.i + 1, other)
    return Kin(owner, "CHILD", other, token, "fact")


def _ties(token: Token, word: str, end: int, owner: Node, reading: Reading) -> Iterator[Kin]:
    pet, former = word in PETS, _former(token)
    kind = "HAS_PET" if pet else KIN[word]
    others = [Node(name, "PERSON" if not pet else "PET") for name in _names(token, end, reading)]
    if not others and kind == "FRIEND_OF" and _is_called(token):
        return
    if not others:
        noun = token.doc[token.i : end].text.lower()
        others = [Node(f"{owner.name}'s {former}{noun}", "PERSON" if not pet else "PET")]
    reading.claim(token.i, end, others[0])
    for other in others:
        alone = len(others) > 1 or token.tag_ not in {"NNS", "NNPS"}
        if (pronoun := PRONOUNS.get(kind) if alone else "they") is not None:
            reading.genders[other.name] = pronoun
    mode: Mode = "ended" if former else "fact"
    yield from (Kin(owner, kind, other, token, mode) for other in others)


def _is_self(token: Token) -> bool:
    """ "My inner child" and "my own boss" are the speaker."""
    lefts = {child.lower_ for child in token.lefts}
    return "inner" in lefts or ("own" in lefts and KIN.get(token.lemma_.lower()) == "REPORTS_TO")


def _is_called(token: Token) -> bool:
    """ "Hey my friend!", "You are wrong, my friend": who is spoken to, not spoken of."""
    doc, i = token.doc, token.i
    before = doc[i - 2] if i >= 2 else None
    opens = before is None or before.is_sent_end or before.is_punct or before.pos_ == "INTJ"
    return opens and (i + 1 == len(doc) or doc[i + 1].text in {"!", ".", ",", "?"}) and doc[i - 1].lower_ == "my"


def _former(token: Token) -> str:
    """The word before a tie that is over (cleaning writes "ex-" so, too)."""
    lefts = {t.lower_ for t in token.doc[max(0, token.i - 3) : token.i]}
    return "former " if lefts & {"ex", "former"} else ""


def _owner(token: Token, reading: Reading) -> Node | None:
    """Whose kin: by "my", by "Tom's", or by being the object of "I have"."""
    doc, i = token.doc, token.i - 1
    while i >= token.sent.start and token.i - i <= 4 and _fills(doc[i], token):
        i -= 1
    if i < token.sent.start:
        return None
    before = doc[i]
    if before.lower_ in _MINE and before.tag_ == "PRP$":
        return Node(reading.me, "PERSON") if reading.me else None
    if before.lower_ in {"his", "her", "their"} and before.tag_ == "PRP$":
        return reading.node(before)
    if before.lower_ == "your":
        return Node(reading.you, "PERSON") if reading.you else None
    if before.tag_ == "POS" and i > 0:
        possessor = reading.nodes.get(i - 1)
        return possessor if possessor and possessor.type in {"PERSON", "THING", "PET"} else None
    if before.lower_ == "a" and i >= 2 and doc[i - 1].text == "," and doc[i + 1].lower_ in _NEAR and reading.me:
        # "Kim, a close friend since college": whose friend goes without saying.
        return Node(reading.me, "PERSON")
    return _haver(token, reading)


def _fills(before: Token, token: Token) -> bool:
    return (
        before.pos_ in {"ADJ", "NUM"}
        or before.lower_ in {"-", "ex"}
        or (before.dep_ == "compound" and before.head == token)
        or (before.lower_ == "and" and before.i > 0 and before.nbor(-1).lower_ in KIN)
        or (before.lower_ in KIN and before.nbor().lower_ == "and")
    )


def _haver(token: Token, reading: Reading) -> Node | None:
    """The subject of "have" when the kin word is its object: "I have two sons"."""
    while token.dep_ == "conj" and token.head.pos_ == "NOUN":
        token = token.head
    verb = token.head
    if (
        token.dep_ != "dobj"
        or verb.lemma_.lower() not in _HAVE
        or any(c.dep_ in {"neg", "aux"} or c.lower_ in _SOME_DAY for c in verb.lefts)
    ):
        return None
    if any(child.lower_ in {"no", "the", "this", "that"} for child in token.lefts):
        return None
    who = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    node = reading.node(who) if who is not None else None
    return node if node is not None and node.type in {"PERSON", "THING"} else None


def _names(token: Token, end: int, reading: Reading) -> list[str]:
    """The names given to a kin word, looked for after it, then before it."""
    doc, i = token.doc, end
    plural = token.tag_ in {"NNS", "NNPS"}
    if (
        i + 3 < len(doc)
        and doc[i].tag_ == "POS"
        and doc[i + 1].lower_ in {"name", "names"}
        and doc[i + 2].lemma_ == "be"
    ):
        return _run(doc, i + 3, reading, many=plural)
    if i + 1 < len(doc) and doc[i].lower_ in {"has", "'s", "’s"} and doc[i + 1].lower_ == "been":
        i, end = i + 1, end + 1
    while i < len(doc) and (doc[i].text in {",", ":", "(", "-", "–", "—"} or doc[i].lower_ in {*_CALLED, "is", "been"}):
        # "my sister is Ana", but not "my sister is Norwegian".
        called = i + 1 < len(doc) and doc[i + 1].lower_ in _CALLED
        if doc[i].lower_ in {"is", "been"} and not called and not _is_person(doc, i + 1, reading):
            return []
        i += 1
    if i < len(doc) and i - end <= 2:
        after_comma = doc[i - 1].text == ","
        if names := _run(doc, i, reading, many=plural):
            # "my sister, Paris": after a comma a place is more likely than a name.
            doubtful = after_comma and not plural and (doc[i].ent_type_ == "GPE" or not _closes(doc, i))
            return [] if doubtful else names
    return _before(token, reading)


def _closes(doc: Doc, i: int) -> bool:
    """Whether a name after a comma is an apposition: it is followed by punctuation or the end."""
    while i < len(doc) and _is_name(doc[i]):
        i += 1
    return i >= len(doc) or doc[i].text in {",", ".", ")", "!", "–", "—", ";"}


def _before(token: Token, reading: Reading) -> list[str]:
    """ "Ana, my sister" and "Tom is my brother": the name stands before the possessive."""
    doc, i = token.doc, token.i - 1
    while i > token.sent.start and doc[i].text != "," and doc[i].lemma_ not in BECOMING:
        if doc[i].pos_ not in {"ADJ", "PRON", "DET"} and doc[i].tag_ != "POS":
            return []
        i -= 1
    while i > token.sent.start and (doc[i - 1].pos_ == "ADV" or doc[i - 1].lower_ in {"has", "have"}):
        i -= 1  # "has been"
    name = reading.nodes.get(i - 1) if i > token.sent.start else None
    if name is None or not _is_name(doc[i - 1]) or name.name == reading.me or token.tag_ == "NNS":
        return []
    if doc[i].text == "," and token.i + 1 < len(doc) and doc[token.i + 1].lower_ in {"and", "or"}:
        return []
    return [name.name] if name.type in {"PERSON", "THING", "GROUP", "ORG"} else []


def _run(doc: Doc, i: int, reading: Reading, many: bool) -> list[str]:
    """The name that starts at token i, and with `many` those joined to it by commas and "and"."""
    names: list[str] = []
    while i < len(doc) and _is_name(doc[i]):
        end = i + 1
        while end < len(doc) and _is_name(doc[end]) and doc[end].pos_ == "PROPN" and doc[i].pos_ == "PROPN":
            end += 1
        name = doc[i:end].text
        node = Node(name, "PERSON")
        reading.claim(i, end, node)
        names.append(name)
        i = end
        while many and i < len(doc) and doc[i].lower_ in {",", "and", "&"}:
            i += 1
        if i == end:
            break
    return names


def _is_name(token: Token) -> bool:
    return (
        token.text[:1].isupper()
        and token.text.isalpha()
        and token.lower_ not in FALSE_NAMES
        and token.pos_ in {"PROPN", "NOUN", "X", "ADJ", "VERB"}
        and (token.ent_type_ not in _NO_NAMES or (token.tag_ == "NNP" and country(token.text) is None))
    )


def _is_person(doc: Doc, i: int, reading: Reading) -> bool:
    return i < len(doc) and doc[i].pos_ == "PROPN" and _is_name(doc[i])
