"""The tools at /mcp of a live server: with its keys, in its projects, by the official client over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from graphmem.mcp.tools import Tools
from tests.agent import over_http
from tests.rest.live import PATIENCE, serving

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import Memory
    from tests.agent import Agent
    from tests.rest.live import Live

ASK: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}
TOOLS = {
    "add_memory": {"text", "messages", "user_id", "agent_id", "app_id", "run_id", "metadata", "enable_graph"},
    "search_memories": {"query", "filters", "limit", "enable_graph"},
    "get_memories": {"filters", "page", "page_size", "enable_graph"},
    "get_memory": {"memory_id"},
    "update_memory": {"memory_id", "text"},
    "delete_memory": {"memory_id"},
    "delete_all_memories": {"user_id", "agent_id", "app_id", "run_id"},
    "list_entities": set(),
    "delete_entities": {"user_id", "agent_id", "app_id", "run_id"},
    "graph_neighbours": {"entity", "hops", "user_id", "agent_id"},
    "graph_path": {"start", "end", "user_id", "agent_id"},
    "graph_timeline": {"entity", "user_id", "agent_id"},
}
"""The arguments of each; the first nine are mem0-mcp-server's."""


def texts(answer: Any) -> list[str]:
    return [one["memory"] for one in answer["results"]]


def act_as(live: Live, act: Any, key: str | None = None, mode: str = "auto") -> None:
    secret = key or live.accounts.create_key()[1]
    over_http(f"{live.url}/mcp", {"Authorization": f"Bearer {secret}"}, act, mode)


def key_of_another(live: Live) -> str:
    project = live.accounts.create_project("default", "another")
    return live.accounts.create_key(project.id)[1]


def test_what_it_offers(live: Live) -> None:
    async def act(agent: Agent) -> None:
        tools = (await agent.client.list_tools()).tools
        assert {tool.name: set(tool.input_schema.get("properties", {})) for tool in tools} == TOOLS
        for tool in tools:
            assert tool.description
            assert tool.annotations is not None
            reads = tool.name.startswith(("search", "get", "list", "graph"))
            assert tool.annotations.read_only_hint is reads
            assert bool(tool.annotations.destructive_hint) is tool.name.startswith(("delete", "update"))
            assert all("description" in one for one in tool.input_schema.get("properties", {}).values())
        assert [prompt.name for prompt in (await agent.client.list_prompts()).prompts] == ["memory_assistant"]
        said: Any = await agent.client.get_prompt("memory_assistant")
        assert all(name in said.messages[0].content.text for name in ("search_memories", "graph_path"))

    act_as(live, act)


def test_every_tool_is_in_the_table() -> None:
    assert {name for name in vars(Tools) if not name.startswith("_")} == set(TOOLS)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool(live: Live, mode: str) -> None:
    async def act(agent: Agent) -> None:
        await agent.call("add_memory", text="My sister Ana lives in Bergen.", metadata={"k": 1})
        talk = [{"role": "user", "content": "I play chess."}, {"role": "assistant", "content": "Nice."}]
        await agent.call("add_memory", text="unused", messages=talk, agent_id="coach")
        found = await agent.call("search_memories", query="Where does Ana live?", limit=1, enable_graph=True)
        (hit,) = found["results"]
        assert (hit["user_id"], hit["metadata"], hit["layer"]) == ("mem0-mcp", {"k": 1}, "user")
        assert texts(await agent.call("search_memories", query="chess?", filters={"agent_id": "coach"})) == []
        page = await agent.call("get_memories", page=1, page_size=1)
        assert (page["count"], page["more"], len(page["results"])) == (2, True, 1)
        changed = await agent.call("update_memory", memory_id=hit["id"], text="Ana lives in Oslo.")
        assert (
            changed["memory"] == (await agent.call("get_memory", memory_id=hit["id"]))["memory"] == "Ana lives in Oslo."
        )
        assert texts(await agent.call("graph_timeline", entity="Ana")) == ["Ana lives in Oslo."]
        assert (await agent.call("graph_path", start="Ana", end="Oslo"))["results"][0]["type"] == "LIVES_IN"
        assert (await agent.call("graph_neighbours", entity="Ana", hops=2))["entities"]
        kinds = {(one["type"], one["name"]) for one in (await agent.call("list_entities"))["results"]}
        assert kinds == {("user", "mem0-mcp"), ("agent", "coach")}
        await agent.call("delete_memory", memory_id=hit["id"])
        assert "no memory" in await agent.fail("get_memory", memory_id=hit["id"])
        await agent.call("delete_entities", agent_id="coach")
        await agent.call("delete_all_memories")
        assert (await agent.call("list_entities"))["results"] == []

    act_as(live, act, mode=mode)


