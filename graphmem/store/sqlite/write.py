"""Writing: one transaction's changes, checked first and then applied in the order of the contract."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.store.base import Written
from graphmem.store.refusals import check_basis, check_ends, embedder_after, entity_ends, entity_ids, memory_ends
from graphmem.store.sqlite.database import run, text_of
from graphmem.store.sqlite.remove import clear, remove, remove_orphans
from graphmem.store.sqlite.rows import blob, item_row, listed, micros, token_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from graphmem.store.base import Changes, Close, Fingerprint, Record, Touch
    from graphmem.types import Entity

__all__ = ["Writer", "fingerprint_of", "next_tick"]


def next_tick(connection: sqlite3.Connection) -> int:
    """The number of this write."""
    run(connection, "next_tick")
    return int(run(connection, "store_state").fetchone()[2])


def fingerprint_of(connection: sqlite3.Connection) -> Fingerprint | None:
    """The embedder that made the vectors, if there are any."""
    from graphmem.store.base import Fingerprint

    name, dim, _ = run(connection, "store_state").fetchone()
    return None if name is None else Fingerprint(name, dim)


class Writer:
    """Applies one `Changes` within an open write transaction."""

    def __init__(self, connection: sqlite3.Connection, changes: Changes) -> None:
        self.connection = connection
        self.changes = changes
        self.tenant = changes.tenant
        self.touched: set[str] = set()
        """Owners whose version moves."""
        self.thinned: set[str] = set()
        """Owners that lose memories."""
        self.stale: set[int] = set()
        """Memories that something hangs on which changed."""
        self.loose: set[int] = set()
        """Entities that lost a mention or relation."""

    def run(self) -> Written:
        """Check, apply, count.

        Raises:
            Conflict, EmbedderMismatch, InvalidInput: nothing is written.
        """
        self._check_basis()
        self._check_embedder()
        self._look_up()
        self.tick = next_tick(self.connection)
        receipt = remove(self) if self.changes.delete else None
        clear(self)
        self._put_memories()
        self._put_entities()
        self._put_edges()
        written = Written(
            memories=len(self.changes.memories),
            entities=len(self.changes.entities),
            relations=self._put_relations(),
            mentions=len(self.changes.mentions),
        )
        self._put_links()
        self._close()
        self._touch()
        self._add_events()
        orphans = remove_orphans(self)
        self._stamp()
        if receipt is None:
            return written
        return Written(
            written.memories,
            written.entities,
            written.relations,
            written.mentions,
            receipt.model_copy(update={"entities": orphans}),
        )

    # ---------------------------------------------------------------- checks

    def _check_basis(self) -> None:
        check_basis(self.changes, {name: row[1] for name, row in self._owners(self.changes.basis).items()})

    def _check_embedder(self) -> None:
        stamp = fingerprint_of(self.connection)
        known = embedder_after(self.changes, stamp)
        if known and stamp is None:
            run(self.connection, "set_embedder", embedder=known.name, dim=known.dim)

    def _look_up(self) -> None:
        """Numbers of everything that is named; what is new gets the next ones."""
        changes = self.changes
        memory, entity, self.last_term = run(self.connection, "last_numbers").fetchone()
        named = {*changes.delete, *changes.clear, *memory_ends(changes), *(event.id for event in changes.events)}
        named |= {close.memory_id for close in changes.close}
        rows = self._numbered("memories_numbered", named | {record.item.id for record in changes.memories})
        self.stored = {row[0]: row for row in rows}
        """Memory id -> (id, number, owner, terms) before this write."""
        self.stored_entities = {row[0]: row for row in self._numbered("entities_numbered", entity_ids(changes))}
        self.memories = {key: row[1] for key, row in self.stored.items()}
        self.entities = {key: row[1] for key, row in self.stored_entities.items()}
        check_ends("memory", memory_ends(changes), self._memories_after())
        for n, record in enumerate(changes.memories, memory + 1):
            self.memories.setdefault(record.item.id, n)
        for n, one in enumerate(changes.entities, entity + 1):
            self.entities.setdefault(one.id, n)
        check_ends("entity", entity_ends(changes), self.entities)
        self.touched |= {row[2] for row in self.stored.values()}

    def _memories_after(self) -> set[str]:
        kept = self.memories.keys() - set(self.changes.delete)
        return kept | {record.item.id for record in self.changes.memories}

    def _numbered(self, statement: str, ids: Iterable[str]) -> list[Any]:
        return run(self.connection, statement, tenant=self.tenant, ids=listed(sorted(ids))).fetchall()

    # ---------------------------------------------------------------- memories

    def _put_memories(self) -> None:
        records = {record.item.id: record for record in self.changes.memories}.values()
        owners = self._owner_numbers({record.item.owner for record in records})
        terms = self._hold_terms(records)
        rows = [self._memory_row(record, owners[record.item.owner], terms) for record in records]
        self.connection.executemany(text_of("put_memory"), rows)
        self.connection.executemany(text_of("put_embedding"), [self._vectors_row(record) for record in records])
        again = [record for record in records if record.item.id in self.stored]
        self._put_tokens(records, again)
        moved = [self.stored[one.item.id][2] for one in again if one.item.owner != self.stored[one.item.id][2]]
        self.thinned.update(moved)
        # A memory that is replaced still rests on the turns that its links lead to.
        numbers = listed(self.memories[record.item.id] for record in again)
        for number, turn in run(self.connection, "sources_linked", numbers=numbers).fetchall():
            run(self.connection, "add_source", no=number, source=turn)

    def _memory_row(self, record: Record, owner: int, terms: dict[str, int]) -> dict[str, Any]:
        pairs = np.array([(terms[term], count) for term, count in record.terms.items()], dtype="<i4")
        return item_row(record.item) | {
            "no": self.memories[record.item.id],
            "tenant": self.tenant,
            "owner": owner,
            "stamp": self.tick,
            "labels": int(record.labels),
            "question": int(record.question),
            "terms": pairs.tobytes(),
        }

    def _vectors_row(self, record: Record) -> dict[str, Any]:
        number = self.memories[record.item.id]
        return {"memory": number, "vector": blob(record.vector), "trigger_vector": blob(record.trigger_vector)}

    def _put_tokens(self, records: Iterable[Record], again: Iterable[Record]) -> None:
        """What is replaced loses the token vectors that it had."""
        run(self.connection, "drop_token_vectors", numbers=listed(self.memories[one.item.id] for one in again))
        rows = [token_row(self.memories[one.item.id], one.tokens) for one in records if one.tokens is not None]
        self.connection.executemany(text_of("put_token_vectors"), rows)

    def _hold_terms(self, records: Iterable[Record]) -> dict[str, int]:
        """Numbers of all terms of these records, whose holders are counted; what they replace lets go."""
        held = Counter(term for record in records for term in record.terms)
        found = run(self.connection, "terms_numbered", texts=listed(held)).fetchall()
        numbers: dict[str, int] = dict(found)
        new = [term for term in held if term not in numbers]
        # Removing a term may have freed the highest number, which is only read here.
        numbers |= {term: n for n, term in enumerate(new, self.last_term + 1)}
        rows = [{"no": numbers[term], "text": term} for term in new]
        self.connection.executemany(text_of("add_term"), rows)
        more = Counter({numbers[term]: count for term, count in held.items()})
        gone = {record.item.id for record in records} & self.stored.keys() - set(self.changes.delete)
        more.subtract(number for key in gone for number in held_terms(self.stored[key][3]))
        self.change_holders(more)
        return numbers

    def change_holders(self, more: Counter[int]) -> None:
        """Count holders of terms; those that nobody holds any more are forgotten."""
        rows = [{"no": number, "more": count} for number, count in more.items() if count]
        self.connection.executemany(text_of("hold_term"), rows)
        fewer = [number for number, count in more.items() if count < 0]
        if fewer:
            run(self.connection, "drop_terms", numbers=listed(fewer))

    # ---------------------------------------------------------------- entities and edges

    def _put_entities(self) -> None:
        self.touched |= {entity.owner for entity in self.changes.entities}
        owners = self._owner_numbers({entity.owner for entity in self.changes.entities})
        changed = [row for entity in self.changes.entities if (row := self._entity_row(entity, owners))]
        if not changed:
            return
        numbers = listed({row["no"] for row in changed})
        for (name,) in run(self.connection, "namers_of", numbers=numbers).fetchall():
            self.touched.add(name)
        self.connection.executemany(text_of("put_entity"), changed)
        run(self.connection, "drop_aliases", numbers=numbers)
        self.connection.executemany(text_of("add_alias"), [row for one in changed for row in one["keys"]])

    def _entity_row(self, entity: Entity, owners: dict[str, int]) -> dict[str, Any] | None:
        """The row of an entity with all of its aliases; None if it stands like that already."""
        before = self.stored_entities.get(entity.id)
        aliases = sorted({*entity.aliases, *(json.loads(before[6]) if before else ())})
        number, owner = self.entities[entity.id], owners[entity.owner]
        row = (entity.id, number, entity.owner, entity.name, entity.key, entity.type, listed(aliases))
        self.stored_entities[entity.id] = row
        if row == before:
            return None
        keys = [{"owner": owner, "key": key, "entity": number} for key in {entity.key, *aliases}]
        return {
            "no": number, "tenant": self.tenant, "id": entity.id, "owner": owner, "tick": self.tick,
            "name": entity.name, "key": entity.key, "type": entity.type, "aliases": row[6], "keys": keys,
        }  # fmt: skip

    def _put_edges(self) -> None:
        rows = [
            {
                "memory": self.memories[mention.memory_id],
                "entity": self.entities[mention.entity_id],
                "weight": mention.weight,
                "surface": mention.surface,
            }
            for mention in self.changes.mentions
        ]
        self.connection.executemany(text_of("put_mention"), rows)
        self.stale |= {row["memory"] for row in rows}

    def _put_relations(self) -> int:
        rows = [
            {
                "tenant": self.tenant,
                "id": relation.id,
                "subject": self.entities[relation.subject],
                "type": relation.type,
                "object": self.entities[relation.object],
                "memory": self.memories[relation.memory_id],
                "confidence": relation.confidence,
                "polarity": int(relation.polarity),
                "valid_from": micros(relation.valid_from),
                "valid_to": micros(relation.valid_to),
            }
            for relation in self.changes.relations
        ]
        self.stale |= {row["memory"] for row in rows}
        return max(self.connection.executemany(text_of("add_relation"), rows).rowcount, 0)

    def _put_links(self) -> None:
        for link in self.changes.links:
            source, target = self.memories[link.source], self.memories[link.target]
            new = run(self.connection, "add_link", source=source, target=target, type=link.type).rowcount
            if new and link.type == "DERIVED_FROM":
                run(self.connection, "add_source", no=source, source=link.target)
            self.stale |= {source, target}

    # ---------------------------------------------------------------- closings, sessions, history

    def _close(self) -> None:
        # What is gone needs no closing.
        rows = [self._close_row(close) for close in self.changes.close if close.memory_id in self._memories_after()]
        self.connection.executemany(text_of("close_memory"), rows)
        closing = self.changes.close_relations
        found = {row[0]: row for row in self._numbered("relations_numbered", closing)}
        for relation_id, moment in ((key, closing[key]) for key in found):
            valid_to = micros(moment)
            run(self.connection, "close_relation", tenant=self.tenant, id=relation_id, valid_to=valid_to)
            self.stale.add(found[relation_id][1])
            self.touched.add(found[relation_id][2])

    def _close_row(self, close: Close) -> dict[str, Any]:
        return {
            "no": self.memories[close.memory_id],
            "superseded_by": close.superseded_by,
            "expired_at": micros(close.expired_at),
            "valid_to": micros(close.valid_to),
            "tick": self.tick,
        }

    def _touch(self) -> None:
        owners = self._owner_numbers({touch.owner for touch in self.changes.touch})
        for touch in self.changes.touch:
            self._extend(touch, owners[touch.owner])

    def _extend(self, touch: Touch, owner: int) -> None:
        at = micros(touch.at)
        run(self.connection, "touch_session", owner=owner, id=touch.session_id, at=at)
        notes = {"owner": owner, "id": touch.session_id, "tenant": self.tenant, "tick": self.tick}
        run(self.connection, "extend_notes", at=at, **notes)
        self.touched.add(touch.owner)

    def _add_events(self) -> None:
        rows = [
            {
                "tenant": self.tenant,
                "memory_id": event.id,
                "event": event.event,
                "layer": event.layer,
                "text": event.memory,
                "previous": event.previous,
                "at": micros(event.at),
                "by": event.by,
            }
            for event in self.changes.events
        ]
        self.connection.executemany(text_of("add_event"), rows)

    # ---------------------------------------------------------------- owners

    def _owners(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        rows = run(self.connection, "owners_named", tenant=self.tenant, names=listed(sorted(names)))
        return {name: (number, version) for name, number, version, *_ in rows}

    def _owner_numbers(self, names: set[str]) -> dict[str, int]:
        """Numbers of owners, which are made known if they are new and count as touched."""
        self.touched |= names
        rows = [{"tenant": self.tenant, "name": name, "tick": self.tick} for name in sorted(names)]
        self.connection.executemany(text_of("add_owner"), rows)
        return {name: number for name, (number, _) in self._owners(names).items()}

    def _stamp(self) -> None:
        if self.stale:
            run(self.connection, "stamp_memories", numbers=listed(self.stale), tick=self.tick)
        for name, number in self._owner_numbers(self.touched | self.thinned).items():
            run(self.connection, "bump_owner", no=number, tick=self.tick, removed=name in self.thinned)


def held_terms(pairs: bytes) -> list[int]:
    """The numbers of the terms of a memory."""
    numbers: list[int] = np.frombuffer(pairs, dtype="<i4").reshape(-1, 2)[:, 0].tolist()
    return numbers
