"""Updating: the id stays, the history tells, and everything that hangs on the text follows it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.errors import NotFound
from tests.engine import START, texts

if TYPE_CHECKING:
    from graphmem import Memory
    from tests.engine import Clock

ALEX: dict[str, Any] = {"user_id": "alex", "session_id": "s1"}


def test_a_new_text_is_found_and_the_old_one_is_not(memory: Memory, clock: Clock) -> None:
    fact = memory.add("I live in Bergen.", user_id="alex", infer=False)[0]
    clock.advance(hours=1)
    item = memory.update(fact.id, "I live in Oslo.")
    assert (item.id, item.memory, item.updated_at, item.created_at) == (fact.id, "I live in Oslo.", clock.now, START)
    assert item.hash != memory.add("I live in Bergen!", user_id="sam", infer=False)[0].id
    assert texts(memory.search("Oslo", user_id="alex")) == ["I live in Oslo."]
    assert "words" not in memory.search("Bergen", user_id="alex", explain=True)[0].why.channels
    assert memory.doctor() == []


def test_history_tells_both_texts(memory: Memory, clock: Clock) -> None:
    fact = memory.add("I live in Bergen.", user_id="alex", infer=False)[0]
    clock.advance(hours=1)
    memory.update(fact.id, "I live in Oslo.")
    added, updated = memory.history(fact.id)
    assert (added.event, added.memory) == ("ADD", "I live in Bergen.")
    assert (updated.event, updated.previous, updated.memory) == ("UPDATE", "I live in Bergen.", "I live in Oslo.")
    assert (updated["old_memory"], updated["new_memory"]) == ("I live in Bergen.", "I live in Oslo.")
    assert updated.at == clock.now


@pytest.mark.parametrize("place", [0, 1], ids=["fact", "turn"])
def test_entities_and_relations_follow_the_text(memory: Memory, place: int) -> None:
    fact = memory.add("I live in Bergen.", user_id="alex")[place]
    memory.update(fact.id, "I live in Oslo with Zoraya.")
    about = {r.object_name for r in memory.relations(type="LIVES_IN", user_id="alex")}
    assert about == {"Oslo"}
    around = memory.neighbours("Oslo", user_id="alex")
    assert fact.id in {item.id for item in around.memories}
    names = {entity.name for entity in memory.entities(user_id="alex")}
    assert {"Oslo", "Zoraya"} <= names
    assert ("Bergen" in names) is (place == 0)  # the raw turn still names it
    assert memory.doctor() == []


def test_a_document_that_changes_names_others(memory: Memory) -> None:
    page = memory.add("Bergen lies in Norway.", user_id="alex", infer=False)[0]
    memory.update(page.id, "Oslo lies in Norway.")
    names = {entity.name for entity in memory.entities(user_id="alex")}
    assert {"Oslo", "Norway"} <= names
    assert "Bergen" not in names


def test_who_i_is_stays_the_same(memory: Memory) -> None:
    fact = memory.add("My sister Ana is a nurse.", user_id="alex")[0]
    memory.update(fact.id, "My sister Ana is a doctor.")
    about = {(r.subject_name, r.type, r.object_name) for r in memory.relations(user_id="alex")}
    assert ("alex", "SISTER", "Ana") in about
    assert ("Ana", "JOB_IS", "doctor") in about


def test_a_correction_can_close_what_it_contradicts(memory: Memory) -> None:
    old = memory.add("I live in Bergen.", user_id="alex", timestamp="2024-01-01")[0]
    new = memory.add("I love Oslo.", user_id="alex", timestamp="2024-02-01")[0]
    memory.update(new.id, "I live in Oslo.")
    assert [r.object_name for r in memory.relations(type="LIVES_IN", user_id="alex")] == ["Oslo"]
    assert memory.get(old.id).superseded_by == new.id


def test_a_rewritten_turn_takes_the_facts_that_quote_it_along(memory: Memory) -> None:
    fact, turn = memory.add("I live in Bergen.", **ALEX)
    memory.update(turn.id, "I love hiking.")
    with pytest.raises(NotFound):
        memory.get(fact.id)
    assert texts(memory.search("hiking", **ALEX)) == ["I love hiking."]
    assert memory.history(fact.id)[-1].event == "DELETE"
    assert memory.get(turn.id).position == 0
    assert memory.doctor() == []


def test_a_turn_that_still_says_it_keeps_its_fact(memory: Memory) -> None:
    fact, turn = memory.add("I live in Bergen.", **ALEX)
    memory.update(turn.id, "Well, I live in Bergen. Nice place.")
    assert memory.get(fact.id).sources == (turn.id,)


def test_metadata_is_replaced_whole_and_the_rest_stays(memory: Memory) -> None:
    fact = memory.add({"content": "I live in Bergen.", "metadata": {"a": 1, "b": 2}}, user_id="alex")[0]
    before = memory.get(fact.id)
    relations = memory.relations(user_id="alex")
    after = memory.update(fact.id, metadata={"c": 3})
    assert after.metadata == {"c": 3}
    assert after.model_copy(update={"metadata": before.metadata, "updated_at": None}) == before
    assert memory.relations(user_id="alex") == relations
    assert memory.get_all(user_id="alex", filters={"c": 3}).count == 1
    assert memory.update(fact.id, metadata={}).metadata == {}


def test_an_expiration_can_be_set_and_cleared(memory: Memory, clock: Clock) -> None:
    fact = memory.add("I live in Bergen.", user_id="alex", infer=False)[0]
    memory.update(fact.id, expiration_date="2026-03-01")
    assert memory.get(fact.id).expires_at == START.replace(hour=0) + timedelta(days=1)
    clock.advance(days=1)
    assert not memory.search("Bergen", user_id="alex")
    assert memory.update(fact.id, expiration_date=None).expires_at is None
    assert memory.search("Bergen", user_id="alex")


def test_a_note_with_an_own_date_follows_its_session_no_longer(memory: Memory, clock: Clock) -> None:
    note = memory.add("Book me a flight to Rome on Friday.", **ALEX)[0]
    memory.update(note.id, expiration_date="2026-03-01T13:00")
    clock.advance(minutes=30)
    memory.add("Yes.", **ALEX)
    assert memory.get(note.id).expires_at == START + timedelta(hours=1)


def test_a_preference_can_become_an_instruction_and_neither(memory: Memory) -> None:
    fact = memory.add("I prefer window seats.", user_id="alex")[0]
    item = memory.update(fact.id, "Always answer in metric units when I ask about cooking.")
    assert (item.pin, item.trigger) == ("instruction", "cooking")
    item = memory.update(fact.id, "Window seats are fine.")
    assert (item.pin, item.trigger) == (None, None)


def test_an_update_of_nothing_new_is_harmless(memory: Memory) -> None:
    fact = memory.add("I live in Bergen.", user_id="alex")[0]
    relations = memory.relations(user_id="alex")
    item = memory.update(fact.id, "I live in Bergen.")
    assert item.memory == "I live in Bergen."
    assert memory.relations(user_id="alex") == relations
    assert memory.history(fact.id)[-1].previous is None


def test_only_what_the_tenant_holds(memory: Memory) -> None:
    with pytest.raises(NotFound):
        memory.update("6f1f1c86-3b0e-5d0c-9a55-0f0c6a3f4b11", "I live in Oslo.")
