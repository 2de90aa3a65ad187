"""Planning: drafts become memories-to-be with ids, layers, times and texts to embed. Looks at nothing known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from graphmem import texts
from graphmem.ids import content_hash, content_id
from graphmem.types import MemoryItem, Message
from graphmem.words import fold, key, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import Any

    from graphmem.extract.base import Drafts, FactDraft, MentionDraft, RelationDraft
    from graphmem.promote import PromotionPolicy
    from graphmem.types import Layer, Scope

__all__ = ["Planned", "Request", "documents", "facts", "revised", "said", "turn_ids", "turns"]


@dataclass(frozen=True, slots=True)
class Request:
    """One call of `add`, checked."""

    scope: Scope
    messages: Sequence[Message]
    now: datetime
    layer: Layer | None
    categories: tuple[str, ...]
    expires_at: datetime | None
    ttl: float | None
    session_ttl: float

    def speakers(self) -> list[str]:
        """The names of those who talk."""
        named = (self.scope.user_id, *(message.name for message in self.messages))
        return [name for name in named if name]

    def expiry(self, layer: Layer) -> tuple[datetime | None, float | None]:
        """When a memory of this layer expires, and the ttl by which it follows its session.

        A ttl in a session is about the session's notes alone, unless the call names a layer.
        """
        if self.expires_at is not None:
            return self.expires_at, None
        if layer == "session":
            ttl = self.ttl or self.session_ttl
            return self.now + timedelta(seconds=ttl), ttl
        about_notes = self.layer == "session" or (self.layer is None and self.scope.session_id is not None)
        if self.ttl is None or about_notes:
            return None, None
        return self.now + timedelta(seconds=self.ttl), None


@dataclass(frozen=True, slots=True)
class Planned:
    """A memory-to-be with what hangs on it."""

    item: MemoryItem
    embedded: str
    indexed: str
    turn: int
    """Which message of the call it comes from."""
    mentions: tuple[MentionDraft, ...] = ()
    relations: tuple[RelationDraft, ...] = ()
    labels: int = 0
    question: bool = False
    sentence: int | None = None
    """Which sentence of the message a fact is."""

    def named(self) -> list[tuple[str, str]]:
        """Every name in it, with its type."""
        ends = ((r.subject, r.subject_type, r.object, r.object_type) for r in self.relations)
        both = [pair for a, b, c, d in ends for pair in ((a, b), (c, d))]
        return [(mention.name, mention.type) for mention in self.mentions] + both


def turn_ids(messages: Sequence[Message], scope: Scope) -> list[str]:
    """Ids of raw turns: scope, speaker, text, time if given, and which of the equal turns of this call."""
    seen: Counter[tuple[object, ...]] = Counter()
    ids = []
    for message in messages:
        parts = (message.role, message.name, normalise(message.content), message.timestamp)
        ids.append(content_id("turn", scope.tenant, *_ids(scope), *parts, seen[parts]))
        seen[parts] += 1
    return ids


def _ids(scope: Scope) -> tuple[str | None, ...]:
    return scope.user_id, scope.agent_id, scope.app_id, scope.session_id, scope.org_id


def said(turn: MemoryItem) -> Message:
    """The message that a raw turn keeps; one without a time of its own has none again."""
    return Message(
        role=turn.role or "user", content=turn.memory, name=turn.name, metadata=turn.metadata,
        timestamp=None if turn.valid_from == turn.created_at else turn.valid_from,
    )  # fmt: skip


def turns(request: Request, ids: Sequence[str], drafts: Drafts, promoted: Sequence[Planned]) -> list[Planned]:
    """Every message as a raw turn of the conversation layer; `ids` as from `turn_ids`.

    A relation hangs on the promoted fact that states it, and on the turn only if there is none.
    """
    stated = {(fact.turn, fact.sentence) for fact in promoted}
    loose = replace(drafts, relations=[r for r in drafts.relations if (r.turn, r.sentence) not in stated])
    return [_verbatim(request, i, id, "conversation", loose) for i, id in enumerate(ids)]


def documents(request: Request, drafts: Drafts) -> list[Planned]:
    """Every message as one memory of the request's layer, verbatim, without a raw turn beside it."""
    layer = request.layer or "user"
    planned: dict[str, Planned] = {}
    for i, message in enumerate(request.messages):
        title = texts.title_of(message.metadata)
        id = _fact_id(request.scope, layer, message.content, message.timestamp, title)
        planned.setdefault(id, _verbatim(request, i, id, layer, drafts))
    return list(planned.values())


