"""Time: when it was true, when it was known, and how a newer fact closes an older one without erasing it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from graphmem.types import Message
from tests.engine import START, texts

if TYPE_CHECKING:
    from graphmem import Memory
    from graphmem.types import MemoryItem
    from tests.engine import Clock

WHERE = "Where do I live?"


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def tell(memory: Memory, *told: tuple[str | None, str], **scope: str) -> None:
    for when, text in told:
        memory.add(text, timestamp=when, **{"user_id": "alex", **scope})  # type: ignore[arg-type]


def home(memory: Memory, as_of: str | None = None) -> list[str]:
    return [r.object_name for r in memory.relations(type="LIVES_IN", as_of=as_of, user_id="alex")]


def facts(memory: Memory) -> list[MemoryItem]:
    return sorted(memory.get_all(user_id="alex", layers=["user"]), key=lambda item: (item.valid_from, item.created_at))


def test_a_naive_time_is_utc_and_any_zone_becomes_utc(memory: Memory) -> None:
    tell(memory, ("2024-01-01T10:00:00", "I live in Bergen."), ("2024-02-01T10:00:00+02:00", "I love hiking."))
    assert [item.valid_from for item in facts(memory)] == [day("2024-01-01T10:00"), day("2024-02-01T08:00")]
    assert {item.created_at for item in facts(memory)} == {START}


def test_without_a_time_it_was_said_when_it_was_written(memory: Memory, clock: Clock) -> None:
    clock.advance(days=3)
    tell(memory, (None, "I live in Bergen."))
    assert facts(memory)[0].valid_from == facts(memory)[0].created_at == clock.now


def test_mem0_reads_event_time_as_created_at(memory: Memory) -> None:
    tell(memory, ("2024-01-01", "I live in Bergen."))
    item = facts(memory)[0]
    assert item["created_at"].startswith("2024-01-01")
    assert item["recorded_at"].startswith("2026-03-01")
    assert item.created_at == START


def test_each_turn_has_its_own_time(memory: Memory) -> None:
    said = [Message(content="I live in Bergen.", timestamp=day("2024-01-01")), Message(content="I love hiking.")]
    memory.add(said, user_id="alex", timestamp="2025-01-01")
    assert [item.valid_from.year for item in facts(memory)] == [2024, 2025]


class TestMoving:
    """ "I moved to Oslo" closes "I live in Bergen"."""

    @pytest.fixture(autouse=True)
    def _moved(self, memory: Memory, clock: Clock) -> None:
        tell(memory, ("2024-01-01", "I live in Bergen."))
        clock.advance(hours=1)
        tell(memory, ("2024-03-01", "I moved to Oslo."))

    def test_the_older_fact_is_closed_and_not_erased(self, memory: Memory, clock: Clock) -> None:
        old, new = facts(memory)
        assert (old.memory, old.valid_to, old.expired_at, old.superseded_by) == (
            "I live in Bergen.", day("2024-03-01"), clock.now, new.id,
        )  # fmt: skip
        assert (new.memory, new.valid_to, new.superseded_by) == ("I moved to Oslo.", None, None)

    def test_search_hides_it_but_the_flagged_turn_stays(self, memory: Memory) -> None:
        found = memory.search(WHERE, user_id="alex")
        assert texts(found, "user") == ["I moved to Oslo."]
        turns = {hit.memory: hit for hit in found if hit.layer == "conversation"}
        assert turns["I live in Bergen."].superseded_by == facts(memory)[1].id
        assert turns["I live in Bergen."].valid_to is None

    def test_as_of_shows_what_was_true_then(self, memory: Memory) -> None:
        assert texts(memory.search(WHERE, user_id="alex", as_of="2024-02-01"), "user") == ["I live in Bergen."]
        assert texts(memory.search(WHERE, user_id="alex", as_of="2024-04-01"), "user") == ["I moved to Oslo."]
        assert not memory.search(WHERE, user_id="alex", as_of="2023-12-31")
        assert home(memory, "2024-02-01") == ["Bergen"]
        assert home(memory, "2024-03-01") == ["Oslo"]
        assert home(memory, "2023-12-31") == []
        assert home(memory) == ["Oslo"]

    def test_history_tells_both(self, memory: Memory) -> None:
        old, new = facts(memory)
        assert [(e.event, e.memory, e.by) for e in memory.history(old.id)] == [
            ("ADD", "I live in Bergen.", None),
            ("SUPERSEDE", "I live in Bergen.", new.id),
        ]

    def test_the_context_dates_it(self, memory: Memory) -> None:
        assert "[2024-03-01] I moved to Oslo." in memory.context(WHERE, user_id="alex")
        assert "[2024-01-01 until 2024-03-01] I live in Bergen." in memory.context(
            WHERE, user_id="alex", as_of="2024-02-01"
        )

    def test_moving_back_makes_a_third_fact(self, memory: Memory, clock: Clock) -> None:
        clock.advance(hours=1)
        tell(memory, ("2024-06-01", "I live in Bergen."))
        assert [(item.memory, item.valid_to) for item in facts(memory)] == [
            ("I live in Bergen.", day("2024-03-01")),
            ("I moved to Oslo.", day("2024-06-01")),
            ("I live in Bergen.", None),
        ]
        assert [home(memory, when) for when in ("2024-02-01", "2024-05-01", "2024-07-01")] == [
            ["Bergen"], ["Oslo"], ["Bergen"],
        ]  # fmt: skip

    def test_the_doctor_finds_nothing(self, memory: Memory) -> None:
        assert memory.doctor() == []


def test_moving_back_without_times_in_new_sessions_makes_a_third_fact(memory: Memory, clock: Clock) -> None:
    for session, text in enumerate(("I live in Oslo.", "I live in Bergen.", "I live in Oslo.")):
        tell(memory, (None, text), session_id=str(session))
        clock.advance(hours=1)
    assert [(item.memory, item.valid_to is None) for item in facts(memory)] == [
        ("I live in Oslo.", False), ("I live in Bergen.", False), ("I live in Oslo.", True),
    ]  # fmt: skip
    assert home(memory) == ["Oslo"]


def test_what_is_told_late_takes_its_place_in_time(memory: Memory) -> None:
    tell(memory, ("2024-03-01", "I moved to Oslo."), ("2024-01-01", "I live in Bergen."))
    old, new = facts(memory)
    assert (old.memory, old.valid_to, old.superseded_by) == ("I live in Bergen.", day("2024-03-01"), new.id)
    assert home(memory) == ["Oslo"]
    assert home(memory, "2024-02-01") == ["Bergen"]
    assert texts(memory.search(WHERE, user_id="alex"), "user") == ["I moved to Oslo."]


@pytest.mark.parametrize("at_once", [True, False])
def test_any_order_of_telling_gives_the_same_times(memory: Memory, at_once: bool) -> None:
    told = [("2024-03-01", "I live in Oslo."), ("2024-01-01", "I live in Oslo."), ("2024-02-01", "I live in Bergen.")]
    if at_once:
        memory.add([{"content": text, "timestamp": when} for when, text in told], user_id="alex")
    else:
        tell(memory, *told)
    assert [(item.memory, item.valid_to) for item in facts(memory)] == [
        ("I live in Oslo.", day("2024-02-01")),
        ("I live in Bergen.", day("2024-03-01")),
        ("I live in Oslo.", None),
    ]
    assert [home(memory, when) for when in ("2024-01-15", "2024-02-15", "2024-04-01")] == [
        ["Oslo"], ["Bergen"], ["Oslo"],
    ]  # fmt: skip


@pytest.mark.parametrize("news", [f"I moved to Oslo {when}." for when in ("last week", "last month", "last year")])
def test_news_is_news_though_it_is_dated_a_little_earlier(memory: Memory, clock: Clock, news: str) -> None:
    tell(memory, (None, "I live in Bergen."))
    clock.advance(minutes=1)
    tell(memory, (None, news))
    assert home(memory) == ["Oslo"]
    assert texts(memory.search(WHERE, user_id="alex"), "user") == [news]


def test_what_was_long_ago_is_no_news(memory: Memory, clock: Clock) -> None:
    tell(memory, (None, "I live in Bergen."))
    clock.advance(minutes=1)
    tell(memory, (None, "I moved to Oslo in 2012."))
    assert home(memory) == ["Bergen"]
    assert home(memory, "2015-01-01") == ["Oslo"]


@pytest.mark.parametrize(
    "text",
    ["I lived in Rome for two years.", "I lived in Rome last year.", "I was living in Rome.", "I lived in Rome."],
)
def test_how_it_was_closes_nothing_and_holds_no_longer(memory: Memory, clock: Clock, text: str) -> None:
    tell(memory, (None, "I live in Bergen."))
    clock.advance(minutes=1)
    tell(memory, (None, text))
    assert home(memory) == ["Bergen"]
    assert "Rome" in home(memory, "2025-06-01")
    assert [item.superseded_by for item in facts(memory)] == [None, None]


def test_what_was_is_found_at_the_time_of_which_it_is_told(memory: Memory) -> None:
    told = "I lived in Rome from 2011 until 2015."
    tell(memory, ("2024-01-01", "I live in Bergen."), ("2024-02-01", told))
    assert texts(memory.search(WHERE, user_id="alex", as_of="2013-05-05"), "user") == [told]
    assert not memory.search(WHERE, user_id="alex", as_of="2010-05-05")
    assert set(texts(memory.search(WHERE, user_id="alex"), "user")) == {told, "I live in Bergen."}
    assert home(memory) == ["Bergen"]


def test_an_end_closes_without_a_successor(memory: Memory) -> None:
    tell(memory, ("2024-01-01", "I work at Acme."), ("2024-05-01", "I no longer work at Acme."))
    assert memory.relations(type="WORKS_AT", user_id="alex") == []
    assert {r.object_name for r in memory.relations(type="WORKS_AT", user_id="alex", as_of="2024-02-01")} == {"Acme"}
    assert texts(memory.search("Where do I work?", user_id="alex"), "user") == ["I no longer work at Acme."]


def test_only_the_same_subject_and_kind_is_closed(memory: Memory) -> None:
    tell(
        memory,
        ("2024-01-01", "I live in Bergen."),
        ("2024-01-02", "My sister Ana lives in Rome."),
        ("2024-01-03", "I work at Acme."),
        ("2024-01-04", "I love Oslo."),
        ("2024-01-05", "I visited Paris."),
    )
    assert not [item.memory for item in facts(memory) if item.superseded_by]
    tell(memory, ("2024-02-01", "I moved to Oslo."))
    assert [item.memory for item in facts(memory) if item.superseded_by] == ["I live in Bergen."]


def test_a_plan_closes_nothing(memory: Memory) -> None:
    tell(memory, ("2024-01-01", "I live in Bergen."), ("2024-02-01", "I will move to Oslo next year."))
    assert home(memory) == ["Bergen"]


def test_another_users_move_is_none_of_mine(memory: Memory) -> None:
    tell(memory, ("2024-01-01", "I live in Bergen."))
    tell(memory, ("2024-02-01", "I moved to Oslo."), user_id="sam")
    assert home(memory) == ["Bergen"]


def test_a_change_within_one_call(memory: Memory) -> None:
    memory.add(
        [
            {"content": "I live in Bergen.", "timestamp": "2024-01-01"},
            {"content": "I moved to Oslo.", "timestamp": "2024-03-01"},
        ],
        user_id="alex",
    )
    assert home(memory) == ["Oslo"]
    assert home(memory, "2024-02-01") == ["Bergen"]
    assert [item.superseded_by is None for item in facts(memory)] == [False, True]


def test_a_fact_and_its_relation_agree_on_since_when(memory: Memory) -> None:
    tell(memory, ("2024-01-05", "I live in Bergen."), ("2024-06-10", "I moved to Genoa in March."))
    genoa = next(item for item in facts(memory) if "Genoa" in item.memory)
    assert genoa.valid_from == day("2024-03-01")
    assert genoa["recorded_at"].startswith("2026-03-01")
    assert (home(memory, as_of="2024-02-01"), home(memory, as_of="2024-04-01")) == (["Bergen"], ["Genoa"])
    found = texts(memory.search(WHERE, user_id="alex", as_of="2024-04-01", layers=["user"]))
    assert found[0] == genoa.memory


def test_a_dated_move_told_later_of_an_earlier_time_is_no_news(memory: Memory) -> None:
    tell(memory, ("2024-06-10", "I moved to Genoa in March."), ("2024-06-12", "I moved to Oslo in January."))
    assert home(memory) == ["Genoa"]


def test_a_planned_move_leaves_the_home_as_it_is(memory: Memory) -> None:
    tell(memory, ("2024-01-05", "I live in Bergen."), ("2024-06-10", "I'm moving to Genoa in September."))
    assert home(memory) == ["Bergen"]


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("My boss is Karen.", "My new boss is called Ahmed.", "Who is my boss?"),
        ("I play tennis every Sunday.", "I've stopped playing tennis.", "Do I play tennis?"),
        ("My girlfriend is Lena.", "Lena and I split up.", "Who is my girlfriend?"),
        ("I'm vegetarian.", "I eat meat again.", "Am I vegetarian?"),
        ("I'm engaged to Sofia.", "Sofia and I got married on Saturday.", "Am I engaged to Sofia?"),
    ],
)
def test_what_a_text_changes_stands_behind_it(memory: Memory, old: str, new: str, question: str) -> None:
    tell(memory, ("2024-01-01", old), ("2024-06-01", new))
    first, *others = memory.search(question, user_id="alex", order="score")
    assert first.memory == new
    assert all(hit.layer == "conversation" and hit.superseded_by for hit in others if hit.memory == old)


def test_a_turn_gives_way_to_the_turn_of_a_note_that_ended_with_its_session(memory: Memory, clock: Clock) -> None:
    said, news = (
        "The meeting with Dana is on Tuesday at ten.",
        "The meeting with Dana has been moved to Thursday at two.",
    )
    memory.add(said, user_id="alex", session_id="one")
    clock.advance(days=3)
    memory.add(news, user_id="alex", session_id="two")
    clock.advance(days=3)
    found = memory.search("When is the meeting with Dana?", user_id="alex", order="score")
    assert [(hit.memory, hit.superseded_by) for hit in found] == [(news, None), (said, found[0].id)]


def test_what_one_agent_heard_is_not_closed_by_what_another_did(memory: Memory) -> None:
    tell(memory, ("2024-01-01", "I drive a Volvo."), agent_id="one")
    tell(memory, ("2024-06-01", "I sold the Volvo."), agent_id="two")
    assert not [item.memory for item in facts(memory) if item.superseded_by]


def test_what_replaces_something_counts_from_the_date_that_it_gives(memory: Memory) -> None:
    tell(memory, ("2024-01-10", "I drive a Skoda."), ("2024-06-10", "I sold the Skoda in April."))
    old, new = facts(memory)
    assert (old.valid_to, new.valid_from) == (day("2024-04-01"), day("2024-04-01"))
    assert texts(memory.search("Which car?", user_id="alex", as_of="2024-02-01"), "user") == ["I drive a Skoda."]
    assert texts(memory.search("Which car?", user_id="alex", as_of="2024-05-05"), "user") == [new.memory]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My rent is 800 euros.", "My rent goes up to 870 euros from August."),
        ("My manager is Lucy.", "From August Harold is my manager."),
        ("I work four days a week.", "As of August I work five days a week."),
    ],
)
def test_what_is_announced_holds_from_its_date_and_the_old_one_until_then(memory: Memory, old: str, new: str) -> None:
    tell(memory, ("2024-01-10", old), ("2024-06-10", new))
    first, second = facts(memory)
    assert (first.valid_to, second.valid_from) == (day("2024-08-01"), day("2024-08-01"))
    for as_of, told in (("2024-03-01", old), ("2024-07-01", old), ("2024-08-05", new)):
        assert texts(memory.search(old, user_id="alex", as_of=as_of), "user") == [told]


def test_until_an_announced_change_the_old_fact_is_found_and_then_no_more(memory: Memory, clock: Clock) -> None:
    old, new = "My rent is 800 euros.", "My rent goes up to 870 euros from August."
    tell(memory, (None, old))
    clock.advance(days=60)
    tell(memory, (None, new))
    assert set(texts(memory.search(old, user_id="alex"), "user")) == {old, new}
    clock.advance(days=120)
    assert texts(memory.search(old, user_id="alex"), "user") == [new]


def test_what_is_moved_to_a_day_to_come_is_moved_at_once(memory: Memory) -> None:
    exam = "My exam in Greek history"
    tell(memory, ("2024-05-06", f"{exam} is on Tuesday."), ("2024-05-06T10:00", f"{exam} has been moved to Friday."))
    assert [item.valid_to for item in facts(memory)] == [day("2024-05-06T10:00"), None]


def test_a_plan_that_gives_its_date_is_none_of_the_time_before(memory: Memory) -> None:
    plan = "From April I live in Hull."
    tell(memory, ("2024-01-05", "I live in York."), ("2024-02-05", plan))
    assert texts(memory.search(WHERE, user_id="alex", as_of="2024-03-01"), "user") == ["I live in York."]
    assert plan in texts(memory.search(WHERE, user_id="alex", as_of="2024-05-01"), "user")
    assert home(memory) == ["York"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My electricity bill is 60 euros.", "Since March my electricity bill is 75 euros."),
        ("I'm vegetarian.", "Since March I've been vegan."),
        ("I teach maths.", "I quit teaching in March."),
        ("I'm married to Jon.", "Jon and I got divorced in March."),
        ("I work at Ericsson.", "I've been at Spotify since March."),
    ],
)
def test_news_that_is_told_late_counts_from_its_date(memory: Memory, old: str, new: str) -> None:
    tell(memory, ("2024-01-10", old), ("2024-06-10", new))
    for as_of, told in (("2024-02-01", old), ("2024-04-01", new)):
        assert texts(memory.search(old, user_id="alex", as_of=as_of), "user") == [told]


def test_a_date_before_what_is_replaced_is_not_when_it_was(memory: Memory) -> None:
    tell(memory, ("2024-05-10", "I drive a Skoda."), ("2024-06-10", "I sold the Skoda in April."))
    old, new = facts(memory)
    assert old.valid_to == new.valid_from == day("2024-06-10")


def test_what_replaces_something_keeps_the_date_that_its_relation_gives(memory: Memory) -> None:
    text = "I live in Oslo since March, and I sold the Skoda."
    tell(memory, ("2024-04-10", "I drive a Skoda."), ("2024-06-10", text))
    valid_from = {item.memory: item.valid_from for item in facts(memory)}
    assert valid_from == {"I drive a Skoda.": day("2024-04-10"), text: day("2024-03-01")}
