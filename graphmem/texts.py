"""What of a memory is embedded and what is indexed as words: speaker, title and date belong to the text.

Both are functions of the memory alone, so a store can be embedded anew from what it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphmem.types import MemoryItem

__all__ = ["DAY_TERMS", "embedded", "indexed", "is_document", "title_of", "titled"]

DAY_TERMS = 3
"""How many of the terms of what is indexed are those of the day."""


def title_of(metadata: Mapping[str, Any]) -> str | None:
    """The title that a document's metadata gives it, if any."""
    title = metadata.get("title")
    return title.strip() or None if isinstance(title, str) else None


def is_document(item: MemoryItem) -> bool:
    """Whether a memory is a titled text as it was given, rather than a fact from one."""
    return item.id in item.sources and title_of(item.metadata) is not None


def embedded(item: MemoryItem) -> str:
    """The text whose vector stands for a memory: its words, after its title if it has one.

    Not the speaker's name: it would make everything that a person says alike. Instead a question is compared as
    the person whom it names would put it.
    """
    return titled(item.memory, item.metadata)


def titled(text: str, metadata: Mapping[str, Any]) -> str:
    """The text after its title, if it has one."""
    title = title_of(metadata)
    return f"{title}\n{text}" if title else text


def indexed(item: MemoryItem) -> str:
    """The text whose terms the word channel finds; the day is spelled out so that "May 2023" matches."""
    said = item.valid_from
    parts = (f"{said.day} {said:%B %Y}", title_of(item.metadata), item.name, item.memory)
    return " ".join(part for part in parts if part)
