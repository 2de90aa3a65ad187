"""`AsyncMemory`: the same names and arguments as `Memory`, each call in a thread."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from graphmem.memory import Memory

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from typing_extensions import Self

    from graphmem.embed.base import Embedder
    from graphmem.extract.base import Extractor
    from graphmem.settings import Settings

__all__ = ["AsyncMemory"]

P = ParamSpec("P")
R = TypeVar("R")


def _threaded(
    method: Callable[Concatenate[Memory, P], R],
) -> Callable[Concatenate[AsyncMemory, P], Coroutine[Any, Any, R]]:
    @functools.wraps(method)
    async def call(self: AsyncMemory, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(method, self.memory, *args, **kwargs)

    return call


class AsyncMemory:
    """`Memory` for asyncio. The event loop is never blocked; any loop will do."""

    def __init__(
        self,
        url: str | os.PathLike[str] | None = None,
        *,
        api_key: str | None = None,
        embedder: Embedder | str | None = None,
        extractor: Extractor | str | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.memory = Memory(url, api_key=api_key, embedder=embedder, extractor=extractor, settings=settings)

    add = _threaded(Memory.add)
    promote = _threaded(Memory.promote)
    update = _threaded(Memory.update)
    delete = _threaded(Memory.delete)
    delete_all = _threaded(Memory.delete_all)
    purge = _threaded(Memory.purge)
    reset = _threaded(Memory.reset)
    search = _threaded(Memory.search)
    context = _threaded(Memory.context)
    get = _threaded(Memory.get)
    get_all = _threaded(Memory.get_all)
    history = _threaded(Memory.history)
    log = _threaded(Memory.log)
    entities = _threaded(Memory.entities)
    relations = _threaded(Memory.relations)
    neighbours = _threaded(Memory.neighbours)
    path = _threaded(Memory.path)
    subgraph = _threaded(Memory.subgraph)
    timeline = _threaded(Memory.timeline)
    to_networkx = _threaded(Memory.to_networkx)
    stats = _threaded(Memory.stats)
    holders = _threaded(Memory.holders)
    doctor = _threaded(Memory.doctor)
    mend = _threaded(Memory.mend)
    reembed = _threaded(Memory.reembed)
    export = _threaded(Memory.export)
    import_ = _threaded(Memory.import_)
    warm = _threaded(Memory.warm)
    close = _threaded(Memory.close)

    async def for_tenant(self, tenant: str, *, settings: Settings | None = None) -> Self:  # noqa: D102  # below
        other = object.__new__(type(self))
        other.memory = await asyncio.to_thread(self.memory.for_tenant, tenant, settings=settings)
        return other

    for_tenant.__doc__ = Memory.for_tenant.__doc__

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
