"""What callers did: each operation has an id that its answer names, and a row in the control file.

The rows hold ids, kinds, counts and scope, and never the words of a memory or of a question, so nothing is left in
them of what is deleted. What changes something is written down with it; what only reads is gathered and written a
little later, so that reading costs no write. A failure to write is counted (`dropped`), and fails no request.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
import uuid
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from graphmem import filters, inputs
from graphmem.errors import GraphMemError
from graphmem.rest.cancelling import cancel, cancel_all
from graphmem.rest.control import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from graphmem.rest.accounts import Caller
    from graphmem.rest.control import Control, Row
    from graphmem.rest.outbox import Outbox
    from graphmem.types import Receipt

__all__ = ["Entry", "Journal", "Operation", "Status", "outline", "reason", "targets"]

Operation: TypeAlias = Literal["ADD", "UPDATE", "DELETE", "SEARCH", "GET_ALL", "GET", "DELETE_ALL", "DELETE_USER"]
Status: TypeAlias = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED"]

_LOG = logging.getLogger("graphmem.rest")
_READS = frozenset({"SEARCH", "GET_ALL", "GET"})
_MOST_WAITING = 20_000
_MOST_RESULTS = 1_000
"""Memories that one row names."""
_IDS = ("user_id", "agent_id", "app_id", "run_id", "session_id", "org_id", "memory_id")
_SAFE = ("infer", "top_k", "limit", "page", "page_size", "threshold", "show_expired", "async_mode")
_LISTS = ("messages", "memories")
_LONGEST = 512


@dataclass
class Entry:
    """One operation while it is done."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    results: list[dict[str, Any]] = field(default_factory=list)
    """What it did to which memory: `{id, event, data: {memory}, user_id}`; set by the route."""
    everything: bool = False
    """All memories of the project were deleted."""
    sources: tuple[str, ...] = ()
    """The turns that stay, of facts that were deleted."""

    def removed(self, receipt: Receipt, *, everything: bool = False) -> None:
        """It deleted memories, or all of the project."""
        self.results += [{"id": id, "event": "DELETE"} for id in receipt.ids]
        self.sources += receipt.sources
        self.everything = everything


