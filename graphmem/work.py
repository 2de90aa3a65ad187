"""Work: what one reconciliation has decided so far, which becomes one `Changes`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graphmem import texts
from graphmem.resolve import Resolver
from graphmem.store.base import Changes, Close, Link, Mention, Record, Touch
from graphmem.types import Change, Event, Relation, is_expired

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from graphmem.plan import Request
    from graphmem.store.base import Fingerprint, Known
    from graphmem.types import MemoryItem

__all__ = ["Work"]


@dataclass(slots=True)
class Work:
    """The state of one reconciliation; every list becomes a field of `Changes`."""

    request: Request
    known: Known
    older: Mapping[str, MemoryItem]
    merge_cosine: float
    guess: bool
    stored: bool
    """The turns are there already and are written anew with what hangs on them."""
    records: dict[str, Record] = field(default_factory=dict)
    resolvers: dict[str, Resolver] = field(default_factory=dict)
    mentions: dict[tuple[str, str], Mention] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    closed: dict[str, Close] = field(default_factory=dict)
    close_relations: dict[str, datetime] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    said: dict[tuple[object, ...], MemoryItem] = field(default_factory=dict)
    """Facts of this call by their words, so that one said twice in a transcript is one."""

    def existing(self, memory_id: str) -> MemoryItem | None:
        """What is stored under an id; what has expired is as good as gone, so it may be said anew."""
        item = self.known.items.get(memory_id)
        return None if item is None or is_expired(item, self.request.now) else item

    def item(self, memory_id: str) -> MemoryItem | None:
        """A memory of this call, or one on which a known relation rests."""
        return self.records[memory_id].item if memory_id in self.records else self.older.get(memory_id)

    def resolver(self, owner: str) -> Resolver:
        """The resolver of an owner's names."""
        if owner not in self.resolvers:
            mine = [entity for entity in self.known.entities if entity.owner == owner]
            tenant, talking = self.request.scope.tenant, self.request.speakers()
            self.resolvers[owner] = Resolver(tenant, owner, mine, guess=self.guess, speakers=talking)
        return self.resolvers[owner]

    def mention(self, mention: Mention) -> None:
        """Add a mention, or give the one that is there a larger weight."""
        known = self.mentions.get((mention.memory_id, mention.entity_id))
        if known is None or known.weight < mention.weight:
            self.mentions[mention.memory_id, mention.entity_id] = mention

    def tell(self, item: MemoryItem, change: Change, by: str | None = None) -> None:
        """Note what became of a memory, for its history and for the caller."""
        self.events.append(
            Event(id=item.id, memory=item.memory, event=change, layer=item.layer, at=self.request.now, by=by)
        )

    def close(self, memory_id: str, by: str, at: datetime) -> None:
        """Close a fact and flag the turns that said so; raw turns themselves are never closed.

        A titled document says more than the one thing that holds no more, so it stays as it is.
        """
        item = self.item(memory_id)
        if item is None or memory_id in self.closed or item.superseded_by is not None or texts.is_document(item):
            return
        raw = item.layer == "conversation"
        self.links.append(Link("SUPERSEDES", by, memory_id))
        self.closed[memory_id] = Close(
            memory_id, by, expired_at=None if raw else self.request.now, valid_to=None if raw else at
        )
        for turn in item.sources:
            self.closed.setdefault(turn, Close(turn, self._heard(by)))
        if not raw:
            self.tell(item, "SUPERSEDE", by=by)

    def true_from(self, item: MemoryItem, at: datetime) -> None:
        """Let a memory of this call hold from another moment on."""
        record = self.records[item.id]
        self.records[item.id] = replace(record, item=record.item.model_copy(update={"valid_from": at}))

    def changes(self, fingerprint: Fingerprint) -> Changes:
        """All of it, as the store writes it."""
        request = self.request
        session = request.scope.session_id
        owner = request.scope.owner()
        entities = [entity for resolver in self.resolvers.values() for entity in resolver.changed.values()]
        return Changes(
            tenant=request.scope.tenant,
            embedder=fingerprint,
            basis=self.known.basis,
            memories=list(self.records.values()),
            entities=entities,
            mentions=list(self.mentions.values()),
            relations=list(self.relations.values()),
            links=self.links,
            close=list(self.closed.values()),
            close_relations=self.close_relations,
            touch=[Touch(owner, session, self._active(owner, session))] if session is not None else [],
            clear=[event.id for event in self.events if event.event == "NONE" and event.id in self.records],
            events=[event for event in self.events if event.event != "NONE"],
        )

    def _heard(self, by: str) -> str:
        """What a turn gives way to: a note goes with its session, so not the note but the turn that it came from."""
        new = self.records[by].item if by in self.records else None
        return new.sources[0] if new is not None and new.layer == "session" and new.sources else by

    def _active(self, owner: str, session: str) -> datetime:
        """When a session was last active: what is read later than it was said does not turn that back."""
        state = self.known.sessions.get((owner, session)) if self.stored else None
        return max(self.request.now, (state and state.last_activity) or self.request.now)
