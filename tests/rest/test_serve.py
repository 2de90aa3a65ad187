"""`graphmem serve` and `graphmem keys` as processes: the first key, who may listen where, several workers, the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from graphmem.cli.serve import _listening
from graphmem.errors import InvalidInput
from graphmem.rest.config import ServerConfig, control_file

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAPHMEM = str(Path(sys.executable).with_name("graphmem"))


def environment(home: Path, **more: str) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHMEM_")}
    return {**env, "HOME": str(home), "GRAPHMEM_EMBEDDER": "hashing", "GRAPHMEM_WARM": "false", **more}


def command(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GRAPHMEM, *words], env=environment(home, **env), cwd=home, capture_output=True, text=True, check=False
    )


@contextmanager
def served(home: Path, *words: str, **env: str) -> Iterator[tuple[str, str]]:
    """A server of its own process: its url, and the first line it printed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (home / "stdout").open("w") as out, (home / "stderr").open("w") as err:
        line = [GRAPHMEM, "serve", "--port", str(port), *words]
        process = subprocess.Popen(line, env=environment(home, **env), cwd=home, stdout=out, stderr=err)
    try:
        url = f"http://127.0.0.1:{port}"
        wait(url, process, home)
        yield url, (home / "stdout").read_text().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, -signal.SIGTERM), (home / "stderr").read_text()


def wait(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, (home / "stderr").read_text()
        try:
            if httpx.get(f"{url}/readyz", timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError((home / "stderr").read_text())


def asked(url: str, key: str, path: str, body: Any) -> Any:
    answer = httpx.post(url + path, json=body, headers={"Authorization": f"Token {key}"}, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_first_start_prints_a_key_that_later_starts_know(tmp_path: Path) -> None:
    assert command(tmp_path, "add", "I live in Oslo.", "--user", "alex").returncode == 0
    with served(tmp_path) as (url, key):
        assert key.startswith("gm_")
        found = asked(url, key, "/v3/memories/", {"filters": {"user_id": "alex"}})
        assert {one["memory"] for one in found["results"]} == {"I live in Oslo."}
        assert (tmp_path / ".graphmem" / "server.db").exists()
    with served(tmp_path) as (url, printed):
        assert printed == ""
        asked(url, key, "/v1/memories/add", {"messages": "I like tea.", "user_id": "alex"})
        logged = (tmp_path / "stderr").read_text()
        assert "tea" not in logged
        assert key not in logged


def test_several_processes_serve_one_store(tmp_path: Path) -> None:
    store = str(tmp_path / "shared.db")
    with served(tmp_path, "--workers", "2", "--store", store, GRAPHMEM_API_KEY="the operator's") as (url, printed):
        assert printed == ""
        for i in range(6):
            body = {"messages": f"I met person{i} in Oslo.", "user_id": "alex", "infer": False}
            asked(url, "the operator's", "/v3/memories/add/", body)
            found = asked(url, "the operator's", "/v3/memories/", {"filters": {"user_id": "alex"}})
            assert found["count"] == i + 1
    assert (tmp_path / "shared.server.db").exists()


def test_the_socket_of_several_processes_sends_small_packets_at_once() -> None:
    """Without it an answer waits 40 ms for the client's acknowledgement of its first packet."""
    with closing(_listening(uvicorn.Config("none:app", port=0))) as listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_others_are_let_in_only_by_a_chosen_key(tmp_path: Path) -> None:
    refused = command(tmp_path, "serve", "--host", "0.0.0.0", "--port", "1")
    assert refused.returncode == 1
    assert "keys create" in refused.stderr
    made = command(tmp_path, "keys", "create", "--name", "laptop")
    secret = made.stdout.strip()
    with served(tmp_path, "--host", "0.0.0.0") as (url, printed):
        assert printed == ""
        asked(url, secret, "/v3/memories/", {"filters": {"user_id": "alex"}})
    listed = command(tmp_path, "keys", "list")
    assert "laptop" in listed.stdout
    assert secret not in listed.stdout
    assert secret[:9] in listed.stdout
    assert command(tmp_path, "keys", "revoke", secret[:9]).returncode == 0
    assert command(tmp_path, "keys", "revoke", secret[:9]).returncode == 1
    assert command(tmp_path, "serve", "--host", "0.0.0.0", "--port", "1").returncode == 1


def test_the_key_that_was_printed_may_be_named(tmp_path: Path) -> None:
    with served(tmp_path) as (url, key):
        asked(url, key, "/v3/memories/", {"filters": {"user_id": "alex"}})
    for env in ({"GRAPHMEM_API_KEY": key}, {}):
        with served(tmp_path, **env) as (url, printed):
            assert printed == ""
            asked(url, key, "/v3/memories/", {"filters": {"user_id": "alex"}})
    assert command(tmp_path, "keys", "revoke", key[:9]).returncode == 0
    refused = command(tmp_path, "serve", GRAPHMEM_API_KEY=key)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: ")
    assert "revoked" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database" * 100)
    for words in (
        ("serve", "--store", "text.db"),
        ("serve", "--control", "text.db"),
        ("serve", "--store", ":memory:", "--workers", "2"),
        ("keys", "create", "--role", "king"),
        ("keys", "create", "--project", "nowhere"),
    ):
        done = command(tmp_path, *words)
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")
        assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- the configuration


def test_the_environment_says_what_arguments_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_URL", "/tmp/some.db")
    monkeypatch.setenv("GRAPHMEM_CORS", "https://a.example, https://b.example")
    monkeypatch.setenv("GRAPHMEM_WARM", "false")
    monkeypatch.setenv("GRAPHMEM_PORT", "")
    config = ServerConfig.of(threads=3)
    assert (config.store, config.threads, config.warm, config.port) == ("/tmp/some.db", 3, False, 8420)
    assert config.cors == ("https://a.example", "https://b.example")
    for name, value in config.environment().items():
        monkeypatch.setenv(name, value)
    assert ServerConfig.of() == config
    monkeypatch.setenv("GRAPHMEM_PORT", "many")
    with pytest.raises(InvalidInput, match="port"):
        ServerConfig.of()


def test_the_control_file_lies_beside_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    home = tmp_path / ".graphmem"
    assert control_file(str(home / "memory.db")) == home / "server.db"
    assert control_file("neo4j://localhost") == home / "server.db"
    assert control_file("sqlite:/data/a.db") == Path("/data/a.server.db")
    assert ServerConfig(store="/data/a.db", control=Path("~/c.db")).control_file == tmp_path / "c.db"
