"""Every store says the same as the plain one, of worlds that nobody thought of."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from graphmem.store.base import Ask
from tests.conftest import STORES, make_store
from tests.made_up import SESSIONS, TENANTS, Made, question, scope, selection, worlds
from tests.worlds import NOW, changes, vector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.store.base import Recall, Store

from_a_seed = settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""A world is made from a seed, which cannot be shrunk."""

OTHERS = [kind for kind in STORES if kind != "networkx"]


def written(store: Store, made: Made) -> list[Any]:
    """Write a world; what the store answered."""
    return [store.write(one) for one in made.writes]


@pytest.fixture(params=OTHERS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every store but the plain one."""
    name: str = request.param
    return name


def both(kind: str, folder: str) -> tuple[Store, Store]:
    return make_store("networkx", Path(folder)), make_store(kind, Path(folder))


def assert_same(plain: Any, other: Any, what: str = "answer") -> None:
    """Equal, numbers to within 1e-5."""
    if isinstance(plain, np.ndarray):
        assert plain.dtype == other.dtype or not plain.size, what
        np.testing.assert_allclose(other, plain, atol=1e-5, err_msg=what)
    elif isinstance(plain, float):
        assert other == pytest.approx(plain, abs=1e-5), what
    elif isinstance(plain, (list, tuple)):
        assert len(plain) == len(other), what
        for n, (a, b) in enumerate(zip(plain, other, strict=True)):
            assert_same(a, b, f"{what}[{n}]")
    else:
        assert plain == other, what


def assert_same_recall(plain: Recall, other: Recall) -> None:
    for column in fields(plain):
        if column.name not in ("fetch", "tokens"):
            assert_same(getattr(plain, column.name), getattr(other, column.name), column.name)
    assert_same(plain.fetch(plain.ids), other.fetch(plain.ids), "fetch")
    assert_same(plain.tokens(plain.ids), other.tokens(plain.ids), "tokens")


def asks(made: Made) -> Iterator[Ask]:
    for tenant in TENANTS:
        who = scope(made.random, tenant)
        keys = {owner: ["ann lee", "rexy", "tea"] for owner in who.owners()}
        yield Ask(
            tenant,
            who.owners(),
            ids=list(made.items),
            keys=keys,
            relations=keys,
            near=[(owner, vector("tea rain")) for owner in who.owners()],
            sessions=[(owner, session) for owner in who.owners() for session in SESSIONS],
            now=NOW,
        )


@from_a_seed
@given(made=worlds())
def test_every_answer_is_the_same(kind: str, made: Made) -> None:
    with TemporaryDirectory() as folder:
        plain, other = both(kind, folder)
        try:
            assert_same(written(plain, made), written(other, made), "write")
            assert_same_reads(plain, other, made)
            for _ in range(6):
                probe = question(made.random)
                assert_same_recall(plain.recall([probe])[0], other.recall([probe])[0])
        finally:
            other.close()


@from_a_seed
@given(made=worlds())
def test_what_a_caller_saw_serves_nobody_else_and_no_later_moment(made: Made) -> None:
    with TemporaryDirectory() as folder:
        plain, other = both("sqlite", folder)
        asked = [question(made.random) for _ in range(4)]
        for one in made.writes:
            plain.write(one)
            other.write(one)
            for probe in made.random.choices(asked, k=6):
                assert_same_recall(plain.recall([probe])[0], other.recall([probe])[0])
        other.close()


def assert_same_reads(plain: Store, other: Store, made: Made) -> None:
    for _ in range(6):
        chosen = selection(made.random)
        assert plain.select(chosen, page_size=5) == other.select(chosen, page_size=5)
    for ask in asks(made):
        assert_same(known(plain, ask), known(other, ask), "known")
    for tenant in TENANTS:
        who = scope(made.random, tenant)
        seeds = [one for one in made.entities if one.startswith(tenant)][:2] if made.random.random() < 0.7 else None
        sight: dict[str, Any] = {"session_id": who.session_id, "now": NOW, "seeds": seeds, "hops": 1}
        assert_same(graph(plain, tenant, who.owners(), **sight), graph(other, tenant, who.owners(), **sight), "graph")
        assert_same(plain.recent(who, 3), other.recent(who, 3), "recent")
        ids = made.random.choice((None, who.ids()))
        assert rows(plain, tenant, ids) == rows(other, tenant, ids)
        assert stats(plain, tenant) == stats(other, tenant)
    for memory_id, (tenant, _) in made.items.items():
        assert plain.history(tenant, memory_id) == other.history(tenant, memory_id)
        assert plain.get(tenant, [memory_id]) == other.get(tenant, [memory_id])
    assert problems(plain) == problems(other)
    assert_same(list(plain.all_texts()), list(other.all_texts()), "texts")


def known(store: Store, ask: Ask) -> list[Any]:
    answer = store.known(ask)
    moved = {owner: version > 0 for owner, version in answer.basis.items()}
    return [moved, answer.items, answer.entities, answer.relations, answer.near, answer.sessions]


def graph(store: Store, tenant: str, owners: Any, **sight: Any) -> list[Any]:
    part = store.subgraph(tenant, owners, **sight)
    return [part.memories, part.entities, part.relations, part.mentions, part.links]


def rows(store: Store, tenant: str, ids: Any) -> list[str]:
    """A dump in comparable rows; the order of kinds and rows is free but for history."""
    plain = [f"{kind} {value!r}" for kind, value in store.dump(tenant, ids) if kind not in ("memory", "event")]
    records = [
        f"{one.item!r} {one.vector.tolist()} {sorted(one.terms.items())} {int(one.labels)} {one.question}"
        f"{None if one.trigger_vector is None else one.trigger_vector.tolist()}"
        f"{None if one.tokens is None else one.tokens.tolist()}"
        for kind, one in store.dump(tenant, ids)
        if kind == "memory"
    ]
    return sorted(plain) + sorted(records) + [repr(value) for kind, value in store.dump(tenant, ids) if kind == "event"]


def stats(store: Store, tenant: str, **but: Any) -> Any:
    """Counts, without what is the store's own; the copy of a world that is all gone has seen no embedder."""
    return store.stats(tenant, NOW).model_copy(update={"store": "", "bytes": None, **but})


def problems(store: Store) -> list[tuple[str, int, bool]]:
    return sorted((problem.kind, problem.count, problem.serious) for problem in store.check(NOW))


@from_a_seed
@given(made=worlds())
def test_a_dump_moves_a_world_unchanged(kind: str, made: Made) -> None:
    with TemporaryDirectory() as folder:
        plain, other = both(kind, folder)
        try:
            written(plain, made)
            copy(plain, other)
            for _ in range(4):
                probe = question(made.random)
                assert_same_recall(plain.recall([probe])[0], other.recall([probe])[0])
            for tenant in TENANTS:
                assert rows(plain, tenant, None) == rows(other, tenant, None)
                assert stats(plain, tenant, embedder=None) == stats(other, tenant, embedder=None)
        finally:
            other.close()


def copy(source: Store, target: Store) -> None:
    for tenant in TENANTS:
        found = list(source.dump(tenant))
        for touches in (True, False):
            target.write(changes([value for kind, value in found if (kind == "touch") == touches], tenant=tenant))
