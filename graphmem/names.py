"""Names: what the form of a name tells by itself. Works on entity keys (`words.key`) and compares nothing else.

A title, the dots of initials and a letter that other keyboards lack are no part of a name, and are left out of its
key (`plain`). What a name may also stand for is less sure, and is an alias that only fitting mentions may use: a
company without its legal form, the initials of a long name, a doctor by title and surname.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.words import STOP, key, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "asked",
    "brief",
    "clash",
    "defined",
    "forms",
    "initials",
    "is_title",
    "nicknamed",
    "plain",
    "polite",
    "shortened",
    "trading",
]

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "\u02bc": " ", "\u02bb": " "}
)
"""Letters that Unicode does not take apart, and the apostrophes that it takes for letters."""

_MEN, _WOMEN = frozenset({"mr", "sir"}), frozenset({"mrs", "ms", "dame"})
_SURE_TITLES = _MEN | _WOMEN | {"dr", "prof", "professor"}
_TITLES = _SURE_TITLES | listed(
    """miss mx doctor captain capt colonel col lieutenant lt sergeant sgt commander admiral general gen detective
    inspector officer judge senator sen governor gov president chancellor ambassador rev reverend"""
)
"""Those of rank count before a person's name alone ("General Electric Company"). Not those that tell people apart
("King Charles II", "John Smith Jr"), nor those that are names as well ("Lady Bird Johnson")."""
_DEGREES = ("phd", "ph d", "md", "esq")

_SURE_FORMS = listed("inc incorporated ltd llc llp plc gmbh corp corporation pty pte sarl srl")
_FORMS = _SURE_FORMS | listed("ag ab oy oyj asa sa spa nv bv kk kg co limited")
"""Legal forms; the shorter ones count at the end of an organisation's name alone. Not "company": Walt Disney is not
the Walt Disney Company."""
TRADES = frozenset({"ORG", "THING", "PRODUCT"})
"""What a company may be taken for without its legal form: "Gap" in "the gap" and Calvin Klein are none."""

_LITTLE = frozenset({"of", "the", "for", "and", "in", "on", "de", "du", "des", "la", "von"})
_ABBREVIATION = re.compile(r"\(([^\W\d_a-z][\w&.-]{1,9})\)")
_EXPLAINED = re.compile(r"\b([^\W\d_a-z][\w&.-]{1,9}) \(([^()]{4,80})\)")

# A small part of the list of English nicknames by C. Northern and N. Crews (github.com/carltonnorthern/nicknames,
# Apache 2.0): short names that are hardly ever given for another name than these.
_SHORT = {
    short: frozenset(full.split())
    for short, full in (
        line.split(": ")
        for line in """abby: abigail
alex: alexander alexandra
andy: andrew
angie: angela
becky: rebecca
ben: benjamin
beth: elizabeth
bill: william
billy: william
bob: robert
bobby: robert
cathy: catherine katherine
charlie: charles
chris: christopher christina christine
cindy: cynthia
dan: daniel
danny: daniel
dave: david
debbie: deborah debra
dick: richard
ed: edward
eddie: edward
fred: frederick
gabe: gabriel
greg: gregory
jeff: jeffrey geoffrey
jen: jennifer
jenny: jennifer
jim: james
jimmy: james
joe: joseph
josh: joshua
judy: judith
kate: katherine kathryn
kathy: katherine kathryn catherine
ken: kenneth
larry: lawrence laurence
liz: elizabeth
maggie: margaret
mandy: amanda
matt: matthew
mike: michael
nate: nathan nathaniel
nick: nicholas nicolas
pam: pamela
peggy: margaret
pete: peter
phil: philip phillip
ray: raymond
rick: richard
rob: robert
ron: ronald
sam: samuel samantha
steve: stephen steven
sue: susan
susie: susan
ted: theodore
tim: timothy
tom: thomas
tommy: thomas
tony: anthony
trish: patricia
vicky: victoria
vince: vincent
walt: walter
zach: zachary""".splitlines()
    )
}


def plain(name_key: str, type: str) -> str:
    """The key without what is no part of a name: titles, degrees, spaces within initials ("j k rowling")."""
    words = _joined(name_key.translate(_LETTERS).split())
    if len(words) > 1 and words[0] == "st":
        words[0] = "saint"
    titles = _TITLES if type == "PERSON" else _SURE_TITLES
    while len(words) > 2 and words[0] in titles:
        words = words[1:]
    found = " ".join(words)
    for degree in _DEGREES if type == "PERSON" else ():
        rest = found.removesuffix(f" {degree}")
        found = rest if " " in rest else found
    return name_key if not found or found in STOP else found


def _joined(words: Iterable[str]) -> list[str]:
    """Runs of single letters as one word."""
    found: list[str] = []
    run = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and run:
            found[-1] += word
        else:
            found.append(word)
        run = single
    return found


def is_title(word: str) -> bool:
    """Whether a word may stand before a person's name and is no name: nobody's first name is "dr"."""
    return word in _TITLES


def trading(name_key: str, type: str) -> str | None:
    """A company's name without its legal form: "acme" for "acme inc"; None if it has none."""
    if type in ("PERSON", "PLACE"):
        return None
    forms = _FORMS if type == "ORG" else _SURE_FORMS
    words = plain(name_key, type).split()
    whole = len(words)
    while len(words) > 1 and words[-1] in forms:
        words = words[:-1]
    rest = " ".join(words)
    return rest if len(words) < whole and len(rest) > 2 and not rest.isdigit() and rest not in STOP | _FORMS else None


