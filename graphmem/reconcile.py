"""Reconcile: plans + what is already known -> one `Changes`: add, keep, merge or supersede. Pure.

A newer fact closes an older one only for the same subject and the same functional relation (lives in, works
at, favourite ...) with overlapping validity, or if it says the opposite of it. The older one is closed, never erased.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from graphmem import forget, names, texts
from graphmem.claims import decides, ends, exclude, opposes
from graphmem.extract.base import is_functional
from graphmem.ids import content_id
from graphmem.news import changed_at, is_news, replaced, speaks_of, to_come
from graphmem.resolve import Resolver
from graphmem.same import is_earlier, is_same, lapses, wording
from graphmem.store.base import Changes, Close, Link, Mention, Record, Touch
from graphmem.types import Change, Event, Relation, is_expired
from graphmem.words import term_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from graphmem.embed.base import Vectors
    from graphmem.extract.base import RelationDraft
    from graphmem.plan import Planned, Request
    from graphmem.store.base import Fingerprint, Known
    from graphmem.types import MemoryItem

__all__ = ["Reconciled", "reconcile", "revise", "standing", "subjects"]

_RECENT = timedelta(days=366)
"""How far a change may be dated before what it changes was said, and still be news."""


@dataclass(slots=True)
class Reconciled:
    """What to write and what to tell the caller."""

    changes: Changes
    events: list[Event]


@dataclass(slots=True)
class _Work:
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
    close: dict[str, Close] = field(default_factory=dict)
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


def subjects(planned: Sequence[Planned]) -> dict[str, list[str]]:
    """Owner -> keys of the subjects whose relations may be superseded or ended by these plans."""
    asked: dict[str, set[str]] = {}
    for plan in planned:
        for relation in plan.relations:
            text = plan.item.memory
            if decides(relation, text) or is_news(text):
                known = names.asked(relation.subject, relation.subject_type, guess=False)
                asked.setdefault(plan.item.owner, set()).update(known)
    return {owner: sorted(keys) for owner, keys in asked.items()}


def reconcile(
    request: Request,
    turns: Sequence[Planned],
    facts: Sequence[Planned],
    vectors: Mapping[str, Vectors],
    known: Known,
    older: Mapping[str, MemoryItem],
    *,
    fingerprint: Fingerprint,
    merge_cosine: float,
    guess: bool = True,
    stored: bool = False,
) -> Reconciled:
    """Decide what the plans add to what is known.

    Args:
        request: The call that the plans come from.
        turns: Raw turns, or verbatim memories, in order.
        facts: Promoted facts.
        vectors: Text -> unit vector, for every text and trigger of the plans.
        known: The store's answer for these plans; `known.near` is aligned with `facts`.
        older: The memories on which `known.relations` rest, by id.
        fingerprint: Of the vectors.
        merge_cosine: From which cosine two facts can be one.
        guess: Whether first names and near spellings may resolve entities.
        stored: The turns are there already, bare: see `standing`. They stay what they are, and get what hangs on them.
    """
    work = _Work(request, known, older, merge_cosine, guess, stored)
    near = known.near or [()] * len(facts)
    work.older = {item.id: item for found in near for item, _ in found} | dict(older)
    for plan, neighbours in zip(facts, near, strict=True):
        _fact(work, plan, neighbours, vectors)
    _turns(work, turns, vectors)
    return Reconciled(_changes(work, fingerprint), work.events)


def standing(
    request: Request, turns: Sequence[Planned], facts: Sequence[Planned], known: Known
) -> tuple[list[Planned], list[Planned], Known]:
    """Of plans for stored turns, those whose turn still says what was read; and what is known for these facts."""
    said = {id: item.memory for id, item in known.items.items() if not is_expired(item, request.now)}
    held = [plan for plan in turns if said.get(plan.item.id) == plan.item.memory]
    ids = {plan.item.id for plan in held}
    pairs = [(fact, near) for fact, near in zip(facts, known.near, strict=True) if fact.item.sources[0] in ids]
    return held, [fact for fact, _ in pairs], replace(known, near=[near for _, near in pairs])


def revise(
    request: Request, old: MemoryItem, plan: Planned, stale: Sequence[MemoryItem], vectors: Mapping[str, Vectors],
    known: Known, older: Mapping[str, MemoryItem], *, fingerprint: Fingerprint,
) -> Reconciled:  # fmt: skip
    """What replaces a memory: if its text is new, its entities and relations too, and the facts that are stale go.

    Args:
        request: Made up from the memory itself.
        old: The memory as it stands.
        plan: The memory as it shall be.
        stale: Facts that quote what it says no longer.
        vectors: Text -> unit vector, for the plan's text and trigger.
        known: The store's answer for the plan.
        older: The memories on which `known.relations` rest, by id.
        fingerprint: Of the vectors.
    """
    gone = forget.deletion(request.scope.tenant, stale, request.now)
    held = [relation for relation in known.relations if relation.memory_id not in gone.delete]
    work = _Work(request, replace(known, relations=held), older, merge_cosine=1.0, guess=True, stored=False)
    rewritten = plan.item.memory != old.memory
    before = old.memory if rewritten else None
    work.events.append(
        Event(id=old.id, memory=plan.item.memory, event="UPDATE", layer=old.layer, previous=before, at=request.now)
    )
    _add(work, plan, vectors)
    events = [*work.events, *gone.events]
    clear = [old.id] if rewritten else ()
    changes = replace(_changes(work, fingerprint), touch=(), clear=clear, delete=gone.delete, events=events)
    return Reconciled(changes, events)


def _fact(work: _Work, plan: Planned, near: Sequence[tuple[MemoryItem, float]], vectors: Mapping[str, Vectors]) -> None:
    plan = _revived(work, plan)
    twin = (
        work.existing(plan.item.id)
        or _said_before(work, plan)
        or next((item for item, cosine in near if cosine >= work.merge_cosine and _holds(work, plan, item)), None)
    )
    source = plan.item.sources[0]
    if twin is not None:
        merged = source not in twin.sources
        if merged:
            work.links.append(Link("DERIVED_FROM", twin.id, source))
        longer = _prolonged(work, twin, plan, vectors)
        _tell(work, twin, "MERGE" if merged else "UPDATE" if longer else "NONE", by=source if merged else None)
        return
    work.links.append(Link("DERIVED_FROM", plan.item.id, source))
    work.said[wording(plan.item)] = plan.item
    _tell(work, plan.item, "ADD")
    _add(work, plan, vectors)
    _renew(work, plan.item, near)


def _holds(work: _Work, plan: Planned, item: MemoryItem) -> bool:
    return is_same(plan, item) and not is_expired(item, work.request.now)


def _renew(work: _Work, new: MemoryItem, near: Sequence[tuple[MemoryItem, float]]) -> None:
    """Close the older facts that a text says hold no longer; of those that it gives another value, the nearest."""
    for item, gone in replaced(new, near, work.said.values()):
        at = changed_at(new, item)
        for relation in (*work.known.relations, *work.relations.values()):
            if relation.memory_id == item.id and relation.valid_to is None and speaks_of(relation, gone):
                _close_relation(work, relation, at, new.id)
        _close(work, item.id, new.id, at)
        if at < new.valid_from:  # else it may have a date already, from its relation
            _true_from(work, new, at)
    if (start := to_come(new)) is not None:
        _true_from(work, new, start)


def _true_from(work: _Work, item: MemoryItem, at: datetime) -> None:
    record = work.records[item.id]
    work.records[item.id] = replace(record, item=record.item.model_copy(update={"valid_from": at}))


def _said_before(work: _Work, plan: Planned) -> MemoryItem | None:
    twin = work.said.get(wording(plan.item))
    return None if twin is None or twin.id in work.close or is_earlier(plan, twin) else twin


def _revived(work: _Work, plan: Planned) -> Planned:
    """A closed fact that is said again in a new turn is a new fact: Oslo, Bergen, Oslo are three."""
    existing = work.existing(plan.item.id)
    if existing is None or existing.superseded_by is None or plan.item.sources[0] in existing.sources:
        return plan
    again = content_id("again", plan.item.id, plan.item.sources[0])
    return replace(plan, item=plan.item.model_copy(update={"id": again}))


def _turns(work: _Work, turns: Sequence[Planned], vectors: Mapping[str, Vectors]) -> None:
    positions: dict[str, int] = {}
    for plan in turns:
        existing = work.existing(plan.item.id)
        if existing is not None:
            longer = not work.stored and _prolonged(work, existing, plan, vectors)
            _tell(work, existing, "UPDATE" if longer else "NONE")
            if work.stored:
                read = {name: getattr(plan.item, name) for name in ("event_from", "event_to", "hash")}
                _add(work, replace(plan, item=existing.model_copy(update=read)), vectors)
            continue
        if plan.item.layer == "conversation":
            plan = _placed(work, plan, positions)
        _tell(work, plan.item, "ADD")
        _add(work, plan, vectors)


def _prolonged(work: _Work, item: MemoryItem, plan: Planned, vectors: Mapping[str, Vectors]) -> bool:
    """Let what is told again, in the same words, last as long as it is told to now; whether that was needed."""
    longer = plan.item.expires_at, plan.item.ttl
    if item.id != plan.item.id or not lapses(item, *longer):
        return False
    update = {"expires_at": longer[0], "ttl": longer[1], "updated_at": work.request.now}
    _add(work, replace(plan, item=item.model_copy(update=update), mentions=(), relations=()), vectors)
    return True


def _placed(work: _Work, plan: Planned, positions: dict[str, int]) -> Planned:
    """The turn at the next place of its session."""
    owner = plan.item.owner
    if owner not in positions:
        state = work.known.sessions.get((owner, plan.item.session_id))
        positions[owner] = state.last_position + 1 if state else 0
    placed = plan.item.model_copy(update={"position": positions[owner]})
    positions[owner] += 1
    return replace(plan, item=placed)


def _add(work: _Work, plan: Planned, vectors: Mapping[str, Vectors]) -> None:
    item = plan.item
    work.records[item.id] = Record(
        item=item,
        vector=vectors[plan.embedded],
        terms=term_counts(plan.indexed),
        trigger_vector=vectors[item.trigger] if item.trigger else None,
        labels=plan.labels,
        question=plan.question,
    )
    resolver = work.resolver(item.owner)
    resolver.read(item.memory, plan.named())
    for mention in plan.mentions:
        entity = resolver.resolve(mention.name, mention.type)
        if entity is not None:
            _mention(work, Mention(item.id, entity.id, mention.weight, mention.name))
    for relation in plan.relations:
        _relate(work, item, relation, resolver)


def _mention(work: _Work, mention: Mention) -> None:
    known = work.mentions.get((mention.memory_id, mention.entity_id))
    if known is None or known.weight < mention.weight:
        work.mentions[mention.memory_id, mention.entity_id] = mention


def _relate(work: _Work, item: MemoryItem, draft: RelationDraft, resolver: Resolver) -> None:
    subject = resolver.resolve(draft.subject, draft.subject_type)
    object = resolver.resolve(draft.object, draft.object_type)
    if subject is None or object is None or subject.id == object.id:
        return
    for entity, surface in ((subject, draft.subject), (object, draft.object)):
        _mention(work, Mention(item.id, entity.id, 1.0, surface))
    if draft.mode not in ("fact", "past", "ended"):
        return
    relation = Relation(
        id=content_id("relation", item.id, subject.id, draft.type, object.id, str(draft.polarity)),
        subject=subject.id, subject_name=subject.name, object=object.id, object_name=object.name,
        type=draft.type, memory_id=item.id, confidence=draft.confidence, polarity=draft.polarity,
        valid_from=draft.valid_from or item.valid_from, valid_to=draft.valid_to,
    )  # fmt: skip
    if draft.mode == "ended":
        _end(work, item, relation, draft)
    elif draft.mode == "past":
        _past(work, item, relation, draft)
    else:
        _supersede(work, item, relation, opposed=opposes(draft, item.memory))


def _open(work: _Work, relation: Relation) -> list[Relation]:
    """The relations of the same subject that still hold, known ones and this call's."""
    both = {r.id: r for r in work.known.relations} | work.relations
    return [
        r for r in both.values()
        if r.subject == relation.subject and r.valid_to is None and r.id not in work.close_relations
        and r.memory_id != relation.memory_id
    ]  # fmt: skip


