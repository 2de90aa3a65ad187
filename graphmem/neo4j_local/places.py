"""Where a local server keeps its things, and the password that lies there."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import stat
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graphmem.errors import StoreError, StoreUnavailable
from graphmem.neo4j_local.process import alive

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["USER", "Home", "Run", "credentials", "default_home", "locked"]

USER = "neo4j"
"""The only user of a new server."""

_LOCAL = {"localhost", "127.0.0.1", "::1"}


def default_home() -> Path:
    """$GRAPHMEM_NEO4J_HOME, else ~/.graphmem/neo4j."""
    return Path(os.environ.get("GRAPHMEM_NEO4J_HOME") or Path.home() / ".graphmem" / "neo4j")


@dataclass(frozen=True)
class Run:
    """A server that was started: its process and where it listens."""

    pid: int
    version: str
    bolt_port: int
    http_port: int


@dataclass(frozen=True)
class Home:
    """The folder of one server: configuration, data, logs, password, and the record of its run."""

    path: Path

    @property
    def conf(self) -> Path:
        """The folder of the configuration."""
        return self.path / "conf"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.path / "logs" / "server.log"

    @property
    def password_file(self) -> Path:
        """Holds the password, for this user's eyes only."""
        return self.path / "password"

    @property
    def has_data(self) -> bool:
        """Whether a server has run here before; its password is then set for good."""
        return (self.path / "data" / "databases" / "system").is_dir()

    @property
    def marker(self) -> str:
        """What the command line of this home's server contains, and no other program's."""
        return f"--home-dir={self.path} "

    def make(self) -> None:
        """Make the folders, closed to other users.

        Raises:
            StoreError: the folder cannot be made or written.
        """
        try:
            for folder in (self.path, self.conf, self.log.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as error:
            raise StoreError(f"cannot write {self.path}: {error.strerror}; pass --home a folder of your own") from error

    def password(self) -> str:
        """The stored password.

        Raises:
            StoreError: there is none, or other users may read it.
        """
        try:
            mode = self.password_file.stat().st_mode
        except FileNotFoundError:
            raise StoreError(f"no password in {self.password_file}: write the server's into it, chmod 600") from None
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise StoreError(f"others may read the password: chmod 600 {self.password_file}")
        return self.password_file.read_text().strip()

    def new_password(self) -> str:
        """Make up a password and store it; one that is stored already stays."""
        if not self.password_file.exists():
            write_private(self.password_file, secrets.token_hex(16))
        return self.password()

    def write_run(self, run: Run) -> None:
        """Record a run."""
        (self.path / "run.json").write_text(json.dumps(asdict(run)))

    def run(self) -> Run | None:
        """The run that goes on now; a record whose process is gone, or is another program by now, is none.

        Raises:
            StoreError: the folder is another user's.
        """
        try:
            run = Run(**json.loads((self.path / "run.json").read_text()))
        except PermissionError as error:
            raise StoreError(f"cannot read {self.path}: pass --home a folder of your own") from error
        except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):  # none, or cut short by a crash
            return None
        return run if alive(run.pid, self.marker) else None

    def version(self) -> str | None:
        """The version that last wrote the data."""
        try:
            return (self.path / "version").read_text().strip() or None
        except FileNotFoundError:
            return None

    def write_version(self, version: str) -> None:
        """Remember the version that writes the data."""
        (self.path / "version").write_text(version)


def write_private(path: Path, text: str) -> None:
    """Write a new file that only this user may read, from its first byte on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)


def credentials(url: str) -> tuple[str, str] | None:
    """User and password for a url, if the local server of `default_home()` runs there; else None.

    Raises:
        StoreError: it runs there, and its password is missing or readable by others.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 7687
    except ValueError:  # no port that could be one
        return None
    if host not in _LOCAL:
        return None
    home = Home(default_home())
    run = home.run()
    return (USER, home.password()) if run is not None and run.bolt_port == port else None


@contextmanager
def locked(path: Path, wait: float) -> Iterator[None]:
    """Hold a lock among processes for the body; SQLite's locks are the same everywhere and end with the process.

    Raises:
        StoreUnavailable: another process held it for `wait` seconds.
        StoreError: its folder cannot be written.
    """
    connection = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
    except (OSError, sqlite3.OperationalError) as error:
        if connection is not None:
            connection.close()
        if "locked" in str(error):
            raise StoreUnavailable(f"another process holds {path}: wait for it, then try again") from error
        raise StoreError(f"cannot lock {path}: {error}; name a folder that this user may write") from error
    try:
        yield
    finally:
        connection.close()
