"""Organisations, projects and members over HTTP: a key manages its own project and what was made with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.rest.asks import added, json, refused

if TYPE_CHECKING:
    import httpx

    from tests.rest.live import Live

ORGS = "/api/v1/orgs/organizations"
PROJECTS = f"{ORGS}/default/projects"
OWN = f"{PROJECTS}/default"


def made(live: Live, client: httpx.Client, org: str = "default") -> tuple[str, httpx.Client]:
    """A new project, and a client of it."""
    answer = json(client.post(f"{ORGS}/{org}/projects/", json={"name": "second", "description": "for trying"}))
    return answer["project_id"], live.client(answer["api_key"])


# ---------------------------------------------------------------- projects


def test_a_project_is_shown_whole(client: httpx.Client) -> None:
    shown = json(client.get(f"{OWN}/", params={"fields": ["name"], "org_id": "default", "project_id": "default"}))
    assert shown == json(client.get(OWN))
    assert (shown["project_id"], shown["name"], shown["is_default"]) == ("default", "default", True)
    assert (shown["user_role"], shown["members"]) == ("OWNER", [])
    nothing_set = ("custom_instructions", "agent_custom_instructions", "custom_categories", "memory_depth")
    assert [shown[name] for name in nothing_set] == [None] * 4
    assert (shown["multilingual"], shown["decay"], shown["enable_graph"]) == (False, False, True)


def test_settings_are_kept_and_each_can_be_taken_back(client: httpx.Client) -> None:
    body = {
        "custom_instructions": "Only food.", "agent_custom_instructions": "Only tools.", "multilingual": True,
        "decay": True, "memory_depth": "deep", "usecase_setting": "shop", "custom_categories": [{"gear": "tools"}],
        "org_id": "default", "project_id": "default", "name": "kitchen", "description": "where we cook",
    }  # fmt: skip
    assert json(client.patch(f"{OWN}/", json=body)) == {"message": "Project updated successfully"}
    shown = json(client.get(OWN))
    assert {name: shown[name] for name in body} == body
    json(client.patch(OWN, json={"agent_custom_instructions": "", "custom_categories": None, "decay": False}))
    shown = json(client.get(OWN))
    assert (shown["agent_custom_instructions"], shown["custom_categories"], shown["decay"]) == (None, None, False)
    assert (shown["custom_instructions"], shown["name"]) == ("Only food.", "kitchen")


def test_custom_categories_are_those_of_new_memories(client: httpx.Client) -> None:
    json(
        client.patch(
            OWN, json={"custom_categories": [{"gardening": "plants, soil, roses"}, {"cars": "driving, engines"}]}
        )
    )
    fact = added(client, "I planted roses in my garden.")[0]["id"]
    assert json(client.get(f"/v1/memories/{fact}/"))["categories"] == ["gardening"]
    assert "gardening" in json(client.get("/v1/entities/filters/"))["categories"]
    json(client.patch(OWN, json={"custom_categories": []}))
    fact = added(client, "I like roses and gardening.")[0]["id"]
    assert "gardening" not in json(client.get(f"/v1/memories/{fact}/"))["categories"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"project_id": "default"}, {"custom_categories": ["food"]}, {"custom_categories": "food"},
        {"custom_categories": [{"food": 1}]}, {"custom_categories": [{}]}, {"multilingual": "maybe"}, {"name": " "},
        {"custom_instructions": {"a": 1}},
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    before = json(client.get(OWN))
    refused(client.patch(OWN, json=body))
    assert json(client.get(OWN)) == before


def test_a_project_is_made_used_and_deleted_with_all_it_holds(live: Live, client: httpx.Client) -> None:
    project, second = made(live, client)
    shown = json(client.get(f"{PROJECTS}/{project}/"))
    assert (shown["name"], shown["description"], shown["is_default"]) == ("second", "for trying", False)
    assert {one["project_id"] for one in json(client.get(PROJECTS))} == {"default", project}
    fact = added(second, "I live in Oslo.")[0]["id"]
    refused(client.get(f"/v1/memories/{fact}/"), 404)
    body = {"memory_id": fact, "feedback": "POSITIVE"}
    json(second.post("/v1/feedback/", json=body))
    assert json(client.delete(f"{PROJECTS}/{project}/"))["message"]
    assert live.memory().for_tenant(project).stats().memories == 0
    assert not live.services.control.run("feedback_of", project_id=project, store=live.services.store)
    refused(second.get("/v1/ping/"), 401)
    refused(client.get(f"{PROJECTS}/{project}/"), 404)


def test_a_key_can_delete_its_own_project_unless_it_is_the_first(live: Live, client: httpx.Client) -> None:
    project, second = made(live, client)
    added(client, "I live in Oslo.")
    assert "stays" in refused(client.delete(f"{OWN}/"))
    assert live.memory().stats().memories == 2
    json(second.delete(f"{PROJECTS}/{project}/"))
    refused(second.get("/v1/ping/"), 401)


def routes(project: str) -> list[tuple[str, str, dict[str, Any] | None]]:
    place, who = f"{PROJECTS}/{project}", {"email": "a@b.c", "role": "OWNER"}
    return [
        ("GET", place, None), ("PATCH", place, {"name": "x"}), ("DELETE", place, None),
        ("GET", f"{place}/members", None), ("POST", f"{place}/members", who), ("PUT", f"{place}/members", who),
        ("DELETE", f"{place}/members?email=a@b.c", None),
    ]  # fmt: skip


def test_other_projects_are_not_there(live: Live, client: httpx.Client, stranger: httpx.Client) -> None:
    added(client, "I live in Oslo.")
    project, second = made(live, client)
    for outsider, other in ((stranger, "default"), (stranger, project), (second, "default"), (client, "none")):
        for method, path, body in routes(other):
            refused(outsider.request(method, path, json=body), 404)
    own = json(stranger.get("/v1/ping/"))["project_id"]
    assert [one["project_id"] for one in json(stranger.get(PROJECTS))] == [own]
    for method, path, body in routes(own):
        refused(client.request(method, path, json=body), 404)
    assert live.memory().stats().memories == 2
    assert json(client.get(OWN))["name"] == "default"


def test_a_project_is_not_found_under_another_organisation(client: httpx.Client) -> None:
    org = json(client.post(f"{ORGS}/", json={"name": "acme"}), 201)["org_id"]
    refused(client.get(f"{ORGS}/{org}/projects/default/"), 404)


def test_a_key_that_only_reads_changes_nothing(live: Live, client: httpx.Client) -> None:
    reader = live.client(live.accounts.create_key(role="READER")[1])
    assert json(reader.get(OWN))["user_role"] == "READER"
    for method, path, body in routes("default"):
        if method != "GET":
            refused(reader.request(method, path, json=body), 403)
    refused(reader.post(PROJECTS, json={"name": "x"}), 403)
    refused(reader.post(ORGS, json={"name": "x"}), 403)
    refused(reader.delete(f"{ORGS}/default"), 403)


# ---------------------------------------------------------------- organisations, members


def test_an_organisation_is_made_used_and_deleted(live: Live, client: httpx.Client, stranger: httpx.Client) -> None:
    org = json(client.post(f"{ORGS}/", json={"name": "acme"}), 201)["org_id"]
    assert [one["org_id"] for one in json(client.get(ORGS))] == ["default", org]
    shown = json(client.get(f"{ORGS}/{org}/"))
    assert (shown["name"], shown["is_owner"], shown["is_default"]) == ("acme", True, False)
    json(client.patch(f"{ORGS}/{org}/", json={"name": "acme 2"}))
    assert json(client.get(f"{ORGS}/{org}"))["name"] == "acme 2"
    for method in ("GET", "DELETE", "PATCH"):
        refused(stranger.request(method, f"{ORGS}/{org}/", json={"name": "x"}), 404)
    project, second = made(live, client, org)
    assert json(second.get("/v1/ping/"))["org_id"] == org
    assert json(second.get(f"{ORGS}/{org}/"))["is_owner"] is False
    refused(second.patch(f"{ORGS}/{org}/", json={"name": "x"}), 403)
    assert "projects" in refused(client.delete(f"{ORGS}/{org}/"), 409)
    json(client.delete(f"{ORGS}/{org}/projects/{project}/"))
    json(client.delete(f"{ORGS}/{org}/"))
    refused(client.get(f"{ORGS}/{org}/"), 404)


def test_the_first_organisation_is_the_first_projects(client: httpx.Client, stranger: httpx.Client) -> None:
    json(client.post(f"{ORGS}/default/members", json={"email": "ann@example.org", "role": "OWNER"}), 201)
    assert json(client.get(f"{ORGS}/default"))["members"][0]["email"] == "ann@example.org"
    assert json(stranger.get(f"{ORGS}/default"))["members"] == []
    refused(stranger.get(f"{ORGS}/default/members"), 403)
    refused(stranger.patch(f"{ORGS}/default", json={"name": "mine"}), 403)
    assert "stays" in refused(client.delete(f"{ORGS}/default"))


@pytest.mark.parametrize("holder", [OWN, f"{ORGS}/default"])
def test_members_come_change_and_go(client: httpx.Client, holder: str) -> None:
    place = f"{holder}/members/"
    assert client.post(place, json={"email": "ann@example.org", "role": "READER"}).is_success
    json(client.put(place, json={"email": "ann@example.org", "role": "owner"}))
    (ann,) = json(client.get(place))["members"]
    assert (ann["username"], ann["role"]) == ("ann@example.org", "OWNER")
    refused(client.put(place, json={"email": "bob@example.org", "role": "OWNER"}), 404)
    refused(client.post(place, json={"email": "bob@example.org", "role": "KING"}))
    refused(client.post(place, json={"email": "bob", "role": "OWNER"}))
    refused(client.delete(place, params={"email": "bob@example.org"}), 404)
    refused(client.delete(place))
    json(client.delete(place, params={"email": "ann@example.org"}))
    client.post(place, json={"email": "bob@example.org"})
    json(client.request("DELETE", place, json={"email": "bob@example.org"}))
    assert json(client.get(place))["members"] == []
