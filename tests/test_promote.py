"""Turns first, facts later: `add(defer=...)` and `promote` give together what `add` gives alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphmem.errors import InvalidInput
from tests.engine import changes, open_memory, texts, without_server
from tests.test_idempotence import SCOPE, TALK, UNTIMED, everything

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import Memory
    from tests.engine import Clock


def deferred(memory: Memory, messages: Any, **more: Any) -> list[str]:
    """Store the turns alone; the ids that are to be promoted."""
    noted: list[str] = []
    memory.add(messages, defer=noted.extend, **(more or SCOPE))
    return noted


@pytest.mark.parametrize("talk", [TALK, UNTIMED], ids=["timed", "untimed"])
def test_in_two_steps_it_is_the_same_as_in_one(
    memory: Memory, tmp_path: Path, clock: Clock, talk: list[dict[str, Any]]
) -> None:
    with open_memory("networkx", tmp_path, clock) as plain:
        plain.add(talk[:5], **SCOPE)
        plain.add(talk[5:], **SCOPE)
        at_once = everything(plain)
    first = deferred(memory, talk[:5])
    second = deferred(memory, talk[5:])
    assert memory.stats().layers == {"conversation": len(talk)}
    clock.advance(hours=3)
    promoted = [*memory.promote(first), *memory.promote(second)]
    assert {event.layer for event in promoted if event.event == "ADD"} == {"user"}
    facts, apart = (found[1] for found in (at_once, everything(memory)))
    assert apart == facts
    assert everything(memory)[3:] == at_once[3:]


def test_the_turns_are_searchable_at_once_and_promoting_twice_changes_nothing(memory: Memory) -> None:
    ids = deferred(memory, TALK)
    assert "I moved to Oslo." in texts(memory.search("Who moved to Oslo?", **SCOPE), "conversation")
    memory.promote(ids)
    before = everything(memory)
    assert {event.event for event in memory.promote(ids)} == {"NONE"}
    assert {event.event for event in memory.add(TALK, **SCOPE)} == {"NONE"}
    assert deferred(memory, TALK) == []
    assert everything(memory) == before


def test_what_nobody_promoted_is_found_when_it_is_added_again(memory: Memory) -> None:
    said = ["I live in Oslo.", "Hm."]
    first = deferred(memory, said, user_id="alex")
    assert deferred(memory, [*said, "I prefer tea."], user_id="alex")[:2] == first
    again = memory.add(said, user_id="alex")
    assert changes(again) == [("ADD", "user"), ("NONE", "conversation"), ("NONE", "conversation")]
    assert {change for change, _ in changes(memory.add(said, user_id="alex"))} == {"NONE"}
    assert len(deferred(memory, [*said, "I prefer tea."], user_id="alex")) == 1
    assert [r.object_name for r in memory.relations(type="LIVES_IN", user_id="alex")] == ["Oslo"]


def test_nothing_comes_back_after_a_delete(memory: Memory) -> None:
    oslo, tea = deferred(memory, ["I live in Oslo.", "I prefer tea."], user_id="alex")
    memory.delete(oslo)
    promoted = memory.promote([oslo, tea])
    assert {event.memory for event in promoted} == {"I prefer tea."}
    later = deferred(memory, "I work at Acme.", user_id="alex")
    memory.delete_all(user_id="alex")
    assert not memory.promote(later)
    again = deferred(memory, "I work at Acme.", user_id="alex")
    memory.reset()
    assert not memory.promote(again)
    assert memory.stats().memories == 0


@without_server
def test_a_turn_that_was_deleted_while_it_was_read_leaves_no_fact(memory: Memory) -> None:
    (id,) = deferred(memory, "I live in Oslo.", user_id="alex")
    extractor = memory._writer._extractor

    class Slow:
        """Somebody deletes the turn while its facts are looked for."""

        def extract(self, messages: Any, context: Any) -> Any:
            if memory.get_all(user_id="alex"):
                memory.delete(id)
            return extractor.extract(messages, context)

    memory._writer._extractor = Slow()
    assert not memory.promote([id])
    assert memory.stats().memories == 0


def test_a_turn_that_was_rewritten_is_read_as_it_is_now(memory: Memory) -> None:
    (id,) = deferred(memory, "I live in Oslo.", user_id="alex")
    memory.update(id, "I live in Bergen.")
    memory.promote([id])
    assert {item.memory for item in memory.get_all(user_id="alex")} == {"I live in Bergen."}
    assert [r.object_name for r in memory.relations(type="LIVES_IN", user_id="alex")] == ["Bergen"]


def test_later_activity_of_a_session_is_not_turned_back(memory: Memory, clock: Clock) -> None:
    first = deferred(memory, "I prefer boutique hotels.", layer="session", ttl=3600, **SCOPE)
    clock.advance(minutes=50)
    memory.add("Thanks.", **SCOPE)
    memory.promote(first, layer="session", ttl=3600)
    clock.advance(minutes=50)
    assert memory.search("hotel", layers=["session"], **SCOPE)


@without_server
def test_what_is_wrong_is_refused_before_anything_is_noted(memory: Memory) -> None:
    noted: list[str] = []
    with pytest.raises(InvalidInput):
        memory.add(["fine", {"role": "king", "content": "no"}], defer=noted.extend, **SCOPE)
    with pytest.raises(InvalidInput, match="defer"):
        memory.add("fine", infer=False, defer=noted.extend, **SCOPE)
    assert noted == []
    assert memory.stats().memories == 0
    (id,) = deferred(memory, "I live in Oslo.", user_id="alex")
    with pytest.raises(InvalidInput, match="nowhere"):
        memory.promote([id], layer="nowhere")  # type: ignore[arg-type]
