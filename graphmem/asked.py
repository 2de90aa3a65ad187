"""Asked: which relation a question asks for, and of whom: the answer is what states it, however it is worded.

"What is my job?" asks for what JOB_IS or TEACHES states of the one who asks, so "I teach physics" answers it.
"Where does my sister live?" asks for LIVES_IN of her to whom SISTER leads. Patterns only; it reads English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.base import ROLES
from graphmem.words import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphmem.candidates import Candidates

__all__ = ["NOTHING", "Asked", "asks", "stated"]

_TYPES = [
    (re.compile(pattern, re.IGNORECASE), listed(types))
    for pattern, types in (
        (
            r"\bwhere\b.*\bliv(?:e|es|ed|ing)\b|\b(?:which|what) (?:city|town|village|country|state|place|part|street|"
            r"area|neighbou?rhood)\b.*\bliv(?:e|es|ed|ing)\b|\bhome ?town\b|\bhome address\b",
            "LIVES_IN MOVED_TO",
        ),
        (r"\b(?:where|which|what)\b.*\b(?:based(?! on)|located|headquartered)\b", "LIVES_IN LOCATED_IN"),
        (
            r"\b(?:job|profession|occupation|employed)\b|\bfor a living\b|\bwork(?:s|ing)? (?:as|at|for)\b|"
            r"\bwhere\b.*\bwork(?:s|ing)?(?: now| nowadays| today| these days)?\W*$",
            "JOB_IS WORKS_AT TEACHES MANAGES FOUNDED",
        ),
        (
            r"\b(?:what|where|which)\b.*\b(?:study|studies|studying|major|majoring in)\W*$|\bwhat degree\b|\bgraduate",
            "STUDIES STUDIES_AT GRADUATED_FROM",
        ),
        (
            r"\bwhere\b.*\b(?:born|grow up|grew up|raised)\b|"
            r"\bwhere (?:am i|are you|are we|is [\w' ]+|do i come|does [\w' ]+ come)\b.*\bfrom\b",
            "COMES_FROM BORN_IN",
        ),
        (r"\bhow old\b|\bwhat age\b", "AGE_IS BORN_ON BIRTHDAY_IS"),
        (r"\bbirthday\b|\bwhen\b.*\bborn\b", "BIRTHDAY_IS BORN_ON"),
        (r"\ballerg\w+", "ALLERGIC_TO"),
        (r"\bpets?\b", "HAS_PET ADOPTED"),
        (r"\bwhat\b.*\binstruments?\b", "PLAYS"),
        (r"\b(?:what|which|how many)\b.*\blanguages?\b", "SPEAKS LEARNS"),
        (r"\b(?:what|which)(?: kind of| make of)? car\b|\bwhat\b.*\bdrives?\W*$", "DRIVES OWNS"),
    )
]
_PARTNER = "PARTNER DATING MARRIED_TO ENGAGED_TO"
_KIN = {
    word: listed(types)
    for words, types in (
        ("sister sisters", "SISTER SIBLING"),
        ("brother brothers", "BROTHER SIBLING"),
        ("sibling siblings", "SISTER BROTHER SIBLING"),
        ("mother mom mum", "MOTHER PARENT"),
        ("father dad", "FATHER PARENT"),
        ("parent parents", "MOTHER FATHER PARENT"),
        ("son sons", "SON CHILD"),
        ("daughter daughters", "DAUGHTER CHILD"),
        ("child children kid kids", "SON DAUGHTER CHILD"),
        ("wife", f"WIFE {_PARTNER}"),
        ("husband", f"HUSBAND {_PARTNER}"),
        ("girlfriend", f"GIRLFRIEND {_PARTNER}"),
        ("boyfriend", f"BOYFRIEND {_PARTNER}"),
        ("partner spouse dating", f"WIFE HUSBAND GIRLFRIEND BOYFRIEND FIANCE {_PARTNER}"),
        ("fiance fiancee fiancé fiancée", f"FIANCE {_PARTNER}"),
        ("boss manager supervisor", "REPORTS_TO"),
        ("employer", "WORKS_AT"),
        ("roommate flatmate housemate", "LIVES_WITH"),
        ("dog dogs cat cats puppy kitten", "HAS_PET ADOPTED"),
        *((role, f"HAS_{role.upper()}") for role in ("doctor", "dentist", "coach", "teacher", "therapist", "landlord")),
        *((kin, kin.upper()) for kin in ("aunt", "uncle", "cousin", "niece", "nephew", "grandmother", "grandfather")),
    )
    for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+")
_FAVOURITE = re.compile(r"\bfavou?rite ([^\W\d_]+)", re.IGNORECASE)
_WHO = re.compile(r"\bwho\b|\bnames?\b|\bcalled\b|^(?:do|does|did|have|has)\b.*\b(?:have|has|got)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:i|my|me|mine|our|we|us)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Relations that a question asks for."""

    types: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()
    """Relations that lead from the one who is named, or asks, to the one it is about: "my sister's job"."""
    own: bool = False
    """In the first person: it is about the one who asks."""


NOTHING = Asked()


def asks(query: str) -> Asked:
    """What the words of a question ask for; NOTHING if they ask for no relation."""
    types = frozenset().union(*(types for pattern, types in _TYPES if pattern.search(query)))
    types |= {f"FAVORITE_{match[1].upper()}" for match in _FAVOURITE.finditer(query)}
    kin = frozenset().union(*(_KIN.get(word, ()) for word in _WORD.findall(query.lower())))
    if not types and not (kin and _WHO.search(query)):  # "What do my kids like?" asks for no kin
        return NOTHING
    return Asked(types or kin, kin if types else frozenset(), _OWN.search(query) is not None)


def stated(candidates: Candidates, asked: Asked, asker: str) -> NDArray[np.float64]:
    """(n,) 1 for what states such a relation, that holds, of the one who is meant; for the turn of such a fact too.

    Args:
        asker: Entity key of the user who asks, '' for none.
    """
    column = np.zeros(len(candidates.rows))
    relations = candidates.recall.relations if asked.types else []
    wanted = asked.types | asked.through
    if not any(type_ in wanted for _, type_, _, _ in relations):
        return column
    meant = _meant(candidates, asked, asker)
    at = {name: row for row, name in enumerate(candidates.recall.ids)}
    rows = [at[memory] for subject, type_, _, memory in relations if type_ in asked.types and subject in meant]
    column[rows] = 1.0
    column[candidates.home[rows]] = 1.0
    return column


def _meant(candidates: Candidates, asked: Asked, asker: str) -> set[int]:
    """The entities of whom the question asks: whom it names, else who asks; from there through kin."""
    recall = candidates.recall
    subjects = {subject for subject, _, _, _ in recall.relations}
    meant = {one for one in subjects if recall.entities[one].named}
    if asked.own:
        said = zip(recall.speaker, recall.role.tolist(), strict=True)
        by_id = {one for one in subjects if recall.entities[one].key == asker}
        users = {name for name, role in said if name and role == ROLES["user"]}
        meant |= by_id or {one for one in subjects if recall.entities[one].key in users}
    if asked.through:
        meant = {other for one, type_, other, _ in recall.relations if one in meant and type_ in asked.through}
    return meant
