"""The graph over HTTP: who is named, what surrounds them, how they are connected, what held when."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from starlette.responses import Response

from graphmem.rest import graph as routes
from graphmem.rest.graph_models import Edges, Entities, Memories, Part, Relations
from tests.rest.test_problems import flat

if TYPE_CHECKING:
    import httpx

    from tests.rest.live import Live

ALEX = {"user_id": "alex"}
ROUTES = [
    ("/graph/entities", {}),
    ("/graph/entities/Ana/neighbours", {}),
    ("/graph/path", {"from": "Ana", "to": "Oslo"}),
    ("/graph/relations", {}),
    ("/graph/timeline", {"entity": "Ana"}),
    ("/graph/export", {}),
]


@pytest.fixture
def told(live: Live, client: httpx.Client) -> httpx.Client:
    said = ["I live in Oslo.", "My sister Ana is a nurse.", "Ana lives in Bergen.", "Ana is married to Bjorn."]
    live.memory().add(said, timestamp="2024-01-01", session_id="s", user_id="alex")
    live.memory().add("Ana moved to Rome.", timestamp="2024-06-01", user_id="alex")
    return client


def got(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(path, params={**ALEX, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def triples(found: Any) -> set[tuple[str, str, str]]:
    return {(one["subject_name"], one["type"], one["object_name"]) for one in found}


def test_entities_most_named_first(told: httpx.Client) -> None:
    found = got(told, "/graph/entities/")
    names = [one["name"] for one in found["results"]]
    assert found["count"] == len(names)
    assert {"alex", "Ana", "Oslo", "Bergen", "Bjorn"} <= set(names)
    assert [one["name"] for one in got(told, "/graph/entities", query="berg")["results"]] == ["Bergen"]
    few = got(told, "/graph/entities", limit=2)
    assert (few["count"], len(few["results"])) == (found["count"], 2)


def test_neighbours_by_name_and_by_id(told: httpx.Client) -> None:
    around = got(told, "/graph/entities/ana/neighbours")
    assert ("Ana", "MARRIED_TO", "Bjorn") in triples(around["relations"])
    assert "Ana is married to Bjorn." in {one["memory"] for one in around["memories"]}
    ids = {one["name"]: one["id"] for one in around["entities"]}
    assert got(told, f"/graph/entities/{ids['Ana']}/neighbours/") == around
    alone = got(told, "/graph/entities/Ana/neighbours", hops=0)
    assert {one["name"] for one in alone["entities"]} == {"Ana"}


def test_a_name_may_hold_a_slash(live: Live, client: httpx.Client) -> None:
    live.memory().add("The TCP/IP protocol is old.", user_id="alex", metadata={"title": "TCP/IP"}, infer=False)
    name = next(one["name"] for one in got(client, "/graph/entities")["results"] if "/" in one["name"])
    found = got(client, "/graph/entities/" + name.replace("/", "%2F") + "/neighbours")
    assert name in {one["name"] for one in found["entities"]}


def test_a_walk(told: httpx.Client) -> None:
    walk = got(told, "/graph/path", **{"from": "alex", "to": "Bjorn"})["results"]
    assert [one["type"] for one in walk] == ["SISTER", "MARRIED_TO"]


def test_relations_at_a_time(told: httpx.Client) -> None:
    homes = [
        [one["object_name"] for one in got(told, "/graph/relations", entity="Ana", type="LIVES_IN", **when)["results"]]
        for when in ({"as_of": "2024-03-01"}, {"as_of": "2023-01-01T00:00:00Z"}, {})
    ]
    assert homes == [["Bergen"], [], ["Rome"]]


def test_a_timeline_holds_what_was_superseded(told: httpx.Client) -> None:
    known = got(told, "/graph/timeline", entity="Ana")["results"]
    said = [one["memory"] for one in known]
    assert said.index("Ana lives in Bergen.") < said.index("Ana moved to Rome.")
    closed = next(one for one in known if one["memory"] == "Ana lives in Bergen.")
    assert closed["replaced_by"] in {one["id"] for one in known}
    layers = {one["layer"] for one in got(told, "/graph/timeline", entity="Ana", turns="true")["results"]}
    assert layers == {"user", "conversation"}


def test_the_whole_graph_in_each_format(told: httpx.Client) -> None:
    whole = got(told, "/graph/export")
    nodes = {one["id"] for one in whole["nodes"]}
    assert all(edge["source"] in nodes and edge["target"] in nodes for edge in whole["edges"])
    assert {"MENTIONS", "NEXT", "DERIVED_FROM", "SUPERSEDES", "SISTER"} <= {edge["type"] for edge in whole["edges"]}
    answer = told.get("/graph/export", params={**ALEX, "format": "graphml"})
    assert answer.headers["content-type"].startswith("application/xml")
    read = nx.read_graphml(io.BytesIO(answer.content))
    assert set(read) == nodes
    assert read.number_of_edges() == len(whole["edges"])
    page = told.get("/graph/export", params={**ALEX, "format": "html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Bergen" in page.text
    assert told.get("/graph/export", params={**ALEX, "format": "pdf"}).status_code == 400


def test_long_answers_are_made_in_the_thread_of_their_route(live: Live, told: httpx.Client) -> None:
    """What a route returns as an object, the event loop makes into text, and all others wait meanwhile."""
    memory = live.memory()
    for model, answer, path, params in (
        (Edges, routes.export(memory, ALEX), "export", {}),
        (Part, routes.neighbours("Ana", memory, ALEX, 1), "entities/Ana/neighbours", {}),
        (Relations, routes.relations(memory, ALEX), "relations", {}),
        (Entities, routes.entities(memory, ALEX, None, 1000), "entities", {}),
        (Memories, routes.timeline(memory, ALEX, "Ana"), "timeline", {"entity": "Ana"}),
    ):
        assert isinstance(answer, Response)
        sent = told.get(f"/graph/{path}", params={**ALEX, **params})
        assert sent.headers["content-type"] == "application/json"
        assert sent.content == answer.body
        assert sent.json() == model.model_validate_json(sent.content).model_dump(mode="json")


def test_graphml_is_well_formed_whatever_was_said(live: Live, client: httpx.Client) -> None:
    live.memory().add("<b>\x08 & \x1f\ufffe\U0001f600", user_id="alex", metadata={"a": [1, {"b": None}]}, infer=False)
    answer = client.get("/graph/export", params={**ALEX, "format": "graphml"})
    assert "\U0001f600" in "".join(ElementTree.fromstring(answer.content).itertext())


def test_a_search_says_why(told: httpx.Client) -> None:
    body = {"query": "Where does Ana live?", **ALEX}
    found = told.post("/graph/search", json=body).json()
    assert "Ana moved to Rome." in {one["memory"] for one in found["results"]}
    assert found["results"][0]["why"]["terms"]["cosine"]
    assert set(found["results"][0]["score_breakdown"]) == {"semantic", "bm25", "entity"}
    assert set(found["timings"]) == {"embed", "recall", "rank", "total"}
    layers = ["user", "session", "org", "conversation"]
    order = [layers.index(one["layer"]) for one in found["results"]]
    assert order == sorted(order)
    then = told.post("/graph/search", json={**body, "as_of": "2024-02-01"}).json()["results"]
    assert "Ana lives in Bergen." in {one["memory"] for one in then}
    assert "Ana moved to Rome." not in {one["memory"] for one in then}
    scored = told.post("/graph/search", json={**body, "order": "score", "explain": False}).json()["results"]
    assert "why" not in scored[0]
    assert [one["score"] for one in scored] == sorted((one["score"] for one in scored), reverse=True)
    by_filter = told.post("/graph/search", json={"query": "Where does Ana live?", "filters": ALEX}).json()
    assert by_filter["results"] == found["results"]


def test_a_caller_sees_what_is_his_beside_the_session_that_he_names(live: Live, client: httpx.Client) -> None:
    live.memory().add("I live in Oslo.", user_id="alex")
    live.memory().add("I am booking a flight to Rome.", user_id="alex", session_id="s")
    body = {"query": "Where do I live?", "user_id": "alex", "run_id": "s", "keywords": "Oslo"}
    found = client.post("/graph/search", json=body).json()["results"]
    assert {one["memory"] for one in found} == {"I live in Oslo."}


def test_the_parts_of_a_score_come_with_an_explanation(told: httpx.Client) -> None:
    body = {"query": "Where does Ana live?", "filters": ALEX, "explain": True}
    hit = told.post("/v3/memories/search/", json=body).json()["results"][0]
    terms = hit["why"]["terms"]
    assert hit["score_breakdown"]["bm25"] == pytest.approx(terms.get("words", 0) + terms.get("window", 0))
    plain = told.post("/v3/memories/search/", json={**body, "explain": False}).json()["results"][0]
    assert "score_breakdown" not in plain


@pytest.mark.parametrize(("path", "params"), ROUTES)
def test_each_route_needs_to_know_who_asks(client: httpx.Client, path: str, params: dict[str, str]) -> None:
    answer = client.get(path, params=params)
    assert answer.status_code == 400
    assert "user_id" in flat(answer)
    assert client.get(path, params={**params, "user_id": " "}).status_code == 400
    assert client.post("/graph/search", json={"query": "x"}).status_code == 400


@pytest.mark.parametrize(("path", "params"), ROUTES)
def test_a_stranger_sees_nothing_of_it(
    told: httpx.Client, stranger: httpx.Client, path: str, params: dict[str, str]
) -> None:
    assert told.get(path, params={**params, **ALEX}).status_code == 200
    answer = stranger.get(path, params={**params, **ALEX})
    assert answer.status_code in (200, 404)
    for word in ("Bergen", "Bjorn", "nurse", "Rome"):
        assert word not in answer.text


def test_what_is_unknown_is_not_found(told: httpx.Client) -> None:
    for path, params in (
        ("/graph/entities/Zoraya/neighbours", {}),
        ("/graph/path", {"from": "Ana", "to": "Zoraya"}),
        ("/graph/relations", {"entity": "Zoraya"}),
        ("/graph/timeline", {"entity": "Zoraya"}),
    ):
        answer = told.get(path, params={**params, **ALEX})
        assert answer.status_code == 404
        assert "Zoraya" in flat(answer)
    assert told.get("/graph/relations", params={"as_of": "yesterday-ish", **ALEX}).status_code == 400
    assert told.get("/graph/entities/Ana/neighbours", params={"hops": 99, **ALEX}).status_code == 400
