"""What the model is to answer, and how an answer is read: leniently in its form, as data, never as instructions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphmem.extract.base import Mode

__all__ = ["SCHEMA", "TYPES", "Answer", "Claim", "Tie", "read_answer"]

MODES: tuple[Mode, ...] = ("fact", "plan", "wish", "past", "ended", "hypothetical")
TYPES = ("PERSON", "PLACE", "ORG", "WORK", "EVENT", "PRODUCT", "GROUP", "CONCEPT", "THING")

_MOST_CLAIMS = 400
_MOST_TIES = 12
_MOST_OBJECTS = 1000
_LONGEST_ANSWER = 100_000
_LONGEST_NAME = 100
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_TIE = _object(
    subject=_TEXT,
    subject_type={"type": "string", "enum": list(TYPES)},
    type=_TEXT,
    object=_TEXT,
    object_type={"type": "string", "enum": list(TYPES)},
    negated={"type": "boolean"},
)
_CLAIM = _object(
    n={"type": "integer"},
    quote=_TEXT,
    about=_TEXT,
    mode={"type": "string", "enum": list(MODES)},
    lasting={"type": "boolean"},
    relations={"type": "array", "items": _TIE},
)
SCHEMA = _object(facts={"type": "array", "items": _CLAIM})
"""In the part of JSON Schema that servers accept as strict: every property required, no other allowed."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation that the model states; nothing of it has been checked."""

    subject: str
    type: str
    object: str
    subject_type: str = "CONCEPT"
    object_type: str = "CONCEPT"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the model about one message; nothing of it has been checked."""

    number: int
    quote: str
    about: str = ""
    mode: Mode = "fact"
    lasting: bool = True
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What could be read of an answer."""

    claims: tuple[Claim, ...] = ()
    broken: bool = False
    """It was cut short or damaged: these are the statements that are whole."""


def read_answer(text: str) -> Answer | None:
    """The claims of an answer: JSON, JSON in a fence or among words, or as much of it as is whole.

    None if there is nothing in it that could be an answer. An answer without facts is one.
    """
    loose = []
    for found in _objects(_THOUGHT.sub("", text)[:_LONGEST_ANSWER]):
        listed = found.get("facts")
        if isinstance(listed, list):
            return Answer(_claims(listed))
        if "quote" in found:
            loose.append(found)
    return Answer(_claims(loose), broken=True) if loose else None


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every whole JSON object of a text, left to right: the outermost ones, or those inside of what is broken."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            found, end = decoder.raw_decode(text, at)
            yield found
        except (ValueError, RecursionError):
            end = at + 1
        at = text.find("{", end)


def _claims(listed: list[Any]) -> tuple[Claim, ...]:
    claims = (_claim(one) for one in listed[:_MOST_CLAIMS] if isinstance(one, dict))
    return tuple(dict.fromkeys(claim for claim in claims if claim is not None))


def _claim(given: Mapping[str, Any]) -> Claim | None:
    number, quote = given.get("n"), given.get("quote")
    if isinstance(number, str) and number.strip().isdecimal() and len(number) < 10:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(quote, str):
        return None
    ties = given.get("relations")
    return Claim(
        number=number,
        quote=quote,
        about=_name(given.get("about")),
        mode=next((mode for mode in MODES if mode == given.get("mode")), "fact"),
        lasting=given.get("lasting") is not False,
        ties=tuple(_ties(ties)) if isinstance(ties, list) else (),
    )


def _ties(listed: list[Any]) -> Iterator[Tie]:
    for one in listed[:_MOST_TIES]:
        if not isinstance(one, dict):
            continue
        subject, kind, thing = _name(one.get("subject")), _name(one.get("type")), _name(one.get("object"))
        if subject and kind and thing:
            whose, whats = _type(one.get("subject_type")), _type(one.get("object_type"))
            yield Tie(subject, kind, thing, whose, whats, negated=one.get("negated") is True)


def _name(given: Any) -> str:
    return given.strip() if isinstance(given, str) and len(given) <= _LONGEST_NAME else ""


def _type(given: Any) -> str:
    return given if isinstance(given, str) and given in TYPES else "CONCEPT"
