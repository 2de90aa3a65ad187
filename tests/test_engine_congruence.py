"""Whatever is done to an engine, every store ends up with the same rows, the same answers and no damage."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from graphmem.errors import GraphMemError
from tests.engine import Clock, open_memory

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import Memory

TEXTS = [
    "I live in Oslo.", "I moved to Bergen.", "I live in Oslo with Anna.", "I no longer live in Oslo.",
    "I work at Acme.", "I worked at Globex last year.", "My sister Anna is a nurse in Bergen.", "Anna moved to Oslo.",
    "I prefer tea.", "I prefer tea!", "Always answer briefly when I ask about Acme.", "Yes.", "Where do I live?",
    "Book me a flight to Rome on Friday.", "Book me a hotel in Rome by Monday.", "我住在奥斯陆。", "🎉",
]  # fmt: skip
SCOPES: list[dict[str, Any]] = [
    {"user_id": "alex"},
    {"user_id": "alex", "session_id": "s1"},
    {"user_id": "alex", "session_id": "s2", "agent_id": "bot"},
    {"user_id": "anna", "session_id": "s1"},
    {"org_id": "acme"},
    {"user_id": "alex", "org_id": "acme"},
    {"session_id": "s1"},
]
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "user", "assistant"]), "content": st.sampled_from(TEXTS)},
    optional={
        "timestamp": st.sampled_from(["2024-01-01", "2024-06-01", "2026-02-01"]),
        "name": st.sampled_from(["Anna", "Alex"]),
        "metadata": st.sampled_from([{}, {"n": 1}, {"title": "Oslo"}]),
    },
)
ADD = st.tuples(
    st.just("add"),
    st.lists(MESSAGE, min_size=1, max_size=4),
    st.sampled_from(SCOPES),
    st.fixed_dictionaries(
        {},
        optional={
            "infer": st.booleans(),
            "ttl": st.sampled_from([60, 7200]),
            "layer": st.sampled_from(["user", "conversation"]),
        },
    ),
)
OPTIONS: list[dict[str, Any]] = [{}, {"as_of": "2024-03-01"}, {"order": "score", "show_expired": True}]
PLACE = st.integers(0, 30)
STEP = st.one_of(
    ADD,
    ADD,
    st.tuples(st.just("advance"), st.sampled_from([1, 61, 3601, 90_000])),
    st.tuples(st.just("delete"), PLACE, st.booleans()),
    st.tuples(st.just("update"), PLACE, st.sampled_from(TEXTS)),
    st.tuples(st.just("mark"), PLACE),
    st.tuples(st.just("purge")),
    st.tuples(st.just("delete_all"), st.sampled_from(SCOPES)),
)


def all_ids(memory: Memory) -> list[str]:
    found = memory._store.dump(memory._tenant)
    return sorted(value.item.id for kind, value in found if kind == "memory")


def do(memory: Memory, step: tuple[Any, ...]) -> Any:
    """The outcome of one step; an error of ours is an outcome too."""
    name, *rest = step
    try:
        if name == "add":
            return memory.add(rest[0], **rest[1], **rest[2])
        if name in ("purge", "delete_all"):
            receipt = getattr(memory, name)(**(rest[0] if rest else {}))
            return receipt.model_copy(update={"ids": sorted(receipt.ids), "sources": sorted(receipt.sources)})
        ids = all_ids(memory)
        if not ids:
            return None
        chosen = ids[rest[0] % len(ids)]
        if name == "delete":
            receipt = memory.delete(chosen, sources=rest[1])
            return receipt.model_copy(update={"ids": sorted(receipt.ids), "sources": sorted(receipt.sources)})
        return memory.update(chosen, rest[1]) if name == "update" else memory.update(chosen, metadata={"seen": True})
    except GraphMemError as error:
        return type(error), str(error)


def rows(memory: Memory, path: Path) -> Counter[str]:
    memory.export(path)
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    return Counter(json.dumps(line, sort_keys=True) for line in lines)


def answers(memory: Memory) -> list[Any]:
    found: list[Any] = []
    for scope in SCOPES:
        for question in ("Where do I live?", "tea", "Acme", "Rome?"):
            for options in OPTIONS:
                hits = memory.search(question, **options, **scope)
                found.append([(hit.id, round(hit.score, 4), hit.sources) for hit in hits])
        found.append([item.id for item in memory.get_all(**scope)])
        found.append(memory.relations(**scope))
        found.append(memory.entities(**scope))
        found.append(memory.context("Where do I live?", **scope))
    stats = memory.stats()
    return [*found, stats.model_copy(update={"store": "", "bytes": None})]


@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_every_store_ends_up_the_same(steps: list[Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("same")
    clocks = Clock(), Clock()
    with open_memory("networkx", folder, clocks[0]) as one, open_memory("sqlite", folder, clocks[1]) as two:
        for step in steps:
            note(repr(step))
            if step[0] == "advance":
                for clock in clocks:
                    clock.advance(seconds=step[1])
                continue
            assert do(one, step) == do(two, step)
        assert rows(one, folder / "one.jsonl") == rows(two, folder / "two.jsonl")
        assert answers(one) == answers(two)
        assert [p for p in one.doctor() if p.serious] == [p for p in two.doctor() if p.serious] == []


@given(steps=st.lists(ADD, min_size=1, max_size=4))
def test_doing_it_all_again_changes_nothing(steps: list[Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Within the life of what was written: the clock stands still."""
    folder = tmp_path_factory.mktemp("again")
    with open_memory("networkx", folder) as memory:
        for step in steps:
            do(memory, step)
        before = rows(memory, folder / "before.jsonl")
        for step in steps:
            do(memory, step)
        assert rows(memory, folder / "after.jsonl") == before
