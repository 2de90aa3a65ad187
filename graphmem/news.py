"""News: whether a text says that what an older one states of the same person holds no longer. Pure, of words alone.

Relations close what they contradict (see `claims`); this is for the rest: what has stopped, was called off, sold or
moved to another day, and what is told again with another number, time or name. It reads English, and when in doubt
it says no: what is not replaced merely stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from graphmem.attributes import is_reset
from graphmem.succession import follows, names_successor
from graphmem.words import key, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphmem.types import MemoryItem, Relation

__all__ = ["is_news", "outdated", "replaced", "speaks_of"]

_LONGEST = 200
"""Characters of a text that says one thing."""
_NEAR = 0.25
"""Cosine from which a stored fact may be what a text calls over or changed."""

_DOUBTFUL = re.compile(
    r"\?\W*$|\b(?:if|might|maybe|perhaps|(?<!don't )(?<!not )(?<!longer )want(?:s|ed)? to|wanna|would|should|could|"
    r"plan(?:s|ning)? to|going to (?-i:[a-z])|gonna|hop(?:e|ing)|thinking (?:of|about)|considering|wish|try(?:ing)? to|"
    r"about to|almost|nearly|never|"
    r"will (?:stop|quit|give)|(?:haven't|hasn't|didn't|don't) (?:\w+ )?(?:stop|quit|give|cancel|s[eo]l[dl]))",
    re.I,
)
"""What is only thought of."""
_BESIDES = re.compile(r"\b(?:another|also|too|as well|besides|second|both|on the side|on top)\b", re.I)
_GONE_BY = re.compile(
    r"\b(?:was|were|did|had|went|met|saw|bought|came|made|sold|left|gave|took|found|told|lost|won|ran|ate|"
    r"drove|flew|wrote|paid|broke|used to|ago|yesterday|last (?:week|month|year|night))\b"
    r"|\b(?!(?:need|feed|seed|indeed|call|nam|marri|engag|interest|retir|tir|bor|scar|locat|bas|employ|unemploy)(?:ed)?\b)"
    r"\w{2,}ed\b", re.I,
)  # fmt: skip
"""What an older text tells of the past stays true."""
_DENIED = re.compile(r"\b(?:not|no|never|without|no longer|stopped|quit|gave up|given up|cancell?ed)\b|n't\b", re.I)

_STOP = r"(?:[.,;:!?]|\s+(?:and|but|because|since|in|after|so|when|last|this|for|to|from|until|with|due)\b|\s+-|$)"
_OVER = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:stop(?:ped)?|quit|(?:gave|given) up|done with|fed up with)\s+(?P<what>\w+ing\b.*?){_STOP}",
        rf"\b(?:quit|(?:gave|given) up(?: on)?|cancell?ed|called off|dropped|got rid of|deleted|uninstalled|sold"
        r"|returned|finished|paid off|crashed|scrapped)\s+"
        rf"(?P<what>(?:my|our|the|(?-i:[A-Z]))\s?.*?){_STOP}",
        rf"\bno longer\s+(?P<what>.*?){_STOP}",
        r"\b(?:not|can't|don't|doesn't|isn't|aren't|'m not|am not)\s+(?P<what>[^.,;:!?]*?)\s*\b"
        r"(?:anymore|any more|any longer)\b",
        r"(?:^|[.,;:!?]|\b(?:so|and|but|that)\b)\s*(?P<what>[^.,;:!?]*?)"
        r"(?:\s+(?:is|are|was|were|has been|have been|got)|'s)\s+"
        r"(?:off(?=\W*$|[.,;!])|gone(?=\W*$|[.,;!])|over(?=\W*$|[.,;!])|cancell?ed|called off|sold\b)",
    )
]
"""What is over, as `what`."""
_QUIT = re.compile(
    rf"\b(?:i|we)(?:'ve|\s+have)?(?:\s+(?:just|now|finally))*\s+(?:quit|(?:gave|given) up|cut out|went off|gone off)\s+"
    rf"(?P<what>\w+){_STOP}", re.I,
)  # fmt: skip
_HABIT = re.compile(r"\b(?:eat|drink|smoke|have|take|play|love|like|enjoy|live on|learn|study|practi[sc]e|do)\b", re.I)
_LEFT = re.compile(
    rf"\b(?:left|out of)\s+(?P<what>(?-i:[A-Z]).*?|(?:the|my|our) (?:\w+ )?(?:band|choir|club|team|orchestra|group|"
    rf"committee|board|union|party|church|league|company|firm|squad)(?: \w+)?){_STOP}", re.I,
)  # fmt: skip
_AWAY = re.compile(r"\b(?:for (?:the|a|two|three|ten)\b|this morning|tonight|at \d|early|today)", re.I)
_HOME = re.compile(r"\b(?:live|lives|home|house|flat|apartment)\b", re.I)
_DIED = re.compile(
    r"(?P<what>(?-i:[A-Z])\w+)\s+(?:has )?(?:just )?(?:died|passed away)\b"
    r"|\bput (?P<other>(?-i:[A-Z])\w+) (?:down|to sleep)\b",
    re.I,
)
_PET = re.compile(r"\b(?:dog|cat|puppy|kitten|rabbit|bunny|hamster|parrot|bird|horse|fish|tortoise|pet|budgie)\b", re.I)
_DEVICE = re.compile(r"\b(?:car|van|bike|scooter|phone|laptop|tablet|computer|camera|printer|boiler|fridge)\b", re.I)
_KIN_BEFORE = re.compile(r"\b(?:my|our|his|her|their) \w+\W+$", re.I)
"""Somebody's somebody, like "my uncle", who may be called like a pet."""
_MOVED_OUT = re.compile(r"(?P<what>(?-i:[A-Z])\w+)\s+(?:has )?(?:just )?moved (?:out|away)\b", re.I)
_SHARED = re.compile(r"\b(?:shar(?:e|ing)|live|lives|living|flatmate|roommate|housemate|flat|neighbou?rs?)\b", re.I)
_INSTEAD = re.compile(
    rf"\b(?:switch|chang|swapp|mov|convert|transition)\w*\s+(?:\w+\s+){{0,2}}from\s+(?P<a>[^.,;:!?]*?)\s+to\s"
    rf"|\breplaced\s+(?P<b>.*?)\s+(?:with|by)\b|\binstead of\s+(?P<c>.*?){_STOP}"
    r"|\btraded\s+(?:in\s+)?(?P<d>.*?)\s+for\b",
    re.I,
)
_SWITCHED = re.compile(r"\b(?:switch|chang|swap|mov|convert|replac|trad|instead)\w*", re.I)

