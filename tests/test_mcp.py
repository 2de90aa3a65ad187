"""`graphmem mcp` as an agent's program starts it: a real process, asked by the official client over its pipes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mcp.client.stdio import StdioServerParameters

from graphmem import Memory
from graphmem.mcp.tools import default_user
from tests.agent import over_stdio
from tests.engine import open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.agent import Agent
    from tests.engine import Clock
    from tests.rest.live import Live

GRAPHMEM = str(Path(sys.executable).with_name("graphmem"))


def environment(home: Path, **more: str) -> dict[str, str]:
    """An empty home, this machine's models, and no word of graphmem from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRAPHMEM_", "MEM0_"))}
    return {**kept, "HOME": str(home), "HF_HUB_OFFLINE": "1", "GRAPHMEM_EMBEDDER": "hashing", **more}


def local(folder: Path, *arguments: str, **env: str) -> StdioServerParameters:
    """The command on a store in a folder."""
    args = ["mcp", "--store", str(folder / "memory.db"), *arguments]
    return StdioServerParameters(command=GRAPHMEM, args=args, env=environment(folder, **env))


@pytest.fixture
def live(tmp_path: Path, clock: Clock) -> Iterator[Live]:
    """A server that tools may ask."""
    with open_memory("sqlite", tmp_path, clock) as engine, serving(engine, tmp_path) as server:
        yield server


def texts(answer: Any) -> list[str]:
    return [one["memory"] for one in answer["results"]]


def test_an_agent_remembers_in_a_local_store(tmp_path: Path) -> None:
    async def act(agent: Agent) -> None:
        added = await agent.call("add_memory", text="My sister Ana lives in Bergen.")
        assert [(one["event"], one["layer"]) for one in added["results"]] == [("ADD", "user"), ("ADD", "conversation")]
        found = await agent.call("search_memories", query="Where does my sister live?")
        (hit,) = found["results"]
        assert hit["memory"] == "My sister Ana lives in Bergen."
        assert {"id", "layer", "sources", "created_at", "score"} <= hit.keys()
        turn = await agent.call("get_memory", memory_id=hit["sources"][0])
        assert (turn["layer"], turn["role"]) == ("conversation", "user")
        near = await agent.call("graph_neighbours", entity="Ana")
        assert ("Ana", "LIVES_IN", "Bergen") in {tuple(list(one.values())[:3]) for one in near["relations"]}
        assert "no memory with id" in await agent.fail("get_memory", memory_id="nope")

    over_stdio(local(tmp_path), act)
    with Memory(tmp_path / "memory.db", embedder="hashing") as memory:
        assert memory.get_all(user_id="mem0-mcp").count == 2
    assert not (tmp_path / "memory.server.db").exists()


@pytest.mark.parametrize("name", ["GRAPHMEM_DEFAULT_USER_ID", "MEM0_DEFAULT_USER_ID"])
def test_the_environment_names_the_default_user(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in ("GRAPHMEM_DEFAULT_USER_ID", "MEM0_DEFAULT_USER_ID"):
        monkeypatch.delenv(other, raising=False)
    assert default_user() == "mem0-mcp"
    monkeypatch.setenv(name, "alex")
    assert default_user() == "alex"


def test_the_default_user_and_the_tenant(tmp_path: Path) -> None:
    async def act(agent: Agent) -> None:
        await agent.call("add_memory", text="I live in Oslo.")
        assert texts(await agent.call("get_memories", filters={"user_id": "alex"}))

    over_stdio(local(tmp_path, "--api-key", "mine", "--user", "alex"), act)
    with Memory(tmp_path / "memory.db", api_key="mine", embedder="hashing") as memory:
        assert memory.get_all(user_id="alex").count == 2
    with Memory(tmp_path / "memory.db", embedder="hashing") as memory:
        assert memory.get_all(user_id="alex").count == 0


def test_an_agent_asks_a_server(tmp_path: Path, live: Live) -> None:
    async def act(agent: Agent) -> None:
        await agent.call("add_memory", text="I live in Oslo.", user_id="alex")
        assert texts(await agent.call("search_memories", query="Where do I live?", filters={"user_id": "alex"}))

    args = ["mcp", "--host", live.url, "--api-key", live.accounts.create_key()[1]]
    over_stdio(StdioServerParameters(command=GRAPHMEM, args=args, env=environment(tmp_path)), act)
    assert live.memory().get_all(user_id="alex").count == 2


def test_a_server_that_is_away_is_told_to_the_agent(tmp_path: Path) -> None:
    async def act(agent: Agent) -> None:
        assert "cannot reach http://127.0.0.1:9" in await agent.fail("list_entities")

    env = environment(tmp_path, GRAPHMEM_HOST="http://127.0.0.1:9", MEM0_API_KEY="key")
    over_stdio(StdioServerParameters(command=GRAPHMEM, args=["mcp"], env=env), act)


def test_calls_at_once(tmp_path: Path) -> None:
    async def act(agent: Agent) -> None:
        await asyncio.gather(
            *(agent.call("add_memory", text=f"I like number {n}.", user_id=f"u{n}") for n in range(12))
        )
        found = await asyncio.gather(
            *(agent.call("search_memories", query="number", filters={"user_id": f"u{n}"}) for n in range(12))
        )
        assert [texts(one)[0] for one in found] == [f"I like number {n}." for n in range(12)]

    over_stdio(local(tmp_path, GRAPHMEM_RATE_LIMIT="5/hour", GRAPHMEM_MAX_REQUESTS="1"), act)


def test_nothing_but_the_protocol_is_on_stdout(tmp_path: Path) -> None:
    server = local(tmp_path)
    ask = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": ask},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "add_memory", "arguments": {"text": "I live in Oslo."}}},
    ]  # fmt: skip
    process = subprocess.Popen(
        [server.command, *server.args], env=server.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        rest = process.stdout.read()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert rest == ""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "http://127.0.0.1:9"], "no API key"),
        (["--host", "http://127.0.0.1:9", "--store", "x.db"], "either a store or a server"),
        (["--host", "ftp://x", "--api-key", "k"], "host must be an address"),
    ],
)
def test_what_cannot_start_says_why(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [GRAPHMEM, "mcp", *arguments], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stdout == ""