def _supersede(work: _Work, item: MemoryItem, relation: Relation, *, opposed: bool) -> None:
    """Keep the relation; it closes an older rival, or is born closed by a newer one."""
    rivals = [r for r in _open(work, relation) if exclude(relation, r, opposed=opposed)]
    start = max((_effect(work, relation, item, rival) for rival in rivals), default=_start(relation, item.valid_from))
    relation = relation.model_copy(update={"valid_from": start})
    later = min((r for r in rivals if _start(r, start) > start), key=lambda r: _start(r, start), default=None)
    if later is not None:
        relation = relation.model_copy(update={"valid_to": later.valid_from})
        _close(work, item.id, later.memory_id, _start(later, start))
    work.relations[relation.id] = relation
    if rivals or is_functional(relation.type):
        _begin(work, item, relation)
    for rival in rivals:
        if _start(rival, start) <= start:
            _close_relation(work, rival, start, item.id)


def _begin(work: _Work, item: MemoryItem, relation: Relation) -> None:
    """A fact that dates the state it tells of is true from that date on, as its relation is."""
    derived = item.layer != "conversation" and item.id not in item.sources
    if derived and relation.valid_from == item.event_from and item.event_from:
        _true_from(work, item, item.event_from)


def _effect(work: _Work, relation: Relation, item: MemoryItem, rival: Relation) -> datetime:
    """From when a change counts against a rival: its date, or when it was told.

    An undated "I live in Bergen" counts from when it was said, so "I moved to Oslo last month", told right after
    it, has the earlier date and is the news all the same.
    """
    start, told = _start(relation, item.valid_from), item.valid_from
    known = work.item(rival.memory_id)
    since = rival.valid_from
    undated = known is not None and since is not None and since == known.valid_from != known.event_from
    latest = max(start, item.event_to or start)
    return told if undated and since and start < since <= told and since - latest <= _RECENT else start


