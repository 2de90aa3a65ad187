"""A picture of a part of the graph: one HTML file that needs nothing else, for people who explore.

The page draws on a canvas with its own small script. Names and texts travel as JSON in a data block and are
shown as text only; a content security policy admits that one script by its digest and no other resource.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
from collections import Counter
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from graphmem.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphmem.store.base import Subgraph
    from graphmem.types import Entity, MemoryItem, Relation

__all__ = ["html_of", "write_html"]

_TYPES = frozenset({"PERSON", "ORG", "PLACE", "WORK", "EVENT", "PRODUCT", "GROUP", "DATE", "CONCEPT"})
_CROWD = 120
"""With more nodes than this, the two commonest kinds start hidden; the legend brings them back."""
_SPACE = 60.0
"""Distance between neighbours in the first layout, in CSS pixels."""


def write_html(subgraph: Subgraph, path: str | Path, title: str = "Memory graph") -> Path:
    """Write the picture of a subgraph; returns where it is.

    Raises StoreUnavailable if the file cannot be written.
    """
    path = Path(path)
    try:
        path.write_text(html_of(subgraph, title), encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreUnavailable(f"cannot write {path}: {error.strerror}; choose another file") from None
    return path


def html_of(subgraph: Subgraph, title: str = "Memory graph") -> str:
    """The page itself."""
    script = _resource("picture.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return Template(_resource("picture.html")).substitute(
        title=html.escape(title), digest=f"sha256-{digest}", script=script, data=_embed(_graph(subgraph))
    )


def _resource(name: str) -> str:
    return resources.files("graphmem").joinpath(name).read_text(encoding="utf-8")


def _embed(value: object) -> str:
    """JSON that no HTML parser can mistake for markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _graph(subgraph: Subgraph) -> dict[str, Any]:
    nodes = [*map(_entity, subgraph.entities), *map(_memory, subgraph.memories)]
    edges = list(_edges(subgraph))
    for node, (x, y) in zip(nodes, _positions([n["id"] for n in nodes], edges), strict=True):
        node["x"], node["y"] = round(x, 1), round(y, 1)
    return {"nodes": nodes, "edges": edges, "hidden": _hidden(nodes)}


def _hidden(nodes: Sequence[dict[str, Any]]) -> list[str]:
    counts = Counter(node["kind"] for node in nodes)
    return [kind for kind in ("CONCEPT", "conversation") if counts[kind] and len(nodes) > _CROWD]


def _entity(entity: Entity) -> dict[str, Any]:
    details = [("type", entity.type), ("also", ", ".join(entity.aliases)), ("owner", entity.owner)]
    kind = entity.type if entity.type in _TYPES else "THING"
    return _node(entity.id, entity.name, kind, details, text=entity.name)


def _memory(item: MemoryItem) -> dict[str, Any]:
    details = [
        ("layer", item.layer),
        ("said by" if item.layer == "conversation" else "about", item.name or item.role or ""),
        ("when", f"{item.valid_from:%d %b %Y %H:%M}"),
        ("until", f"{item.valid_to:%d %b %Y %H:%M}" if item.valid_to else ""),
        ("session", item.session_id or ""),
        ("pinned", item.pin or ""),
        ("id", item.id),
    ]
    node = _node(item.id, item.memory, item.layer, details, text=item.memory)
    return node | {"memory": True, "closed": item.superseded_by is not None}


def _node(id: str, label: str, kind: str, details: list[tuple[str, str]], text: str) -> dict[str, Any]:
    known = [[name, value] for name, value in details if value]
    return {
        "id": id,
        "label": label,
        "kind": kind,
        "text": text,
        "details": known,
        "memory": False,
        "closed": False,
    }


def _edges(subgraph: Subgraph) -> Iterator[dict[str, Any]]:
    for relation in subgraph.relations:
        yield _relation(relation)
    for mention in subgraph.mentions:
        yield _edge(mention.memory_id, mention.entity_id, "MENTIONS", "mention")
    for link in subgraph.links:
        yield _edge(link.source, link.target, link.type, link.type)


def _relation(relation: Relation) -> dict[str, Any]:
    label = relation.type if relation.polarity else f"NOT {relation.type}"
    notes = [
        f"since {relation.valid_from:%d %b %Y}" if relation.valid_from else "",
        f"until {relation.valid_to:%d %b %Y}" if relation.valid_to else "",
    ]
    edge = _edge(relation.subject, relation.object, label, "relation")
    return edge | {"note": ", ".join(filter(None, notes)), "closed": relation.valid_to is not None}


def _edge(source: str, target: str, label: str, kind: str) -> dict[str, Any]:
    return {"source": source, "target": target, "label": label, "kind": kind, "note": "", "closed": False}


def _positions(ids: Sequence[str], edges: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    """A first layout (Fruchterman-Reingold), the same for the same graph; the page settles it."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(ids)
    graph.add_edges_from((edge["source"], edge["target"]) for edge in edges)
    rounds = 50 if len(ids) < 500 else 15
    places = nx.spring_layout(graph, seed=7, iterations=rounds, scale=_SPACE * math.sqrt(max(len(ids), 1)))
    return [(float(places[id][0]), float(places[id][1])) for id in ids]
