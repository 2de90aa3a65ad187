"""The control file: what a server keeps beside the memories (accounts, keys, jobs), in one SQLite file.

Every process of one machine may open it. Statements are files in `sql/`, one a file; the schema is made by the files
of `sql/migrations/`, each applied once, in the order of their names.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graphmem import statements
from graphmem.errors import Closed, InvalidInput, StoreCorrupt, StoreError, StoreTooNew, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Control", "Row", "run"]

Row = sqlite3.Row
_PATIENCE = 10.0
_LOCKED = ("locked", "busy", "unable to open", "disk", "full", "readonly")


@lru_cache(maxsize=1)
def _statements() -> statements.Statements:
    return statements.read(files(__package__) / "sql")


def _migrations() -> list[tuple[str, str]]:
    folder = files(__package__) / "sql" / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(name, (folder / name).read_text(encoding="utf-8")) for name in names]


class Control:
    """Opens the file, brings it to this version's schema, and runs statements by name. Safe for threads.

    Raises:
        StoreUnavailable: it cannot be opened or stays locked.
        StoreCorrupt: it is another program's file.
        StoreTooNew: a newer graphmem wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            with self.writing() as connection:
                self._migrate(connection)

    def run(self, name: str, /, **params: Any) -> list[Row]:
        """Run the statement of that name, alone in its transaction; its rows."""
        with self._lent() as connection, self._translated():
            return run(connection, name, **params)

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction of several statements (`run` of this module): all or nothing.

        It outlives the process; if `durable`, it outlives a loss of power too, once this has ended.
        """
        with self._lent() as connection, self._translated():
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Release the file. Closing twice is fine."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise Closed("the server is stopping: try again at the next one")
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        with self._translated():
            connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "migration" not in tables:
            raise StoreCorrupt(f"{self.path} is no control file of a graphmem server: name another with --control")
        connection.execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) WITHOUT ROWID")
        done = {row[0] for row in connection.execute("SELECT name FROM migration")}
        steps = _migrations()
        if newer := done - {name for name, _ in steps}:
            raise StoreTooNew(f"{self.path} was written by a newer graphmem ({min(newer)}): pip install -U graphmem")
        for name, script in steps:
            if name not in done:
                for statement in script.split(";\n"):
                    connection.execute(statement)
                connection.execute("INSERT INTO migration (name) VALUES (?)", (name,))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's and the system's errors as ours."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            if isinstance(error, OSError) or any(sign in str(error) for sign in _LOCKED):
                raise StoreUnavailable(f"the control file {self.path} cannot be used now: {error}") from error
            raise StoreError(f"the control file {self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise StoreCorrupt(f"{self.path} is damaged or no control file: {error}") from error
        except UnicodeEncodeError as error:
            raise InvalidInput("a text holds a lone surrogate (broken Unicode): remove it") from error


def run(connection: sqlite3.Connection, name: str, /, **params: Any) -> list[Row]:
    """Run the statement of that name on a connection of `Control.writing`; its rows."""
    return connection.execute(_statements()[name].text, params).fetchall()
