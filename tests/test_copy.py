"""A whole store into another one: nothing is lost or doubled, wherever it stops and however often it is done."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from graphmem import Memory
from graphmem.cli import app
from graphmem.copying import copy
from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import EmbedderMismatch, InvalidInput
from graphmem.store.base import Ask, Close, Fingerprint, Link, Mention, Selection, Touch
from graphmem.store.sqlite import SqliteStore
from graphmem.types import Entity
from tests.engine import START, Clock, open_memory
from tests.made_up import Made, worlds
from tests.test_store_congruence import problems, rows, stats
from tests.worlds import HOUR, NOW, TENANT, changes, entity, event, fact, record, relation, turn, vector

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphmem.copying import Copied
    from graphmem.store.base import Changes, Store
    from graphmem.transfer import Progress

few = settings(max_examples=5, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""A world is made from a seed, which cannot be shrunk."""


def empty(*stores: Store) -> None:
    for store in stores:
        for tenant in store.tenants():
            store.reset(tenant)


def write(store: Store, writes: Sequence[Changes]) -> None:
    for one in writes:
        store.write(one)


def assert_same(store: Store, other: Store) -> None:
    """Row by row, the order of history included."""
    assert store.tenants() == other.tenants()
    for tenant in store.tenants():
        assert rows(store, tenant, None) == rows(other, tenant, None)
        assert stats(store, tenant, embedder=None) == stats(other, tenant, embedder=None)
    assert problems(store) == problems(other)


def agree(copied: Sequence[Copied]) -> bool:
    return not any(one.lacking or one.more for one in copied)


def quiet(copied: Sequence[Copied]) -> bool:
    return not any(one.written or one.renewed for one in copied)


# ---------------------------------------------------------------- worlds that nobody thought of


@few
@given(made=worlds(), batch=st.sampled_from((1, 3, 500)))
def test_every_row_comes_along(store: Store, other: Store, made: Made, batch: int) -> None:
    empty(store, other)
    write(store, made.writes)
    copied = copy(store, other, batch=batch)
    assert_same(store, other)
    assert [one.tenant for one in copied] == store.tenants()
    assert agree(copied)
    for one in copied:
        assert one.read == one.written
        assert one.read.total() == len(list(store.dump(one.tenant)))
    if any(one.read["memory"] for one in copied):
        assert other.fingerprint() == store.fingerprint()
    again = copy(store, other)
    assert quiet(again)
    assert agree(again)
    assert_same(store, other)


class Stopped(Exception):
    pass


def stopping_after(steps: int) -> Progress:
    left = iter(range(steps))

    def tell(done: int, total: int | None) -> None:
        if next(left, None) is None:
            raise Stopped

    return tell


@few
@given(made=worlds(), batch=st.integers(1, 9), random=st.randoms(use_true_random=False))
def test_it_may_stop_after_any_write(store: Store, other: Store, made: Made, batch: int, random: Any) -> None:
    empty(store, other)
    write(store, made.writes)
    stops = 0
    while stops < 5:
        try:
            copy(store, other, batch=batch, progress=stopping_after(random.randint(0, 8)))
            break
        except Stopped:
            stops += 1
    assert agree(copy(store, other))
    assert_same(store, other)


@few
@given(made=worlds(), batch=st.integers(1, 9), random=st.randoms(use_true_random=False))
def test_what_changed_comes_with_the_next_copy(store: Store, other: Store, made: Made, batch: int, random: Any) -> None:
    empty(store, other)
    for each in made.writes:
        store.write(each)
        if random.random() < 0.3:
            copy(store, other, batch=batch)
    copied = copy(store, other, batch=batch)
    assert not any(one.lacking for one in copied)
    for one in copied:
        assert_holds(store, other, one.tenant)
        assert_more_is_counted(store, other, one)
    assert quiet(copy(store, other))
    if agree(copied):
        assert_same(store, other)


def assert_holds(store: Store, other: Store, tenant: str) -> None:
    """All of a tenant is in the other; what both hold is the same but for what hangs on what only the other holds."""
    mine, theirs = by_kind(store, tenant), by_kind(other, tenant)
    for kind in ("mention", "relation"):
        known = {one.item.id for one in mine["memory"]}
        assert mine[kind] == [one for one in theirs[kind] if one.memory_id in known]
    kept = {one.item.id: one.item for one in theirs["memory"]}
    for one in mine["memory"]:
        item = kept[one.item.id]
        assert set(one.item.sources) <= set(item.sources)
        assert item.model_copy(update={"sources": one.item.sources}) == one.item
    named = {one.id: one for one in theirs["entity"]}
    for one in mine["entity"]:
        assert set(one.aliases) <= set(named[one.id].aliases)
        assert bare(named[one.id]) == bare(one)
    for kind in ("link", "touch"):
        assert set(mine[kind]) <= set(theirs[kind])
    assert happenings(mine) <= happenings(theirs)


