"""SQLite's errors as ours: each message names the fix."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphmem.errors import Closed, GraphMemError, InvalidInput, StoreCorrupt, StoreError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["translated"]

# Python 3.10 has no error codes on its exceptions, so SQLite's own fixed texts decide.
_MEANING: tuple[tuple[str, type[GraphMemError], str], ...] = (
    ("is locked", StoreUnavailable, "{path} is locked by another writer for too long; try again later"),
    ("disk is full", StoreUnavailable, "the disk that holds {path} is full; free some space and try again"),
    ("readonly", StoreUnavailable, "{path} cannot be written; check the permissions of the file and its folder"),
    ("unable to open", StoreUnavailable, "{path} cannot be opened; check that its folder exists and may be written"),
    ("disk i/o", StoreUnavailable, "the disk that holds {path} failed ({error}); check the disk, then try again"),
    ("not a database", StoreCorrupt, "{path} is not a graphmem store; name another path, or move that file away"),
    ("malformed", StoreCorrupt, "{path} is damaged ({error}); restore a backup, or import an export into a new store"),
    ("closed database", Closed, "the store {path} was closed; open it again"),
    ("string or blob too big", InvalidInput, "a value is too large for the store; split the text"),
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise our errors for SQLite's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(error, path) from error
    except UnicodeEncodeError as error:
        raise InvalidInput(f"a text is not valid Unicode ({error.reason}); remove the lone surrogates") from error
    except OverflowError as error:
        raise InvalidInput("a number is beyond 64 bits; store it as text") from error


def _ours(error: sqlite3.Error, path: Path) -> GraphMemError:
    text = str(error).lower()
    for part, kind, message in _MEANING:
        if part in text:
            return kind(message.format(path=path, error=error))
    return StoreError(f"SQLite refused a statement on {path}: {error}; run `graphmem doctor`")
