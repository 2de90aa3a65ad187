"""One Neo4j Community server on this machine: start, stop, status, logs."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
import zipfile
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graphmem.errors import InvalidInput, StoreError, StoreUnavailable
from graphmem.neo4j_local.download import program
from graphmem.neo4j_local.places import USER, Home, Run, default_home, locked, write_private
from graphmem.neo4j_local.process import java, launch, listens, port_free, terminate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["VERSION", "LocalServer", "Status"]

VERSION = "2026.08.1"
"""What a new home gets; one that has data keeps its version until another is named."""

_OLDEST = (5, 26)
_PATIENCE = 900
"""Seconds that a start or stop waits for another one, which may be fetching Neo4j."""
_NO_PROGRESS: Callable[[int, int | None], None] = lambda done, total: None  # noqa: E731

_CONF = """\
# Written anew at every start.
server.default_listen_address=127.0.0.1
server.default_advertised_address=127.0.0.1
server.bolt.listen_address=:{bolt_port}
server.bolt.advertised_address=:{bolt_port}
server.http.listen_address=:{http_port}
server.http.advertised_address=:{http_port}
server.https.enabled=false
server.memory.pagecache.size={page_cache}m
db.tx_log.preallocate=false
dbms.usage_report.enabled=false
# Plans need not follow every growth of a graph that is filled quickly. They must not last for long either: what was
# planned on an empty graph scans it, and slows down with every memory.
dbms.cypher.min_replan_interval=1m
client.allow_telemetry=false
"""

_CONF_SINCE_2026 = """\
dbms.fleet_manager.enabled=false
server.fleet_discovery.enabled=false
server.http.x_forward.enabled=false
"""

_JVM = [
    "-XX:+UseG1GC",
    "-XX:+ExitOnOutOfMemoryError",
    *(
        f"--add-opens=java.base/{name}=ALL-UNNAMED"
        for name in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
    ),
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
]

_FIXES = {
    "No space left on device": "the disk is full: make room",
    "OutOfMemoryError": "it has too little memory: start it with more, --memory 2g",
    "Could not reserve enough space": "this machine has too little memory: start it with less, --memory 512m",
    "insufficient memory": "this machine has too little memory: start it with less, --memory 512m",
    "exceeds physical memory": "this machine has too little memory: start it with less, --memory 512m",
    "Too small maximum heap": "it has too little memory: start it with more, --memory 1g",
    "Address already in use": "another program took its port: choose others with --bolt-port and --http-port",
}
"""What the server says when it dies, and what helps."""


@dataclass(frozen=True)
class Status:
    """What a local server is doing, and how to reach it."""

    state: Literal["running", "starting", "stopped"]
    home: Path
    version: str | None
    """Of the running server; of the data, if it is stopped."""
    pid: int | None = None
    bolt_port: int | None = None
    http_port: int | None = None
    new: bool = False
    """Started by this very call."""
    user = USER

    @property
    def url(self) -> str | None:
        """What `Memory(url)` takes; None if it is stopped."""
        return f"bolt://127.0.0.1:{self.bolt_port}" if self.bolt_port else None

    @property
    def browser(self) -> str | None:
        """The address of Neo4j Browser; None if it is stopped."""
        return f"http://127.0.0.1:{self.http_port}/browser/" if self.http_port else None

    @property
    def password_file(self) -> Path:
        """Where the password of `user` lies."""
        return Home(self.home).password_file

    @property
    def log(self) -> Path:
        """What the server prints."""
        return Home(self.home).log

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        names = ("state", "url", "browser", "user", "password_file", "home", "log", "version", "pid")
        values = {name: getattr(self, name) for name in (*names, "bolt_port", "http_port")}
        return {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}


class LocalServer:
    """A Neo4j Community server of this user, on 127.0.0.1 only, with a home folder of its own.

    Several processes may use the same home: there is one server, and starts and stops wait for each other.

    Args:
        home: where configuration, data, logs and password lie; default `default_home()`.
        version: 5.26 or newer; default the version of the data, else `VERSION`.

    Raises:
        InvalidInput: a version that is none, or is too old.
    """

    def __init__(self, home: str | os.PathLike[str] | None = None, version: str | None = None) -> None:
        path = Path(home).expanduser() if home is not None else default_home()
        self._home = Home(path.absolute())
        self._asked = version
        if version is not None:
            _numbers(version)

    @property
    def home(self) -> Path:
        """The folder of this server."""
        return self._home.path

    @property
    def version(self) -> str:
        """The version that a start runs."""
        return self._asked or self._home.version() or VERSION

    @property
    def password(self) -> str:
        """The password of user `neo4j`.

        Raises StoreError if none is stored, or others may read it.
        """
        return self._home.password()

    def start(
        self,
        bolt_port: int = 7687,
        http_port: int = 7474,
        memory: str = "1g",
        wait: float = 60,
        progress: Callable[[int, int | None], None] = _NO_PROGRESS,
    ) -> Status:
        """Start the server, if it does not run, and wait until it answers.

        The first start on a machine fetches Neo4j (190 MB); later ones touch no network.

        Args:
            bolt_port: for drivers.
            http_port: for Neo4j Browser.
            memory: of the Java heap: `512m`, `2g`; as much as half of it goes to the page cache besides.
            wait: seconds until it must answer.
            progress: called with (done, total) files while they are fetched; total None as long as it is unknown.

        Returns:
            What runs now; `new` says whether this call started it. A server that runs already keeps its ports.

        Raises:
            InvalidInput: a port, a size or a version that cannot be.
            MissingExtra: Java or what fetches Neo4j is not installed.
            StoreUnavailable: a port is taken, no network or space on the first start, or no answer in time.
            StoreError: the home cannot be used, or the server died; the message holds its last words.
        """
        page_cache = _megabytes(memory) // 2
        self._home.make()
        with locked(self.home / "lock", _PATIENCE):
            if self._home.run() is not None:
                return self._answering(wait, new=False)
            _check_ports(bolt_port, http_port)
            self._check_version()
            jars = program(self.version, progress)
            self._configure(bolt_port, http_port, page_cache)
            self._set_password(jars)
            self._launch(jars, memory, bolt_port, http_port)
            return self._answering(wait, new=True)

    def stop(self, wait: float = 60) -> Status:
        """Ask the server to end, and wait until it has; nothing happens if none runs.

        Raises:
            StoreUnavailable: it still runs after `wait` seconds.
        """
        if self.home.is_dir():
            with locked(self.home / "lock", _PATIENCE):
                run = self._home.run()
                if run is not None:
                    terminate(run.pid, self._home.marker, wait)
        return self.status()

    def status(self) -> Status:
        """What the server is doing now."""
        run = self._home.run()
        if run is None:
            return Status("stopped", self.home, self._home.version())
        state: Literal["running", "starting"] = "running" if listens(run.bolt_port) else "starting"
        return Status(state, self.home, run.version, run.pid, run.bolt_port, run.http_port)

    def logs(self, lines: int = 50, follow: bool = False) -> Iterator[str]:
        """The last lines of the server's log, then, with `follow`, each new one as it comes.

        Raises:
            StoreError: there is no log yet.
        """
        try:
            file = self._home.log.open(errors="replace")
        except FileNotFoundError:
            raise StoreError(f"no log in {self._home.log}: the server was never started") from None
        with file:
            yield from (line.rstrip("\n") for line in deque(file, lines))
            while follow:
                line = file.readline()
                if line:
                    yield line.rstrip("\n")
                else:
                    time.sleep(0.2)

    def _check_version(self) -> None:
        last = self._home.version()
        if last and self._home.has_data and _numbers(self.version) < _numbers(last):
            raise InvalidInput(
                f"the data in {self.home} is of Neo4j {last}, which {self.version} cannot read: leave --version out, "
                "or pass another --home"
            )

    def _configure(self, bolt_port: int, http_port: int, page_cache: int) -> None:
        conf = _CONF.format(bolt_port=bolt_port, http_port=http_port, page_cache=page_cache)
        if _numbers(self.version) >= (2026,):
            conf += _CONF_SINCE_2026
        (self._home.conf / "neo4j.conf").write_text(conf)

    def _set_password(self, jars: Path) -> None:
        """Give a server that has never run its password, by Neo4j's own tool."""
        if self._home.has_data:
            self.password  # noqa: B018  (a data folder whose password is unknown is of no use)
            return
        with tempfile.TemporaryDirectory(dir=self.home) as folder:
            # The tool reads its arguments from this file: on a command line every user of the machine sees them.
            words = Path(folder) / "words"
            write_private(words, self._home.new_password())
            command = [java(), "-cp", f"{jars}/*", "org.neo4j.cli.AdminTool", "dbms", "set-initial-password"]
            env = {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self._home.conf)}
            tool = subprocess.run([*command, f"@{words}"], env=env, capture_output=True, text=True, check=False)
        if tool.returncode:
            raise StoreError(f"no password could be set: {_fix(tool.stderr)}")

    def _launch(self, jars: Path, memory: str, bolt_port: int, http_port: int) -> None:
        command = [java(), f"-Xmx{memory}", *_JVM, "-cp", f"{jars}/*", _main_class(jars, self.version)]
        command += [f"--home-dir={self.home}", f"--config-dir={self._home.conf}", "--console-mode"]
        pid = launch(command, {"NEO4J_HOME": str(self.home)}, self.home, self._home.log)
        self._home.write_run(Run(pid, self.version, bolt_port, http_port))
        self._home.write_version(self.version)

    def _answering(self, wait: float, new: bool) -> Status:
        """Wait for the first answer to a query; give up as soon as the process is gone."""
        end = time.monotonic() + wait
        while (run := self._home.run()) is not None:
            if listens(run.bolt_port) and self._answers(run):
                return replace(self.status(), new=new)
            if time.monotonic() > end:
                raise StoreUnavailable(f"no answer after {wait:g} s, but it still starts: look at {self._home.log}")
            time.sleep(0.1)
        words = "\n".join(self.logs(60))
        raise StoreError(f"the server died at its start: {_fix(words)}\n(all of it is in {self._home.log})")

    def _answers(self, run: Run) -> bool:
        from neo4j import GraphDatabase
        from neo4j.exceptions import AuthError, DriverError, Neo4jError

        url = f"bolt://127.0.0.1:{run.bolt_port}"
        try:
            with GraphDatabase.driver(url, auth=(USER, self.password), connection_timeout=5) as driver:
                driver.execute_query("RETURN 1", database_="neo4j")
        except AuthError as error:
            raise StoreError(
                f"the server does not know the password in {self._home.password_file}: write the right one into it"
            ) from error
        except (DriverError, Neo4jError):  # it listens before its database is ready
            return False
        return True


