"""A live server with the real models for the clients of Mem0, on each store one after the other."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

import pytest

from graphmem import Settings
from tests.conformance.clients import CLIENTS, Outcome, drive, once
from tests.engine import MINILM, open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.rest.live import Live

STORES = ("sqlite", "neo4j")


@pytest.fixture(scope="module", params=STORES)
def kind(request: pytest.FixtureRequest) -> str:
    """Which store."""
    return str(request.param)


@pytest.fixture(scope="module")
def served(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server, with the real extractor, embedder and clock."""
    folder = tmp_path_factory.mktemp("served")
    with open_memory(kind, folder, embedder=MINILM, settings=Settings()) as engine:
        engine.warm()
        with serving(engine, folder) as live:
            yield live


@pytest.fixture(scope="module")
def driven(kind: str, served: Live, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Outcome]:
    """What became of driving a client of `CLIENTS`, which is done once, by whichever test process asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    @cache
    def driven(client: str) -> Outcome:
        home = tmp_path_factory.mktemp(client)
        return once(shared / f"{kind} {client}", lambda: drive(CLIENTS[client], served, home))

    return driven
