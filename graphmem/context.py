"""A prompt-ready text of hits: by layer, with dates, within a token budget. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.types import Hit, Layer

__all__ = ["render", "tokens"]

_PIECE = re.compile(r"[A-Za-z]{1,4}|[0-9]{1,3}|\n+|[^\sA-Za-z0-9]")
_TITLES: dict[Layer, str] = {
    "user": "Known about the user",
    "session": "Notes of this session",
    "org": "Known in the organisation",
    "conversation": "Said earlier",
}


def tokens(text: str) -> int:
    """A high estimate of a text's tokens, for any common vocabulary, without a tokenizer.

    Runs of four letters, three digits, or line ends are one token, every other ASCII character is one, and a
    character beyond ASCII is one less than its bytes in UTF-8: two for Chinese, three for an emoji.
    """
    pieces = _PIECE.findall(text)
    return sum(max(1, len(piece.encode()) - 1) if piece > "\x7f" else 1 for piece in pieces)


def render(hits: Sequence[Hit], max_tokens: int) -> str:
    """The best hits that fit, grouped by layer in layer order; the empty string if none does.

    Hits are taken by score; within a layer they stand in time order for raw turns, else by score.
    """
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: -hit.score):
        if tokens(_text([*chosen, hit])) <= max_tokens:
            chosen.append(hit)
    return _text(chosen)


def _text(hits: Sequence[Hit]) -> str:
    blocks = []
    for layer in LAYERS:
        mine = [hit for hit in hits if hit.layer == layer]
        if layer == "conversation":
            mine.sort(key=lambda hit: (hit.valid_from, hit.position or 0))
        if mine:
            blocks.append("\n".join([f"{_TITLES[layer]}:", *map(_line, mine)]))
    return "\n\n".join(blocks)


def _line(hit: Hit) -> str:
    speaker = f"{hit.name or hit.role}: " if hit.layer == "conversation" and (hit.name or hit.role) else ""
    until = f" until {hit.valid_to:%Y-%m-%d}" if hit.valid_to else ", since replaced" if hit.superseded_by else ""
    return f"- [{hit.valid_from:%Y-%m-%d}{until}] {speaker}{hit.memory}"
