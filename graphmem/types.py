"""The values that cross a boundary: frozen, validated, and readable as Mem0's dictionaries.

Every model here reads both ways: `hit.memory` and `hit["memory"]`. The dictionary face uses Mem0's names,
so `created_at` there is the time of the event; the attribute `created_at` is when the system learned it.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, model_validator

from graphmem import display
from graphmem.errors import InvalidInput
from graphmem.values import Given, Listing, Results, Value

__all__ = [
    "HOLDERS",
    "LAYERS",
    "Change",
    "Entity",
    "Event",
    "Events",
    "Hit",
    "Holder",
    "HolderKind",
    "Layer",
    "Listing",
    "Log",
    "MemoryItem",
    "Message",
    "Page",
    "Pin",
    "Receipt",
    "Relation",
    "Role",
    "Scope",
    "SearchResults",
    "Stats",
    "Why",
    "is_expired",
    "utc",
]

Layer: TypeAlias = Literal["user", "session", "org", "conversation"]
LAYERS: tuple[Layer, ...] = ("user", "session", "org", "conversation")
"""The layers in the order in which a search returns them."""

Role: TypeAlias = Literal["user", "assistant", "system", "tool"]
Pin: TypeAlias = Literal["instruction", "preference"]
Change: TypeAlias = Literal["ADD", "UPDATE", "MERGE", "SUPERSEDE", "DELETE", "NONE"]
HolderKind: TypeAlias = Literal["user", "agent", "app", "session", "org"]
HOLDERS: tuple[HolderKind, ...] = get_args(HolderKind)
"""What a scope names, and so what memories may be kept for."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive time is taken as UTC."""
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


Utc: TypeAlias = Annotated[datetime, AfterValidator(utc)]


class Message(Given):
    """One turn of a conversation."""

    role: Role = "user"
    content: str
    name: str | None = None
    """Who speaks, when known by name."""
    timestamp: Utc | None = None
    """When it was said (event time)."""
    metadata: dict[str, Any] = Field(default_factory=dict)

    @property
    def speaker(self) -> str:
        """The name if there is one, else the role."""
        return self.name or self.role


_NO_SCOPE = "no scope: pass at least one of user_id, agent_id, app_id, session_id (run_id), org_id"


class Scope(Given):
    """Whose memory: at least one id. The tenant is part of every scope."""

    tenant: str = "default"
    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    session_id: str | None = None
    org_id: str | None = None

    @model_validator(mode="after")
    def _some_id(self) -> Scope:
        if not self.ids():
            raise InvalidInput(_NO_SCOPE)
        return self

    def ids(self) -> dict[str, str]:
        """The ids that were given, by name, without the tenant."""
        names = ("user_id", "agent_id", "app_id", "session_id", "org_id")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def owner(self, layer: Layer = "user") -> str:
        """Who owns a memory written here: the organisation in layer `org`, else the user, the
        organisation, the agent, the app, the session, whichever is the first that is named."""
        return _owner(self, layer)

    def owners(self) -> tuple[str, ...]:
        """Every owner whose memory the caller named by these ids may see. An unowned session (one that
        was written without any other id) is seen only by a caller who names nothing else."""
        ids = self.ids()
        kinds = ("user", "org", "agent", "app")
        seen = tuple(f"{kind}:{ids[kind + '_id']}" for kind in kinds if kind + "_id" in ids)
        return seen or (f"session:{self.session_id}",)


def _owner(named: Scope | MemoryItem, layer: Layer) -> str:
    if layer == "org" and named.org_id is None:
        raise InvalidInput("layer 'org' needs an org_id")
    for kind in ("org",) if layer == "org" else ("user", "org", "agent", "app", "session"):
        if (id_ := getattr(named, f"{kind}_id")) is not None:
            return f"{kind}:{id_}"
    raise InvalidInput(_NO_SCOPE)


class MemoryItem(Value):
    """One remembered text in one layer, with scope, time and provenance."""

    _columns = display.MEMORY

    id: str
    memory: str
    layer: Layer
    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    session_id: str | None = None
    org_id: str | None = None
    role: Role | None = None
    name: str | None = None
    """The speaker's name of a raw turn; the subject's name of a fact."""
    position: int | None = None
    """The place of a raw turn in its session, from 0; None for anything that NEXT does not join."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    categories: tuple[str, ...] = ()
    created_at: Utc
    """When the system learned it."""
    updated_at: Utc | None = None
    valid_from: Utc
    """From when it was true in the world: the message's timestamp unless the text says otherwise."""
    valid_to: Utc | None = None
    """Until when it was true; None while it holds."""
    event_from: Utc | None = None
    """Start of the interval that the text speaks of ("last week"), if it names one."""
    event_to: Utc | None = None
    expired_at: Utc | None = None
    """When the system learned that it no longer holds."""
    expires_at: Utc | None = None
    """From this moment it is invisible (TTL, session expiry, expiration date)."""
    ttl: float | None = None
    """Seconds after its session's last activity; set for session notes that follow their session."""
    superseded_by: str | None = None
    sources: tuple[str, ...] = ()
    """Ids of the raw turns it rests on; a raw turn and a verbatim memory rest on themselves."""
    pin: Pin | None = None
    """A standing instruction or preference: always considered."""
    trigger: str | None = None
    """The clause of a pinned memory that says when it applies."""
    hash: str
    """Of the text; empty in a raw turn whose facts are still to be found."""

    @property
    def owner(self) -> str:
        """The owner by the same rule as `Scope.owner`."""
        return _owner(self, self.layer)

    def to_dict(self) -> dict[str, Any]:
        """Mem0's names and meanings: `created_at` is event time, `run_id` is the session."""
        data = self.model_dump(mode="json")
        data["run_id"] = data["session_id"]
        data["recorded_at"] = data["created_at"]
        data["created_at"] = data["valid_from"]
        data["updated_at"] = data["updated_at"] or data["recorded_at"]
        data["expiration_date"] = data["expires_at"]
        return data


