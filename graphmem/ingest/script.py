"""Transcripts as people write them: `Name: text`, `**Name:** text`, `[2024-05-01 10:00] Name: text`.

A turn runs on until the next one begins. A heading with a date or the word "session" (or "conversation",
"chat", "day" with a number) begins a session; any other heading is a title before the first turn, and
text within one. `---` rules between turns are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timezone
from typing import TYPE_CHECKING

from graphmem.ingest.base import Conversation, Place, read_time
from graphmem.ingest.records import role_of
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_script"]

_NAME = r"(?P<name>[^\W\d_][\w.'’-]*(?:[ ][\w.'’&()-]+){0,3})"
_STAMP = r"(?:[\[(](?P<stamp>\d[^\])]{3,40})[\])]\s*[-–]?\s*)?"
_BOLD = re.compile(rf"^{_STAMP}(?:\*\*|__){_NAME}\s*(?::(?:\*\*|__)|(?:\*\*|__)\s*:)\s*(?P<text>.*)$")
_PLAIN = re.compile(rf"^{_STAMP}{_NAME}\s?:(?:\s+(?P<text>.*)|)$")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$")
_SESSION = re.compile(r"\b(?:session|conversation|chat|day)\s*#?\s*\d+\b|^session\b", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?"
    rf"|\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}"
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
# Words that often end in a colon at the start of a line without being anybody's name.
_NOT_NAMES = re.compile(
    r"agenda|answer|attachments|bcc|cc|cons|edit|examples?|fwd|https?|ingredients|notes?|options?|pros|ps"
    r"|question|re|steps?|subject|summary|tip|todo|update|warning",
    re.IGNORECASE,
)


@dataclass
class _Session:
    title: str | None = None
    date: datetime | None = None
    turns: list[_Turn] = field(default_factory=list)

    def close(self) -> Conversation:
        messages = tuple(message for turn in self.turns if (message := turn.close()) is not None)
        return Conversation(messages, self.title, self.date, skipped=len(self.turns) - len(messages))


@dataclass
class _Turn:
    speaker: str
    at: datetime | None
    lines: list[str]

    def close(self) -> Message | None:
        content = "\n".join(self.lines).strip()
        if not content:
            return None
        role = role_of(self.speaker)
        return Message(role=role or "user", content=content, name=None if role else self.speaker, timestamp=self.at)


def read_script(text: str, file: str) -> list[Conversation]:
    """Read a Markdown or plain transcript.

    Raises InvalidInput, naming the line, for words before the first turn and for a time that cannot be read.
    """
    return [session.close() for session in _sessions(text, file) if session.turns]


def _sessions(text: str, file: str) -> Iterator[_Session]:
    turn_line = _BOLD if any(_BOLD.match(line) for line in text.splitlines()) else _PLAIN
    session = _Session()
    for number, line in enumerate(text.splitlines(), start=1):
        place = Place(file, str(number))
        if (heading := _HEADING.match(line)) and _begins_session(heading["title"]):
            yield session
            session = _Session(_slug(heading["title"]), _date_in(heading["title"], place))
        elif (found := turn_line.match(line)) and _is_name(found["name"]):
            at = _moment(found["stamp"], session.date, place)
            session.turns.append(_Turn(found["name"], at, [found["text"] or ""]))
        elif session.turns:
            session.turns[-1].lines.append("" if _RULE.match(line) else line.rstrip())
        elif line.strip() and not heading and not _RULE.match(line):
            raise place.error("expected a turn such as 'Name: text' (or a heading such as '## Session 1 - 2024-05-03')")
    yield session


def _begins_session(title: str) -> bool:
    return bool(_SESSION.search(title) or _DATE.search(title))


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-")


def _date_in(title: str, place: Place) -> datetime | None:
    found = _DATE.search(title)
    return read_time(found[0], place) if found else None


def _is_name(name: str) -> bool:
    if role_of(name):
        return True
    capitalised = all(word[0].isupper() or not word[0].isalpha() for word in name.split())
    return capitalised and not _NOT_NAMES.fullmatch(name)


def _moment(stamp: str | None, date: datetime | None, place: Place) -> datetime | None:
    """The time of a turn; a bare clock counts on the session's date, and says nothing without one."""
    if stamp is None:
        return None
    if not _CLOCK.fullmatch(stamp.strip()):
        return read_time(stamp, place)
    if date is None:
        return None
    try:
        clock = time.fromisoformat(stamp.strip().zfill(5))
    except ValueError:
        raise place.error(f"cannot read the time {stamp!r}; write it as 10:00") from None
    return datetime.combine(date, clock, timezone.utc)
