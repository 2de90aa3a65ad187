"""Lets a program that has no option for it talk to another host: `MemoryClient` takes $MEM0_HOST if none is given.

Put this folder on PYTHONPATH. It is for programs that use Mem0's client, such as mem0-mcp-server.
"""

import os
from typing import Any

import mem0


def _with_host(kind: Any) -> None:
    made = kind.__init__

    def init(self: Any, api_key: str | None = None, host: str | None = None, client: Any = None) -> None:
        made(self, api_key, host or os.environ.get("MEM0_HOST"), client)

    kind.__init__ = init


_with_host(mem0.MemoryClient)
_with_host(mem0.AsyncMemoryClient)
