"""A `graphmem serve` of its own processes, on a store that is there already."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.common import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Served", "serving"]

_PATIENCE = 120.0
"""Seconds until a server must answer."""


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    headers: dict[str, str]

    def client(self) -> httpx.Client:
        """A client with a key, which keeps its connection."""
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=60, trust_env=False)


@contextmanager
def serving(store: str, workers: int, folder: Path) -> Iterator[Served]:
    """Serve a store with the embedder and the extractor that made it, as long as the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    key = secrets.token_urlsafe(24)
    words = ["serve", "--store", store, "--port", str(port), "--workers", str(workers)]
    graphmem = Path(sys.executable).with_name("graphmem")
    with (folder / "stderr").open("w") as errors:
        process = subprocess.Popen([graphmem, *words], env=_environment(folder, key), stderr=errors)
        served = Served(f"http://127.0.0.1:{port}", {"Authorization": f"Token {key}"})
        try:
            _wait(served, process, folder)
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _environment(folder: Path, key: str) -> dict[str, str]:
    """Nothing of the caller's own settings, and nothing left in the caller's home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRAPHMEM_", "NEO4J_"))}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "GRAPHMEM_API_KEY": key,
        "GRAPHMEM_CONTROL": str(folder / "server.db"),
        "GRAPHMEM_EMBEDDER": "benchmarks.stores.world:DenseEmbedder",
        "GRAPHMEM_EXTRACTOR": "benchmarks.stores.world:RelatingExtractor",
    }


def _wait(served: Served, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{served.url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {(folder / 'stderr').read_text()[-2000:]}")
