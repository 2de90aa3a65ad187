"""News: whether a text says that what an older one states of the same person holds no longer. Pure, of words alone.

Relations close what they contradict (see `claims`); this is for the rest: what has stopped, was called off, sold or
moved to another day, and what is told again with another number, time or name. It reads English (the words stand in
`newswords`), and when in doubt it says no: what is not replaced merely stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from graphmem import newswords as say
from graphmem.attributes import is_reset
from graphmem.succession import follows, names_successor
from graphmem.words import key, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from graphmem.types import MemoryItem, Relation

__all__ = ["changed_at", "is_news", "outdated", "replaced", "speaks_of", "to_come"]

_LONGEST = 200
"""Characters of a text that says one thing."""
_NEAR = 0.25
"""Cosine from which a stored fact may be what a text calls over or changed."""

_KIN_BEFORE = re.compile(r"\b(?:my|our|his|her|their) \w+\W+$", re.I)
"""Somebody's somebody, like "my uncle", who may be called like a pet."""
_OWN = re.compile(r"\b(?:my|our)\s[\w' ]{1,40}?\s(?:is|are|costs?|leaves?|starts?|begins?|ends?)\b", re.I)
"""A state of what is somebody's own: another value is news, whatever it calls itself."""
_OWNER = re.compile(r"\b(?:(?:[Mm]y|[Oo]ur|[Tt]he) (?:\w+ )?([a-z]+)|([A-Z]\w+))['’]s (?!\w+ed\b)(?=[a-z])")
_SUBJECT = re.compile(
    r"^(?:(?:my|our|the)\s+)?(?!(?:i|we|you|he|she|it|they|that|this|there|what|here)\b)(?P<head>\w+)\s+"
    r"(?:now\s+)?(?:is|are|has|have|costs?|weighs?|takes?|starts?|leaves?|ends?)\b",
    re.I,
)
_BY_ME = re.compile(r"^(?:i|we)\b", re.I)
_NAME = re.compile(r"(?<![.!?:] )(?<!^)(?<!\")\b[A-Z][\w&'-]*")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof"})
_WITHOUT = re.compile(r"\bwithout\b", re.I)


class _Clause(NamedTuple):
    """What a clause is about, and which values it gives."""

    topic: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    gone_by: bool
    """It tells of the past."""


@lru_cache(maxsize=256)
def is_news(text: str) -> bool:
    """Whether a text may replace anything at all."""
    if say.DOUBTFUL.search(text) or say.BESIDES.search(text):
        return False
    told = say.NEWS.search(text) or say.NUMBER.search(text) or say.DAY.search(text)
    return told is not None or any(_ended(text)) or names_successor(text)


def replaced(
    new: MemoryItem, near: Iterable[tuple[MemoryItem, float]], told: Iterable[MemoryItem]
) -> Iterator[tuple[MemoryItem, frozenset[str]]]:
    """The older facts that a new one says hold no longer, with what of them is over (see `outdated`).

    Args:
        new: The new fact.
        near: Stored facts with their cosine to it, nearest first; only the first is taken for another value.
        told: Those of the same call.
    """
    if not is_news(new.memory):
        return
    for item, cosine in (
        *((item, cosine) for item, cosine in near if cosine >= _NEAR),
        *((item, 0.0) for item in told),
    ):
        if not _heard_by_one(item, new):
            continue
        same = not item.name or not new.name or key(item.name) == key(new.name)
        gone = outdated(new.memory, item.memory, same=same)
        if gone is None and follows(new, item, cosine):
            gone = frozenset()
        if gone is not None:
            yield item, gone
            if not gone:
                return


def _heard_by_one(item: MemoryItem, new: MemoryItem) -> bool:
    """Whether two facts of different turns stand where the same ones hear them, the first earlier and still open."""
    return (
        item.sources != new.sources
        and item.superseded_by is None
        and item.valid_from <= new.valid_from
        and (item.agent_id, item.app_id, item.user_id) == (new.agent_id, new.app_id, new.user_id)
    )


def changed_at(new: MemoryItem, old: MemoryItem) -> datetime:
    """When what is told takes the place of what is older: at its date, if that lies between or is to come, or now."""
    dated = new.event_from
    between = dated is not None and old.valid_from < dated < new.valid_from
    return to_come(new) or (dated if dated and between else new.valid_from)


def to_come(item: MemoryItem) -> datetime | None:
    """The date from which a text says that it will be so; a meeting that is moved to Friday is so at once."""
    announced = say.FROM_THEN.search(item.memory) or say.GROWS.search(item.memory)
    return item.event_from if announced and item.event_from and item.event_from > item.valid_from else None


def speaks_of(relation: Relation, gone: frozenset[str]) -> bool:
    """Whether a relation is about what is over: "teaching" of TEACHES, "the Volvo" of DRIVES Volvo."""
    return not gone.isdisjoint(terms(f"{relation.type} {relation.object_name}".replace("_", " ")))


def outdated(new: str, old: str, *, same: bool = True) -> frozenset[str] | None:
    """The index terms of what an older text says and a newer one ends; None if it does not replace it.

    An empty set: it gives another value ("at nine" for "at seven") to the same thing.

    Args:
        new: What is told.
        old: What was told before it.
        same: Whether they may be about one person; if not, only who died, moved out or took somebody's place counts.
    """
    if max(len(new), len(old)) > _LONGEST or not is_news(new) or old.rstrip().endswith("?"):
        return None
    if say.GONE_BY.search(say.SET_TO.sub(" ", old)) or _is_exception(new, old):
        return None
    if not say.DENIED.search(old):
        said = frozenset(terms(old))
        said |= {term.removesuffix("er") for term in said}  # a teacher teaches
        for ended in _ended(new, old) if same else _lost(new, old):
            if ended and 2 * len(ended & said) >= len(ended) and any(len(term) > 2 for term in ended & said):
                return ended & said
    stated = say.FROM_THEN.sub(" ", new).strip(" ,")
    return frozenset() if _revalued(stated, old, same, told=_calls_itself_news(new)) else None


