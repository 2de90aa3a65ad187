"""Drives a `mem0` command line, the Python one or the one of Node: each command. Its path is the argument."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from report import check, run

HOST = os.environ["MEM0_HOST"]
KEY = os.environ["MEM0_API_KEY"]
NOBODY = "00000000-0000-4000-8000-000000000000"


SERVER = httpx.Client(base_url=HOST, headers={"Authorization": f"Token {KEY}"}, timeout=60)
"""What a check prepares and looks at is asked of the server itself: a command takes a second."""


@dataclass
class World:
    """A command line, and an empty home."""

    program: str
    home: Path

    def run(self, *arguments: str, stdin: str = "", fails: bool = False, **environment: str) -> str:
        """What a command prints."""
        env = {
            **os.environ, "HOME": str(self.home), "MEM0_BASE_URL": HOST, "COLUMNS": "200", "NO_COLOR": "1",
            "NODE_OPTIONS": f"--require {Path(__file__).parent}/hosts/forgotten_timers.cjs", **environment,
        }  # fmt: skip
        done = subprocess.run(
            [self.program, *arguments], env=env, input=stdin, capture_output=True, text=True,
            timeout=60, cwd=self.home, check=False,
        )  # fmt: skip
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr if fails else done.stdout

    def json(self, *arguments: str) -> Any:
        """The JSON that a command prints: with an envelope or without."""
        said = json.loads(self.run(*arguments, "-o", "json"))
        return said["data"] if isinstance(said, dict) and "data" in said else said

    def told(self, text: str, **more: Any) -> str:
        """Keep a text as it is; the id of the memory."""
        answer = SERVER.post("/v3/memories/add/", json={"messages": text, "infer": False, **more})
        return str(answer.raise_for_status().json()["results"][0]["id"])

    def texts(self, user: str) -> list[str]:
        """What a user's memory holds, sorted."""
        answer = SERVER.post("/v3/memories/", json={"filters": {"user_id": user}})
        return sorted(one["memory"] for one in answer.raise_for_status().json()["results"])

    def memory(self, memory: str) -> dict[str, Any]:
        """One memory."""
        found: dict[str, Any] = SERVER.get(f"/v1/memories/{memory}/").raise_for_status().json()
        return found

    def commands(self, *group: str) -> list[str]:
        """The commands that the help names; those that stand in a group are named with it."""
        named = re.findall(r"^│ +([a-z][a-z-]*) {2,}\S", self.run(*group, "--help"), re.MULTILINE)
        return [" ".join([*group, name]) for name in named]


# ---------------------------------------------------------------- memory


@check("add")
def add(world: World) -> None:
    assert "allergic to nuts" in world.run("add", "I'm a vegetarian and allergic to nuts.", "-u", "add")
    turns = json.dumps([{"role": "user", "content": "I live in Oslo."}])
    world.run("add", "--messages", turns, "-u", "add", "--metadata", '{"via": "mail"}')
    (world.home / "turns.json").write_text(turns.replace("Oslo", "Rome"))
    world.run("add", "--file", "turns.json", "-u", "add", "--timestamp", "1700000000")
    world.run("add", "-u", "add", stdin="I live in Lima.")
    cities = {f"I live in {city}." for city in ("Oslo", "Rome", "Lima")}
    assert {"I'm a vegetarian and allergic to nuts.", *cities} <= set(world.texts("add"))
    options = ("--no-infer", "--immutable", "--expires", "2999-12-31", "--run-id", "trip")
    kept = world.memory(world.json("add", "It stays.", "-u", "add", *options)["results"][0]["id"])
    assert (kept["immutable"], kept["expiration_date"], kept["run_id"]) == (True, "2999-12-31", "trip")
    assert "user_id" in world.run("add", "Whose?", fails=True)