def _numbers(version: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise InvalidInput(f"version {version!r} must be like {VERSION} or 5.26.30")
    numbers = tuple(map(int, version.split(".")))
    if numbers < _OLDEST:
        raise InvalidInput(f"Neo4j {version} is too old: graphmem needs 5.26 or newer")
    return numbers


def _megabytes(memory: str) -> int:
    match = re.fullmatch(r"(\d+)([mg])", memory.lower())
    if match is None:
        raise InvalidInput(f"memory {memory!r} must be like 512m or 2g")
    return int(match[1]) * (1024 if match[2] == "g" else 1)


def _check_ports(bolt_port: int, http_port: int) -> None:
    if bolt_port == http_port:
        raise InvalidInput(f"bolt and HTTP cannot share port {bolt_port}: change --bolt-port or --http-port")
    for option, port in (("--bolt-port", bolt_port), ("--http-port", http_port)):
        if not 0 < port < 65536:
            raise InvalidInput(f"port {port} does not exist: pass {option} 1024 to 65535")
        if not port_free(port):
            raise StoreUnavailable(f"port {port} is taken by another program: stop it, or pass another {option}")


def _main_class(jars: Path, version: str) -> str:
    """The class to run; it was renamed in 2026."""
    with zipfile.ZipFile(jars / f"neo4j-{version}.jar") as jar:
        new = "org/neo4j/server/Neo4jCommunity.class" in jar.namelist()
    return "org.neo4j.server.Neo4jCommunity" if new else "org.neo4j.server.CommunityEntryPoint"


def _fix(words: str) -> str:
    """What helps, by what the server said last; and the words themselves."""
    fix = next((fix for sign, fix in _FIXES.items() if sign in words), "")
    lines = [line for line in words.splitlines() if line.strip() and not line.startswith("WARNING: ")]
    wrong = [line for line in lines if re.search("ERROR|Error|Exception|Caused by", line)]
    return "\n".join([fix or "its last words say why", *(wrong or lines)[-5:]])
