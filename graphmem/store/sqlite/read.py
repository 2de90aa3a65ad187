"""Reading without a question: single memories, lists, what is known, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from graphmem.errors import InvalidInput
from graphmem.store.base import NEAREST, Known, SessionState
from graphmem.store.candidates import top
from graphmem.store.refusals import check_page
from graphmem.store.sqlite.database import run, text_of
from graphmem.store.sqlite.partition import FOREVER
from graphmem.store.sqlite.rows import (
    ITEM_COLUMNS,
    entity_of,
    event_of,
    item_of,
    listed,
    micros,
    moment,
    relation_of,
    tokens_of,
)
from graphmem.store.sqlite.where import compile_where
from graphmem.types import LAYERS, Holder, Log, Page, Stats

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from graphmem.store.base import Ask, Floats, Selection, Tokens
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.partition import Partition
    from graphmem.types import Entity, Event, MemoryItem, Relation, Scope

    _Near: TypeAlias = list[tuple[MemoryItem, float]]

__all__ = ["get", "history", "holders", "known", "log", "recent", "select", "stats", "tokens", "with_ids"]

_TOGETHER = 64
"""Vectors compared with the rows of an owner at once: the rows pass through the processor once for all of them."""
_SCOPE_IDS = ("user_id", "agent_id", "app_id", "session_id", "org_id")


def get(connection: sqlite3.Connection, tenant: str, ids: Sequence[str]) -> list[MemoryItem]:
    """Memories by id, in that order; missing ones are left out."""
    cursor = connection.execute(text_of("get", columns=ITEM_COLUMNS), {"tenant": tenant, "ids": listed(ids)})
    found = {row[0]: item_of(row) for row in cursor}
    return [found[key] for key in ids if key in found]


def tokens(connection: sqlite3.Connection, tenant: str, ids: Sequence[str]) -> dict[str, Tokens]:
    """The token vectors (t, d) of those that have some, by id."""
    rows = run(connection, "token_vectors", tenant=tenant, ids=listed(ids))
    return {id_: states for id_, *row in rows if (states := tokens_of(*row)) is not None}


def recent(connection: sqlite3.Connection, scope: Scope, n: int) -> list[MemoryItem]:
    """The last n turns of the scope's session, oldest first."""
    params = {"tenant": scope.tenant, "owner": scope.owner("conversation"), "session_id": scope.session_id}
    cursor = connection.execute(text_of("recent", columns=ITEM_COLUMNS), {**params, "n": max(n, 0)})
    return [item_of(row) for row in cursor][::-1]


def history(connection: sqlite3.Connection, tenant: str, memory_id: str) -> list[Event]:
    """What happened to a memory, oldest first."""
    return [event_of(row) for row in run(connection, "history", tenant=tenant, memory_id=memory_id)]


def log(connection: sqlite3.Connection, tenant: str, page: int, page_size: int) -> Log:
    """One page of a tenant's events, the last written first."""
    check_page(page, page_size)
    (count,) = run(connection, "log_count", tenant=tenant).fetchone()
    rows = run(connection, "log", tenant=tenant, limit=page_size, offset=(page - 1) * page_size)
    return Log(results=tuple(map(event_of, rows)), count=count, page=page, page_size=page_size)


# ---------------------------------------------------------------- lists


def select(connection: sqlite3.Connection, selection: Selection, page: int, page_size: int | None) -> Page:
    """One page of what a selection chooses, newest first."""
    check_page(page, page_size)
    condition, params = _condition(selection)
    params["tenant"] = selection.tenant
    (count,) = connection.execute(text_of("select_count", condition=condition), params).fetchone()
    size = page_size or max(count, 1)
    text = text_of("select", columns=ITEM_COLUMNS, condition=condition)
    cursor = connection.execute(text, {**params, "limit": size, "offset": (page - 1) * size})
    return Page(results=tuple(map(item_of, cursor)), count=count, page=page, page_size=size)


