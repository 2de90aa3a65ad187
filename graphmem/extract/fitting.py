"""Whether an object is of a kind that a relation can have, and says enough to be shown.

A verb means something else before another sort of object: one plays chess, and plays against the champions. What does
not fit keeps its verb for a name, as a link that is not shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.extract.lexicon import CONDITIONS, MANAGED, PERSON_ONLY, PLACE_ONLY
from graphmem.extract.things import ACTIVITIES, ADOPTED, ENJOYED, GROUPS, IMAGINED, OPPONENTS, SAYS_LITTLE, SUPPORTED
from graphmem.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Token

    from graphmem.extract.reading import Node

__all__ = ["fits", "is_apart", "is_doubtful", "is_garbled", "is_slipped"]

_NEEDS_MORE = listed("USES READS WORKS_ON CREATED WATCHES LIKES LOVES ATTENDED WRITES FOUNDED")
"""Types that say something only if their object does."""
_NEEDS_A_NAME = _NEEDS_MORE | listed(
    "PLAYS LEARNS EATS DRINKS COOKS STUDIES PRACTICES BOUGHT OWNS VISITED WON LISTENS_TO PREFERS"
)
"""Types whose object is too little as "projects" or "food"."""
_ONE_OF_MANY = frozenset({"a", "an", "the", "this", "that", "some", "another"})
_POINTING = frozenset({"your", "this", "that", "these", "those"})
_HERE = _POINTING | {"it"}
_GOES_ON = frozenset({"dobj", "ccomp", "xcomp", "acomp", "prt", "into", "about", "of", "to", "on"})
_THEIRS = frozenset({"his", "her", "its", "their"})
_NO_NOUNS = frozenset({"JJ", "JJR", "VBN", "VBD"})
"""What sm takes an object for that is none: "eat healthier", "get lost"."""
_DASHES = frozenset({"-", "–", "—"})
_PRESENT = frozenset({"VBP", "VBZ"})
_SIGNS = re.compile(r"[\\{}=^<>|`²³√≤≥×÷±]|\([^)]*$")


def is_garbled(name: str) -> bool:
    """What stood in a formula or in code."""
    return _SIGNS.search(name) is not None and "://" not in name


def is_slipped(token: Token) -> bool:
    """A verb that sm takes for a further object: "watch movies, hike and have dinner"."""
    if token.pos_ == "ADJ" or (token.pos_ == "VERB" and token.tag_ != "VBG"):
        return True
    bare = not any(child.dep_ in {"det", "amod", "compound", "poss", "nummod"} for child in token.lefts)
    return bare and any(child.dep_ == "conj" and child.pos_ in {"VERB", "AUX"} for child in token.rights)


def is_apart(token: Token, verb: Token) -> bool:
    """Whether one dash that stands alone parts an object from its verb: "the project I work on - so excited!"."""
    between = token.doc[verb.i + 1 : token.i]
    alone = sum(t.text in _DASHES and bool(t.whitespace_) and bool(t.nbor(-1).whitespace_) for t in between)
    return alone == 1


def fits(kind: str, node: Node, token: Token, frame: str, verb: Token, named: bool) -> bool:
    """Whether the object is of a kind that the relation can have."""
    fit = _of_kind(kind, node, token, frame, verb, named)
    return fit if fit is not None else named or _meant(kind, token, frame)


def is_doubtful(kind: str, node: Node, token: Token) -> bool:
    """Whether an object without a name says too little to be shown, or is only what was just shown."""
    little = kind in _NEEDS_A_NAME and node.name == token.text and token.lemma_.lower() in SAYS_LITTLE
    return (
        little
        or token.tag_ in _NO_NOUNS
        or _is_cut(token, node)
        or (kind in {"LOVES", "LIKES"} and token.tag_ != "VBG" and _is_shown(token))
    )


def _of_kind(kind: str, node: Node, token: Token, frame: str, verb: Token, named: bool) -> bool | None:
    """What the kind of the object settles; None where it settles nothing."""
    if kind in PLACE_ONLY:
        return named and node.type not in {"PERSON", "WORK", "GROUP"}
    if kind in PERSON_ONLY:
        return node.type in {"PERSON", "THING"} or (named and node.type != "PET")
    if kind == "SPEAKS":
        return token.text[:1].isupper()
    if frame in {"leave", "quit"}:
        return named and node.type in ({"ORG", "THING"} if frame == "leave" else {"ORG", "THING", "PERSON", "PLACE"})
    if kind == "JOB_IS":
        return not named and token.tag_ not in {"NNS", "NNPS"}
    if kind == "WORKS_AT" and frame.endswith(" at"):
        return node.type != "WORK"
    if kind in {"WORKS_AT", "MEMBER_OF"} and node.type in {"PERSON", "WORK"}:
        return False
    if kind == "WORKS_AT":
        # "work on the guide for our figures": what the work is on, or whom one works beside.
        beside = any(child.lower_ in {"together", "on"} for child in verb.children)
        return not beside and (named or token.tag_ != "NNS")
    if frame == "struggle with":
        return token.lemma_.lower() in CONDITIONS
    return False if kind in _NEEDS_MORE and not named and _is_bald(token, node) else None


def _meant(kind: str, token: Token, frame: str) -> bool:
    """Whether a common noun is what the verb means in this sense."""
    word = token.lemma_.lower()
    if kind in {"LOVES", "LIKES"}:
        # "I love your dress" speaks of what was just shown, not of a taste.
        return not any(child.lower_ in _POINTING for child in token.lefts)
    if kind == "ADOPTED":
        return word in ADOPTED
    if kind == "MISSES":
        helped = any(child.dep_ == "aux" for child in token.head.lefts)
        return (token.head.tag_ in _PRESENT or (token.head.tag_ == "VBG" and helped)) and word not in ACTIVITIES
    if kind == "MEMBER_OF":
        return frame.startswith("be") or word in GROUPS
    if kind == "PLAYS":
        return word not in OPPONENTS
    if kind == "SUPPORTS":
        return word in SUPPORTED
    if kind == "CREATED":
        return word not in IMAGINED
    if frame == "avoid":
        return token.head.tag_ in _PRESENT and not any(c.lower_ in {"any", "the"} for c in token.lefts)
    # "I run a bakery" manages one; "I run errands" and "I manage stress" do not.
    return kind != "MANAGES" or word in MANAGED


def _is_cut(token: Token, node: Node) -> bool:
    """ "I love finding how it works": of what is done to something, the verb alone says little."""
    after = next((child for child in token.rights if child.i == token.i + 1), None)
    if after is not None and after.tag_ in {"VB", "VBP", "VBG"}:
        return True  # the "team" of "a team meeting", where sm takes the second noun for a verb
    if token.tag_ not in {"VB", "VBG"} or " " in node.name:
        return False
    more = {child.dep_ if child.dep_ != "prep" else child.lower_ for child in token.rights}
    return not more.isdisjoint(_GOES_ON)


def _is_shown(token: Token) -> bool:
    """ "I love the red leaves": what was just shown or spoken of, perhaps no taste."""
    if any(child.lower_ in _THEIRS for child in token.lefts):
        return True
    if token.dep_ == "conj" and token.head.pos_ in {"NOUN", "PROPN"} and _is_shown(token.head):
        return not any(child.dep_ == "det" for child in token.lefts)
    behind = {t.lower_ for child in token.rights if child.dep_ == "prep" for t in child.subtree}
    return bool(behind & _HERE) or (_is_definite(token) and token.lemma_.lower() not in ENJOYED)


def _is_definite(token: Token) -> bool:
    return any(child.lower_ == "the" for child in token.lefts)


def _is_bald(token: Token, node: Node) -> bool:
    """ "a book", "the method": one of many, and nothing says which."""
    single = token.tag_ == "NN" and node.name == token.text
    return single and any(child.lower_ in _ONE_OF_MANY for child in token.lefts)
