"""A prompt-ready text of hits: by layer, with dates, within a token budget. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.types import Hit, Layer

__all__ = ["render", "tokens"]

_TITLES: dict[Layer, str] = {
    "user": "Known about the user",
    "session": "Notes of this session",
    "org": "Known in the organisation",
    "conversation": "Said earlier",
}


def tokens(text: str) -> int:
    """An upper estimate of a text's tokens without any tokenizer: 3.5 bytes a token (English has about 4
    characters a token in common vocabularies, Chinese about 3 bytes)."""
    return math.ceil(len(text.encode()) / 3.5)


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
    until = f" until {hit.valid_to:%Y-%m-%d}" if hit.valid_to else ""
    return f"- [{hit.valid_from:%Y-%m-%d}{until}] {speaker}{hit.memory}"
