"""What callers did: each operation has an id that its answer names."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphmem.rest.accounts import Caller

__all__ = ["Entry", "Journal", "Operation"]

Operation: TypeAlias = Literal["ADD", "UPDATE", "DELETE", "SEARCH", "GET_ALL", "GET", "DELETE_ALL", "DELETE_USER"]


@dataclass
class Entry:
    """One operation while it is done."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    results: list[dict[str, Any]] = field(default_factory=list)
    """What it did to which memory: `{id, event, data: {memory}, user_id}`; set by the route."""


class Journal:
    """Names operations; keeps nothing."""

    @contextmanager
    def entry(self, caller: Caller, operation: Operation, payload: Mapping[str, Any]) -> Iterator[Entry]:
        """An operation: it succeeded if the block ends, it failed if the block raises.

        Args:
            caller: Who asked for it.
            operation: What it was.
            payload: What was asked, JSON-ready.
        """
        yield Entry()