class Journal:
    """Writes down operations in a control file, and tells of what they changed."""

    def __init__(self, control: Control, outbox: Outbox) -> None:
        self.dropped = 0
        """Operations of this process that could not be written down."""
        self.tell: Callable[[str, list[str]], object] = lambda operation, events: None
        """Called with each operation that succeeded, and with what it did to memories: ADD, UPDATE, DELETE."""
        self._control = control
        self._outbox = outbox
        self._waiting: deque[dict[str, Any]] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def entry(self, caller: Caller, operation: Operation, payload: Mapping[str, Any]) -> Iterator[Entry]:
        """An operation: it succeeded if the block ends, it failed if the block raises.

        Args:
            caller: Who asked for it.
            operation: What it was.
            payload: What was asked, JSON-ready; only ids and counts of it are kept.
        """
        entry, began = Entry(), time.time()
        try:
            yield entry
        except BaseException as error:
            self._note(caller, operation, payload, entry, began, error)
            raise
        self._note(caller, operation, payload, entry, began, None)
        self.tell(operation, [str(one.get("event")) for one in entry.results])

    def _note(
        self, caller: Caller, operation: Operation, payload: Mapping[str, Any], entry: Entry, began: float,
        error: BaseException | None,
    ) -> None:  # fmt: skip
        with self._forgiving(1):
            done = targets(entry.results)
            fields = {
                "id": entry.id, "project_id": caller.project, "operation": operation, "payload": outline(payload),
                "status": "SUCCEEDED" if error is None else "FAILED", "error": error and reason(error),
                "results": json.dumps(done[:_MOST_RESULTS]), "created_at": began, "started_at": began,
                "completed_at": time.time(),
            }  # fmt: skip
            if operation in _READS:
                self._gather(fields)
            else:
                self._write([fields], caller.project, entry, done)

    @contextmanager
    def _forgiving(self, rows: int) -> Iterator[None]:
        """Whatever goes wrong with so many rows: what was asked for is done, or says by itself why it is not."""
        try:
            yield
        except Exception as error:
            self.dropped += rows
            _LOG.error("the journal cannot be written: %s", type(error).__name__)

    def _gather(self, fields: dict[str, Any]) -> None:
        with self._lock:
            if len(self._waiting) >= _MOST_WAITING:
                self.dropped += 1
            else:
                self._waiting.append(fields)

    def _write(
        self, rows: Sequence[dict[str, Any]], project: str = "", entry: Entry | None = None,
        done: Sequence[dict[str, Any]] = (),
    ) -> None:  # fmt: skip
        with self._forgiving(len(rows)):
            with self._control.writing() as connection:
                for row in rows:
                    run(connection, "put_event", **row)
                if entry is not None:
                    self._outbox.put(connection, project, entry.id, done)
                    self._forget(connection, project, entry)
            self._outbox.wake()

    def _forget(self, connection: sqlite3.Connection, project: str, entry: Entry) -> None:
        """What was deleted is not to be found by a job, and nothing is said of it any more."""
        gone = [one["id"] for one in entry.results if one.get("event") == "DELETE"]
        if entry.everything:
            cancel_all(connection, self._outbox.store, project)
            run(connection, "drop_feedback", project_id=project, store=self._outbox.store, memory_ids=None)
        elif gone:
            cancel(connection, self._outbox.store, [*gone, *entry.sources])
            run(connection, "drop_feedback", project_id=project, store=self._outbox.store, memory_ids=json.dumps(gone))

    def flush(self) -> bool:
        """Write down what was gathered; whether there is more of it."""
        with self._lock:
            rows = [self._waiting.popleft() for _ in range(min(1_000, len(self._waiting)))]
        if rows:
            self._write(rows)
        return bool(self._waiting)

    def sweep(self, days: float, rows: int) -> None:
        """Forget what is older than so many days, or more than so many rows of its project ago."""
        before, store = time.time() - days * 86_400, self._outbox.store
        self._control.run("drop_old_events", before=before, rows=rows, store=store)
        self._control.run("drop_old_deliveries", before=before, store=store)

    # ---------------------------------------------------------------- read

    def event(self, project: str, id: str) -> Row | None:
        """An operation of a project."""
        while self.flush():
            pass
        return next(iter(self._control.run("event", id=id, project_id=project)), None)

    def events(
        self, project: str, page: int, size: int, operation: str | None = None, status: str | None = None
    ) -> tuple[int, list[Row]]:
        """How many operations of a project there are, and a page of them, newest first."""
        while self.flush():
            pass
        named = {"operation": operation, "status": status}
        rows = self._control.run("events", project_id=project, **named, size=size, skip=(page - 1) * size)
        return sum(self.counts(project, **named).values()), rows

    def counts(self, project: str, operation: str | None = None, status: str | None = None) -> dict[str, int]:
        """How many operations of each kind there are in the journal."""
        while self.flush():
            pass
        found: dict[str, int] = {}
        for row in self._control.run("count_events", project_id=project):
            if operation in (None, row["operation"]) and status in (None, row["status"]):
                found[row["operation"]] = found.get(row["operation"], 0) + row["number"]
        return found


def outline(payload: Mapping[str, Any]) -> str:
    """What of a request may be kept: ids and counts, as JSON."""
    kept = {**_filtered(payload.get("filters")), **{name: payload[name] for name in _IDS if name in payload}}
    ids = {name: value for name, value in kept.items() if isinstance(value, str) and len(value) <= _LONGEST}
    plain = {name: payload[name] for name in _SAFE if isinstance(payload.get(name), (bool, int, float))}
    counts = {name: len(payload[name]) for name in _LISTS if isinstance(payload.get(name), list)}
    return json.dumps({**ids, **plain, **counts})


def _filtered(given: Any) -> dict[str, str]:
    """The ids that a filter demands."""
    try:
        return inputs.named_ids(filters.parse(given))
    except GraphMemError:
        return {}


def targets(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which memories were changed, and how; without their words."""
    names = ("id", "event", "layer")
    return [{name: one[name] for name in names if name in one} for one in results if one.get("event") != "NONE"]


def reason(error: BaseException) -> str:
    """Why something failed. What was refused may be quoted in the message, so of that only the kind is told."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, GraphMemError) and error.retryable else name
