"""Rivals: what a new relation, or a new text, does to those that hold: it closes them, or is born closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from graphmem.claims import ends, exclude, opposes
from graphmem.extract.base import is_functional
from graphmem.ids import content_id
from graphmem.news import changed_at, replaced, speaks_of, to_come
from graphmem.store.base import Mention
from graphmem.types import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from graphmem.extract.base import RelationDraft
    from graphmem.resolve import Resolver
    from graphmem.types import MemoryItem
    from graphmem.work import Work

__all__ = ["relate", "renew"]

_RECENT = timedelta(days=366)
"""How far a change may be dated before what it changes was said, and still be news."""


def relate(work: Work, item: MemoryItem, draft: RelationDraft, resolver: Resolver) -> None:
    """Add a relation that a memory states: what it excludes is closed, what is past or over is kept as such."""
    subject = resolver.resolve(draft.subject, draft.subject_type)
    object = resolver.resolve(draft.object, draft.object_type)
    if subject is None or object is None or subject.id == object.id:
        return
    for entity, surface in ((subject, draft.subject), (object, draft.object)):
        work.mention(Mention(item.id, entity.id, 1.0, surface))
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


def _open(work: Work, relation: Relation) -> list[Relation]:
    """The relations of the same subject that still hold, known ones and this call's."""
    both = {r.id: r for r in work.known.relations} | work.relations
    return [
        r for r in both.values()
        if r.subject == relation.subject and r.valid_to is None and r.id not in work.close_relations
        and r.memory_id != relation.memory_id
    ]  # fmt: skip


def _supersede(work: Work, item: MemoryItem, relation: Relation, *, opposed: bool) -> None:
    """Keep the relation; it closes an older rival, or is born closed by a newer one."""
    rivals = [r for r in _open(work, relation) if exclude(relation, r, opposed=opposed)]
    start = max((_effect(work, relation, item, rival) for rival in rivals), default=_start(relation, item.valid_from))
    relation = relation.model_copy(update={"valid_from": start})
    later = min((r for r in rivals if _start(r, start) > start), key=lambda r: _start(r, start), default=None)
    if later is not None:
        relation = relation.model_copy(update={"valid_to": later.valid_from})
        work.close(item.id, later.memory_id, _start(later, start))
    work.relations[relation.id] = relation
    if rivals or is_functional(relation.type):
        _begin(work, item, relation)
    for rival in rivals:
        if _start(rival, start) <= start:
            _close_relation(work, rival, start, item.id)


def _begin(work: Work, item: MemoryItem, relation: Relation) -> None:
    """A fact that dates the state it tells of is true from that date on, as its relation is."""
    derived = item.layer != "conversation" and item.id not in item.sources
    if derived and relation.valid_from == item.event_from and item.event_from:
        work.true_from(item, item.event_from)


def _effect(work: Work, relation: Relation, item: MemoryItem, rival: Relation) -> datetime:
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


def _end(work: Work, item: MemoryItem, relation: Relation, draft: RelationDraft) -> None:
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


def _past(work: Work, item: MemoryItem, relation: Relation, draft: RelationDraft) -> None:
    """The text says how it was: kept as past, and nothing that holds is closed by it."""
    end = draft.valid_to or item.valid_from
    over = relation.model_copy(update={"valid_from": draft.valid_from, "valid_to": end})
    work.relations[relation.id] = over
    _begin(work, item, over)


def _start(relation: Relation, default: datetime) -> datetime:
    return relation.valid_from or default


def _close_relation(work: Work, rival: Relation, at: datetime, by: str) -> None:
    if rival.id in work.relations:
        work.relations[rival.id] = rival.model_copy(update={"valid_to": at})
    else:
        work.close_relations[rival.id] = at
    work.close(rival.memory_id, by, at)


def renew(work: Work, new: MemoryItem, near: Sequence[tuple[MemoryItem, float]]) -> None:
    """Close the older facts that a text says hold no longer; of those that it gives another value, the nearest."""
    for item, gone in replaced(new, near, work.said.values()):
        at = changed_at(new, item)
        for relation in (*work.known.relations, *work.relations.values()):
            if relation.memory_id == item.id and relation.valid_to is None and speaks_of(relation, gone):
                _close_relation(work, relation, at, new.id)
        work.close(item.id, new.id, at)
        if at < new.valid_from:  # else it may have a date already, from its relation
            work.true_from(new, at)
    if (start := to_come(new)) is not None:
        work.true_from(new, start)
