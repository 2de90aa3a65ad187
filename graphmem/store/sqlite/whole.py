"""Whole tenants: every row out, everything away, every vector anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.errors import Conflict
from graphmem.store.base import Link, Mention, Record, Touch
from graphmem.store.refusals import check_vectors
from graphmem.store.sqlite.database import run, text_of
from graphmem.store.sqlite.read import with_ids
from graphmem.store.sqlite.rows import (
    ITEM_COLUMNS,
    blob,
    entity_of,
    event_of,
    item_of,
    listed,
    moment,
    relation_of,
    token_row,
    tokens_of,
    vector_of,
)
from graphmem.store.sqlite.write import next_tick
from graphmem.types import MemoryItem, Receipt

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphmem.store.base import Fingerprint, Revector

__all__ = ["all_texts", "dump", "reset", "revector", "tenants"]

_WIDTH = len(MemoryItem.model_fields)
_BATCH = 256
_TABLES = (
    "mention", "relation", "link", "embedding", "token_vectors", "event", "memory", "alias", "entity", "session",
    "owner",
)  # fmt: skip


def tenants(connection: sqlite3.Connection) -> list[str]:
    """Every tenant that holds anything."""
    return [row[0] for row in run(connection, "tenants")]


def dump(connection: sqlite3.Connection, tenant: str, ids: Mapping[str, str] | None) -> Iterator[tuple[str, Any]]:
    """Every row as (kind, value). Touches come first: they must not reach the notes that follow."""
    condition, params = with_ids(ids)
    params |= {"tenant": tenant, "every": not ids}

    def rows(name: str) -> Iterator[Any]:
        return iter(connection.execute(text_of(name, condition=condition), params))

    for owner, session_id, at in rows("dump_touches"):
        yield "touch", Touch(owner, session_id, moment(at))  # type: ignore[arg-type]  # the column is NOT NULL
    text = text_of("dump_memories", columns=ITEM_COLUMNS, condition=condition)
    yield from (("memory", record) for record in _records(connection, connection.execute(text, params)))
    yield from (("entity", entity_of(row)) for row in rows("dump_entities"))
    yield from (("mention", Mention(*row)) for row in rows("dump_mentions"))
    yield from (("relation", relation_of(row)) for row in rows("dump_relations"))
    yield from (("link", Link(*row)) for row in rows("dump_links"))
    yield from (("event", event_of(row)) for row in rows("dump_events"))


def _records(connection: sqlite3.Connection, cursor: sqlite3.Cursor) -> Iterator[Record]:
    while rows := cursor.fetchmany(_BATCH):
        pairs = [np.frombuffer(row[_WIDTH + 2], "<i4").reshape(-1, 2).tolist() for row in rows]
        numbers = {number for one in pairs for number, _ in one}
        texts = dict(run(connection, "term_texts", numbers=listed(numbers)).fetchall())
        for row, one in zip(rows, pairs, strict=True):
            yield _record(row, {texts[number]: count for number, count in one})


def _record(row: Sequence[Any], terms: dict[str, int]) -> Record:
    labels, question, _, vector, trigger, dim, states = row[_WIDTH:]
    return Record(
        item=item_of(row[:_WIDTH]),
        vector=np.frombuffer(vector, "<f4").astype(np.float32),
        terms=terms,
        trigger_vector=vector_of(trigger),
        labels=labels,
        question=bool(question),
        tokens=tokens_of(dim, states),
    )


def all_texts(connection: sqlite3.Connection) -> Iterator[tuple[str, MemoryItem]]:
    """(tenant, memory) of every memory."""
    for row in connection.execute(text_of("all_texts", columns=ITEM_COLUMNS)):
        yield row[-1], item_of(row[:-1])


def reset(connection: sqlite3.Connection, tenant: str) -> Receipt:
    """Remove everything of a tenant; the last one takes the embedder's stamp along."""
    next_tick(connection)
    names = ("memories", "vectors", "entities", "relations", "mentions", "history")
    counts = run(connection, "reset_counts", tenant=tenant).fetchone()
    rows = run(connection, "reset_ids", tenant=tenant).fetchall()
    _let_go(connection, [terms for _, terms in rows])
    for table in _TABLES:
        run(connection, f"reset_{table}", tenant=tenant)
    run(connection, "drop_embedder")
    return Receipt(ids=tuple(row[0] for row in rows), **dict(zip(names, counts, strict=True)))


def _let_go(connection: sqlite3.Connection, blobs: Iterable[bytes]) -> None:
    """These memories hold their terms no more."""
    numbers, counts = np.unique(np.frombuffer(b"".join(blobs), "<i4").reshape(-1, 2)[:, 0], return_counts=True)
    held = Counter(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
    rows = [{"no": number, "more": -count} for number, count in held.items()]
    connection.executemany(text_of("hold_term"), rows)
    run(connection, "drop_terms", numbers=listed(held))


def revector(connection: sqlite3.Connection, fingerprint: Fingerprint, vectors: Iterable[Revector]) -> int:
    """Replace every vector and the stamp; how many memories.

    Raises:
        Conflict: a memory got no new vector; it was added meanwhile.
        InvalidInput: a vector has another size than the fingerprint says.
    """
    tick, done = next_tick(connection), 0
    numbers: defaultdict[str, list[int]] = defaultdict(list)  # tenants may share an id
    for memory_id, number in run(connection, "all_numbers"):
        numbers[memory_id].append(number)
    run(connection, "drop_all_token_vectors")
    for one in vectors:
        check_vectors(one, one.memory_id, fingerprint)
        row = {"vector": blob(one.vector), "trigger_vector": blob(one.trigger_vector)}
        for number in numbers.pop(one.memory_id, ()):
            done += run(connection, "put_vectors", memory=number, **row).rowcount
            if one.tokens is not None:
                run(connection, "put_token_vectors", **token_row(number, one.tokens))
    (count,) = run(connection, "count_memories").fetchone()
    if done < count:
        raise Conflict(f"{count - done} memories got no new vector, they were added meanwhile: run it again")
    run(connection, "set_embedder", embedder=fingerprint.name, dim=fingerprint.dim)
    run(connection, "stamp_all_memories", tick=tick)
    run(connection, "bump_all_owners", tick=tick)
    return done