def polite(name_key: str, type: str) -> str | None:
    """A person by title and surname: "dr weiss" for "dr hannah weiss"; None for a name without title."""
    words = name_key.split()
    if type != "PERSON" or len(words) < 3 or words[0] not in _TITLES - {"sir", "dame"}:
        return None
    return f"{words[0]} {plain(name_key, type).split()[-1]}"


def initials(name_key: str) -> tuple[str, ...]:
    """The initials of a name of three words or more, with its little words ("ioc") and without ("ic")."""
    words = [word for word in name_key.split() if word not in _FORMS or word == "corporation"]
    large = [word for word in words if word not in _LITTLE]
    return tuple({"".join(word[0] for word in some): None for some in (words, large) if len(some) > 2})


def brief(name_key: str, alias: str, type: str) -> frozenset[str] | None:
    """The types of mention that may mean an entity by an alias that stands for it by its form alone; None: any.

    `type` is the entity's. "NYC" is a place as New York City is one; what is called "United States Army" is not "USA".
    """
    if alias in initials(name_key):
        return TRADES | ({"PLACE"} if type == "PLACE" else {type, "GROUP", "CONCEPT"})
    return TRADES if alias == trading(name_key, type) else None


def shortened(one: str, other: str) -> bool:
    """Whether two keys are a name with and without initials in the middle: "john f marsden", "john marsden"."""
    few, many = sorted((one.split(), other.split()), key=len)
    inner = many[1:-1]
    return len(few) == 2 < len(many) and (few[0], few[1]) == (many[0], many[-1]) and all(len(w) == 1 for w in inner)


def clash(one: str, other: str) -> bool:
    """Whether the titles of two keys are a man's and a woman's."""
    first, second = one.partition(" ")[0], other.partition(" ")[0]
    return (first in _MEN and second in _WOMEN) or (first in _WOMEN and second in _MEN)


def nicknamed(first: str) -> frozenset[str]:
    """The first names that a first name is short for, or is shortened to."""
    return _SHORT.get(first, frozenset()) | {short for short, full in _SHORT.items() if first in full}


def forms(name_key: str, type: str) -> tuple[str, ...]:
    """What a name may be known by for its form alone: plain, without legal form, by initials; see each of them."""
    base, company = plain(name_key, type), trading(name_key, type)
    short = initials(base) if type in ("ORG", "PLACE") else ()
    return (base, *([company] if company else ()), *short)


def asked(name: str, type: str, *, guess: bool) -> set[str]:
    """The keys under which an entity of this name may be known; with `guess` also those of people by nickname."""
    name_key = key(name)
    found = {name_key, *forms(name_key, type), polite(name_key, type)}
    if guess and type == "PERSON":
        first, _, rest = plain(name_key, type).partition(" ")
        found |= {f"{other} {rest}".strip() for other in nicknamed(first)}
    return {each for each in found if each}


def defined(text: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Which of these names a text abbreviates, and how: "World Health Organization (WHO)", "WHO (World Health ...)".

    Yields (name, abbreviation). The letters of the abbreviation stand in the name in this order, the first one first.
    """
    longest = sorted(set(names), key=lambda name: (-len(name), name))
    by_key = {key(name): name for name in longest}
    for match in _ABBREVIATION.finditer(text):
        before = text[: match.start()].rstrip()
        name = next((name for name in longest if before.endswith(name)), None)
        if name and _abbreviates(match[1], key(name)):
            yield name, match[1]
    for match in _EXPLAINED.finditer(text):
        name = by_key.get(key(match[2]))
        if name and _abbreviates(match[1], key(name)):
            yield name, match[1]


def _abbreviates(short: str, name_key: str) -> bool:
    letters = [c for c in short if c.isalnum()]
    words = [word for word in name_key.split() if word not in _LITTLE]
    if len(words) < 2 or sum(c.isupper() for c in letters) < 2 or len(letters) > 8:
        return False
    wanted = key("".join(letters))
    rest = iter(" ".join(words))
    return words[0][:1] == wanted[:1] and all(letter in rest for letter in wanted)
