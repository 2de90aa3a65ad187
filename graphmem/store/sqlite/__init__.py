"""The default store: one SQLite file, words and vectors searched in memory per owner."""

from graphmem.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
