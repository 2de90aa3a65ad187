"""Which messages go into one request: a few at a time, long ones cut at sentence ends, each piece with its number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.words import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphmem.types import Message

__all__ = ["Piece", "around", "batches", "estimate", "sentences"]

_MOST_PIECES = 20
"""Small models lose count of more."""
_OVERHEAD = 12
"""Tokens of a piece's number, speaker and time."""
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？]+[」』”]*|\n+)\s*")
_PER_TOKEN = 3.5
"""Characters of English a token, a little under what tokenizers reach, so that estimates are rather too high."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A message, or a part of a long one."""

    turn: int
    start: int
    """Where it begins in the message."""
    text: str


def estimate(text: str) -> int:
    """How many tokens a text has, roughly: by characters, each that is not ASCII counted as one."""
    plain = sum(map(str.isascii, text))
    return math.ceil(plain / _PER_TOKEN) + len(text) - plain


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text lie, blanks behind them left out; by punctuation alone, in any language."""
    start = 0
    for match in _END.finditer(text):
        if stated := text[start : match.end()].rstrip():
            yield start, start + len(stated)
        start = match.end()
    if rest := text[start:].rstrip():
        yield start, start + len(rest)


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """From where to where the sentences go that [start, end) touches."""
    spans = [span for span in sentences(text) if span[0] < end and start < span[1]]
    return (spans[0][0], spans[-1][1]) if spans else (start, end)


def batches(messages: Sequence[Message], size: int, *, everybody: bool) -> list[list[Piece]]:
    """Pieces of what people say, in order, in groups of about `size` estimated tokens.

    Args:
        messages: All of them; the pieces name theirs by its index.
        size: Estimated tokens of a group's texts.
        everybody: Whether whoever speaks is read (documents); else only what users say is.
    """
    read = [i for i, message in enumerate(messages) if _says(message, everybody)]
    groups: list[list[Piece]] = []
    filled = size
    for piece in (piece for i in read for piece in _cut(i, messages[i].content, size)):
        tokens = estimate(piece.text) + _OVERHEAD
        if filled + tokens > size or len(groups[-1]) >= _MOST_PIECES:
            groups.append([])
            filled = 0
        groups[-1].append(piece)
        filled += tokens
    return groups


def _says(message: Message, everybody: bool) -> bool:
    """Whether a message can state anything: "ok" and "thanks!" cannot."""
    said = message.content.split()
    return (everybody or message.role == "user") and (len(said) > 1 or len(terms(message.content)) > 1)


def _cut(turn: int, text: str, size: int) -> Iterator[Piece]:
    """The pieces of a text, each of about `size` tokens at most; a longer sentence is cut where it must be."""
    start = end = 0
    for _, after in _short(text, size):
        if end > start and estimate(text[start:after]) > size:
            yield Piece(turn, start, text[start:end])
            start = end
        end = after
    if text[start:end].strip():
        yield Piece(turn, start, text[start:end])


def _short(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Sentences, those that are longer than a piece cut at blanks."""
    for start, end in sentences(text):
        while estimate(text[start:end]) > size:
            cut = text.rfind(" ", start + 1, start + size)
            cut = cut if cut > start else start + size
            yield start, cut
            start = cut
        yield start, end
