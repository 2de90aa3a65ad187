"""Mem0's own clients, which `make setup` installs in .clients, and how each is driven against a live server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rest.live import Live

__all__ = ["CLIENTS", "HERE", "HOME", "PYTHON", "ROOT", "Client", "Outcome", "drive", "environment", "once"]

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
HOME = ROOT / ".clients"
PYTHON = str(HOME / "bin" / "python")
_LIMIT = 240
"""Seconds for one client."""


@dataclass(frozen=True)
class Client:
    """A client, and the program that drives it."""

    title: str
    command: tuple[str, ...]
    checked_in: tuple[str, ...]
    """Files under drivers/ that hold its checks."""
    path: str = ""
    """Put before all else on PYTHONPATH."""
    absent: frozenset[str] = frozenset()
    """What it lacks of what is checked in these files."""

    def methods(self) -> list[str]:
        """Every method that is checked, in order; read from the driver's text, so that each can be a test."""
        texts = [(HERE / "drivers" / name).read_text() for name in self.checked_in]
        named = [name for text in texts for name in re.findall(r'^@?check\("([^"]+)"', text, re.MULTILINE)]
        return [name for name in named if name not in self.absent]


@dataclass
class Outcome:
    """What became of driving a client."""

    version: str
    there: list[str]
    """Every public method that the client has, as the client itself says."""
    checks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By method: `ok`, and `differs` or `error`."""


_SDK = ("memories.py", "platform_routes.py")
_PROFILES = frozenset({
    "generate_profile", "get_profile", "get_profile_job", "get_profile_settings", "sample_profiles",
    "update_profile_settings",
})  # fmt: skip
_SHELL = ("cli.py",)

CLIENTS = {
    "python": Client("Python: `mem0.MemoryClient`", (PYTHON, "drivers/python_sdk.py", "sync"), _SDK),
    "python-async": Client("Python: `mem0.AsyncMemoryClient`", (PYTHON, "drivers/python_sdk.py", "async"), _SDK),
    "python-1.0": Client(
        "Python, first generation: `mem0.MemoryClient`", (PYTHON, "drivers/python_sdk.py", "sync"), _SDK,
        path=str(HOME / "1.0"), absent=_PROFILES,
    ),
    "javascript": Client("JavaScript: `mem0ai`", ("node", "drivers/npm_sdk.mjs"), ("npm_sdk.mjs",)),
    "javascript-2.1": Client(
        "JavaScript, second generation: `mem0ai`", ("node", "drivers/npm_sdk_2.mjs"), ("npm_sdk_2.mjs",)
    ),
    "cli-python": Client("Command line, Python: `mem0`", (PYTHON, "drivers/cli.py", str(HOME / "bin/mem0")), _SHELL),
    "cli-node": Client(
        "Command line, Node.js: `mem0`", (PYTHON, "drivers/cli.py", str(HOME / "node_modules/.bin/mem0")), _SHELL
    ),
    "mcp": Client("MCP: `mem0-mcp-server`", (PYTHON, "drivers/mcp_server.py"), ("mcp_server.py",)),
}  # fmt: skip


def environment(live: Live, folder: Path, path: str = "") -> dict[str, str]:
    """What a client finds in its environment: the server, keys of two empty projects, and an empty home."""
    keys = [live.accounts.create_key(live.accounts.create_project("default", "driven").id)[1] for _ in range(2)]
    programs = f"{HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"  # Node.js is there
    return {
        "PATH": programs, "HOME": str(folder), "MEM0_DIR": str(folder / "mem0"), "MEM0_TELEMETRY": "false",
        "MEM0_HOST": live.url, "MEM0_API_KEY": keys[0], "SPARE_API_KEY": keys[1], "PYTHONPATH": path,
    }  # fmt: skip


def drive(client: Client, live: Live, folder: Path) -> Outcome:
    """Let a driver go through every method of its client."""
    assert (HOME / ".ready").exists(), "Mem0's clients are missing: run `make setup`"
    program, script, *rest = client.command
    done = subprocess.run(
        [program, str(HERE / script), *rest], env=environment(live, folder, client.path), cwd=HOME,
        capture_output=True, text=True, timeout=_LIMIT, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0, done.stderr[-5000:]
    assert lines, done.stderr[-5000:]
    return Outcome(lines[0]["version"], lines[0]["methods"], {line.pop("method"): line for line in lines[1:]})


def once(place: Path, make: Callable[[], Outcome]) -> Outcome:
    """What `make` makes, in one process of several; the others wait for it.

    Args:
        place: Where it is left for them, without an ending; one for all processes of a run.
        make: What takes long.
    """
    claim, result = place.with_name(place.name + ".claim"), place.with_name(place.name + ".json")
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        return _awaited(result)
    try:
        text = json.dumps(asdict(make()))
    except BaseException:
        result.touch()  # or the others would wait in vain
        raise
    written = place.with_name(place.name + ".part")
    written.write_text(text)
    written.rename(result)  # whole, or not there
    return Outcome(**json.loads(text))


def _awaited(result: Path) -> Outcome:
    end = time.monotonic() + 2 * _LIMIT
    while not result.exists():
        assert time.monotonic() < end, f"{result.stem} was not driven"
        time.sleep(0.1)
    text = result.read_text()
    assert text, f"driving {result.stem} failed in another test process, which says why"
    return Outcome(**json.loads(text))
