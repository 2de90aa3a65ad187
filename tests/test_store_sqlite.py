"""What only a file can do wrong: opening, migrating, sharing, filling up, forgetting."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import filters
from graphmem.errors import Closed, InvalidInput, StoreCorrupt, StoreTooNew, StoreUnavailable
from graphmem.filters import parse
from graphmem.store.base import Ask, Mention, Selection
from graphmem.store.sqlite import SqliteStore
from graphmem.store.sqlite.migrate import APPLICATION_ID, migrations
from graphmem.types import Scope
from tests.worlds import NOW, TENANT, changes, entity, event, fact, probe, record, turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.store.sqlite.seen import Seen

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(path)
    yield made
    made.close()


def ids(store: SqliteStore, question: str, **fields: Any) -> list[str]:
    return store.recall([probe(question, **fields)])[0].ids


def read_all(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def run(script: str, *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# ---------------------------------------------------------------- opening


def test_a_new_file_is_private_ours_and_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "memory.db"
    SqliteStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert plain.execute("PRAGMA user_version").fetchone() == (migrations()[-1][0],)
        assert plain.execute("SELECT number, name FROM migration").fetchall() == [one[:2] for one in migrations()]
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_opening_again_migrates_nothing_and_keeps_everything(path: Path) -> None:
    first = SqliteStore(path)
    first.write(changes(record("m", "tea")))
    first.close()
    again = SqliteStore(path)
    assert [item.memory for item in again.get(TENANT, ["m"])] == ["tea"]
    again.close()
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT count(*) FROM migration").fetchone() == (len(migrations()),)
    plain.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [number for number, _, _ in migrations()] == list(range(1, len(migrations()) + 1))


OPEN = """
import sys, time
from graphmem.store.sqlite import SqliteStore
from tests.worlds import changes, record
time.sleep(max(0, float(sys.argv[2]) - time.time()))
store = SqliteStore(sys.argv[1])
store.write(changes(record(sys.argv[3], "tea")))
store.close()
"""


def test_processes_that_open_an_empty_path_at_once_all_succeed(path: Path) -> None:
    start = time.time() + 2
    racers = [run(OPEN, path, start, f"m{n}") for n in range(4)]
    assert [(racer.communicate()[1], racer.returncode) for racer in racers] == [("", 0)] * 4
    store = SqliteStore(path)
    assert store.stats(TENANT, NOW).memories == 4
    store.close()


def test_what_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"some letter, certainly longer than a header of a database\n" * 40)
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="not a graphmem store"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE recipes (name TEXT)")
    plain.close()
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="another program"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_newer_file_is_refused(path: Path) -> None:
    SqliteStore(path).close()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA user_version = 999")
    plain.close()
    with pytest.raises(StoreTooNew, match="schema 999"):
        SqliteStore(path)


def test_damaged_pages_are_named_not_returned(path: Path) -> None:
    store = SqliteStore(path)
    store.write(changes([record(f"m{n}", f"tea {n} " * 50) for n in range(100)]))
    store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with pytest.raises(StoreCorrupt, match="damaged"):
        list(SqliteStore(path).dump(TENANT))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        SqliteStore(tmp_path)


@pytest.mark.parametrize("name", ["", ":memory:"])
def test_a_name_of_no_file_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="names no file"):
        SqliteStore(name)


def test_a_closed_store_says_so(store: SqliteStore) -> None:
    store.close()
    store.close()
    with pytest.raises(Closed):
        store.get(TENANT, ["m"])
    with pytest.raises(Closed):
        store.write(changes(record("m", "tea")))


# ---------------------------------------------------------------- full, locked, killed


FULL = """
import resource, signal, sys
from graphmem.errors import StoreUnavailable
from graphmem.store.sqlite import SqliteStore
from tests.worlds import TENANT, changes, record
store = SqliteStore(sys.argv[1])
store.write(changes(record("first", "tea")))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, -1))
try:
    for n in range(100):
        store.write(changes([record(f"m{n}.{i}", f"word{i} " * 400) for i in range(50)]))
except StoreUnavailable as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
    print(n, store.stats(TENANT, __import__("tests.worlds").worlds.NOW).memories, error)
