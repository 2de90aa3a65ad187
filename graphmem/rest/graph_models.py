"""What the routes of the graph take and answer."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from graphmem.rest.models import Search
from graphmem.types import Entity, Relation

__all__ = ["Edges", "Entities", "Format", "Found", "GraphSearch", "Memories", "Part", "Relations"]

Format: TypeAlias = Literal["json", "graphml", "html"]
_MEMORY: dict[str, Any] = {
    "id": "5f0c3f1e-6c1e-5b0a-9d55-2a7f6a1b8c11", "memory": "Ana lives in Bergen.", "layer": "user", "user_id": "alex",
    "run_id": None, "categories": ["personal_details"], "created_at": "2024-01-01T00:00:00Z", "valid_to": None,
    "superseded_by": None, "sources": ["0d9e7c5a-1c0b-5e57-8e1b-5f6c1d2e3a4b"],
}  # fmt: skip
_RELATION: dict[str, Any] = {
    "id": "r1", "subject": "e1", "type": "LIVES_IN", "object": "e2", "memory_id": _MEMORY["id"], "subject_name": "Ana",
    "object_name": "Bergen", "confidence": 0.9, "polarity": True, "valid_from": "2024-01-01T00:00:00Z",
    "valid_to": None,
}  # fmt: skip
_ENTITY: dict[str, Any] = {
    "id": "e1", "owner": "user:alex", "name": "Ana", "key": "ana", "type": "PERSON", "aliases": [], "mentions": 4,
}  # fmt: skip


def _example(**value: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class Entities(BaseModel):
    """Entities, most named first."""

    model_config = _example(count=1, results=[_ENTITY])

    count: int = Field(description="How many there are, whatever the limit")
    results: list[Entity]


class Relations(BaseModel):
    """Typed relations between entities, each with the memory that says so."""

    model_config = _example(results=[_RELATION])

    results: list[Relation]


class Memories(BaseModel):
    """Memories under Mem0's names."""

    model_config = _example(results=[_MEMORY])

    results: list[dict[str, Any]]


class Found(Memories):
    """Hits with their score, and why each of them is one."""

    model_config = _example(
        results=[{
            **_MEMORY, "score": 0.83, "score_breakdown": {"semantic": 5.1, "bm25": 3.4, "entity": 0.0},
            "why": {"channels": ["vector", "words"], "terms": {"cosine": 3.1, "words": 1.2, "next": 2.0, "window": 2.2},
                    "path": [], "layer": "user", "sources": _MEMORY["sources"]},
        }],
        timings={"embed": 6.1, "recall": 2.4, "rank": 0.8, "total": 9.3},
    )  # fmt: skip

    timings: dict[str, float] = Field(description="Milliseconds a stage")


class Part(BaseModel):
    """A part of the graph, whole: the ends of every edge are in it."""

    model_config = _example(
        entities=[_ENTITY], relations=[_RELATION], memories=[_MEMORY],
        mentions=[{"memory_id": _MEMORY["id"], "entity_id": "e1", "weight": 1.0, "surface": "Ana"}],
        links=[{"type": "DERIVED_FROM", "source": _MEMORY["id"], "target": _MEMORY["sources"][0]}],
    )  # fmt: skip

    entities: list[Entity]
    relations: list[Relation]
    memories: list[dict[str, Any]]
    mentions: list[dict[str, Any]] = Field(description="memory -MENTIONS-> entity")
    links: list[dict[str, Any]] = Field(description="memory -DERIVED_FROM or SUPERSEDES-> memory")


class Edges(BaseModel):
    """Nodes and edges, as programs that draw or count graphs want them."""

    model_config = _example(
        nodes=[{"kind": "entity", "label": "Ana", **_ENTITY}, {"kind": "memory", "label": "...", **_MEMORY}],
        edges=[{"source": _MEMORY["id"], "target": "e1", "type": "MENTIONS", "weight": 1.0}],
    )  # fmt: skip

    nodes: list[dict[str, Any]] = Field(description="`kind` is entity or memory")
    edges: list[dict[str, Any]] = Field(description="`type`: MENTIONS, DERIVED_FROM, SUPERSEDES, NEXT, or a relation's")


class GraphSearch(Search):
    """A question, and who asks it: ids may stand in `filters` or beside them."""

    order: Literal["layer", "score"] = Field("layer", description="layer: user, session, org, conversation; then score")
    explain: bool = Field(True, description="Every term of the score, and the path through the graph")
