"""The work: what invented people said, as the engine lays it out, ready to be written to any store.

Each person's chat goes through `add` into a store in RAM; what that store then tells is handed on in large writes.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.speed.grammar import GrammarExtractor, chat
from benchmarks.speed.vocabulary import KINDS
from graphmem import Settings
from graphmem.embed.hashing import HashingEmbedder
from graphmem.extract.base import RelationDraft
from graphmem.store.base import Changes, Fingerprint
from graphmem.store.networkx import NetworkXStore
from graphmem.transfer import FIELDS
from graphmem.types import Scope
from graphmem.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from graphmem.embed.base import Vectors
    from graphmem.extract.base import Context, Drafts
    from graphmem.types import Message

__all__ = ["DIM", "DenseEmbedder", "RelatingExtractor", "batches", "user_name"]

DIM = 384  # the length of the default model's vectors

_TYPES = {
    "work at": "WORKS_AT",
    "works at": "WORKS_AT",
    "moved to": "MOVED_TO",
    "went to": "VISITED",
    "love": "LOVES",
    "allergic to": "ALLERGIC_TO",
    "prefer": "PREFERS",
    "been doing": "DOES",
    "cooked": "COOKED",
}
_STATED = re.compile(rf"\b(\w+) (?:am |have )?({'|'.join(_TYPES)}) ({'|'.join(map(re.escape, KINDS))})\b")


class DenseEmbedder:
    """Feature hashing turned by a fixed rotation: the angles between texts stay, and no number of a vector is 0, as
    in those of a model. `seconds` sums up what encoding took."""

    name, dim = f"hashing-{DIM}-dense", DIM

    def __init__(self) -> None:
        self._hashing = HashingEmbedder(DIM)
        self._rotation = np.linalg.qr(np.random.default_rng(17).standard_normal((DIM, DIM)))[0].astype(np.float32)
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts to unit vectors (n, dim) of float32."""
        start = time.perf_counter()
        vectors: Vectors = self._hashing.encode(texts) @ self._rotation
        self.seconds += time.perf_counter() - start
        return vectors


class RelatingExtractor(GrammarExtractor):
    """Reads not only who works where, but also who visits, loves, prefers, ... what."""

    def extract(self, messages: Sequence[Message], context: Context) -> Drafts:
        """Draft what the grammar's extractor does, with all these relations."""
        drafts = super().extract(messages, context)
        return replace(drafts, relations=[one for n, message in enumerate(messages) for one in _stated(n, message)])


def _stated(turn: int, message: Message) -> Iterator[RelationDraft]:
    for number, text in enumerate(re.split(r"(?<=[.!?]) ", message.content)):
        for who, how, what in _STATED.findall(text):
            subject = message.speaker if who in ("I", "We") else who
            yield RelationDraft(turn, number, subject, _TYPES[how], what, 0.9, typed=True)


def batches(memories: int, users: int, size: int, tenant: str = "default") -> Iterator[Changes]:
    """That many memories (give or take two), evenly over the users, in writes of about `size` memories."""
    rows: list[tuple[str, Any]] = []
    for user, graph in enumerate(_graphs(memories, users, tenant)):
        rows += graph
        if user == users - 1 or sum(kind == "memory" for kind, _ in rows) >= size:
            yield _changes(rows, tenant)
            rows = []


def user_name(user: int) -> str:
    """The id of a user."""
    return f"user-{user}"


def _graphs(memories: int, users: int, tenant: str) -> Iterator[list[tuple[str, Any]]]:
    """Every row of each user's graph."""
    embedder, extractor, done = DenseEmbedder(), RelatingExtractor(), 0
    for user in range(users):
        store = NetworkXStore()
        writer = Writer(tenant, store, embedder, extractor, Settings())
        done += _fill(writer, tenant, user, memories * (user + 1) // users - done)
        yield list(store.dump(tenant))


def _fill(writer: Writer, tenant: str, user: int, wanted: int) -> int:
    """Add what a user says until that many memories are there; how many there are."""
    count = 0
    for number, session in enumerate(chat(user, max(wanted, 0))):
        scope = Scope(tenant=tenant, user_id=user_name(user), session_id=str(number))
        while session and count < wanted:
            # A message makes at most three memories, so a third of what is wanted does not go beyond it.
            some = max(1, (wanted - count) // 3)
            count += _add(writer, session[:some], scope)
            session = session[some:]
    return count


def _add(writer: Writer, messages: Sequence[Message], scope: Scope) -> int:
    """How many memories these messages made."""
    given: Any = {"layer": None, "categories": ("talk",), "expires_at": None, "ttl": None, "infer": True, "defer": None}
    events = writer.add(messages, scope, **given)
    return sum(event.event == "ADD" for event in events)


def _changes(rows: Iterable[tuple[str, Any]], tenant: str) -> Changes:
    parts: dict[str, Any] = {field: [] for field in FIELDS.values()}
    for kind, row in rows:
        parts[FIELDS[kind]].append(row)
    return Changes(tenant, Fingerprint(DenseEmbedder.name, DIM), **parts)
