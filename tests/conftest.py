"""What every test may use: a fresh store of each kind, and the profiles of the property-based tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import neo4j_stores
from tests.engine import Clock, open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphmem import Memory
    from graphmem.store.base import Store

settings.register_profile("default", max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("soak", parent=settings.get_profile("default"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

STORES = ("networkx", "sqlite", *neo4j_stores.KINDS)
OLDER = "neo4j5"
_MOVES = {("sqlite", OLDER), (OLDER, "sqlite")}
ENGINES = ("networkx", "sqlite", "neo4j")
"""Stores on which the engine's behaviour is looked at. That both versions of Neo4j do the same is for the suites of the
contract and of congruence."""


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in its own hook, which would else come before this one
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one server go to one worker, or each worker would start every server; so do those of Mem0's clients, or
    each worker would wait until the other has driven one.
    """
    for item in items:
        if servers := _servers(item):
            item.add_marker(pytest.mark.xdist_group(max(servers)))
            if _is_long(item, servers):
                item.add_marker(pytest.mark.soak)
        elif "driven" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("clients"))


def _servers(item: pytest.Item) -> set[str]:
    """The kinds of server that a test is given, or says that it needs."""
    spec = isinstance(item, pytest.Function) and getattr(item, "callspec", None)
    given: dict[str, Any] = spec.params if spec else {}
    kinds = {one for one in given.values() if isinstance(one, str) and one in neo4j_stores.KINDS}
    if {"store", "other"} <= given.keys():
        kinds |= {neo4j_stores.counterpart(given["other"], given["store"])} & neo4j_stores.KINDS.keys()
    return kinds | {kind for mark in item.iter_markers("needs") for kind in mark.args}


def _is_long(item: pytest.Item, servers: set[str]) -> bool:
    """Copies to and from the older Neo4j: that every row comes along where people go is looked at each time, the rest
    at length. So are the tests that say so of themselves.
    """
    if OLDER not in servers or not isinstance(item, pytest.Function):
        return False
    if item.path.name == "test_copy.py":
        pair = tuple(item.callspec.params.get(end) for end in ("store", "other"))
        return item.originalname != "test_every_row_comes_along" or pair not in _MOVES
    return item.get_closest_marker("older_at_length") is not None


def make_store(kind: str, folder: Path) -> Store:
    """An empty store of a kind."""
    if kind == "networkx":
        from graphmem.store.networkx import NetworkXStore

        return NetworkXStore()
    if kind in neo4j_stores.KINDS:
        return neo4j_stores.make_store(kind)
    from graphmem.store.sqlite import SqliteStore

    return SqliteStore(folder / "memory.db")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store that graphmem has, one after the other."""
    made = make_store(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture(params=STORES)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second store of each kind, so that every pair is met."""
    first = request.node.callspec.params.get("store")
    (tmp_path / "other").mkdir()
    made = make_store(neo4j_stores.counterpart(request.param, first), tmp_path / "other")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    """The wall clock of `memory`."""
    return Clock()


@pytest.fixture(params=ENGINES)
def memory(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    """An empty engine on every store, with the real extractor and the hashing embedder."""
    with open_memory(request.param, tmp_path, clock) as made:
        yield made
