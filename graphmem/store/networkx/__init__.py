"""The store in RAM: plain, exact, complete. For scratch work, notebooks, and as the others' oracle."""

from graphmem.store.networkx.store import NetworkXStore

__all__ = ["NetworkXStore"]
