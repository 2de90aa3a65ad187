"""The tools: Mem0's nine by name and arguments, and three of the graph. Results are JSON texts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias

from mcp.server.mcpserver import Context
from pydantic import Field

from graphmem.client import AsyncMemoryClient
from graphmem.errors import InvalidInput

__all__ = ["ClientOf", "Tools", "default_user"]

ClientOf: TypeAlias = Callable[[Context], AsyncMemoryClient]
"""Who asks, as a client of the server that is asked."""

User = Annotated[str | None, Field(description="Whose memory: a user. Left out: the default user.")]
Agent = Annotated[str | None, Field(description="Whose memory: an agent.")]
App = Annotated[str | None, Field(description="Whose memory: an app.")]
Run = Annotated[str | None, Field(description="Whose memory: a run (session).")]
Filters = Annotated[
    dict[str, Any] | None,
    Field(
        description='Narrows the answer: {"AND": [{"user_id": "alex"}, {"created_at": {"gte": "2024-01-01"}}]}; '
        'AND, OR, NOT; {"user_id": {"in": ["alex", "ana"]}}; {"categories": {"contains": "travel"}}. '
        "Without a user_id in it, the default user's memories are meant."
    ),
]
Unused = Annotated[bool | None, Field(description="Has no effect: the graph is always there.")]
Id = Annotated[str, Field(description="The id of the memory, as other tools showed it.")]
Name = Annotated[str, Field(description="The name of a person, place, organisation or thing, such as 'Ana'.")]

_FIELDS = [
    "memory", "score", "layer", "user_id", "agent_id", "app_id", "run_id", "org_id", "categories", "metadata",
    "created_at", "valid_to", "expiration_date", "sources", "replaced_by",
]  # fmt: skip
"""Of a memory: what an agent can use, and where it came from."""
_RELATION = ["subject_name", "type", "object_name", "polarity", "confidence", "valid_from", "valid_to", "memory_id"]
_ENTITY = ["name", "type", "mentions"]
_MOST = 50
"""Memories of a neighbourhood that are shown."""


def default_user() -> str:
    """Whose memory it is when nobody is named."""
    return os.environ.get("GRAPHMEM_DEFAULT_USER_ID") or os.environ.get("MEM0_DEFAULT_USER_ID") or "mem0-mcp"


class Tools:
    """The tools, for a way to reach a server and a default user."""

    def __init__(self, client_of: ClientOf, user: str) -> None:
        self._client = client_of
        self._user = user

    async def add_memory(
        self,
        ctx: Context,
        text: Annotated[str, Field(description="What to remember, in one sentence or several.")],
        messages: Annotated[
            list[dict[str, Any]] | None,
            Field(description="A conversation instead of the text: {role, content, name?, timestamp?} each."),
        ] = None,
        user_id: User = None,
        agent_id: Agent = None,
        app_id: App = None,
        run_id: Run = None,
        metadata: Annotated[dict[str, Any] | None, Field(description="Kept with the memories.")] = None,
        enable_graph: Unused = None,
    ) -> str:
        """Remember a fact, a preference or a conversation. Every turn is kept verbatim, facts are found in it."""
        user = user_id or (None if agent_id or run_id else self._user)
        ids = _given(user_id=user, agent_id=agent_id, app_id=app_id, run_id=run_id)
        done = await self._client(ctx).add(messages or text, metadata=metadata, **ids)
        return _json(done | {"results": [_only(one, ["id", "memory", "event", "layer"]) for one in done["results"]]})

    async def search_memories(
        self,
        ctx: Context,
        query: Annotated[str, Field(description="A question, or what to look for.")],
        filters: Filters = None,
        limit: Annotated[int | None, Field(description="How many results; 10 if left out.", ge=1, le=1000)] = None,
        enable_graph: Unused = None,
    ) -> str:
        """Find what is remembered about a question, best first, with when it was said and which turns it came from."""
        found = await self._client(ctx).search(query, filters=self._filters(filters), top_k=limit, fields=_FIELDS)
        return _json({"results": [_memory(one) for one in found["results"]]})

    async def get_memories(
        self,
        ctx: Context,
        filters: Filters = None,
        page: Annotated[int | None, Field(description="From 1.", ge=1)] = None,
        page_size: Annotated[int | None, Field(description="10 if left out.", ge=1, le=200)] = None,
        enable_graph: Unused = None,
    ) -> str:
        """List memories, newest first, a page at a time."""
        found = await self._client(ctx).get_all(
            filters=self._filters(filters), page=page or 1, page_size=page_size or 10, fields=_FIELDS
        )
        more = {"count": found["count"], "page": page or 1, "more": found["next"] is not None}
        return _json(more | {"results": [_memory(one) for one in found["results"]]})

    async def get_memory(self, ctx: Context, memory_id: Id) -> str:
        """One memory by its id; also the turn that a fact came from (`sources`)."""
        return _json(_memory(await self._client(ctx).get(memory_id), "id", "role", "lifecycle_state"))

    async def update_memory(
        self, ctx: Context, memory_id: Id, text: Annotated[str, Field(description="The new text.")]
    ) -> str:
        """Replace the text of one memory; its id and history stay."""
        return _json(_memory(await self._client(ctx).update(memory_id, text=text)))

    async def delete_memory(self, ctx: Context, memory_id: Id) -> str:
        """Delete one memory for good. Ask the user first."""
        return _json(await self._client(ctx).delete(memory_id))

    async def delete_all_memories(
        self, ctx: Context, user_id: User = None, agent_id: Agent = None, app_id: App = None, run_id: Run = None
    ) -> str:
        """Delete every memory that has all these ids, for good. Ask the user first.

        Without a user it is the default user's, narrowed by the other ids.
        """
        ids = _given(user_id=user_id or self._user, agent_id=agent_id, app_id=app_id, run_id=run_id)
        return _json(await self._client(ctx).delete_all(**ids))

    async def list_entities(self, ctx: Context) -> str:
        """List the users, agents, apps and runs that have memories."""
        found = await self._client(ctx).users()
        return _json({"results": [_only(one, ["type", "name", "total_memories"]) for one in found["results"]]})

    async def delete_entities(
        self,
        ctx: Context,
        user_id: Annotated[str | None, Field(description="The user to delete.")] = None,
        agent_id: Annotated[str | None, Field(description="The agent to delete.")] = None,
        app_id: Annotated[str | None, Field(description="The app to delete.")] = None,
        run_id: Annotated[str | None, Field(description="The run to delete.")] = None,
    ) -> str:
        """Delete users, agents, apps or runs with all their memories, for good. Ask the user first."""
        ids = _given(user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        if not ids:
            raise InvalidInput("nothing was deleted: pass user_id, agent_id, app_id or run_id")
        for name, value in ids.items():
            await self._client(ctx).delete_users(**{name: value})
        return _json({"message": "Entities deleted successfully.", "deleted": ids})

    # ---------------------------------------------------------------- the graph

    async def graph_neighbours(
        self,
        ctx: Context,
        entity: Name,
        hops: Annotated[int, Field(description="How far to look.", ge=1, le=3)] = 1,
        user_id: User = None,
        agent_id: Agent = None,
    ) -> str:
        """What surrounds a person, place or thing: who and what it is related to, and the memories that say so."""
        found = await self._client(ctx).neighbours(entity, hops=hops, **self._asker(user_id, agent_id))
        return _json(
            {
                "entities": [_only(one, _ENTITY) for one in found["entities"]],
                "relations": [_only(one, _RELATION) for one in found["relations"]],
                "memories": [_memory(one) for one in found["memories"][:_MOST]],
                "memories_left_out": max(0, len(found["memories"]) - _MOST),
            }
        )

    async def graph_path(
        self, ctx: Context, start: Name, end: Name, user_id: User = None, agent_id: Agent = None
    ) -> str:
        """How two people, places or things are connected: the shortest walk, each step with the memory that says so."""
        found = await self._client(ctx).path(start, end, **self._asker(user_id, agent_id))
        return _json({"results": [_only(one, _RELATION) for one in found["results"]]})

    async def graph_timeline(self, ctx: Context, entity: Name, user_id: User = None, agent_id: Agent = None) -> str:
        """What was true of a person, place or thing, in the order of time; what changed says by what."""
        found = await self._client(ctx).timeline(entity, **self._asker(user_id, agent_id))
        return _json({"results": [_memory(one) for one in found["results"]]})

    # ---------------------------------------------------------------- inside

    def _asker(self, user_id: str | None, agent_id: str | None) -> dict[str, Any]:
        return _given(user_id=user_id or (None if agent_id else self._user), agent_id=agent_id)

    def _filters(self, filters: Mapping[str, Any] | None) -> dict[str, Any]:
        """The filters, of the default user unless they name one."""
        if filters and _names_a_user(filters):
            return dict(filters)
        return {"AND": [{"user_id": self._user}, *([dict(filters)] if filters else ())]}


def _names_a_user(node: Any) -> bool:
    if isinstance(node, Mapping):
        return any(name in ("user_id", "userId") or _names_a_user(value) for name, value in node.items())
    return isinstance(node, list) and any(map(_names_a_user, node))


def _given(**ids: str | None) -> dict[str, Any]:
    return {name: value for name, value in ids.items() if value}


def _only(data: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: data[name] for name in names if data.get(name) not in (None, [], {})}


def _memory(data: Mapping[str, Any], *more: str) -> dict[str, Any]:
    return _only(data, ["id", *_FIELDS, *more])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