def _end(work: _Work, item: MemoryItem, relation: Relation, draft: RelationDraft) -> None:
    """The text says that something is over: close what said that it holds; the ended relation is kept as past.

    What began only after that end is another time and stays.
    """
    end = draft.valid_to or item.valid_from
    over = relation.model_copy(update={"valid_from": end})
    for rival in _open(work, relation):
        at = _effect(work, over, item, rival)
        if ends(over, rival) and _start(rival, at) <= at:
            _close_relation(work, rival, at, item.id)
            _begin(work, item, over)
    work.relations[relation.id] = relation.model_copy(update={"valid_from": draft.valid_from, "valid_to": end})


def _past(work: _Work, item: MemoryItem, relation: Relation, draft: RelationDraft) -> None:
    """The text says how it was: kept as past, and nothing that holds is closed by it."""
    end = draft.valid_to or item.valid_from
    over = relation.model_copy(update={"valid_from": draft.valid_from, "valid_to": end})
    work.relations[relation.id] = over
    _begin(work, item, over)


def _start(relation: Relation, default: datetime) -> datetime:
    return relation.valid_from or default


def _close_relation(work: _Work, rival: Relation, at: datetime, by: str) -> None:
    if rival.id in work.relations:
        work.relations[rival.id] = rival.model_copy(update={"valid_to": at})
    else:
        work.close_relations[rival.id] = at
    _close(work, rival.memory_id, by, at)


