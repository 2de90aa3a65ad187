"""Where words go: results to stdout, everything else to stderr; JSON pure, texts never markup."""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.text import Text

__all__ = ["clean", "complain", "emit", "err", "never_fail_to_print", "out", "progress", "say"]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def out() -> Console:
    """For results."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def err() -> Console:
    """For progress, warnings and errors."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def never_fail_to_print() -> None:
    """On a terminal that cannot show a character, show ? in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def clean(text: str, style: str = "") -> Text:
    """Stored words for a terminal: as they are, but unable to steer it (control and bidi characters shown as ·)."""
    from rich.text import Text

    return Text(_CONTROL.sub("·", text), style=style)


def complain(problem: str) -> None:
    """One clear red line."""
    err().print(clean(f"error: {' '.join(problem.split())}", "bold red"), soft_wrap=True)


def say(words: str) -> None:
    """A remark beside the result."""
    err().print(clean(words, "dim"), soft_wrap=True)


def emit(value: Any) -> None:
    """A result as JSON on stdout."""
    ascii_only = not (sys.stdout.encoding or "").casefold().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=ascii_only, indent=2, default=str))


@contextmanager
def progress(what: str, lines: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal's stderr, elsewhere a line for every tenth of the way, or nothing; the body calls what it
    gets with (done, total)."""
    console = err()
    if not console.is_terminal:
        yield _tenths(what) if lines else (lambda done, total: None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tenths(what: str) -> Callable[[int, int | None], None]:
    said = -1

    def tell(done: int, total: int | None) -> None:
        nonlocal said
        tenth = 10 * done // total if total else 10
        if tenth > said:
            said = tenth
            say(f"{what}: {10 * tenth} %")

    return tell
