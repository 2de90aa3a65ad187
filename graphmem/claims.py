"""Claims: which relations of one subject cannot hold beside each other, and which texts say the same. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.extract.base import is_functional
from graphmem.newswords import AT_TIMES, FROM_THEN, NEWS
from graphmem.words import key

if TYPE_CHECKING:
    from graphmem.extract.base import RelationDraft
    from graphmem.types import Relation

__all__ = ["decides", "ends", "exclude", "opposes", "signature"]

_DIGITS = re.compile(r"\d+")
_NEGATION = re.compile(r"\b(?:not|no|never|none|cannot)\b|n't\b", re.IGNORECASE)
_NAMES = re.compile(r"\b[A-Z][\w'-]+")
_TIES = {
    "DATING": 1, "GIRLFRIEND": 1, "BOYFRIEND": 1, "PARTNER": 1, "ENGAGED_TO": 2, "FIANCE": 2,
    "MARRIED_TO": 3, "WIFE": 3, "HUSBAND": 3,
}  # fmt: skip
"""How close a couple is: each step replaces the ones before it, and ends with them."""
_WORK = frozenset({"WORKS_AT", "JOB_IS"})
_DIETS = frozenset({"vegetarian", "vegan", "pescatarian", "flexitarian"})
_FLESH = frozenset(
    {"meat", "beef", "pork", "chicken", "lamb", "bacon", "ham", "steak", "sausage", "sausages", "burgers"}
)
_FISH = frozenset({"fish", "seafood", "salmon", "tuna", "prawns", "shrimp"})
_STATES = {"single": frozenset(_TIES), "unemployed": _WORK, "retired": _WORK}
"""What somebody is -> the types of which none holds beside it."""
_CONDITIONS = frozenset({"ALLERGIC_TO", "HAS_CONDITION"})
_LIKING = frozenset({"LIKES", "LOVES", "DISLIKES"})


def opposes(draft: RelationDraft, text: str) -> bool:
    """Whether a statement closes an older one that says the opposite of the same thing.

    "I don't eat meat on Fridays" says nothing against "I eat meat", but "I eat meat again" does against its
    contrary: what its kind does not settle must call itself news.
    """
    settled = is_functional(draft.type) or draft.type in _CONDITIONS
    return draft.typed and draft.mode == "fact" and (settled or _is_changed(text))


def _is_changed(text: str) -> bool:
    """Whether it calls itself news, of all times: not "on Fridays now", nor merely "not since Monday"."""
    stated = FROM_THEN.sub(" ", text)
    return NEWS.search(stated) is not None and AT_TIMES.search(stated) is None


def exclude(one: Relation, other: Relation, *, opposed: bool) -> bool:
    """Whether two relations of a subject cannot both hold: two objects of a functional type, or, if `opposed`,
    one thing affirmed and denied, or two preferences among things of one sort ("aisle seats", "window seats")."""
    if one.polarity and other.polarity:
        if _surpasses(one, other) or _contrary(one, other) or _contrary(other, one):
            return True
        if one.type == other.type and is_functional(one.type):
            return one.object != other.object
        if one.type == other.type:
            return opposed and one.type == "PREFERS" and one.object != other.object and _sort(one) == _sort(other)
    (said, affirmed), (before, then) = _claim(one), _claim(other)
    return opposed and said == before and affirmed != then


def decides(draft: RelationDraft, text: str) -> bool:
    """Whether a statement may close older ones of its subject."""
    stated = draft.type in _TIES or draft.type in {"IS_A", "EATS", "BOUGHT"}
    return is_functional(draft.type) or draft.mode == "ended" or stated or opposes(draft, text)


def ends(over: Relation, other: Relation) -> bool:
    """Whether what is over takes another relation of its subject with it: a couple that parts is no couple."""
    if not other.polarity or over.object != other.object:
        return False
    return over.type == other.type or _TIES.get(over.type, 0) >= _TIES.get(other.type, 4)


def _surpasses(one: Relation, other: Relation) -> bool:
    """Whether it is a closer tie with the same person, or what was worked toward."""
    bought = one.type == "BOUGHT" and other.type == "WORKS_TOWARD"
    return one.object == other.object and (bought or _TIES.get(one.type, 0) > _TIES.get(other.type, 4))


def _contrary(one: Relation, other: Relation) -> bool:
    """Whether a state or a diet of `one` leaves no room for `other`."""
    if one.type != "IS_A":
        return False
    what, of = key(one.object_name), key(other.object_name)
    if what in _DIETS:
        eaten = _FLESH if what in {"pescatarian", "flexitarian"} else _FLESH | _FISH
        return (other.type == "IS_A" and of in _DIETS - {what}) or (other.type == "EATS" and of in eaten)
    return other.type in _STATES.get(what, ())


def _sort(relation: Relation) -> str:
    """The last word of the object: what the rest of it tells apart."""
    return key(relation.object_name).rpartition(" ")[2]


def _claim(relation: Relation) -> tuple[tuple[str, str], bool]:
    """What is said of what, and whether it is affirmed; to dislike is not to like."""
    if relation.type in _LIKING:
        return ("LIKES", relation.object), relation.polarity == (relation.type != "DISLIKES")
    return (relation.type, relation.object), relation.polarity


def signature(text: str) -> tuple[list[str], bool, set[str]]:
    """The numbers, the negation and the names of a text: near texts that differ in one of them say two things."""
    names = {key(name) for name in _NAMES.findall(text[1:])}
    return _DIGITS.findall(text), bool(_NEGATION.search(text)), names - {"i", "i'm", "i m"}
