"""Token vectors in every store: written with a turn, read back in order, gone with its words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem.copying import copy
from graphmem.errors import Conflict, InvalidInput
from graphmem.store.base import Revector
from graphmem.store.networkx import NetworkXStore
from graphmem.types import Scope
from tests.worlds import HOUR, NOW, STAMP, TENANT, changes, event, fact, probe, record, turn, vector

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphmem.store.base import Record, Store, Tokens


def states(text: str, dim: int = 4) -> Tokens:
    """Some int8 rows for the words of a text, others for other words."""
    return np.array([[len(word), -ord(word[0]), 127, -127][:dim] for word in text.split()], np.int8)


def told(memory_id: str, text: str, position: int, **fields: Any) -> Record:
    """A turn with token vectors."""
    return replace(turn(memory_id, text, position, **fields), tokens=states(text))


def read(store: Store, ids: Sequence[str], **asked: Any) -> list[Any]:
    """What `Recall.tokens` tells of these memories, as lists."""
    (answer,) = store.recall([probe("tea oslo bergen", **asked)])
    return [None if found is None else found.tolist() for found in answer.tokens(ids)]


def rows(store: Store) -> dict[str, Tokens | None]:
    """The token vectors of a dump."""
    return {value.item.id: value.tokens for kind, value in store.dump(TENANT) if kind == "memory"}


def test_token_vectors_come_back_in_the_order_that_is_asked_for(store: Store) -> None:
    store.write(changes(told("a", "tea for two", 0), told("b", "oslo", 1), turn("c", "bergen", 2)))
    assert read(store, ["b", "a"]) == [states("oslo").tolist(), states("tea for two").tolist()]
    assert read(store, ["c", "a", "nobody", "a"]) == [None, states("tea for two").tolist(), None, *read(store, ["a"])]
    (answer,) = store.recall([probe("tea")])
    (found,) = answer.tokens(["a"])
    assert found is not None
    assert (found.dtype, found.shape) == (np.dtype(np.int8), (3, 4))
    assert answer.tokens([]) == []


def test_a_fact_has_none_and_its_turn_has(store: Store) -> None:
    store.write(changes(told("t", "i drink tea", 0), fact("f", "i drink tea", "t")))
    assert read(store, ["f", "t"]) == [None, states("i drink tea").tolist()]


def test_a_dump_tells_them(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), turn("b", "milk", 1)))
    found = rows(store)
    np.testing.assert_array_equal(found["a"], states("tea"))
    assert found["b"] is None


def test_what_replaces_a_turn_brings_its_own_or_none(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), told("b", "oslo", 1)))
    store.write(changes(told("a", "tea at noon", 0, updated_at=NOW + HOUR), turn("b", "oslo", 1)))
    assert read(store, ["a", "b"]) == [states("tea at noon").tolist(), None]


def test_what_is_deleted_has_none_even_if_it_comes_again(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), told("b", "oslo", 1), event("a", "tea")))
    store.write(changes(delete=["a"]))
    assert read(store, ["a", "b"]) == [None, states("oslo").tolist()]
    store.write(changes(turn("a", "tea", 0)))
    assert read(store, ["a"]) == [None]
    store.reset(TENANT)
    store.write(changes(turn("b", "oslo", 1)))
    assert read(store, ["b"]) == [None]
    assert store.check(NOW) == []


def test_a_file_keeps_nothing_of_what_is_deleted(tmp_path: Path) -> None:
    from graphmem.store.sqlite import SqliteStore

    path = tmp_path / "memory.db"
    telling = np.frombuffer(b"never to be found again! " * 2, np.int8).reshape(-1, 5)
    store = SqliteStore(path)
    store.write(changes(replace(turn("a", "tea", 0), tokens=telling)))
    assert telling.tobytes() in everything(path)
    store.write(changes(delete=["a"]))
    store.close()
    assert telling.tobytes() not in everything(path)


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_nobody_reads_those_of_others(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), told("b", "tea", 0, user_id="bob")))
    store.write(changes(told("c", "tea", 0), tenant="other"))
    assert read(store, ["a", "b", "c"]) == [states("tea").tolist(), None, None]
    assert read(store, ["b"], scope=Scope(user_id="bob")) == [states("tea").tolist()]


def test_an_answer_tells_the_words_that_it_found(store: Store) -> None:
    """Never those of a text that took their place since."""
    store.write(changes(told("a", "tea", 0), told("b", "oslo", 1)))
    (answer,) = store.recall([probe("tea")])
    store.write(changes(told("a", "something else entirely", 0), delete=["b"]))
    first, second = answer.tokens(["a", "b"])
    assert first is None or first.tolist() == states("tea").tolist()
    assert second is None or second.tolist() == states("oslo").tolist()


def test_new_vectors_bring_new_ones_or_none(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), told("b", "oslo", 1)))
    store.write(changes(told("a", "milk", 0), tenant="other"))
    fresh = states("tea again", dim=3)
    store.revector(STAMP, [Revector("a", vector("tea"), tokens=fresh), Revector("b", vector("oslo"))])
    assert read(store, ["a", "b"]) == [fresh.tolist(), None]
    assert store.check(NOW) == []


def test_half_a_set_of_new_vectors_changes_none(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), told("b", "oslo", 1)))
    with pytest.raises(Conflict):
        store.revector(STAMP, [Revector("a", vector("tea"))])
    assert read(store, ["a", "b"]) == [states("tea").tolist(), states("oslo").tolist()]


@pytest.mark.parametrize("wrong", [np.zeros((2, 2), np.float32), np.zeros(3, np.int8), np.zeros((0, 3), np.int8)])
def test_token_vectors_of_a_wrong_kind_are_refused(store: Store, wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="give int8 of shape"):
        store.write(changes(replace(turn("a", "tea", 0), tokens=wrong)))
    assert store.get(TENANT, ["a"]) == []


def test_token_vectors_of_what_is_no_turn_are_found_and_mended(store: Store) -> None:
    store.write(changes(told("a", "tea", 0), replace(record("f", "tea"), tokens=states("tea"))))
    (problem,) = store.check(NOW)
    assert (problem.kind, problem.count, problem.fix) == ("token_vectors", 1, "graphmem doctor --mend")
    assert store.mend() == 1
    assert store.check(NOW) == []
    assert read(store, ["a", "f"]) == [states("tea").tolist(), None]


def test_a_copy_brings_them_and_finds_nothing_to_do_again(store: Store, other: Store) -> None:
    store.write(changes(told("a", "tea", 0), turn("b", "milk", 1), told("c", "oslo", 2)))
    (copied,) = copy(store, other)
    assert not copied.lacking
    assert read(other, ["a", "b", "c"]) == read(store, ["a", "b", "c"])
    (again,) = copy(store, other)
    assert not again.written


def test_a_copy_brings_them_to_what_has_none(store: Store) -> None:
    other = NetworkXStore()
    other.write(changes(turn("a", "tea", 0)))
    store.write(changes(told("a", "tea", 0)))
    copy(store, other)
    assert read(other, ["a"]) == [states("tea").tolist()]
