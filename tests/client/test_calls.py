"""What each method of the clients asks: the same of both, and as Mem0's clients ask it."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import AsyncMemoryClient, MemoryClient
from graphmem.client.clients import AsyncProject, Project
from graphmem.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from tests.client.recorder import Asked, Recorder

PING = {"status": "ok", "org_id": "o", "project_id": "p 1"}
PROJECT = "/api/v1/orgs/organizations/o/projects/p%201/"
USERS = {"results": [{"type": "user", "name": "a/b"}, {"type": "run", "name": "r"}]}
JOB = {"operation": "trigger", "entity_type": "user", "entity_id": "alex"}

CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], str, dict[str, Any], Any]] = [
    # method, arguments, keywords, request, query, body
    ("add", ("hi",), {"user_id": "a", "metadata": None}, "POST /v3/memories/add/", {},
     {"messages": [{"role": "user", "content": "hi"}], "user_id": "a"}),
    ("add", (["hi", {"role": "assistant", "content": "ho"}],), {"session_id": "s", "infer": False, "new": 1},
     "POST /v3/memories/add/", {},
     {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}],
      "session_id": "s", "infer": False, "new": 1}),
    ("search", ("q",), {"filters": {"user_id": "a"}, "top_k": 3}, "POST /v3/memories/search/", {},
     {"query": "q", "filters": {"user_id": "a"}, "top_k": 3}),
    ("search", ("q",), {"user_id": "a", "session_id": "s"}, "POST /v3/memories/search/", {},
     {"query": "q", "filters": {"user_id": "a", "run_id": "s"}}),
    ("search", ("q", {"top_k": 4, "rerank": None}), {"agent_id": "g", "filters": {"user_id": "a"}},
     "POST /v3/memories/search/", {},
     {"query": "q", "top_k": 4, "filters": {"AND": [{"user_id": "a"}, {"agent_id": "g"}]}}),
    ("get_all", (), {"filters": {"user_id": "a"}, "page": 2, "page_size": 5}, "POST /v3/memories/",
     {"page": ["2"], "page_size": ["5"]}, {"filters": {"user_id": "a"}}),
    ("get_all", (), {"user_id": "a"}, "POST /v3/memories/", {}, {"filters": {"user_id": "a"}}),
    ("get", ("a/b c",), {}, "GET /v1/memories/a%2Fb%20c/", {}, None),
    ("get", ("..",), {}, "GET /v1/memories/%2E%2E/", {}, None),
    ("update", ("m",), {"text": "t"}, "PUT /v1/memories/m/", {}, {"text": "t"}),
    ("update", ("m",), {"expiration_date": None}, "PUT /v1/memories/m/", {}, {"expiration_date": None}),
    ("delete", ("m",), {}, "DELETE /v1/memories/m/", {}, None),
    ("delete", ("m", True), {}, "DELETE /v1/memories/m/", {"delete_linked": ["true"]}, None),
    ("delete_all", (), {"user_id": "a", "run_id": "r"}, "DELETE /v1/memories/",
     {"user_id": ["a"], "run_id": ["r"]}, None),
    ("delete_all", (), {"filters": {"user_id": "a"}, "metadata": {"k": 1}}, "DELETE /v1/memories/",
     {"user_id": ["a"], "metadata": ['{"k": 1}']}, None),
    ("history", ("m",), {}, "GET /v1/memories/m/history/", {}, None),
    ("users", (), {}, "GET /v1/entities/", {}, None),
    ("delete_users", ("a b",), {}, "DELETE /v2/entities/user/a%20b/", {}, None),
    ("delete_users", (), {"run_id": "r"}, "DELETE /v2/entities/run/r/", {}, None),
    ("batch_update", ([{"memory_id": "m", "text": "t"}],), {}, "PUT /v1/batch/", {},
     {"memories": [{"memory_id": "m", "text": "t"}]}),
    ("batch_delete", ([{"memory_id": "m"}, "n"],), {}, "DELETE /v1/batch/", {},
     {"memories": [{"memory_id": "m"}, {"memory_id": "n"}]}),
    ("feedback", ("m", "positive"), {}, "POST /v1/feedback/", {},
     {"memory_id": "m", "feedback": "POSITIVE", "feedback_reason": None}),
    ("create_memory_export", ('{"a": 1}',), {"user_id": "a"}, "POST /v1/exports/", {},
     {"schema": '{"a": 1}', "user_id": "a"}),
    ("get_memory_export", (), {"memory_export_id": "e"}, "POST /v1/exports/get/", {}, {"memory_export_id": "e"}),
    ("get_summary", (), {}, "POST /v1/summary/", {}, {}),
    ("get_summary", ({"user_id": "a"},), {}, "POST /v1/summary/", {}, {"filters": {"user_id": "a"}}),
    ("get_profile", ("a/b",), {}, "GET /v2/entities/user/a%2Fb/profile/", {}, None),
    ("generate_profile", ("alex",), {}, "POST /v2/profiles/jobs/", {}, JOB),
    ("sample_profiles", (3,), {}, "POST /v2/profiles/jobs/", {},
     {"operation": "sample", "entity_type": "user", "limit": 3}),
    ("get_profile_job", ("j",), {}, "GET /v2/profiles/jobs/j/", {}, None),
    ("get_profile_job", ("/v9/j/",), {}, "GET /v9/j/", {}, None),
    ("get_profile_settings", (), {}, "GET /v2/profiles/settings/", {}, None),
    ("update_profile_settings", (True,), {"schema": None}, "POST /v2/profiles/settings/", {},
     {"enabled": True, "entities": {"user": {"schema": None}}}),
    ("get_webhooks", ("p",), {}, "GET /api/v1/webhooks/projects/p/", {}, None),
    ("create_webhook", ("http://x", "n", "p", ["memory_add"]), {}, "POST /api/v1/webhooks/projects/p/", {},
     {"url": "http://x", "name": "n", "event_types": ["memory_add"]}),
    ("update_webhook", (7,), {"name": "n"}, "PUT /api/v1/webhooks/7/", {}, {"name": "n"}),
    ("delete_webhook", ("7",), {}, "DELETE /api/v1/webhooks/7/", {}, None),
    ("get_events", (), {"page": 2}, "GET /v1/events/", {"page": ["2"]}, None),
    ("get_event", ("e",), {}, "GET /v1/event/e/", {}, None),
    ("entities", (), {"user_id": "a"}, "GET /graph/entities", {"user_id": ["a"]}, None),
    ("neighbours", ("AC/DC",), {"hops": 2, "user_id": "a"}, "GET /graph/entities/AC%2FDC/neighbours",
     {"hops": ["2"], "user_id": ["a"]}, None),
    ("path", ("Ana", "Bergen"), {"user_id": "a"}, "GET /graph/path",
     {"from": ["Ana"], "to": ["Bergen"], "user_id": ["a"]}, None),
    ("relations", ("Ana",), {"type": "LIVES_IN", "as_of": "2024", "user_id": "a"}, "GET /graph/relations",
     {"entity": ["Ana"], "type": ["LIVES_IN"], "as_of": ["2024"], "user_id": ["a"]}, None),
    ("timeline", ("Ana",), {"turns": True, "user_id": "a"}, "GET /graph/timeline",
     {"entity": ["Ana"], "turns": ["true"], "user_id": ["a"]}, None),
    ("subgraph", (), {"user_id": "a"}, "GET /graph/export", {"user_id": ["a"]}, None),
    ("call", ("PATCH", "/v9/x", {"b": 1}, {"q": 2}), {}, "PATCH /v9/x", {"q": ["2"]}, {"b": 1}),
    ("get_project", (["name", "members"],), {}, f"GET {PROJECT}", {"fields": ["name", "members"]}, None),
    ("update_project", (), {"custom_instructions": "x"}, f"PATCH {PROJECT}", {}, {"custom_instructions": "x"}),
    ("project.get", (), {}, f"GET {PROJECT}", {}, None),
    ("project.create", ("n",), {}, "POST /api/v1/orgs/organizations/o/projects/", {}, {"name": "n"}),
    ("project.update", (), {"decay": False}, f"PATCH {PROJECT}", {}, {"decay": False}),
    ("project.delete", (), {}, f"DELETE {PROJECT}", {}, None),
    ("project.get_members", (), {}, f"GET {PROJECT}members/", {}, None),
    ("project.add_member", ("a@b",), {}, f"POST {PROJECT}members/", {}, {"email": "a@b", "role": "READER"}),
    ("project.update_member", ("a@b", "OWNER"), {}, f"PUT {PROJECT}members/", {}, {"email": "a@b", "role": "OWNER"}),
    ("project.remove_member", ("a@b",), {}, f"DELETE {PROJECT}members/", {"email": ["a@b"]}, None),
]  # fmt: skip

MEM0 = """
    add get get_all search update delete delete_all history users delete_users reset batch_update batch_delete
    create_memory_export get_memory_export get_summary get_profile generate_profile get_profile_settings
    update_profile_settings sample_profiles get_profile_job get_project update_project get_webhooks create_webhook
    update_webhook delete_webhook feedback"""
"""The methods of mem0ai 2.2.1; its `chat` only raises."""


def known(request: Asked) -> tuple[int, Any]:
    """Answers for the calls that others need first."""
    return 200, PING if request.path == "/v1/ping/" else USERS if request.path == "/v1/entities/" else {"answer": 1}


def call_both(recorder: Recorder, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """The answers of both clients."""
    head, _, tail = name.rpartition(".")

    def method(client: Any) -> Any:
        return getattr(getattr(client, head) if head else client, tail)(*args, **kwargs)

    async def ask() -> Any:
        async with AsyncMemoryClient("key", recorder.url) as client:
            return await method(client)

    with MemoryClient("key", recorder.url) as client:
        return method(client), asyncio.run(ask())


@pytest.mark.parametrize(("name", "args", "kwargs", "request_line", "query", "body"), CALLS)
def test_a_method_asks_this(
    recorder: Recorder, name: str, args: Any, kwargs: Any, request_line: str, query: Any, body: Any
) -> None:
    recorder.answer = known
    one, two = call_both(recorder, name, args, kwargs)
    assert one == two
    asked = [request for request in recorder.asked if request.path != "/v1/ping/"]
    assert len(asked) == 2
    for request in asked:
        assert f"{request.method} {request.path}" == request_line
        assert (request.query, request.body) == (query, body)
        assert request.headers["authorization"] == "Token key"


def test_every_method_is_in_the_table() -> None:
    names = {name for name, *_ in CALLS} | {"reset", "close"}
    methods = {name for name in vars(MemoryClient) if not name.startswith("_")}
    assert methods == {name for name in names if "." not in name}
    assert {f"project.{name}" for name in vars(Project) if not name.startswith("_")} == {n for n in names if "." in n}


def test_mem0s_methods_are_there() -> None:
    assert [name for name in MEM0.split() if not hasattr(MemoryClient, name)] == []


@pytest.mark.parametrize(("one", "two"), [(MemoryClient, AsyncMemoryClient), (Project, AsyncProject)])
def test_both_clients_have_the_same_methods(one: Any, two: Any) -> None:
    names = [name for name in vars(one) if not name.startswith("_")]
    assert names == [name for name in vars(two) if not name.startswith("_")]
    for name in names:
        assert inspect.signature(getattr(one, name)) == inspect.signature(getattr(two, name))
        assert inspect.getdoc(getattr(one, name)) == inspect.getdoc(getattr(two, name))
        assert inspect.iscoroutinefunction(getattr(two, name))
    assert list(inspect.signature(one).parameters) == list(inspect.signature(two).parameters)


def test_every_method_is_documented() -> None:
    for kind in (MemoryClient, Project):
        assert [
            name for name in vars(kind) if not name.startswith("_") and not inspect.getdoc(getattr(kind, name))
        ] == []


def test_the_project_is_asked_for_once(recorder: Recorder) -> None:
    recorder.answer = known
    with MemoryClient("key", recorder.url) as client:
        client.project.get()
        client.get_project()
    assert [request.path for request in recorder.asked] == ["/v1/ping/", PROJECT, PROJECT]


@pytest.mark.parametrize("name", ["delete_users", "reset"])
def test_all_users_are_deleted_one_by_one(recorder: Recorder, name: str) -> None:
    recorder.answer = lambda asked: (404, {"detail": "gone"}) if asked.path.endswith("/run/r/") else known(asked)
    with MemoryClient("key", recorder.url) as client:
        assert "message" in getattr(client, name)()
    lines = [f"{request.method} {request.path}" for request in recorder.asked]
    assert lines == ["GET /v1/entities/", "DELETE /v2/entities/user/a%2Fb/", "DELETE /v2/entities/run/r/"]


def test_a_named_user_that_is_not_there_is_an_error(recorder: Recorder) -> None:
    recorder.answer = lambda asked: (404, {"detail": "no such user"})
    with MemoryClient("key", recorder.url) as client, pytest.raises(NotFound, match="no such user"):
        client.delete_users(user_id="nobody")


def test_without_users_reset_has_nothing_to_do(recorder: Recorder) -> None:
    recorder.answer = lambda asked: (200, {"results": []})
    with MemoryClient("key", recorder.url) as client:
        assert client.reset() == {"message": "Memory store reset successfully!"}
        with pytest.raises(NotFound):
            client.delete_users()


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("get", ("  ",), {}),
        ("update", ("m",), {}),
        ("update_profile_settings", (), {}),
        ("update_project", (), {}),
        ("add", ("hi", 7), {}),
        ("delete_all", (), {"filters": {"AND": [{"user_id": "a"}]}}),
        ("delete_all", (), {"filters": {"user_id": {"in": ["a"]}}}),
        ("delete_all", (), {"filters": {"user_id": "a"}, "user_id": "b"}),
        ("search", ("q",), {"run_id": "r", "session_id": "s"}),
    ],
)
def test_what_makes_no_sense_is_not_even_sent(recorder: Recorder, name: str, args: Any, kwargs: Any) -> None:
    with MemoryClient("key", recorder.url) as client, pytest.raises(InvalidInput):
        getattr(client, name)(*args, **kwargs)
    assert recorder.asked == []


def test_jobs_carry_a_key_that_makes_repeating_harmless(recorder: Recorder) -> None:
    with MemoryClient("key", recorder.url) as client:
        client.generate_profile("alex")
        client.generate_profile("alex", idempotency_key="mine")
    one, two = (request.headers["idempotency-key"] for request in recorder.asked)
    assert len(one) == 32
    assert two == "mine"
