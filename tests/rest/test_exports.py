"""Exports over HTTP: a schema filled with what is stored, by names, and with nothing else."""

from __future__ import annotations

import json as text
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.rest.sweeping import sweep
from tests.rest.asks import added, json, refused

if TYPE_CHECKING:
    import httpx

    from tests.rest.live import Live

ALEX = {"user_id": "alex"}
STRING: dict[str, Any] = {"type": "string"}
LIST: dict[str, Any] = {"type": "array", "items": STRING}
FOOD = {"properties": {"food": LIST}}


def note(client: httpx.Client, words: str, categories: list[str], **more: Any) -> str:
    """Keep one memory as it is; its id."""
    given = {"infer": False, "categories": categories, **ALEX, **more}
    return str(added(client, words, **given)[0]["id"])


def exported(client: httpx.Client, properties: dict[str, Any], **more: Any) -> Any:
    """What an export of a schema with these properties holds."""
    body = {"schema": {"type": "object", "properties": properties, **more}, "filters": ALEX}
    made = json(client.post("/v1/exports/", json=body), 201)
    assert made["message"]
    return json(client.post("/v1/exports/get/", json={"memory_export_id": made["id"]}))


@pytest.fixture
def known(client: httpx.Client) -> httpx.Client:
    """Five memories of Alex, and one of somebody else."""
    note(client, "I am Alex Berg.", ["personal_details"], timestamp=1, metadata={"full_name": "Alex Berg", "age": 41})
    note(client, "I work as a nurse.", ["professional_details"], timestamp=2)
    note(client, "I like sushi.", ["food", "user_preferences"], timestamp=3)
    note(client, "I am allergic to nuts.", ["health", "food"], timestamp=4)
    note(client, "My hotel should have a pool.", ["travel"], timestamp=5, metadata={"full-name": "A. Berg"})
    note(client, "I like pizza.", ["food"], user_id="bob")
    return client


# ---------------------------------------------------------------- what is filled in


def test_lists_hold_the_memories_that_fit_their_name(known: httpx.Client) -> None:
    found = exported(known, {"food": LIST, "travelPlans": LIST, "memories": LIST, "sports": LIST})
    assert found == {
        "food": ["I am allergic to nuts.", "I like sushi."],
        "travelPlans": ["My hotel should have a pool."],
        "memories": [
            "My hotel should have a pool.", "I am allergic to nuts.", "I like sushi.", "I work as a nurse.",
            "I am Alex Berg.",
        ],
        "sports": [],
    }  # fmt: skip


def test_a_field_is_metadata_of_its_name_or_the_latest_memory_that_fits_best(known: httpx.Client) -> None:
    found = exported(
        known,
        {
            "fullName": STRING, "food": STRING, "hotel": STRING, "nickname": STRING,
            "professionalRole": {"anyOf": [STRING, {"type": "null"}], "default": None},
        },
    )  # fmt: skip
    assert found == {
        "fullName": "A. Berg",
        "food": "I am allergic to nuts.",
        "hotel": "My hotel should have a pool.",
        "nickname": None,
        "professionalRole": "I work as a nurse.",
    }


def test_what_is_no_text_comes_from_metadata_or_is_left_open(known: httpx.Client) -> None:
    found = exported(
        known,
        {
            "age": {"type": "integer"}, "food": {"type": "integer"}, "travel": {"type": "boolean", "default": False},
            "health": {"type": "string", "enum": ["good", "bad"]}, "birthday": {"type": "string", "format": "date"},
            "scores": {"type": "array", "items": {"type": "number"}},
        },
    )  # fmt: skip
    assert found == {"age": 41, "food": None, "travel": False, "health": None, "birthday": None, "scores": []}


