"""The store contract: few, coarse calls, values in and values out.

A store keeps the graph and finds candidates; it never ranks. `recall` returns columns of raw signals for
bounded neighbourhoods, so that equal candidates rank equally on every store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

from graphmem.types import LAYERS
from graphmem.words import goes_by, key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from graphmem.filters import Where
    from graphmem.types import Entity, Event, Holder, Layer, Log, MemoryItem, Page, Receipt, Relation, Scope, Stats

    Floats: TypeAlias = NDArray[np.float32]
    Ints: TypeAlias = NDArray[np.int32]
    Bools: TypeAlias = NDArray[np.bool_]
    Tokens: TypeAlias = NDArray[np.int8]

__all__ = [
    "AHEAD",
    "K1",
    "MOST_PINNED",
    "NEAREST",
    "PINS",
    "ROLES",
    "SMALL_HUB",
    "TITLE",
    "WALKED_FROM",
    "WINDOW",
    "Ask",
    "B",
    "Changes",
    "Channel",
    "Close",
    "EntitySignal",
    "Fingerprint",
    "Known",
    "Link",
    "Mention",
    "Probe",
    "Problem",
    "Recall",
    "Record",
    "Revector",
    "Selection",
    "SessionState",
    "Store",
    "Subgraph",
    "Touch",
    "Written",
]


class Channel(IntFlag):
    """What brought a candidate."""

    VECTOR = 1
    WORDS = 2
    ENTITY = 4
    """It names an entity that the question names."""
    RELATION = 8
    """It states a relation that the question asks for, of the one whom it is about."""
    PINNED = 16
    NEXT = 32
    """It stands within `widen` turns of a seed."""
    SOURCE = 64
    """A seed derives from it, or it derives from a seed."""
    GRAPH = 128
    """It shares an entity with a seed."""


# ---------------------------------------------------------------- what every store holds to

AHEAD = 4
"""How many times more what a document names counts if the question names what that document is about."""
K1, B = 0.9, 0.75
"""Of the BM25 that chooses the word seeds."""
MOST_PINNED = 64
"""How many pinned memories are always candidates, the nearest triggers first."""
WALKED_FROM = 30
"""How many of the vector and of the word seeds the graph is walked from."""
SMALL_HUB = 20
"""An entity that no more memories name than this is no hub in any scope."""
TITLE = 2.0
"""A mention above this weight says what a memory is about, not merely what it names."""
WINDOW = 2
"""How many turns each way a window holds."""
NEAREST = 6
"""How many facts `known` returns for each vector of `Ask.near`."""
PINS: Mapping[str | None, int] = {None: 0, "instruction": 1, "preference": 2}
ROLES: Mapping[str | None, int] = {None: 0, "user": 1, "assistant": 2, "system": 3, "tool": 3}
"""The codes of the columns `pin` and `role` of a Recall."""


# ---------------------------------------------------------------- what is written


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which embedder made a store's vectors."""

    name: str
    dim: int


@dataclass(frozen=True, slots=True)
class Record:
    """A memory with everything that is indexed."""

    item: MemoryItem
    vector: Floats
    terms: Mapping[str, int]
    """Index terms and how often each stands in the indexed text."""
    trigger_vector: Floats | None = None
    labels: int = 0
    """`extract.base.Label` bits."""
    question: bool = False
    tokens: Tokens | None = None
    """(t, d) the token vectors of a raw turn, times 127 (see `embed.quantised`); kept apart, read by `Recall.tokens`
    alone."""