def _is_exception(new: str, old: str) -> bool:
    """Whether it is otherwise for a short time only: "this week it's on Friday"."""
    if not say.EXCEPTION.search(say.FROM_THEN.sub(" ", new)):
        return False
    return say.HABITUAL.search(old) is not None or not (_calls_itself_news(new) or any(_ended(new)))


def _calls_itself_news(text: str) -> bool:
    return say.NEWS.search(text) is not None


def _ended(new: str, old: str | None = None) -> Iterator[frozenset[str]]:
    """The terms of each thing that a text says is over, or was there before; `old` rules out what cannot be meant."""
    for pattern in say.OVER:
        yield from _named(pattern, new)
    if say.SWITCHED.search(new):
        for found in say.INSTEAD.finditer(new):
            yield _content(next(what for what in found.groups() if what is not None))
    if old is None or say.HABIT.search(old):
        yield from _named(say.QUIT, new)
    if old is None or not (say.AWAY.search(new) or say.HOME.search(old)):
        yield from _named(say.LEFT, new)
    for pattern in say.RESIGNED if old is None or say.SETTLED.search(old) else ():
        yield from _named(pattern, new)
    yield from _lost(new, old)


def _named(pattern: re.Pattern[str], text: str) -> Iterator[frozenset[str]]:
    return (_content(found["what"]) for found in pattern.finditer(text))


def _lost(new: str, old: str | None = None) -> Iterator[frozenset[str]]:
    """Who died or moved out."""
    for pattern, fitting in say.LOST:
        for found in pattern.finditer(new) if old is None or fitting.search(old) else ():
            whose = _KIN_BEFORE.search(new[: found.start()])
            if whose is None or fitting.search(whose[0]):
                yield _content(next(filter(None, found.groups())))


def _content(text: str) -> frozenset[str]:
    return frozenset(say.SAME_THING.get(term, term) for term in terms(text)) - _terms_of(say.SAYS_LITTLE)


@lru_cache(maxsize=3)
def _terms_of(words: str) -> frozenset[str]:
    return frozenset(terms(words))


def _revalued(new: str, old: str, same: bool, *, told: bool) -> bool:
    """Whether a newer text gives another value to what an older one speaks of; `told`: it calls itself news."""
    if say.DOUBTFUL.search(old) or say.SOUGHT.search(old):
        return False
    if not _owners(new) <= frozenset(terms(old)) or _of_another(new, old):
        return False
    states = _OWN.search(new) is not None and _OWN.search(old) is not None
    values = _clause(new)
    named = values.names | _clause(old).names
    for now, before in product(_clauses(new, named), _clauses(old, named)):
        about = now.topic & before.topic
        alike = now.topic == before.topic if not told else 2 * len(about) >= len(now.topic | before.topic)
        meant = same or about & _terms_of(say.HOLDERS) or say.BY_ANYBODY.search(new)
        news = told or (states and not now.gone_by)
        if alike and about and meant and news and _differ(before, values, told, new, old):
            return True
    return same and told and (is_reset(new, old) or _begins_alike(new, old))


def _of_another(new: str, old: str) -> bool:
    """Whether one speaks of somebody's own doing, and the other of a thing that is not named there."""
    found = _SUBJECT.search(new) if _BY_ME.search(old) else None
    return found is not None and _content(found["head"]).isdisjoint(_content(old))


def _owners(text: str) -> frozenset[str]:
    """Whose what a text speaks of is, by name or kinship: "my brother's wedding"."""
    return frozenset(terms(" ".join(found[1] or found[2] for found in _OWNER.finditer(text))))


def _begins_alike(new: str, old: str) -> bool:
    """Whether the same words stand before another number or time: "I get up at six", "I get up at seven now"."""
    said, before = (say.VALUE.split(text, maxsplit=1)[0].casefold().split() for text in (new, old))
    one, other = _clause(new), _clause(old)
    named = not one.names or other.names <= one.names
    return len(said) > 2 and said == before and named and one.numbers != other.numbers


def _differ(before: _Clause, now: _Clause, told: bool, new: str, old: str) -> bool:
    """Another number or time for the same names, or another name, which only news may give."""
    if before.numbers and now.numbers:
        return now.numbers != before.numbers and (before.names <= now.names or (told and not now.names))
    if told and before.names and now.names and not before.numbers and not now.numbers:
        return before.names.isdisjoint(now.names) and not now.topic <= _terms_of(say.MANY)
    return told and bool(_WITHOUT.search(new)) != bool(_WITHOUT.search(old))


def _clauses(text: str, named: frozenset[str]) -> list[_Clause]:
    """Its clauses; `named` are the names of the whole, for one that begins with a name."""
    parts = [_clause(part) for part in re.split(r"[,;:!?]\s+|\.\s+", text) if part.strip()]
    return [part._replace(topic=part.topic - named, names=part.names | (part.topic & named)) for part in parts]


@lru_cache(maxsize=1024)
def _clause(text: str) -> _Clause:
    days, rest = frozenset(terms(" ".join(say.DAY.findall(text)))), say.DAY.sub(" ", text)
    numbers = frozenset(found.casefold().rstrip(".,:") for found in say.NUMBER.findall(rest))
    rest = say.NUMBER.sub(" ", rest)
    names = frozenset(terms(" ".join(_NAME.findall(rest)))) - _TITLES
    return _Clause(_content(_NAME.sub(" ", rest)), days | numbers, names, say.GONE_BY.search(text) is not None)
