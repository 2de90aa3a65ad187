"""Export and import: lossless between any two stores, all or nothing, and Mem0's own format."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import InvalidInput, StoreUnavailable
from tests.engine import Clock, changes, open_memory, texts, without_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from graphmem import Memory

ALEX: dict[str, Any] = {"user_id": "alex", "session_id": "s1"}
ODD = "I work at Acme.\u2028I love\x85tea\x0b and \x1c \U0001f375, \"quotes\" and {'json': 1}."


@pytest.fixture(params=["networkx", "sqlite"])
def target(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    (tmp_path / "target").mkdir()
    with open_memory(request.param, tmp_path / "target", clock) as made:
        yield made


@pytest.fixture
def full(memory: Memory, clock: Clock) -> Memory:
    """Something of every kind: facts, notes, turns, documents, pins, closed, merged and deleted ones."""
    memory.add(["I'm Alex.", "I live in Bergen.", "Book me a flight to Rome on Friday."], **ALEX)
    clock.advance(minutes=1)
    memory.add("I moved to Oslo.", metadata={"n": [1, None]}, **ALEX)
    memory.add("I moved to Oslo.", user_id="alex", session_id="s2", expiration_date="2030-01-01")
    memory.add("Always answer in metric units when I ask about cooking.", user_id="alex")
    memory.add({"content": "Acme is in Oslo.", "metadata": {"title": "Acme"}}, org_id="o", layer="org", infer=False)
    memory.add(ODD, user_id="sam", agent_id="bot")
    gone = memory.add("My sister Ana is a nurse.", user_id="alex")
    memory.delete(gone[0].id)
    memory.update(memory.add("I love hiking.", user_id="alex")[0].id, "I love skiing.")
    return memory


def rows(path: Path) -> Counter[str]:
    """The lines of an export, in no order."""
    return Counter(json.dumps(json.loads(line), sort_keys=True) for line in path.read_text("utf-8").split("\n") if line)


def test_it_is_lossless_between_any_two_stores(full: Memory, target: Memory, tmp_path: Path) -> None:
    count = full.export(tmp_path / "one.jsonl")
    assert count == full.stats().memories
    assert target.import_(tmp_path / "one.jsonl") == count
    target.export(tmp_path / "two.jsonl")
    assert rows(tmp_path / "one.jsonl") == rows(tmp_path / "two.jsonl")
    assert target.doctor() == []
    for question in ("Where do I live?", "flight", "cooking", "tea"):
        for scope in (ALEX, {"user_id": "sam"}, {"org_id": "o"}):
            one, two = (m.search(question, as_of=None, **scope) for m in (full, target))
            assert [(hit.id, round(hit.score, 5)) for hit in one] == [(hit.id, round(hit.score, 5)) for hit in two]
            assert [hit.model_dump(exclude={"score", "why"}) for hit in one] == [
                hit.model_dump(exclude={"score", "why"}) for hit in two
            ]


def test_what_goes_on_afterwards_is_the_same(full: Memory, target: Memory, tmp_path: Path, clock: Clock) -> None:
    full.export(tmp_path / "all.jsonl")
    target.import_(tmp_path / "all.jsonl")
    clock.advance(minutes=5)
    for memory in (full, target):
        memory.add(["I live in Bergen.", "I moved to Rome."], **ALEX)
    full.export(tmp_path / "one.jsonl")
    target.export(tmp_path / "two.jsonl")
    assert rows(tmp_path / "one.jsonl") == rows(tmp_path / "two.jsonl")


def test_importing_twice_changes_nothing(full: Memory, target: Memory, tmp_path: Path) -> None:
    full.export(tmp_path / "all.jsonl")
    for name in ("one", "two"):
        target.import_(tmp_path / "all.jsonl")
        target.export(tmp_path / f"{name}.jsonl")
    assert rows(tmp_path / "one.jsonl") == rows(tmp_path / "two.jsonl")
    full.import_(tmp_path / "all.jsonl")
    full.export(tmp_path / "back.jsonl")
    assert rows(tmp_path / "all.jsonl") == rows(tmp_path / "back.jsonl")


def test_what_was_deleted_comes_along_without_its_words(full: Memory, tmp_path: Path) -> None:
    full.export(tmp_path / "all.jsonl")
    assert "Ana is a nurse." in (tmp_path / "all.jsonl").read_text("utf-8")
    for item in full.get_all(user_id="alex", filters={"memory": {"contains": "nurse"}}):
        full.delete(item.id)
    full.export(tmp_path / "less.jsonl")
    assert "nurse" not in (tmp_path / "less.jsonl").read_text("utf-8")


def test_a_scope_exports_what_has_all_its_ids(full: Memory, target: Memory, tmp_path: Path) -> None:
    count = full.export(tmp_path / "sam.jsonl", user_id="sam")
    assert count == full.get_all(user_id="sam").count > 0
    assert "alex" not in (tmp_path / "sam.jsonl").read_text("utf-8")
    target.import_(tmp_path / "sam.jsonl")
    assert target.stats().memories == count
    assert target.doctor() == []
    assert texts(target.search("tea", user_id="sam", layers=["conversation"])) == [ODD]


def test_an_empty_store_exports_and_imports(memory: Memory, target: Memory, tmp_path: Path) -> None:
    assert memory.export(tmp_path / "none.jsonl") == 0
    assert target.import_(tmp_path / "none.jsonl") == 0


def test_another_tenant_of_the_same_file(full: Memory, tmp_path: Path) -> None:
    full.export(tmp_path / "all.jsonl")
    if full.url == ":memory:":
        return  # a store in RAM has one opener
    with open_memory("sqlite", tmp_path, api_key="other") as other:
        assert other.stats().memories == 0
        other.import_(tmp_path / "all.jsonl")
        other.export(tmp_path / "again.jsonl")
        assert rows(tmp_path / "all.jsonl") == rows(tmp_path / "again.jsonl")
        assert full.doctor() == other.doctor() == []
        other.reset()
        assert other.stats().memories == 0
    full.export(tmp_path / "same.jsonl")
    assert rows(tmp_path / "all.jsonl") == rows(tmp_path / "same.jsonl")


def test_another_embedder_embeds_anew(full: Memory, tmp_path: Path) -> None:
    full.export(tmp_path / "all.jsonl")
    with open_memory("networkx", tmp_path, embedder=HashingEmbedder(32)) as other:
        other.import_(tmp_path / "all.jsonl")
        assert other.stats().embedder == "hashing-32"
        assert other.doctor() == []
        assert "I moved to Oslo." in texts(other.search("moved to Oslo", **ALEX))


def test_progress_is_told(full: Memory, target: Memory, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    full.export(tmp_path / "all.jsonl", progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(1, full.stats().memories + 1))
    told.clear()
    target.import_(tmp_path / "all.jsonl", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (full.stats().memories, full.stats().memories)


def edit(line: str, change: Callable[[Any], Any]) -> str:
    return json.dumps(change(json.loads(line)))


DAMAGES: dict[str, Callable[[str], str]] = {
    "not JSON": lambda line: line[:-5],
    "a list": lambda line: "[1]",
    "a number": lambda line: "5",
    "unknown kind": lambda line: edit(line, lambda row: row | {"kind": "spell"}),
    "kind of a wrong type": lambda line: edit(line, lambda row: row | {"kind": ["memory"]}),
    "no kind": lambda line: edit(line, lambda row: {k: v for k, v in row.items() if k != "kind"}),
    "no item": lambda line: edit(line, lambda row: row | {"item": {}}),
    "unknown layer": lambda line: edit(line, lambda row: row | {"item": row["item"] | {"layer": "team"}}),
    "no base64": lambda line: edit(line, lambda row: row | {"vector": "?"}),
    "half a number": lambda line: edit(line, lambda row: row | {"vector": row["vector"][:4]}),
    "a vector too short": lambda line: edit(line, lambda row: row | {"vector": row["vector"][:16]}),
    "a vector of NaN": lambda line: edit(line, lambda row: row | {"vector": "AADAfwAA" * 171}),
    "nested too deep": lambda line: "[" * 200_000,
    "a header of another format": lambda line: json.dumps({"kind": "header", "format": 99, "embedder": None}),
}


@without_server
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_bad_line_is_named_and_changes_nothing(full: Memory, target: Memory, tmp_path: Path, damage: str) -> None:
    target.add("I live in Rome.", user_id="kim")
    before = target.stats()
    full.export(tmp_path / "all.jsonl")
    lines = (tmp_path / "all.jsonl").read_text("utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if '"kind":"memory"' in line)
    lines[at] = DAMAGES[damage](lines[at])
    (tmp_path / "bad.jsonl").write_text("\n".join(lines), "utf-8")
    with pytest.raises(InvalidInput, match=rf"bad\.jsonl:{at + 1} .*nothing was imported"):
        target.import_(tmp_path / "bad.jsonl")
    assert target.stats() == before


def test_the_file_appears_whole_or_not_at_all(full: Memory, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "folder", tmp_path / "missing" / "x.jsonl"):
        with pytest.raises(StoreUnavailable, match="choose another place"):
            full.export(place)
    assert list((tmp_path / "folder").iterdir()) == []
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


# ---------------------------------------------------------------- Mem0

MEM0: list[dict[str, Any]] = [
    {
        "id": "14e1b28a-2014-40ad-ac42-69c9ef42193d",
        "memory": "Allergic to nuts",
        "user_id": "user123",
        "categories": ["health"],
        "metadata": {"header": "from the app"},
        "created_at": "2025-10-22T04:40:22.864647-07:00",
        "updated_at": "2025-10-22T04:40:22.864647-07:00",
        "hash": "x",
    },
    {"id": "2", "memory": "Likes sushi", "user_id": "user123", "run_id": "r1", "metadata": None, "categories": None},
]


@pytest.mark.parametrize("wrapped", [True, False])
def test_mem0s_answers_are_read(memory: Memory, tmp_path: Path, wrapped: bool) -> None:
    (tmp_path / "mem0.json").write_text(json.dumps({"results": MEM0} if wrapped else MEM0), "utf-8")
    for _ in range(2):
        assert memory.import_(tmp_path / "mem0.json") == 2
    items = {item.memory: item for item in memory.get_all(user_id="user123")}
    assert set(items) == {"Allergic to nuts", "Likes sushi"}
    nuts = items["Allergic to nuts"]
    assert (nuts.layer, nuts.categories, nuts.metadata) == (
        "user", ("health",), {"header": "from the app", "mem0_id": MEM0[0]["id"]},
    )  # fmt: skip
    assert nuts["created_at"] == "2025-10-22T11:40:22.864647Z"
    assert memory.search("nuts", user_id="user123")[0].id == nuts.id


@without_server
@pytest.mark.parametrize(
    "bad",
    [
        {"memory": ""},
        {"memory": 7},
        {"user_id": None, "run_id": None},
        {"user_id": 7},
        {"metadata": 5},
        {"metadata": ["a"]},
        {"categories": "health"},
        {"categories": [5]},
        {"created_at": "soon"},
        {"expiration_date": "soon"},
    ],
)
def test_a_bad_row_of_mem0_is_named_and_changes_nothing(memory: Memory, tmp_path: Path, bad: dict[str, Any]) -> None:
    (tmp_path / "mem0.json").write_text(json.dumps([MEM0[0], MEM0[1] | bad]), "utf-8")
    with pytest.raises(InvalidInput, match=r"results\[1\].*nothing was imported"):
        memory.import_(tmp_path / "mem0.json")
    assert memory.stats().memories == 0


@without_server
@pytest.mark.parametrize("text", ["", "hello", "5", "{}", '{"results": {}}', "[5]", "[" * 200_000, "\ufeff[]x"])
def test_what_is_no_export_is_refused(memory: Memory, tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text, "utf-8")
    with pytest.raises(InvalidInput):
        memory.import_(tmp_path / "file")


def test_bytes_that_are_no_text_are_refused(memory: Memory, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="cannot read"):
        memory.import_(tmp_path / "file")


def test_a_byte_order_mark_does_no_harm(memory: Memory, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("\ufeff" + json.dumps(MEM0), "utf-8")
    assert memory.import_(tmp_path / "file") == 2
    assert changes(memory.add("Likes sushi", user_id="user123", session_id="r1", infer=False)) == [("NONE", "user")]