def test_rows_are_memories_under_the_names_of_their_fields(known: httpx.Client) -> None:
    row = {
        "properties": {
            "content": STRING, "tags": LIST, "userId": STRING, "createdAt": STRING, "price": {"type": "number"},
            "full_name": STRING,
        }
    }  # fmt: skip
    shape = {"travel": {"type": "array", "items": {"$ref": "#/$defs/Row"}}}
    found = exported(known, shape, **{"$defs": {"Row": row}})
    assert found["travel"] == [
        {
            "content": "My hotel should have a pool.", "tags": ["travel"], "userId": "alex", "price": None,
            "createdAt": "1970-01-01T00:00:05Z", "full_name": "A. Berg",
        }
    ]  # fmt: skip
    empty = {"food": {"type": "array", "items": {"properties": {"price": {"type": "number"}}}}}
    assert exported(known, empty) == {"food": []}


def test_objects_nest_and_a_schema_that_names_itself_ends(known: httpx.Client) -> None:
    person = {"properties": {"work": {"properties": {"nurse": STRING}}, "friend": {"$ref": "#/$defs/Person"}}}
    found = exported(known, {"person": {"$ref": "#/$defs/Person"}}, **{"$defs": {"Person": person}})
    assert found["person"]["work"] == {"nurse": "I work as a nurse."}
    assert found["person"]["friend"]["friend"]["work"] == {"nurse": "I work as a nurse."}


def test_facts_are_told_rather_than_turns_and_what_holds_rather_than_what_held(client: httpx.Client) -> None:
    added(client, "I live in Oslo.", **ALEX, timestamp=1_700_000_000)
    added(client, "I live in Bergen.", **ALEX, timestamp=1_750_000_000)
    assert exported(client, {"facts": LIST}) == {"facts": ["I live in Bergen."]}
    for fact in json(client.post("/v3/memories/", json={"filters": ALEX}))["results"]:
        if fact["layer"] != "conversation":
            json(client.delete(f"/v1/memories/{fact['id']}/"))
    assert "I live in Bergen." in exported(client, {"facts": LIST})["facts"]


# ---------------------------------------------------------------- which export


def test_the_latest_export_of_the_same_filters_is_found(known: httpx.Client) -> None:
    ways: list[dict[str, Any]] = [ALEX, {"filters": ALEX}, {"filters": {"AND": [ALEX]}}]
    for way in ways:
        json(known.post("/v1/exports/", json={"schema": FOOD, **way}), 201)
        json(known.post("/v1/exports/", json={"schema": text.dumps({"properties": {"travel": LIST}}), **way}), 201)
        for ask in ways:
            found = json(known.post("/v1/exports/get/", json=ask))
            assert found == {"travel": ["My hotel should have a pool."]}
    body = {"schema": FOOD, "filters": {"AND": [ALEX, {"categories": {"contains": "health"}}]}}
    made = json(known.post("/v1/exports", json=body), 201)
    assert json(known.post("/v1/exports/get", json={"memory_export_id": made["id"]})) == {
        "food": ["I am allergic to nuts."]
    }
    refused(known.post("/v1/exports/get/", json={"user_id": "bob"}), 404)


def test_what_is_deleted_is_in_no_export_made_before(live: Live, client: httpx.Client) -> None:
    memory_id = note(client, "I like Zanzibar.", ["food"])
    made = json(client.post("/v1/exports/", json={"schema": FOOD, **ALEX}), 201)
    ask = {"memory_export_id": made["id"]}
    assert json(client.post("/v1/exports/get/", json=ask)) == {"food": ["I like Zanzibar."]}
    live.services.control.run("organisations", id=None)
    folder = live.services.control.path.parent
    assert not any(b"Zanzibar" in file.read_bytes() for file in folder.glob("server.db*"))
    json(client.delete(f"/v1/memories/{memory_id}/"))
    assert json(client.post("/v1/exports/get/", json=ask)) == {"food": []}


def test_a_project_keeps_its_latest_hundred_exports(client: httpx.Client, stranger: httpx.Client) -> None:
    body = {"schema": FOOD, **ALEX}
    theirs = json(stranger.post("/v1/exports/", json=body), 201)["id"]
    first, second, *_, last = (json(client.post("/v1/exports/", json=body), 201)["id"] for _ in range(101))
    refused(client.post("/v1/exports/get/", json={"memory_export_id": first}), 404)
    for asker, id in ((client, second), (client, last), (stranger, theirs)):
        json(asker.post("/v1/exports/get/", json={"memory_export_id": id}))