@dataclass(frozen=True, slots=True)
class Mention:
    """memory -MENTIONS-> entity. The same pair again keeps the larger weight."""

    memory_id: str
    entity_id: str
    weight: float = 1.0
    surface: str = ""
    """The name as written, so that an entity merge can be undone."""


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two memories. DERIVED_FROM: fact -> raw turn. SUPERSEDES: newer -> older."""

    type: Literal["DERIVED_FROM", "SUPERSEDES"]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Close:
    """An older memory stops holding. None leaves the field as it is."""

    memory_id: str
    superseded_by: str
    expired_at: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """A session was active: its unexpired notes that have a ttl now expire at `at` + ttl."""

    owner: str
    session_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """One transaction's worth of writing for one tenant.

    Order of effect: `delete`, `clear`, memories, entities, mentions, relations, links, closes, touches, events.
    A memory or entity whose id exists is replaced (an entity's aliases are united, a memory still rests on the
    turns that its DERIVED_FROM links lead to); a relation or link that
    exists is left as it is. The id of a relation belongs to the memory that states it.
    """

    tenant: str
    embedder: Fingerprint | None = None
    """Of the vectors in `memories`; the first write stamps the store, another raises EmbedderMismatch."""
    basis: Mapping[str, int] = field(default_factory=dict)
    """Owner -> version that this was computed from; if one moved, `write` raises Conflict and writes nothing."""
    memories: Sequence[Record] = ()
    entities: Sequence[Entity] = ()
    mentions: Sequence[Mention] = ()
    relations: Sequence[Relation] = ()
    links: Sequence[Link] = ()
    close: Sequence[Close] = ()
    close_relations: Mapping[str, datetime] = field(default_factory=dict)
    """Relation id -> valid_to."""
    touch: Sequence[Touch] = ()
    clear: Sequence[str] = ()
    """Memories whose mentions and relations go, because their text is being replaced."""
    delete: Sequence[str] = ()
    """Memories to remove with their vectors, terms, mentions, relations and links; the words of their history
    are blanked; what they superseded opens no more; entities that no memory names any more go too."""
    events: Sequence[Event] = ()

    def __bool__(self) -> bool:
        """Whether anything would be written at all."""
        parts = (
            self.memories, self.entities, self.mentions, self.relations, self.links, self.close,
            self.close_relations, self.touch, self.clear, self.delete, self.events,
        )  # fmt: skip
        return any(parts)


@dataclass(frozen=True, slots=True)
class Written:
    """Counts from the store itself after a write."""

    memories: int = 0
    entities: int = 0
    relations: int = 0
    mentions: int = 0
    receipt: Receipt | None = None
    """Of the deletions, if there were any."""


@dataclass(frozen=True, slots=True)
class Revector:
    """New vectors of one memory, from another embedder."""

    memory_id: str
    vector: Floats
    trigger_vector: Floats | None = None
    tokens: Tokens | None = None
    """None: those that it had are dropped."""


# ---------------------------------------------------------------- what is asked


@dataclass(frozen=True, slots=True)
class Ask:
    """What `reconcile` must know before it decides."""

    tenant: str
    owners: Sequence[str]
    ids: Sequence[str] = ()
    """Memories that may exist already."""
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Owner -> entity keys: entities with that key or alias, and, if `alike`, those (CONCEPT apart) whose key
    starts with the same first word."""
    alike: bool = True
    relations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Owner -> subject keys: the open relations (valid_to None) of the entities with that key or alias."""
    near: Sequence[tuple[str, Floats]] = ()
    """(owner, vector): the `NEAREST` open facts (not raw turns, not expired at `now`)."""
    sessions: Sequence[tuple[str, str | None]] = ()
    """(owner, session_id): the last position and activity."""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionState:
    """Where a session stands."""

    last_position: int = -1
    last_activity: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to an Ask, all from one snapshot."""

    basis: Mapping[str, int] = field(default_factory=dict)
    """Owner -> version; 0 for an owner that has written nothing."""
    items: Mapping[str, MemoryItem] = field(default_factory=dict)
    entities: Sequence[Entity] = ()
    relations: Sequence[Relation] = ()
    near: Sequence[Sequence[tuple[MemoryItem, float]]] = ()
    """For each vector asked: (memory, cosine), best first."""
    sessions: Mapping[tuple[str, str | None], SessionState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which memories `select` lists: every condition must hold."""

    tenant: str
    ids: Mapping[str, str] = field(default_factory=dict)
    """user_id, agent_id, app_id, session_id, org_id: each must be equal."""
    owners: Sequence[str] | None = None
    memory_ids: Sequence[str] | None = None
    derived_from: Sequence[str] | None = None
    """Facts that rest on any of these turns."""
    layers: Sequence[Layer] = LAYERS
    where: Where | None = None
    now: datetime | None = None
    """Memories that are expired at this moment are left out; None keeps them."""
    expired_by: datetime | None = None
    """Only memories that are expired at this moment."""
    superseded: bool = True
    """Whether superseded facts are listed."""
    as_of: datetime | None = None
    """Only what was true at this moment."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question, ready for the store."""

    scope: Scope
    now: datetime
    vector: Floats | None = None
    """None: no vector channel. Compare with `facing(speakers)` rather than with this."""
    addressed: Mapping[str, Floats] = field(default_factory=dict)
    """Key of a name in the question -> the vector of the question with "I" for that name: people say "I" of
    themselves, and what they said is stored in their own words. In the question's order."""
    terms: tuple[str, ...] = ()
    """Distinct index terms of the question; empty: no word channel."""
    names: frozenset[str] = frozenset()
    """Entity keys that the question may name; empty: no entity channel."""
    asked: frozenset[str] = frozenset()
    """Types of the relations that the question asks for; empty: no relation channel."""
    through: frozenset[str] = frozenset()
    """Types that lead from the one who is named, or asks, to the one whom it is about ("my sister's job")."""
    own: bool = False
    """In the first person: it is about the user who asks, whom the speakers of raw turns may be."""
    where: Where | None = None
    layers: frozenset[Layer] = frozenset(LAYERS)
    as_of: datetime | None = None
    show_expired: bool = False
    superseded: bool = False
    """Whether superseded facts are candidates."""
    k: int = 50
    """Seeds a channel (vector, words, entity, relation)."""
    widen: int = 2
    """Turns along NEXT, each way."""
    reach: int = 100
    """The most memories that shared entities may add; 0: no graph."""
    hub: float = 0.02
    """Entities named by more than this share of the visible memories (and by more than 20) are not walked."""

    def facing(self, speakers: Collection[str]) -> Floats | None:
        """The vector to compare memories (and trigger clauses) with, where these entity keys are the speakers of
        all visible raw turns: that of the first name which one of them, or the user who asks, goes by; else the
        plain one."""
        heard = {*speakers, key(self.scope.user_id or "")} - {""}
        for name, vector in self.addressed.items():
            if any(goes_by(speaker, name) for speaker in heard):
                return vector
        return self.vector

    def selves(self, speakers: Collection[str]) -> set[str]:
        """Entity keys of the one who asks, where these are those of the speakers of all visible raw turns; none if
        the question is not in the first person."""
        return {*speakers, key(self.scope.user_id or "")} - {""} if self.own else set()


class EntitySignal(NamedTuple):
    """An entity that candidates name; a tuple, because one answer holds hundreds of them."""

    id: str
    key: str
    name: str
    degree: int
    """How many visible memories of the caller name it (entities of equal key in several owners count together)."""
    named: bool
    """The question names it."""
    concept: bool = False
    """Nothing but a noun chunk: it stays out of the walk."""


@dataclass(slots=True)
class Recall:
    """Candidates as columns (n rows, t query terms), and the edges among them. Missing numbers are 0 or NaN."""

    ids: list[str]
    cosine: Floats
    """(n,) with the question's vector, -1..1."""
    trigger_cosine: Floats
    """(n,) of a pinned memory's trigger clause; 0 where there is none."""
    pin: Ints
    """(n,) 0 none, 1 instruction, 2 preference."""
    tf: Floats
    """(n, t) how often each query term stands in the candidate."""
    length: Floats
    """(n,) number of index terms."""
    next_cosine: Floats
    """(n,) mean of the cosines of the previous and the next turn of the session, a missing one counting 0."""
    window_tf: Floats
    """(n, t) tf summed over the session's turns within 2 of it, itself included."""
    window_length: Floats
    """(n,)"""
    session: Ints
    """(n,) equal numbers are turns of one session; -1 for what NEXT does not join."""
    layer: Ints
    """(n,) index into LAYERS."""
    role: Ints
    """(n,) 0 none, 1 user, 2 assistant, 3 other."""
    speaker: list[str]
    """(n) entity key of the speaker's or subject's name, '' where there is none."""
    question: Bools
    labels: Ints
    event_from: NDArray[np.float64]
    """(n,) epoch seconds, NaN where there is none."""
    event_to: NDArray[np.float64]
    superseded: Bools
    successor: list[str]
    """(n) the memory that took its place, '' where none did."""
    channels: Ints
    """(n,) Channel bits."""
    sources: list[tuple[str, ...]]
    """(n) raw turns that each rests on."""
    document_count: int
    """How many memories the caller can see (N of the idf)."""
    document_frequency: Floats
    """(t,) how many of them hold each query term."""
    mean_length: float
    """Mean number of index terms of a visible memory."""
    entities: list[EntitySignal]
    """Of those that candidates name, the ones that tell something: the question or another visible memory names
    it too, or a candidate is about it (a mention of a weight above 1)."""
    mention_rows: Ints
    """(m,) candidate of each mention; with `mention_entities` and `mention_weights` the MENTIONS edges."""
    mention_entities: Ints
    mention_weights: Floats
    relations: list[tuple[int, str, int, str]]
    """(entity, type, entity, memory id) between entities of the list, as candidates state them."""
    fetch: Callable[[Sequence[str]], list[MemoryItem]]
    """Full items by id, in that order, from the same snapshot; missing ones are left out."""
    tokens: Callable[[Sequence[str]], Sequence[Tokens | None]] = field(default=lambda ids: [None] * len(ids))
    """The token vectors (t, d) of memories by id, in that order: None for what has none, is not visible, or says
    something else by now. Nothing is read before this is called."""


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A part of the graph, whole: every edge's ends are in it."""

    memories: Sequence[MemoryItem] = ()
    entities: Sequence[Entity] = ()
    relations: Sequence[Relation] = ()
    mentions: Sequence[Mention] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that `doctor` found."""

    kind: str
    """orphan_entity, dangling_edge, missing_provenance, vector_size, token_vectors, index, expired, damaged, ..."""
    count: int
    detail: str
    fix: str
    """A command, or 'mended on next ...'."""
    serious: bool = True


class Store(Protocol):
    """What every store does. All calls are thread-safe; every error is of `graphmem.errors`."""

    @property
    def patient(self) -> Store:
        """The same store, whose readers wait as long as its writers: for what a write is computed from."""

    @property
    def label(self) -> str:
        """A short name for people: `sqlite:/path` or `networkx`."""

    def fingerprint(self) -> Fingerprint | None:
        """The embedder that made the vectors; None while nothing is stored."""

    def write(self, changes: Changes) -> Written:
        """Apply all of it or nothing, history included.

        Raises:
            Conflict: an owner moved on since `changes.basis`.
            EmbedderMismatch: the vectors come from another embedder than the store's.
            StoreUnavailable: locked for too long, or no space left.
        """

    def known(self, ask: Ask) -> Known:
        """What is already there, from one snapshot."""

    def recall(self, probes: Sequence[Probe]) -> list[Recall]:
        """For each probe, candidates within the caller's sight and the edges among them."""

    def get(self, tenant: str, ids: Sequence[str]) -> list[MemoryItem]:
        """Memories by id, in that order; expired and superseded ones too; missing ones are left out."""

    def select(self, selection: Selection, page: int = 1, page_size: int | None = 100) -> Page:
        """One page, newest first (created_at, then position, then id, all descending); None: all of it."""

    def recent(self, scope: Scope, n: int) -> list[MemoryItem]:
        """The last n raw turns of the scope's session, oldest first."""

    def history(self, tenant: str, memory_id: str) -> list[Event]:
        """Everything that happened to a memory, oldest first."""

    def log(self, tenant: str, page: int = 1, page_size: int = 100) -> Log:
        """One page of a tenant's events, the last written first."""

    def subgraph(
        self, tenant: str, owners: Sequence[str], *, seeds: Sequence[str] | None = None, hops: int = 1,
        session_id: str | None = None, now: datetime | None = None, memories: bool = True,
    ) -> Subgraph:  # fmt: skip
        """The graph of these owners: all of it, or what lies within `hops` relations (or shared memories) of the
        seed entities (ids). Session notes of other sessions than `session_id` and what is expired at `now` stay
        out, and so do the relations and mentions that rest on them. `memories=False` leaves memories out."""

    def stats(self, tenant: str, now: datetime) -> Stats:
        """Counts of one tenant."""

    def holders(self, tenant: str, now: datetime) -> list[Holder]:
        """Every id of a scope that a memory carries, in any order; those with nothing but expired memories too, since
        what they have is still stored."""

    def check(self, now: datetime) -> list[Problem]:
        """Look for damage: orphans, dangling edges, missing provenance, vectors of a wrong size, index state."""

    def mend(self) -> int:
        """Remove what `check` calls orphaned or dangling and rebuild what is derived; how many rows."""

    def reset(self, tenant: str) -> Receipt:
        """Remove everything of a tenant."""

    def tenants(self) -> list[str]:
        """Every tenant that holds any row that `dump` tells, in order."""

    def dump(self, tenant: str, ids: Mapping[str, str] | None = None) -> Iterator[tuple[str, Any]]:
        """Every row of a tenant, losslessly, as (kind, value), in the order in which another store can be given
        them: ("touch", Touch), ("memory", Record), ("entity", Entity), ("mention", Mention),
        ("relation", Relation), ("link", Link), ("event", Event). All of a kind stand together; a memory's events
        are oldest first. `ids` (as in Selection) narrows to memories with these ids and what hangs on them."""

    def revector(self, fingerprint: Fingerprint, vectors: Iterable[Revector]) -> int:
        """Replace every vector of every tenant, and the stamp, in one transaction; how many memories."""

    def all_texts(self) -> Iterator[tuple[str, MemoryItem]]:
        """(tenant, memory) of every memory of every tenant, for re-embedding."""

    def close(self) -> None:
        """Release files and threads. Closing twice is fine."""