def _close(work: _Work, memory_id: str, by: str, at: datetime) -> None:
    """Close a fact and flag the turns that said so; raw turns themselves are never closed.

    A titled document says more than the one thing that holds no more, so it stays as it is.
    """
    item = work.item(memory_id)
    if item is None or memory_id in work.close or item.superseded_by is not None or texts.is_document(item):
        return
    raw = item.layer == "conversation"
    work.links.append(Link("SUPERSEDES", by, memory_id))
    work.close[memory_id] = Close(
        memory_id, by, expired_at=None if raw else work.request.now, valid_to=None if raw else at
    )
    for turn in item.sources:
        work.close.setdefault(turn, Close(turn, _heard(work, by)))
    if not raw:
        _tell(work, item, "SUPERSEDE", by=by)


def _heard(work: _Work, by: str) -> str:
    """What a turn gives way to: a note goes with its session, so not the note but the turn that it came from."""
    new = work.records[by].item if by in work.records else None
    return new.sources[0] if new is not None and new.layer == "session" and new.sources else by


def _tell(work: _Work, item: MemoryItem, change: Change, by: str | None = None) -> None:
    work.events.append(
        Event(id=item.id, memory=item.memory, event=change, layer=item.layer, at=work.request.now, by=by)
    )


def _active(work: _Work, owner: str, session: str) -> datetime:
    """When a session was last active: what is read later than it was said does not turn that back."""
    state = work.known.sessions.get((owner, session)) if work.stored else None
    return max(work.request.now, (state and state.last_activity) or work.request.now)


def _changes(work: _Work, fingerprint: Fingerprint) -> Changes:
    request = work.request
    session = request.scope.session_id
    owner = request.scope.owner()
    entities = [entity for resolver in work.resolvers.values() for entity in resolver.changed.values()]
    return Changes(
        tenant=request.scope.tenant,
        embedder=fingerprint,
        basis=work.known.basis,
        memories=list(work.records.values()),
        entities=entities,
        mentions=list(work.mentions.values()),
        relations=list(work.relations.values()),
        links=work.links,
        close=list(work.close.values()),
        close_relations=work.close_relations,
        touch=[Touch(owner, session, _active(work, owner, session))] if session is not None else [],
        clear=[event.id for event in work.events if event.event == "NONE" and event.id in work.records],
        events=[event for event in work.events if event.event != "NONE"],
    )
