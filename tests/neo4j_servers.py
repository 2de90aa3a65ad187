"""Real Neo4j servers for the tests: one per version and test process, started when the first test asks for it.

    from tests.neo4j_servers import server

    def test_something() -> None:
        neo4j = server("2026")      # seconds at the first call of this process, nothing later
        neo4j.clean()
        Memory(neo4j.url, ...)      # user neo4j.user, password neo4j.password

A guard, a process of its own, ends each server and removes its files as soon as the test process is gone, whatever
happened to it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmem.errors import StoreUnavailable
from graphmem.neo4j_local import USER, LocalServer
from graphmem.neo4j_local.download import program
from graphmem.neo4j_local.process import port_free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neo4j import Driver

__all__ = ["VERSIONS", "Server", "free_ports", "fresh_server", "guard", "server"]

ROOT = Path(__file__).parent.parent

VERSIONS = {"2026": "2026.08.1", "5.26": "5.26.30"}
"""What every test of the server store runs on."""

MEMORY = "384m"
"""Of the Java heap: enough for tens of thousands of memories. A process takes 450 MB."""

JAVA_OPTIONS = "-XX:TieredStopAtLevel=1"
"""Half the processor time of a start: a test does not live long enough for the better compiler."""

_EMPTY = "MATCH (n) CALL (n) {DETACH DELETE n} IN TRANSACTIONS OF 5000 ROWS"
_watchers: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Server:
    """A running server, or one that a test has stopped."""

    local: LocalServer
    bolt_port: int
    http_port: int

    @property
    def url(self) -> str:
        return f"bolt://127.0.0.1:{self.bolt_port}"

    @property
    def user(self) -> str:
        return USER

    @property
    def password(self) -> str:
        return self.local.password

    def start(self) -> None:
        """Start it (again), on the same ports with the same data."""
        self.local.start(self.bolt_port, self.http_port, MEMORY, wait=180)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self.local.stop()

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        kill(self.local)

    @contextmanager
    def driver(self) -> Iterator[Driver]:
        """A driver of one's own."""
        from neo4j import GraphDatabase

        with GraphDatabase.driver(self.url, auth=(self.user, self.password)) as driver:
            yield driver

    def run(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of one statement in a transaction of its own, which it may also end itself."""
        with self.driver() as driver, driver.session(database="neo4j") as session:
            return session.run(statement, parameters).data()

    def clean(self, schema: bool = False) -> None:
        """Empty the database; indexes and constraints stay unless `schema`."""
        with self.driver() as driver, driver.session(database="neo4j") as session:
            session.run(_EMPTY).consume()
            if schema:
                for kind, kinds in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
                    rows = session.run(f"SHOW {kinds} YIELD *").data()
                    for name in (row["name"] for row in rows if row["type"] != "LOOKUP"):
                        session.run(f"DROP {kind} `{name}`").consume()


@cache
def server(version: str) -> Server:
    """The server of this test process for a version ("2026" or "5.26"); tests share it, so they `clean()` it."""
    folder = Path(tempfile.mkdtemp(prefix="graphmem-neo4j-"))
    return _started(version, folder)


@contextmanager
def fresh_server(version: str, folder: Path) -> Iterator[Server]:
    """A server for one test alone, which may be killed and started again."""
    made = _started(version, folder / "neo4j")
    try:
        yield made
    finally:
        made.kill()


def _started(version: str, home: Path) -> Server:
    os.environ.setdefault("JAVA_TOOL_OPTIONS", JAVA_OPTIONS)
    local = LocalServer(home, VERSIONS[version])
    guard(home)
    for _ in range(5):
        made = Server(local, *free_ports(2))
        try:
            made.start()
        except StoreUnavailable as error:
            if "is taken" not in str(error):  # another process was faster
                raise
        else:
            return made
    raise AssertionError("no free ports on this machine")


def free_ports(count: int) -> list[int]:
    """Ports on which nothing listens, below those that a connection may take by itself while a server restarts."""
    # Not the global generator: hypothesis seeds it, in every process alike.
    candidates = random.SystemRandom().sample(range(15_000, 32_000), 100)
    return list(islice(filter(port_free, candidates), count))


def kill(local: LocalServer) -> None:
    """End a server at once, and wait until it and its ports are gone."""
    status = local.status()
    if status.pid is None or status.bolt_port is None or status.http_port is None:
        return
    os.kill(status.pid, signal.SIGKILL)
    end = time.monotonic() + 30
    while local.status().pid or not (port_free(status.bolt_port) and port_free(status.http_port)):
        assert time.monotonic() < end, f"process {status.pid} or its ports do not go away"
        time.sleep(0.01)


def guard(home: Path) -> subprocess.Popen[bytes]:
    """Watch over a home: the guard reads from a pipe that closes when this process ends, however it ends."""
    command = [sys.executable, "-m", "tests.neo4j_servers", str(home)]
    watcher = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)
    watcher.returncode = 0  # it outlives this process on purpose
    _watchers.append(watcher)
    return watcher


def _watch(home: Path) -> None:
    sys.stdin.buffer.read()
    kill(LocalServer(home))
    shutil.rmtree(home, ignore_errors=True)


def _fetch() -> None:
    """Bring the servers onto this machine, so that the tests need no network."""
    for version in VERSIONS.values():
        program(version, lambda done, total: None)


if __name__ == "__main__":
    _fetch() if sys.argv[1] == "fetch" else _watch(Path(sys.argv[1]))
