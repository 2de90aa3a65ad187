"""Asynchronous adds: answered at once, done later, and neither lost nor doubled when the server is killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from graphmem.errors import StoreUnavailable
from graphmem.rest import queue as queues
from tests.engine import SPACY, open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem import Memory
    from tests.engine import Clock
    from tests.rest.live import Live

ALEX = {"user_id": "alex"}
KEY = "the operator's key"


def later(client: httpx.Client, messages: Any, **more: Any) -> dict[str, Any]:
    answer = client.post("/v3/memories/add/", json={"messages": messages, "async_mode": True, **(more or ALEX)})
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def event(client: httpx.Client, id: str) -> dict[str, Any]:
    answer = client.get(f"/v1/event/{id}/")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ended(client: httpx.Client, id: str, seconds: float = 60) -> dict[str, Any]:
    """The event once it is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = event(client, id)
        if found["status"] in ("SUCCEEDED", "FAILED"):
            return found
        time.sleep(0.02)
    raise AssertionError(f"{id} is still {found}")


def texts(client: httpx.Client, layer: str, **ids: Any) -> list[str]:
    answer = client.post("/v3/memories/", json={"filters": ids or ALEX, "layers": [layer], "page_size": 200})
    assert answer.status_code == 200, answer.text
    return sorted(one["memory"] for one in answer.json()["results"])


class Gate:
    """An extractor that waits until it is let through."""

    def __init__(self) -> None:
        self.open, self.reached = threading.Event(), threading.Event()

    def extract(self, messages: Any, context: Any) -> Any:
        self.reached.set()
        assert self.open.wait(60)
        return SPACY.extract(messages, context)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def gated(tmp_path: Path, clock: Clock, gate: Gate) -> Iterator[Live]:
    """A server whose facts are found only when the gate opens."""
    with open_memory("sqlite", tmp_path, clock, extractor=gate) as engine, serving(engine, tmp_path) as live:
        try:
            yield live
        finally:
            gate.open.set()


# ---------------------------------------------------------------- one process


def test_turns_are_there_at_once_and_facts_later(gated: Live, gate: Gate) -> None:
    client = gated.client()
    done = later(client, "I live in Oslo.")
    assert done["status"] == "PENDING"
    assert [(one["event"], one["layer"]) for one in done["results"]] == [("ADD", "conversation")]
    assert texts(client, "conversation") == ["I live in Oslo."]
    hits = client.post("/v3/memories/search", json={"query": "Who lives in Oslo?", "filters": ALEX, "threshold": 0})
    assert [hit["memory"] for hit in hits.json()["results"]] == ["I live in Oslo."]
    assert texts(client, "user") == []
    assert gate.reached.wait(60)
    running = event(client, done["event_id"])
    assert (running["status"], running["completed_at"], running["latency"]) == ("RUNNING", None, None)
    assert running["started_at"]
    gate.open.set()
    found = ended(client, done["event_id"])
    assert (found["status"], found["error"]) == ("SUCCEEDED", None)
    assert [(one["layer"], one["data"]["memory"]) for one in found["results"]] == [
        ("user", "I live in Oslo."), ("conversation", "I live in Oslo."),
    ]  # fmt: skip
    assert texts(client, "user") == ["I live in Oslo."]


