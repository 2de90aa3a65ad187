"""Relation types as the rules know them: what a model calls WORKS_FOR or IS_MARRIED_TO has a name already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from graphmem.extract.lexicon import ENDING, FRAMES, IDENTITY, KIN
from graphmem.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SUGGESTED", "Kind", "kind_of"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KNOWN = frozenset(
    {*FRAMES.values(), *KIN.values(), *IDENTITY}
    | {"IS_A", "NICKNAMED", "INTERESTED_IN", "GOOD_AT", "WANTS", "HAS_SKILL", "LIVES_WITH"}
)
SUGGESTED = _words("""
NAMED AGE_IS BORN_IN BORN_ON NATIONALITY JOB_IS WORKS_AT WORKS_WITH STUDIES STUDIES_AT GRADUATED_FROM LIVES_IN MOVED_TO
COMES_FROM TRAVELS_TO VISITED MARRIED_TO DATING FRIEND_OF KNOWS SISTER BROTHER MOTHER FATHER SON DAUGHTER WIFE HUSBAND
PARTNER HAS_PET LIKES LOVES DISLIKES PREFERS FAVORITE_COLOR FAVORITE_FOOD FEARS ALLERGIC_TO HAS_CONDITION OWNS BOUGHT
USES PLAYS READS EATS SPEAKS LEARNS TEACHES ATTENDED WON CREATED FOUNDED MANAGES REPORTS_TO MEMBER_OF VOLUNTEERS_AT
LOCATED_IN PART_OF IS_A
""")
"""What the model is told; the others are found by the verb."""

_SHAPE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_LONGEST = 40
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_AUXILIARY = frozenset({"is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "does", "did"})
_SAME = {
    "NAME": "NAMED",
    "NAME_IS": "NAMED",
    "HAS_NAME": "NAMED",
    "CALLED": "NAMED",
    "AGE": "AGE_IS",
    "HAS_AGE": "AGE_IS",
    "JOB": "JOB_IS",
    "HAS_JOB": "JOB_IS",
    "OCCUPATION": "JOB_IS",
    "PROFESSION": "JOB_IS",
    "EMPLOYER": "WORKS_AT",
    "WORKS_IN": "WORKS_AT",
    "HOMETOWN": "COMES_FROM",
    "FROM": "COMES_FROM",
    "IS_FROM": "COMES_FROM",
    "EMAIL": "EMAIL_IS",
    "PHONE": "PHONE_IS",
    "BIRTHDAY": "BIRTHDAY_IS",
    "IS": "IS_A",
    "IS_AN": "IS_A",
    "HAS_DOG": "HAS_PET",
    "HAS_CAT": "HAS_PET",
    "PET": "HAS_PET",
    "FRIEND": "FRIEND_OF",
    "HAS_ALLERGY": "ALLERGIC_TO",
    "IS_ALLERGIC_TO": "ALLERGIC_TO",
    "LOCATED_AT": "LOCATED_IN",
}
_IRREGULAR = {
    "left": "leave", "met": "meet", "bought": "buy", "went": "go", "grew": "grow", "taught": "teach", "won": "win",
    "wrote": "write", "built": "build", "born": "bear", "ate": "eat", "drank": "drink", "drove": "drive",
    "sold": "sell", "gave": "give", "made": "make", "found": "found", "wed": "wed", "flew": "fly", "read": "read",
    "quit": "quit", "spoke": "speak", "led": "lead", "ran": "run", "began": "begin", "owned": "own", "dying": "die",
}  # fmt: skip


class Kind(NamedTuple):
    """A relation type, and how what a model wrote reads as one."""

    type: str
    typed: bool
    """The lexicon knows it."""
    ended: bool = False
    """It states an end: what one left, one works at no longer."""
    turned: bool = False
    """Subject and object change places: Ana SISTER_OF Kim is Kim SISTER Ana."""


def kind_of(written: str) -> Kind | None:
    """The type that is meant; an open one if the lexicon has none, None if it can be no name of a type."""
    name = "_".join(re.findall(r"[A-Z0-9]+", fold(_CAMEL.sub("_", written.strip())).upper()))
    if not _SHAPE.fullmatch(name) or len(name) > _LONGEST:
        return None
    return _known(name) or _kin(name) or _verb(name) or Kind(name, typed=False)


def _known(name: str) -> Kind | None:
    name = name.replace("FAVOURITE_", "FAVORITE_").removeprefix("HAS_") if "FAVO" in name else name
    if name.startswith("FAVORITE_") and name != "FAVORITE_IS":
        return Kind(name.removesuffix("_IS"), typed=True)
    for one in (name, _SAME.get(name, "")):
        if one in KNOWN:
            return Kind(one, typed=True)
    return None


def _kin(name: str) -> Kind | None:
    """HAS_SISTER, SISTER_IS; and SISTER_OF, IS_SISTER_OF the other way round."""
    words = [word for word in name.lower().split("_") if word not in _AUXILIARY]
    turned = len(words) > 1 and words[-1] == "of"
    kin = KIN.get("-".join(words[:-1] if turned else words))
    return Kind(kin, typed=True, turned=turned and kin != "FRIEND_OF") if kin else None


def _verb(name: str) -> Kind | None:
    words = name.lower().split("_")
    bare = [word for word in words if word not in _AUXILIARY] or words
    for verb in _lemmas(bare[0]):
        frame = " ".join([verb, *bare[1:]])
        if ending := ENDING.get(frame) or ENDING.get(frame.replace(" ", "+", 1)):
            return Kind(ending, typed=True, ended=True)
        if kind := FRAMES.get(frame) or FRAMES.get(frame.replace(" ", "+", 1)):
            return Kind(kind, typed=True)
    return None


def _lemmas(verb: str) -> Iterator[str]:
    """What a verb may be a form of."""
    yield _IRREGULAR.get(verb, verb)
    for ending, instead in (
        ("ies", "y"),
        ("ied", "y"),
        ("es", ""),
        ("s", ""),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
    ):
        if verb.endswith(ending) and len(verb) > len(ending) + 1:
            stem = verb.removesuffix(ending)
            yield stem + instead
            if ending in ("ed", "ing") and len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]