_NEWS = re.compile(
    r"\b(?:now|nowadays|these days|after all|turns out|(?:my|our|an?) new|instead|finally|from now on|anymore|"
    r"correction|sorry|actually|my mistake|misread|mixed up|wrong|i meant|in fact|no longer|meanwhile|since then|"
    r"(?:re)?scheduled|postponed|delayed|extended|shortened|brought forward|pushed(?: back)?|shifted|"
    r"(?:down|up) to(?= \d)|moved|put|relocated|changed|switched|replaced|swapped|updated|raised|lowered|cut|"
    r"increased|reduced|upgraded|"
    r"going (?:up|down)|went (?:up|down)|gone (?:up|down)|rose|dropped|turned|became|grew|lost|gained)\b",
    re.I,
)
"""What calls itself news."""
_NUMBER = re.compile(
    r"\d[\w.,:/-]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)"
    r"teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|half|quarter|noon|midnight|first|second|third|"
    r"fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b",
    re.I,
)
_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|(?-i:May)|june|july|august|september|"
    r"october|november|december|spring|summer|autumn|winter|mornings?|afternoons?|evenings?|tomorrow|weekends?)\b",
    re.I,
)
_SOUGHT = re.compile(r"\b(?:want|need|trying|exploring|looking|stuck|wondering|working on)\b", re.I)
"""What an older text asks for, rather than states."""
_OWN = re.compile(r"\b(?:my|our)\s[\w' ]{1,40}?\s(?:is|are|costs?|leaves?|starts?|begins?|ends?)\b", re.I)
"""A state of what is somebody's own: another value is news, whatever it calls itself."""
_VALUE = re.compile(f"{_NUMBER.pattern}|{_DAY.pattern}", re.I)
_BY_ANYBODY = re.compile(
    r"\b(?:moved|postponed|rescheduled|extended|raised|lowered|increased|reduced|changed|pushed|shifted|put) "
    r"(?:my|our|the)\b"
    r"|\b(?:been|was|were) (?:moved|postponed|rescheduled|extended|raised|lowered|increased|reduced|changed)\b",
    re.I,
)
_OWNER = re.compile(r"\b(?:(?:[Mm]y|[Oo]ur|[Tt]he) (?:\w+ )?([a-z]+)|([A-Z]\w+))['’]s (?!\w+ed\b)(?=[a-z])")
_SUBJECT = re.compile(
    r"^(?:(?:my|our|the)\s+)?(?!(?:i|we|you|he|she|it|they|that|this|there|what|here)\b)(?P<head>\w+)\s+"
    r"(?:now\s+)?(?:is|are|has|have|costs?|weighs?|takes?|starts?|leaves?|ends?)\b",
    re.I,
)
_BY_ME = re.compile(r"^(?:i|we)\b", re.I)
_NAME = re.compile(r"(?<![.!?:] )(?<!^)(?<!\")\b[A-Z][\w&'-]*")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof"})
_ONE_AT_A_TIME = (
    "boss manager supervisor doctor gp dentist landlord landlady therapist physiotherapist trainer tutor accountant "
    "lawyer girlfriend boyfriend wife husband partner fiance roommate flatmate bank insurer provider hairdresser vet"
)
"""Of whom, or of which, somebody has one at a time: "my new boss is Ahmed" replaces the old one."""
_MANY = "subscribe speak learn read watch know follow play listen visit own teach collect support sing write"
"""What one does with several at a time: to subscribe to one thing now does not end another."""
_SAYS_LITTLE = (
    "go have get take want like love need think feel know make do use keep call named year month week day time "
    "today old new just still really actually sorry correction mistake misread wrong now again instead finally "
    "turn move relocate change switch replace swap update raise lower increase reduce extend postpone delay reschedule "
    "push shift rise drop cut went gone leave back forward up down become say tell first thing moved changed "
    "yesterday pm am o'clock scheduled shortened upgraded turned turns became days nowadays anymore meant fact "
    "also measured without"
)
"""Words that are not what a clause is about."""


