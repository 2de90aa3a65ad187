"""Telling webhooks: each delivery is tried until the receiver says that it has it, or until there is no hope."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from graphmem.errors import NotFound
from graphmem.rest import sending
from graphmem.rest.background import backoff
from graphmem.rest.control import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphmem.rest.config import ServerConfig
    from graphmem.rest.control import Control
    from graphmem.rest.tenants import Tenants

__all__ = ["Deliverer", "signature"]

_EVENT = {"memory_add": "ADD", "memory_update": "UPDATE", "memory_delete": "DELETE"}
_LONGEST_PAUSE = 3_600.0
_MOST_SILENT = 20
"""How many tries in a row without an answer are counted: the pause is the longest by then."""
_GONE = 410
"""The status by which a receiver says that it wants no more of it."""


class Deliverer:
    """Sends what is due to be sent for one store; safe for threads, and for several processes.

    Webhooks are served in turns, one delivery of each at a time, and one that does not answer rests, so that nobody
    waits for another's receiver.

    Args:
        control: The control file.
        tenants: Whose memory; words are read when they are sent.
        store: Whose deliveries.
        config: Timeouts, tries, and whether private addresses are allowed.
    """

    def __init__(self, control: Control, tenants: Tenants, store: str, config: ServerConfig) -> None:
        self._control = control
        self._tenants = tenants
        self._store = store
        self._config = config
        self._me = uuid.uuid4().hex

    def work(self) -> bool:
        """Try the next delivery, if one is due; whether there was."""
        now = time.time()
        if not (due := self._control.run("delivery_due", store=self._store, now=now)):
            return False
        # Nothing takes longer than its timeout, so this hold need not be renewed.
        until = now + self._config.lease + 2 * self._config.webhooks_timeout
        held = {"now": now, "held_until": until}
        with self._control.writing() as connection:
            found = run(connection, "hold_delivery", seq=due[0]["seq"], holder=self._me, **held)
            hooks = [run(connection, "hold_webhook", id=row["webhook_id"], **held)[0] for row in found]
        for row, hook in zip(found, hooks, strict=True):
            self._deliver({**row, **hook})
        return True

    def _deliver(self, row: Mapping[str, Any]) -> None:
        if not row["is_active"]:
            return self._settle(row, None, "cancelled: the webhook is not active", final=True)
        body = json.dumps(self._body(row), ensure_ascii=False).encode()
        status: int | None = None
        try:
            status = self._sent(row, body)
        except sending.Refused as error:
            return self._settle(row, None, str(error), final=True)
        except (OSError, httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return self._settle(row, None, type(error).__name__, silent=min(row["silent"] + 1, _MOST_SILENT))
        return self._settle(row, status, None if 200 <= status < 300 else f"HTTP {status}", final=status == _GONE)

    def _sent(self, row: Mapping[str, Any], body: bytes) -> int:
        at = str(int(time.time()))
        headers = {
            "Content-Type": "application/json", "User-Agent": "graphmem",
            "X-Graphmem-Event": row["kind"], "X-Graphmem-Event-Id": row["event_id"],
            "X-Graphmem-Delivery": row["id"], "X-Graphmem-Timestamp": at,
            "X-Graphmem-Signature": f"t={at},v1={signature(row['secret'], at, body)}",
        }  # fmt: skip

        async def send() -> int:
            config = self._config
            return await sending.post(
                row["url"], body, headers, private=config.webhooks_private, seconds=config.webhooks_timeout
            )

        return anyio.run(send)

    def _body(self, row: Mapping[str, Any]) -> dict[str, Any]:
        kind, id = row["kind"], row["memory_id"]
        if kind.startswith("ingest_job_"):
            return {"event_details": {"id": row["event_id"], "event": kind.upper()}}
        try:
            memory = self._tenants.memory(row["project_id"]).get(id)
        except NotFound:
            memory = None
        if kind == "memory_categorize":
            categories = list(memory.categories) if memory else []
            return {"event_details": {"event": "CATEGORIZE", "memory_id": id, "categories": categories}}
        data = {"memory": memory.memory} if memory else {}
        return {"event_details": {"id": id, "data": data, "event": _EVENT[kind]}}

    def _settle(
        self, row: Mapping[str, Any], response: int | None, error: str | None, *, final: bool = False, silent: int = 0
    ) -> None:
        now, over = time.time(), final or row["tries"] >= self._config.webhooks_tries
        status = "DELIVERED" if error is None else "FAILED" if over else "PENDING"
        rest = self._pause(silent) if silent else 0.0
        with self._control.writing() as connection:
            run(
                connection, "settle_delivery", id=row["id"], holder=self._me, status=status, response=response,
                error=error, due=now + self._pause(row["tries"]), completed_at=None if status == "PENDING" else now,
            )  # fmt: skip
            run(connection, "release_webhook", id=row["webhook_id"], held_until=now + rest, silent=silent)

    def _pause(self, tries: int) -> float:
        return backoff(self._config.webhooks_pause, tries, _LONGEST_PAUSE)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of `timestamp.body`, in hexadecimal digits."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
