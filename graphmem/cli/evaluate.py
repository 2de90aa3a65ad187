"""The command `eval`: labelled questions in; how good the answers are, and what found them, out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli.console import clean, emit, out, progress, say
from graphmem.cli.options import Json, Scope, TopK, engine, scoped
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from rich.console import RenderableType

    from graphmem.evaluate.tables import Sheet

__all__ = ["eval_"]

_FIRST = frozenset({"category", "search", "channel", "signal", "rank", "n", "line"})
"""Columns that are not broken."""


@scoped
def eval_(
    ctx: typer.Context,
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS", help="JSON Lines, or CSV with the same names in its first line.")
    ],
    scope: Scope,
    top_k: TopK = 10,
    k: Annotated[str, typer.Option("--k", metavar="LIST", help="Where lists are cut for the scores.")] = "1,5,10",
    without: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Signals or terms to leave out, one at a time; a+b leaves out both."),
    ] = None,
    compare: Annotated[
        str, typer.Option(metavar="LIST", help="Ask again with: vectors, words, hybrid, hybrid+graph, full.")
    ] = "",
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Leave out what is expected and not found in the store.")
    ] = False,
    result: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the result as JSON.")] = None,
    trace: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what each question found, a JSON object a line.")
    ] = None,
    json: Json = False,
) -> None:
    """Score labelled questions, and see what found them.

    A line of QUESTIONS: {"question": "Where does Alex live?", "user_id": "alex", "expected": ["I live in Bergen."]}.
    What is expected is named by id, or by text that stands in one memory. More keys: session_id, org_id, agent_id,
    app_id, as_of, category, and forbidden, for memories that must not be answered. The options say who asks where
    a line does not. Nothing is written to the store.
    """
    from graphmem.evaluate import evaluate

    files = [path for path in (result, trace) if path]
    _refuse_unwritable(files)
    with engine(ctx) as memory, progress("ask") as tell:
        found = evaluate(
            memory, questions, top_k=top_k, cuts=_numbers(k), without=_names(without) if without else None,
            compare=_names(compare), skip_missing=skip_missing, progress=tell, **scope,
        )  # fmt: skip
    if result:
        _write(result, [found.to_dict()], indent=1)
    if trace:
        _write(trace, found.trace())
    for problem in found.skipped:
        say(f"left out {problem}")
    if json:
        return emit(found.to_dict())
    return _show(found)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _numbers(text: str) -> list[int]:
    if not all(name.isdecimal() for name in _names(text)):
        raise typer.BadParameter("must be numbers like 1,5,10", param_hint="--k")
    return [int(name) for name in _names(text)]


def _refuse_unwritable(files: list[Path]) -> None:
    """Before anything is asked."""
    for path in files:
        if path.is_dir() or not path.parent.is_dir():
            raise InvalidInput(f"cannot write {path}: name a file in a folder that exists")


def _write(path: Path, rows: list[dict[str, Any]], indent: int | None = None) -> None:
    from json import dumps

    lines = (dumps(row, ensure_ascii=False, indent=indent) + "\n" for row in rows)
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror}") from None


def _show(found: Any) -> None:
    from graphmem.evaluate.tables import sheets

    console = out()
    for sheet in sheets(found):
        console.print(clean(sheet.title, "bold"))
        console.print(_table(sheet))
        if sheet.note:
            console.print(clean(sheet.note, "dim"))
        console.print()


def _table(sheet: Sheet) -> RenderableType:
    from rich import box
    from rich.table import Table

    heads = any(sheet.columns)
    table = Table(box=box.SIMPLE_HEAD if heads else None, show_header=heads, pad_edge=False, header_style="dim")
    for place, name in enumerate(sheet.columns):
        table.add_column(name, no_wrap=name in _FIRST, overflow="fold", style="" if place or heads else "dim")
    for row in sheet.rows:
        table.add_row(*map(clean, row))
    return table
