"""A part of the graph as JSON, and as GraphML for the programs that read it (Gephi, yEd, igraph, NetworkX)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from graphmem.rest import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphmem.view import View

__all__ = ["as_json", "edges", "graphml", "part"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(parts: Mapping[str, Any]) -> bytes:
    """An object whose lists may be long, as JSON, made one by one: other threads have their turn meanwhile."""
    return b"{" + b",".join(to_json(name) + b":" + _one_by_one(value) for name, value in parts.items()) + b"}"


def _one_by_one(value: Any) -> bytes:
    return b"[" + b",".join(map(to_json, value)) + b"]" if isinstance(value, Sequence) else to_json(value)


def part(view: View) -> dict[str, Any]:
    """Its entities, relations, memories, mentions and links."""
    return {
        "entities": view.entities,
        "relations": view.relations,
        "memories": [translate.item(one) for one in view.memories],
        "mentions": [asdict(one) for one in view.mentions],
        "links": [asdict(one) for one in view.links],
    }


def edges(view: View) -> dict[str, Any]:
    """Its nodes and edges."""
    entities = [{"kind": "entity", "label": one.name, **one.to_dict()} for one in view.entities]
    memories = [{"kind": "memory", "label": one.memory, **translate.item(one)} for one in view.memories]
    joined = [
        {"source": source, "target": target, **data}
        for source, target, data in view.to_networkx().edges(data=True)
    ]  # fmt: skip
    return {"nodes": [*entities, *memories], "edges": joined}


def graphml(view: View) -> str:
    """The same as GraphML; values that it cannot hold are JSON."""
    import networkx as nx

    graph: Any = nx.MultiDiGraph()
    found = edges(view)
    for node in found["nodes"]:
        graph.add_node(node["id"], **_flat(node, "id"))
    for edge in found["edges"]:
        graph.add_edge(edge["source"], edge["target"], **_flat(edge, "source", "target"))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(nx.generate_graphml(graph))


def _flat(data: dict[str, Any], *without: str) -> dict[str, Any]:
    return {name: _plain(value) for name, value in data.items() if value is not None and name not in without}


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return _NOT_XML.sub("\ufffd", text)