def with_ids(ids: Mapping[str, str] | None) -> tuple[str, dict[str, Any]]:
    """The condition that a memory carries all of these scope ids."""
    ids = ids or {}
    if unknown := ids.keys() - set(_SCOPE_IDS):
        raise InvalidInput(f"{', '.join(sorted(unknown))}: a scope has {', '.join(_SCOPE_IDS)}")
    parts = [f"memory.{name} = :id_{name}" for name in ids]
    return " AND ".join(parts) or "1", {f"id_{name}": value for name, value in ids.items()}


def _condition(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Every condition of a selection, and its parameters."""
    ids, params = with_ids(selection.ids)
    where, bound = compile_where(selection.where)
    params |= bound
    # A leading + keeps the tenant's index out, where a better one leads to the few rows that are meant.
    apart = selection.owners is not None or selection.derived_from is not None
    parts = [f"{'+' * apart}memory.tenant = :tenant", ids, where]
    for name, text, value in _optional(selection):
        if value is not None:
            parts.append(text)
            params[name] = value
    if not selection.superseded:
        parts.append("(memory.layer = 'conversation' OR memory.superseded_by IS NULL)")
    return " AND ".join(f"({part})" for part in parts), params


def _optional(selection: Selection) -> list[tuple[str, str, Any]]:
    """(parameter, condition, value) of what a selection may leave open."""

    def many(values: Sequence[str] | None) -> str | None:
        return None if values is None else listed(values)

    layers = None if set(selection.layers) >= set(LAYERS) else listed(selection.layers)
    return [
        ("layers", "memory.layer IN (SELECT value FROM json_each(:layers))", layers),
        ("owners", _OWNED, many(selection.owners)),
        ("memory_ids", "memory.id IN (SELECT value FROM json_each(:memory_ids))", many(selection.memory_ids)),
        ("derived_from", _DERIVED, many(selection.derived_from)),
        ("now", "memory.expires_at IS NULL OR memory.expires_at > :now", micros(selection.now)),
        ("expired_by", "memory.expires_at <= :expired_by", micros(selection.expired_by)),
        ("as_of", _TRUE_AT, micros(selection.as_of)),
    ]


_OWNED = """memory.owner IN (
  SELECT no FROM owner WHERE tenant = :tenant AND name IN (SELECT value FROM json_each(:owners)))"""
_DERIVED = """memory.no IN (
  SELECT link.source FROM link JOIN memory AS turn ON turn.no = link.target
  WHERE link.type = 'DERIVED_FROM' AND turn.tenant = :tenant
    AND turn.id IN (SELECT value FROM json_each(:derived_from)))"""
_TRUE_AT = "memory.valid_from <= :as_of AND (memory.valid_to IS NULL OR memory.valid_to > :as_of)"


# ---------------------------------------------------------------- known


def known(connection: sqlite3.Connection, ask: Ask, parts: Callable[[Sequence[str]], list[Partition]]) -> Known:
    """Answer an Ask; `parts` gives the partitions of owners in the same snapshot."""
    owners = _owners(connection, ask)
    entities = {one.id: one for owner, keys in ask.keys.items() for one in _named(connection, ask, owner, keys)}
    relations = {
        one.id: one for owner, keys in ask.relations.items() for one in _open(connection, ask.tenant, owner, keys)
    }
    return Known(
        basis={owner: owners.get(owner, (0, 0))[1] for owner in ask.owners},
        items={item.id: item for item in get(connection, ask.tenant, ask.ids)},
        entities=[entities[key] for key in sorted(entities)],
        relations=[relations[key] for key in sorted(relations)],
        near=_near(connection, ask, parts),
        sessions={key: _session(connection, owners.get(key[0], (0, 0))[0], key[1]) for key in ask.sessions},
    )


def _owners(connection: sqlite3.Connection, ask: Ask) -> dict[str, tuple[int, int]]:
    names = listed({*ask.owners, *(owner for owner, _ in ask.sessions)})
    rows = run(connection, "owners_named", tenant=ask.tenant, names=names)
    return {name: (number, version) for name, number, version, *_ in rows}


def _named(connection: sqlite3.Connection, ask: Ask, owner: str, keys: Sequence[str]) -> list[Entity]:
    whose = {"tenant": ask.tenant, "owner": owner}
    rows = set(run(connection, "entities_with_key", keys=listed(keys), **whose))
    if ask.alike:
        firsts = {key.partition(" ")[0] for key in keys}
        rows.update(run(connection, "entities_starting", words=listed(firsts), **whose))
    return [entity_of(row) for row in rows]


def _open(connection: sqlite3.Connection, tenant: str, owner: str, keys: Sequence[str]) -> list[Relation]:
    rows = run(connection, "open_relations", tenant=tenant, owner=owner, keys=listed(keys))
    return [relation_of(row) for row in rows]


def _near(connection: sqlite3.Connection, ask: Ask, parts: Callable[[Sequence[str]], list[Partition]]) -> list[_Near]:
    """For each vector, the nearest facts that hold and are not expired."""
    found: list[_Near] = [[] for _ in ask.near]
    for owner in dict.fromkeys(owner for owner, _ in ask.near):
        asked = [place for place, (whose, _) in enumerate(ask.near) if whose == owner]
        for part in parts([owner]):
            rows = np.flatnonzero(_facts(part, ask.now))
            if not len(rows):
                continue
            for start in range(0, len(asked), _TOGETHER):
                places = asked[start : start + _TOGETHER]
                cosine = np.stack([ask.near[place][1] for place in places]) @ part.vectors.T
                for place, of in zip(places, cosine, strict=True):
                    found[place] = _nearest(connection, ask.tenant, part, rows, of)
    return found


def _nearest(connection: sqlite3.Connection, tenant: str, part: Partition, rows: Array, cosine: Floats) -> _Near:
    best = top(cosine, NEAREST, rows, part.columns["ids"]).tolist()
    items = get(connection, tenant, [part.columns["ids"][row].decode() for row in best])
    return [(item, float(cosine[row])) for item, row in zip(items, best, strict=True)]


def _facts(part: Partition, now: datetime | None) -> Array:
    columns = part.columns
    open_: Array = part.alive & (columns["layer"] != LAYERS.index("conversation")) & ~columns["superseded"]
    if now is None:
        open_ &= columns["valid_to"] == FOREVER
        return open_
    open_ &= (columns["valid_to"] > micros(now)) & (columns["expires"] > micros(now))
    return open_


def _session(connection: sqlite3.Connection, owner: int, session_id: str | None) -> SessionState:
    last, activity = run(connection, "session_state", owner=owner, session_id=session_id).fetchone()
    return SessionState(last, moment(activity))


# ---------------------------------------------------------------- counts


def stats(connection: sqlite3.Connection, tenant: str, now: datetime) -> Stats:
    """Counts of one tenant, without the store's own fields."""
    names = ("memories", "entities", "relations", "mentions", "owners", "sessions", "superseded", "expired")
    counts = run(connection, "stats", tenant=tenant, now=micros(now)).fetchone()
    layers: dict[str, int] = dict(run(connection, "stats_layers", tenant=tenant).fetchall())
    ordered: dict[str, int] = {layer: layers[layer] for layer in LAYERS if layer in layers}
    return Stats(layers=ordered, **dict(zip(names, counts, strict=True)))


def holders(connection: sqlite3.Connection, tenant: str, now: datetime) -> list[Holder]:
    """Every id of a scope that a memory carries."""
    rows = run(connection, "holders", tenant=tenant, now=micros(now))
    names = ("kind", "id", "memories", "created_at", "updated_at")
    return [
        Holder(**dict(zip(names, (*found, moment(first), moment(last)), strict=True))) for *found, first, last in rows
    ]
