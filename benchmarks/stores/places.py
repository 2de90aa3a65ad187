"""Where the stores of a run are: a file, and servers of their own that end with the run."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.neo4j_local import USER, VERSION, LocalServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["KINDS", "OLDER", "Place", "opened"]

OLDER = "neo4j-5.26"
KINDS = {"sqlite": sqlite3.sqlite_version, "neo4j": VERSION, OLDER: "5.26.30"}
"""Kind of store -> the version that is measured."""

_MEMORY = "2g"  # of the Java heap; half as much besides for the page cache


@dataclass(frozen=True)
class Place:
    """An empty store."""

    kind: str
    url: str
    """What `Memory` opens, with the login."""


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Place]:
    """A place for a store of a kind, in a folder of its own; a server runs as long as the block."""
    if kind == "sqlite":
        folder.mkdir()
        yield Place(kind, str(folder / "memory.db"))
        return
    server = LocalServer(folder, KINDS[kind])
    try:
        status = server.start(*_free_ports(), memory=_MEMORY, wait=180)
        yield Place(kind, f"bolt://{USER}:{server.password}@127.0.0.1:{status.bolt_port}")
    finally:
        server.stop()


def _free_ports() -> tuple[int, int]:
    """Two ports on which nothing listens at this moment."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
