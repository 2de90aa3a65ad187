"""Whom memories are kept for, over HTTP: listed, shown, and deleted with all they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.rest.asks import added, json, refused

if TYPE_CHECKING:
    import httpx

    from tests.engine import Clock
    from tests.rest.live import Live

ODD = ["a/b", "a/b/", "/a", "søren ☃", "two words", "100%", "x/profile", "history", "filters", "*", "..", "a?b#c"]


def names(client: httpx.Client) -> list[tuple[str, str, int]]:
    found = json(client.get("/v1/entities/"))["results"]
    return [(one["type"], one["name"], one["total_memories"]) for one in found]


def test_everyone_is_listed_at_once_on_every_store(everywhere: Live) -> None:
    client, stranger = everywhere.client(), everywhere.stranger()
    added(client, "I live in Oslo.", user_id="alex", run_id="trip")
    added(client, "We ship on Fridays.", agent_id="bot", app_id="web", infer=False)
    added(client, "Our office is in Paris.", org_id="acme", infer=False)
    added(stranger, "I live in Rome.", user_id="zoe")
    assert names(client) == [
        ("user", "alex", 2), ("agent", "bot", 1), ("app", "web", 1), ("run", "trip", 1), ("org", "acme", 1),
    ]  # fmt: skip
    answer = json(client.get("/v1/entities/"))
    assert (answer["count"], answer["next"], answer["previous"]) == (5, None, None)
    totals = {name: answer[name] for name in answer if name.startswith("total_")}
    assert totals == {"total_users": 1, "total_agents": 1, "total_apps": 1, "total_runs": 1, "total_orgs": 1}
    first = answer["results"][0]
    assert {"id", "name", "type", "owner", "metadata", "total_memories", "created_at", "updated_at"} == set(first)
    assert names(stranger) == [("user", "zoe", 2)]
    json(client.delete("/v2/entities/run/trip/"))
    assert names(client) == [("agent", "bot", 1), ("app", "web", 1), ("org", "acme", 1)]


def test_more_than_a_page_is_still_listed_at_once(live: Live, client: httpx.Client) -> None:
    memory = live.memory()
    for number in range(230):
        memory.add("x", user_id=f"u{number:03}", infer=False)
    assert len(names(client)) == 230
    second = json(client.get("/v1/entities/", params={"page": 2, "page_size": 100}))
    assert [second["count"], len(second["results"]), second["results"][0]["name"]] == [230, 100, "u100"]
    assert json(client.get(second["next"]))["next"] is None
    assert json(client.get(second["previous"]))["results"][0]["name"] == "u000"
    assert refused(client.get("/v1/entities/", params={"page": 9}), 404) == "Invalid page."


@pytest.mark.parametrize("name", ODD)
def test_any_name_is_found_and_deleted_and_no_other(client: httpx.Client, name: str) -> None:
    added(client, "I live in Oslo.", user_id=name)
    added(client, "I live in Rome.", user_id="b")
    place = quote(name, safe="").replace("..", "%2E%2E")
    (shown,) = json(client.get(f"/v2/entities/user/{place}/"))
    assert (shown["name"], shown["total_memories"]) == (name, 2)
    theirs = json(client.get(f"/v1/memories/user/{place}/"))
    assert {one["memory"] for one in theirs["results"]} == {"I live in Oslo."}
    assert json(client.delete(f"/v2/entities/user/{place}/"))["count"] == 2
    assert names(client) == [("user", "b", 2)]


def test_what_is_kept_for_one_of_them_comes_in_pages(client: httpx.Client, stranger: httpx.Client) -> None:
    for day in range(3):
        added(client, f"Note {day}.", run_id="trip", infer=False)
    found = json(client.get("/v1/memories/run/trip", params={"page_size": 2}))
    assert (found["count"], len(found["results"]), found["results"][0]["run_id"]) == (3, 2, "trip")
    assert len(json(client.get(found["next"]))["results"]) == 1
    assert json(stranger.get("/v1/memories/run/trip"))["results"] == []
    memory_id = found["results"][0]["id"]
    assert json(client.get(f"/v1/memories/{memory_id}/history/"))[0]["event"] == "ADD"


def test_a_stranger_sees_and_deletes_nobody(client: httpx.Client, stranger: httpx.Client) -> None:
    added(client, "I live in Oslo.")
    number = json(client.get("/v1/entities/"))["results"][0]["id"]
    refused(stranger.get("/v2/entities/user/alex/"), 404)
    refused(stranger.delete(f"/v1/entities/user/{number}/"), 404)
    assert json(stranger.delete("/v2/entities/user/alex/"))["count"] == 0
    assert json(stranger.get("/v1/entities/filters/"))["users"] == []
    assert names(client) == [("user", "alex", 2)]


def test_the_number_of_one_of_them_stays_and_deletes_it(client: httpx.Client) -> None:
    added(client, "I live in Oslo.", user_id="alex", agent_id="alex")
    numbers = {one["type"]: one["id"] for one in json(client.get("/v1/entities/"))["results"]}
    assert all(number.isdecimal() and int(number) < 2**53 for number in numbers.values())
    assert numbers["user"] != numbers["agent"]
    refused(client.delete(f"/v1/entities/user/{numbers['agent']}/"), 404)
    added(client, "I like tea.", user_id="alex")
    done = json(client.delete(f"/v1/entities/user/{numbers['user']}/"))
    assert done["message"]
    assert done["event_id"]
    assert names(client) == []
    refused(client.delete(f"/v1/entities/user/{numbers['user']}/"), 404)
    assert "whole number" in refused(client.delete("/v1/entities/user/alex/"))


def test_deleting_is_repeatable_as_clients_delete_what_they_listed(client: httpx.Client) -> None:
    added(client, "I live in Oslo.", user_id="alex", run_id="trip")
    listed = json(client.get("/v1/entities/"))["results"]
    for one in listed:  # the run is gone with its user
        json(client.delete(f"/v2/entities/{one['type']}/{one['name']}/"))
    assert names(client) == []


@pytest.mark.parametrize("path", ["/v2/entities/pet/rex/", "/v2/entities/users/alex/"])
def test_other_types_are_refused(client: httpx.Client, path: str) -> None:
    assert "Invalid entity type" in refused(client.get(path))
    assert "Invalid entity type" in refused(client.delete(path))
    refused(client.get("/v2/entities/user/nobody/"), 404)


def test_a_key_that_only_reads_deletes_nobody(live: Live, client: httpx.Client) -> None:
    added(client, "I live in Oslo.")
    reader = live.client(live.accounts.create_key(role="READER")[1])
    refused(reader.delete("/v2/entities/user/alex/"), 403)
    assert json(reader.get("/v2/entities/user/alex/"))[0]["total_memories"] == 2


def test_who_has_only_what_expired_is_listed_so_that_it_can_be_deleted(client: httpx.Client, clock: Clock) -> None:
    added(client, "The code is 7.", user_id="alex", infer=False, ttl=60)
    clock.advance(minutes=2)
    assert names(client) == [("user", "alex", 0)]
    json(client.delete("/v2/entities/user/alex/"))
    assert names(client) == []


def test_what_a_page_of_filters_offers(client: httpx.Client) -> None:
    added(client, "I live in Oslo.", user_id="alex", run_id="trip")
    offered: dict[str, Any] = json(client.get("/v1/entities/filters/"))
    assert offered["users"] == ["alex"]
    assert {"ADD", "SEARCH"} <= set(offered["event_type"])
    assert "food" in offered["categories"]
    runs = next(one for one in offered["parameters"] if one["name"] == "run_id")
    assert runs["options"] == [{"value": "trip", "label": "trip"}]