class Why(Value):
    """Why a hit is where it is: every term of its score, and how it was found."""

    channels: tuple[str, ...] = ()
    """Which searches brought it: vector, words, entity, relation, pinned, next, source, graph."""
    terms: dict[str, float] = Field(default_factory=dict)
    """The terms whose sum is the raw score; see `graphmem.rank`."""
    path: tuple[str, ...] = ()
    """The walk through the graph that brought it, readable: memory, edge, entity, edge, memory."""
    layer: Layer
    sources: tuple[str, ...] = ()


def is_expired(item: MemoryItem, now: datetime) -> bool:
    """Whether a memory is invisible from this moment on."""
    return item.expires_at is not None and item.expires_at <= now


class Hit(MemoryItem):
    """A memory that answers a query."""

    _columns = display.HIT

    score: float
    """0..1, the same map for every query, layer weight included."""
    why: Why

    def to_dict(self) -> dict[str, Any]:
        """Mem0's names, plus score and why."""
        data = super().to_dict()
        data["why"] = self.why.model_dump(mode="json")
        return data


class SearchResults(Results):
    """The hits of one search, best first in the order asked for."""

    _of = Hit
    _none = "no memory answers that"

    results: tuple[Hit, ...] = ()
    timings: dict[str, float] = Field(default_factory=dict)
    """Milliseconds a stage: embed, recall, rank, total."""


class Page(Results):
    """One page of memories."""

    _of = MemoryItem
    _none = "no memories"

    results: tuple[MemoryItem, ...] = ()
    count: int = 0
    """How many memories match in all."""
    page: int = 1
    page_size: int = 100


class Event(Value):
    """What happened to one memory: a line of `add`'s answer and of `history`."""

    _columns = display.EVENT

    id: str
    """The memory's id."""
    memory: str | None
    """The text after the event; None once the memory was deleted."""
    event: Change
    layer: Layer
    previous: str | None = None
    """The text before an UPDATE."""
    at: Utc
    by: str | None = None
    """The other memory: the newer one for SUPERSEDE, the turn merged in for MERGE."""

    def to_dict(self) -> dict[str, Any]:
        """Mem0's names for history rows beside ours."""
        data = self.model_dump(mode="json")
        data |= {
            "memory_id": self.id,
            "old_memory": self.previous,
            "new_memory": self.memory,
            "created_at": data["at"],
        }
        return data


class Events(Results):
    """The answer of `add`: events of facts first, then of raw turns."""

    _of = Event
    _none = "nothing to remember in that"

    results: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()
    """What went wrong or was left out when the messages were read; all of them are stored nonetheless."""

    def to_dict(self) -> dict[str, Any]:
        """`{"results": [...]}`, with `notes` only if there are any."""
        data = super().to_dict()
        return data if self.notes else {"results": data["results"]}

    def _repr_html_(self) -> str:
        return super()._repr_html_() + display.remarks(self.notes)


class Log(Results):
    """One page of everything that happened to any memory, newest first."""

    _of = Event
    _none = "nothing happened yet"

    results: tuple[Event, ...] = ()
    count: int = 0
    """How many events there are in all."""
    page: int = 1
    page_size: int = 100


class Holder(Value):
    """A user, agent, app, session or organisation that memories are kept for."""

    _columns = display.HOLDER

    kind: HolderKind
    id: str
    memories: int
    """How many memories carry this id, expired ones apart."""
    created_at: Utc
    """When the system learned the first of those that are stored."""
    updated_at: Utc
    """When one of them was last written."""


class Entity(Value):
    """A person, place, organisation, thing or concept that memories name."""

    _columns = display.ENTITY

    id: str
    owner: str
    name: str
    key: str
    """The folded name that identifies it within its owner."""
    type: str = "THING"
    """PERSON, PLACE, ORG, WORK, EVENT, CONCEPT, ...: a hint, never part of the identity."""
    aliases: tuple[str, ...] = ()
    """Other keys under which it was named."""
    mentions: int = 0
    """How many memories name it."""


class Relation(Value):
    """subject -type-> object, with the memory that says so."""

    _columns = display.RELATION

    id: str
    subject: str
    """Entity id."""
    type: str
    object: str
    memory_id: str
    subject_name: str = ""
    object_name: str = ""
    confidence: float = Field(default=1.0, ge=0, le=1)
    polarity: bool = True
    """False for "does not"."""
    valid_from: Utc | None = None
    valid_to: Utc | None = None


class Receipt(Value):
    """What a deletion removed, counted by the store."""

    memories: int = 0
    vectors: int = 0
    entities: int = 0
    relations: int = 0
    mentions: int = 0
    history: int = 0
    """Events whose words were blanked."""
    ids: tuple[str, ...] = ()
    """The memories that are gone, cascaded ones included."""
    sources: tuple[str, ...] = ()
    """Raw turns that the deleted facts rested on and that were kept."""


class Stats(Value):
    """Counts of one tenant."""

    memories: int = 0
    layers: dict[str, int] = Field(default_factory=dict)
    entities: int = 0
    relations: int = 0
    mentions: int = 0
    owners: int = 0
    sessions: int = 0
    superseded: int = 0
    expired: int = 0
    embedder: str | None = None
    store: str = ""
    bytes: int | None = None
    """Size on disk, where there is one."""