def _verbatim(request: Request, index: int, id: str, layer: Layer, drafts: Drafts) -> Planned:
    message, draft = request.messages[index], drafts.turns[index]
    item = _item(
        request, layer, id, message.content, message.timestamp,
        role=message.role, name=message.name, metadata=message.metadata, sources=(id,),
        categories=request.categories, event_from=draft.event_from, event_to=draft.event_to,
    )  # fmt: skip
    return Planned(
        item=item,
        embedded=texts.embedded(item),
        indexed=texts.indexed(item),
        turn=index,
        mentions=tuple(m for m in drafts.mentions if m.turn == index),
        relations=tuple(r for r in drafts.relations if r.turn == index),
        labels=int(draft.labels),
        question=draft.question,
    )


def facts(request: Request, ids: Sequence[str], drafts: Drafts, policy: PromotionPolicy) -> list[Planned]:
    """The drafts that are promoted, each in its layer, resting on its raw turn; one said twice comes twice."""
    if request.layer == "conversation":
        return []
    layers = [(draft, policy(draft, request.scope)) for draft in drafts.facts]
    return [
        _fact(request, draft, request.layer or layer, ids[draft.turn], drafts)
        for draft, layer in layers
        if layer is not None
    ]


def _fact(request: Request, draft: FactDraft, layer: Layer, source: str, drafts: Drafts) -> Planned:
    message = request.messages[draft.turn]
    subject = draft.subject or message.name
    id = _fact_id(request.scope, layer, draft.text, message.timestamp, key(subject) if subject else None)
    item = _item(
        request, layer, id, draft.text, message.timestamp,
        name=subject, metadata=message.metadata, sources=(source,), categories=request.categories,
        pin=draft.pin, trigger=draft.trigger, event_from=draft.event_from, event_to=draft.event_to,
    )  # fmt: skip
    turn, folded = drafts.turns[draft.turn], fold(draft.text)
    return Planned(
        item=item,
        embedded=texts.embedded(item),
        indexed=texts.indexed(item),
        turn=draft.turn,
        mentions=tuple(_within(drafts.mentions, draft.turn, folded)),
        relations=tuple(r for r in drafts.relations if (r.turn, r.sentence) == (draft.turn, draft.sentence)),
        labels=int(turn.labels),
        sentence=draft.sentence,
    )


def revised(item: MemoryItem, drafts: Drafts, *, rewritten: bool) -> Planned:
    """A memory with new fields; what hangs on its text comes along if that is new."""
    turn = drafts.turns[0]
    if rewritten:
        pinned = [fact for fact in drafts.facts if fact.pin and item.layer != "conversation"]
        item = item.model_copy(
            update={
                "hash": content_hash(normalise(item.memory)),
                "pin": pinned[0].pin if pinned else None,
                "trigger": pinned[0].trigger if pinned else None,
                "event_from": turn.event_from,
                "event_to": turn.event_to,
            }
        )
    return Planned(
        item=item,
        embedded=texts.embedded(item),
        indexed=texts.indexed(item),
        turn=0,
        mentions=tuple(drafts.mentions) if rewritten else (),
        relations=tuple(drafts.relations) if rewritten else (),
        labels=int(turn.labels),
        question=turn.question,
    )


def _within(mentions: Iterable[MentionDraft], turn: int, folded: str) -> Iterable[MentionDraft]:
    return (m for m in mentions if m.turn == turn and fold(m.name) in folded)


def _fact_id(scope: Scope, layer: Layer, text: str, start: datetime | None, about: str | None) -> str:
    # Without the session, so that a fact said in two sessions is one; a session's own note is of that session.
    session = scope.session_id if layer == "session" else None
    return content_id("fact", scope.tenant, scope.owner(layer), layer, session, fold(normalise(text)), start, about)


def _item(request: Request, layer: Layer, id: str, text: str, said: datetime | None, **fields: Any) -> MemoryItem:
    expires_at, ttl = request.expiry(layer)
    return MemoryItem(
        id=id,
        memory=text,
        layer=layer,
        created_at=request.now,
        valid_from=said or request.now,
        expires_at=expires_at,
        ttl=ttl,
        hash=content_hash(normalise(text)),
        **_scope_fields(request.scope, layer),
        **fields,
    )


def _scope_fields(scope: Scope, layer: Layer) -> dict[str, Any]:
    """The ids that a memory of this layer carries: what lasts is not tied to the session it was learned in,
    and what the organisation knows is not tied to the user who said it."""
    ids: dict[str, Any] = {"agent_id": scope.agent_id, "app_id": scope.app_id, "org_id": scope.org_id}
    if layer == "org":
        return ids
    ids["user_id"] = scope.user_id
    unowned = scope.owner(layer).startswith("session:")
    if layer in ("session", "conversation") or unowned:
        ids["session_id"] = scope.session_id
    return ids
