"""A part of the graph as people get it: a picture in a notebook, tables of its parts, a NetworkX graph."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphmem import graph, picture
from graphmem.store.base import Subgraph
from graphmem.types import Entity, Listing, MemoryItem, Relation

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["View"]

_MOST_NODES = 300
"""A larger graph is shown by its counts and relations alone."""
_MOST_LETTERS = 250_000
"""Of a picture that goes into a notebook, whose file holds it."""
_HEIGHT = 480


@dataclass(frozen=True, slots=True)
class View(Subgraph):
    """A part of the graph, whole: every edge's ends are in it."""

    memories: Listing[MemoryItem] = field(default_factory=lambda: Listing(MemoryItem))
    entities: Listing[Entity] = field(default_factory=lambda: Listing(Entity))
    relations: Listing[Relation] = field(default_factory=lambda: Listing(Relation))

    @classmethod
    def of(cls, found: Subgraph) -> Self:
        """What a store found, as people get it."""
        return cls(
            memories=Listing(MemoryItem, found.memories),
            entities=Listing(Entity, found.entities),
            relations=Listing(Relation, found.relations),
            mentions=found.mentions,
            links=found.links,
        )

    def to_networkx(self) -> Any:
        """A `networkx.MultiDiGraph`: entity and memory nodes (attribute `kind`), edges keyed by their type."""
        return graph.to_networkx(self)

    def _repr_html_(self) -> str:
        counts = f"{_many(self.entities, 'entity', 'entities')}, {_many(self.relations, 'relation', 'relations')}, "
        counts += _many(self.memories, "memory", "memories")
        return f"<p>{counts}</p>{self._picture()}{self._relations()}"

    def _picture(self) -> str:
        if not 0 < len(self.memories) + len(self.entities) <= _MOST_NODES:
            return ""
        page = html.escape(picture.html_of(self))
        if len(page) > _MOST_LETTERS:
            return ""
        frame = f"width:100%;height:{_HEIGHT}px;border:1px solid;border-radius:8px"
        return f'<iframe sandbox="allow-scripts" style="{frame}" srcdoc="{page}"></iframe>'

    def _relations(self) -> str:
        if not self.relations:
            return ""
        return f"<details><summary>the relations</summary>{self.relations._repr_html_()}</details>"


def _many(found: Any, one: str, many: str) -> str:
    return f"{len(found):,} {one if len(found) == 1 else many}"