_SAME_THING = {"earn": "salari", "wage": "salari", "weigh": "weight", "pay": "cost", "children": "child"}
"""An index term -> the one for the same thing."""


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
    if _DOUBTFUL.search(text) or _BESIDES.search(text):
        return False
    told = _NEWS.search(text) or _NUMBER.search(text) or _DAY.search(text)
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
    if max(len(new), len(old)) > _LONGEST or not is_news(new) or _GONE_BY.search(old) or old.rstrip().endswith("?"):
        return None
    if not _DENIED.search(old):
        said = frozenset(terms(old))
        said |= {term.removesuffix("er") for term in said}  # a teacher teaches
        for ended in _ended(new, old) if same else _lost(new, old):
            if ended and 2 * len(ended & said) >= len(ended) and any(len(term) > 2 for term in ended & said):
                return ended & said
    return frozenset() if _revalued(new, old, same) else None


def _ended(new: str, old: str | None = None) -> Iterator[frozenset[str]]:
    """The terms of each thing that a text says is over, or was there before; `old` rules out what cannot be meant."""
    for pattern in _OVER:
        for found in pattern.finditer(new):
            yield _content(found["what"])
    if _SWITCHED.search(new):
        for found in _INSTEAD.finditer(new):
            yield _content(next(what for what in found.groups() if what is not None))
    if old is None or _HABIT.search(old):
        yield from (_content(found["what"]) for found in _QUIT.finditer(new))
    if old is None or not (_AWAY.search(new) or _HOME.search(old)):
        yield from (_content(found["what"]) for found in _LEFT.finditer(new))
    yield from _lost(new, old)


