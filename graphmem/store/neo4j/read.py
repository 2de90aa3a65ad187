"""Reading without a question: single memories, lists, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput
from graphmem.store.neo4j.rows import EVENT, ITEM, event_of, item_of, moment, owner_uid, session_uid, uid
from graphmem.store.neo4j.where import compile_where
from graphmem.store.refusals import check_page
from graphmem.types import LAYERS, Holder, Log, Page, Stats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from graphmem.store.base import Selection
    from graphmem.store.neo4j.database import Database, Transaction
    from graphmem.types import Event, MemoryItem, Scope

__all__ = ["get", "history", "holders", "log", "recent", "select", "stats", "with_ids"]

_SCOPE_IDS = ("user_id", "agent_id", "app_id", "session_id", "org_id")
_ALL = 2**62
"""More memories than there are."""


def get(database: Database, tenant: str, ids: Sequence[str]) -> list[MemoryItem]:
    """Memories by id, in that order; missing ones are left out."""
    rows = database.read("get", {"item": ITEM}, uids=[uid(tenant, one) for one in dict.fromkeys(ids)])
    found = {row[0]: item_of(row) for row in rows}
    return [found[one] for one in ids if one in found]


def recent(database: Database, scope: Scope, n: int) -> list[MemoryItem]:
    """The last n turns of the scope's session, oldest first."""
    session = session_uid(scope.tenant, scope.owner("conversation"), scope.session_id)
    return [item_of(row) for row in database.read("recent", {"item": ITEM}, session=session, n=max(n, 0))][::-1]


def history(database: Database, tenant: str, memory_id: str) -> list[Event]:
    """What happened to a memory, oldest first."""
    return [event_of(row) for row in database.read("history", {"event": EVENT}, memory=uid(tenant, memory_id))]


def log(database: Database, tenant: str, page: int, page_size: int) -> Log:
    """One page of a tenant's events, the last written first."""
    check_page(page, page_size)
    skip = min((page - 1) * page_size, _ALL)

    def work(transaction: Transaction) -> Log:
        ((count,),) = transaction.run("log_count", tenant=tenant)
        rows = transaction.run("log", {"event": EVENT}, tenant=tenant, skip=skip, limit=page_size)
        return Log(results=tuple(map(event_of, rows)), count=count, page=page, page_size=page_size)

    return database.reading(work)


# ---------------------------------------------------------------- lists


def select(database: Database, selection: Selection, page: int, page_size: int | None) -> Page:
    """One page of what a selection chooses, newest first."""
    check_page(page, page_size)
    slots, params = _chosen(selection)

    def work(transaction: Transaction) -> Page:
        ((count,),) = transaction.run("select_count", slots, **params)
        size = page_size or max(count, 1)
        skip = min((page - 1) * size, _ALL)
        rows = transaction.run("select", {**slots, "item": ITEM}, skip=skip, limit=min(size, _ALL), **params)
        return Page(results=tuple(map(item_of, rows)), count=count, page=page, page_size=size)

    return database.reading(work)


def with_ids(ids: Mapping[str, str] | None) -> tuple[str, dict[str, Any]]:
    """The condition that a memory `m` carries all of these scope ids."""
    ids = ids or {}
    if unknown := ids.keys() - set(_SCOPE_IDS):
        raise InvalidInput(f"{', '.join(sorted(unknown))}: a scope has {', '.join(_SCOPE_IDS)}")
    parts = [f"m.{name} = $id_{name}" for name in ids]
    return " AND ".join(parts) or "true", {f"id_{name}": value for name, value in ids.items()}


def _chosen(selection: Selection) -> tuple[dict[str, str], dict[str, Any]]:
    """Where the memories of a selection come from, every condition on them, and the parameters."""
    ids, params = with_ids(selection.ids)
    where, bound = compile_where(selection.where)
    params |= bound
    parts = [ids, where]
    for name, text, value in _optional(selection):
        if value is not None:
            parts.append(text)
            params[name] = value
    if not selection.superseded:
        parts.append("m.layer = 'conversation' OR m.superseded_by IS NULL")
    source = "MATCH (m:Memory)" if selection.derived_from is None else _DERIVED
    return {"source": source, "condition": " AND ".join(f"({part})" for part in parts)}, params


_DERIVED = "MATCH (turn:Memory)<-[:DERIVED_FROM]-(m:Memory) WHERE turn.uid IN $derived_from\nWITH DISTINCT m"
_TRUE_AT = "m.valid_from <= $as_of AND (m.valid_to IS NULL OR m.valid_to > $as_of)"


def _optional(selection: Selection) -> Iterator[tuple[str, str, Any]]:
    """(parameter, condition, value) of what a selection may leave open."""
    tenant = selection.tenant

    def many(values: Sequence[str] | None, identity: Any) -> list[str] | None:
        return None if values is None else [identity(tenant, value) for value in values]

    anchors = (selection.owners, selection.memory_ids, selection.derived_from)
    layers = None if set(selection.layers) >= set(LAYERS) else list(selection.layers)
    # Where an index leads to the few memories that are meant, the tenant's own must not be taken.
    every = all(anchor is None for anchor in anchors)
    yield "tenant", "m.tenant = $tenant AND m.created_at IS NOT NULL", tenant if every else None
    yield "owners", "m.owner_uid IN $owners", many(selection.owners, owner_uid)
    yield "memory_ids", "m.uid IN $memory_ids", many(selection.memory_ids, uid)
    yield "derived_from", "true", many(selection.derived_from, uid)
    yield "layers", "m.layer IN $layers", layers
    yield "now", "m.expires_at IS NULL OR m.expires_at > $now", selection.now
    yield "expired_by", "m.expires_at <= $expired_by", selection.expired_by
    yield "as_of", _TRUE_AT, selection.as_of


# ---------------------------------------------------------------- counts


def stats(database: Database, tenant: str, now: datetime) -> Stats:
    """Counts of one tenant, without the store's own fields."""
    ((rows, entities, relations, mentions, owners, sessions),) = database.read("stats", tenant=tenant, now=now)
    layers = {layer: memories for layer, memories, *_ in rows}
    return Stats(
        memories=sum(layers.values()),
        layers={layer: layers[layer] for layer in LAYERS if layer in layers},
        entities=entities,
        relations=relations,
        mentions=mentions,
        owners=owners,
        sessions=sessions,
        superseded=sum(row[2] for row in rows),
        expired=sum(row[3] for row in rows),
    )


def holders(database: Database, tenant: str, now: datetime) -> list[Holder]:
    """Every id of a scope that a memory carries."""
    rows = database.read("holders", tenant=tenant, now=now)
    names = ("kind", "id", "memories", "created_at", "updated_at")
    return [
        Holder(**dict(zip(names, (*found, moment(first), moment(last)), strict=True))) for *found, first, last in rows
    ]
