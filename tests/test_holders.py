"""Whom memories are kept for, and everything that happened, as the engine tells it on every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem.errors import InvalidInput
from tests.engine import changes, without_server

if TYPE_CHECKING:
    from graphmem import Memory
    from tests.engine import Clock


def test_holders_stand_by_kind_and_name(memory: Memory, clock: Clock) -> None:
    memory.add("We ship on Fridays.", org_id="acme", infer=False)
    memory.add("x", user_id="zoe", agent_id="bot", infer=False)
    clock.advance(hours=1)
    memory.add("I live in Oslo.", user_id="alex", session_id="trip")
    memory.for_tenant("other").add("y", user_id="eve", infer=False)
    found = memory.holders()
    assert [(one.kind, one.id, one.memories) for one in found] == [
        ("user", "alex", 2), ("user", "zoe", 1), ("agent", "bot", 1), ("session", "trip", 1), ("org", "acme", 1),
    ]  # fmt: skip
    assert (found[0].created_at, found[1].updated_at) == (clock.now, memory.get_all(user_id="zoe")[0].created_at)
    assert "alex" in found._repr_html_()
    memory.delete_all(user_id="zoe")
    assert [one.id for one in memory.holders()] == ["alex", "trip", "acme"]


def test_the_log_tells_what_happened_backwards_and_no_words_of_the_deleted(memory: Memory) -> None:
    (first,) = memory.add("I like tea.", user_id="alex", infer=False)
    (second,) = memory.add("I like jam.", user_id="alex", infer=False)
    memory.update(first.id, "I like rye.")
    memory.delete(second.id)
    log = memory.log(page_size=3)
    assert changes(log) == [("DELETE", "user"), ("UPDATE", "user"), ("ADD", "user")]  # type: ignore[arg-type]
    assert (log.count, log[1].previous, log[1].memory) == (4, "I like tea.", "I like rye.")
    assert [event.id for event in memory.log(2, 3)] == [first.id]
    assert "jam" not in str(memory.log().to_dict())
    assert memory.for_tenant("other").log().count == 0


@without_server
@pytest.mark.parametrize("page", [(0, 10), (1, 0), (1, 10_001), (True, 10)])
def test_pages_of_the_log_are_counted_from_one(memory: Memory, page: tuple[int, int]) -> None:
    with pytest.raises(InvalidInput):
        memory.log(*page)
