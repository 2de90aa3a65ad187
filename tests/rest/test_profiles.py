"""Profiles, summaries, numbers and the history of all memories, over HTTP: told from what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.rest.asks import added, json, refused

if TYPE_CHECKING:
    import httpx

    from tests.engine import Clock
    from tests.rest.live import Live

ALEX = {"user_id": "alex"}
SETTINGS, JOBS = "/v2/profiles/settings/", "/v2/profiles/jobs/"
TRIGGER = {"operation": "trigger", "entity_type": "user", "entity_id": "alex"}


def note(client: httpx.Client, words: str, category: str, **more: Any) -> str:
    """Keep one memory as it is; its id."""
    return str(added(client, words, infer=False, categories=[category], **{**ALEX, **more})[0]["id"])


def profile(client: httpx.Client, user: str = "alex") -> Any:
    return json(client.get(f"/v2/entities/user/{quote(user, safe='')}/profile/"))


# ---------------------------------------------------------------- profiles


def test_a_profile_is_what_is_known_by_category(client: httpx.Client, stranger: httpx.Client) -> None:
    note(client, "I live in Oslo.", "home", timestamp=1)
    note(client, "I like tea.", "food", timestamp=1)
    memory_id = note(client, "I like sushi.", "food", timestamp=2)
    told = profile(client)
    assert told["profile"] == {"food": ["I like sushi.", "I like tea."], "home": ["I live in Oslo."]}
    assert list(told["profile"]) == ["food", "home"]
    assert (told["status"], told["entity_type"], told["entity_id"]) == ("succeeded", "user", "alex")
    assert (told["generation_count"], told["updated_at"][:10]) == (1, "2026-03-01")
    json(client.delete(f"/v1/memories/{memory_id}/"))
    assert profile(client)["profile"]["food"] == ["I like tea."]
    refused(stranger.get("/v2/entities/user/alex/profile/"), 404)
    refused(client.get("/v2/entities/user/nobody/profile/"), 404)
    refused(client.get("/v2/entities/agent/alex/profile/"))


def test_names_may_hold_anything(client: httpx.Client) -> None:
    note(client, "I like tea.", "food", user_id="a/b c")
    note(client, "I like jam.", "food", user_id="a/profile")
    assert profile(client, "a/b c")["profile"] == {"food": ["I like tea."]}
    assert profile(client, "a/profile")["profile"] == {"food": ["I like jam."]}
    assert json(client.get("/v2/entities/user/a%2Fprofile/"))[0]["name"] == "a/profile"
    note(client, "I like rye.", "food", user_id="*")
    assert profile(client, "*")["profile"] == {"food": ["I like rye."]}


def test_who_has_nothing_that_holds_has_no_profile(client: httpx.Client, clock: Clock) -> None:
    note(client, "The code is 7.", "misc", ttl=60)
    clock.advance(minutes=2)
    told = profile(client)
    assert (told["status"], told["profile"], told["updated_at"]) == ("insufficient_data", {}, None)


def test_settings_shape_profiles_and_turn_them_off(live: Live, client: httpx.Client, stranger: httpx.Client) -> None:
    note(client, "I like tea.", "food")
    start = json(client.get(SETTINGS))
    assert (start["enabled"], start["entities"]) == (True, {"user": {"schema": None, "custom_instructions": None}})
    schema = {"properties": {"food": {"type": "string"}, "sports": {"type": "string"}}}
    given = {"entities": {"user": {"schema": schema, "custom_instructions": "Short."}}}
    assert json(client.post(SETTINGS, json=given))["entities"] == given["entities"]
    assert json(client.get(SETTINGS))["entities"] == given["entities"]
    assert profile(client)["profile"] == {"food": "I like tea.", "sports": None}
    json(client.post(SETTINGS, json={"enabled": False}))
    assert json(client.get(SETTINGS))["entities"] == given["entities"]
    assert profile(client) == {
        "profile": {}, "status": "not_enabled", "entity_type": "user", "entity_id": "alex", "updated_at": None,
        "generation_count": 0,
    }  # fmt: skip
    assert "not enabled" in refused(client.post(JOBS, json=TRIGGER))
    json(client.post(SETTINGS, json={"enabled": True, "entities": {"user": {"schema": None}}}))
    assert profile(client)["profile"] == {"food": ["I like tea."]}
    assert json(client.get(SETTINGS))["entities"]["user"]["custom_instructions"] == "Short."
    assert json(stranger.get(SETTINGS)) == start
    project = json(client.get("/api/v1/orgs/organizations/default/projects/default/"))
    assert "profiles" not in project
    reader = live.client(live.accounts.create_key(role="READER")[1])
    refused(reader.post(SETTINGS, json={"enabled": False}), 403)


@pytest.mark.parametrize(
    "body",
    [
        {"schema": {"properties": {"a": {}}}}, {"custom_instructions": "x"}, {"enabled": "perhaps"},
        {"entities": {"user": {"schema": {"type": "string"}}}}, {"entities": {"user": {"schema": "x"}}},
    ],
)  # fmt: skip
def test_settings_of_another_shape_are_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    before = json(client.get(SETTINGS))
    refused(client.post(SETTINGS, json=body))
    assert json(client.get(SETTINGS)) == before


# ---------------------------------------------------------------- jobs


def test_a_job_is_done_at_once_and_repeating_it_is_harmless(client: httpx.Client, stranger: httpx.Client) -> None:
    note(client, "I like tea.", "food")
    made = json(client.post(JOBS, json=TRIGGER, headers={"Idempotency-Key": "k1"}))
    assert made["status_url"] == f"/v2/profiles/jobs/{made['job_id']}/"
    told = {name: made[name] for name in ("status", "operation", "entity_type", "entity_count_reserved", "replayed")}
    assert told == {
        "status": "succeeded", "operation": "trigger", "entity_type": "user", "entity_count_reserved": 1,
        "replayed": False,
    }  # fmt: skip
    assert made["event_id"]
    again = json(client.post(JOBS, json=TRIGGER, headers={"Idempotency-Key": "k1"}))
    assert again == {**made, "replayed": True}
    other = {"Idempotency-Key": "k1"}
    refused(client.post(JOBS, json={**TRIGGER, "entity_id": "bob"}, headers=other), 409)
    assert json(client.get(made["status_url"]))["job"] == {
        "id": made["job_id"], "operation": "trigger", "entity_type": "user", "status": "succeeded", "total": 1,
        "enumeration_complete": True, "completed": 1, "succeeded": 1, "failed": 0, "skipped": 0,
    }  # fmt: skip
    refused(stranger.get(made["status_url"]), 404)
    note(stranger, "I like jam.", "food")
    assert json(stranger.post(JOBS, json=TRIGGER, headers=other))["replayed"] is False


def test_a_sample_takes_those_who_were_last_active(client: httpx.Client, clock: Clock) -> None:
    for user in ("ann", "bob", "cy"):
        clock.advance(minutes=1)
        note(client, "I like tea.", "food", user_id=user)
    clock.advance(minutes=1)
    note(client, "The code is 7.", "misc", user_id="dan", ttl=1)
    clock.advance(minutes=1)
    made = json(client.post(JOBS, json={"operation": "sample", "entity_type": "user", "limit": 3}))
    assert (made["sampled"], made["entity_ids"]) == (3, ["dan", "cy", "bob"])
    job = json(client.get(f"{JOBS}{made['job_id']}/"))["job"]
    assert (job["total"], job["succeeded"], job["skipped"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), ({**TRIGGER, "operation": "dream"}, 400), ({**TRIGGER, "entity_type": "agent"}, 400),
        ({"operation": "trigger"}, 400), (TRIGGER, 404), ({"operation": "sample", "limit": 0}, 400),
    ],
)  # fmt: skip
def test_other_jobs_are_refused(client: httpx.Client, body: dict[str, Any], status: int) -> None:
    refused(client.post(JOBS, json=body), status)
    refused(client.get(f"{JOBS}none/"), 404)


# ---------------------------------------------------------------- summaries, numbers, history


def test_a_summary_says_what_is_known_in_its_own_words(client: httpx.Client, stranger: httpx.Client) -> None:
    note(client, "I like tea.", "food", timestamp=1)
    latest = note(client, "I like sushi.", "food", timestamp=2)
    note(client, "I like jam.", "food", user_id="bob")
    (told,) = json(client.post("/v1/summary/", json={"filters": ALEX}))
    assert (told["category"], told["summary"]) == ("food", "I like sushi. I like tea.")
    assert (told["total_memories"], told["memory_ids"][0]) == (2, latest)
    for everything in ({}, {"filters": None}):
        assert json(client.post("/v1/summary/", json=everything))[0]["total_memories"] == 3
    assert json(stranger.post("/v1/summary/", json={"filters": ALEX})) == []
    refused(client.post("/v1/summary/", json={"filters": {"city": "Oslo"}}))


def test_numbers_count_who_has_memories(client: httpx.Client, stranger: httpx.Client) -> None:
    note(client, "I like tea.", "food", run_id="r")
    note(client, "I like jam.", "food")
    note(client, "I like rye.", "food", user_id="bob", agent_id="bot")
    told = json(client.get("/v1/stats/"))
    numbers = ("total_memories", "total_users_with_memories", "total_agents_with_memories", "total_runs_with_memories")
    assert [told[name] for name in numbers] == [3, 2, 1, 1]
    assert [told[f"memories_per_{name}"] for name in ("user", "agent", "run")] == [2, 1, 1]
    body = {"query": "tea", "filters": ALEX}
    for _ in range(2):
        json(client.post("/v3/memories/search/", json=body))
    json(client.post("/v3/memories/", json={"filters": ALEX}))
    told = json(client.get("/v1/stats/"))
    asked = [told[f"total_{name}_events"] for name in ("add", "retrieval", "api_retrieval")]
    assert asked == [3, 2, 3]
    told = json(stranger.get("/v1/stats"))
    assert (told["total_memories"], told["total_add_events"], told["total_retrieval_events"]) == (0, 0, 0)


def test_the_history_of_all_memories_comes_in_pages(client: httpx.Client, stranger: httpx.Client, clock: Clock) -> None:
    first = note(client, "I like tea.", "food")
    clock.advance(minutes=1)
    second = note(client, "I like jam.", "food")
    clock.advance(minutes=1)
    json(client.put(f"/v1/memories/{first}/", json={"text": "I like rye."}))
    clock.advance(minutes=1)
    json(client.delete(f"/v1/memories/{second}/"))
    page = json(client.get("/v1/memories/events/", params={"page_size": 3}))
    assert page["count"] == 4
    rows = [*page["results"], *json(client.get(page["next"]))["results"]]
    assert [(row["memory_id"], row["event"], row["old_memory"], row["new_memory"]) for row in rows] == [
        (second, "DELETE", None, None), (first, "UPDATE", "I like tea.", "I like rye."), (second, "ADD", None, None),
        (first, "ADD", None, "I like tea."),
    ]  # fmt: skip
    own = json(client.get(f"/v1/memories/{first}/history/"))
    assert [row for row in rows if row["memory_id"] == first] == own[::-1]
    assert json(stranger.get("/v1/memories/events/"))["results"] == []
    assert refused(client.get("/v1/memories/events/", params={"page": 9}), 404) == "Invalid page."