"""


def test_a_file_that_cannot_grow_keeps_what_it_has(path: Path) -> None:
    out, err = run(FULL, path).communicate()
    writes, memories, message = out.split(" ", 2)
    assert err == ""
    assert int(memories) == 1 + 50 * int(writes)
    assert "disk" in message


def test_a_full_database_names_the_disk(store: SqliteStore) -> None:
    store.write(changes(record("first", "tea")))
    store._database._writer.execute("PRAGMA max_page_count = 60")
    with pytest.raises(StoreUnavailable, match=r"disk that holds .* is full"):
        store.write(changes([record(f"m{n}", f"word{n} " * 500) for n in range(200)]))
    assert store.stats(TENANT, NOW).memories == 1


def test_a_lock_that_is_held_too_long_is_reported(path: Path) -> None:
    store = SqliteStore(path, patience=0.2)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked by another writer"):
        store.write(changes(record("m", "tea")))
    assert store.get(TENANT, ["m"]) == []
    holder.execute("ROLLBACK")
    store.write(changes(record("m", "tea")))
    assert len(store.get(TENANT, ["m"])) == 1
    holder.close()
    store.close()


WRITE = """
import sys
from graphmem.store.sqlite import SqliteStore
from tests.worlds import changes, event, record
store = SqliteStore(sys.argv[1])
for n in range(int(sys.argv[3])):
    name = f"{sys.argv[2]}{n}"
    store.write(changes([record(f"{name}.{i}", f"tea {n}") for i in range(3)], event(name, "tea")))
    print(name, flush=True)
