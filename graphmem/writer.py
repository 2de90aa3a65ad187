"""Writing: the stages of `add`, `update` and `delete` in order, around one optimistic transaction."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem import checks, forget, inputs, names, plan, texts
from graphmem.categories import Categoriser
from graphmem.encoding import Encoder
from graphmem.errors import Conflict, EmbedderMismatch, InvalidInput, NotFound
from graphmem.extract.base import Context, Drafts, TurnDraft
from graphmem.news import is_news
from graphmem.reconcile import reconcile, revise, standing, subjects
from graphmem.same import lapses
from graphmem.store.base import Ask, Changes, Known, Problem, Selection
from graphmem.types import Event, Events, Message, Receipt, is_expired, utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from graphmem.embed.base import Embedder, Vectors
    from graphmem.encoding import Encoded
    from graphmem.extract.base import Extractor
    from graphmem.plan import Planned, Request
    from graphmem.reconcile import Reconciled
    from graphmem.settings import Settings
    from graphmem.store.base import Store
    from graphmem.types import Layer, MemoryItem, Scope

__all__ = ["Writer"]

_TRIES = 60


class Writer:
    """Turns messages into one `Changes` and writes it; used by `Memory` alone."""

    def __init__(self, tenant: str, store: Store, embedder: Embedder, extractor: Extractor, settings: Settings) -> None:
        self._tenant = tenant
        self._store = store.patient
        self.encoder = Encoder(embedder, self._store, token_vectors=settings.token_vectors)
        self._extractor = extractor
        self._settings = settings
        self._categoriser = Categoriser(self.encoder.embed, settings.categories)

    def for_tenant(self, tenant: str, settings: Settings) -> Writer:
        """One for another tenant of the same store, with the same models."""
        return Writer(tenant, self._store, self.encoder.embedder, self._extractor, settings)

    def warm(self) -> None:
        """Load the models."""
        # Nobody asks a language model what an assistant said, so one that is paid for is left alone.
        said = Message(role="assistant", content="Hello, I am Alex.")
        self._extractor.extract([said], Context(self._now()))
        self.encoder.embed([said.content])

    # ---------------------------------------------------------------- add

    def add(
        self, messages: Sequence[Message], scope: Scope, *, layer: Layer | None, categories: tuple[str, ...],
        expires_at: datetime | None, ttl: float | None, infer: bool, defer: Callable[[list[str]], object] | None,
    ) -> Events:  # fmt: skip
        """See `Memory.add`; arguments are checked values."""
        request = plan.Request(
            scope=scope, messages=messages, now=self._now(), layer=layer, categories=categories,
            expires_at=expires_at, ttl=ttl, session_ttl=self._settings.session_ttl,
        )  # fmt: skip
        if infer:
            return self._remember(request, defer)
        if defer is not None:
            raise InvalidInput("defer leaves facts for later, and with infer=False there are none: pass one of them")
        if request.layer == "conversation":
            return self._keep(request, plan.turn_ids(messages, scope))
        return self._keep(request, None)

    def _remember(self, request: Request, defer: Callable[[list[str]], object] | None) -> Events:
        ids = plan.turn_ids(request.messages, request.scope)
        found, lasting = self._store.get(self._tenant, ids), request.expiry("conversation")
        there = [item for item in found if not is_expired(item, request.now) and not lapses(item, *lasting)]
        known, unread = {item.id for item in there}, {item.id for item in there if not item.hash}
        fresh = [i for i, id in enumerate(ids) if id not in known]
        new, new_ids = replace(request, messages=[request.messages[i] for i in fresh]), [ids[i] for i in fresh]
        if defer is not None:
            bare = [id for id in ids if id in unread or id not in known]
            return _together(self._capture(new, new_ids, lambda: defer(bare)), self._unchanged(ids, known, request.now))
        read = self._read_up(request, sorted(unread)) if unread else Events()
        return _together(read, self._understand(new, new_ids), self._unchanged(ids, known - unread, request.now))

    def _read_up(self, request: Request, ids: Sequence[str]) -> Events:
        """The facts of turns that `add` left to `promote`, and that nobody looked for yet."""
        return self.promote(
            ids, layer=request.layer, categories=request.categories, expires_at=request.expires_at, ttl=request.ttl
        )  # fmt: skip

    def _understand(self, request: Request, ids: Sequence[str]) -> Events:
        n = self._settings.context_turns
        drafts, encoded = self._read(request, lambda: self._store.recent(request.scope, n))
        facts = plan.facts(request, ids, drafts, self._settings.promotion)
        events = self._commit(request, plan.turns(request, ids, drafts, facts), facts, encoded, guess=True)
        return Events(results=tuple(events), notes=tuple(drafts.notes))

    def _capture(self, request: Request, ids: list[str], note: Callable[[], object]) -> Events:
        """The raw turns alone; nothing hangs on them yet, and an empty hash says so."""
        planned = plan.turns(request, ids, Drafts(turns=[TurnDraft()] * len(ids)), ())
        turns = [replace(p, item=p.item.model_copy(update={"hash": ""})) for p in planned]
        encoded = self.encoder.encode_turns(_texts(turns))
        note()
        return Events(results=tuple(self._commit(request, turns, (), encoded, guess=False)))

    def promote(
        self, ids: Sequence[str], *, layer: Layer | None, categories: tuple[str, ...], expires_at: datetime | None,
        ttl: float | None,
    ) -> Events:  # fmt: skip
        """See `Memory.promote`; arguments are checked values."""
        there = [t for t in self._store.get(self._tenant, ids) if t.position is not None]
        heard = sorted((t for t in there if not is_expired(t, self._now())), key=lambda t: (t.created_at, t.position))
        parts: list[Events] = []
        for (at, _), group in groupby(heard, key=lambda t: (t.created_at, sorted(_ids(t).items()))):
            turns = list(group)
            scope = inputs.scope_of(self._tenant, _ids(turns[0]))
            request = plan.Request(
                scope=scope, messages=[plan.said(turn) for turn in turns], now=at, layer=checks.layer(layer, scope),
                categories=categories, expires_at=expires_at, ttl=ttl, session_ttl=self._settings.session_ttl,
            )  # fmt: skip
            parts.append(self._promote(request, turns))
        return _together(*parts)

    def _promote(self, request: Request, stored: Sequence[MemoryItem]) -> Events:
        ids = [turn.id for turn in stored]
        drafts, encoded = self._read(request, lambda: self._before(request.scope, stored[0]))
        facts = plan.facts(request, ids, drafts, self._settings.promotion)
        turns = plan.turns(request, ids, drafts, facts)
        events = self._commit(request, turns, facts, encoded, guess=True, stored=True)
        return Events(results=tuple(events), notes=tuple(drafts.notes))

    def _before(self, scope: Scope, turn: MemoryItem) -> list[MemoryItem]:
        """The turns of a session that came before one of them."""
        n, place = self._settings.context_turns, turn.position or 0
        last = max((later.position or 0 for later in self._store.recent(scope, 1)), default=place)
        heard = self._store.recent(scope, n + last - place + 1) if n else []
        return [one for one in heard if (one.position or 0) < place][-n:]

    def _keep(self, request: Request, turn_ids: Sequence[str] | None) -> Events:
        verbatim = turn_ids is None
        drafts, encoded = self._read(request, None, turns=not verbatim)
        planned = plan.documents(request, drafts) if verbatim else plan.turns(request, turn_ids or (), drafts, ())
        events = self._commit(request, planned, (), encoded, guess=False)
        return Events(results=tuple(events), notes=tuple(drafts.notes))

    def _unchanged(self, ids: Sequence[str], known: set[str], now: datetime) -> Events:
        """What was there already: the facts that rest on these turns, then the turns."""
        old = [id for id in ids if id in known]
        facts = self._store.select(Selection(self._tenant, derived_from=old), page_size=None).results if old else ()
        items = [*facts, *self._store.get(self._tenant, old)]
        events = (Event(id=i.id, memory=i.memory, event="NONE", layer=i.layer, at=now) for i in items)
        return Events(results=tuple(events))

    def _read(
        self, request: Request, recent: Callable[[], Sequence[MemoryItem]] | None, *, turns: bool = True
    ) -> tuple[Drafts, Encoded]:
        """The drafts of the messages, and their vectors, which are made beside the parse.

        Args:
            request: The messages.
            recent: Gives the turns before; None if the messages are kept whole.
            turns: Whether they become raw turns, which alone have token vectors.
        """
        wanted = [texts.titled(message.content, message.metadata) for message in request.messages]
        with ThreadPoolExecutor(1) as beside:
            encoded = beside.submit(self.encoder.encode_turns, wanted, tokens=turns)
            before = [] if recent is None else [_heard(turn) for turn in recent()]
            user, verbatim = request.scope.user_id, recent is None
            context = Context(request.now, user=user, recent=before, verbatim=verbatim)
            return self._extractor.extract(request.messages, context), encoded.result()

    def _commit(
        self, request: Request, turns: Sequence[Planned], facts: Sequence[Planned], encoded: Encoded,
        *, guess: bool, stored: bool = False,
    ) -> list[Event]:  # fmt: skip
        new = [text for text in _texts([*turns, *facts]) if text not in encoded.vectors]
        vectors = {**encoded.vectors, **self.encoder.encode(new)}
        shown = facts or [p for p in turns if p.item.layer != "conversation"]
        labels = self._labels(shown, vectors)
        facts, turns = [_labelled(p, labels) for p in facts], [_labelled(p, labels) for p in turns]
        fingerprint = self.encoder.fingerprint

        def decide() -> Reconciled:
            known, older = self._known(request, turns, facts, vectors, alike=guess)
            told, held, basis = (turns, facts, known) if not stored else standing(request, turns, facts, known)
            done = reconcile(
                request, told, held, vectors, basis, older,
                fingerprint=fingerprint, merge_cosine=self._settings.merge_cosine, guess=guess, stored=stored,
            )  # fmt: skip
            return encoded.completed(done)

        return self._settle(decide).events

    def _settle(self, decide: Callable[[], Reconciled]) -> Reconciled:
        """Decide from what is known and write it, anew as often as another writer was first."""
        for attempt in range(_TRIES):
            done = decide()
            if self._try(done.changes, attempt):
                return done
        raise Conflict("other writers changed the same memory again and again: try again")

    def _try(self, changes: Changes, attempt: int) -> bool:
        try:
            if changes:
                self._store.write(changes)
        except Conflict:
            # Somebody else got through, so the work as a whole proceeds; a short random wait breaks the tie.
            time.sleep(random.random() * min(0.002 * (attempt + 1), 0.05))
            return False
        return True

    def _known(
        self,
        request: Request,
        turns: Sequence[Planned],
        facts: Sequence[Planned],
        vectors: Mapping[str, Vectors],
        *,
        alike: bool,
    ) -> tuple[Known, Mapping[str, MemoryItem]]:
        planned = [*turns, *facts]
        scope = request.scope
        owners = sorted({scope.owner(), *(p.item.owner for p in planned)})
        known = self._store.known(
            Ask(
                tenant=self._tenant,
                owners=owners,
                ids=[p.item.id for p in planned],
                keys=_keys(planned, guess=alike),
                alike=alike,
                relations=subjects(planned),
                near=[(p.item.owner, vectors[p.embedded]) for p in facts],
                sessions=sorted({(p.item.owner, p.item.session_id) for p in turns}, key=str),
                # What news may end need not have lasted until now.
                now=None if any(is_news(p.item.memory) for p in facts) else request.now,
            )
        )
        resting = sorted({relation.memory_id for relation in known.relations})
        return known, {item.id: item for item in self._store.get(self._tenant, resting)}

    def _labels(self, planned: Sequence[Planned], vectors: Mapping[str, Vectors]) -> dict[str, tuple[str, ...]]:
        """Categories of the plans that were given none, by id."""
        bare = [p for p in planned if not p.item.categories]
        if not bare:
            return {}
        rows = np.stack([vectors[p.embedded] for p in bare])
        found = self._categoriser.of([p.item.memory for p in bare], rows)
        return {p.item.id: names for p, names in zip(bare, found, strict=True)}

    # ---------------------------------------------------------------- update, delete

    def update(self, memory_id: str, change: Mapping[str, Any]) -> MemoryItem:
        """Write a changed memory; `change` holds checked fields of MemoryItem.

        Raises:
            NotFound: no such memory in this tenant.
        """
        self._settle(lambda: self._revision(self.item(memory_id), change))
        return self.item(memory_id)

    def item(self, memory_id: str) -> MemoryItem:
        """One memory by id; see `Memory.get`."""
        found = self._store.get(self._tenant, [memory_id])
        if not found:
            raise NotFound(f"no memory with id {memory_id!r}")
        return found[0]

    def _revision(self, item: MemoryItem, change: Mapping[str, Any]) -> Reconciled:
        now = self._now()
        new = item.model_copy(update={**change, "updated_at": now})
        rewritten = new.memory != item.memory
        said = Message(role=item.role or "user", content=new.memory, name=self._speaker(item), metadata=new.metadata)
        context = Context(now, user=item.user_id, verbatim=item.role is not None and item.position is None)
        revised = plan.revised(new, self._extractor.extract([said], context), rewritten=rewritten)
        encoded = self.encoder.encode_turns(_texts([revised]))
        request = plan.Request(
            scope=inputs.scope_of(self._tenant, _ids(item)), messages=[said], now=now, layer=item.layer,
            categories=item.categories, expires_at=None, ttl=None, session_ttl=self._settings.session_ttl,
        )  # fmt: skip
        known, older = self._known(request, [revised], (), encoded.vectors, alike=True)
        stale = self._quoting(item, new) if rewritten and item.layer == "conversation" else ()
        done = revise(
            request, item, revised, stale, encoded.vectors, known, older, fingerprint=self.encoder.fingerprint
        )
        return encoded.completed(done)

    def _speaker(self, item: MemoryItem) -> str | None:
        """Who "I" is in a memory: of a fact, who said the turn that it came from."""
        if item.role is not None:
            return item.name
        turns = self._store.get(self._tenant, item.sources[:1])
        return turns[0].name if turns else None

    def _quoting(self, old: MemoryItem, new: MemoryItem) -> list[MemoryItem]:
        """The facts that quote what a rewritten turn no longer says."""
        facts = self._store.select(Selection(self._tenant, derived_from=[old.id]), page_size=None).results
        return [f for f in forget.resting_on(facts, {old.id}) if f.memory not in new.memory]

    def delete(self, items: Sequence[MemoryItem]) -> Receipt:
        """Remove memories and the facts that rest on them alone; see `Memory.delete`."""
        if not items:
            return Receipt()
        gone = {item.id for item in items}
        facts = self._store.select(Selection(self._tenant, derived_from=sorted(gone)), page_size=None).results
        going = list({item.id: item for item in [*items, *forget.resting_on(facts, gone)]}.values())
        receipt = self._store.write(forget.deletion(self._tenant, going, self._now())).receipt or Receipt()
        return receipt.model_copy(update={"sources": forget.kept_sources(going)})

    def problems(self) -> list[Problem]:
        """What `doctor` finds about the embedder."""
        try:
            self.encoder.check()
        except EmbedderMismatch as error:
            return [Problem("embedder", 1, str(error), "graphmem reembed")]
        return []

    def _now(self) -> datetime:
        return utc(self._settings.clock())


def _together(*parts: Events) -> Events:
    """The events of several steps, and each note once."""
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    return Events(results=tuple(event for part in parts for event in part.results), notes=tuple(notes))


def _labelled(planned: Planned, labels: Mapping[str, tuple[str, ...]]) -> Planned:
    found = labels.get(planned.item.id, planned.item.categories)
    return replace(planned, item=planned.item.model_copy(update={"categories": found}))


def _heard(turn: MemoryItem) -> Message:
    return Message(role=turn.role or "user", content=turn.memory, name=turn.name)


def _ids(item: MemoryItem) -> dict[str, str]:
    names = ("user_id", "agent_id", "app_id", "session_id", "org_id")
    return {name: value for name in names if (value := getattr(item, name)) is not None}


def _texts(planned: Sequence[Planned]) -> list[str]:
    return [*(p.embedded for p in planned), *(p.item.trigger for p in planned if p.item.trigger)]


def _keys(planned: Sequence[Planned], *, guess: bool) -> dict[str, list[str]]:
    """Owner -> every entity key that the plans name, or that one of their names may mean."""
    keys: dict[str, set[str]] = {}
    for p in planned:
        keys.setdefault(p.item.owner, set()).update(*(names.asked(*each, guess=guess) for each in p.named()))
    return {owner: sorted(found) for owner, found in keys.items()}
