"""Capture, promote, retrieve: which layer a memory goes to, who sees it there, in which order, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import Settings
from graphmem.categories import DEFAULT
from graphmem.errors import InvalidInput
from graphmem.types import LAYERS
from tests.engine import MINILM, START, Clock, changes, open_memory, texts

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import Memory
    from graphmem.extract.base import FactDraft
    from graphmem.types import Layer, Scope

ALEX: dict[str, Any] = {"user_id": "alex", "session_id": "trip"}
NOTE = "Book me a flight to Rome on Friday."
LASTING = "I prefer boutique hotels."


@pytest.fixture
def travelled(memory: Memory) -> Memory:
    """Something about hotels in every layer."""
    memory.add([LASTING, "Please book me a hotel in Rome by Friday.", "Hotel prices are high these days."], **ALEX)
    memory.add("Hotels above 200 euros need an approval.", layer="org", org_id="acme", infer=False)
    return memory


# ---------------------------------------------------------------- capture, promote


def test_every_message_is_kept_verbatim_and_found_at_once(memory: Memory) -> None:
    odd = "  well…\n\tHOTEL\u00a0Lux — it's “fine”, isn't it?  🙂"
    memory.add([{"role": role, "content": odd + role} for role in ("user", "assistant", "system", "tool")], **ALEX)
    kept = memory.get_all(layers=["conversation"], **ALEX)
    assert sorted(item.memory for item in kept) == sorted(odd + r for r in ("user", "assistant", "system", "tool"))
    assert {item.role for item in kept} == {"user", "assistant", "system", "tool"}
    assert len(memory.search("hotel lux", layers=["conversation"], **ALEX)) == 4


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        (LASTING, ["user", "conversation"]),
        ("My sister Ana is a nurse.", ["user", "conversation"]),
        ("I work at Acme.", ["user", "conversation"]),
        ("I'd rather have tea than coffee.", ["user", "conversation"]),
        (NOTE, ["session", "conversation"]),
        ("Hello there!", ["conversation"]),
        ("Yes.", ["conversation"]),
        ("Where do you live?", ["conversation"]),
    ],
)
def test_what_lasts_is_the_users_what_serves_the_task_is_the_sessions(
    memory: Memory, text: str, layers: list[str]
) -> None:
    assert [layer for _, layer in changes(memory.add(text, **ALEX))] == layers


def test_an_assistants_words_are_no_facts(memory: Memory) -> None:
    events = memory.add([{"role": "assistant", "content": "I live in Oslo and I prefer boutique hotels."}], **ALEX)
    assert changes(events) == [("ADD", "conversation")]


def test_without_a_session_there_are_no_notes(memory: Memory) -> None:
    assert changes(memory.add(NOTE, user_id="alex")) == [("ADD", "conversation")]


def test_a_fact_knows_its_turn(memory: Memory) -> None:
    fact, turn = memory.add(LASTING, **ALEX)
    assert memory.get(fact.id).sources == (turn.id,)
    assert memory.get(turn.id).sources == (turn.id,)


def test_a_lasting_fact_leaves_its_session_behind(memory: Memory) -> None:
    memory.add(LASTING, **ALEX)
    assert [item.session_id for item in memory.get_all(user_id="alex", layers=["user"])] == [None]
    assert texts(memory.search("hotel?", user_id="alex", session_id="another"), "user") == [LASTING]


@pytest.mark.parametrize("layer", ["user", "session", "org"])
@pytest.mark.parametrize("infer", [True, False])
def test_an_explicit_layer_wins(memory: Memory, layer: Layer, infer: bool) -> None:
    events = memory.add([LASTING, NOTE], layer=layer, org_id="acme", infer=infer, **ALEX)
    raw = [("ADD", "conversation")] * 2 if infer else []
    assert changes(events) == [("ADD", layer)] * 2 + raw


def test_an_explicit_conversation_layer_keeps_turns_alone(memory: Memory) -> None:
    for infer in (True, False):
        memory.add([f"{LASTING} {infer}", f"{NOTE} {infer}"], layer="conversation", infer=infer, **ALEX)
    items = memory.get_all(**ALEX)
    assert {item.layer for item in items} == {"conversation"}
    assert sorted(item.position or 0 for item in items) == [0, 1, 2, 3]


def test_an_organisation_without_a_user_has_its_own_facts(memory: Memory) -> None:
    assert changes(memory.add("We work at Acme in Oslo.", org_id="acme")) == [("ADD", "org"), ("ADD", "conversation")]
    found = memory.search("Where do we work?", user_id="sam", org_id="acme")
    assert texts(found, "org") == ["We work at Acme in Oslo."]


def test_what_a_user_tells_the_organisation_is_everybodys_and_not_marked_as_his(memory: Memory) -> None:
    event = memory.add("Our office is in Oslo, I work there.", user_id="alex", org_id="acme", layer="org")[0]
    item = memory.get(event.id)
    assert (item.layer, item.org_id, item.user_id) == ("org", "acme", None)
    assert texts(memory.search("office", user_id="sam", org_id="acme")) == [item.memory]
    assert not memory.search("office", user_id="sam", org_id="other")
    assert not memory.search("office", user_id="sam")


def test_the_policy_can_be_replaced(tmp_path: Path) -> None:
    def everything_is_a_note(draft: FactDraft, scope: Scope) -> Layer | None:
        return "session"

    with open_memory("networkx", tmp_path, settings=Settings(promotion=everything_is_a_note)) as memory:
        assert changes(memory.add("Hello there!", **ALEX)) == [("ADD", "session"), ("ADD", "conversation")]


# ---------------------------------------------------------------- retrieve


def test_the_answer_is_in_the_order_of_the_layers_then_of_the_score(travelled: Memory) -> None:
    found = travelled.search("hotel", org_id="acme", **ALEX)
    assert {hit.layer for hit in found} == set(LAYERS)
    places = [(LAYERS.index(hit.layer), -hit.score) for hit in found]
    assert places == sorted(places)


def test_the_order_can_be_the_scores(travelled: Memory) -> None:
    found = travelled.search("hotel", org_id="acme", order="score", **ALEX)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    by_layer = travelled.search("hotel", org_id="acme", **ALEX)
    assert {hit.id: hit.score for hit in found} == {hit.id: hit.score for hit in by_layer}


def test_top_k_takes_the_best_whatever_their_layer(travelled: Memory) -> None:
    best = [hit.id for hit in travelled.search("hotel", org_id="acme", order="score", **ALEX)]
    for k in (1, 2, 3):
        assert {hit.id for hit in travelled.search("hotel", org_id="acme", top_k=k, **ALEX)} == set(best[:k])


def test_only_the_layers_asked_for(travelled: Memory) -> None:
    for layer in LAYERS:
        found = travelled.search("hotel", layers=[layer], org_id="acme", **ALEX)
        assert {hit.layer for hit in found} == {layer}
        listed = [*travelled.get_all(layers=[layer], user_id="alex"), *travelled.get_all(layers=[layer], org_id="acme")]
        assert {item.layer for item in listed} == {layer}


def test_the_organisations_layer_must_be_named(travelled: Memory) -> None:
    assert "org" not in {hit.layer for hit in travelled.search("hotel", **ALEX)}
    assert {hit.layer for hit in travelled.search("hotel", org_id="acme")} == {"org"}


def test_notes_are_of_their_session_alone(memory: Memory) -> None:
    memory.add(NOTE, **ALEX)
    for scope, seen in (
        ({"user_id": "alex", "session_id": "trip"}, True),
        ({"user_id": "alex", "session_id": "other"}, False),
        ({"user_id": "alex"}, False),
        ({"user_id": "sam", "session_id": "trip"}, False),
        ({"session_id": "trip"}, False),
    ):
        found = memory.search("flight", **scope)  # type: ignore[arg-type]
        assert (texts(found, "session") == [NOTE]) is seen


def test_raw_turns_are_seen_from_every_session_of_their_user(memory: Memory) -> None:
    memory.add("Hello there, hotel!", **ALEX)
    assert texts(memory.search("hotel", user_id="alex", session_id="other")) == ["Hello there, hotel!"]


@pytest.mark.parametrize(
    "filters",
    [
        {"user_id": "alex"},
        {"AND": [{"user_id": "alex"}]},
        {"AND": [{"user_id": "alex"}, {"OR": [{"city": "Oslo"}, {"city": "Rome"}]}]},
    ],
)
def test_without_a_scope_the_ids_of_a_filter_say_who_asks(memory: Memory, filters: dict[str, Any]) -> None:
    memory.add(LASTING, metadata={"city": "Oslo"}, **ALEX)
    memory.add(LASTING, user_id="sam", metadata={"city": "Oslo"})
    assert [hit.user_id for hit in memory.search("hotel", filters=filters)] == ["alex"]
    assert {item.user_id for item in memory.get_all(filters=filters)} == {"alex"}


def test_beside_a_scope_a_filter_only_narrows(memory: Memory) -> None:
    memory.add(LASTING, **ALEX)
    assert not memory.search("hotel", user_id="sam", filters={"user_id": "alex"})
    assert memory.get_all(user_id="sam", filters={"user_id": "alex"}).count == 0


@pytest.mark.parametrize(
    "filters", [{"NOT": [{"user_id": "alex"}]}, {"OR": [{"user_id": "alex"}, {"city": "x"}]}, {"city": "x"}]
)
def test_a_filter_that_names_nobody_is_no_scope(memory: Memory, filters: dict[str, Any]) -> None:
    for call in (memory.search, memory.context):
        with pytest.raises(InvalidInput, match="no scope"):
            call("hotel", filters=filters)
    with pytest.raises(InvalidInput, match="no scope"):
        memory.get_all(filters=filters)


def test_a_fact_and_its_only_turn_are_one_hit(memory: Memory) -> None:
    fact, turn = memory.add(LASTING, **ALEX)
    found = memory.search("Any hotel preferences?", **ALEX)
    assert [(hit.id, hit.sources) for hit in found] == [(fact.id, (turn.id,))]
    assert found[0].why.sources == (turn.id,)
    alone = memory.search("Any hotel preferences?", layers=["conversation"], **ALEX)
    assert [hit.id for hit in alone] == [turn.id]


def test_a_pinned_instruction_comes_up_for_a_question_that_does_not_resemble_it(memory: Memory) -> None:
    memory.add([f"I had soup number {i} for lunch in town {i}." for i in range(30)], **ALEX)
    memory.add("Always answer in metric units when I ask about cooking.", user_id="alex")
    found = memory.search("How long for cooking an egg?", **ALEX)
    assert found[0].memory == "Always answer in metric units when I ask about cooking."
    assert (found[0].pin, found[0].trigger) == ("instruction", "cooking")
    assert "pinned" in found[0].why.channels


def test_a_pinned_preference_comes_up_without_a_common_word(tmp_path: Path) -> None:
    with open_memory("networkx", tmp_path, embedder=MINILM) as memory:
        memory.add([f"We had soup number {i} for lunch in town {i}." for i in range(60)], **ALEX)
        memory.add("I prefer window seats.", user_id="alex")
        assert memory.search("Book my flight to Rome.", **ALEX)[0].memory == "I prefer window seats."


# ---------------------------------------------------------------- expiry


def test_notes_expire_a_day_after_the_sessions_last_activity(memory: Memory, clock: Clock) -> None:
    note = memory.add(NOTE, **ALEX)[0].id
    assert memory.get(note).expires_at == START + timedelta(days=1)
    clock.advance(hours=23)
    memory.add("Yes.", **ALEX)
    assert memory.get(note).expires_at == START + timedelta(hours=47)
    clock.advance(hours=23)
    assert texts(memory.search("flight", **ALEX), "session") == [NOTE]
    clock.advance(hours=1)
    assert texts(memory.search("flight", **ALEX), "session") == []


def test_another_sessions_activity_keeps_nothing_alive(memory: Memory, clock: Clock) -> None:
    memory.add(NOTE, **ALEX)
    clock.advance(hours=23)
    memory.add("Yes.", user_id="alex", session_id="other")
    memory.add("Yes.", user_id="sam", session_id="trip")
    clock.advance(hours=2)
    assert memory.get_all(layers=["session"], **ALEX).count == 0


def test_a_ttl_in_a_session_is_about_its_notes(memory: Memory, clock: Clock) -> None:
    memory.add([NOTE, LASTING], ttl=timedelta(minutes=10), **ALEX)
    clock.advance(minutes=11)
    assert {item.layer for item in memory.get_all(user_id="alex")} == {"user", "conversation"}


def test_a_ttl_without_a_session_is_about_everything(memory: Memory, clock: Clock) -> None:
    memory.add(LASTING, ttl=600, user_id="alex")
    clock.advance(seconds=599)
    assert memory.get_all(user_id="alex").count == 2
    clock.advance(seconds=1)
    assert memory.get_all(user_id="alex").count == 0


def test_what_has_expired_is_nowhere_but_can_still_be_got_until_the_purge(memory: Memory, clock: Clock) -> None:
    ids = [event.id for event in memory.add("I live in Oslo with Sam.", expiration_date="2026-03-02", user_id="alex")]
    assert len(memory.search("Oslo", user_id="alex", show_expired=True)) == 1
    clock.advance(days=2)
    assert not memory.search("Oslo", user_id="alex")
    assert memory.get_all(user_id="alex").count == 0
    assert memory.context("Oslo", user_id="alex") == ""
    assert memory.entities(user_id="alex") == []
    assert memory.relations(user_id="alex") == []
    assert len(memory.to_networkx(user_id="alex")) == 0

    assert [memory.get(id).id for id in ids] == ids
    assert len(memory.search("Oslo", user_id="alex", show_expired=True)) == 1
    assert memory.get_all(user_id="alex", show_expired=True).count == 2
    assert memory.stats().expired == 2

    receipt = memory.purge()
    assert set(receipt.ids) == set(ids)
    assert memory.get_all(user_id="alex", show_expired=True).count == 0
    assert memory.stats().memories == memory.stats().entities == 0


@pytest.mark.parametrize("infer", [True, False])
def test_what_is_told_again_lasts_as_long_as_it_was_last_told_to(memory: Memory, clock: Clock, infer: bool) -> None:
    first = memory.add(LASTING, expiration_date="2026-03-02", infer=infer, user_id="alex")
    again = memory.add(LASTING, infer=infer, user_id="alex")
    assert [(event.id, event.event) for event in again] == [(event.id, "UPDATE") for event in first]
    assert {
        event.event for event in memory.add(LASTING, expiration_date="2026-03-02", infer=infer, user_id="alex")
    } == {"NONE"}
    clock.advance(days=400)
    assert {item.id for item in memory.get_all(user_id="alex")} == {event.id for event in first}
    assert memory.search("hotels", user_id="alex")[0].memory == LASTING
    assert memory.purge().memories == 0


def test_a_fact_told_again_in_another_session_to_last_lasts(memory: Memory, clock: Clock) -> None:
    memory.add(LASTING, expiration_date="2026-03-02", **ALEX)
    merged = memory.add(LASTING, user_id="alex", session_id="another")
    assert changes(merged) == [("MERGE", "user"), ("ADD", "conversation")]
    clock.advance(days=400)
    memory.purge()
    left = {item.layer: item for item in memory.get_all(user_id="alex")}
    assert set(left) == {"user", "conversation"}
    assert (left["user"].expires_at, left["user"].sources) == (None, (left["conversation"].id,))


def test_a_lasting_fact_is_not_merged_into_one_that_ends(memory: Memory, clock: Clock) -> None:
    memory.add("I prefer boutique hotels!", expiration_date="2026-03-02", user_id="alex")
    memory.add(LASTING, user_id="alex")
    clock.advance(days=400)
    assert texts(memory.search("hotels", user_id="alex"), "user") == [LASTING]


@pytest.mark.parametrize("plain", ["2026-03-03", date(2026, 3, 3)])
def test_a_plain_date_lasts_to_the_end_of_its_day(memory: Memory, clock: Clock, plain: Any) -> None:
    memory.add(LASTING, expiration_date=plain, user_id="alex")
    clock.advance(days=2, hours=11, minutes=59)
    assert memory.get_all(user_id="alex").count == 2
    clock.advance(minutes=1)
    assert memory.get_all(user_id="alex").count == 0


def test_expiry_runs_on_the_wall_clock_whatever_the_event_time(memory: Memory, clock: Clock) -> None:
    memory.add(NOTE, timestamp="2020-01-01", **ALEX)
    assert memory.get_all(layers=["session"], **ALEX).count == 1
    clock.advance(hours=25)
    assert memory.get_all(layers=["session"], **ALEX).count == 0


def test_an_expiration_date_stands_against_activity(memory: Memory, clock: Clock) -> None:
    memory.add(NOTE, expiration_date="2026-03-01T13:00:00", **ALEX)
    clock.advance(minutes=59)
    memory.add("Yes.", **ALEX)
    clock.advance(minutes=1)
    assert memory.get_all(layers=["session"], **ALEX).count == 0


# ---------------------------------------------------------------- documents, metadata, categories


def test_a_document_is_one_memory_about_its_title(memory: Memory) -> None:
    pages = [
        {"content": "It lies on a fjord.", "metadata": {"title": "Oslo"}},
        {"content": "It lies among seven mountains.", "metadata": {"title": "Bergen"}},
    ]
    events = memory.add(pages, layer="org", org_id="acme", infer=False)
    assert changes(events) == [("ADD", "org")] * 2
    item = memory.get(events[0].id)
    assert (item.memory, item.sources, item.position) == ("It lies on a fjord.", (item.id,), None)
    assert {"Oslo", "Bergen"} <= {entity.name for entity in memory.entities(org_id="acme")}
    assert memory.search("Where does Bergen lie?", org_id="acme", order="score")[0].id == events[1].id
    assert "NEXT" not in {data["type"] for *_, data in memory.to_networkx(org_id="acme").edges(data=True)}


def test_a_document_outlives_one_thing_that_it_says(memory: Memory) -> None:
    pages = [
        {"content": "Ana Roth was born on 20 April 1973. She paints boats.", "metadata": {"title": "Ana Roth"}},
        {"content": "Ana Roth was born on 3 May 1947. She sells boats.", "metadata": {"title": "Roth and Daughter"}},
    ]
    added = [memory.add(page, layer="org", org_id="acme", infer=False) for page in pages]
    assert [changes(events) for events in added] == [[("ADD", "org")]] * 2
    hits = memory.search("When was Ana Roth born?", org_id="acme")
    assert {hit.id for hit in hits} == {event.id for events in added for event in events}
    assert all(hit.superseded_by is None for hit in hits)


def test_two_documents_of_equal_text_and_other_titles_are_two(memory: Memory) -> None:
    pages = [{"content": "See the main page.", "metadata": {"title": title}} for title in ("A", "B")]
    memory.add(pages, user_id="alex", infer=False)
    assert memory.stats().memories == 2


def test_turns_keep_their_own_metadata(memory: Memory) -> None:
    turns: list[dict[str, Any]] = [
        {"content": "Hello.", "metadata": {"n": 1, "deep": {"a": [1, None, "x"]}}},
        {"content": "Bye."},
    ]
    memory.add(turns, metadata={"n": 0, "call": True}, **ALEX)
    assert {item.memory: item.metadata for item in memory.get_all(**ALEX)} == {
        "Hello.": {"n": 1, "deep": {"a": [1, None, "x"]}, "call": True},
        "Bye.": {"n": 0, "call": True},
    }
    assert memory.get_all(filters={"n": 1}, **ALEX).count == 1


def test_a_fact_has_the_metadata_of_its_turn(memory: Memory) -> None:
    event = memory.add([{"content": LASTING, "metadata": {"city": "Oslo"}}], **ALEX)[0]
    assert memory.get(event.id).metadata == {"city": "Oslo"}


def test_facts_get_a_category_of_the_default_list(memory: Memory) -> None:
    event = memory.add("I run five miles every morning and I love football.", user_id="alex")[0]
    found = memory.get(event.id).categories
    assert found
    assert set(found) <= set(DEFAULT)
    assert memory.get_all(user_id="alex", filters={"categories": {"contains": found[0]}}).count == 1


def test_given_categories_win(memory: Memory) -> None:
    events = memory.add("I run five miles every morning.", user_id="alex", categories=["mine", "yours", "mine"])
    assert {memory.get(event.id).categories for event in events} == {("mine", "yours")}


def test_an_own_list_of_categories(tmp_path: Path) -> None:
    own = {"sleep": "bed, tired, sleeping", "motion": "running, walking, sport"}
    with open_memory("networkx", tmp_path, settings=Settings(categories=own)) as memory:
        event = memory.add("I go running every morning.", user_id="alex")[0]
        assert memory.get(event.id).categories == ("motion",)