def test_long_requests_are_not_kept(live: Live, client: httpx.Client) -> None:
    schema = {**FOOD, "description": "x" * 65_536}
    assert "65,536" in refused(client.post("/v1/exports/", json={"schema": schema, **ALEX}))
    users = {"user_id": {"in": [f"user-{n}" for n in range(10_000)]}}
    assert "65,536" in refused(client.post("/v1/exports/", json={"schema": FOOD, "filters": users}))
    assert live.services.control.run("exports", project_id="default", id=None, about=None) == []


def test_an_old_export_is_swept(live: Live, client: httpx.Client) -> None:
    made = json(client.post("/v1/exports/", json={"schema": FOOD, **ALEX}), 201)
    old = {"id": "old", "project_id": "default", "about": "", "request": "{}"}
    live.services.control.run("add_export", now="2020-01-01T00:00:00+00:00", **old)
    sweep(live.services.control, live.services.tenants, live.services.store)
    rows = live.services.control.run("exports", project_id="default", id=None, about=None)
    assert [row["id"] for row in rows] == [made["id"]]


def test_a_stranger_reads_no_export(known: httpx.Client, stranger: httpx.Client) -> None:
    made = json(known.post("/v1/exports/", json={"schema": FOOD, **ALEX}), 201)
    refused(stranger.post("/v1/exports/get/", json={"memory_export_id": made["id"]}), 404)
    refused(stranger.post("/v1/exports/get/", json=ALEX), 404)
    assert exported(stranger, {"food": LIST}) == {"food": []}


@pytest.mark.parametrize(
    "schema",
    [
        None, {}, [], 7, "", "{", "[]", {"type": "object"}, {"properties": []}, {"properties": {"a": 7}},
        {"properties": {"a": {"$ref": "#/$defs/B"}}}, {"$ref": "#"}, {"properties": {"a": {"$ref": "http://x/y"}}},
        {"properties": {"a": {"properties": 7}}}, '{"properties": {"a": {"default": NaN}}}',
        {"properties": {f"p{n}": {"$ref": "#"} for n in range(10)}}, {"properties": {f"p{n}": {} for n in range(201)}},
        {"properties": {"a": {"items": {"properties": {f"p{n}": {} for n in range(200)}}}}},
    ],
)  # fmt: skip
def test_what_is_no_schema_is_refused(client: httpx.Client, schema: Any) -> None:
    assert "chema" in refused(client.post("/v1/exports/", json={"schema": schema, **ALEX}))


@pytest.mark.parametrize(
    "part",
    [
        {}, {"type": 7}, {"type": ["null"]}, {"type": {"a": 1}}, {"enum": "abc"}, {"anyOf": []}, {"allOf": [STRING]},
        {"type": "array"}, {"type": "object"}, {"type": "array", "items": {"type": "array", "items": STRING}},
    ],
)  # fmt: skip
def test_odd_parts_of_a_schema_are_filled_or_left_open(known: httpx.Client, part: dict[str, Any]) -> None:
    assert list(exported(known, {"food": part, "age": part})) == ["food", "age"]


@pytest.mark.parametrize(
    "body", [{}, {"filters": {}}, {"filters": {"city": "Oslo"}}, {"filters": {"user_id": {"near": "x"}}, **ALEX}]
)
def test_whose_memories_must_be_said(client: httpx.Client, body: dict[str, Any]) -> None:
    refused(client.post("/v1/exports/", json={"schema": FOOD, **body}))
    refused(client.post("/v1/exports/get/", json=body))


def test_broken_text_is_refused(client: httpx.Client) -> None:
    body = b'{"memory_export_id": "\\ud800"}'
    assert "surrogate" in refused(client.post("/v1/exports/get/", content=body))
