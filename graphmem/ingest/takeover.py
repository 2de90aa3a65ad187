"""Takes over the memories of a Mem0 server: verbatim, with their times, metadata and ids; as often as one likes.

A memory remembers the id that it had (`mem0_id` in its metadata). What is there already is not written again, so a run
that was cut off goes on where it stopped, and a later one brings what is new or was changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graphmem import checks, inputs
from graphmem.errors import InvalidInput, shown
from graphmem.rest.translate import IMMUTABLE
from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphmem.ingest.mem0_server import Holder, Source
    from graphmem.memory import Memory
    from graphmem.transfer import Progress
    from graphmem.types import MemoryItem

__all__ = ["ORIGIN", "RUN", "Report", "take_over"]

ORIGIN = "mem0_id"
"""The key of the metadata that holds the id which a memory had."""
RUN = "mem0_run_id"
"""Likewise the run that it was made in, where it lasts longer than that."""
_BATCH = 64
_PAGE = 1000
_IDS = ("user_id", "agent_id", "app_id", "run_id", "org_id")


@dataclass
class Report:
    """What became of the memories of a server."""

    counts: Counter[str] = field(default_factory=Counter)
    """added, unchanged (there already), updated, skipped; and holders: users, agents, apps and runs."""
    skipped: list[str] = field(default_factory=list)
    """Of each that was skipped: its id, and why."""


@dataclass(frozen=True)
class _Row:
    """One memory to write."""

    id: str
    message: dict[str, Any]
    scope: dict[str, str]
    options: dict[str, Any]


def take_over(source: Source, memory: Memory, progress: Progress | None = None) -> Report:
    """Bring everything that a server holds into a memory.

    Args:
        source: The server.
        memory: Where it goes.
        progress: Told how many of the holders are done.

    Returns:
        What became of it. A memory that cannot be accepted is skipped, and the report says why.

    Raises:
        GraphMemError: the server or the store failed; what was written stays, and another run goes on from there.
    """
    report = Report()
    done: set[str] = set()
    holders = source.holders()
    for number, holder in enumerate(holders):
        if progress:
            progress(number, len(holders))
        _bring(source, memory, holder, done, report)
    report.counts["holders"] = len(holders)
    return report


def _bring(source: Source, memory: Memory, holder: Holder, done: set[str], report: Report) -> None:
    """The memories of one holder, oldest first; those of several holders once."""
    here = _here(memory, holder)
    rows = [row for row in source.memories(holder) if str(row.get("id")) not in done]
    done.update(str(row.get("id")) for row in rows)
    rows.sort(key=lambda row: str(row.get("created_at") or ""))
    fresh = (read for row in rows if (read := _new(row, memory, here, report)))
    for _, alike in groupby(fresh, key=lambda row: (row.scope, row.options)):
        several = list(alike)
        for start in range(0, len(several), _BATCH):
            _add(memory, several[start : start + _BATCH], report)


def _here(memory: Memory, holder: Holder) -> dict[str, MemoryItem]:
    """What was brought before, by the id that it had."""
    found: dict[str, MemoryItem] = {}
    ids: Any = {holder.kind: holder.name}
    page = 1
    while items := memory.get_all(**ids, page=page, page_size=_PAGE, show_expired=True).results:
        found |= {item.metadata[ORIGIN]: item for item in items if ORIGIN in item.metadata}
        page += 1
    return found


def _new(row: Mapping[str, Any], memory: Memory, here: Mapping[str, MemoryItem], report: Report) -> _Row | None:
    """The row, if it is to be written; what is there already is brought up to date."""
    try:
        read = _read(row)
        known = here.get(read.id)
        if known is None:
            return read
        report.counts[_refresh(memory, known, read)] += 1
    except InvalidInput as error:
        _skip(report, row.get("id"), error)
    return None


def _read(row: Mapping[str, Any]) -> _Row:
    """A memory as the server shows it.

    Raises:
        InvalidInput: it has no text, no id of its own or of anybody, or a value that cannot be accepted.
    """
    if not row.get("id"):
        raise InvalidInput("it has no id")
    metadata = checks.metadata(row.get("metadata")) | {ORIGIN: str(row["id"])}
    if row.get("immutable"):
        metadata[IMMUTABLE] = True
    said = {
        "content": checks.text(row.get("memory"), "memory"), "timestamp": row.get("created_at"), "metadata": metadata,
        **({"role": row.get("role"), "name": row.get("name")} if row.get("layer") == "conversation" else {}),
    }  # fmt: skip
    message = {name: value for name, value in said.items() if value is not None}
    inputs.messages([message])
    ids = {**row, "run_id": row.get("run_id") or row.get("session_id")}
    scope = {name: str(ids[name]) for name in _IDS if ids.get(name)}
    inputs.scope_of("default", scope)
    options = {
        "categories": row.get("categories") or None,
        "expiration_date": row.get("expiration_date") or None,
        "layer": row["layer"] if row.get("layer") in LAYERS else "user",
    }
    if options["layer"] == "user" and len(scope) > 1 and "run_id" in scope:
        metadata[RUN] = scope.pop("run_id")  # what lasts belongs to no session
    checks.categories(options["categories"])
    checks.expiration(options["expiration_date"])
    return _Row(str(row["id"]), message, scope, options)


def _refresh(memory: Memory, known: MemoryItem, read: _Row) -> str:
    """Bring a memory that is there to what the server says now; what that was."""
    text, metadata = read.message["content"], read.message["metadata"]
    if (known.memory, known.metadata) == (text, metadata):
        return "unchanged"
    memory.update(known.id, text, metadata=metadata)
    return "updated"


def _add(memory: Memory, rows: list[_Row], report: Report) -> None:
    """Write several at once; if one of them is refused, each alone."""
    scope: Any = rows[0].scope
    try:
        events = memory.add([row.message for row in rows], infer=False, **rows[0].options, **scope)
    except InvalidInput as error:
        if len(rows) == 1:
            _skip(report, rows[0].id, error)
            return
        for row in rows:
            _add(memory, [row], report)
        return
    report.counts.update("unchanged" if event.event == "NONE" else "added" for event in events)


def _skip(report: Report, id: Any, why: Exception) -> None:
    report.counts["skipped"] += 1
    report.skipped.append(f"{shown(id)}: {why}")
