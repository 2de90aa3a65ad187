"""Projects become tenants: one store and one set of models, lent to each project's own `Memory`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from graphmem.rest.translate import catalogue

if TYPE_CHECKING:
    from graphmem.memory import Memory
    from graphmem.rest.accounts import Accounts

__all__ = ["Tenants"]

_MOST = 10_000
"""Memories kept ready; each is small."""


class Tenants:
    """The `Memory` of each project."""

    def __init__(self, engine: Memory, accounts: Accounts) -> None:
        self.engine = engine
        self._accounts = accounts
        self._ready: dict[str, tuple[str, Memory]] = {}
        self._lock = threading.Lock()

    def memory(self, project_id: str, categories: Any = None) -> Memory:
        """The memory of a project, as its settings want it.

        Args:
            project_id: Whose; the project exists.
            categories: For one call, instead of the project's own, as Mem0 writes them; see `translate.catalogue`.
        """
        project = self._accounts.project(project_id)
        if categories is not None:
            return self._made(project_id, catalogue(categories))
        with self._lock:
            stamp, ready = self._ready.get(project_id, ("", None))
            if ready is None or stamp != project.updated_at:
                ready = self._made(project_id, catalogue(project.settings.get("custom_categories")))
                if len(self._ready) >= _MOST:
                    self._ready.clear()
                self._ready[project_id] = project.updated_at, ready
            return ready

    def _made(self, project_id: str, categories: Any) -> Memory:
        settings = self.engine.settings
        retrieval = settings.retrieval.model_copy(update={"close_passes": True})
        settings = settings.model_copy(update={"retrieval": retrieval})
        if categories:
            settings = settings.model_copy(update={"categories": categories})
        return self.engine.for_tenant(project_id, settings=settings)
