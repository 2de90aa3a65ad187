"""Nobody sees what is not theirs: an oracle from first principles against whatever the stores show.

The rule in words: what a memory belongs to (the user, else the organisation, else the agent, else the app, else
the bare session; in the layer `org` always the organisation) must be among the ids that the caller gave, a bare
session only to a caller who gave nothing else; a session's notes only to a caller in that session; nothing across
tenants.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings

from graphmem.store.base import Ask, Selection
from tests.conftest import ENGINES, make_store
from tests.made_up import SESSIONS, TENANTS, Made, question, scope, worlds
from tests.worlds import NOW, probe, vector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphmem.store.base import Store
    from graphmem.types import MemoryItem, Scope

KEYS = ["rex", "oslo", "ann lee", "ann smith", "green tea", "tea", "lee", "rexy"]


def may_see(caller: Scope, tenant: str, item: MemoryItem) -> bool:
    """Whether a caller may know of a memory."""
    if caller.tenant != tenant:
        return False
    if item.layer == "session" and caller.session_id != item.session_id:
        return False
    if item.layer == "org":
        return caller.org_id is not None and caller.org_id == item.org_id
    for name in ("user_id", "org_id", "agent_id", "app_id"):
        if (owner := getattr(item, name)) is not None:
            return bool(getattr(caller, name) == owner)
    bare = all(getattr(caller, name) is None for name in ("user_id", "org_id", "agent_id", "app_id"))
    return bare and caller.session_id == item.session_id


class Eyes:
    """What one caller may see of a world."""

    def __init__(self, made: Made, caller: Scope) -> None:
        self.memories = {one for one, (tenant, item) in made.items.items() if may_see(caller, tenant, item)}
        self.memories -= made.gone
        owners = self._owners(caller)
        self.entities = {
            one for one, (tenant, entity) in made.entities.items() if tenant == caller.tenant and entity.owner in owners
        }
        self.relations = {one for one, memory in made.relations.items() if memory in self.memories}

    @staticmethod
    def _owners(caller: Scope) -> set[str]:
        given = {name: value for name in ("user", "org", "agent", "app") if (value := getattr(caller, f"{name}_id"))}
        return {f"{name}:{value}" for name, value in given.items()} or {f"session:{caller.session_id}"}

    def check(self, what: str, **found: Iterable[str]) -> None:
        """Fail if any of these is out of sight."""
        for kind, ids in found.items():
            beyond = set(ids) - getattr(self, kind)
            assert not beyond, f"{what} shows {kind} {sorted(beyond)} to a stranger"


def look_around(store: Store, made: Made, caller: Scope, eyes: Eyes) -> None:
    """Everything that a caller can be shown without asking for an id of others."""
    _recall(store, made, caller, eyes)
    _known(store, caller, eyes)
    _graph(store, caller, eyes)
    _lists(store, caller, eyes)


def _recall(store: Store, made: Made, caller: Scope, eyes: Eyes) -> None:
    for _ in range(3):
        (answer,) = store.recall([replace(question(made.random), scope=caller)])
        eyes.check("recall", memories=answer.ids, entities=[one.id for one in answer.entities])
        eyes.check("recall's relations", memories=[memory for *_, memory in answer.relations])
        eyes.check("fetch", memories=[item.id for item in answer.fetch(list(made.items))])
        told = zip(made.items, answer.tokens(list(made.items)), strict=True)
        eyes.check("tokens", memories=[memory_id for memory_id, tokens in told if tokens is not None])
        assert answer.document_count <= len(eyes.memories)
        assert all(one.degree <= answer.document_count for one in answer.entities)
        assert all(count <= answer.document_count for count in answer.document_frequency)


def _known(store: Store, caller: Scope, eyes: Eyes) -> None:
    keys = dict.fromkeys(caller.owners(), KEYS)
    near = [(owner, vector("tea rex oslo")) for owner in caller.owners()]
    sessions = [(owner, session) for owner in caller.owners() for session in SESSIONS]
    ask = Ask(caller.tenant, caller.owners(), keys=keys, relations=keys, near=near, sessions=sessions, now=NOW)
    answer = store.known(ask)
    eyes.check("known", entities=[one.id for one in answer.entities])
    eyes.check("known's relations", entities=[end for r in answer.relations for end in (r.subject, r.object)])
    owned = {item.owner for found in answer.near for item, _ in found}
    assert owned <= set(caller.owners())


def _graph(store: Store, caller: Scope, eyes: Eyes) -> None:
    for seeds in (None, sorted(eyes.entities)[:2]):
        part = store.subgraph(
            caller.tenant, caller.owners(), seeds=seeds, hops=2, session_id=caller.session_id, now=NOW
        )
        eyes.check(
            "subgraph",
            memories=[one.id for one in part.memories],
            entities=[one.id for one in part.entities],
            relations=[one.id for one in part.relations],
        )
        assert all(one.mentions <= len(eyes.memories) for one in part.entities)


def _lists(store: Store, caller: Scope, eyes: Eyes) -> None:
    eyes.check("recent", memories=[item.id for item in store.recent(caller, 99)])
    page = store.select(Selection(caller.tenant, ids=caller.ids()), page_size=None)
    assert all(getattr(item, name) == value for item in page.results for name, value in caller.ids().items())
    rows = list(store.dump(caller.tenant, caller.ids()))
    dumped = {value.item.id for kind, value in rows if kind == "memory"}
    assert dumped == {item.id for item in page.results}
    for kind, value in rows:
        if kind in ("mention", "relation"):
            assert value.memory_id in dumped
        if kind == "link":
            assert {value.source, value.target} <= dumped
        if kind == "event":
            assert value.id in dumped


@pytest.mark.parametrize("kind", ENGINES)
@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(made=worlds(size=20))
def test_no_answer_shows_what_is_not_the_callers(kind: str, made: Made) -> None:
    with TemporaryDirectory() as folder:
        store = make_store(kind, Path(folder))
        try:
            for changes in made.writes:
                store.write(changes)
            for tenant in (*TENANTS, "nobody"):
                for _ in range(4):
                    caller = scope(made.random, tenant)
                    look_around(store, made, caller, Eyes(made, caller))
        finally:
            store.close()


@pytest.mark.parametrize("kind", ENGINES)
@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate), max_examples=10)
@given(made=worlds(size=20))
def test_a_caller_finds_all_that_is_theirs(kind: str, made: Made) -> None:
    """The oracle does not pass by hiding everything: what may be seen, is."""
    with TemporaryDirectory() as folder:
        store = make_store(kind, Path(folder))
        try:
            for changes in made.writes:
                store.write(changes)
            for tenant in TENANTS:
                caller = scope(made.random, tenant)
                wide = probe("tea", scope=caller, k=10_000, show_expired=True, superseded=True)
                (answer,) = store.recall([wide])
                assert set(answer.ids) == Eyes(made, caller).memories
        finally:
            store.close()
