"""What a schema costs: bounded by what is stored, and by the size of the answer."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.errors import InvalidInput
from graphmem.rest.filling import Filling
from graphmem.types import MemoryItem

if TYPE_CHECKING:
    from collections.abc import Mapping

THEN = datetime(2026, 3, 1, tzinfo=timezone.utc)
TEXTS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}


def kept(count: int) -> list[MemoryItem]:
    return [
        MemoryItem(
            id=str(n), memory=f"Parcel {n} went to Oslo.", layer="user", created_at=THEN, valid_from=THEN,
            hash=str(n), metadata={"code": f"c{n}", "tags": [f"t{n}"]}, categories=("travel",),
        )
        for n in range(count)
    ]  # fmt: skip


def test_many_fields_of_many_memories_take_no_minutes() -> None:
    items = kept(20_000)
    names = {f"nothing{n}": TEXTS for n in range(190)}
    began = time.thread_time()
    told = Filling({"properties": {**names, "code": TEXTS, "tags": TEXTS, "parcels": TEXTS}}).of(items)
    assert time.thread_time() - began < 4
    assert [len(told[name]) for name in ("nothing0", "code", "tags", "parcels")] == [0, 20_000, 20_000, 20_000]


def test_equal_values_stand_once_at_their_first_place() -> None:
    items = [
        item.model_copy(update={"metadata": {"visits": [{"to": "Oslo", "by": "car"}, {"by": "car", "to": "Oslo"}, {}]}})
        for item in kept(2)
    ]
    schema = {"properties": {"visits": {"type": "array", "items": {"type": "object"}}}}
    assert Filling(schema).of(items) == {"visits": [{"to": "Oslo", "by": "car"}, {}]}


def test_an_answer_has_an_end() -> None:
    rows = {"type": "array", "items": {"properties": {f"p{n}": {} for n in range(99)}}}
    filling = Filling({"properties": {"facts": rows, "memories": rows}})
    assert len(filling.of(kept(50))["facts"]) == 0
    with pytest.raises(InvalidInput, match="1,000,000 values"):
        filling.of(kept(5_051))
