"""`Memory`, the engine: it wires the stages and holds no logic of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from graphmem import answer, build, checks, context, graph, inputs, rank, recall
from graphmem import filters as grammar
from graphmem.errors import Closed, InvalidInput, NotFound
from graphmem.ids import tenant_of
from graphmem.login import bare
from graphmem.settings import Settings
from graphmem.store.base import Selection
from graphmem.transfer import Transfer
from graphmem.types import HOLDERS, Entity, Event, Holder, Listing, MemoryItem, Relation, SearchResults, utc
from graphmem.view import View
from graphmem.where import Test
from graphmem.words import key
from graphmem.writer import Writer

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from graphmem.embed.base import Embedder
    from graphmem.extract.base import Extractor
    from graphmem.inputs import Messages, Moment, ScopeIds
    from graphmem.rank import Order
    from graphmem.store.base import Problem, Store, Subgraph
    from graphmem.transfer import Progress
    from graphmem.types import Events, Layer, Log, Page, Receipt, Scope, Stats
    from graphmem.where import Where

__all__ = ["Memory"]


class Memory:
    """Remembers conversations as one graph of facts, entities and relations, and answers questions from it.

    Every method that reads or writes memories takes the ids of a scope as keywords: `user_id`, `agent_id`,
    `app_id`, `session_id` (or Mem0's `run_id`) and `org_id`; at least one. In `search` and `context` they say who
    asks, and the answer is what that caller may see: the user's own layer and raw turns, the named session's
    notes, the named organisation's layer. In `get_all`, `delete_all` and `export` each of them must match.

    A Memory may be shared by threads, and a file by processes. All errors are `graphmem.errors`.

    Args:
        url: A file path; `":memory:"` for a store in RAM; `neo4j://host` or `bolt://host` for a Neo4j server;
            None for `$GRAPHMEM_URL` or `~/.graphmem/memory.db`.
        api_key: Names a tenant within the store: what one key writes, another never sees. Only its digest is
            kept. None is the default tenant.
        embedder: An `Embedder`, the name or folder of a sentence-transformers model, or "pkg.mod:make".
        extractor: An `Extractor`, "spacy", "llm" (see `graphmem.extract.llm`), or "pkg.mod:make".
        settings: Everything else.
    """

    def __init__(
        self,
        url: str | os.PathLike[str] | None = None,
        *,
        api_key: str | None = None,
        embedder: Embedder | str | None = None,
        extractor: Extractor | str | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.settings = checks.settings(settings)
        place = build.store_url(url)
        self.url = bare(place)
        self._tenant = tenant_of(checks.api_key(api_key))
        embedding, extraction = build.embedder(embedder), build.extractor(extractor)
        store = build.store(place, self.settings.login())
        self._open_store: Store | None = store
        self._lent = False
        self._writer = Writer(self._tenant, store, embedding, extraction, self.settings)
        self._transfer = Transfer(self._tenant, store, self._writer)

    # ---------------------------------------------------------------- write

    def add(
        self,
        messages: Messages,
        *,
        layer: Layer | None = None,
        metadata: Mapping[str, Any] | None = None,
        categories: Sequence[str] | None = None,
        timestamp: Moment | None = None,
        expiration_date: Moment | None = None,
        ttl: Any = None,
        infer: bool = True,
        defer: Callable[[list[str]], object] | None = None,
        **scope: Unpack[ScopeIds],
    ) -> Events:
        """Remember messages: every turn verbatim, and the facts in it in the layers that they belong to.

        Adding the same messages again changes nothing. All of a call is stored, or nothing.

        Args:
            messages: A str, a list of str, `{role, content, name?, timestamp?, metadata?}` mappings or `Message`s;
                content is a str or OpenAI content parts, of which the text counts.
            layer: Where the facts go, instead of where promotion would put them.
            metadata: For every memory of this call; a turn's own metadata wins. A `title` is an entity that the
                memory is about.
            categories: Instead of those found automatically.
            timestamp: When it was said, for turns without their own. Naive times are UTC.
            expiration_date: From when it is invisible; a plain date means the end of that UTC day.
            ttl: Seconds, or a timedelta: with a session, how long its notes outlive its last activity; otherwise
                how long everything of this call lives.
            infer: False stores each message verbatim as one memory of `layer` (default user) and no raw turn
                beside it: for documents and notes.
            defer: Store the raw turns alone, searchable at once, and leave their facts to `promote`. It is called
                with the ids of the turns to promote before the new ones among them are stored, so that a queue can
                note them. A turn that was left so and never promoted is promoted when it is added again.
            **scope: Whose memory it is.

        Returns:
            What happened to each memory: facts first, then raw turns.

        Raises:
            InvalidInput: nothing was changed; the message names the fix.
            EmbedderMismatch: the store's vectors come from another embedder.
        """
        self._store  # noqa: B018  # refuses a closed Memory before any work
        owner = inputs.scope_of(self._tenant, scope)
        return self._writer.add(
            inputs.messages(messages, timestamp, metadata),
            owner,
            layer=checks.layer(layer, owner),
            categories=checks.categories(categories),
            expires_at=checks.expiration(expiration_date),
            ttl=checks.duration(ttl),
            infer=infer,
            defer=defer,
        )

    def promote(
        self, memory_ids: Sequence[str], *, layer: Layer | None = None, categories: Sequence[str] | None = None,
        expiration_date: Moment | None = None, ttl: Any = None,
    ) -> Events:  # fmt: skip
        """Find the facts in raw turns that `add` stored with `defer`, as if `add` had found them then.

        Turns that are gone, or that say something else by now, stay as they are. Repeating changes nothing.

        Args:
            memory_ids: The raw turns; the other arguments are as in `add`.
        """
        self._store  # noqa: B018
        return self._writer.promote(
            [checks.memory_id(id) for id in memory_ids], layer=layer, categories=checks.categories(categories),
            expires_at=checks.expiration(expiration_date), ttl=checks.duration(ttl),
        )  # fmt: skip

    def update(
        self,
        memory_id: str,
        text: str | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
        expiration_date: Moment | Literal["keep"] | None = "keep",
        timestamp: Moment | None = None,
    ) -> MemoryItem:
        """Change a memory's text, metadata (replaced whole), expiration (None clears it) or time; the id stays.

        Raises:
            NotFound: no such memory in this tenant.
            InvalidInput: nothing to change, or a value that cannot be accepted.
        """
        if text is None and metadata is None and timestamp is None and expiration_date == "keep":
            raise InvalidInput("nothing to update: pass text, metadata, expiration_date or timestamp")
        change: dict[str, Any] = {}
        if text is not None:
            change["memory"] = checks.text(text)
        if metadata is not None:
            change["metadata"] = checks.metadata(metadata)
        if expiration_date != "keep":
            change |= {"expires_at": checks.expiration(expiration_date), "ttl": None}
        if timestamp is not None:
            change["valid_from"] = checks.instant(timestamp, "timestamp")
        self._store  # noqa: B018
        return self._writer.update(checks.memory_id(memory_id), change)

    def delete(self, memory_id: str, *, sources: bool = False, linked: bool = False) -> Receipt:
        """Delete a memory and what rests on it alone; its words stay nowhere.

        Args:
            memory_id: Of a fact or a raw turn. With a turn go the facts that rest on it alone.
            sources: With a fact, delete the raw turns that it came from too.
            linked: With a fact, delete the ones that it superseded too, and those that they superseded.

        Returns:
            What was removed, counted by the store, and which source turns stayed.
        """
        going = [self.get(memory_id)]
        for item in going if linked else ():
            older = self._select(Selection(self._tenant, where=Test("superseded_by", "eq", item.id)))
            going += [one for one in older if one.layer != "conversation" and one not in going]
        turns = [id for item in going for id in item.sources] if sources else []
        return self._writer.delete([*going, *self._store.get(self._tenant, turns)])

    def delete_all(self, *, filters: Mapping[str, Any] | None = None, **scope: Unpack[ScopeIds]) -> Receipt:
        """Delete every memory that has all these ids and passes the filters, in every layer, with its history.

        Raises:
            InvalidInput: no id was given, neither beside the filters nor in them; nothing was deleted.
        """
        where = grammar.parse(filters)
        ids = self._all_of(scope, where)
        return self._writer.delete(self._select(Selection(self._tenant, ids=ids, where=where)))

    def purge(self) -> Receipt:
        """Delete what has expired. Reading never shows it anyway; this gives the room back."""
        return self._writer.delete(self._select(Selection(self._tenant, expired_by=self._now())))

    def reset(self) -> Receipt:
        """Delete everything of this tenant."""
        return self._store.reset(self._tenant)

    # ---------------------------------------------------------------- read

    def search(
        self,
        query: str,
        *,
        filters: Mapping[str, Any] | None = None,
        top_k: int = 10,
        threshold: float | None = None,
        layers: Iterable[Layer] | None = None,
        order: Order = "layer",
        as_of: Moment | None = None,
        show_expired: bool = False,
        explain: bool = False,
        **scope: Unpack[ScopeIds],
    ) -> SearchResults:
        """Find what answers a question, among all that this caller may see.

        Args:
            query: A question or any text.
            filters: Narrow the answer; both of Mem0's grammars. If no scope is named beside it, the ids in it
                say whose memory is asked for: of a user or an organisation what that caller sees, else everything
                that passes, whoever owns it.
            top_k: How many hits, 1 to 10,000.
            threshold: The least score, 0 to 1.
            layers: Only these layers.
            order: "layer" (user, session, org, conversation; then score) or "score".
            as_of: What was true then; superseded facts count if they held at that time.
            show_expired: Also what has expired and was not purged yet.
            explain: Also every term of the score and the path through the graph, in `hit.why`.
            **scope: Who asks.

        Returns:
            Hits with `score` 0..1 and `why`; it also reads as `{"results": [...]}`.
        """
        clock = answer.Stopwatch()
        text = checks.text(query, "query")
        top_k, threshold = checks.whole(top_k, "top_k"), checks.unit(threshold, "threshold")
        checks.order(order)
        where = grammar.parse(filters)
        retrieval = self.settings.retrieval
        asks = self._askers(scope, where)
        chosen, moment = checks.layers(layers), checks.instant(as_of, "as_of")
        store = self._store
        heard = recall.hear(text, self._writer.encoder.encode_question) if retrieval.vectors else recall.Heard()
        clock.lap("embed")
        plans = [
            recall.plan(
                text, asker, heard, now=self._now(), settings=retrieval, where=where,
                layers=chosen, as_of=moment, show_expired=show_expired,
            )
            for asker in asks
        ]  # fmt: skip
        recalled = store.recall([probe for probe, _ in plans]) if plans else []
        clock.lap("recall")
        hits = answer.merged(
            [
                answer.hits(
                    found,
                    rank.rank(found, question, retrieval, top_k=top_k, threshold=threshold, order=order),
                    explain=explain,
                )
                for found, (_, question) in zip(recalled, plans, strict=True)
            ],
            top_k=top_k,
            order=order,
        )
        clock.lap("rank")
        return SearchResults(results=tuple(hits), timings=clock.milliseconds())

    def context(
        self,
        query: str,
        *,
        max_tokens: int = 1000,
        top_k: int = 50,
        filters: Mapping[str, Any] | None = None,
        threshold: float | None = None,
        layers: Iterable[Layer] | None = None,
        as_of: Moment | None = None,
        **scope: Unpack[ScopeIds],
    ) -> str:
        """A prompt-ready text of what answers a question: by layer, with dates, within the budget.

        Args:
            query: As in `search`, and so are the options that are not named here.
            max_tokens: The budget; tokens are estimated, on the high side.
            top_k: How many hits may be considered.
        """
        checks.whole(max_tokens, "max_tokens", most=10_000_000)
        found = self.search(
            query, top_k=top_k, filters=filters, threshold=threshold, layers=layers, as_of=as_of, order="score", **scope
        )
        return context.render(found.results, max_tokens)

    def get(self, memory_id: str) -> MemoryItem:
        """One memory by id; expired and superseded ones too.

        Raises:
            NotFound: no such memory in this tenant.
        """
        self._store  # noqa: B018
        return self._writer.item(checks.memory_id(memory_id))

    def get_all(
        self,
        *,
        filters: Mapping[str, Any] | None = None,
        layers: Iterable[Layer] | None = None,
        page: int = 1,
        page_size: int = 100,
        show_expired: bool = False,
        **scope: Unpack[ScopeIds],
    ) -> Page:
        """The memories that have all these ids and pass the filters, newest first, a page at a time."""
        where = grammar.parse(filters)
        selection = Selection(
            self._tenant,
            ids=self._all_of(scope, where),
            layers=checks.layers(layers),
            where=where,
            now=None if show_expired else self._now(),
        )
        size = checks.whole(page_size, "page_size")
        return self._store.select(selection, checks.whole(page, "page", most=1_000_000_000), size)

    def history(self, memory_id: str) -> Listing[Event]:
        """Everything that happened to a memory, oldest first; a deleted one keeps events without words.

        Raises:
            NotFound: there never was such a memory in this tenant.
        """
        events = self._store.history(self._tenant, checks.memory_id(memory_id))
        if not events:
            raise NotFound(f"no memory with id {memory_id!r}")
        return Listing(Event, events)

    def log(self, page: int = 1, page_size: int = 100) -> Log:
        """Everything that happened to any memory of this tenant, newest first, a page at a time."""
        size = checks.whole(page_size, "page_size")
        return self._store.log(self._tenant, checks.whole(page, "page", most=1_000_000_000), size)

    # ---------------------------------------------------------------- the graph

    def entities(self, query: str | None = None, **scope: Unpack[ScopeIds]) -> Listing[Entity]:
        """Who and what the visible memories name, most named first; `query` narrows to names like it."""
        found = self._subgraph(scope, memories=False).entities
        if query is not None:
            wanted = key(checks.text(query, "query"))
            found = [e for e in found if wanted and any(wanted in name for name in (e.key, *e.aliases))]
        return Listing(Entity, sorted(found, key=lambda e: (-e.mentions, e.key, e.id)))

    def relations(
        self,
        entity: str | None = None,
        *,
        type: str | None = None,
        as_of: Moment | None = None,
        **scope: Unpack[ScopeIds],
    ) -> Listing[Relation]:
        """The typed relations that hold (at `as_of`), of one entity or of all, surest first."""
        moment = checks.instant(as_of, "as_of")
        named = None if entity is None else checks.text(entity, "entity")
        wanted = None if type is None else checks.text(type, "type")
        whole = self._subgraph(scope, memories=False)
        ends = None if named is None else {e.id for e in graph.find(whole.entities, named)}
        found = [
            r for r in whole.relations
            if graph.holds(r, moment)
            and (wanted is None or r.type == wanted)
            and (ends is None or r.subject in ends or r.object in ends)
        ]  # fmt: skip
        found.sort(key=lambda r: (-r.confidence, r.subject_name, r.type, r.object_name, r.id))
        return Listing(Relation, found)

    def neighbours(self, entity: str, *, hops: int = 1, **scope: Unpack[ScopeIds]) -> View:
        """What lies within some hops of an entity: entities, relations, and the memories that name them.

        Each hop crosses from the user's entity to the organisation's of the same name, and back.

        Raises:
            NotFound: no such entity in this scope; near names are offered.
        """
        steps, name = checks.hops(hops), checks.text(entity, "entity")
        entities = self._subgraph(scope, memories=False).entities
        reached: Sequence[Entity] = graph.find(entities, name)
        for _ in range(steps - 1):
            reached = self._subgraph(scope, seeds=graph.namesakes(entities, reached)).entities
        return View.of(self._subgraph(scope, seeds=graph.namesakes(entities, reached), hops=min(steps, 1)))

    def subgraph(self, **scope: Unpack[ScopeIds]) -> View:
        """The whole visible graph: memories, entities, and every edge between them."""
        return View.of(self._subgraph(scope))

    def path(self, a: str, b: str, **scope: Unpack[ScopeIds]) -> Listing[Relation]:
        """How two entities are connected: the shortest walk, relation by relation.

        Raises:
            NotFound: an unknown entity, or no connection.
        """
        names = [checks.text(name, "entity") for name in (a, b)]
        whole = self._subgraph(scope)
        start, end = (graph.find(whole.entities, name) for name in names)
        return Listing(Relation, graph.shortest_path(whole, start, end))

    def timeline(
        self, entity: str, *, layers: Iterable[Layer] | None = ("user", "session", "org"), **scope: Unpack[ScopeIds]
    ) -> Listing[MemoryItem]:
        """The facts that name an entity in the order in which they became true, superseded ones too.

        Args:
            entity: A name, an alias or an id.
            layers: Only these; None for the raw turns as well.

        Raises:
            NotFound: no such entity in this scope; near names are offered.
        """
        chosen = checks.layers(layers)
        named = self.neighbours(entity, hops=0, **scope).memories
        return Listing(MemoryItem, graph.in_time(item for item in named if item.layer in chosen))

    def to_networkx(self, **scope: Unpack[ScopeIds]) -> Any:
        """The visible graph as a `networkx.MultiDiGraph` of entity and memory nodes."""
        return graph.to_networkx(self._subgraph(scope))

    # ---------------------------------------------------------------- the store

    def stats(self) -> Stats:
        """Counts of this tenant."""
        return self._store.stats(self._tenant, self._now())

    def holders(self) -> Listing[Holder]:
        """Whom this tenant keeps memories for: every user, agent, app, session and organisation, with counts."""
        found = self._store.holders(self._tenant, self._now())
        return Listing(Holder, sorted(found, key=lambda holder: (HOLDERS.index(holder.kind), holder.id)))

    def doctor(self) -> list[Problem]:
        """Look for damage in the store; every finding says how to mend it."""
        return [*self._store.check(self._now()), *self._writer.problems()]

    def mend(self) -> int:
        """Mend what `doctor` calls orphaned or dangling, and rebuild indexes; how many rows changed."""
        return self._store.mend()

    def reembed(self, progress: Progress | None = None) -> int:
        """Embed every memory of the store (all tenants) anew with this embedder; how many."""
        self._store  # noqa: B018
        return self._transfer.reembed(progress)

    def export(
        self, path: str | os.PathLike[str], *, progress: Progress | None = None, **scope: Unpack[ScopeIds]
    ) -> int:
        """Write memories with all that hangs on them to a JSONL file, losslessly; how many memories.

        Without a scope it is the whole tenant. The file appears whole or not at all.
        """
        self._store  # noqa: B018
        ids = inputs.scope_of(self._tenant, scope).ids() if scope else None
        return self._transfer.export(checks.path(path), ids, progress)

    def import_(self, path: str | os.PathLike[str], *, progress: Progress | None = None) -> int:
        """Read an own export, or what Mem0's `get_all` returned as JSON; how many memories. Repeating is harmless.

        Raises:
            InvalidInput: the file and line that cannot be read; nothing was written.
        """
        self._store  # noqa: B018
        return self._transfer.import_(checks.path(path), progress)

    def warm(self) -> None:
        """Load the models now rather than with the first call; nothing is stored."""
        self._store  # noqa: B018
        self._writer.warm()

    def for_tenant(self, tenant: str, *, settings: Settings | None = None) -> Self:
        """The memory of another tenant: the same store and models, lent; closing it closes neither.

        For servers, which know who asks by other means than the engine's `api_key`: whoever calls this says which
        tenant it is.

        Args:
            tenant: Its name, as it stands in the store.
            settings: For this tenant, instead of this Memory's own.

        Raises:
            InvalidInput: a blank name.
        """
        store = self._store
        other = object.__new__(type(self))
        other.settings, other.url, other._tenant = settings or self.settings, self.url, checks.tenant(tenant)
        other._open_store, other._lent = store, True
        other._writer = self._writer.for_tenant(other._tenant, other.settings)
        other._transfer = Transfer(other._tenant, store, other._writer)
        return other

    def close(self) -> None:
        """Release the store. Closing twice is fine; any other use afterwards raises Closed."""
        if self._open_store is not None and not self._lent:
            self._open_store.close()
        self._open_store = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---------------------------------------------------------------- inside

    @property
    def _store(self) -> Store:
        if self._open_store is None:
            raise Closed("this Memory is closed: make a new one")
        return self._open_store

    def _now(self) -> datetime:
        return utc(self.settings.clock())

    def _all_of(self, ids: Mapping[str, Any], where: Where | None) -> Mapping[str, str]:
        """The ids that must match: none beside a filter that names some itself."""
        if all(value is None for value in ids.values()) and inputs.names_ids(where):
            return {}
        return inputs.scope_of(self._tenant, ids).ids()

    def _askers(self, ids: Mapping[str, Any], where: Where | None) -> Sequence[Scope]:
        """Who asks: the caller who is named, in the filter if not beside it, else all owners of what passes it."""
        if all(value is None for value in ids.values()):
            ids = inputs.named_ids(where)
            if not {"user_id", "org_id"} & ids.keys() and inputs.names_ids(where):
                return inputs.owners_of(self._tenant, self._select(Selection(self._tenant, where=where)))
        return [inputs.scope_of(self._tenant, ids)]

    def _select(self, selection: Selection) -> list[MemoryItem]:
        return list(self._store.select(selection, page_size=None).results)

    def _subgraph(self, ids: Mapping[str, Any], **options: Any) -> Subgraph:
        scope = inputs.scope_of(self._tenant, ids)
        return self._store.subgraph(
            self._tenant, scope.owners(), session_id=scope.session_id, now=self._now(), **options
        )