def _lost(new: str, old: str | None = None) -> Iterator[frozenset[str]]:
    """Who died or moved out."""
    for pattern, fitting in ((_DIED, _PET), (_DIED, _DEVICE), (_MOVED_OUT, _SHARED)):
        for found in pattern.finditer(new) if old is None or fitting.search(old) else ():
            whose = _KIN_BEFORE.search(new[: found.start()])
            if whose is None or fitting.search(whose[0]):
                yield _content(next(filter(None, found.groups())))


def _content(text: str) -> frozenset[str]:
    return frozenset(_SAME_THING.get(term, term) for term in terms(text)) - _terms_of(_SAYS_LITTLE)


@lru_cache(maxsize=3)
def _terms_of(words: str) -> frozenset[str]:
    return frozenset(terms(words))


def _revalued(new: str, old: str, same: bool) -> bool:
    """Whether a newer text gives another value to what an older one speaks of, and calls itself news if it must."""
    if _DOUBTFUL.search(old) or _SOUGHT.search(old):
        return False
    if not _owners(new) <= frozenset(terms(old)) or _of_another(new, old):
        return False
    told = _NEWS.search(new) is not None
    states = _OWN.search(new) is not None and _OWN.search(old) is not None
    values = _clause(new)
    named = values.names | _clause(old).names
    for now, before in product(_clauses(new, named), _clauses(old, named)):
        about = now.topic & before.topic
        alike = now.topic == before.topic if not told else 2 * len(about) >= len(now.topic | before.topic)
        meant = same or about & _terms_of(_ONE_AT_A_TIME) or _BY_ANYBODY.search(new)
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
    said, before = (_VALUE.split(text, maxsplit=1)[0].casefold().split() for text in (new, old))
    one, other = _clause(new), _clause(old)
    named = not one.names or other.names <= one.names
    return len(said) > 2 and said == before and named and one.numbers != other.numbers


def _differ(before: _Clause, now: _Clause, told: bool, new: str, old: str) -> bool:
    """Another number or time for the same names, or another name, which only news may give."""
    if before.numbers and now.numbers:
        return now.numbers != before.numbers and (before.names <= now.names or (told and not now.names))
    if told and before.names and now.names and not before.numbers and not now.numbers:
        return before.names.isdisjoint(now.names) and not now.topic <= _terms_of(_MANY)
    return told and bool(re.search(r"\bwithout\b", new, re.I)) != bool(re.search(r"\bwithout\b", old, re.I))


def _clauses(text: str, named: frozenset[str]) -> list[_Clause]:
    """Its clauses; `named` are the names of the whole, for one that begins with a name."""
    parts = [_clause(part) for part in re.split(r"[,;:!?]\s+|\.\s+", text) if part.strip()]
    return [part._replace(topic=part.topic - named, names=part.names | (part.topic & named)) for part in parts]


@lru_cache(maxsize=1024)
def _clause(text: str) -> _Clause:
    days, rest = frozenset(terms(" ".join(_DAY.findall(text)))), _DAY.sub(" ", text)
    numbers = frozenset(found.casefold().rstrip(".,:") for found in _NUMBER.findall(rest))
    rest = _NUMBER.sub(" ", rest)
    names = frozenset(terms(" ".join(_NAME.findall(rest)))) - _TITLES
    return _Clause(_content(_NAME.sub(" ", rest)), days | numbers, names, _GONE_BY.search(text) is not None)