def test_only_what_asks_for_it_is_done_later(client: httpx.Client) -> None:
    for more in ({}, {"async_mode": False}, {"async_mode": True, "infer": False}):
        answer = client.post("/v3/memories/add/", json={"messages": f"I like {len(more)}.", **ALEX, **more}).json()
        assert answer["status"] == "SUCCEEDED"
    old = client.post("/v1/memories/", json={"messages": "I like tea.", **ALEX, "async_mode": True}).json()
    assert old[0]["status"] == "PENDING"
    assert ended(client, old[0]["event_id"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"messages": [{"role": "king", "content": "no"}]},
        {"messages": "fine", "layer": "nowhere"},
        {"messages": "fine", "timestamp": "some day"},
        {"messages": "fine", "expiration_date": "some day"},
        {"messages": "fine", "custom_categories": ["bare"]},
        {"messages": "fine", "user_id": " "},
    ],
)
def test_what_is_wrong_is_refused_at_once(client: httpx.Client, body: dict[str, Any]) -> None:
    answer = client.post("/v3/memories/add/", json={"async_mode": True, **ALEX, **body})
    assert answer.status_code == 400, answer.text
    assert client.get("/v1/events", params={"status": "PENDING"}).json()["count"] == 0
    assert client.post("/v3/memories/", json={"filters": {"user_id": "*"}}).json()["count"] == 0


def test_what_was_asked_for_holds_for_what_is_found_later(client: httpx.Client, live: Live) -> None:
    more = {"layer": "session", "ttl": 600, "run_id": "r1", "user_id": "alex", "categories": ["travel"]}
    done = later(client, "I prefer boutique hotels.", **more, metadata={"source": "mail"}, timestamp=1_700_000_000)
    ended(client, done["event_id"])
    (note,) = live.memory().get_all(user_id="alex", layers=["session"])
    assert (note.session_id, note.ttl, note.categories, note.metadata) == ("r1", 600, ("travel",), {"source": "mail"})
    assert note.valid_from.timestamp() == 1_700_000_000


def test_the_same_again_changes_nothing_and_says_so(client: httpx.Client) -> None:
    first = later(client, ["I live in Oslo.", "I prefer tea."])
    ended(client, first["event_id"])
    before = client.post("/v3/memories/", json={"filters": ALEX}).json()
    again = later(client, ["I live in Oslo.", "I prefer tea."])
    assert again["status"] == "SUCCEEDED"
    assert {one["event"] for one in again["results"]} == {"NONE"}
    assert event(client, again["event_id"])["status"] == "SUCCEEDED"
    assert client.post("/v3/memories/", json={"filters": ALEX}).json() == before


def test_what_waits_is_not_begun_twice(gated: Live, gate: Gate) -> None:
    client = gated.client()
    later(client, "I live in Oslo.")
    assert gate.reached.wait(60)
    again = later(client, ["I live in Oslo.", "I prefer tea."])
    (taken,) = [row["turn_id"] for row in gated.services.control.run("job_turns", id=again["event_id"])]
    assert gated.memory().get(taken).memory == "I prefer tea."
    gate.open.set()
    ended(client, again["event_id"])
    assert texts(client, "user") == ["I live in Oslo.", "I prefer tea."]


def test_jobs_of_a_person_are_done_in_their_order(gated: Live, gate: Gate) -> None:
    client = gated.client()
    places = ["Oslo", "Bergen", "Tromsø", "Bodø"]
    ids = [later(client, f"I live in {place}.")["event_id"] for place in places]
    gate.open.set()
    ends = [ended(client, id)["completed_at"] for id in ids]
    assert ends == sorted(ends)
    relations = gated.memory().relations(type="LIVES_IN", user_id="alex")
    assert [relation.object_name for relation in relations] == ["Bodø"]


