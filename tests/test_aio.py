"""`AsyncMemory` is `Memory` with awaits: the same names, the same arguments, the same answers."""

from __future__ import annotations

import asyncio
import inspect
import time
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.errors import Closed, InvalidInput
from tests.engine import SPACY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Vectors


def methods(cls: type) -> dict[str, Any]:
    return {name: value for name, value in vars(cls).items() if not name.startswith("_") and callable(value)}


def make(**options: Any) -> AsyncMemory:
    return AsyncMemory(":memory:", embedder="hashing", extractor=SPACY, **options)


def test_the_names_are_the_same() -> None:
    assert set(methods(AsyncMemory)) == set(methods(Memory))


@pytest.mark.parametrize("name", ["__init__", *methods(Memory)])
def test_the_arguments_and_the_documentation_are_the_same(name: str) -> None:
    sync, other = getattr(Memory, name), getattr(AsyncMemory, name)
    assert inspect.signature(sync) == inspect.signature(other)
    if name != "__init__":
        assert sync.__doc__ == other.__doc__
        assert inspect.iscoroutinefunction(other)


def test_the_answers_are_the_same_in_one_loop_after_the_other() -> None:
    memory = make()

    async def remember() -> list[str]:
        events = await memory.add(["I live in Oslo.", "I love hiking."], user_id="alex")
        return [event.id for event in events]

    async def recall() -> tuple[Any, ...]:
        found = await memory.search("Where do I live?", user_id="alex")
        return found.results, await memory.stats(), await memory.entities(user_id="alex")

    ids = asyncio.run(remember())
    hits, stats, entities = asyncio.run(recall())
    assert {hit.id for hit in hits} <= set(ids)
    assert stats == memory.memory.stats()
    assert entities == memory.memory.entities(user_id="alex")


def test_errors_come_through_and_leaving_closes() -> None:
    async def run() -> None:
        async with make() as memory:
            with pytest.raises(InvalidInput, match="user_id"):
                await memory.add("hi")
        with pytest.raises(Closed):
            await memory.search("hi", user_id="alex")

    asyncio.run(run())


def test_many_at_once_lose_nothing() -> None:
    async def run() -> int:
        async with make() as memory:
            await asyncio.gather(*(memory.add(f"I met person{i} in Oslo.", user_id="alex") for i in range(20)))
            return (await memory.get_all(user_id="alex", layers=["conversation"])).count

    assert asyncio.run(run()) == 20


def test_the_loop_goes_on_while_it_works() -> None:
    class Slow:
        name, dim = "slow", 2

        def encode(self, texts: Sequence[str]) -> Vectors:
            import numpy as np

            time.sleep(0.3)
            return np.tile(np.array([1, 0], np.float32), (len(texts), 1))

    async def run() -> int:
        memory = AsyncMemory(":memory:", embedder=Slow(), extractor=SPACY)
        task = asyncio.create_task(memory.search("hi", user_id="alex"))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(run()) >= 5
