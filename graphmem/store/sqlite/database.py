"""One SQLite file: its connections, its one writer, its snapshots."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmem import statements
from graphmem.errors import Closed, StoreUnavailable
from graphmem.store.sqlite.errors import translated
from graphmem.store.sqlite.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Database", "run", "text_of"]

_PATIENCE = 30.0


@lru_cache(maxsize=1)
def _statements() -> statements.Statements:
    return statements.read(files(__package__) / "sql")


def text_of(name: str, **slots: str) -> str:
    """The text of a statement file."""
    return _statements()[name].fill(**slots)


def run(connection: sqlite3.Connection, name: str, /, **params: Any) -> sqlite3.Cursor:
    """Execute the statement of that name."""
    return connection.execute(text_of(name), params)


class Database:
    """Opens the file, brings it to this version's schema, and lends connections.

    Readers take a snapshot each and never wait; writers wait for each other, in this process by a lock and across
    processes by SQLite's own, up to `patience` seconds.

    Raises:
        StoreUnavailable: the file cannot be opened, written or locked.
        StoreCorrupt: it is not a graphmem store, or is damaged.
        StoreTooNew: a newer graphmem wrote it.
    """

    def __init__(self, path: Path, patience: float = _PATIENCE) -> None:
        self.path = path
        self._patience = patience
        self._lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._open: set[sqlite3.Connection] = set()
        self._scrub_due = False
        self._closed = False
        with translated(path):
            _create(path)
            self._writer = self._connect()
            try:
                migrate(self._writer, path, patience)
            except BaseException:
                self.close()
                raise

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is committed at the end of the block, or undone if the block raises."""
        self._check_open()
        if not self._lock.acquire(timeout=self._patience):
            raise StoreUnavailable(
                f"{self.path} is busy with another write for {self._patience:.0f} s; try again later"
            )
        try:
            with translated(self.path):
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield self._writer
                    self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
            self._scrub_if_due()
        finally:
            self._lock.release()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A snapshot: everything read in the block is of one moment."""
        connection = self.lease()
        try:
            with translated(self.path):
                yield connection
        finally:
            self.release(connection)

    def lease(self) -> sqlite3.Connection:
        """A connection in a snapshot of its own, to be given back with `release`."""
        self._check_open()
        with translated(self.path):
            with self._pool_lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or self._connect(readonly=True)
            try:
                connection.execute("BEGIN")
                connection.execute("SELECT tick FROM store").fetchone()  # the first read fixes the snapshot
            except BaseException:
                self.release(connection)
                raise
        return connection

    def release(self, connection: sqlite3.Connection) -> None:
        """End a leased snapshot."""
        with self._pool_lock:
            if self._closed or connection not in self._open:
                return
            connection.rollback()
            self._idle.append(connection)

    def scrub(self) -> None:
        """After a deletion: give pages back and empty the log, where old pages stand until it is emptied."""
        self._scrub_due = True

    def _scrub_if_due(self) -> None:
        if not self._scrub_due:
            return
        with translated(self.path):
            # As a script, because `execute` stops at the first page that this statement frees.
            self._writer.executescript("PRAGMA incremental_vacuum")
            # A reader that is still in an older snapshot puts it off to the next write.
            self._writer.execute("PRAGMA busy_timeout = 200")
            busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._writer.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")
            self._scrub_due = bool(busy)

    def bytes(self) -> int:
        """Size of the file and its log."""
        names = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(name.stat().st_size for name in names if name.exists())

    def close(self) -> None:
        """Close every connection; twice is fine."""
        with self._lock, self._pool_lock:
            if not self._closed:
                self._closed = True
                for connection in self._open:
                    connection.close()
                self._open.clear()
                self._idle.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise Closed(f"the store {self.path} was closed; open it again")

    def _connect(self, readonly: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None, check_same_thread=False)
        connection.create_function("fold_case", 1, _fold_case, deterministic=True)
        for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        if readonly:
            connection.execute("PRAGMA query_only = ON")
        with self._pool_lock:
            self._open.add(connection)
        return connection


def _create(path: Path) -> None:
    """Make the folder and an empty file that only its owner may read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be opened ({error.strerror}); check the path and its permissions"
        ) from error


def _fold_case(text: Any) -> Any:
    return text.casefold() if isinstance(text, str) else text
