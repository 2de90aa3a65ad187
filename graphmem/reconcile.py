"""Reconcile: plans + what is already known -> one `Changes`: add, keep, merge or supersede. Pure.

A newer fact closes an older one only for the same subject and the same functional relation (lives in, works
at, favourite ...) with overlapping validity, or if it says the opposite of it. The older one is closed, never erased.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphmem import forget, names
from graphmem.claims import decides
from graphmem.ids import content_id
from graphmem.news import is_news
from graphmem.rivals import relate, renew
from graphmem.same import is_earlier, is_same, lapses, wording
from graphmem.store.base import Changes, Link, Mention, Record
from graphmem.types import Event, is_expired
from graphmem.words import term_counts
from graphmem.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.embed.base import Vectors
    from graphmem.plan import Planned, Request
    from graphmem.store.base import Fingerprint, Known
    from graphmem.types import MemoryItem

__all__ = ["Reconciled", "reconcile", "revise", "standing", "subjects"]


@dataclass(slots=True)
class Reconciled:
    """What to write and what to tell the caller."""

    changes: Changes
    events: list[Event]


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
    work = Work(request, known, older, merge_cosine, guess, stored)
    near = known.near or [()] * len(facts)
    work.older = {item.id: item for found in near for item, _ in found} | dict(older)
    for plan, neighbours in zip(facts, near, strict=True):
        _fact(work, plan, neighbours, vectors)
    _turns(work, turns, vectors)
    return Reconciled(work.changes(fingerprint), work.events)


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
    work = Work(request, replace(known, relations=held), older, merge_cosine=1.0, guess=True, stored=False)
    rewritten = plan.item.memory != old.memory
    before = old.memory if rewritten else None
    work.events.append(
        Event(id=old.id, memory=plan.item.memory, event="UPDATE", layer=old.layer, previous=before, at=request.now)
    )
    _add(work, plan, vectors)
    events = [*work.events, *gone.events]
    clear = [old.id] if rewritten else ()
    changes = replace(work.changes(fingerprint), touch=(), clear=clear, delete=gone.delete, events=events)
    return Reconciled(changes, events)


def _fact(work: Work, plan: Planned, near: Sequence[tuple[MemoryItem, float]], vectors: Mapping[str, Vectors]) -> None:
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
        work.tell(twin, "MERGE" if merged else "UPDATE" if longer else "NONE", by=source if merged else None)
        return
    work.links.append(Link("DERIVED_FROM", plan.item.id, source))
    work.said[wording(plan.item)] = plan.item
    work.tell(plan.item, "ADD")
    _add(work, plan, vectors)
    renew(work, plan.item, near)


def _holds(work: Work, plan: Planned, item: MemoryItem) -> bool:
    return is_same(plan, item) and not is_expired(item, work.request.now)


def _said_before(work: Work, plan: Planned) -> MemoryItem | None:
    twin = work.said.get(wording(plan.item))
    return None if twin is None or twin.id in work.closed or is_earlier(plan, twin) else twin


def _revived(work: Work, plan: Planned) -> Planned:
    """A closed fact that is said again in a new turn is a new fact: Oslo, Bergen, Oslo are three."""
    existing = work.existing(plan.item.id)
    if existing is None or existing.superseded_by is None or plan.item.sources[0] in existing.sources:
        return plan
    again = content_id("again", plan.item.id, plan.item.sources[0])
    return replace(plan, item=plan.item.model_copy(update={"id": again}))


def _turns(work: Work, turns: Sequence[Planned], vectors: Mapping[str, Vectors]) -> None:
    positions: dict[str, int] = {}
    for plan in turns:
        existing = work.existing(plan.item.id)
        if existing is not None:
            longer = not work.stored and _prolonged(work, existing, plan, vectors)
            work.tell(existing, "UPDATE" if longer else "NONE")
            if work.stored:
                read = {name: getattr(plan.item, name) for name in ("event_from", "event_to", "hash")}
                _add(work, replace(plan, item=existing.model_copy(update=read)), vectors)
            continue
        if plan.item.layer == "conversation":
            plan = _placed(work, plan, positions)
        work.tell(plan.item, "ADD")
        _add(work, plan, vectors)


def _prolonged(work: Work, item: MemoryItem, plan: Planned, vectors: Mapping[str, Vectors]) -> bool:
    """Let what is told again, in the same words, last as long as it is told to now; whether that was needed."""
    longer = plan.item.expires_at, plan.item.ttl
    if item.id != plan.item.id or not lapses(item, *longer):
        return False
    update = {"expires_at": longer[0], "ttl": longer[1], "updated_at": work.request.now}
    _add(work, replace(plan, item=item.model_copy(update=update), mentions=(), relations=()), vectors)
    return True


def _placed(work: Work, plan: Planned, positions: dict[str, int]) -> Planned:
    """The turn at the next place of its session."""
    owner = plan.item.owner
    if owner not in positions:
        state = work.known.sessions.get((owner, plan.item.session_id))
        positions[owner] = state.last_position + 1 if state else 0
    placed = plan.item.model_copy(update={"position": positions[owner]})
    positions[owner] += 1
    return replace(plan, item=placed)


def _add(work: Work, plan: Planned, vectors: Mapping[str, Vectors]) -> None:
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
            work.mention(Mention(item.id, entity.id, mention.weight, mention.name))
    for relation in plan.relations:
        relate(work, item, relation, resolver)
