"""The memory as tools for agents (Model Context Protocol): over stdio by `graphmem mcp`, over HTTP at a server's /mcp.

Tools call the routes of a server through a client: one far away, the one they are mounted in, or one that lives in this
process for a local store (`local`). So keys, roles, projects and answers are the server's own.
"""

from __future__ import annotations

__all__: list[str] = []
