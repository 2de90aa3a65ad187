"""Succession: who or what takes a place that only one has, told in other words than the one before it was.

"I switched to DNB" shares no word with "My bank is Nordea", nor "I go to Dr Lund now" with "My dentist is Dr Brandt".
A *place* is such a role: a bank, a dentist, a car, a way to work. A text says which place it speaks of, or it only
names a successor, and then the place is that of an older fact near enough to it. Pure, of words alone; it reads
English, and when in doubt it says no.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from graphmem import newswords as say
from graphmem.words import key

if TYPE_CHECKING:
    from graphmem.types import MemoryItem

__all__ = ["follows", "names_successor"]

_NOUN = f"(?P<noun>{'|'.join(sorted(say.PLACES, key=len, reverse=True))})"
_WORD = r"(?-i:i?[A-Z][\w&'-]*)"
_NAME = rf"(?P<value>(?:(?-i:Dr|Mr|Mrs|Ms)\.?\s)?{_WORD}(?:\s(?-i:[A-Z0-9][\w&'-]*))*)"
_A = r"(?:(?:an?|the)\s)?"
_I = r"\b(?:i|we)(?:'ve|'m|\shave|\sam)?(?:\s(?:just|now|finally|recently))*\s"
_END = r"(?=\s*(?:[.,;!]|$|(?:now|because|since|as|last|this|in|after|instead|these days)\b))"
_SIZE = r"(?P<value>(?-i:XXS|XS|S|M|L|XL|XXL|XXXL))\b"
_PHONE = r"(?P<value>(?:iPhone|Pixel|Galaxy|Fairphone|Xperia|OnePlus)(?:\s(?-i:[A-Z0-9])[\w-]*)*)"
_WORK = r"\s(?:to|into)\s(?:work|school|the office|university|college)\b"
_STATED: list[tuple[str, re.Pattern[str]]] = [
    (place, re.compile(pattern, re.I))
    for place, pattern in (
        (
            "",
            rf"\b(?:my|our)\s(?:new\s|current\s)?{_NOUN}(?:\sis|'s|\shas\sbeen)\s(?:now\s)?(?:called\s|at\s|with\s)?{_A}{_NAME}{_END}",
        ),
        ("", rf"{_NAME}\s(?:is|has\sbeen|became|becomes)\s(?:now\s)?(?:my|our)\s(?:new\s|current\s)?{_NOUN}\b"),
        (
            "",
            rf"{_I}(?:replaced|swapped|switched|changed|moved)\s(?:my|our)\s(?:old\s)?{_NOUN}\s(?:with|by|for|to)\s{_A}(?:new\s)?{_NAME}",
        ),
        ("", rf"{_NAME}\s(?:has\s|have\s)?(?:taken|took)\sover\sas\s(?:my|our)\s(?:new\s)?{_NOUN}\b"),
        (
            "",
            rf"{_I}(?:have|got|found|bought|chose|picked)\sa\snew\s{_NOUN}(?:,|:|\s-)?(?:\scalled|\sat|\swith)?\s{_A}{_NAME}",
        ),
        ("", rf"{_I}(?:switched|changed)\s{_NOUN}s?(?:,|\sand|\sto)(?:\si'm|\swe're)?(?:\swith|\sat)?\s{_A}{_NAME}"),
        ("bank", rf"{_I}(?:bank\swith|have\s(?:my|our)\saccounts?\s(?:at|with))\s{_NAME}"),
        (
            "bank",
            rf"{_I}(?:moved|transferred|switched)\s(?:all\s)?(?:my|our)\s(?:accounts?|savings|banking)\s(?:over\s)?to\s{_NAME}",
        ),
        ("car", rf"{_I}drive\s{_A}{_NAME}{_END}"),
        ("gym", rf"{_I}(?:go\sto|use|train\sat|work\sout\sat)\sthe\sgym\sat\s{_NAME}"),
        ("gym", rf"{_I}a\smember\sof\sthe\s{_NAME}\sgym\b"),
        ("phone", rf"{_I}(?:have|own|use|got|bought|upgraded\sto|switched\sto)\s{_A}(?:new\s)?{_PHONE}{_END}"),
        ("team", rf"{_I}play\sfor\s(?:the\s)?{_NAME}{_END}"),
        ("book", rf"{_I}(?:currently\s)?reading\s{_NAME}{_END}"),
        (
            "shift",
            rf"{_I}(?:work|on|switched\sto|was\smoved\sto|was\sput\son|been\smoved\sto)\sthe\s"
            r"(?P<value>day|night|late|early|morning|evening|afternoon)\sshift\b",
        ),
        ("size", rf"\b(?:t-?shirt|shirt|dress|jumper|sweater|clothing|clothes)\ssize\sis\s(?:an?\s)?{_SIZE}"),
        ("size", rf"{_I}wear\s(?:an?\s|size\s|a size\s)?{_SIZE}"),
        ("way to work", rf"{_I}(?P<value>drive|cycle|bike|walk|run){_WORK}"),
        ("way to work", rf"{_I}(?:take|catch)\sthe\s(?P<value>\w+){_WORK}"),
        ("way to work", rf"{_I}(?:go|get|travel|come)(?:{_WORK})?\sby\s(?P<value>\w+)(?:{_WORK})?"),
        ("way to work", rf"{_I}commute\sby\s(?P<value>\w+)"),
    )
]
"""What says of a place who or what has it; "": the noun says which place."""


_SOLE = [
    (re.compile(pattern, re.I), places)
    for pattern, places in (
        (
            rf"{_I}(?:(?:switched|changed)(?:\sover)?|went\sover|gone\sover|moved\sover)\sto\s{_A}{_NAME}{_END}",
            {"bank": 0.34, "car": 0.35, "gym": 0.28, "provider": 0.53},
        ),
        (
            rf"{_I}traded\s(?:it|mine|her|him|that|the\sold\sone)\sin\sfor\s{_A}{_NAME}{_END}",
            {"car": 0.3, "phone": 0.3},
        ),
        (
            rf"{_I}(?:go\sto|see|seeing|with)\s(?P<value>(?-i:Dr)\.?\s{_WORD})(?:\s(?:now|these\sdays))?\W*$",
            dict.fromkeys(say.CARE, 0.3),
        ),
        (
            rf"{_I}(?:seeing|dating|going\sout\swith)\s(?!Dr\b){_NAME}\s(?:now|these\sdays)\W*$",
            {"girlfriend": 0.25, "boyfriend": 0.25},
        ),
    )
]
"""What names a successor and not the place: of which places it can be, and from which cosine to an older fact on."""
_TAKES_OVER = re.compile(rf"{_NAME}\s(?:has\s)?(?:taken|took)\sover\sfrom\s(?P<former>{_WORD}(?:\s{_WORD})*)", re.I)
_GONE = re.compile(
    rf"(?P<former>(?:(?-i:Dr|Mr|Mrs|Ms)\.?\s)?{_WORD})\s(?:has\s)?(?:just\s)?(?:retired|resigned|stepped down)"
    r"(?=\s*(?:[.,;!]|$|(?:and|so|last|in|this|at|from|as)\b))",
    re.I,
)
_SAME_WAY = {"car": "drive", "bicycle": "cycle", "bike": "cycle", "foot": "walk"}


@lru_cache(maxsize=1024)
def names_successor(text: str) -> bool:
    """Whether a text tells of somebody or something that takes a place, or leaves it."""
    if _GONE.search(text) or _TAKES_OVER.search(text):
        return True
    return _is_lasting(text) and (bool(_stated(text)) or any(pattern.search(text) for pattern, _ in _SOLE))


def follows(new: MemoryItem, old: MemoryItem, cosine: float) -> bool:
    """Whether a newer fact of the same person gives a place of an older one to somebody or something else.

    Args:
        new: What is told.
        old: What was told before it.
        cosine: Of the two.
    """
    if old.memory.rstrip().endswith("?") or not names_successor(new.memory):
        return False
    held = _stated(old.memory).items()
    return any(_leaves(new, place, value) or _gives(new, old, place, value, cosine) for place, value in held)


def _leaves(new: MemoryItem, place: str, value: str) -> bool:
    """Whether a text says that who had a place is gone, or that another took over from them."""
    gone = (*_GONE.finditer(new.memory), *_TAKES_OVER.finditer(new.memory)) if place in say.STAFF else ()
    return any(key(found["former"]) == value for found in gone)


def _gives(new: MemoryItem, old: MemoryItem, place: str, value: str, cosine: float) -> bool:
    """Whether a text names who or what has a place now."""
    text = new.memory
    if not _is_lasting(text):
        return False
    stated = _stated(text)
    after = stated.get(place) if stated else _sole(text, place, cosine)
    return after not in {None, value} and _one_teller(old, new, {value, after})


def _is_lasting(text: str) -> bool:
    return say.NEWS.search(text) is not None and say.NOT_FOR_GOOD.search(say.FROM_THEN.sub(" ", text)) is None


def _sole(text: str, place: str, cosine: float) -> str | None:
    """The successor that a text names without the place, if it can be this one."""
    found = (pattern.search(text) for pattern, places in _SOLE if cosine >= places.get(place, 2.0))
    return next((key(match["value"]) for match in found if match), None)


def _one_teller(old: MemoryItem, new: MemoryItem, values: set[str | None]) -> bool:
    """Whether two facts are of one person; a fact may have the name of whom it speaks, which says nothing of that."""
    names = {key(item.name) for item in (old, new) if item.name}
    return len(names - values) < 2


@lru_cache(maxsize=1024)
def _stated(text: str) -> dict[str, str]:
    """Place -> the key of who or what a text says has it."""
    places: dict[str, str] = {}
    for place, pattern in _STATED:
        for found in pattern.finditer(text):
            value = key(found["value"])
            places.setdefault(place or say.PLACES[found["noun"].casefold()], _SAME_WAY.get(value, value))
    return places
