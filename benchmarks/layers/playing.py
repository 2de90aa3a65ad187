"""Playing the stories through the public API, with a clock of their own: one store, every question in every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from benchmarks.layers.judging import DEPTH, Found, judge
from benchmarks.layers.stories import UNIT, Ask, Forget, Purge, Rewrite, Say
from graphmem import Memory, Settings
from graphmem.errors import NotFound
from graphmem.ids import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.layers.judging import Verdict
    from benchmarks.layers.stories import Person
    from graphmem.embed.base import Embedder
    from graphmem.rank import Order
    from graphmem.weights import Retrieval

__all__ = ["Row", "play"]

_TENANT = "layers benchmark"


@dataclass(frozen=True, slots=True)
class Row:
    """One way to search that is compared."""

    retrieval: Retrieval
    order: Order = "score"


@dataclass(slots=True)
class _Clock:
    now: datetime = datetime(2025, 1, 1, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class _Stage:
    """One store with the tenants of the stories; what was written there is known by its keys."""

    store: Memory
    clock: _Clock
    rows: Mapping[str, Row]
    tenants: dict[tuple[str, str], Memory] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    """Memory id -> key."""
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)

    def memory(self, api_key: str, row: str = "") -> Memory:
        """The memory of a key, which is empty at first, under a row's settings."""
        if (api_key, row) not in self.tenants:
            retrieval = self.rows[row].retrieval if row else self.store.settings.retrieval
            settings = Settings(clock=self.clock, retrieval=retrieval)
            tenant = tenant_of(f"{_TENANT} {api_key}")
            self.tenants[api_key, row] = self.store.for_tenant(tenant, settings=settings)
            if not row:
                self.tenants[api_key, row].reset()
        return self.tenants[api_key, row]

    def play(self, person: Person) -> None:
        for step in person.steps:
            self.clock.now = step.at
            memory = self.memory(step.api_key)
            if isinstance(step, Say):
                self._say(memory, step)
            elif isinstance(step, Forget):
                self._forget(memory, step)
            elif isinstance(step, Rewrite):
                for id, key in self.units.items():
                    if key in step.texts:
                        memory.update(id, step.texts[key])
            elif isinstance(step, Purge):
                memory.purge()
            elif isinstance(step, Ask):
                self._ask(person, step)

    def _say(self, memory: Memory, step: Say) -> None:
        for event in memory.add(list(step.messages), **step.options):
            item = memory.get(event.id)
            self.units.setdefault(item.id, str(item.metadata[UNIT]))

    def _forget(self, memory: Memory, step: Forget) -> None:
        if step.scope:
            memory.delete_all(**step.scope)  # type: ignore[arg-type]
        for id in [id for id, key in self.units.items() if key in step.keys]:
            try:
                memory.delete(id, sources=True)
            except NotFound:
                continue  # it went with its turn

    def _ask(self, person: Person, step: Ask) -> None:
        for name, row in self.rows.items():
            memory = self.memory(step.api_key, name)
            hits = memory.search(step.text, top_k=DEPTH, order=row.order, **step.options)
            found = [Found(hit, frozenset(self.units[id] for id in hit.sources)) for hit in hits]
            self.verdicts.setdefault(name, []).append(judge(step, person.half, found))


def play(people: Sequence[Person], rows: Mapping[str, Row], url: str, embedder: Embedder) -> dict[str, list[Verdict]]:
    """Every question of these stories under every row; the tenants of the stories are emptied first."""
    clock = _Clock()
    with Memory(url, embedder=embedder, settings=Settings(clock=clock)) as store:
        stage = _Stage(store, clock, rows)
        for person in people:
            stage.play(person)
    return stage.verdicts