@check("search")
def search(world: World) -> None:
    world.told("I'm a vegetarian and allergic to nuts.", user_id="search")
    found = world.json("search", "What are my dietary restrictions?", "-u", "search")
    assert [hit["memory"] for hit in found] == ["I'm a vegetarian and allergic to nuts."]
    by_filter = '{"AND": [{"user_id": "search"}, {"created_at": {"gte": "2020-01-01"}}]}'
    options = ("--filter", by_filter, "-k", "1", "--rerank", "--keyword", "--latest-only", "--show-expired")
    assert len(world.json("search", "allergies?", *options)) == 1
    assert "allergic to nuts" in world.run("search", "allergies?", "-u", "search")
    assert "allergic" not in world.run("search", "allergies?", "-u", "somebody else")


@check("get")
def get(world: World) -> None:
    memory = world.told("I play chess.", user_id="get")
    assert world.json("get", memory)["memory"] == "I play chess."
    assert "not found" in world.run("get", NOBODY, fails=True).lower()


@check("list")
def list_(world: World) -> None:
    for number in range(3):
        world.told(f"Note {number}.", user_id="list")
    assert {one["memory"] for one in world.json("list", "-u", "list")} == {f"Note {n}." for n in range(3)}
    assert len(world.json("list", "-u", "list", "--page", "2", "--page-size", "2")) == 1
    assert len(world.json("list", "-u", "list", "--after", "2020-01-01", "--before", "2999-01-01")) == 3
    assert world.json("list", "-u", "list", "--after", "2999-01-01") == []
    assert world.json("list", "-u", "list", "--category", "no such") == []
    assert "Note 1." in world.run("list", "-u", "list", "-o", "table")


@check("update")
def update(world: World) -> None:
    memory = world.told("I play chess.", user_id="update")
    options = ("--metadata", '{"via": "mail"}', "--expires", "2999-12-31", "--timestamp", "1700000000")
    world.run("update", memory, "I play go.", *options)
    found = world.memory(memory)
    assert (found["memory"], found["metadata"]) == ("I play go.", {"via": "mail"})
    assert (found["expiration_date"], found["created_at"][:10]) == ("2999-12-31", "2023-11-14")
    assert "not found" in world.run("update", NOBODY, "I play go.", fails=True).lower()
    fixed = world.told("It stays.", user_id="update", immutable=True)
    assert "immutable" in world.run("update", fixed, "It goes.", fails=True)


@check("delete")
def delete(world: World) -> None:
    memory = world.told("I go.", user_id="delete")
    world.run("delete", memory, "--dry-run")
    assert world.texts("delete") == ["I go."]
    world.run("delete", memory, "--force")
    assert world.texts("delete") == []
    assert "not found" in world.run("delete", memory, "--force", fails=True).lower()
    for user in ("all", "entity", "stays"):
        world.told("I am here.", user_id=user)
    world.run("delete", "--all", "-u", "all", "--force")
    world.run("delete", "--entity", "-u", "entity", "--force")
    world.run("delete", "--all", "--project", "--force", MEM0_API_KEY=os.environ["SPARE_API_KEY"])
    assert [world.texts(user) for user in ("all", "entity", "stays")] == [[], [], ["I am here."]]


@check("import")
def import_(world: World) -> None:
    items = [{"memory": "I play chess.", "metadata": {"number": 1}}, {"memory": "I live in Oslo."}]
    (world.home / "import.json").write_text(json.dumps(items))
    world.run("import", "import.json", "-u", "import")
    assert set(world.texts("import")) == {"I play chess.", "I live in Oslo."}


# ---------------------------------------------------------------- whose, and what happened


@check("entity list")
def entity_list(world: World) -> None:
    world.told("I play chess.", user_id="listed", agent_id="helper")
    assert "listed" in {one["name"] for one in world.json("entity", "list", "users")}
    assert "helper" in {one["name"] for one in world.json("entity", "list", "agents")}


@check("entity delete")
def entity_delete(world: World) -> None:
    for user in ("gone", "left"):
        world.told("I play chess.", user_id=user)
    world.run("entity", "delete", "-u", "gone", "--dry-run")
    assert world.texts("gone") == ["I play chess."]
    world.run("entity", "delete", "-u", "gone", "--force")
    assert (world.texts("gone"), world.texts("left")) == ([], ["I play chess."])


