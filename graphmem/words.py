"""Words: how text becomes index terms, and names become entity keys, the same way for every store.

Terms are case-folded, accent-folded and stemmed (Snowball English). Scripts without spaces (Chinese,
Japanese, Thai, ...) become character bigrams; every emoji is a term of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["fold", "goes_by", "key", "listed", "ngrams", "normalise", "term_counts", "terms"]


def listed(text: str) -> frozenset[str]:
    """The words of a list written as one text, as they stand."""
    return frozenset(text.split())


# Function words carry no evidence and would only lengthen the posting lists.
STOP = listed(
    """a about above after again against all am an and any are aren't as at be because been before being
    below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down
    during each few for from further had hadn't has hasn't have haven't having he he'd he'll he's her here
    hers herself him himself his how i i'd i'll i'm i've if in into is isn't it it's its itself just let's me
    more most my myself no nor not of off on once only or other our ours ourselves out over own same she
    she'd she'll she's should shouldn't so some such than that that's the their theirs them themselves then
    there these they they'd they'll they're they've this those through to too under until up us very was
    wasn't we we'd we'll we're we've were weren't what when where which while who whom why will with won't
    would wouldn't you you'd you'll you're you've your yours yourself yourselves"""
)

_UNSPACED = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\U00020000-\U0003134f"
)
_LETTER = rf"(?:(?![{_UNSPACED}_])\w)"
_TOKEN = re.compile(rf"(?P<run>[{_UNSPACED}]+)|(?P<word>{_LETTER}+(?:'{_LETTER}+)*)")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SPACE = re.compile(r"\s+")
_DETERMINER = re.compile(r"^(?:the|a|an|my|your|our|his|her|its|their|this|that)\s+")


def normalise(text: str) -> str:
    """One spelling for one text: NFC, one space between words. It decides content ids."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Case, accents, width and typographic quotes folded away; letters keep their script."""
    text = unicodedata.normalize("NFKD", text.replace("\u2019", "'").replace("\u2018", "'"))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text)).casefold()


def key(name: str) -> str:
    """The entity key of a name: folded, determiner and possessive off, punctuation to spaces."""
    text = fold(name).strip().removesuffix("'s").removesuffix("'")
    text = _DETERMINER.sub("", text)
    kept = "".join(c if c.isalnum() or c in "+#" or _is_symbol(c) else " " for c in text)
    return _SPACE.sub(" ", kept).strip()


def ngrams(text: str, longest: int = 6) -> set[str]:
    """Entity keys of every run of up to `longest` words of a text: what a name in it could be."""
    words = key(text).split()
    return {" ".join(words[i : i + n]) for n in range(1, longest + 1) for i in range(len(words) - n + 1)}


def goes_by(person: str, name: str) -> bool:
    """Whether a person may be called so (both entity keys): in full, by a part of the name, or by a short form
    of three letters or more ("mel" for "melanie", "li hua" for "lihua")."""
    short = name.replace(" ", "")
    return (
        name in person.split()
        or person in name.split()
        or (len(short) > 2 and person.replace(" ", "").startswith(short))
    )


def terms(text: str) -> list[str]:
    """The index terms of a text, in order, stop words left out."""
    return list(_terms(fold(text)))


def term_counts(text: str) -> Counter[str]:
    """How often each index term stands in a text."""
    return Counter(terms(text))


def _terms(folded: str) -> Iterator[str]:
    for match in _TOKEN.finditer(folded):
        if run := match["run"]:
            yield from (run,) if len(run) == 1 else (run[i : i + 2] for i in range(len(run) - 1))
        elif (word := match["word"]) not in STOP:
            yield _stem(word.removesuffix("'s"))
    yield from (c for c in folded if _is_symbol(c))


def _is_symbol(char: str) -> bool:
    # Emoji and pictographs are "other symbols"; ASCII never is, so most text skips the table.
    return char > "\u00ff" and unicodedata.category(char) == "So"


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    stem: str = _stemmer().stemWord(word)
    return stem


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
