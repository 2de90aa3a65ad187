"""No method of the engine shows one caller what belongs to another, however alike their memories are."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem import Memory, MemoryItem

TEXTS = (
    "I live in Oslo with Anna.",
    "I work at Acme and I love sushi.",
    "Always answer briefly when I ask about Acme.",
    "We meet Anna in Oslo for two nights.",
)
IDS: dict[str, tuple[str | None, ...]] = {
    "user_id": (None, "u1", "u2"),
    "agent_id": (None, "a1"),
    "session_id": (None, "s1", "s2"),
    "org_id": (None, "o1", "o2"),
}
SCOPES = [
    {name: value for name, value in zip(IDS, values, strict=True) if value is not None}
    for values in itertools.product(*IDS.values())
    if any(values)
]
WRITES = st.lists(
    st.tuples(
        st.sampled_from((None, "key-1")),
        st.sampled_from(SCOPES),
        st.sampled_from(TEXTS),
        st.sampled_from((None, "user", "session", "conversation", "org")),
        st.booleans(),
    ),
    min_size=2,
    max_size=8,
)


def may_see(item: MemoryItem, caller: dict[str, str]) -> bool:
    """The rule in words: what is somebody's is seen by who asks as that somebody; notes only in their session."""
    if item.layer == "session" and item.session_id != caller.get("session_id"):
        return False
    if item.layer == "org":
        return item.org_id == caller.get("org_id")
    for name in ("user_id", "org_id", "agent_id", "app_id"):
        if (owner := getattr(item, name)) is not None:
            return bool(owner == caller.get(name))
    return set(caller) == {"session_id"} and item.session_id == caller["session_id"]


def write(memory: Memory, scope: dict[str, Any], text: str, layer: Any, infer: bool) -> None:
    if (layer == "org" and "org_id" not in scope) or (layer == "session" and "session_id" not in scope):
        layer = None
    memory.add(text, layer=layer, infer=infer, **scope)


@pytest.mark.parametrize("store", ["networkx", "sqlite"])
@given(writes=WRITES, caller=st.sampled_from(SCOPES), key=st.sampled_from((None, "key-1", "key-2")))
def test_no_method_leaks(
    store: str, writes: list[Any], caller: dict[str, Any], key: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("leaks")
    with Memory(folder / "memory.db" if store == "sqlite" else ":memory:", embedder="hashing") as first:
        memories: dict[str | None, Memory] = {None: first}
        for name in ("key-1", "key-2"):
            memories[name] = _same_store(first, name, folder, store)
        for tenant, scope, text, layer, infer in writes:
            write(memories[tenant], scope, text, layer, infer)
        _check_everything(memories, caller, key, folder)
        for name in ("key-1", "key-2"):
            if store == "sqlite":
                memories[name].close()


def _same_store(first: Memory, key: str, folder: Path, store: str) -> Memory:
    other = Memory(folder / "memory.db" if store == "sqlite" else ":memory:", embedder="hashing", api_key=key)
    if store == "networkx":  # two tenants of one store in RAM
        other._open_store = other._writer._store = other._transfer._store = first._store
    return other


def _check_everything(
    memories: dict[str | None, Memory], caller: dict[str, Any], key: str | None, folder: Path
) -> None:
    memory = memories[key]
    mine = {item.id for item in _everything(memory)}
    others = {item.id for name, other in memories.items() if name != key for item in _everything(other)}
    assert not mine & others

    seen = list(memory.search("Who lives in Oslo and works at Acme?", top_k=100, **caller).results)
    seen += memory.search("sushi", top_k=100, show_expired=True, as_of="2100-01-01", **caller).results
    graph = memory.to_networkx(**caller)
    in_graph = [memory.get(node) for node, data in graph.nodes(data=True) if data["kind"] == "memory"]
    assert all(may_see(item, caller) and item.id in mine for item in [*seen, *in_graph])

    visible = {item.id for item in _everything(memory) if may_see(item, caller)}
    assert {r.memory_id for r in memory.relations(**caller)} <= visible
    named = {e.id for e in memory.entities(**caller)}
    owners = {item.owner for item in _everything(memory) if item.id in visible}
    assert {e.owner for e in memory.entities(**caller)} <= owners
    for entity in memory.entities(**caller)[:2]:
        around = memory.neighbours(entity.name, hops=2, **caller)
        assert {item.id for item in around.memories} <= visible
        assert {e.id for e in around.entities} <= named

    listed = memory.get_all(page_size=1000, **caller).results
    assert all(getattr(item, name) == value for item in listed for name, value in caller.items())
    assert {item.id for item in listed} <= mine
    memory.export(folder / "part.jsonl", **caller)
    text = (folder / "part.jsonl").read_text()
    assert not [id for id in others if id in text]
    assert not [id for id in mine - {item.id for item in listed} if f'"item":{{"id":"{id}"' in text]


def _everything(memory: Memory) -> list[MemoryItem]:
    return [value.item for kind, value in memory._store.dump(memory._tenant) if kind == "memory"]