@check("event list")
def event_list(world: World) -> None:
    event = _added("listed event")["event_id"]
    assert (event, "ADD") in {(one["id"], one["event_type"]) for one in world.json("event", "list")}
    assert "ADD" in world.run("event", "list", "-o", "table")


@check("event status")
def event_status(world: World) -> None:
    event = _added("event")["event_id"]
    found = world.json("event", "status", event)
    assert (found["status"], found["event_type"]) == ("SUCCEEDED", "ADD")
    assert "I play chess." in json.dumps(found["results"])
    assert "SUCCEEDED" in world.run("event", "status", event)
    assert "not found" in world.run("event", "status", NOBODY, fails=True).lower()


def _added(user: str) -> Any:
    return SERVER.post("/v3/memories/add/", json={"messages": "I play chess.", "user_id": user}).json()


# ---------------------------------------------------------------- the program itself


@check("init")
def init(world: World) -> str:
    world.run("init", "--api-key", KEY, "--user-id", "alice", "--force", MEM0_API_KEY="")
    kept = json.loads((world.home / ".mem0" / "config.json").read_text())
    assert (kept["platform"]["api_key"], kept["platform"]["base_url"]) == (KEY, HOST)
    assert kept["defaults"]["user_id"] == "alice"
    assert "connected" in world.run("status", MEM0_API_KEY="", MEM0_BASE_URL="").lower()
    world.run("init", "--email", "a@example.com", "--code", "1", "--force", MEM0_API_KEY="", fails=True)
    (world.home / ".mem0" / "config.json").unlink()
    return "with `--api-key`; `--email` and `--agent` make accounts at Mem0, which are not served here"


@check("status")
def status(world: World) -> None:
    assert world.json("status")["connected"] is True
    assert "invalid" in world.run("status", MEM0_API_KEY="wrong", fails=True).lower()


@check("config show")
def config_show(world: World) -> None:
    assert HOST in world.run("config", "show")


@check("config get")
def config_get(world: World) -> None:
    assert HOST in world.run("config", "get", "base_url")


@check("config set")
def config_set(world: World) -> None:
    world.run("config", "set", "user_id", "carol")
    world.run("add", "I play chess.", "--no-infer")
    assert world.texts("carol") == ["I play chess."]
    (world.home / ".mem0" / "config.json").unlink()


@check("version")
def version(world: World) -> None:
    assert re.search(r"\d+\.\d+\.\d+", world.run("version"))


@check("help")
def help_(world: World) -> None:
    assert "mem0" in world.run("help")


@check("identify")
def identify(world: World) -> str:
    assert "agent-mode keys" in world.run("identify", "somebody", fails=True)
    return "not served: it names the agent of an account that Mem0 made for it"


@check("whoami")
def whoami(world: World) -> str:
    assert "default_user_id" in world.run("whoami", fails=True)
    return "not served: it names the player of a game at Mem0"


@check("agent-rush add")
def agent_rush_add(world: World) -> str:
    world.run("agent-rush", "add", "A memory.", fails=True)
    return "not served: a game at Mem0"


@check("agent-rush search")
def agent_rush_search(world: World) -> str:
    world.run("agent-rush", "search", "A memory.", fails=True)
    return "not served: a game at Mem0"


GROUPS = ("config", "entity", "event", "agent-rush")
UNLISTED = ("identify", "whoami", "agent-rush")
"""Commands that the help of the Node program keeps to itself."""


def main() -> None:
    """Drive every command."""
    with tempfile.TemporaryDirectory() as home:
        world = World(sys.argv[1], Path(home))
        top = {*world.commands(), *UNLISTED} - set(GROUPS)
        inner = [name for group in GROUPS for name in world.commands(group)]
        run(world, {*top, *inner}, re.findall(r"\d+\.\d+\.\d+", world.run("version"))[0])


main()
