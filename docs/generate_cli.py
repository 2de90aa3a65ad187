"""Writes docs/cli.md from the command line's own help; `--check` only says whether the page is current."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Help is laid out for the terminal it is shown on: the page has one width and no colour.
os.environ |= {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}

import typer.main
from typer.testing import CliRunner

from graphmem.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("cli.md")
HEAD = """# The command line

Written by `make docs` from the program's own help; every command takes `--help`.
"""


def commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The path of a command and of everything below it, in the order in which help lists them."""
    yield path
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from commands(child, (*path, name))


def help_of(path: tuple[str, ...]) -> str:
    """What `graphmem ... --help` prints."""
    result = CliRunner().invoke(app, [*path[1:], "--help"], prog_name=path[0])
    if result.exit_code:
        raise SystemExit(f"{' '.join(path)} --help failed: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def page() -> str:
    """The whole page."""
    paths = commands(typer.main.get_command(app), ("graphmem",))
    parts = [f"## `{' '.join(path)}`\n\n```text\n{help_of(path)}\n```\n" for path in paths]
    return "\n".join([HEAD, *parts])


def main() -> None:
    """Write the page, or check it."""
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        raise SystemExit("docs/cli.md is not what the program says: run `make docs`")


if __name__ == "__main__":
    main()
