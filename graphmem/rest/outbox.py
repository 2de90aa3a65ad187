"""What is still to be told to webhooks: rows in the control file, each with the id of a memory and no words."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

from graphmem.rest.control import run

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["KINDS", "Outbox"]

KINDS = (
    "memory_add", "memory_update", "memory_delete", "memory_categorize",
    "ingest_job_completed", "ingest_job_partially_completed", "ingest_job_failed", "ingest_job_cancelled",
)  # fmt: skip
"""What webhooks can be told of."""
_LOG = logging.getLogger("graphmem.rest")
_MOST_WAITING = 10_000
"""Deliveries that wait for one webhook; what comes on top is dropped."""
_KIND_OF = {"ADD": "memory_add", "UPDATE": "memory_update", "DELETE": "memory_delete"}


class Outbox:
    """Notes who is to be told of what.

    Args:
        store: Whose memories these are.
    """

    def __init__(self, store: str) -> None:
        self.wake: Callable[[], object] = lambda: None
        """Called when something may have been noted."""
        self.store = store

    def put(
        self, connection: sqlite3.Connection, project: str, event_id: str, changed: Iterable[Mapping[str, Any]],
        job: str | None = None,
    ) -> None:  # fmt: skip
        """Note, within a transaction, who of a project is to be told what.

        Args:
            connection: Of the transaction.
            project: Whose webhooks.
            event_id: The operation.
            changed: `{id, event, layer}` of memories.
            job: What became of an asynchronous add, one of `KINDS`.
        """
        news = [pair for one in changed for pair in _news(one)] + ([(job, None)] if job else [])
        for hook in run(connection, "webhooks_told", project_id=project, store=self.store) if news else ():
            kinds, room = json.loads(hook["event_types"]), max(0, _MOST_WAITING - hook["waiting"])
            wanted = [pair for pair in news if pair[0] in kinds]
            run(
                connection, "put_deliveries", webhook_id=hook["id"], store=self.store, event_id=event_id,
                news=json.dumps(wanted[:room]), now=time.time(),
            )  # fmt: skip
            if dropped := len(wanted[room:]):
                _LOG.warning("webhook %s has too much waiting for it: %d deliveries dropped", hook["id"], dropped)


def _news(one: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if kind := _KIND_OF.get(one["event"]):
        yield kind, one["id"]
        if kind == "memory_add" and one.get("layer") != "conversation":
            yield "memory_categorize", one["id"]
