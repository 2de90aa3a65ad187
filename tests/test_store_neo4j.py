"""What only a server shows: its graph as people see it, sharing it, losing it, and opening it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from graphmem import Memory, filters, statements
from graphmem.errors import InvalidInput, StoreError, StoreTooNew, StoreUnavailable
from graphmem.store.base import Link, Mention, Selection, Touch
from graphmem.store.neo4j import Neo4jStore
from graphmem.store.neo4j.database import cypher
from graphmem.store.neo4j.migrate import migrate, migrations, require_version
from graphmem.store.neo4j.rows import moment
from tests import neo4j_stores
from tests.engine import SPACY, open_memory
from tests.made_up import Made, worlds
from tests.neo4j_servers import fresh_server
from tests.neo4j_stores import KINDS, At, ask
from tests.neo4j_writer import PATIENCE, said, store_at
from tests.worlds import EMBEDDER, NOW, TENANT, changes, entity, event, fact, probe, record, relation, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.neo4j_servers import Server

ROOT = Path(__file__).parent.parent


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every version of the server."""
    name: str = request.param
    return name


@pytest.fixture
def place(kind: str) -> At:
    """An empty database on a server that all tests share."""
    return neo4j_stores.empty(kind)


@pytest.fixture
def store(place: At) -> Iterator[Neo4jStore]:
    made = Neo4jStore(place.url, user=place.user, password=place.password)
    yield made
    made.close()


@pytest.fixture(scope="module", params=KINDS)
def mortal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this module's own, which its tests may kill and start again."""
    with fresh_server(KINDS[request.param], tmp_path_factory.mktemp("mortal")) as made:
        yield made


def at(server: Server) -> At:
    return At(server.url, server.user, server.password)


