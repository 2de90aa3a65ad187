"""The errors of graphmem: one tree, each message names the fix.

```
GraphMemError
├── InvalidInput            a value that cannot be accepted; nothing was changed   (also a ValueError)
│   └── InvalidFilter       a filter that the grammar does not know
├── NotFound                no such memory or entity in this tenant                (also a LookupError)
├── Conflict                another writer was first; the call may be repeated
├── AccessDenied            a server refuses the key                               (also a PermissionError)
├── RateLimited             a server wants fewer requests: retryable, after `retry_after` seconds
├── StoreError              the store cannot do what was asked
│   ├── StoreUnavailable    locked, unreachable or out of space: retryable
│   ├── StoreCorrupt        the file is not a graphmem store, or is damaged
│   └── StoreTooNew         the file was written by a newer graphmem
├── EmbedderMismatch        the store holds vectors of another model: `graphmem reembed` mends it
├── ExtractionError         an extractor could not read the messages
├── MissingExtra            an optional dependency is absent; names the pip extra  (also an ImportError)
└── Closed                  the Memory was used after close()
```
"""

from __future__ import annotations

import reprlib
from typing import Any

__all__ = [
    "AccessDenied",
    "Closed",
    "Conflict",
    "EmbedderMismatch",
    "ExtractionError",
    "GraphMemError",
    "InvalidFilter",
    "InvalidInput",
    "MissingExtra",
    "NotFound",
    "RateLimited",
    "StoreCorrupt",
    "StoreError",
    "StoreTooNew",
    "StoreUnavailable",
    "first_fault",
    "shown",
]


def shown(value: object) -> str:
    """A value as a message shows it: shortened, whatever it is."""
    try:
        return reprlib.repr(value)
    except ValueError:  # an integer of more digits than Python prints
        return f"<{type(value).__name__}>"


def first_fault(error: Any) -> str:
    """The first thing that a pydantic.ValidationError complains of: where, and what."""
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or error.title}: {fault['msg'].removeprefix('Value error, ')}"


class GraphMemError(Exception):
    """The root: catch it to catch everything that graphmem raises on purpose."""

    retryable = False
    """Whether the same call may succeed later without any change."""


class InvalidInput(GraphMemError, ValueError):
    """A value that cannot be accepted. Nothing was changed."""


class InvalidFilter(InvalidInput):
    """A filter with an unknown operator, a wrong value, or a wrong shape."""


class NotFound(GraphMemError, LookupError):
    """No such memory or entity in this tenant."""


class Conflict(GraphMemError):
    """Another writer changed the same owner's memory first."""

    retryable = True


class AccessDenied(GraphMemError, PermissionError):
    """A server refuses the key, or what it may not do."""


class RateLimited(GraphMemError):
    """A server wants fewer requests."""

    retryable = True

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait; None if the server did not say."""


class StoreError(GraphMemError):
    """The store cannot do what was asked."""


class StoreUnavailable(StoreError):
    """The store is locked, unreachable or out of space. Try again."""

    retryable = True


class StoreCorrupt(StoreError):
    """The file is not a graphmem store, or it is damaged."""


class StoreTooNew(StoreError):
    """The store was written by a newer graphmem than this one."""


class EmbedderMismatch(GraphMemError):
    """The store's vectors come from another embedder than the one in use."""


class ExtractionError(GraphMemError):
    """An extractor could not read the messages."""


class MissingExtra(GraphMemError, ImportError):
    """An optional dependency is absent."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional dependency: pip install 'graphmem[{extra}]'")
        self.extra = extra


class Closed(GraphMemError):
    """The Memory was used after close()."""