def test_an_outage_of_the_store_delays_and_loses_nothing(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client, memory = live.client(), live.memory()
    monkeypatch.setattr(queues, "_OUTAGE", 0.05)
    promote, failures = type(memory).promote, [StoreUnavailable("away")] * 12

    def flaky(self: Memory, *args: Any, **options: Any) -> Any:
        if failures:
            raise failures.pop()
        return promote(self, *args, **options)

    monkeypatch.setattr(type(memory), "promote", flaky)
    done = later(client, "I live in Oslo.")
    for _ in range(200):  # the worker looks once a second; it is woken here
        live.services.queue.wake()
        time.sleep(0.02)
        if event(client, done["event_id"])["status"] == "SUCCEEDED":
            break
    assert event(client, done["event_id"])["status"] == "SUCCEEDED"
    assert texts(client, "user") == ["I live in Oslo."]
    assert failures == []


def test_what_cannot_be_done_fails_with_a_reason(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client, memory = live.client(), live.memory()
    monkeypatch.setattr(queues, "_pause", lambda tries: 0.0)

    def broken(self: Memory, *args: Any, **options: Any) -> Any:
        raise RuntimeError("words that nobody shall read")

    monkeypatch.setattr(type(memory), "promote", broken)
    found = ended(client, later(client, "I live in Oslo.")["event_id"])
    assert (found["status"], found["error"]) == ("FAILED", "RuntimeError")
    assert texts(client, "conversation") == ["I live in Oslo."]
    assert live.services.queue.waiting()["waiting"] == 0


@pytest.mark.parametrize("mode", [True, False])
def test_what_a_job_could_not_find_is_found_when_it_is_added_again(
    live: Live, monkeypatch: pytest.MonkeyPatch, mode: bool
) -> None:
    client = live.client()
    monkeypatch.setattr(queues, "_pause", lambda tries: 0.0)
    with monkeypatch.context() as broken:
        broken.setattr(type(live.memory()), "promote", lambda *_, **__: 1 / 0)
        assert ended(client, later(client, "I live in Oslo.")["event_id"])["status"] == "FAILED"
    assert texts(client, "user") == []
    again = later(client, "I live in Oslo.", async_mode=mode, **ALEX)
    assert ended(client, again["event_id"])["status"] == "SUCCEEDED"
    assert texts(client, "user") == texts(client, "conversation") == ["I live in Oslo."]


def test_what_is_deleted_does_not_come_back(gated: Live, gate: Gate) -> None:
    client, stranger = gated.client(), gated.stranger()
    running = later(client, "I live in Oslo.")["event_id"]
    assert gate.reached.wait(60)
    waiting = [later(client, text)["event_id"] for text in ("I prefer tea.", "I work at Acme.")]
    theirs = later(stranger, "I prefer coffee.")["event_id"]
    assert client.delete("/v1/memories/", params=ALEX).status_code == 200
    for id in waiting:
        assert (event(client, id)["status"], event(client, id)["results"]) == ("FAILED", [])
        assert "deleted" in event(client, id)["error"]
    gate.open.set()
    assert "deleted" in ended(client, running)["error"]
    assert client.post("/v3/memories/", json={"filters": ALEX}).json()["count"] == 0
    assert ended(stranger, theirs)["status"] == "SUCCEEDED"
    assert texts(stranger, "user") == ["I prefer coffee."]


def test_a_reset_cancels_the_jobs_of_the_project_alone(gated: Live, gate: Gate) -> None:
    client, stranger = gated.client(), gated.stranger()
    mine, theirs = later(client, "I live in Oslo.")["event_id"], later(stranger, "I prefer tea.")["event_id"]
    client.delete("/v1/memories/", params=dict.fromkeys(("user_id", "agent_id", "app_id", "run_id"), "*"))
    gate.open.set()
    assert ended(client, mine)["status"] == "FAILED"
    assert ended(stranger, theirs)["status"] == "SUCCEEDED"
    assert client.post("/v3/memories/", json={"filters": {"user_id": "*"}}).json()["count"] == 0


def test_a_deleted_fact_is_not_found_again_by_a_job_that_is_repeated(live: Live) -> None:
    client = live.client()
    done = later(client, "I live in Oslo.")
    fact = ended(client, done["event_id"])["results"][0]["id"]
    with live.services.control.writing() as connection:  # as if the process had died before it said that it was done
        store = live.services.queue._store
        connection.execute(
            "INSERT INTO job (id, project_id, store, scope, options, accepted, due, held_until) "
            "VALUES (?, 'default', ?, 'user:alex', '{}', 1, 0, 9e12)",
            (done["event_id"], store),
        )
        turn = done["results"][0]["id"]
        connection.execute("INSERT INTO job_turn VALUES (?, 0, ?)", (done["event_id"], turn))
    client.delete(f"/v1/memories/{fact}/")
    live.services.control.run("renew_jobs", ids=f'["{done["event_id"]}"]', holder=None, held_until=0)
    with live.services.control.writing() as connection:
        connection.execute("UPDATE job SET held_until = 0")
    live.services.queue.wake()
    time.sleep(0.3)
    assert texts(client, "user") == []


def test_a_store_that_cannot_be_written_leaves_no_job(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client, memory = live.client(), live.memory()

    def down(*_: Any) -> Any:
        raise StoreUnavailable("no room")

    monkeypatch.setattr(memory._store, "write", down)
    answer = client.post("/v3/memories/add/", json={"messages": "I live in Oslo.", "async_mode": True, **ALEX})
    assert answer.status_code == 503
    assert live.services.control.run("count_events", project_id="default") == []


def test_a_job_of_another_store_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with open_memory("sqlite", tmp_path / "one", clock) as engine, serving(engine, tmp_path, jobs=0) as live:
        id = later(live.client(), "I live in Oslo.")["event_id"]
    with open_memory("sqlite", tmp_path / "two", clock) as engine, serving(engine, tmp_path) as live:
        time.sleep(1.2)
        assert event(live.client(), id)["status"] == "PENDING"
    with open_memory("sqlite", tmp_path / "one", clock) as engine, serving(engine, tmp_path) as live:
        assert ended(live.client(), id)["status"] == "SUCCEEDED"


def test_jobs_move_with_the_folder(tmp_path: Path, clock: Clock) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    with open_memory("sqlite", old, clock) as engine, serving(engine, old, jobs=0) as live:
        id = later(live.client(), "I live in Oslo.")["event_id"]
    old.rename(new)
    with open_memory("sqlite", new, clock) as engine, serving(engine, new) as live:
        assert ended(live.client(), id)["status"] == "SUCCEEDED"
        assert texts(live.client(), "user") == ["I live in Oslo."]


def test_jobs_of_a_store_that_was_in_ram_are_forgotten(tmp_path: Path, clock: Clock) -> None:
    with open_memory("networkx", tmp_path, clock) as engine, serving(engine, tmp_path, jobs=0) as live:
        client = live.client()
        id = later(client, "I live in Oslo.")["event_id"]
        live.services.journal.sweep(0, 1_000)
        assert event(client, id)["status"] == "PENDING"
    with open_memory("networkx", tmp_path, clock) as engine, serving(engine, tmp_path) as live:
        live.services.journal.sweep(0, 1_000)
        assert live.client().get(f"/v1/event/{id}/").status_code == 404
        assert live.services.control.run("stores_waiting") == []


# ---------------------------------------------------------------- processes that are killed


def environment(home: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHMEM_")}
    ours = {"EMBEDDER": "hashing", "API_KEY": KEY, "LEASE": "1", "URL": str(home / "memory.db")}
    return {**env, "HOME": str(home), **{f"GRAPHMEM_{name}": value for name, value in ours.items()}}


@contextmanager
def process(home: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """A server of its own process, killed at the end without a word if it still lives."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = f"import uvicorn; uvicorn.run('graphmem.rest.app:from_environment', factory=True, port={port})"
    with (home / "log").open("a") as log:
        server = subprocess.Popen([sys.executable, "-c", code], env=environment(home), stdout=log, stderr=log)
    headers = {"Authorization": f"Token {KEY}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        try:
            wait(client, server, home)
            yield client, server
        finally:
            server.kill()
            server.wait()


def wait(client: httpx.Client, server: subprocess.Popen[bytes], home: Path) -> None:
    for _ in range(1200):
        assert server.poll() is None, (home / "log").read_text()
        with suppress(httpx.TransportError):
            if client.get("/readyz").status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError((home / "log").read_text())


def admit(home: Path) -> None:
    from graphmem.rest.accounts import Accounts
    from graphmem.rest.control import Control

    control = Control(home / "memory.server.db")
    Accounts(control).first_key(KEY)
    control.close()


DIES = """
import os, sys
from pathlib import Path
from graphmem import Memory
from graphmem.rest.accounts import Caller
from graphmem.rest.config import ServerConfig
from graphmem.rest.control import Control
from graphmem.rest.services import opened

home, before = Path(sys.argv[1]), sys.argv[2] == "before"
memory = Memory(home / "memory.db", embedder="hashing")
config = ServerConfig(store=memory.url, jobs=0)
services = opened(config, memory, Control(config.control_file))

def capture(defer):
    def noted(ids):
        defer(ids)
        if before:
            os._exit(9)
    memory.add("I live in Oslo.", user_id="alex", defer=noted)
    os._exit(9)

services.queue.accept(Caller("default", "default", "OWNER", "key"), "user:alex", {"user_id": "alex"}, {}, capture)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_server_that_dies_around_the_storing_of_turns_leaves_no_riddle(
    tmp_path: Path, clock: Clock, when: str
) -> None:
    died = subprocess.run([sys.executable, "-c", DIES, str(tmp_path), when], env=environment(tmp_path), check=False)
    assert died.returncode == 9
    with open_memory("sqlite", tmp_path, clock) as engine:
        before = engine.stats().memories
        assert before == (0 if when == "before" else 1)
        control = tmp_path / "memory.server.db"
        with serving(engine, tmp_path, control=control) as live:
            client = live.client()
            (left,) = client.get("/v1/events").json()["results"]
            assert left["status"] == "PENDING"
            with live.services.control.writing() as connection:  # rather than to wait for it
                connection.execute("UPDATE job SET held_until = 0")
            live.services.queue.wake()
            found = ended(client, left["id"])
            if when == "before":
                assert (found["status"], found["results"]) == ("FAILED", [])
                assert "again" in found["error"]
            else:
                assert found["status"] == "SUCCEEDED"
            again = later(client, "I live in Oslo.")  # the caller had no answer
            assert ended(client, again["event_id"])["status"] == "SUCCEEDED"
            assert texts(client, "user") == texts(client, "conversation") == ["I live in Oslo."]


def test_what_was_acknowledged_survives_kill_9_and_is_there_once(tmp_path: Path) -> None:
    """A server is killed while it is written to, the next one is stopped, and the last one has done it all."""
    admit(tmp_path)
    acknowledged: dict[str, str] = {}
    sent = iter(range(10_000))

    def send(client: httpx.Client) -> None:
        with suppress(httpx.TransportError):
            while True:
                text = f"I prefer tea number {next(sent)}."
                acknowledged[text] = later(client, text, user_id=f"user{random.randrange(3)}")["event_id"]

    for end in (signal.SIGKILL, signal.SIGTERM):
        with process(tmp_path) as (client, server), ThreadPoolExecutor(3) as pool:
            before = len(acknowledged)
            writers = [pool.submit(send, client) for _ in range(3)]
            while len(acknowledged) < before + 10:
                time.sleep(0.01)
            time.sleep(random.random() * 0.2)
            server.send_signal(end)
            assert server.wait(60) in (0, -end)
            for writer in writers:
                writer.result()
    with process(tmp_path) as (client, _):
        for text, id in acknowledged.items():
            found = ended(client, id)
            assert found["status"] == "SUCCEEDED", found
            layers = [one["layer"] for one in found["results"]]
            assert sorted(layers) == ["conversation", "user"], (text, found)
        for layer in ("user", "conversation"):
            every = [text for n in range(3) for text in texts(client, layer, user_id=f"user{n}")]
            assert len(every) == len(set(every))
            assert set(acknowledged) <= set(every)
