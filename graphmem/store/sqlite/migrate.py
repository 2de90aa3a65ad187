"""Brings a file to this version's schema: numbered steps, each applied once, in the transaction that records it."""

from __future__ import annotations

import sqlite3
import time
from importlib.resources import files
from typing import TYPE_CHECKING

from graphmem.errors import StoreCorrupt, StoreTooNew, StoreUnavailable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["APPLICATION_ID", "migrate", "migrations"]

APPLICATION_ID = 0x676D656D
"""Marks the file as ours: "gmem"."""


def migrations() -> list[tuple[int, str, str]]:
    """(number, name, script) of every step, in order."""
    folder = files(__package__) / "sql" / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in names]


def migrate(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    """Apply what is missing. Two processes may do this at once: one waits, and then finds nothing to do.

    Raises:
        StoreCorrupt: the file belongs to another program.
        StoreTooNew: its schema is newer than this package's.
    """
    steps = migrations()
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only an empty file takes it
    if _version(connection, path, steps[-1][0]) < steps[-1][0]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _apply(connection, steps, _version(connection, path, steps[-1][0]))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    _use_log(connection, path, patience)


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    """The schema version of a file that is ours or empty."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark != APPLICATION_ID and (mark or version or tables):
        raise StoreCorrupt(f"{path} is a database of another program; name another path for the store")
    if version > newest:
        raise StoreTooNew(
            f"{path} has schema {version} and this graphmem knows up to {newest}: pip install -U graphmem"
        )
    return int(version)


def _apply(connection: sqlite3.Connection, steps: list[tuple[int, str, str]], version: int) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL)"
    )
    for number, name, script in steps:
        if number > version:
            for statement in _split(script):
                connection.execute(statement)
            connection.execute("INSERT INTO migration VALUES (?, ?, datetime('now'))", (number, name))
            connection.execute(f"PRAGMA user_version = {number:d}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")


def _split(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit the transaction first."""
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return found


def _use_log(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    # SQLite does not wait by itself for this change of mode when another process makes it too.
    deadline = time.monotonic() + patience
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
            continue
        if mode != "wal":
            raise StoreUnavailable(f"{path} lies on a file system without shared memory; use a local disk")
        return
