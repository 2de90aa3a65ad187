"""graphmem: a graph-plus-vector memory engine for AI agents.

```
from graphmem import Memory

memory = Memory()
memory.add("I'm Alex and I prefer boutique hotels.", user_id="alex")
memory.search("Any hotel preferences?", user_id="alex")
```
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphmem.aio import AsyncMemory
    from graphmem.client import AsyncMemoryClient, MemoryClient
    from graphmem.errors import GraphMemError
    from graphmem.memory import Memory
    from graphmem.settings import Settings
    from graphmem.types import Entity, Hit, MemoryItem, Message, Relation, Scope, SearchResults
    from graphmem.weights import Retrieval, Weights

__version__ = "0.1.0"

_HOMES = {
    "AsyncMemory": "aio",
    "AsyncMemoryClient": "client",
    "Entity": "types",
    "GraphMemError": "errors",
    "Hit": "types",
    "Memory": "memory",
    "MemoryClient": "client",
    "MemoryItem": "types",
    "Message": "types",
    "Relation": "types",
    "Retrieval": "weights",
    "Scope": "types",
    "SearchResults": "types",
    "Settings": "settings",
    "Weights": "weights",
}
__all__ = [
    "AsyncMemory",
    "AsyncMemoryClient",
    "Entity",
    "GraphMemError",
    "Hit",
    "Memory",
    "MemoryClient",
    "MemoryItem",
    "Message",
    "Relation",
    "Retrieval",
    "Scope",
    "SearchResults",
    "Settings",
    "Weights",
]


def __getattr__(name: str) -> Any:
    # Names load on first use, so that `import graphmem` costs nothing.
    if name not in _HOMES:
        raise AttributeError(f"module 'graphmem' has no attribute {name!r}")
    return getattr(import_module(f"graphmem.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
