"""The command `copy`: a whole store into another one."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli.console import emit, progress, say
from graphmem.cli.options import Json
from graphmem.errors import Conflict, InvalidInput, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.copying import Copied
    from graphmem.store.base import Store

__all__ = ["copy"]


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="File or url of the store to read.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="File or url of the store to write; made if need be.")],
    tenant: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this tenant, by its name in the store; repeatable.")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, max=100_000, help="Rows a write.")] = 500,
    json: Json = False,
) -> None:
    """Copy a whole store into another one, losslessly, then compare the two.

    Every tenant comes along: memories with their vectors, the graph, history and sessions. If it was interrupted,
    run it again: it goes on where it stopped. If FROM has changed since, that brings what is new. What both hold
    becomes as it is in FROM; what only TO holds stays there and is counted.
    """
    from graphmem import build
    from graphmem.login import bare

    if build.same_store(source, target):
        raise InvalidInput(f"FROM and TO are both {bare(source)!r}: a store cannot be copied onto itself")
    if target == ":memory:":
        raise InvalidInput("TO is ':memory:', which ends with this command: name a file or a server")
    with closing(build.existing(source)) as one, closing(build.store(target)) as other:
        copied = _run(one, other, tenant, batch)
        others = [] if tenant else sorted({*other.tenants()} - {*one.tenants()})
    counts = {"tenants": len(copied), "other_tenants": others, **_sums(copied)}
    emit(counts) if json else _show(counts)
    if counts["lacking"]:
        raise Conflict(
            f"TO lacks {_listed(counts['lacking'])} of FROM: somebody wrote to one of them meanwhile, run it again"
        )


def _run(source: Store, target: Store, tenants: Sequence[str] | None, batch: int) -> list[Copied]:
    from graphmem import copying

    try:
        with progress("copy", lines=True) as tell:
            return copying.copy(source, target, tenants=tenants or None, batch=batch, progress=tell)
    except (StoreError, KeyboardInterrupt):
        say("stopped: what was copied is kept, and the same command goes on from there")
        raise


def _sums(copied: Sequence[Copied]) -> dict[str, Any]:
    def total(name: str) -> dict[str, int]:
        return dict(sum((getattr(one, name) for one in copied), Counter[str]()))

    names = ("read", "written", "lacking", "more")
    ids = [memory_id for one in copied for memory_id in one.memories]
    return {**{name: total(name) for name in names}, "renewed": sum(one.renewed for one in copied), "memories": ids}


def _show(counts: Mapping[str, Any]) -> None:
    read, written = sum(counts["read"].values()), sum(counts["written"].values())
    typer.echo(f"{_listed(counts['read'])} in {_many(counts['tenants'], 'tenant')}")
    typer.echo(f"{_many(written, 'row')} written, {read - written:,} there already")
    if counts["more"]:
        say(f"only in TO, and kept: {_listed(counts['more'])}")
    if counts["memories"]:
        say(f"memories only in TO: {', '.join(counts['memories'])}{', ...' * _cut(counts)}")
    if counts["other_tenants"]:
        say(f"tenants only in TO: {', '.join(counts['other_tenants'])}")
    if not counts["lacking"]:
        typer.echo("compared: TO holds all of FROM" + (", and more" if counts["more"] else ", row by row the same"))


def _cut(counts: Mapping[str, Any]) -> bool:
    return bool(counts["more"].get("memory", 0) > len(counts["memories"]))


_PLURALS = {"memory": "memories", "entity": "entities", "touch": "sessions", "alias": "aliases"}


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(_many(count, kind) for kind, count in counts.items()) or "nothing"


def _many(count: int, kind: str) -> str:
    one = "session" if kind == "touch" else kind
    return f"{count:,} {one if count == 1 else _PLURALS.get(kind, kind + 's')}"
