"""The memories of a write: what stands, what each will be, the sessions that hold them and NEXT that joins them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.store.neo4j.edges import mentions_by_memory
from graphmem.store.neo4j.owners import kind_of
from graphmem.store.neo4j.rows import TIMES, layer_label, owner_uid, record_properties, session_uid, timeless
from graphmem.store.refusals import memory_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphmem.store.base import Record, Touch
    from graphmem.store.neo4j.write import Writer
    from graphmem.types import MemoryItem, Relation

__all__ = ["Memories", "Stored"]


class Stored(NamedTuple):
    """What a write knows of a memory that is stored."""

    id: str
    owner: str
    session_id: str | None
    position: int | None
    sources: list[str]
    states: list[str] | None
    says: list[str] | None
    linked: list[str]
    """The turns that its DERIVED_FROM edges lead to."""

    @property
    def place(self) -> tuple[str, str | None, int | None]:
        """Where it stands."""
        return self.owner, self.session_id, self.position


class Memories:
    """Works out and writes the memories of a `Writer`."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.changes = writer.changes
        self.records: dict[str, Record] = {record.item.id: record for record in writer.changes.memories}
        self.stored: dict[str, Stored] = {}
        self.emptied: set[str] = set()
        """Uids of sessions that lost a memory."""
        self.spans: dict[str, tuple[int, int]] = {}
        """Session -> the first and last position at which NEXT must be joined anew."""

    # ---------------------------------------------------------------- what stands

    def named(self) -> set[str]:
        """The ids of all memories that the changes name."""
        changes = self.changes
        named = {*changes.delete, *changes.clear, *self.records, *(event.id for event in changes.events)}
        return named | {close.memory_id for close in changes.close} | set(memory_ends(changes))

    def look_up(self) -> None:
        """Read those that are stored, after the deletions; their owners are touched."""
        rows = self.writer.each("memories_named", self.writer.uids(self.named()), "memories")
        self.stored = {row[0]: Stored(*row) for row in rows}
        self.writer.owners.touched |= {one.owner for one in self.stored.values()}

    @property
    def there(self) -> set[str]:
        """The memories that are there after this write."""
        return self.stored.keys() | self.records.keys()

    # ---------------------------------------------------------------- what they will be

    def put(self, relations: Iterable[Relation]) -> None:
        """Write every memory as it will be when everything was applied."""
        rows = {id_: self._row(record) for id_, record in self.records.items()}
        changed = self._changed(relations, rows)
        self._put_sessions()
        mentions = mentions_by_memory(self.writer)
        fresh = [id_ for id_ in rows if id_ not in self.stored]
        new = [{**_parcel(rows[id_]), "mentions": mentions.pop(id_, [])} for id_ in fresh]
        again = [_parcel(row) for id_, row in rows.items() if id_ in self.stored]
        named = [{"memory": self.writer.uid(id_), **one} for id_, some in mentions.items() for one in some]
        self.writer.send("create_memories", new, slots={"times": TIMES})
        self.writer.send("replace_memories", again, slots={"times": TIMES})
        self.writer.send("put_mentions", named)
        moved = [{"uid": self.writer.uid(id_), "properties": values} for id_, values in changed.items()]
        self.writer.send("change_memories", moved)

    def _row(self, record: Record) -> dict[str, Any]:
        """The row of a memory that is written, and what its coming moves."""
        item, before = record.item, self.stored.get(record.item.id)
        owners = self.writer.owners
        owners.touched.add(item.owner)
        moved = before is None or before.place != (item.owner, item.session_id, item.position)
        if moved:
            owners.more[item.owner] += 1
            self._span(item.owner, item.session_id, item.position)
        properties = record_properties(self.writer.tenant, record)
        if before:
            properties |= self._kept(item, before)
            if moved:
                self.leave(before.owner, before.session_id, before.position)
        session = item.session_id
        place = None if session is None or not moved else session_uid(self.writer.tenant, item.owner, session)
        return {"properties": properties, "session": place, "moved": moved}

    def _kept(self, item: MemoryItem, before: Stored) -> dict[str, Any]:
        """A memory that is replaced still rests on the turns that its links lead to, and says what it said."""
        linked = [turn for turn in before.linked if turn not in item.sources]
        return {"sources": [*item.sources, *linked], "states": before.states, "says": before.says}

    def _changed(self, relations: Iterable[Relation], rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """What changes in memories that are not written anew; those that are get it in their rows."""
        changed: defaultdict[str, dict[str, Any]] = defaultdict(dict)

        def values(id_: str) -> dict[str, Any]:
            found: dict[str, Any] = rows[id_]["properties"] if id_ in rows else changed[id_]
            return found

        def held(id_: str, name: str) -> list[str]:
            before = None if id_ in rows else getattr(self.stored[id_], name)
            return list(values(id_).get(name) or before or ())

        for relation in relations:
            for name, end in (("states", relation.subject), ("says", relation.id)):
                values(relation.memory_id)[name] = sorted({*held(relation.memory_id, name), self.writer.uid(end)})
        for source, target in self._new_sources():
            if target not in (sources := held(source, "sources")):
                values(source)["sources"] = [*sources, target]
        there = self.there
        for close in self.changes.close:
            if close.memory_id in there:  # what is gone needs no closing
                given = {"expired_at": close.expired_at, "valid_to": close.valid_to}
                closed = {name: value for name, value in given.items() if value is not None}
                values(close.memory_id).update(superseded_by=close.superseded_by, **closed)
        return changed

    def _new_sources(self) -> Iterator[tuple[str, str]]:
        """The ends of DERIVED_FROM links that are not there yet."""
        for link in self.changes.links:
            if link.type == "DERIVED_FROM":
                before = self.stored.get(link.source)
                if before is None or link.target not in before.linked:
                    yield link.source, link.target

    # ---------------------------------------------------------------- sessions and turns

    def leave(self, owner: str, session_id: str | None, position: int | None) -> None:
        """A memory is no longer at this place."""
        self.writer.owners.more[owner] -= 1
        self._span(owner, session_id, position)
        if session_id is not None:
            self.emptied.add(session_uid(self.writer.tenant, owner, session_id))

    def _span(self, owner: str, session_id: str | None, position: int | None) -> None:
        if position is not None:
            session = session_uid(self.writer.tenant, owner, session_id)
            low, high = self.spans.get(session, (position, position))
            self.spans[session] = min(low, position), max(high, position)

    def join(self) -> None:
        """Make NEXT whole where turns came or went, and drop sessions that hold nothing any more."""
        rows = [{"session": session, "low": low, "high": high} for session, (low, high) in self.spans.items()]
        self.writer.send("join_turns", rows)
        self.writer.send("drop_sessions", sorted(self.emptied), "sessions")

    def touch(self) -> None:
        """Sessions were active."""
        waiting = list(self.changes.touch)
        while waiting:  # a session may be touched twice, and the second finds what the first did
            now = {(touch.owner, touch.session_id): touch for touch in reversed(waiting)}
            self.writer.send("touch_sessions", [self._touched(touch) for touch in now.values()])
            waiting = [touch for touch in waiting if now[touch.owner, touch.session_id] is not touch]

    def _touched(self, touch: Touch) -> dict[str, Any]:
        self.writer.owners.touched.add(touch.owner)
        return {"uid": session_uid(self.writer.tenant, touch.owner, touch.session_id), "at": touch.at}

    def _put_sessions(self) -> None:
        named = {(record.item.owner, record.item.session_id) for record in self.records.values()}
        named |= {(touch.owner, touch.session_id) for touch in self.changes.touch}
        rows = [self._session(owner, id_) for owner, id_ in sorted(named, key=str) if id_ is not None]
        self.writer.send("put_sessions", rows)

    def _session(self, owner: str, session_id: str) -> dict[str, Any]:
        tenant, kind = self.writer.tenant, kind_of(owner)
        owner_ = owner_uid(tenant, owner)
        properties = {"tenant": tenant, "owner": owner, "owner_uid": owner_, "id": session_id}
        type_ = None if kind == "session" else f"OF_{kind.upper()}"
        uid = session_uid(tenant, owner, session_id)
        return {"uid": uid, "owner": owner_, "type": type_, "properties": properties}


def _parcel(row: dict[str, Any]) -> dict[str, Any]:
    """A row as its statement takes it."""
    return {**row, **timeless(row["properties"]), "label": layer_label(row["properties"]["layer"])}
