"""One store, several tenants: `for_tenant` lends store and models, and no tenant sees another's memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from graphmem import AsyncMemory, Memory, Settings
from graphmem.errors import Closed, InvalidInput, NotFound
from tests.engine import SPACY

if TYPE_CHECKING:
    from graphmem.types import Events


def said(memory: Memory) -> Events:
    return memory.add("I live in Oslo.", user_id="alex")


def test_a_tenant_sees_its_own_memory_only(memory: Memory) -> None:
    one, two = memory.for_tenant("one"), memory.for_tenant("two")
    id = said(one).results[0].id
    assert one.get(id).memory == "I live in Oslo."
    for other in (two, memory):
        assert not other.search("Oslo", user_id="alex", show_expired=True)
        assert other.get_all(user_id="alex").count == 0
        with pytest.raises(NotFound):
            other.get(id)
        with pytest.raises(NotFound):
            other.delete(id)
    assert memory.for_tenant("one").search("Oslo", user_id="alex")


def test_reset_empties_one_tenant(memory: Memory) -> None:
    one, two = memory.for_tenant("one"), memory.for_tenant("two")
    said(one)
    said(two)
    one.reset()
    assert one.stats().memories == 0
    assert two.stats().memories == 2


def test_closing_what_was_lent_closes_nothing_else(memory: Memory) -> None:
    one = memory.for_tenant("one")
    one.close()
    with pytest.raises(Closed):
        one.stats()
    assert memory.for_tenant("one").stats().memories == 0


def test_it_may_have_settings_of_its_own(memory: Memory) -> None:
    settings = Settings(clock=memory.settings.clock, categories=["homes"])
    other = memory.for_tenant("one", settings=settings)
    assert other.settings.categories == ["homes"]
    assert memory.for_tenant("one").settings is memory.settings


@pytest.mark.parametrize("name", ["", "  ", None, 7, "a\x00b"])
def test_a_tenant_has_a_name(memory: Memory, name: str) -> None:
    with pytest.raises(InvalidInput, match="tenant"):
        memory.for_tenant(name)


def test_the_async_engine_lends_too() -> None:
    async def run() -> int:
        async with AsyncMemory(":memory:", embedder="hashing", extractor=SPACY) as memory:
            one = await memory.for_tenant("one")
            await one.add("I live in Oslo.", user_id="alex")
            return (await one.stats()).memories - (await memory.stats()).memories

    assert asyncio.run(run()) == 2
