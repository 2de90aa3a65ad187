"""The command `demo`: a small world, eight questions, and why each answer was found."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli.console import clean, emit, out, progress, say
from graphmem.cli.options import Json, Store, engine
from graphmem.errors import GraphMemError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from graphmem.demo import Answer
    from graphmem.memory import Memory

__all__ = ["demo"]


def demo(
    ctx: typer.Context,
    html: Annotated[Path, typer.Option(metavar="FILE", help="Where to draw the graph.")] = Path("graphmem-demo.html"),
    json: Json = False,
) -> None:
    """A small world: tell it, ask it, and see its graph.

    It uses a temporary store unless --store names one. Exit code 1 if an answer is not the expected one.
    """
    from graphmem.demo import ORG, TASK, USER, answers, fill
    from graphmem.picture import write_html

    started = time.perf_counter()
    with _fresh(ctx) as memory:
        with progress("remembering") as tell:
            told = fill(memory, tell)
        filled = time.perf_counter()
        found = list(answers(memory))
        whole = memory.subgraph(user_id=USER, org_id=ORG, session_id=TASK)
        picture = write_html(whole, html, "What graphmem remembers for Alex")
        counts = memory.stats()
    right = sum(answer.right for answer in found)
    if json:
        emit({"answers": [_plain(answer) for answer in found], "right": right, "picture": str(picture)})
    else:
        out().print(*map(_shown, found))
        out().print(f"{right} of {len(found)} questions answered as expected")
        say(
            f"{told} messages and notes became {counts.memories} memories, {counts.entities} entities and "
            f"{counts.relations} relations in {filled - started:.1f} s; picture: {picture.resolve()}"
        )
    if right < len(found):
        raise GraphMemError(f"{len(found) - right} of {len(found)} answers are not the expected ones; see above")


@contextmanager
def _fresh(ctx: typer.Context) -> Iterator[Memory]:
    """The store that --store names, or one that lives as long as the demo.

    A store that only the environment names is for real memories.
    """
    with tempfile.TemporaryDirectory() as folder:
        if not ctx.obj.explicit:
            ctx.obj = Store(str(Path(folder) / "demo.db"))
        with engine(ctx) as memory:
            yield memory


def _plain(answer: Answer) -> dict[str, object]:
    return {
        "question": answer.question.text,
        "shows": answer.question.shows,
        "expected": answer.question.expect,
        "right": answer.right,
        "path": [step.to_dict() for step in answer.path],
        "hits": [hit.to_dict() for hit in answer.hits],
    }


def _shown(answer: Answer) -> RenderableType:
    """One question with its hits: layer, words, and how they were found."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from graphmem.cli import show

    mark = Text("✓ ", "bold green") if answer.right else Text("✗ ", "bold red")
    head = Text.assemble(mark, clean(answer.question.text, "bold"), ("  " + answer.question.shows, "dim"))
    grid = Table.grid(padding=(0, 2))
    for hit in answer.hits:
        answers = answer.question.expect in hit.memory
        words = show.words(hit)
        words.stylize("bold" if answers else "dim")
        grid.add_row("→" if answers else "", show.layer(hit.layer), f"{hit.score:.2f}", Group(words, show.why(hit)))
    lines = [Text.assemble(("path  ", "dim"), show.relation(step)) for step in answer.path]
    return Group(head, Padding(Group(grid, *lines), (0, 0, 1, 2)))
