"""Content ids: the same content in the same place has the same UUID, so adding twice changes nothing."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["content_hash", "content_id", "tenant_of"]

_NAMESPACE = uuid.UUID("6f1f1c86-3b0e-5d0c-9a55-0f0c6a3f4b11")


def content_id(kind: str, *parts: str | int | datetime | None) -> str:
    """A UUID (version 5) of the parts; None and the empty string are different parts."""
    spelled = [kind]
    for part in parts:
        text = "" if part is None else str(part)
        spelled.append(f"{'-' if part is None else len(text)}:{text}")
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(spelled)))


def content_hash(text: str) -> str:
    """A short stable digest of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def tenant_of(api_key: str | None) -> str:
    """The tenant of an embedded store: a digest of the key, so that the key itself is never stored."""
    if api_key is None:
        return "default"
    return hashlib.blake2b(api_key.encode(), digest_size=12, person=b"graphmem").hexdigest()
