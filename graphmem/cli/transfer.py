"""Commands that move many memories: ingest, export, import, reembed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli.console import emit, out, progress, say
from graphmem.cli.options import Json, Scope, engine, need, scoped
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from graphmem.ingest import Conversation
    from graphmem.memory import Memory

__all__ = ["export", "import_", "ingest", "reembed"]


@scoped
def ingest(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Transcripts: JSON, JSON Lines, Markdown, plain text.")
    ],
    scope: Scope,
    format: Annotated[str | None, typer.Option(help="jsonl, json or text, if it is not to be detected.")] = None,
    json: Json = False,
) -> None:
    """Read transcripts and remember them.

    JSON (a list of OpenAI messages, conversations, LoCoMo), JSON Lines (a message or a conversation a line),
    and Markdown or plain text (turns as 'Name: text', sessions as '## Session 1 - 2024-05-03').

    Every file is read before anything is stored. A conversation that the file names keeps its session; another
    one gets --session, or the file's name. Running it again changes nothing.
    """
    from graphmem.ingest import read

    talks = [(path.stem, talk) for path in files for talk in read(path, format)]
    scopes = [need(_scope(scope, stem, talk)) for stem, talk in talks]
    counts = dict.fromkeys(("conversations", "messages", "skipped", "added", "unchanged"), 0)
    with engine(ctx) as memory, progress("ingest") as tell:
        for done, ((_, talk), ids) in enumerate(zip(talks, scopes, strict=True)):
            tell(done, len(talks))
            _count(counts, talk, _add(memory, talk, ids))
    if json:
        return emit(counts)
    return out().print(", ".join(f"{count} {name}" for name, count in counts.items() if count))


def _scope(scope: Scope, stem: str, talk: Conversation) -> Scope:
    """The scope of one conversation: what the file says about it fills what the options leave open."""
    own = {"user_id": talk.user_id} if talk.user_id and not scope.keys() - {"session_id"} else {}
    if not own and not scope.keys() - {"session_id"}:
        return need({})
    return scope | own | {"session_id": talk.session_id or scope.get("session_id") or stem}


def _add(memory: Memory, talk: Conversation, ids: Any) -> Any:
    try:
        return memory.add(list(talk.messages), timestamp=talk.timestamp, **ids)
    except Exception:
        say(f"stopped at session {ids['session_id']!r}; the ones before it are stored, and adding twice is harmless")
        raise


def _count(counts: dict[str, int], talk: Conversation, events: Any) -> None:
    counts["conversations"] += 1
    counts["messages"] += len(talk.messages)
    counts["skipped"] += talk.skipped
    for event in events:
        counts["unchanged" if event.event == "NONE" else "added"] += 1


@scoped
def export(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON Lines file to write.")],
    scope: Scope,
    json: Json = False,
) -> None:
    """Write memories to a file, losslessly.

    Without a scope it is everything of the tenant.
    """
    with engine(ctx) as memory, progress("export") as tell:
        count = memory.export(path, progress=tell, **scope)
    return emit({"memories": count, "path": str(path)}) if json else typer.echo(f"{count} memories in {path}")


def import_(
    ctx: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="An export of graphmem, or what Mem0's get_all returned, as JSON."),
    ] = None,
    from_mem0: Annotated[
        str | None, typer.Option(metavar="URL", help="Instead of a file: a server that speaks Mem0's API.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", envvar="MEM0_API_KEY", help="The key of that server.")
    ] = None,
    json: Json = False,
) -> None:
    """Read an export of graphmem, or the memories of Mem0.

    Importing again brings what is new and changes nothing else, so a run that was cut off can simply be repeated.
    """
    if (path is None) is (from_mem0 is None):
        raise InvalidInput("import what? pass a FILE, or --from-mem0 URL")
    if from_mem0 is not None:
        return _from_server(ctx, from_mem0, key, json)
    with engine(ctx) as memory, progress("import") as tell:
        count = memory.import_(path, progress=tell)  # type: ignore[arg-type]  # there is one
    return emit({"memories": count}) if json else typer.echo(f"{count} memories read")


def _from_server(ctx: typer.Context, url: str, key: str | None, json: bool) -> None:
    if not key:
        raise InvalidInput("the key of that server? pass --key KEY, or set MEM0_API_KEY")
    import httpx

    from graphmem.client import MemoryClient
    from graphmem.ingest.mem0_server import Source
    from graphmem.ingest.takeover import take_over

    # Self-hosted servers of Mem0 want the key in a header of its own.
    with httpx.Client(timeout=300, headers={"X-API-Key": key}) as http, engine(ctx) as memory:
        source = Source(MemoryClient(key, url, http))
        with progress("import") as tell:
            report = take_over(source, memory, tell)
    for line in report.skipped:
        say(f"skipped {line}")
    if json:
        return emit({**report.counts, "reasons": report.skipped})
    return out().print(", ".join(f"{count} {name}" for name, count in sorted(report.counts.items())))


def reembed(ctx: typer.Context, json: Json = False) -> None:
    """Embed every memory anew, after a change of model."""
    with engine(ctx) as memory, progress("reembed") as tell:
        count = memory.reembed(progress=tell)
    return emit({"memories": count}) if json else typer.echo(f"{count} memories embedded anew")
