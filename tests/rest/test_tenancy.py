"""A stranger's key, tried on everything that another project made, on every route that there is.

Requests are made from the application's own description: each parameter gets the other project's value. A route with a
parameter that stands in no table here fails, until somebody says what a stranger would try.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.rest.live import Live

USER, OTHER = "lucy", "edmund-in-winter"
WORDS = ("wardrobe", "tumnus", "turkish", "beaversdam", OTHER, "queen@narnia.example")
"""What the first project holds and no request names: wherever one of these comes back, something leaked."""
HOOK = {"url": "https://hooks.example.com/narnia", "event_types": ["memory_add"]}
SILENT = {"/healthz", "/readyz", "/metrics"}
"""Routes that speak of the server, not of a project; `/metrics` is for the default project alone."""
CHANGING = ("/v1/events", "/v1/event/", "/v1/stats", "/metrics", "/v1/memories/events")
"""Their answers change with every request."""
OTHERS = {"/", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json", "/mcp"}
"""Routes that are not described; `/mcp` has its own test of this."""


@dataclass
class World:
    """What the first project made, and how it is named in requests."""

    paths: dict[str, Any]
    components: dict[str, Any]
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def requests(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(method, path, options of the client) of each route, some in several ways."""
        for template, methods in self.paths.items():
            for method, described in methods.items():
                path, query = self._addressed(template, described)
                for body in self._bodies(described):
                    yield method.upper(), path, {"params": query, **({} if body is None else {"json": body})}

    def _addressed(self, template: str, described: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        query: dict[str, Any] = {}
        for one in described.get("parameters", ()):
            name = one["name"]
            if one["in"] == "path":
                assert name in self.path, f"{template}: what would a stranger try as {name}? Say so in `path`"
                template = template.replace(f"{{{name}}}", self.path[name])
            elif one["in"] == "query":
                assert name in self.query or not one.get("required"), f"{template}: {name}? Say so in `query`"
                query |= {name: self.query[name]} if name in self.query else {}
        return template, query

    def _bodies(self, described: dict[str, Any]) -> list[dict[str, Any] | None]:
        """With ids in filters, and beside them: some routes want the one, some the other."""
        content = described.get("requestBody", {}).get("content", {})
        if not content:
            return [None]
        schema = self._resolved(next(iter(content.values()))["schema"])
        whole = {name: self.body[name] for name in schema.get("properties", {}) if name in self.body}
        missing = set(schema.get("required", ())) - whole.keys()
        assert not missing, f"what would a stranger send as {missing}? Say so in `body`"
        return [{k: v for k, v in whole.items() if k != "filters"}, {k: v for k, v in whole.items() if k != "user_id"}]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        return self.components[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


@pytest.fixture
def owner(live: Live) -> httpx.Client:
    """A project that is not the default one."""
    project = live.accounts.create_project("default", "beaversdam", "tumnus")
    return live.client(live.accounts.create_key(project.id)[1])


@pytest.fixture
def world(live: Live, owner: httpx.Client) -> World:
    def made(method: str, path: str, **body: Any) -> Any:
        answer = owner.request(method, path, json=body)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    said = ["I hid in the wardrobe.", "My sister Ana lives in Bergen.", "I love Turkish delight."]
    whose = {"user_id": USER, "agent_id": "lantern", "app_id": "wood", "run_id": "winter"}
    added = made("POST", "/v3/memories/add/", messages=[{"role": "user", "content": one} for one in said], **whose)
    made("POST", "/v3/memories/add/", messages="I am Edmund and I like Turkish delight.", user_id=OTHER)
    memory = added["results"][0]["id"]
    ping = owner.get("/v1/ping/").json()
    here = f"/api/v1/orgs/organizations/{ping['org_id']}/projects/{ping['project_id']}/"
    made("PATCH", here, custom_instructions="mind the wardrobe")
    made("POST", f"{here}members/", email="queen@narnia.example", role="READER")
    made("POST", "/v1/feedback/", memory_id=memory, feedback="POSITIVE", feedback_reason="turkish")
    export = made("POST", "/v1/exports/", schema={"properties": {"food": {"type": "array"}}}, filters={"user_id": USER})
    hook = made("POST", f"/api/v1/webhooks/projects/{ping['project_id']}/", name="turkish", **HOOK)
    job = made("POST", "/v2/profiles/jobs/", operation="trigger", entity_type="user", entity_id=USER)
    numbers = {one["name"]: one["id"] for one in owner.get("/v1/entities/").json()["results"]}
    described = live.app.openapi()
    return World(
        described["paths"],
        described["components"]["schemas"],
        path={
            "memory_id": memory, "type_": "user", "kind": "user", "entity_type": "user", "name": USER,
            "entity_id": USER, "number": str(numbers[USER]), "entity": "Ana", "org_id": ping["org_id"],
            "project_id": ping["project_id"], "event_id": added["event_id"], "job_id": job["job_id"],
            "webhook_id": hook["webhook_id"],
        },
        query={
            "user_id": USER, "from": "lucy", "to": "Bergen", "entity": "Ana", "memory_id": memory,
            "email": "queen@narnia.example",
        },
        body={
            "messages": "Hello.", "user_id": USER, "filters": {"user_id": USER}, "query": "What do I love?",
            "text": "changed", "metadata": {"changed": 1}, "memory_id": memory, "name": "taken over",
            "memories": [{"memory_id": memory, "text": "changed"}], "feedback": "NEGATIVE",
            "schema": {"properties": {"food": {"type": "array"}}}, "memory_export_id": export["id"],
            "email": "queen@narnia.example", "role": "OWNER", **HOOK, "custom_instructions": "changed", "explain": True,
            "show_expired": True, "operation": "trigger", "entity_type": "user", "entity_id": USER, "enabled": False,
        },
    )  # fmt: skip


def seen(client: httpx.Client, world: World) -> dict[str, Any]:
    """Everything that a key can read there."""
    answers = {}
    for method, path, options in world.requests():
        if method == "GET" and path not in SILENT and not path.startswith(CHANGING):
            answers[path] = client.request(method, path, **options).text
    return answers


def test_the_first_project_finds_what_it_made(owner: httpx.Client, world: World) -> None:
    for method, path, options in world.requests():
        if method == "GET" and path not in SILENT:
            answer = owner.request(method, path, **options)
            others = answer.status_code == 403 and path.endswith("/members")  # of the organisation that all share
            assert others or answer.status_code == 200, (path, answer.text)
    whole = "".join(seen(owner, world).values()).lower()
    assert [word for word in WORDS if word not in whole] == []


@pytest.mark.parametrize("role", ["OWNER", "READER"])
def test_a_stranger_finds_and_changes_nothing(live: Live, owner: httpx.Client, world: World, role: str) -> None:
    before = seen(owner, world)
    stranger = live.stranger(role)
    for method, path, options in world.requests():
        if path in SILENT:
            continue
        answer = stranger.request(method, path, **options)
        assert answer.status_code < 500, (method, path, answer.text)
        told = answer.text.lower()
        for sent in (*options["params"].values(), *options.get("json", {}).values()):
            told = told.replace(str(sent).lower(), "")
        leaked = [word for word in WORDS if word in told]
        assert not leaked, (method, path, leaked, answer.text)
    assert seen(owner, world) == before


def test_nobody_gets_anywhere_without_a_key(live: Live, owner: httpx.Client, world: World) -> None:
    before = seen(owner, world)
    nobody = live.client("gm_nobody")
    for method, path, options in world.requests():
        if path not in SILENT - {"/metrics"}:
            assert nobody.request(method, path, **options).status_code == 401, (method, path)
    assert seen(owner, world) == before


def test_every_route_is_tried(live: Live, world: World) -> None:
    described = {path for _, path, _ in world.requests()}
    assert len(described) >= 40
    undescribed = {
        getattr(route, "path", "") for route in live.app.routes if not getattr(route, "include_in_schema", True)
    }
    assert undescribed <= OTHERS


def test_a_parameter_that_nobody_thought_of_is_noticed(world: World) -> None:
    world.paths = {"/v1/secrets/{secret_id}": {"get": {"parameters": [{"name": "secret_id", "in": "path"}]}}}
    with pytest.raises(AssertionError, match="secret_id"):
        list(world.requests())
