"""Clients of a server: `MemoryClient` and, for asyncio, `AsyncMemoryClient`, with the methods of Mem0's clients.

Every method is described once, as a flow that says which requests to make and what to make of the answers
(`memories`, `account`, `graph`, `project`); the two clients only differ in how they send.
"""

from __future__ import annotations

from graphmem.client.clients import AsyncMemoryClient, MemoryClient

__all__ = ["AsyncMemoryClient", "MemoryClient"]
