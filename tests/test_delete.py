"""Deleting: the receipt tells the truth, what rests on it goes too, and its words are nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphmem.errors import NotFound
from tests.engine import open_memory, texts

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import Memory
    from graphmem.types import Stats
    from tests.engine import Clock

ALEX: dict[str, Any] = {"user_id": "alex", "session_id": "s1"}
SECRET = "My sister Zoraya is a nurse in Quxbury."


def counts(memory: Memory) -> Stats:
    return memory.stats().model_copy(update={"bytes": None})


def difference(before: Stats, after: Stats) -> tuple[int, int, int, int]:
    names = ("memories", "entities", "relations", "mentions")
    one, two, three, four = (getattr(before, name) - getattr(after, name) for name in names)
    return one, two, three, four


def test_the_receipt_says_what_is_gone(memory: Memory) -> None:
    memory.add(["I live in Bergen.", "I love hiking."], **ALEX)
    fact, turn = memory.add(SECRET, **ALEX)
    before = counts(memory)
    receipt = memory.delete(turn.id)
    assert set(receipt.ids) == {fact.id, turn.id}
    counted = (receipt.memories, receipt.entities, receipt.relations, receipt.mentions)
    assert counted == difference(before, counts(memory))
    assert receipt.memories == receipt.vectors == 2
    assert min(counted) > 0
    assert receipt.history == 2
    assert memory.doctor() == []


def test_deleting_a_fact_names_its_turns_and_keeps_them(memory: Memory) -> None:
    fact, turn = memory.add(SECRET, **ALEX)
    receipt = memory.delete(fact.id)
    assert (receipt.ids, receipt.sources) == ((fact.id,), (turn.id,))
    found = memory.search("Zoraya", **ALEX)
    assert [hit.id for hit in found] == [turn.id]
    assert memory.doctor() == []


def test_deleting_a_fact_with_its_sources(memory: Memory) -> None:
    fact, turn = memory.add(SECRET, **ALEX)
    receipt = memory.delete(fact.id, sources=True)
    assert set(receipt.ids) == {fact.id, turn.id}
    assert receipt.sources == ()
    assert counts(memory).memories == counts(memory).entities == 0


def test_sources_take_the_other_facts_that_rest_on_them_alone(memory: Memory) -> None:
    events = memory.add("I live in Bergen. I work at Acme.", **ALEX)
    one, other = (event.id for event in events if event.layer == "user")
    assert set(memory.delete(one, sources=True).ids) == {event.id for event in events}
    with pytest.raises(NotFound):
        memory.get(other)


def test_a_fact_that_rests_on_another_turn_too_stays(memory: Memory) -> None:
    fact, first = memory.add("I prefer tea.", user_id="alex", session_id="a")
    second = memory.add("I prefer tea.", user_id="alex", session_id="b")[1]
    assert memory.delete(first.id).ids == (first.id,)
    assert memory.get(fact.id).sources == (second.id,)
    assert memory.search("tea", user_id="alex")[0].sources == (second.id,)
    assert set(memory.delete(second.id).ids) == {second.id, fact.id}
    assert counts(memory).memories == 0
    assert memory.doctor() == []


def test_an_entity_that_others_name_stays(memory: Memory) -> None:
    memory.add("I live in Oslo.", user_id="alex", session_id="a")
    gone = memory.add("My sister Zoraya lives in Oslo.", user_id="alex", session_id="b")
    memory.delete(gone[0].id, sources=True)
    names = {entity.name for entity in memory.entities(user_id="alex")}
    assert "Oslo" in names
    assert "Zoraya" not in names


def test_history_keeps_the_event_and_not_the_words(memory: Memory, clock: Clock) -> None:
    fact, turn = memory.add(SECRET, **ALEX)
    memory.update(fact.id, "My sister Zoraya is a doctor.")
    clock.advance(minutes=1)
    memory.delete(turn.id)
    for memory_id in (fact.id, turn.id):
        told = memory.history(memory_id)
        assert told[0].event == "ADD"
        assert told[-1].event == "DELETE"
        assert told[-1].at == clock.now
        assert {(event.memory, event.previous) for event in told} == {(None, None)}
        with pytest.raises(NotFound):
            memory.get(memory_id)


def test_deleting_twice_is_refused(memory: Memory) -> None:
    fact = memory.add(SECRET, **ALEX)[0]
    memory.delete(fact.id)
    with pytest.raises(NotFound, match=fact.id):
        memory.delete(fact.id)


def test_a_deleted_fact_does_not_come_back_with_the_same_conversation(memory: Memory) -> None:
    fact = memory.add(SECRET, **ALEX)[0]
    memory.delete(fact.id)
    memory.add(SECRET, **ALEX)
    assert memory.get_all(user_id="alex", layers=["user"]).count == 0


def test_a_deleted_turn_can_be_said_again(memory: Memory) -> None:
    fact, turn = memory.add(SECRET, **ALEX)
    memory.delete(turn.id)
    again = memory.add(SECRET, **ALEX)
    assert [(event.id, event.event) for event in again] == [(fact.id, "ADD"), (turn.id, "ADD")]
    assert [event.event for event in memory.history(turn.id)] == ["ADD", "DELETE", "ADD"]
    assert memory.doctor() == []


def test_deleting_the_newer_fact_leaves_the_older_one_closed(memory: Memory) -> None:
    old = memory.add("I live in Bergen.", user_id="alex", timestamp="2024-01-01")[0]
    new = memory.add("I moved to Oslo.", user_id="alex", timestamp="2024-02-01")[0]
    memory.delete(new.id, sources=True)
    assert memory.get(old.id).valid_to is not None
    assert memory.doctor() == []
    assert "I live in Bergen." not in texts(memory.search("Where do I live?", user_id="alex"), "user")


def test_a_gap_in_a_session_is_no_damage(memory: Memory) -> None:
    events = memory.add(["One hello.", "Two hello.", "Three hello."], **ALEX)
    memory.delete(events[1].id)
    memory.add("Four hello.", **ALEX)
    turns = memory.get_all(**ALEX)
    assert [(item.memory, item.position) for item in reversed(turns.results)] == [
        ("One hello.", 0), ("Three hello.", 2), ("Four hello.", 3),
    ]  # fmt: skip
    view = memory.to_networkx(**ALEX)
    following = {(view.nodes[a]["label"], view.nodes[b]["label"]) for a, b, k in view.edges(keys=True) if k == "NEXT"}
    assert following == {("One hello.", "Three hello."), ("Three hello.", "Four hello.")}
    assert memory.doctor() == []


def test_deleting_the_last_turn_does_not_mix_up_the_order(memory: Memory) -> None:
    events = memory.add(["One hello.", "Two hello."], **ALEX)
    memory.delete(events[1].id)
    memory.add(["Three hello.", "Four hello."], **ALEX)
    turns = sorted(memory.get_all(**ALEX), key=lambda item: item.position or 0)
    assert [item.memory for item in turns] == ["One hello.", "Three hello.", "Four hello."]


def test_delete_all_takes_every_layer_of_that_scope_alone(memory: Memory, clock: Clock) -> None:
    memory.add([SECRET, "Book me a flight to Rome on Friday."], **ALEX)
    memory.add(SECRET, user_id="sam", session_id="s1")
    memory.add("Oslo is a city.", org_id="o", layer="org", infer=False)
    clock.advance(days=2)
    mine = {item.id for item in memory.get_all(user_id="alex", show_expired=True)}
    before = counts(memory)
    receipt = memory.delete_all(user_id="alex")
    assert set(receipt.ids) == mine
    assert difference(before, counts(memory))[0] == receipt.memories == len(mine)
    assert memory.get_all(user_id="alex", show_expired=True).count == 0
    assert memory.get_all(user_id="sam").count == 2
    assert memory.get_all(org_id="o").count == 1
    assert memory.doctor() == []
    assert memory.delete_all(user_id="alex").memories == 0


def test_delete_all_of_a_session_takes_the_facts_that_rest_on_it_alone(memory: Memory) -> None:
    memory.add([SECRET, "I prefer tea."], **ALEX)
    memory.add("I prefer tea.", user_id="alex", session_id="s2")
    memory.delete_all(session_id="s1")
    assert sorted(item.memory for item in memory.get_all(user_id="alex")) == ["I prefer tea."] * 2
    assert memory.doctor() == []


def test_purge_takes_what_has_expired_alone(memory: Memory, clock: Clock) -> None:
    memory.add(SECRET, ttl=60, user_id="alex")
    memory.add("I love hiking.", ttl=600, user_id="alex")
    assert memory.purge().memories == 0
    clock.advance(minutes=2)
    receipt = memory.purge()
    assert receipt.memories == 2
    assert {item.memory for item in memory.get_all(user_id="alex")} == {"I love hiking."}
    assert memory.doctor() == []


def test_reset_empties_the_tenant_and_no_other(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path, api_key="a") as one, open_memory("sqlite", tmp_path, api_key="b") as two:
        first = one.add(SECRET, **ALEX)
        two.add(SECRET, **ALEX)
        receipt = one.reset()
        assert receipt.memories == 2
        assert (one.stats().memories, one.stats().entities, two.stats().memories) == (0, 0, 2)
        with pytest.raises(NotFound):
            one.history(first[0].id)
        assert one.doctor() == two.doctor() == []
        one.add(SECRET, **ALEX)
        assert one.stats().memories == 2


@pytest.mark.parametrize("how", ["delete", "delete_all", "purge", "reset"])
def test_nothing_is_left_in_the_files_bytes(tmp_path: Path, clock: Clock, how: str) -> None:
    secrets = [b"Zoraya", b"zoraya", b"Quxbury", b"quxburi"]
    with open_memory("sqlite", tmp_path, clock) as memory:
        memory.add("I live in Bergen.", user_id="alex")
        events = memory.add({"content": SECRET, "metadata": {"from": "Quxbury"}}, ttl=60, user_id="kim")
        memory.update(events[0].id, "My sister Zoraya is a doctor in Quxbury.")
        assert all(secret in on_disk(tmp_path) for secret in secrets[:1])
        clock.advance(minutes=2)
        if how == "delete":
            memory.delete(events[1].id)
            memory.delete_all(user_id="kim")
        elif how == "delete_all":
            memory.delete_all(user_id="kim")
        else:
            getattr(memory, how)()
        assert memory.doctor() == []
    assert [secret for secret in secrets if secret in on_disk(tmp_path)] == []


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
