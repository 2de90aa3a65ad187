"""What every transcript reader returns, and the things they all do: refuse bad input, read times and files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from graphmem.errors import InvalidInput
from graphmem.types import utc

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem.types import Message

__all__ = ["Conversation", "Place", "read_time", "text_of"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One session of a transcript."""

    messages: tuple[Message, ...]
    session_id: str | None = None
    """None when the file holds one conversation and does not name it."""
    timestamp: datetime | None = None
    """When it took place (UTC): for the messages that carry no time of their own."""
    user_id: str | None = None
    """Whose it is, when the file says so."""
    skipped: int = 0
    """Turns without any words (a bare tool call), which are left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file, for error messages."""

    file: str
    spot: str
    """A line number, or a path such as `messages[3]`."""

    def error(self, problem: str) -> InvalidInput:
        """The error to raise about this spot."""
        return InvalidInput(f"{self.file}:{self.spot}: {problem}")

    def at(self, spot: str) -> Place:
        """A spot within this one."""
        return Place(self.file, f"{self.spot}{spot}")


_FORMATS = (
    "%I:%M %p on %d %B, %Y",  # LoCoMo: 1:56 pm on 8 May, 2023
    "%Y/%m/%d (%a) %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d %B %Y %H:%M",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y %H:%M",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B-%d-%Y",
)
_FRACTION = re.compile(r"\.(\d{1,6})\d*")
_MILLISECONDS = 1e11
"""Numbers above this (the year 5138 in seconds) count milliseconds."""


def read_time(value: object, place: Place) -> datetime:
    """A moment in UTC from Unix time (seconds or milliseconds), ISO 8601 or a plain English date.

    A time without a zone is UTC. Raises InvalidInput for anything else.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(float(value), place)
    if isinstance(value, str):
        text = " ".join(value.split())
        if (found := _from_iso(text) or _from_formats(text)) is not None:
            return utc(found)
    raise place.error(f"cannot read the time {value!r}; write it as 2024-05-01T10:00:00Z")


def _from_number(seconds: float, place: Place) -> datetime:
    try:
        return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise place.error(f"the time {seconds!r} is out of range; give Unix seconds") from None


def _from_iso(text: str) -> datetime | None:
    # Python 3.10 reads neither Z nor fractions of other than 3 or 6 digits.
    text = _FRACTION.sub(lambda m: "." + m[1].ljust(6, "0"), re.sub(r"[zZ]$", "+00:00", text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_formats(text: str) -> datetime | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)  # utc() adds the zone
        except ValueError:
            continue
    return None


def text_of(path: Path) -> str:
    """A file that people write, without its byte order mark.

    Raises:
        InvalidInput: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(f"{path.name} is not UTF-8 text: save it as UTF-8") from None
    except OSError as error:
        raise InvalidInput(f"cannot read {path}: {error.strerror}") from None
