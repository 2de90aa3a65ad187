"""The protocol's server around the tools: their descriptions, hints and errors, and the prompt."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from graphmem import __version__
from graphmem.errors import GraphMemError
from graphmem.mcp.tools import Tools, default_user

if TYPE_CHECKING:
    from graphmem.mcp.tools import ClientOf

__all__ = ["make_server"]

_Tool: TypeAlias = Callable[..., Coroutine[Any, Any, str]]

_INSTRUCTIONS = """Long-term memory as a graph. Search it before answering a question about the user or the past; \
add what the user says that will matter later. Every result has an id, its layer and the turns it came from."""

_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_CHANGES = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)
_HINTS = {
    "add_memory": _ADDS, "search_memories": _READS, "get_memories": _READS, "get_memory": _READS,
    "update_memory": _CHANGES, "delete_memory": _CHANGES, "delete_all_memories": _CHANGES, "list_entities": _READS,
    "delete_entities": _CHANGES, "graph_neighbours": _READS, "graph_path": _READS, "graph_timeline": _READS,
}  # fmt: skip

_PROMPT = """You have a long-term memory through the tools of this server.

- Before you answer something that may have come up earlier, call search_memories with the question itself.
- When the user tells you something that will matter later (a preference, a plan, a relation, a decision), call
  add_memory with it in their own words. Small talk needs no memory.
- To list instead of search: get_memories. To correct: update_memory. To forget: delete_memory, after asking the user.
- For people, places and things: graph_neighbours shows what surrounds one, graph_path how two are connected,
  graph_timeline what was true when.

Filters: {"AND": [{"user_id": "alex"}, {"created_at": {"gte": "2024-01-01"}}]}; AND, OR and NOT nest, "*" stands for
any value. Without a user_id, the default user is meant. Results name the turns they came from in `sources`: get_memory
shows one. A memory with `replaced_by` is no longer true."""


def make_server(client_of: ClientOf, user: str | None = None) -> MCPServer:
    """A server of the tools.

    Args:
        client_of: Who asks, as a client of the server that is asked.
        user: Whose memory it is when nobody is named; None for what the environment says.
    """
    with _logging_left_alone():
        server = MCPServer("graphmem", version=__version__, instructions=_INSTRUCTIONS)
    tools = Tools(client_of, user or default_user())
    for name, hints in _HINTS.items():
        tool = getattr(tools, name)
        server.add_tool(_told(tool), description=inspect.getdoc(tool), annotations=hints, structured_output=False)
    server.prompt(description="How to use the memory well.")(memory_assistant)
    return server


def memory_assistant() -> str:
    """What an agent should know about its memory."""
    return _PROMPT


def _told(tool: _Tool) -> _Tool:
    """The tool, whose errors reach the agent in our words."""

    @functools.wraps(tool)
    async def told(*args: Any, **kwargs: Any) -> str:
        try:
            return await tool(*args, **kwargs)
        except GraphMemError as error:
            raise ToolError(str(error)) from error

    return told


@contextmanager
def _logging_left_alone() -> Iterator[None]:
    """Making an MCPServer sets up the whole program's logging, unless somebody has; that is the program's business."""
    root, placeholder = logging.getLogger(), logging.NullHandler()
    root.addHandler(placeholder)
    try:
        yield
    finally:
        root.removeHandler(placeholder)
    # Below this it repeats the errors that tools tell, which may quote what was asked.
    logging.getLogger("mcp").setLevel(logging.WARNING)