def by_kind(store: Store, tenant: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {
        kind: [] for kind in ("touch", "memory", "entity", "mention", "relation", "link", "event")
    }
    for kind, value in store.dump(tenant):
        found[kind].append(value)
    for kind in ("mention", "relation"):
        found[kind].sort(key=repr)
    return found


def bare(one: Entity) -> Entity:
    return one.model_copy(update={"aliases": (), "mentions": 0})


def happenings(found: dict[str, list[Any]]) -> set[tuple[Any, ...]]:
    return {(one.id, one.event, one.at, one.by) for one in found["event"]}


def assert_more_is_counted(store: Store, other: Store, one: Copied) -> None:
    extra = {
        kind: len(list(found)) - len(by_kind(store, one.tenant)[kind])
        for kind, found in by_kind(other, one.tenant).items()
    }
    counted = {kind: one.more[kind] for kind in extra}
    assert counted == extra
    here = {item.id for item in store.select(Selection(one.tenant), page_size=None).results}
    there = {item.id for item in other.select(Selection(one.tenant), page_size=None).results}
    assert set(one.memories) <= there - here
    assert len(one.memories) == min(10, len(there - here))


# ---------------------------------------------------------------- single changes


def family() -> list[Any]:
    """A turn, the fact from it, and whom it names."""
    return [
        turn("t", "I work at Acme with Bob.", 0),
        fact("f", "I work at Acme with Bob.", "t"),
        [entity("ann", "Ann"), entity("acme", "Acme", type="ORG"), entity("bob", "Bob")],
        [Mention("t", "acme"), Mention("f", "ann"), Mention("f", "acme", 2.0, "Acme"), Mention("f", "bob")],
        relation("r", "ann", "WORKS_AT", "acme", "f"),
        [event("t", "I work at Acme with Bob.", layer="conversation"), event("f", "I work at Acme with Bob.")],
    ]


def test_a_memory_that_says_something_else_loses_what_it_said(store: Store, other: Store) -> None:
    store.write(changes(family()))
    copy(store, other)
    new = [entity("globex", "Globex"), Mention("f", "ann"), Mention("f", "globex")]
    new += [relation("s", "ann", "WORKS_AT", "globex", "f"), event("f", "I work at Globex.", "UPDATE")]
    store.write(changes(fact("f", "I work at Globex.", "t"), new, clear=["f"]))
    (copied,) = copy(store, other)
    assert (copied.renewed, agree([copied])) == (1, True)
    assert_same(store, other)
    assert {one.id for one in other.subgraph(TENANT, ["user:ann"]).entities} == {"ann", "acme", "globex"}


def test_entities_of_renewed_memories_are_not_lost(store: Store, other: Store) -> None:
    """Both memories change; one stops naming Acme, which only the other names now."""
    store.write(changes(family(), record("g", "Bob")))
    store.write(changes(Mention("g", "bob")))
    copy(store, other)
    store.write(changes(record("t", "..."), record("f", "Bob"), record("g", "Acme"), clear=["t", "f", "g"]))
    store.write(changes([entity("acme", "Acme", type="ORG"), entity("bob", "Bob")], Mention("f", "bob")))
    store.write(changes(Mention("g", "acme")))
    assert agree(copy(store, other, batch=1))
    assert_same(store, other)


def test_closed_facts_come_closed(store: Store, other: Store) -> None:
    store.write(changes(family()))
    copy(store, other)
    store.write(changes(record("n", "I work at Globex."), Close("f", "n", NOW, NOW), close_relations={"r": NOW}))
    store.write(changes(Link("SUPERSEDES", "n", "f")))
    assert agree(copy(store, other))
    assert_same(store, other)
    assert other.get(TENANT, ["f"])[0].superseded_by == "n"


def test_what_was_deleted_since_stays_and_is_named(store: Store, other: Store) -> None:
    store.write(changes(family()))
    copy(store, other)
    store.write(changes(delete=["f"]))
    store.write(changes(event("f", None, "DELETE", at=NOW + HOUR)))
    (copied,) = copy(store, other)
    assert copied.memories == ("f",)
    assert copied.more == {"memory": 1, "entity": 2, "mention": 3, "relation": 1, "link": 1}
    assert not copied.lacking
    assert [one.event for one in other.history(TENANT, "f")] == ["ADD", "DELETE"]
    other.write(changes(delete=["f"]))
    assert agree(copy(store, other))
    assert_same(store, other)


def test_memories_of_its_own_stay(store: Store, other: Store) -> None:
    other.write(changes(record("own", "Bob likes tea"), entity("bob", "Bobby", aliases=["rob"]), Mention("own", "bob")))
    other.write(changes(Touch("user:zoe", "s", NOW)))
    store.write(changes(family()))
    (copied,) = copy(store, other)
    assert copied.memories == ("own",)
    assert copied.more == {"memory": 1, "mention": 1, "touch": 1, "alias": 1}
    assert {item.id for item in other.get(TENANT, ["own", "f", "t"])} == {"own", "f", "t"}
    (bob,) = (one for one in other.subgraph(TENANT, ["user:ann"]).entities if one.id == "bob")
    assert (bob.name, bob.aliases, bob.mentions) == ("Bob", ("rob",), 2)


def note(memory_id: str, expires_at: Any) -> Any:
    return record(memory_id, memory_id, layer="session", session_id="s", ttl=3600.0, expires_at=expires_at)


@pytest.mark.parametrize("stopped", [False, True])
def test_activity_of_a_session_does_not_move_its_notes(store: Store, other: Store, stopped: bool) -> None:
    store.write(changes(note("early", NOW + HOUR), note("gone", NOW), Touch("user:ann", "s", NOW)))
    store.write(changes(note("late", NOW + 9 * HOUR)))
    copy(store, other)
    assert_same(store, other)
    store.write(changes(Touch("user:ann", "s", NOW + HOUR / 2)))
    store.write(changes(note("longer", NOW + 20 * HOUR), note("late", NOW + 9 * HOUR)))
    if stopped:
        with pytest.raises(Stopped):
            copy(store, other, batch=1, progress=stopping_after(1))
    assert agree(copy(store, other))
    assert_same(store, other)


def test_a_session_that_went_on_elsewhere_is_not_set_back(store: Store, other: Store) -> None:
    store.write(changes(note("n", NOW + HOUR), Touch("user:ann", "s", NOW)))
    copy(store, other)
    other.write(changes(note("own", NOW + HOUR), Touch("user:ann", "s", NOW + HOUR / 2)))
    assert quiet(copy(store, other)) is False
    state = other.known(Ask(TENANT, (), sessions=[("user:ann", "s")])).sessions["user:ann", "s"]
    assert state.last_activity == NOW + HOUR / 2
    assert [item.expires_at for item in other.get(TENANT, ["n", "own"])] == [NOW + HOUR, NOW + 1.5 * HOUR]


def test_equal_events_stay_as_many(store: Store, other: Store) -> None:
    twice = [event("f", "x", "MERGE", by="t")] * 2
    store.write(changes(family(), twice))
    with pytest.raises(Stopped):  # between the two
        copy(store, other, batch=1, progress=stopping_after(len(list(store.dump(TENANT))) - 2))
    assert [one.event for one in other.history(TENANT, "f")] == ["ADD", "MERGE"]
    copy(store, other)
    assert_same(store, other)


def test_whatever_differs_is_written(store: Store, other: Store) -> None:
    plain = record("m", "tea", pin="instruction", trigger="when")
    differences: list[dict[str, Any]] = [
        {"vector": vector("milk")},
        {"trigger_vector": vector("milk")},
        {"terms": {"milk": 1}},
        {"labels": 5},
        {"question": True},
        {"item": plain.item.model_copy(update={"metadata": {"k": [1, None]}})},
    ]
    other.write(changes([replace(plain, item=plain.item.model_copy(update={"id": f"m{n}"})) for n in range(6)]))
    for n, difference in enumerate(differences):
        changed = replace(plain, **difference)
        store.write(changes(replace(changed, item=changed.item.model_copy(update={"id": f"m{n}"}))))
    store.write(changes(entity("e", "Rex", type="DOG"), Mention("m0", "e", 1.0, "Rexy")))
    other.write(changes(entity("e", "Rex", type="CAT"), Mention("m0", "e", 2.0, "Rex")))
    (copied,) = copy(store, other)
    assert copied.written == {"memory": 6, "entity": 1, "mention": 1}
    assert agree([copied])
    assert_same(store, other)


def test_only_the_named_tenants(store: Store, other: Store) -> None:
    for tenant in ("one", "two", "three"):
        store.write(changes(family(), tenant=tenant))
    assert [one.tenant for one in copy(store, other, tenants=["two", "one"])] == ["one", "two"]
    assert other.tenants() == ["one", "two"]
    with pytest.raises(InvalidInput, match="has no tenant four; it has one, three, two"):
        copy(store, other, tenants=["three", "four"])
    assert other.tenants() == ["one", "two"]


def test_an_empty_store_is_copied(store: Store, other: Store) -> None:
    assert copy(store, other) == []
    assert other.tenants() == []
    assert other.fingerprint() is None


def test_vectors_of_another_embedder_are_refused_first(store: Store, other: Store) -> None:
    store.write(changes(family(), Touch("user:ann", "s", NOW)))
    small = HashingEmbedder(16)
    foreign = replace(record("own", "x"), vector=small.encode(["x"])[0])
    other.write(changes(foreign, embedder=Fingerprint(small.name, small.dim)))
    before = list(map(repr, other.dump(TENANT)))
    with pytest.raises(EmbedderMismatch, match=r"graphmem reembed.*nothing was written"):
        copy(store, other)
    assert list(map(repr, other.dump(TENANT))) == before


def test_a_store_is_not_copied_onto_itself(store: Store) -> None:
    with pytest.raises(InvalidInput, match="onto itself"):
        copy(store, store)


def test_progress_reaches_the_end(store: Store, other: Store) -> None:
    store.write(changes([record(f"m{n}", "x") for n in range(250)]))
    told: list[tuple[int, int | None]] = []
    for _ in range(2):
        told.clear()
        copy(store, other, batch=50, progress=lambda done, total: told.append((done, total)))
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert len({total for _, total in told}) == 1
        assert told[-1][0] == told[-1][1]
        assert len(told) > 5


def test_vectors_do_not_pile_up(tmp_path: Path) -> None:
    count, dim = 2_000, 2_048
    one, other = SqliteStore(tmp_path / "one.db"), SqliteStore(tmp_path / "other.db")
    random = np.random.default_rng(0)
    for start in range(0, count, 500):
        vectors = random.standard_normal((500, dim)).astype(np.float32)
        batch = [replace(record(f"m{start + n}", "x"), vector=row) for n, row in enumerate(vectors)]
        one.write(changes(batch, embedder=Fingerprint("random", dim)))
    tracemalloc.start()
    copied = copy(one, other, batch=50)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert agree(copied)
    assert copied[0].written == {"memory": count}
    assert peak < count * dim * 4 / 2
    one.close()
    other.close()


# ---------------------------------------------------------------- through the engine


def test_a_copy_answers_like_the_original(tmp_path: Path) -> None:
    clock = Clock()
    (tmp_path / "copy").mkdir()
    with open_memory("sqlite", tmp_path, clock) as memory:
        memory.add(["I'm Alex.", "I live in Bergen.", "Book me a flight to Rome."], user_id="alex", session_id="s1")
        clock.advance(minutes=1)
        memory.add("I moved to Oslo.", user_id="alex", session_id="s1")
        memory.add("Always answer in metric units when I ask about cooking.", user_id="alex")
        one, other = SqliteStore(tmp_path / "memory.db"), SqliteStore(tmp_path / "copy" / "memory.db")
        assert agree(copy(one, other))
        one.close()
        other.close()
        with open_memory("sqlite", tmp_path / "copy", clock) as twin:
            assert twin.doctor() == []
            for question in ("Where do I live?", "flight", "cooking"):
                found, again = (m.search(question, user_id="alex", session_id="s1") for m in (memory, twin))
                assert [hit.model_dump(exclude={"why"}) for hit in found] == [
                    hit.model_dump(exclude={"why"}) for hit in again
                ]
            clock.advance(minutes=1)
            for each in (memory, twin):
                each.add(["I moved to Rome.", "I live in Oslo."], user_id="alex", session_id="s1")
            assert [hit.id for hit in memory.search("live", user_id="alex")] == [
                hit.id for hit in twin.search("live", user_id="alex")
            ]


# ---------------------------------------------------------------- killed


def start(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from graphmem.cli import app; app()", "copy", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill_after(lines: int, *words: str) -> None:
    """Start a copy and kill it once it has told so often how far it is."""
    process = start(*words)
    assert process.stderr is not None
    for _ in range(lines):
        assert re.match(r"copy: \d+ %", process.stderr.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def test_killed_in_the_middle_the_same_command_finishes(tmp_path: Path) -> None:
    source = SqliteStore(tmp_path / "from.db")
    for seed in range(8):
        write(source, Made(seed, 3, 12).writes)
    words = (str(tmp_path / "from.db"), str(tmp_path / "to.db"), "--batch", "1")
    held = [0]
    for lines in (1, 3):
        kill_after(lines, *words)
        target = SqliteStore(tmp_path / "to.db")
        held.append(sum(len(list(target.dump(tenant))) for tenant in target.tenants()))
        assert [problem for problem in target.check(START) if problem.kind == "damaged"] == []
        target.close()
    whole = sum(len(list(source.dump(tenant))) for tenant in source.tenants())
    assert held == sorted(held)
    assert 0 < held[-1] < whole
    process = start(*words, "--json")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert sum(json.loads(out)["written"].values()) <= whole - held[-1] + 1
    target = SqliteStore(tmp_path / "to.db")
    assert_same(source, target)
    source.close()
    target.close()


# ---------------------------------------------------------------- the command


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A store of two tenants."""
    store = SqliteStore(tmp_path / "from.db")
    store.write(changes(family()))
    store.write(changes(record("x", "tea"), tenant="two"))
    store.close()
    return str(tmp_path / "from.db")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["copy", *words])


def test_the_command_copies_and_compares(source: str, tmp_path: Path) -> None:
    target = str(tmp_path / "new" / "to.db")
    first = run(source, target)
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        "3 memories, 3 entities, 4 mentions, 1 relation, 1 link, 2 events in 2 tenants",
        "14 rows written, 0 there already",
        "compared: TO holds all of FROM, row by row the same",
    ]
    assert re.fullmatch(r"(copy: \d+ %\n)+", first.stderr)
    assert first.stderr.endswith("copy: 100 %\n")
    again = json.loads(run("sqlite:" + source, target, "--json").stdout)
    assert (again["tenants"], again["written"], again["lacking"], again["more"]) == (2, {}, {}, {})
    one, other = SqliteStore(source), SqliteStore(target)
    assert_same(one, other)
    one.close()
    other.close()


def test_the_command_says_what_only_the_target_holds(source: str, tmp_path: Path) -> None:
    target = SqliteStore(tmp_path / "to.db")
    target.write(changes([record(f"own{n:02}", "x") for n in range(12)]))
    target.write(changes(record("other", "x"), tenant="three"))
    target.close()
    result = run(source, str(tmp_path / "to.db"))
    assert result.exit_code == 0
    assert "only in TO, and kept: 12 memories" in result.stderr
    assert "own08, own09, ..." in result.stderr
    assert "tenants only in TO: three" in result.stderr
    assert "TO holds all of FROM, and more" in result.stdout
    some = run(source, str(tmp_path / "some.db"), "--tenant", "two", "--batch", "1")
    assert some.stdout.startswith("1 memory in 1 tenant\n")


def test_a_bar_shows_on_a_terminal(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run(source, str(tmp_path / "to.db"))
    assert "━" in result.stderr
    assert "copy: " not in result.stderr


def test_the_command_refuses_what_cannot_be(source: str, tmp_path: Path) -> None:
    target, link = str(tmp_path / "to.db"), tmp_path / "link.db"
    link.symlink_to(source)
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("no database at all, but a text of some length " * 50)
    refused = {
        ("none.db", target): "no store at 'none.db'",
        (":memory:", target): "no store at ':memory:'",
        (str(tmp_path), target): "no store at",
        (str(tmp_path / "empty.db"), target): "no store at",
        (str(tmp_path / "text.db"), target): "text.db",
        (source, source): "onto itself",
        (source, f"sqlite:{link}"): "onto itself",
        (source, os.path.relpath(source)): "onto itself",
        (source, ":memory:"): "name a file or a server",
        (source, "ftp://host/x"): "no store speaks 'ftp'",
        ("ftp://host/x", target): "no store speaks 'ftp'",
        ("bolt://ann:secret@nowhere/notes", "bolt://nowhere/notes"): "onto itself",
    }
    for words, says in refused.items():
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, ""), words
        assert result.stderr.startswith("error: ")
        assert says in result.stderr
        assert "secret" not in result.stderr
        assert not os.path.exists(target)
        assert not os.path.exists("none.db")
    assert (tmp_path / "empty.db").stat().st_size == 0
    assert "has no tenant nobody; it has default, two" in run(source, target, "--tenant", "nobody").stderr
    assert run(source, target, "--batch", "0").exit_code == 2


def test_the_command_refuses_another_embedder(source: str, tmp_path: Path) -> None:
    with Memory(tmp_path / "to.db", embedder="hashing") as memory:
        memory.add("I like tea.", user_id="sam", infer=False)
        result = run(source, str(tmp_path / "to.db"))
        assert result.exit_code == 1
        assert "graphmem reembed" in result.stderr
        assert memory.stats().memories == 1
