"""A live server with the real models for the clients of Mem0, on each store one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem import Settings
from tests import neo4j_stores
from tests.conformance.clients import CLIENTS, HERE, Outcome, drive
from tests.engine import MINILM, open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.rest.live import Live

STORES = ("sqlite", "neo4j")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one run of a driver found is looked at by many tests: these go to one worker."""
    for item in (item for item in items if item.path.parent == HERE):
        given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if "client" in given and not set(given.values()) & set(neo4j_stores.KINDS):
            item.add_marker(pytest.mark.xdist_group(f"conformance of {given['client']}"))


@pytest.fixture(scope="module", params=STORES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server, with the real extractor, embedder and clock."""
    folder = tmp_path_factory.mktemp("served")
    with open_memory(request.param, folder, embedder=MINILM, settings=Settings()) as engine:
        engine.warm()
        with serving(engine, folder) as live:
            yield live


@pytest.fixture(scope="module")
def driven(served: Live, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Outcome]:
    """What became of driving a client of `CLIENTS`, which is done once."""
    done: dict[str, Outcome] = {}

    def driven(client: str) -> Outcome:
        if client not in done:
            done[client] = drive(CLIENTS[client], served, tmp_path_factory.mktemp(client))
        return done[client]

    return driven