def test_deletion_is_the_default_users_unless_another_is_named(live: Live) -> None:
    live.memory().add("I live in Oslo.", user_id="alex")
    live.memory().add("I live in Bergen.", user_id="mem0-mcp")
    live.memory().add("I live in Lima.", user_id="mem0-mcp", agent_id="coach")

    async def act(agent: Agent) -> None:
        await agent.call("delete_all_memories", agent_id="coach")
        assert set(texts(await agent.call("get_memories"))) == {"I live in Bergen."}
        await agent.call("delete_all_memories")
        assert texts(await agent.call("get_memories")) == []
        assert texts(await agent.call("get_memories", filters={"user_id": "alex"}))
        assert "nothing was deleted" in await agent.fail("delete_entities")

    act_as(live, act)
    assert live.memory().get_all(user_id="alex").count == 2


@pytest.mark.parametrize(
    "filters",
    [{"OR": [{"user_id": "alex"}]}, {"NOT": {"user_id": "bo"}, "user_id": "alex"}, {"user_id": {"in": ["alex"]}}],
)
def test_filters_that_name_a_user_mean_that_user(live: Live, filters: dict[str, Any]) -> None:
    live.memory().add("I live in Oslo.", user_id="alex", infer=False)

    async def act(agent: Agent) -> None:
        assert texts(await agent.call("get_memories", filters=filters)) == ["I live in Oslo."]

    act_as(live, act)


def test_a_key_opens_its_project_and_no_other(live: Live) -> None:
    live.memory().add("I live in Oslo.", user_id="mem0-mcp")
    id = live.memory().get_all(user_id="mem0-mcp")[0].id

    async def act(agent: Agent) -> None:
        assert texts(await agent.call("search_memories", query="Where do I live?")) == []
        assert (await agent.call("list_entities"))["results"] == []
        assert "no memory" in await agent.fail("get_memory", memory_id=id)
        assert "no memory" in await agent.fail("delete_memory", memory_id=id)

    act_as(live, act, key_of_another(live))
    assert live.memory().get_all(user_id="mem0-mcp").count == 2


def test_two_keys_at_once_do_not_mix(live: Live) -> None:
    live.memory().add("I live in Oslo.", user_id="mem0-mcp", infer=False)
    mine, other = live.accounts.create_key()[1], key_of_another(live)

    async def seen(agent: Agent) -> list[list[str]]:
        return await asyncio.gather(*(_texts(agent) for _ in range(8)))

    async def act(agent: Agent) -> None:
        async def as_other(stranger: Agent) -> None:
            assert await seen(stranger) == [[]] * 8

        await asyncio.gather(asyncio.to_thread(act_as, live, as_other, other), _check(agent))

    async def _check(agent: Agent) -> None:
        assert await seen(agent) == [["I live in Oslo."]] * 8

    act_as(live, act, mine)


async def _texts(agent: Agent) -> list[str]:
    return texts(await agent.call("get_memories"))


def test_a_reader_is_told_that_it_may_only_read(live: Live) -> None:
    async def act(agent: Agent) -> None:
        assert "only read" in await agent.fail("add_memory", text="I live in Oslo.")
        assert texts(await agent.call("search_memories", query="anything")) == []

    act_as(live, act, live.accounts.create_key(role="READER")[1])


@pytest.mark.parametrize("arguments", [{}, {"query": "q", "limit": 0}, {"query": "", "limit": 1}])
def test_wrong_arguments_are_told_to_the_agent(live: Live, arguments: dict[str, Any]) -> None:
    async def act(agent: Agent) -> None:
        assert await agent.fail("search_memories", **arguments)

    act_as(live, act)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token wrong-key"}, {"X-API-Key": "wrong-key"}])
def test_without_a_key_nothing_is_answered(live: Live, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{live.url}/mcp", json=ASK, headers={**ACCEPT, **headers}, timeout=PATIENCE)
    assert answer.status_code == 401
    assert "detail" in answer.json()


@pytest.mark.parametrize("path", ["/mcp", "/mcp/", "//mcp"])
@pytest.mark.parametrize("header", ["Authorization: Token {}", "Authorization: Bearer {}", "X-API-Key: {}"])
def test_keys_and_paths_are_those_of_the_server(live: Live, path: str, header: str) -> None:
    name, _, value = header.format(live.accounts.create_key()[1]).partition(": ")
    answer = httpx.post(live.url + path, json=ASK, headers={**ACCEPT, name: value}, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["result"]["tools"]) == 12


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_are_no_sessions(live: Live, method: str) -> None:
    headers = {**ACCEPT, "Authorization": f"Token {live.accounts.create_key()[1]}"}
    answer = httpx.request(method, f"{live.url}/mcp", headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("memory", ["sqlite"], indirect=True)
def test_a_tool_is_one_request(memory: Memory, tmp_path: Path) -> None:
    with serving(memory, tmp_path, max_requests=1, rate_limit="2/hour") as live:
        key = live.accounts.create_key()[1]
        ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_memories", "arguments": {}}}
        headers = {**ACCEPT, "Authorization": f"Token {key}"}
        answers = [httpx.post(f"{live.url}/mcp", json=ask, headers=headers, timeout=PATIENCE) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert all(answer.json()["result"]["isError"] is False for answer in answers[:2])
