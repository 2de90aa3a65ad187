"""Transcript readers: a file in, conversations out. Everything is parsed before anything is returned.

| format | what |
|---|---|
| `jsonl` | on each line a message, or a conversation `{"messages": [...], "session_id": ...}` |
| `json` | a list of messages, conversations, or LoCoMo's `locomo10.json` |
| `text` | Markdown or plain: `Name: text`, `**Name:** text`, `[2024-05-01 10:00] Name: text` |
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphmem.errors import InvalidInput
from graphmem.ingest.base import Conversation, text_of
from graphmem.ingest.records import read_json, read_lines
from graphmem.ingest.script import read_script

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Conversation", "read"]

_READERS = {"jsonl": read_lines, "json": read_json, "text": read_script, "markdown": read_script}


def read(path: str | Path, format: str | None = None) -> Iterator[Conversation]:
    """The conversations of a transcript, in the order of the file.

    The format is detected from the name and the first characters unless it is given. Several unnamed
    conversations of one file are named after it: `chat-1`, `chat-2`, ... Raises InvalidInput, naming the
    file and the line, before the first conversation is returned.
    """
    path = Path(path)
    text = text_of(path)
    reader = _READERS.get(format or _detect(path, text))
    if reader is None:
        raise InvalidInput(f"unknown format {format!r}: use one of {', '.join(_READERS)}")
    found = [conversation for conversation in reader(text, path.name) if conversation.messages]
    if not found:
        raise InvalidInput(f"{path.name}: no messages found; see the formats in `graphmem ingest --help`")
    return iter(_named(found, path.stem))


def _detect(path: Path, text: str) -> str:
    suffix = path.suffix.casefold()
    if suffix in (".jsonl", ".ndjson"):
        return "jsonl"
    if suffix == ".json" or text.lstrip().startswith("{"):
        return "jsonl" if _is_lines(text) else "json"
    return "text"


def _is_lines(text: str) -> bool:
    """Whether the first of several lines is a whole JSON object."""
    first, _, rest = text.strip().partition("\n")
    try:
        return bool(rest) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _named(conversations: list[Conversation], stem: str) -> list[Conversation]:
    if len(conversations) == 1:
        return conversations
    return [
        conversation if conversation.session_id else replace(conversation, session_id=f"{stem}-{number}")
        for number, conversation in enumerate(conversations, start=1)
    ]
