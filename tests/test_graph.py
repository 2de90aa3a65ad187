"""The graph: entities, relations, neighbours, paths and the NetworkX view of what a caller may see."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from graphmem.errors import NotFound

if TYPE_CHECKING:
    from graphmem import Memory
    from graphmem.store.base import Subgraph

ALEX: dict[str, Any] = {"user_id": "alex"}
NOTE = "Book me a flight to Rome on Friday with Luigi."


@pytest.fixture
def told(memory: Memory) -> Memory:
    memory.add(
        [
            "I live in Oslo.",
            "I work at Acme.",
            "My sister Ana is a nurse.",
            "Ana lives in Bergen.",
            "Ana is married to Bjorn.",
            "Bjorn works at Fjordline.",
        ],
        timestamp="2024-01-01",
        session_id="s1",
        **ALEX,
    )
    return memory


def triples(graph: Subgraph) -> set[tuple[str, str, str]]:
    return {(r.subject_name, r.type, r.object_name) for r in graph.relations}


def test_entities_are_counted_and_the_most_named_come_first(told: Memory) -> None:
    entities = told.entities(**ALEX)
    names = [entity.name for entity in entities]
    assert {"alex", "Oslo", "Acme", "Ana", "Bergen", "Bjorn", "Fjordline"} <= set(names)
    assert len(names) == len(set(names))
    counted = [entity.mentions for entity in entities]
    assert counted == sorted(counted, reverse=True)
    types = {entity.name: entity.type for entity in entities}
    assert (types["Ana"], types["Oslo"], types["Fjordline"]) == ("PERSON", "PLACE", "ORG")


def test_entities_like_a_name(told: Memory) -> None:
    assert [entity.name for entity in told.entities("berg", **ALEX)] == ["Bergen"]
    assert [entity.name for entity in told.entities("BJÖRN", **ALEX)] == ["Bjorn"]
    assert told.entities("nobody", **ALEX) == []
    assert told.entities("!!!", **ALEX) == []
    assert told.entities(user_id="sam") == []


def test_relations_of_one_entity_and_of_one_type(told: Memory) -> None:
    assert {r.type for r in told.relations("Ana", **ALEX)} >= {"SISTER", "JOB_IS", "LIVES_IN", "MARRIED_TO"}
    assert {r.object_name for r in told.relations(type="LIVES_IN", **ALEX)} == {"Oslo", "Bergen"}
    assert [r.object_name for r in told.relations("ana", type="LIVES_IN", **ALEX)] == ["Bergen"]
    assert told.relations(type="EATS", **ALEX) == []
    sure = [r.confidence for r in told.relations(**ALEX)]
    assert sure == sorted(sure, reverse=True)


def test_relations_as_of(told: Memory) -> None:
    told.add("Ana moved to Rome.", timestamp="2024-06-01", **ALEX)
    homes = [
        [r.object_name for r in told.relations("Ana", type="LIVES_IN", as_of=when, **ALEX)]
        for when in ("2023-06-01", "2024-03-01", "2024-06-01", None)
    ]
    assert homes == [[], ["Bergen"], ["Rome"], ["Rome"]]


def test_a_relation_names_the_memory_that_says_so(told: Memory) -> None:
    relation = told.relations("Bjorn", type="WORKS_AT", **ALEX)[0]
    assert told.get(relation.memory_id).memory == "Bjorn works at Fjordline."


def test_neighbours_grow_with_the_hops(told: Memory) -> None:
    names = [{e.name for e in told.neighbours("Ana", hops=hops, **ALEX).entities} for hops in range(4)]
    assert names[0] == {"Ana"}
    assert {"Bergen", "Bjorn", "alex"} <= names[1]
    assert "Fjordline" not in names[1]
    assert "Fjordline" in names[2]
    assert all(few <= more for few, more in pairwise(names))
    around = told.neighbours("Bergen", **ALEX)
    assert ("Ana", "LIVES_IN", "Bergen") in triples(around)
    assert "Ana lives in Bergen." in {item.memory for item in around.memories}
    ends = {r.subject for r in around.relations} | {r.object for r in around.relations}
    assert ends <= {e.id for e in around.entities}


def test_what_is_known_of_an_entity_in_the_order_of_time(told: Memory) -> None:
    told.add("Ana moved to Rome.", timestamp="2024-06-01", **ALEX)
    told.add("Ana lived in Paris in 2019.", timestamp="2024-07-01", **ALEX)
    known = told.timeline("ana", **ALEX)
    moments = [item.valid_from for item in known]
    assert moments == sorted(moments)
    said = [item.memory for item in known]
    assert said.index("Ana lives in Bergen.") < said.index("Ana moved to Rome.")
    assert next(item for item in known if item.memory == "Ana lives in Bergen.").superseded_by
    assert {item.layer for item in known} == {"user"}
    assert {item.layer for item in told.timeline("ana", layers=None, **ALEX)} == {"user", "conversation"}
    with pytest.raises(NotFound, match="Xyz"):
        told.timeline("Xyz", **ALEX)


def test_a_walk_from_one_to_another(told: Memory) -> None:
    walk = told.path("alex", "Fjordline", **ALEX)
    assert [r.type for r in walk] == ["SISTER", "MARRIED_TO", "WORKS_AT"]
    assert told.path("Fjordline", "alex", **ALEX) == walk[::-1]
    assert told.path("Ana", "ana", **ALEX) == []


def test_a_walk_over_a_memory_that_names_both(memory: Memory) -> None:
    memory.add("Rome and Paris, Paris and Rome!", **ALEX)
    assert [r.type for r in memory.path("Rome", "Paris", **ALEX)] == ["MENTIONED_WITH"]


def test_no_walk_between_strangers(told: Memory) -> None:
    told.add("Zoraya met Quentin in Lima.", org_id="o")
    with pytest.raises(NotFound, match="no path"):
        told.path("Ana", "Lima", org_id="o", **ALEX)


def test_an_unknown_name_gets_a_hint(told: Memory) -> None:
    with pytest.raises(NotFound, match="did you mean Bergen"):
        told.neighbours("Berg", **ALEX)
    with pytest.raises(NotFound, match="Xyz"):
        told.path("Ana", "Xyz", **ALEX)


def test_entities_of_equal_name_in_two_owners_are_one_on_a_walk(memory: Memory) -> None:
    memory.add("I work at Acme.", **ALEX)
    memory.add("Acme is located in Oslo.", layer="org", org_id="o", infer=False)
    walk = memory.path("alex", "Oslo", org_id="o", **ALEX)
    assert [r.type for r in walk][:1] == ["WORKS_AT"]
    assert len(walk) == 2
    with pytest.raises(NotFound):
        memory.path("alex", "Oslo", **ALEX)


def test_the_networkx_view_is_whole(told: Memory) -> None:
    view = told.to_networkx(**ALEX)
    assert isinstance(view, nx.MultiDiGraph)
    kinds = nx.get_node_attributes(view, "kind")
    assert set(kinds) == set(view)
    assert set(kinds.values()) == {"entity", "memory"}
    types = {data["type"] for *_, data in view.edges(data=True)}
    assert {"MENTIONS", "NEXT", "DERIVED_FROM", "LIVES_IN", "WORKS_AT"} <= types
    labels = nx.get_node_attributes(view, "label")
    edges = {(labels[a], data["type"], labels[b]) for a, b, data in view.edges(data=True)}
    assert ("alex", "LIVES_IN", "Oslo") in edges
    assert ("I live in Oslo.", "NEXT", "I work at Acme.") in edges
    assert ("I live in Oslo.", "DERIVED_FROM", "I live in Oslo.") in edges
    assert ("I live in Oslo.", "MENTIONS", "Oslo") in edges


def test_supersession_is_an_edge(told: Memory) -> None:
    told.add("I moved to Bergen.", timestamp="2024-06-01", **ALEX)
    view = told.to_networkx(**ALEX)
    labels = nx.get_node_attributes(view, "label")
    edges = {(labels[a], labels[b]) for a, b, data in view.edges(data=True) if data["type"] == "SUPERSEDES"}
    assert edges == {("I moved to Bergen.", "I live in Oslo.")}


def test_another_sessions_notes_are_not_in_the_graph(memory: Memory) -> None:
    memory.add(NOTE, session_id="s1", layer="session", infer=False, **ALEX)
    assert {"Rome"} <= {entity.name for entity in memory.entities(session_id="s1", **ALEX)}
    elsewhere: list[dict[str, Any]] = [{"session_id": "s2"}, {}]
    for scope in elsewhere:
        assert memory.entities(**scope, **ALEX) == []
        assert len(memory.to_networkx(**scope, **ALEX)) == 0
        with pytest.raises(NotFound):
            memory.neighbours("Rome", **scope, **ALEX)
