"""Cleaning before the parse: what would mislead the parser goes, and every character keeps its origin.

`Clean.source` gives back the speaker's own words for any span of the cleaned text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.words import STOP

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

__all__ = ["Clean", "clean", "is_english"]

_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.S)
_LOG_LINE = re.compile(
    r"^(?:[ \t]{4,}\S.*|[ \t]*(?:Traceback|File \"|at \w[\w.$]*\(|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d).*)$", re.M
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u2b50\u2b55]")
_REPLACE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile("[’‘´]"), "'"),
    (re.compile("[“”]"), '"'),
    (re.compile(r"`([^`\n]*)`"), lambda m: " " + m[1] + " "),
    (re.compile(r"\b[Gg]onna\b"), "going to"),
    (re.compile(r"\b[Ww]anna\b"), "want to"),
    (re.compile(r"\b[Gg]otta\b"), "got to"),
    (re.compile(r"(?<!\w)'(?:cause|cuz)\b|\bcuz\b"), "because"),
    (re.compile(r"\bfav(?:e)?\b"), "favorite"),
    (re.compile(r"\bfavourite\b"), "favorite"),
    (re.compile(r"\bIm\b|\bim(?= (?:an?|in|from|at|not|so|the|\w+ing)\b)"), "I'm"),
    (re.compile(r"\bex-(?=[a-z])"), "former "),
    (re.compile(r"\bIve\b"), "I've"),
    (re.compile(r"\bIll\b(?= [a-z])"), "I'll"),
    (re.compile(r"\bi(?='|\s)(?!\.)"), "I"),
)
_ANY = re.compile(r"[’‘´“”`]|nna\b|tta\b|\bcuz|'c|\bfav|\bim\b|\bI(?:m|ve|ll)\b|\bex-|\bi\b")
"""Without any of these there is nothing to replace."""
_GREETING = r"(?:hey|hi|hello|hiya|yo|dear|good (?:morning|evening|afternoon)|thanks|thank you|bye|congrats|wow|oh)"
_LATIN = re.compile(r"[A-Za-z]")
# Function words of other Latin-script languages that are no English words.
_FOREIGN = frozenset(
    [
        "ich",
        "und",
        "der",
        "das",
        "ist",
        "nicht",
        "mein",
        "meine",
        "ein",
        "eine",
        "wir",
        "sie",
        "mit",
        "auf",
        "zu",
        "den",
        "dem",
        "für",
        "von",
        "je",
        "suis",
        "le",
        "les",
        "et",
        "est",
        "une",
        "des",
        "du",
        "mon",
        "nous",
        "vous",
        "pas",
        "avec",
        "pour",
        "el",
        "los",
        "las",
        "que",
        "es",
        "una",
        "mi",
        "yo",
        "con",
        "por",
        "para",
        "il",
        "di",
        "che",
        "sono",
        "per",
        "non",
        "della",
        "og",
        "och",
        "jag",
        "är",
        "en",
        "det",
        "på",
        "ik",
        "het",
        "een",
        "van",
        "niet",
        "wij",
        "eu",
        "não",
        "uma",
        "com",
        "você",
        "meu",
    ]
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Clean:
    """A cleaned text; `origin[i]` is where its character i stood in the original."""

    text: str
    original: str
    origin: Sequence[int]

    def source(self, start: int, end: int) -> str:
        """The original words of the cleaned span [start, end), without blanks at its ends or code behind it."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start >= end:
            return ""
        last = self.origin[end - 1] + 1
        following = self.origin[end] if end < len(self.origin) else len(self.original)
        # A replaced run ("wanna") maps all its letters to its first: take the run whole.
        stop = following if end < len(self.origin) and following > last and self._same(end) else last
        return self.original[self.origin[start] : stop].strip()

    def _same(self, end: int) -> bool:
        return end >= 2 and self.origin[end - 1] == self.origin[end - 2]


def clean(text: str, addressees: Collection[str] = ()) -> Clean:
    """Code and emoji to blanks, quotes and contractions to plain forms, greeted names away."""
    masked = _EMOJI.sub(" ", _LOG_LINE.sub(_blank, _FENCE.sub(_blank, text)))
    result = Clean(masked, text, range(len(masked)))
    for pattern, plain in _REPLACE if _ANY.search(masked) else ():
        result = _substitute(result, pattern, plain)
    names = [name for full in addressees for name in _forms(full)]
    return _strip_vocatives(result, names) if names else result


def _blank(match: re.Match[str]) -> str:
    # Same length, so that what follows keeps its place.
    return "".join("\n" if c == "\n" else " " for c in match[0])


def _substitute(text: Clean, pattern: re.Pattern[str], plain: str | Callable[[re.Match[str]], str]) -> Clean:
    if not pattern.search(text.text):
        return text
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for match in pattern.finditer(text.text):
        new = plain if isinstance(plain, str) else plain(match)
        pieces += [text.text[at : match.start()], new]
        origin += text.origin[at : match.start()]
        origin += (
            text.origin[match.start() : match.end()]
            if len(new) == len(match[0])
            else [text.origin[match.start()]] * len(new)
        )
        at = match.end()
    return Clean("".join([*pieces, text.text[at:]]), text.original, [*origin, *text.origin[at:]])


def _forms(name: str) -> list[str]:
    """A name, its first word, and that word's first letters ("Mel" for Melanie)."""
    first = name.split()[0] if name.split() else ""
    return [re.escape(form) for form in {name, first} | {first[:n] for n in range(2, len(first))} if len(form) > 1]


def _strip_vocatives(text: Clean, names: list[str]) -> Clean:
    name = "(?:" + "|".join(sorted(names, key=len, reverse=True)) + ")"
    greeted = re.compile(rf"\b({_GREETING},?\s+){name}\b(?=\s*[,!.?])", re.I)
    called = re.compile(rf",\s*{name}(?=\s*[!?.;])|(?:(?<=^)|(?<=[.!?]\s)){name}\s*[,!]\s*")
    text = _substitute(text, greeted, lambda match: match[1].rstrip(", "))
    return _substitute(text, called, "")


def is_english(text: str) -> bool:
    """Whether the rules may read it: Latin letters, and not more function words of other languages than English."""
    words = _WORD.findall(text.lower())
    letters = sum(len(word) for word in words)
    if not letters or len(_LATIN.findall(text)) < letters / 2:
        return False
    foreign = sum(word in _FOREIGN for word in words)
    return foreign < 2 or foreign < sum(word in STOP for word in words)
