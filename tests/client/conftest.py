"""A live server with a client of it, and a server that writes down what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem import MemoryClient
from tests.client.recorder import recording
from tests.engine import open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.client.recorder import Recorder
    from tests.engine import Clock
    from tests.rest.live import Live


@pytest.fixture
def live(tmp_path: Path, clock: Clock) -> Iterator[Live]:
    """A server of an empty store, with the real extractor and the hashing embedder; time stands still."""
    with open_memory("sqlite", tmp_path, clock) as engine, serving(engine, tmp_path) as server:
        yield server


@pytest.fixture
def key(live: Live) -> str:
    """A key of the default project."""
    return live.accounts.create_key()[1]


@pytest.fixture
def client(live: Live, key: str) -> Iterator[MemoryClient]:
    """A client of the default project."""
    with MemoryClient(api_key=key, host=live.url) as made:
        yield made


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A server that answers what it was told to, and keeps what it was asked."""
    with recording() as server:
        yield server