def run(place: At, task: str, name: str, number: float) -> subprocess.Popen[str]:
    """A process that writes."""
    login = (place.user or "", place.password or "")
    command = [sys.executable, "-m", "tests.neo4j_writer", place.url, *login, task, name, str(number)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[str, int]:
    """What a process complained of, and its exit status."""
    return process.communicate()[1], process.returncode


# ---------------------------------------------------------------- the graph as people see it


def test_labels_say_what_a_node_is(store: Neo4jStore, place: At) -> None:
    layers = [turn("t", "hi", 0), record("n", "x", layer="session", session_id="s1"), record("u", "x")]
    org = record("o", "x", layer="org", user_id="ann", org_id="acme")
    names = [entity("p", "Ann"), entity("w", "Rome", type="PLACE"), entity("e", "war", type="EVENT")]
    odd = entity("d", "monday", type="DATE")
    store.write(changes(layers, org, names, odd, [Mention("u", one.id) for one in (*names, odd)]))
    rows = ask(place, "MATCH (n) WHERE n:Memory OR n:Entity RETURN n.id AS id, labels(n) AS labels")
    assert {row["id"]: set(row["labels"]) for row in rows} == {
        "t": {"Memory", "Turn"}, "n": {"Memory", "SessionNote"}, "u": {"Memory", "UserFact"},
        "o": {"Memory", "OrgFact"}, "p": {"Entity", "Person"}, "w": {"Entity", "Place"},
        "e": {"Entity", "Happening"}, "d": {"Entity"},
    }  # fmt: skip
    store.write(changes(entity("p", "Ann", type="THING"), record("u", "y", layer="session", session_id="s1")))
    rows = ask(place, "MATCH (n) WHERE n.id IN ['p', 'u'] AND (n:Memory OR n:Entity) RETURN n.id AS id, labels(n) AS l")
    assert {row["id"]: set(row["l"]) for row in rows} == {"p": {"Entity", "Thing"}, "u": {"Memory", "SessionNote"}}


def test_sessions_owners_and_organisations_are_joined(store: Neo4jStore, place: At) -> None:
    store.write(changes(turn("a", "x", 0, user_id="ann", org_id="acme"), turn("b", "x", 0, agent_id="bot")))
    store.write(changes(turn("c", "x", 0, app_id="web"), turn("d", "x", 0), turn("e", "x", 0, session_id="alone")))
    store.write(changes(record("o", "x", layer="org", org_id="acme"), record("f", "x", user_id="bob", org_id="acme")))
    lines = """
    MATCH (a)-[r:OF_USER|OF_ORG|OF_AGENT|OF_APP|MEMBER_OF]->(b)
    RETURN labels(a)[0] + ' ' + a.id + ' ' + type(r) + ' ' + labels(b)[1] + ' ' + b.id AS line ORDER BY line
    """
    assert [row["line"] for row in ask(place, lines)] == [
        "Owner ann MEMBER_OF Org acme",
        "Owner bob MEMBER_OF Org acme",
        "Session alone OF_USER User ann",
        "Session s1 OF_AGENT Agent bot",
        "Session s1 OF_APP App web",
        "Session s1 OF_USER User ann",
    ]
    rows = ask(place, "MATCH (o:Owner) RETURN o.name AS name, o.memories AS memories ORDER BY name")
    counts = {row["name"]: row["memories"] for row in rows}
    assert counts == {"agent:bot": 1, "app:web": 1, "org:acme": 1, "user:ann": 3, "user:bob": 1}


def test_a_session_that_owns_itself_has_no_other_owner(store: Neo4jStore, place: At) -> None:
    store.write(changes(turn("t", "x", 0, user_id=None, session_id="lone")))
    (row,) = ask(place, "MATCH (o:Owner) RETURN labels(o) AS labels, o.name AS name, o.kind AS kind")
    assert row == {"labels": ["Owner"], "name": "session:lone", "kind": "session"}
    assert ask(place, "MATCH (s:Session) RETURN COUNT { (s)-->() } AS n, COUNT { (s)<-[:IN_SESSION]-() } AS m") == [
        {"n": 0, "m": 1}
    ]


def chain(place: At) -> list[str]:
    rows = ask(place, "MATCH (a:Turn)-[:NEXT]->(b:Turn) RETURN a.id + b.id AS pair, a.position AS n ORDER BY n")
    return [row["pair"] for row in rows]


def test_next_joins_turns_however_they_come_and_go(store: Neo4jStore, place: At) -> None:
    store.write(changes(turn("a", "x", 0), turn("d", "x", 30), turn("z", "x", 5, session_id="s2")))
    assert chain(place) == ["ad"]
    store.write(changes(turn("c", "x", 20), turn("b", "x", 10)))
    assert chain(place) == ["ab", "bc", "cd"]
    store.write(changes(delete=["b"]))
    assert chain(place) == ["ac", "cd"]
    store.write(changes(turn("a", "x", 40)))  # moves to the end
    assert chain(place) == ["cd", "da"]
    store.write(changes(turn("d", "x", 6, session_id="s2")))  # moves to the other session
    assert sorted(chain(place)) == ["ca", "zd"]
    store.write(changes(turn("e", "x", 40), turn("f", "x", 41), delete=["c", "a"]))
    assert sorted(chain(place)) == ["ef", "zd"]


def test_an_empty_session_stays_only_if_it_was_active(store: Neo4jStore, place: At) -> None:
    store.write(changes(turn("a", "x", 0), turn("b", "x", 0, session_id="s2"), Touch("user:ann", "s2", NOW)))
    store.write(changes(delete=["a", "b"]))
    assert [row["id"] for row in ask(place, "MATCH (s:Session) RETURN s.id AS id")] == ["s2"]


SHAPE: dict[str, str] = {
    "a memory without its session": """
        MATCH (m:Memory) WHERE m.session_id IS NOT NULL
          AND COUNT { (m)-[:IN_SESSION]->(s:Session) WHERE s.id = m.session_id AND s.owner = m.owner } <> 1
        RETURN m.id AS id""",
    "a memory in a session that it does not name": """
        MATCH (m:Memory)-[:IN_SESSION]->(s) WHERE m.session_id IS NULL OR s.id <> m.session_id RETURN m.id AS id""",
    "an owner that counts wrong": """
        MATCH (o:Owner) WHERE o.memories <> COUNT { MATCH (m:Memory) WHERE m.owner_uid = o.uid } RETURN o.name AS id""",
    "a speaker whom the owner does not know": """
        MATCH (m:Memory) MATCH (o:Owner {uid: m.owner_uid})
        WHERE m.position IS NOT NULL AND m.speaker IS NOT NULL AND NOT m.speaker IN o.speakers RETURN m.id AS id""",
    "a relation that its memory does not lead to": """
        MATCH (s:Entity)-[r]->(:Entity) OPTIONAL MATCH (m:Memory {uid: r.memory_uid})
        WITH s, r, m WHERE m IS NULL OR NOT s.uid IN m.states OR NOT r.uid IN m.says RETURN r.id AS id""",
    "an entity that nothing names": "MATCH (e:Entity) WHERE NOT EXISTS { (e)--() } RETURN e.id AS id",
    "an empty session that was never active": """
        MATCH (s:Session) WHERE s.last_activity IS NULL AND NOT EXISTS { (s)<-[:IN_SESSION]-() } RETURN s.id AS id""",
}


@settings(max_examples=6)
@given(made=worlds())
def test_the_graph_keeps_its_shape_whatever_is_written(kind: str, made: Made) -> None:
    place = neo4j_stores.empty(kind)
    store = Neo4jStore(place.url, user=place.user, password=place.password)
    for one in made.writes:
        store.write(one)
    store.close()
    for complaint, statement in SHAPE.items():
        orphans = "entity" in complaint  # an entity may be written that nothing names yet
        assert orphans or ask(place, statement) == [], complaint
    turns = """
    MATCH (m:Memory) WHERE m.position IS NOT NULL
    RETURN m.session_uid AS s, m.uid AS uid ORDER BY m.position, m.id
    """
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for row in ask(place, turns):
        lines[row["s"]].append(row["uid"])
    pairs = {pair for line in lines.values() for pair in pairwise(line)}
    found = [(row["a"], row["b"]) for row in ask(place, "MATCH (a)-[:NEXT]->(b) RETURN a.uid AS a, b.uid AS b")]
    assert len(found) == len(set(found))
    assert set(found) == pairs


def test_deleting_everything_leaves_nothing_but_owners_and_history(store: Neo4jStore, place: At) -> None:
    for n in range(3):
        store.write(said("w", n))
    ids = [item.id for item in store.select(Selection(TENANT), page_size=None)]
    receipt = store.write(changes(delete=ids)).receipt
    assert receipt is not None
    assert (receipt.memories, receipt.entities, receipt.relations, receipt.mentions) == (6, 5, 3, 9)
    rows = ask(place, "MATCH (n) WHERE NOT n:Store AND NOT n:Migration RETURN DISTINCT labels(n)[0] AS l ORDER BY l")
    assert [row["l"] for row in rows] == ["Change", "Owner"]
    assert ask(place, "MATCH ()-[r]->() RETURN count(r) AS n") == [{"n": 0}]
    assert store.check(NOW) == []


# ---------------------------------------------------------------- values are never text of a statement

HOSTILE = [
    "` DETACH DELETE n //", "'}) MATCH (n) DETACH DELETE n //", '"}]', "$uid", "{label}", "a`b``c", "\\u0060", ":X:Y",
    'x" OR "y', "says:(*)", "é`😀", "])-[:A]->() //",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_names_keys_and_types_are_data(store: Neo4jStore, place: At, text: str) -> None:
    def names() -> list[dict[str, Any]]:
        return ask(place, "SHOW INDEXES YIELD name RETURN name ORDER BY name") + ask(
            place, "MATCH (n) UNWIND labels(n) AS l RETURN DISTINCT l ORDER BY l"
        )

    store.write(changes(fact("f", "x"), entity("e", "E"), Mention("f", "e"), event("f", "x")))
    before = names()
    store.write(
        changes(
            record(text, text, metadata={text: text}, name=text, categories=(text,)),
            entity(text, text, type=text, aliases=[text]),
            [Mention(text, text, 1.0, text), relation(text, text, text, text, text)],
            [event(text, text, previous=text, by=text), Link("SUPERSEDES", text, "f")],
        )
    )
    assert names() == before
    (item,) = store.get(TENANT, [text])
    assert (item.memory, item.metadata, item.name) == (text, {text: text}, text)
    part = store.subgraph(TENANT, ["user:ann"])
    assert [(one.id, one.type, one.subject, one.object) for one in part.relations] == [(text, text, text, text)]
    where = filters.Test(f"metadata.{text}", "eq", text)
    assert [item.id for item in store.select(Selection(TENANT, where=where))] == [text]
    assert [item.id for item in store.select(Selection(text, ids={"user_id": text}))] == []
    store.write(changes(close_relations={text: NOW}))
    assert [one.valid_to for one in store.subgraph(TENANT, ["user:ann"]).relations] == [NOW]
    receipt = store.write(changes(delete=[text])).receipt
    assert receipt is not None
    assert (receipt.memories, receipt.relations, receipt.mentions, receipt.entities) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"metadata": {"n": 2**70}}, "beyond 64 bits"),
        ({"metadata": {"t": "\ud800"}}, "not valid Unicode"),
        ({"user_id": "u" * 40_000}, "too long for an index"),
    ],
)
def test_what_neo4j_cannot_hold_is_refused_whole(store: Neo4jStore, bad: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        store.write(changes(record("good", "x"), record("bad", "x", **bad)))
    assert store.get(TENANT, ["good"]) == []
    store.write(changes(record("good", "x")))
    assert len(store.get(TENANT, ["good"])) == 1


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-01T12:00Z", "2026-03-01T12:00:00+00:00"),
        ("2026-03-01T12:00:01Z", "2026-03-01T12:00:01+00:00"),
        ("2026-03-01T12:00:01.5Z", "2026-03-01T12:00:01.500000+00:00"),
        ("2026-03-01T12:00:01.123456789Z", "2026-03-01T12:00:01.123456+00:00"),
        ("2026-03-01T12:00:00+02:00[Europe/Oslo]", "2026-03-01T10:00:00+00:00"),
        ("0001-01-01T00:00Z", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_times_are_read_however_cypher_spells_them(text: str, iso: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.isoformat() == iso


# ---------------------------------------------------------------- statements


def test_every_statement_declares_what_it_uses() -> None:
    assert len(statements.read(cypher() / "engine")) > 40


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.number for step in migrations(cypher() / "schema")] == list(
        range(1, len(migrations(cypher() / "schema")) + 1)
    )


def test_the_wheel_carries_every_statement(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("graphmem/cypher/")}
    here = {path for folder in ("engine", "schema") for path in (ROOT / "cypher" / folder).rglob("*.cypher")}
    assert held == {f"graphmem/{path.relative_to(ROOT).as_posix()}" for path in here}


# ---------------------------------------------------------------- opening


def test_opening_again_sends_one_reading_statement(store: Neo4jStore, place: At) -> None:
    sent: list[str] = []

    class Spy:
        def __init__(self, session: Any) -> None:
            self.session = session

        def __enter__(self) -> Spy:
            return self

        def __exit__(self, *_: object) -> None:
            self.session.close()

        def run(self, statement: str, **params: Any) -> Any:
            sent.append(statement)
            return self.session.run(statement, **params)

    database = store._database
    migrate(lambda: Spy(database._session("READ")), cypher() / "schema", place.url)
    assert len(sent) == 1
    rows = ask(place, "MATCH (m:Migration) RETURN m.number AS number, m.name AS name ORDER BY number")
    assert [(row["number"], row["name"]) for row in rows] == [
        (step.number, step.name) for step in migrations(cypher() / "schema")
    ]


def test_the_vector_index_filters_where_the_server_can(store: Neo4jStore, kind: str, place: At) -> None:
    assert store._database.filtered is (kind == "neo4j")
    assert ask(place, "SHOW INDEXES YIELD state WHERE state <> 'ONLINE' RETURN count(*) AS n") == [{"n": 0}]


def test_a_newer_schema_is_refused(store: Neo4jStore, place: At) -> None:
    (state,) = ask(place, "MATCH (s:Store) RETURN s.migration AS n")
    ask(place, "MATCH (s:Store) SET s.migration = 99")
    try:
        with pytest.raises(StoreTooNew, match="pip install -U graphmem"):
            Neo4jStore(place.url, user=place.user, password=place.password)
    finally:
        ask(place, "MATCH (s:Store) SET s.migration = $n", **state)


def test_what_is_wrong_with_a_url_is_said() -> None:
    with pytest.raises(InvalidInput, match="foo://x"):
        Neo4jStore("foo://x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"bolt://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(StoreUnavailable, match="graphmem neo4j start"):
            Neo4jStore(closed)


def test_servers_that_are_too_old_are_refused() -> None:
    for fine in ("Neo4j/5.26.0", "Neo4j/5.27-aura", "Neo4j/2026.08.1", "another"):
        require_version(fine, "bolt://x")
    for old in ("Neo4j/5.25.1", "Neo4j/4.4.30"):
        with pytest.raises(StoreError, match=r"needs Neo4j 5\.26 or newer"):
            require_version(old, "bolt://x")


def test_a_database_that_is_not_there_is_named(place: At) -> None:
    with pytest.raises(StoreError, match="has no database nowhere"):
        Neo4jStore(place.url, user=place.user, password=place.password, database="nowhere")


@pytest.mark.older_at_length
def test_a_wrong_password_is_named(mortal: Server) -> None:
    with pytest.raises(StoreError, match="wrong user or password"):
        Neo4jStore(mortal.url, user=mortal.user, password="wrong")
    with pytest.raises(StoreError, match="user"):
        Neo4jStore(mortal.url)


def test_processes_that_open_an_empty_database_at_once_all_succeed(mortal: Server) -> None:
    mortal.clean(schema=True)
    start = time.time() + 3
    racers = [run(at(mortal), "open", f"p{n}", start) for n in range(4)]
    assert [ended(racer) for racer in racers] == [("", 0)] * 4
    store = store_at(at(mortal))
    assert store.stats(TENANT, NOW).memories == 8
    assert store.check(NOW) == []
    store.close()
    assert mortal.run("MATCH (m:Migration) RETURN count(m) AS n") == [{"n": len(migrations(cypher() / "schema"))}]


# ---------------------------------------------------------------- losing the server


def assert_all_there(store: Neo4jStore, names: list[str], count: int) -> None:
    """Every write is there once: its memories, and each line of its history."""
    wanted = {f"{name}-{letter}{n}" for name in names for n in range(count) for letter in "tf"}
    assert {item.id for item in store.select(Selection(TENANT), page_size=None)} == wanted
    assert [len(store.history(TENANT, one)) for one in sorted(wanted)] == [1] * len(wanted)
    counts = store.stats(TENANT, NOW)
    assert (counts.entities, counts.relations) == (2 + len(wanted) // 2, len(wanted) // 2)
    assert store.check(NOW) == []


@pytest.mark.older_at_length
def test_an_ingest_outlives_the_death_of_its_server(mortal: Server) -> None:
    mortal.clean()
    store = store_at(at(mortal))
    writer = run(at(mortal), "write", "process", 40)
    with ThreadPoolExecutor(2) as pool, Memory(at(mortal).whole, api_key="k", embedder=EMBEDDER) as memory:
        written: Any = memory._writer._store
        written._database._patience = written._database._search_patience = PATIENCE
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        thread = pool.submit(lambda: [store.write(said("thread", n)) for n in range(40)])
        lines = [f"Person{n} met Rex in Oslo." for n in range(30)]
        adder = pool.submit(lambda: [memory.add(line, user_id="ann", session_id="s") for line in lines])
        for _ in range(5):
            writer.stdout.readline()
        mortal.kill()
        time.sleep(0.5)
        mortal.start()
        thread.result()
        adder.result()
        turns = memory.get_all(user_id="ann", layers=["conversation"], page_size=100)
        assert [(item.memory, item.position) for item in reversed(list(turns))] == list(
            zip(lines, range(30), strict=True)
        )
        assert memory.doctor() == []
    assert ended(writer) == ("", 0)
    assert_all_there(store, ["process", "thread"], 40)
    store.close()


@pytest.mark.older_at_length
def test_a_stopped_server_is_reported_and_comes_back(mortal: Server) -> None:
    mortal.clean()
    store = store_at(at(mortal), search_patience=0.3)
    store.write(said("w", 0))
    mortal.stop()
    before = time.monotonic()
    with pytest.raises(StoreUnavailable, match="no Neo4j answers"):
        store.recall([probe("tea")])
    with pytest.raises(StoreUnavailable, match="no Neo4j answers"):
        store.get(TENANT, ["w-t0"])
    assert time.monotonic() - before < 10
    with pytest.raises(StoreUnavailable, match="no Neo4j answers"):
        Neo4jStore(mortal.url, user=mortal.user, password=mortal.password)
    mortal.start()
    patient = store_at(at(mortal), search_patience=60.0)
    assert len(patient.get(TENANT, ["w-t0"])) == 1
    patient.close()
    assert store.recall([probe("tea")])[0].ids == ["w-f0", "w-t0"]
    store.write(said("w", 1))
    assert_all_there(store, ["w"], 2)
    store.close()


@pytest.mark.older_at_length
def test_a_writer_waits_for_a_server_that_is_stopped_properly(mortal: Server) -> None:
    mortal.clean()
    store = store_at(at(mortal))
    with ThreadPoolExecutor(1) as pool:
        done = threading.Event()

        def write() -> int:
            n = 0
            while not done.is_set():
                store.write(said("w", n))
                n += 1
            return n

        written = pool.submit(write)
        time.sleep(1)
        mortal.stop()
        mortal.start()
        done.set()
        count = written.result()
    assert_all_there(store, ["w"], count)
    store.close()


COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message of Bolt that commits, as it travels."""


class Cut:
    """A way to the server that, when armed, loses the answer to the next commit together with the connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.armed = False
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"bolt://127.0.0.1:{self.listener.getsockname()[1]}"

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            cut = threading.Event()
            for task in (self._ask, self._answer):
                threading.Thread(target=task, args=(near, far, cut), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, cut: threading.Event) -> None:
        with near, far:
            while data := _received(near):
                if self.armed and COMMIT in data:
                    self.armed = False
                    self.cuts += 1
                    cut.set()
                far.sendall(data)
                if cut.is_set():
                    time.sleep(1)  # the server commits, and nobody hears of it
                    near.shutdown(socket.SHUT_RDWR)
                    return

    def _answer(self, near: socket.socket, far: socket.socket, cut: threading.Event) -> None:
        while data := _received(far):
            if cut.is_set():
                return
            near.sendall(data)


def _received(one: socket.socket) -> bytes:
    try:
        return one.recv(65536)
    except OSError:
        return b""


@contextmanager
def cut_to(place: At) -> Iterator[Cut]:
    made = Cut(int(place.url.rpartition(":")[2]))
    try:
        yield made
    finally:
        made.close()


def test_a_commit_whose_answer_is_lost_is_not_done_twice(place: At) -> None:
    with cut_to(place) as way:
        store = store_at(place._replace(url=way.url))
        store.write(said("w", 0))
        way.armed = True
        written = store.write(said("w", 1))
        assert way.cuts == 1
        assert (written.memories, written.relations) == (2, 1)
        assert_all_there(store, ["w"], 2)
        store.close()


# ---------------------------------------------------------------- sharing


def together(tasks: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [one.result() for one in [pool.submit(task) for task in tasks]]


def test_eight_writers_of_the_same_entities_lose_nothing(place: At, store: Neo4jStore) -> None:
    processes = [run(place, "write", f"process{n}", 6) for n in range(2)]

    def write(name: str) -> Callable[[], Any]:
        return lambda: [store.write(said(name, n)) for n in range(6)]

    names = [f"thread{n}" for n in range(6)]
    together([write(name) for name in names])
    assert [ended(process) for process in processes] == [("", 0)] * 2
    assert_all_there(store, [*names, "process0", "process1"], 6)
    rows = ask(place, "MATCH (e:Entity {key: 'ann'}) RETURN count(e) AS n, COUNT { (e)<-[:MENTIONS]-() } AS by")
    assert rows == [{"n": 1, "by": 48}]


def test_eight_adders_share_one_memory(kind: str, tmp_path: Path) -> None:
    with open_memory(kind, tmp_path, extractor=SPACY) as memory:

        def add(name: str) -> Callable[[], Any]:
            return lambda: [memory.add(f"{name} met Rex in Oslo on day {n}.", user_id="ann") for n in range(3)]

        together([add(f"Person{n}") for n in range(8)])
        items = memory.get_all(user_id="ann", layers=["conversation"], page_size=100)
        said_ = {item.memory for item in items}
        assert said_ == {f"Person{n} met Rex in Oslo on day {day}." for n in range(8) for day in range(3)}
        assert sorted(item.position for item in items if item.position is not None) == list(range(24))
        assert memory.doctor() == []
        rows = ask(neo4j_stores.at(kind), "MATCH (e:Entity {key: 'oslo'}) RETURN count(e) AS n")
        assert rows == [{"n": 1}]


def test_writers_whose_memories_cross_owners_do_not_wait_for_each_other(store: Neo4jStore) -> None:
    for owner in ("ann", "bob"):
        store.write(
            changes(turn(f"t-{owner}", "x", 0, user_id=owner), entity(f"e-{owner}", "E", owner=f"user:{owner}"))
        )

    def write(mine: str, theirs: str) -> Callable[[], Any]:
        def one(n: int) -> None:
            fact_ = fact(f"{mine}{n}", "x", f"t-{theirs}", user_id=mine)
            store.write(changes(fact_, Mention(f"{mine}{n}", f"e-{theirs}"), Mention(f"{mine}{n}", f"e-{mine}")))

        return lambda: list(map(one, range(8)))

    together([write("ann", "bob"), write("bob", "ann")])
    assert store.stats(TENANT, NOW).memories == 18
    assert store.check(NOW) == []


def test_threads_read_what_they_wrote(store: Neo4jStore) -> None:
    def work(name: str) -> Callable[[], Any]:
        def one(n: int) -> None:
            store.write(changes(record(f"{name}{n}", f"tea {name} {n}", user_id=name)))
            assert [item.id for item in store.get(TENANT, [f"{name}{n}"])] == [f"{name}{n}"]

        return lambda: list(map(one, range(5)))

    together([work(name) for name in "abcd"])
    assert store.stats(TENANT, NOW).memories == 20
