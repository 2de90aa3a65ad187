"""The memory routes over HTTP, in every form in which clients call them; each answer is compared with the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import inputs
from tests.engine import MINILM, open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    import httpx

    from tests.engine import Clock
    from tests.rest.live import Live

FOOD = [
    {"role": "user", "content": "I'm a vegetarian and allergic to nuts."},
    {"role": "assistant", "content": "Got it! I'll remember your dietary preferences."},
]
ALEX = {"user_id": "alex"}


def added(client: httpx.Client, messages: Any, **more: Any) -> list[dict[str, Any]]:
    """Add by the newest route; what became of each memory."""
    answer = client.post("/v3/memories/add/", json={"messages": messages, **(more or ALEX)})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def listed(client: httpx.Client, **filters: Any) -> list[dict[str, Any]]:
    answer = client.post("/v3/memories/", json={"filters": filters or ALEX})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def found(client: httpx.Client, query: str, filters: dict[str, Any], **more: Any) -> list[str]:
    body = {"query": query, "filters": filters, "threshold": 0, **more}
    answer = client.post("/v3/memories/search/", json=body)
    assert answer.status_code == 200, answer.text
    return [hit["memory"] for hit in answer.json()["results"]]


def refused(answer: httpx.Response, status: int = 400) -> str:
    """The text of an error, which every client can read."""
    assert answer.status_code == status, answer.text
    said = answer.json()
    assert said["detail"] == said["error"] == said["message"]
    return str(said["detail"])


# ---------------------------------------------------------------- the first five minutes


def test_what_is_near_in_meaning_alone_passes_the_threshold_of_clients(tmp_path: Path, clock: Clock) -> None:
    with open_memory("sqlite", tmp_path, clock, embedder=MINILM) as engine, serving(engine, tmp_path) as live:
        client = live.client()
        added(client, FOOD[0]["content"])
        assert set(found(client, "What are my dietary restrictions?", ALEX, threshold=0.3)) == {FOOD[0]["content"]}
        assert found(client, "How tall is that mountain?", ALEX, threshold=0.3) == []


def test_the_quickstart_by_curl_finds_what_was_said(tmp_path: Path, clock: Clock) -> None:
    with open_memory("sqlite", tmp_path, clock, embedder=MINILM) as engine, serving(engine, tmp_path) as live:
        engine.warm()
        client = live.client()
        body: dict[str, Any] = {"messages": FOOD, "user_id": "user123"}
        assert client.post("/v1/memories/add", json=body).status_code == 200
        body = {"query": "What are my dietary restrictions?", "filters": {"user_id": "user123"}}
        for path in ("/v1/memories/search", "/v3/memories/search/", "/v2/memories/search/"):
            answer = client.post(path, json=body).json()
            hits = answer["results"] if isinstance(answer, dict) else answer
            best = hits[0]
            assert {"id", "memory", "user_id", "categories", "created_at", "score"} <= set(best)
            assert best["memory"] == "I'm a vegetarian and allergic to nuts."
            assert best["user_id"] == "user123"
            assert 0.3 <= best["score"] <= 1


def test_the_whole_life_of_a_memory_on_every_store(everywhere: Live) -> None:
    client, stranger = everywhere.client(), everywhere.stranger()
    fact = added(client, "I live in Oslo.")[0]
    assert (fact["event"], fact["layer"], fact["memory"]) == ("ADD", "user", "I live in Oslo.")
    assert found(client, "Where do I live?", ALEX) == ["I live in Oslo."]
    assert found(stranger, "Where do I live?", ALEX) == []
    changed = client.put(f"/v1/memories/{fact['id']}/", json={"text": "I live in Bergen.", "metadata": {"via": "mail"}})
    assert (changed.json()["memory"], changed.json()["metadata"]) == ("I live in Bergen.", {"via": "mail"})
    events = client.get(f"/v1/memories/{fact['id']}/history/").json()
    assert [(event["event"], event["old_memory"], event["new_memory"]) for event in events] == [
        ("ADD", None, "I live in Oslo."),
        ("UPDATE", "I live in Oslo.", "I live in Bergen."),
    ]
    assert len({event["id"] for event in events}) == 2
    assert events[0]["input"] == [{"role": "user", "content": "I live in Oslo."}]
    assert client.request("DELETE", "/v1/memories/", params=ALEX).json()["count"] == 2
    assert listed(client) == []
    assert everywhere.memory().stats().memories == 0


# ---------------------------------------------------------------- add


@pytest.mark.parametrize(
    "messages",
    [
        "I live in Oslo.",
        ["I live in Oslo."],
        {"role": "user", "content": "I live in Oslo."},
        [{"role": "user", "content": "I live in Oslo.", "name": "Alex", "extra": 1}],
        [{"role": "user", "content": {"type": "text", "text": "I live in Oslo."}}],
        [{"role": "user", "content": [{"type": "text", "text": "I live in Oslo."}]}],
        [{"role": "assistant", "content": None, "tool_calls": []}, {"role": "user", "content": "I live in Oslo."}],
    ],
)
def test_messages_come_in_many_forms(client: httpx.Client, messages: Any) -> None:
    assert [one["memory"] for one in added(client, messages)] == ["I live in Oslo."] * 2


@pytest.mark.parametrize("messages", [[], "", " ", None, 7, [7], [{"role": "user"}], [{"role": "x", "content": "y"}]])
def test_messages_that_say_nothing_are_refused(live: Live, client: httpx.Client, messages: Any) -> None:
    refused(client.post("/v3/memories/add/", json={"messages": messages, **ALEX}))
    assert live.memory().stats().memories == 0


def test_the_answer_is_one_that_every_client_reads(client: httpx.Client) -> None:
    body = {"messages": "I live in Oslo.", **ALEX, "source": "CLI", "enable_graph": True, "nonsense": {"a": [1]}}
    answer = client.post("/v3/memories/add/", json=body).json()
    assert answer["status"] == "SUCCEEDED"
    assert answer["event_id"]
    assert answer["results"][0]["data"] == {"memory": "I live in Oslo."}
    again = client.post("/v1/memories/", json=body).json()
    assert isinstance(again, list)
    assert {one["event"] for one in again[0]["results"]} == {"NONE"}
    older = client.post("/v1/memories/", json={**body, "output_format": "v1.1"}).json()
    assert set(older) >= {"results", "relations"}


@pytest.mark.parametrize(
    "body", [{}, {"user_id": None}, {"filters": {}}, {"filters": {"city": "Oslo"}}, {"userId": "a"}]
)
def test_nothing_is_added_to_nobody(live: Live, client: httpx.Client, body: dict[str, Any]) -> None:
    assert "user_id" in refused(client.post("/v3/memories/add/", json={"messages": "I live in Oslo.", **body}))
    assert live.memory().stats().memories == 0


def test_a_search_asks_for_so_many_owners_at_once(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "server.md").read_text()
    assert f"at most {inputs._MOST_OWNERS} owners" in " ".join(page.split())
    monkeypatch.setattr(inputs, "_MOST_OWNERS", 2)
    for name in ("alex", "bo"):
        added(client, "I live in Oslo.", user_id=name, agent_id="guide", infer=False)
    body = {"query": "Where do I live?", "filters": {"agent_id": "guide"}}
    assert len(client.post("/v3/memories/search/", json=body).json()["results"]) == 2
    added(client, "I live in Oslo.", user_id="cy", agent_id="guide", infer=False)
    assert "name a user_id" in refused(client.post("/v3/memories/search/", json=body))


@pytest.mark.parametrize("filters", [ALEX, {"AND": [ALEX]}, {"userId": "alex"}])
def test_ids_may_stand_in_filters(client: httpx.Client, filters: dict[str, Any]) -> None:
    added(client, "I live in Oslo.", filters=filters)
    assert listed(client)[0]["user_id"] == "alex"


@pytest.mark.parametrize("demanded", [ALEX, {"AND": [ALEX, {"runId": "r1"}]}, {"user_id": "alex", "session_id": "r1"}])
def test_ids_in_filters_and_beside_them_count_together(client: httpx.Client, demanded: dict[str, Any]) -> None:
    added(client, "I live in Oslo.", run_id="r1", filters=demanded)
    assert {(one["user_id"], one["run_id"]) for one in listed(client)} == {("alex", None), ("alex", "r1")}


@pytest.mark.parametrize("demanded", [{"user_id": "bo"}, {"user_id": "alex", "session_id": "r2"}, {"run_id": "r2"}])
def test_ids_in_filters_and_beside_them_do_not_differ(client: httpx.Client, demanded: dict[str, Any]) -> None:
    body = {"messages": "I live in Oslo.", **ALEX, "run_id": "r1", "filters": demanded}
    assert "name each id once" in refused(client.post("/v3/memories/add/", json=body))
    assert listed(client) == []


def test_the_account_that_older_clients_send_along_is_no_scope(client: httpx.Client) -> None:
    account = {"org_id": "default", "project_id": "default"}
    added(client, "I live in Oslo.", **ALEX, **account)
    assert {one["org_id"] for one in listed(client)} == {None}
    answer = client.post("/v2/memories/search/", json={"query": "home", "filters": ALEX, "threshold": 0, **account})
    assert [hit["memory"] for hit in answer.json()] == ["I live in Oslo."]


def test_run_and_session_are_one_thing(client: httpx.Client) -> None:
    added(client, "I live in Oslo.", **ALEX, run_id="trip")
    added(client, "I like tea.", **ALEX, session_id="trip")
    turns = [one for one in listed(client) if one["layer"] == "conversation"]
    assert [(one["run_id"], one["session_id"]) for one in turns] == [("trip", "trip")] * 2


def test_what_an_add_may_say_reaches_the_engine(live: Live, client: httpx.Client) -> None:
    said = added(
        client, "I live in Oslo.", **ALEX, metadata={"via": "mail"}, timestamp=1_700_000_000, infer=False,
        expiration_date="2030-01-01", categories=["homes"],
    )  # fmt: skip
    memory = client.get(f"/v1/memories/{said[0]['id']}/").json()
    assert len(said) == 1
    assert memory["created_at"] == "2023-11-14T22:13:20Z"
    assert (memory["metadata"], memory["categories"]) == ({"via": "mail"}, ["homes"])
    assert memory["expiration_date"] == "2030-01-01"
    assert memory["structured_attributes"]["day_of_week"] == "tuesday"
    assert live.memory().get(said[0]["id"]).layer == "user"


def test_system_turns_are_not_kept_verbatim(client: httpx.Client) -> None:
    said = added(client, [{"role": "system", "content": "Be brief."}, FOOD[0]], **ALEX, infer=False)
    assert [one["memory"] for one in said] == [FOOD[0]["content"]]


def test_what_is_kept_verbatim_in_a_run_is_found_there(client: httpx.Client) -> None:
    trip = {"user_id": "alex", "run_id": "trip"}
    kept = added(client, ["I live in Oslo.", "I play chess."], **trip, infer=False, metadata={"via": "mail"})
    assert [one["memory"] for one in kept] == ["I live in Oslo.", "I play chess."]
    assert {one["memory"] for one in listed(client, **trip)} == {"I live in Oslo.", "I play chess."}
    shown = client.get(f"/v1/memories/{kept[0]['id']}/").json()
    assert (shown["run_id"], shown["session_id"], shown["metadata"]) == ("trip", "trip", {"via": "mail"})
    assert found(client, "Where do I live?", trip)[0] == "I live in Oslo."
    client.request("DELETE", "/v1/memories/", params=trip)
    assert listed(client, user_id="alex") == []


def test_history_says_what_was_said_then(client: httpx.Client) -> None:
    kept = added(client, "I live in Oslo.", **ALEX, infer=False)[0]["id"]
    client.put(f"/v1/memories/{kept}/", json={"text": "I live in Bergen."})
    rows = client.get(f"/v1/memories/{kept}/history/").json()
    assert [row["input"] for row in rows] == [[{"role": "user", "content": "I live in Oslo."}]] * 2


def test_categories_of_one_call(client: httpx.Client) -> None:
    custom = [{"homes": "where somebody lives"}]
    said = added(client, "I live in Oslo.", **ALEX, custom_categories=custom)
    assert client.get(f"/v1/memories/{said[0]['id']}/").json()["categories"] in (["homes"], ["misc"])
    for wrong in (["homes"], "homes", [{"homes": 7}], [{"homes": ""}]):
        body = {"messages": "I live in Oslo.", **ALEX, "custom_categories": wrong}
        assert "custom_categories" in refused(client.post("/v3/memories/add/", json=body))


def test_what_is_immutable_is_not_updated(client: httpx.Client) -> None:
    id = added(client, "I live in Oslo.", **ALEX, immutable=True)[0]["id"]
    memory = client.get(f"/v1/memories/{id}/").json()
    assert (memory["immutable"], memory["metadata"]) == (True, {})
    assert "immutable" in refused(client.put(f"/v1/memories/{id}/", json={"text": "no"}))
    batch = {"memories": [{"memory_id": id, "text": "no"}]}
    assert "immutable" in refused(client.put("/v1/batch/", json=batch))
    assert client.delete(f"/v1/memories/{id}/").status_code == 200


# ---------------------------------------------------------------- search


@pytest.fixture
def people(client: httpx.Client) -> httpx.Client:
    """Two users and an agent, in two sessions."""
    added(client, "I live in Oslo.", **ALEX, run_id="one")
    added(client, "I live in Bergen.", user_id="bo", run_id="one")
    added(client, "I live in Turku.", user_id="cy", agent_id="guide", run_id="two")
    added(client, "The office is in Rome.", agent_id="guide")
    return client


OSLO, BERGEN, TURKU, ROME = "I live in Oslo.", "I live in Bergen.", "I live in Turku.", "The office is in Rome."


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (ALEX, {OSLO}),
        ({"userId": "alex"}, {OSLO}),
        ({"AND": [ALEX]}, {OSLO}),
        ({"AND": [{"AND": [ALEX]}, {"created_at": {"gte": "2020-01-01"}}]}, {OSLO}),
        ({"AND": [ALEX, {"created_at": {"lt": "2020-01-01"}}]}, set()),
        ({"AND": [ALEX, {"run_id": "two"}]}, set()),
        ({"AND": [ALEX, {"agent_id": "guide"}]}, set()),
        ({"OR": [ALEX, {"user_id": "bo"}]}, {OSLO, BERGEN}),
        ({"user_id": {"in": ["alex", "cy"]}}, {OSLO, TURKU}),
        ({"user_id": "*"}, {OSLO, BERGEN, TURKU}),
        ({"run_id": "one"}, {OSLO, BERGEN}),
        ({"AND": [{"run_id": "one"}, {"user_id": "*"}]}, {OSLO, BERGEN}),
        ({"AND": [{"run_id": "one"}, {"NOT": ALEX}]}, {BERGEN}),
        ({"agent_id": "guide"}, {TURKU, ROME}),
        ({"OR": [ALEX, {"agent_id": "guide"}]}, {OSLO, TURKU, ROME}),
        ({"user_id": "nobody"}, set()),
        ({"run_id": "nothing"}, set()),
    ],
)
def test_filters_say_whose_memory_it_is(people: httpx.Client, filters: dict[str, Any], expected: set[str]) -> None:
    assert set(found(people, "Where is it?", filters)) == expected
    assert {one["memory"] for one in listed(people, **filters)} == expected


@pytest.mark.parametrize(
    "filters",
    [
        None,
        {},
        {"created_at": {"gte": "2020-01-01"}},
        {"NOT": ALEX},
        {"user_id": {"ne": "alex"}},
        {"OR": [ALEX, {"city": "Oslo"}]},
        {"metadata": {"user_id": "alex"}},
        {"user_id": ""},
        {"user_id": {"like": "a"}},
        {"AND": []},
        "user_id",
        [ALEX],
    ],
)
def test_a_filter_without_a_person_is_refused(people: httpx.Client, filters: Any) -> None:
    for path in ("/v3/memories/search/", "/v2/memories/search/", "/v1/memories/search"):
        refused(people.post(path, json={"query": "Where?", "filters": filters}))
    for path in ("/v3/memories/", "/v2/memories/"):
        refused(people.post(path, json={"filters": filters}))


def test_ids_beside_the_filters_are_for_older_versions(people: httpx.Client) -> None:
    body = {"query": "Where?", **ALEX, "threshold": 0}
    assert "filters" in refused(people.post("/v3/memories/search/", json=body))
    assert "filters" in refused(people.post("/v3/memories/", json=ALEX))
    assert [hit["memory"] for hit in people.post("/v1/memories/search/", json=body).json()] == [OSLO]
    assert {hit["memory"] for hit in people.get("/v1/memories/", params=ALEX).json()} == {OSLO}
    wrapped = people.post("/v1/memories/search/", json={**body, "output_format": "v1.1"}).json()
    assert [hit["memory"] for hit in wrapped["results"]] == [OSLO]


def test_the_best_hit_is_first_whatever_its_layer(live: Live, client: httpx.Client) -> None:
    added(client, ["I live in Oslo.", "Good morning, how are you?", "I like tea.", "Where is Oslo?"])
    body = {"query": "Oslo", "filters": ALEX, "threshold": 0, "explain": True}
    hits = client.post("/v3/memories/search/", json=body).json()["results"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert hits[0]["why"]["terms"]
    expected = live.memory().search("Oslo", filters=ALEX, order="score", threshold=0)
    assert [hit["id"] for hit in hits] == [hit.id for hit in expected]


def test_how_many_which_and_how_good(people: httpx.Client) -> None:
    everyone = {"user_id": "*"}
    assert len(found(people, "Where?", everyone, top_k=2)) == 2
    assert len(found(people, "Where?", everyone, limit=1)) == 1
    assert found(people, "Where?", everyone, threshold=1) == []
    assert found(people, "Where?", everyone, layers=["session"]) == []
    hit = people.post(
        "/v3/memories/search/", json={"query": "Oslo", "filters": ALEX, "threshold": 0, "fields": ["memory", "score"]}
    ).json()["results"][0]
    assert set(hit) == {"id", "memory", "score"}
    for wrong in ({"top_k": 0}, {"top_k": 1001}, {"threshold": 2}, {"query": ""}, {"query": " "}, {"layers": ["x"]}):
        refused(people.post("/v3/memories/search/", json={"query": "Where?", "filters": ALEX, **wrong}))
    refused(people.post("/v3/memories/search/", json={"filters": ALEX}))


def test_categories_metadata_and_days_narrow(client: httpx.Client) -> None:
    added(client, "I live in Oslo.", **ALEX, categories=["homes"], metadata={"via": "mail"}, timestamp="2024-05-01")
    added(client, "I like tea.", **ALEX, categories=["food"], timestamp="2025-05-01")
    assert found(client, "What?", ALEX, categories=["food"]) == ["I like tea."]
    assert found(client, "What?", ALEX, metadata={"via": "mail"}) == ["I live in Oslo."]
    days = {"filters": ALEX, "start_date": "2024-05-01", "end_date": "2024-05-01"}
    assert {one["memory"] for one in client.post("/v3/memories/", json=days).json()["results"]} == {"I live in Oslo."}
    words = {"filters": ALEX, "keywords": "TEA"}
    assert {one["memory"] for one in client.post("/v3/memories/", json=words).json()["results"]} == {"I like tea."}


def test_what_expired_is_found_only_on_demand(client: httpx.Client, clock: Clock) -> None:
    id = added(client, "I live in Oslo.", **ALEX, infer=False, expiration_date="2026-03-01")[0]["id"]
    assert found(client, "Oslo", ALEX) == ["I live in Oslo."]
    clock.advance(days=1)
    assert found(client, "Oslo", ALEX) == []
    assert listed(client) == []
    assert found(client, "Oslo", ALEX, show_expired=True) == ["I live in Oslo."]
    assert client.get(f"/v1/memories/{id}/").json()["lifecycle_state"] == "expired"
    cleared = client.put(f"/v1/memories/{id}/", json={"expiration_date": None}).json()
    assert cleared["expiration_date"] is None
    assert found(client, "Oslo", ALEX) == ["I live in Oslo."]


# ---------------------------------------------------------------- list


def test_pages_join_to_the_whole(client: httpx.Client) -> None:
    added(client, [f"I met person{i} in Oslo." for i in range(5)], **ALEX, infer=False)
    path: str | None = "/v3/memories/?page=1&page_size=2"
    sizes, seen = [], []
    while path:
        page = client.post(path, json={"filters": ALEX}).json()
        assert page["count"] == 5
        sizes.append(len(page["results"]))
        seen += [one["id"] for one in page["results"]]
        path = page["next"]
    assert sizes == [2, 2, 1]
    assert len(set(seen)) == 5
    assert client.post(page["previous"], json={"filters": ALEX}).json()["results"][0]["id"] == seen[2]


def test_pages_that_are_not_there(client: httpx.Client) -> None:
    added(client, "I live in Oslo.")
    for page in (0, -1, 2):
        answer = client.post(f"/v3/memories/?page={page}", json={"filters": ALEX})
        assert refused(answer, 404) == "Invalid page."
    refused(client.post("/v3/memories/?page=x", json={"filters": ALEX}))
    refused(client.post("/v3/memories/?page_size=0", json={"filters": ALEX}))
    assert len(client.post("/v3/memories/?page_size=9999", json={"filters": ALEX}).json()["results"]) == 2
    assert client.post("/v3/memories/", json={"filters": {"user_id": "nobody"}}).json()["count"] == 0


def test_the_page_in_the_query_wins_over_the_body(client: httpx.Client) -> None:
    added(client, "I live in Oslo.")
    body = {"filters": ALEX, "page": 2, "page_size": 1}
    assert client.post("/v3/memories/", json=body).json()["previous"]
    assert client.post("/v3/memories/?page=1", json=body).json()["next"]
    assert len(client.post("/v3/memories/", json={"filters": ALEX, "limit": 1}).json()["results"]) == 1


def test_older_lists_are_bare_unless_paged(client: httpx.Client) -> None:
    added(client, "I live in Oslo.")
    assert len(client.get("/v1/memories/", params=ALEX).json()) == 2
    assert client.get("/v1/memories/", params={**ALEX, "page": 1, "page_size": 1}).json()["count"] == 2
    assert len(client.post("/v2/memories/", json={"filters": ALEX}).json()) == 2
    assert client.post("/v2/memories/?page=1&page_size=1", json={"filters": ALEX}).json()["count"] == 2


# ---------------------------------------------------------------- one memory


def test_a_memory_that_is_not_there(client: httpx.Client, stranger: httpx.Client) -> None:
    id = added(client, "I live in Oslo.")[0]["id"]
    for who, missing in ((client, "14e1b28a-2014-40ad-ac42-69c9ef42193d"), (client, "x"), (stranger, id)):
        refused(who.get(f"/v1/memories/{missing}/"), 404)
        refused(who.put(f"/v1/memories/{missing}/", json={"text": "no"}), 404)
        refused(who.delete(f"/v1/memories/{missing}/"), 404)
        refused(who.get(f"/v1/memories/{missing}/history/"), 404)
        refused(who.put("/v1/batch/", json={"memories": [{"memory_id": missing, "text": "no"}]}), 404)
        refused(who.request("DELETE", "/v1/batch/", json={"memories": [{"memory_id": missing}]}), 404)
    assert client.get(f"/v1/memories/{id}/").json()["memory"] == "I live in Oslo."


def test_an_update_must_say_something(client: httpx.Client) -> None:
    id = added(client, "I live in Oslo.")[0]["id"]
    bodies: list[dict[str, Any]] = [
        {},
        {"text": None},
        {"text": ""},
        {"metadata": []},
        {"timestamp": "noon"},
        {"expiration_date": "x"},
    ]
    for body in bodies:
        refused(client.put(f"/v1/memories/{id}/", json=body))
    assert client.put(f"/v1/memories/{id}/", json={"timestamp": 0}).json()["created_at"] == "1970-01-01T00:00:00Z"


def test_a_deletion_answers_with_a_body_and_leaves_events_without_words(client: httpx.Client) -> None:
    id = added(client, "I live in Oslo.")[0]["id"]
    answer = client.delete(f"/v1/memories/{id}/")
    assert "successfully" in answer.json()["message"]
    events = client.get(f"/v1/memories/{id}/history/").json()
    assert [(event["event"], event["new_memory"]) for event in events] == [("ADD", None), ("DELETE", None)]
    assert events[-1]["is_deleted"]


def test_what_was_replaced_goes_along_on_demand(client: httpx.Client, clock: Clock) -> None:
    ids = []
    for city in ("Oslo", "Bergen", "Rome"):
        ids.append(next(one["id"] for one in added(client, f"I live in {city}.") if one["event"] == "ADD"))
        clock.advance(days=1)
    old = client.get(f"/v1/memories/{ids[0]}/").json()
    assert (old["replaced_by"], old["lifecycle_state"]) == (ids[1], "superseded")
    latest = client.post("/v3/memories/", json={"filters": ALEX, "layers": ["user"], "latest_only": True}).json()
    assert [one["id"] for one in latest["results"]] == [ids[2]]
    answer = client.delete(f"/v1/memories/{ids[2]}/?delete_linked=true").json()
    assert answer["cascade_count"] == 2
    assert client.post("/v3/memories/", json={"filters": ALEX, "layers": ["user"]}).json()["count"] == 0


# ---------------------------------------------------------------- many at once


def test_batches(live: Live, client: httpx.Client) -> None:
    ids = [one["id"] for one in added(client, ["I live in Oslo.", "I like tea."], **ALEX, infer=False)]
    changes = [{"memory_id": id, "text": f"note {i}", "metadata": {"n": i}} for i, id in enumerate(ids)]
    answer = client.put("/v1/batch/", json={"memories": changes})
    assert answer.json() == {"message": "Successfully updated 2 memories"}
    assert [client.get(f"/v1/memories/{id}/").json()["memory"] for id in ids] == ["note 0", "note 1"]
    gone = {"memories": [{"memory_id": id} for id in [*ids, ids[0]]]}
    assert client.request("DELETE", "/v1/batch/", json=gone).json() == {"message": "Successfully deleted 2 memories"}
    assert live.memory().stats().memories == 0


def test_a_turn_and_the_fact_that_rests_on_it_go_in_one_batch(live: Live, client: httpx.Client) -> None:
    ids = [one["id"] for one in added(client, "I live in Oslo.")]
    gone = {"memories": [{"memory_id": id} for id in reversed(ids)]}
    assert client.request("DELETE", "/v1/batch/", json=gone).status_code == 200
    assert live.memory().stats().memories == 0


def test_a_batch_does_all_or_nothing(client: httpx.Client) -> None:
    id = added(client, "I live in Oslo.")[0]["id"]
    some = [{"memory_id": id, "text": "no"}, {"memory_id": "missing", "text": "no"}]
    refused(client.put("/v1/batch/", json={"memories": some}), 404)
    refused(client.request("DELETE", "/v1/batch/", json={"memories": some}), 404)
    for unfit in ({"text": ""}, {"text": None}, {"metadata": {"a": "\x00"}}):
        some = [{"memory_id": id, "text": "no"}, {"memory_id": id, **unfit}]
        refused(client.put("/v1/batch/", json={"memories": some}))
    several: list[Any] = [[], [{"memory_id": id}] * 1001, [{}], "x"]
    for wrong in several:
        refused(client.request("DELETE", "/v1/batch/", json={"memories": wrong}))
    assert client.get(f"/v1/memories/{id}/").json()["memory"] == "I live in Oslo."


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?user_id=",
        "?user_id=%20",
        "?user_id=alex&agent_id=",
        "?filters={'user_id': 'alex'}",
        "?filters=[object Object]",
        '?filters={"user_id": "alex"}',
        "?user_id=alex&filters={}",
        "?userId=alex",
        "?metadata={}",
        '?metadata={"via": "mail"}',
        "?user_id=alex&metadata=via",
        "?user_id=alex&metadata={}",
        "?user_id=alex&user_id=bo",
        "?user_id=alex&run_id=one&session_id=two",
        "?user_id=alex&category=food",
        "?org_id=default&project_id=default",
        "?user_id=alex&org_id=acme&project_id=default",
        "?user_id=alex&org_id=acme&project_id=default&source=CLI",
        "?source=CLI",
    ],
)
def test_a_deletion_of_nobody_or_of_who_knows_whom_deletes_nothing(people: httpx.Client, query: str) -> None:
    before = listed(people, user_id="*")
    refused(people.delete(f"/v1/memories/{query}"))
    assert listed(people, user_id="*") == before


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?user_id=alex", {BERGEN, TURKU, ROME}),
        ("?user_id=alex&source=CLI&org_id=default&project_id=default", {BERGEN, TURKU, ROME}),
        ("?run_id=one", {TURKU, ROME}),
        ("?user_id=alex&run_id=two", {OSLO, BERGEN, TURKU, ROME}),
        ("?agent_id=guide", {OSLO, BERGEN}),
        ("?agent_id=guide&user_id=*", {OSLO, BERGEN, ROME}),
        ("?user_id=*", {ROME}),
        ("?user_id=*&agent_id=*&app_id=*&run_id=*", set()),
        ('?user_id=alex&metadata={"via": "mail"}', {OSLO, BERGEN, TURKU, ROME}),
    ],
)
def test_a_deletion_takes_what_has_all_the_ids(
    live: Live, people: httpx.Client, stranger: httpx.Client, query: str, left: set[str]
) -> None:
    added(stranger, "I live in Oslo.")
    assert people.delete(f"/v1/memories/{query}").status_code == 200
    everyone = {"OR": [{"user_id": "*"}, {"agent_id": "*"}]}
    assert {one["memory"] for one in listed(people, **everyone)} == left
    assert len(listed(stranger)) == 2


def test_one_project_never_sees_another(people: httpx.Client, stranger: httpx.Client) -> None:
    everyone = {"OR": [{"user_id": "*"}, {"agent_id": "*"}, {"run_id": "*"}]}
    assert listed(stranger, **everyone) == []
    assert found(stranger, "Where do I live?", everyone) == []
    assert stranger.delete("/v1/memories/?user_id=*&agent_id=*&app_id=*&run_id=*").json()["count"] == 0
    assert {one["memory"] for one in listed(people, **everyone)} == {OSLO, BERGEN, TURKU, ROME}