"""


def test_two_processes_write_without_losing_or_seeing_a_lock(path: Path) -> None:
    writers = [run(WRITE, path, name, 15) for name in "ab"]
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    store = SqliteStore(path)
    assert store.stats(TENANT, NOW).memories == 2 * 15 * 3
    store.close()


def test_what_was_acknowledged_survives_a_kill_and_nothing_is_half_written(path: Path) -> None:
    acknowledged: list[str] = []
    for life in range(3):
        writer = run(WRITE, path, f"life{life}.", 10_000)
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline().strip() for _ in range(4)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
        writer.communicate()
    store = SqliteStore(path)
    names = {item.id.rpartition(".")[0] for item in store.select(Selection(TENANT), page_size=None)}
    assert names >= set(acknowledged)
    assert store.stats(TENANT, NOW).memories == 3 * len(names)
    assert all(store.history(TENANT, name) for name in names)
    assert store.check(NOW) == []
    store.close()


def test_threads_share_one_store(store: SqliteStore) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(10):
                store.write(changes(record(f"{name}{n}", f"tea {name} {n}")))
                assert f"{name}{n}" in ids(store, f"tea {name} {n}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.stats(TENANT, NOW).memories == 40


# ---------------------------------------------------------------- forgetting


SECRETS = ("zanzibarolene", "Quixotrix", "mumbledore", "oldwording")


def test_a_deleted_text_is_nowhere_in_the_file(store: SqliteStore, path: Path) -> None:
    kept = record("kept", "tea with milk")
    store.write(changes(kept, [record(f"fill{n}", f"plain words {n}") for n in range(200)]))
    gone = record(
        "gone", "zanzibarolene tea", metadata={"note": "mumbledore"}, trigger="zanzibarolene", pin="preference"
    )
    store.write(
        changes(gone, entity("e", "Quixotrix"), Mention("gone", "e", 1.0, "Quixotrix"), event("gone", "oldwording"))
    )
    assert all(secret.encode() in read_all(path) for secret in SECRETS)
    vector = gone.vector.tobytes()
    assert vector in read_all(path)
    receipt = store.write(changes(delete=("gone",))).receipt
    assert receipt is not None
    assert (receipt.memories, receipt.vectors, receipt.mentions, receipt.entities, receipt.history) == (1, 2, 1, 1, 1)
    left = read_all(path)
    assert [secret for secret in SECRETS if secret.encode() in left] == []
    assert vector not in left
    assert b"tea with milk" in left


def test_a_reset_leaves_no_word_of_the_tenant(store: SqliteStore, path: Path) -> None:
    store.write(changes(record("m", "zanzibarolene"), event("m", "mumbledore"), entity("e", "Quixotrix")))
    store.write(changes(record("m", "tea"), tenant="other"))
    store.reset(TENANT)
    left = read_all(path)
    assert [word for word in (*SECRETS, "ann") if word.encode() in left] == ["ann"]  # the other tenant's owner
    assert store.stats(TENANT, NOW).owners == 0
    assert ids(store, "tea", scope=Scope(tenant="other", user_id="ann")) == ["m"]


def test_a_reader_puts_scrubbing_off_to_the_next_write(store: SqliteStore, path: Path) -> None:
    store.write(changes(record("gone", "zanzibarolene"), record("kept", "tea")))
    held = store.recall([probe("tea")])
    store.write(changes(delete=("gone",)))
    assert len(held[0].fetch(["gone"])) == 1  # the reader's snapshot is of before
    del held
    store.write(changes(record("more", "milk")))
    assert b"zanzibarolene" not in read_all(path)


def test_words_that_nobody_holds_are_forgotten(store: SqliteStore) -> None:
    store.write(changes(record("a", "tea milk"), record("b", "tea")))
    store.write(changes(record("a", "coffee")))
    with store._database.reading() as connection:
        assert dict(connection.execute("SELECT text, holders FROM term").fetchall()) == {"tea": 1, "coffe": 1}
    assert store.check(NOW) == []


def test_a_deletion_gives_space_back(store: SqliteStore, path: Path) -> None:
    many = [record(f"m{n}", f"word{n} " * 100) for n in range(300)]
    store.write(changes(many))
    store.write(changes(record("kept", "tea"), delete=tuple(one.item.id for one in many)))
    assert store._database.bytes() < 300_000


# ---------------------------------------------------------------- copies in memory


@pytest.fixture
def twin(path: Path, store: SqliteStore) -> Iterator[SqliteStore]:
    """Another store object on the same file, as another process would have."""
    made = SqliteStore(path)
    yield made
    made.close()


def test_writes_of_another_store_are_seen_by_the_next_search(store: SqliteStore, twin: SqliteStore) -> None:
    store.write(changes(record("a", "tea with milk")))
    assert ids(twin, "tea") == ["a"]
    store.write(changes(record("b", "green tea"), turn("t", "tea time", 0)))
    assert ids(twin, "tea") == ["a", "b", "t"]
    store.write(changes(record("a", "coffee with milk")))
    found = twin.recall([probe("coffee")])[0]
    assert found.tf[found.ids.index("a")].tolist() == [1.0]
    store.write(changes(delete=("b",)))
    assert ids(twin, "tea") == ["a", "t"]
    store.write(changes([one for n in range(200) for one in [record(f"x{n}", f"tea {n}")]]))
    assert len(ids(twin, "tea", k=500)) == 202
    store.reset(TENANT)
    store.write(changes(record("new", "tea")))
    assert ids(twin, "tea") == ["new"]


def test_edges_of_another_store_are_seen_by_the_next_search(store: SqliteStore, twin: SqliteStore) -> None:
    store.write(changes(turn("t", "Rex is a dog", 0), [turn(f"f{n}", "plain words", n + 1) for n in range(20)]))
    narrow: dict[str, Any] = {"k": 1, "widen": 0, "vector": None, "names": frozenset(("rex",))}
    assert ids(twin, "Rex", **narrow) == ["t"]
    store.write(changes(fact("f", "Ann likes animals", "t")))
    assert ids(twin, "Rex", **narrow) == ["f", "t"]
    store.write(changes(entity("e", "Rex"), Mention("f7", "e")))
    assert "f7" in ids(twin, "Rex", **narrow)
    store.write(changes(entity("e", "Bello"), entity("e2", "Fido"), Mention("f7", "e", 2.0), Mention("f8", "e2", 2.0)))
    assert [one.name for one in twin.recall([probe("words", k=500)])[0].entities] == ["Bello", "Fido"]


def test_a_memory_that_moves_to_another_owner_leaves_the_first(store: SqliteStore, twin: SqliteStore) -> None:
    store.write(changes(record("a", "tea"), record("b", "tea"), turn("t", "tea", 0)))
    assert ids(twin, "tea") == ["a", "b", "t"]
    store.write(changes(record("a", "tea", user_id="bob"), record("b", "tea")))
    assert ids(twin, "tea") == ["b", "t"]
    assert ids(twin, "tea", scope=Scope(user_id="bob")) == ["a"]


def test_a_search_sees_one_moment_even_when_it_is_old(store: SqliteStore) -> None:
    store.write(changes(record("a", "tea")))
    old = store.recall([probe("tea")])[0]
    store.write(changes(record("a", "coffee")))
    assert [item.memory for item in old.fetch(["a"])] == ["tea"]
    assert [item.memory for item in store.recall([probe("tea")])[0].fetch(["a"])] == ["coffee"]


def test_what_a_caller_sees_is_worked_out_once(store: SqliteStore) -> None:
    def shown() -> Seen:
        store.recall([probe("rain", scope=Scope(user_id="ann", session_id="s1"))])
        (held,) = store._shelf._parts.values()
        (seen,) = held[0].last_seen
        return seen

    store.write(changes(record("a", "rain"), record("b", "rain", expires_at=NOW + timedelta(days=1))))
    first = shown()
    assert first.count == 2
    assert shown() is first
    store.recall([probe("rain", now=NOW + timedelta(days=2))])
    assert shown() is not first
    before = shown()
    store.write(changes(record("c", "rain", layer="session", session_id="s1")))
    assert before.count == 2
    assert shown().count == 3


def test_what_was_replaced_keeps_its_sources_after_later_writes(store: SqliteStore) -> None:
    store.write(changes(turn("t", "snow", 0), fact("f", "rain", "t")))
    others = [record("f", "rain", labels=1, sources=("t",)), record("other", "milk")]
    for other in others:
        assert store.recall([probe("rain", k=1, widen=0)])[0].ids == ["f", "t"]
        store.write(changes(other))
    assert store.recall([probe("rain", k=1, widen=0)])[0].ids == ["f", "t"]


def test_known_near_follows_writes(store: SqliteStore) -> None:
    ask = Ask(TENANT, ("user:ann",), near=(("user:ann", record("q", "tea").vector),), now=NOW)
    assert list(store.known(ask).near) == [[]]
    store.write(changes(record("a", "tea")))
    assert [(item.id, round(cosine, 4)) for item, cosine in store.known(ask).near[0]] == [("a", 1.0)]
    store.write(changes(delete=("a",)))
    assert list(store.known(ask).near) == [[]]


def test_copies_stay_within_their_bound(path: Path) -> None:
    store = SqliteStore(path, cache=100_000)
    for n in range(20):
        many = [record(f"u{n}.{i}", f"tea {i}", user_id=f"u{n}") for i in range(20)]
        store.write(changes(many))
    for _ in range(2):
        for n in range(20):
            assert len(ids(store, "tea", scope=Scope(user_id=f"u{n}"))) == 20
            assert 0 < store._shelf.held <= 100_000
    store.close()


# ---------------------------------------------------------------- values are never text of a statement


@pytest.mark.parametrize("text", ["' OR 1=1 --", '"); DROP TABLE memory; --', "a'b", "$.x", '$."k"', "%", "_", "\\"])
def test_values_and_keys_are_bound(store: SqliteStore, text: str) -> None:
    store.write(changes(record("m", text, metadata={text: text}), record("n", "tea")))
    where = filters.Test(f"metadata.{text}", "eq", text)
    assert [item.id for item in store.select(Selection(TENANT, where=where))] == ["m"]
    assert ids(store, "tea", where=where) == ["m"]
    assert ids(store, "tea", scope=Scope(tenant=text, user_id=text)) == []


def test_a_filter_may_be_as_large_as_the_grammar_allows(store: SqliteStore) -> None:
    store.write(changes(record("m", "tea", metadata={"k": 7})))
    wide = parse({"OR": [{"k": n} for n in range(900)]})
    assert [item.id for item in store.select(Selection(TENANT, where=wide))] == ["m"]
    long = parse({"k": {"in": list(range(9_000))}})
    assert [item.id for item in store.select(Selection(TENANT, where=long))] == ["m"]
