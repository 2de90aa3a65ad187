"""A live server for every test: `live` is the server, `client` one of its projects, `stranger` another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine import open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from graphmem import Memory
    from tests.engine import Clock
    from tests.rest.live import Live


@pytest.fixture
def live(tmp_path: Path, clock: Clock) -> Iterator[Live]:
    """A server of an empty store, with the real extractor and the hashing embedder; time stands still."""
    with open_memory("sqlite", tmp_path, clock) as engine, serving(engine, tmp_path) as server:
        yield server


@pytest.fixture
def everywhere(memory: Memory, tmp_path: Path) -> Iterator[Live]:
    """The same on every store that graphmem has, one after the other."""
    with serving(memory, tmp_path) as server:
        yield server


@pytest.fixture
def client(live: Live) -> httpx.Client:
    """A client with a key of the default project."""
    return live.client()


@pytest.fixture
def stranger(live: Live) -> httpx.Client:
    """A client of another project."""
    return live.stranger()
