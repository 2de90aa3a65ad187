"""Turns, facts and mentions: labels, intervals, scores, pins, participants, documents, odd input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.extract.base import Context, Drafts, Extractor, FactDraft, Label
from graphmem.extract.pins import pinned
from graphmem.extract.spacy import PARSED, SpacyExtractor
from graphmem.types import Message

NOW = datetime(2024, 3, 13, 10, 0, tzinfo=timezone.utc)


@lru_cache(maxsize=1)
def extractor() -> SpacyExtractor:
    return SpacyExtractor()


def drafts(*messages: Message | str, verbatim: bool = False) -> Drafts:
    turns = [m if isinstance(m, Message) else Message(content=m) for m in messages]
    return extractor().extract(turns, Context(now=NOW, user="Kim", verbatim=verbatim))


def best(text: str) -> FactDraft:
    return max(drafts(text).facts, key=lambda fact: fact.score)


def names(found: Drafts, turn: int = 0) -> dict[str, str]:
    return {mention.name: mention.type for mention in found.mentions if mention.turn == turn}


def test_it_is_an_extractor_and_answers_one_turn_a_message() -> None:
    assert isinstance(extractor(), Extractor)
    assert len(drafts("I like tea.", "", "你好", "ok").turns) == 4
    assert drafts() == Drafts([], [], [], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "I'm Alex and I prefer boutique hotels.",
        "I'm a vegetarian and allergic to nuts.",
        "I moved to Oslo.",
        "My sister Ana is a nurse.",
        "We went to Lisbon last summer.",
        "Book it for two nights.",
        "I met Carla at the film festival on January 15, 2023, can you help me with my script?",
    ],
)
def test_a_statement_passes_the_promotion_score(text: str) -> None:
    assert best(text).score >= 1.0
    assert best(text).mode != "question"


@pytest.mark.parametrize(
    "text",
    ["Hey!", "Thanks a lot!", "Wow, that's great.", "Ok, sounds good.", "See you later!", "You're so kind.", "Hmm."],
)
def test_greetings_and_fillers_do_not_pass(text: str) -> None:
    assert all(fact.score < 1.0 for fact in drafts(text).facts)


def test_a_question_is_no_fact() -> None:
    fact = best("Do you like the new hotel in Oslo?")
    assert fact.mode == "question"
    assert fact.score < 1.0


def test_a_request_behind_a_statement_is_split_off() -> None:
    facts = drafts("I met Carla in May, can you help me write to her?").facts
    assert [(fact.text, fact.mode) for fact in facts] == [
        ("I met Carla in May", "fact"),
        ("can you help me write to her?", "question"),
    ]


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("I'm a vegetarian.", True),
        ("My brother lives in Madrid.", True),
        ("Always answer in French.", True),
        ("Book it for two nights.", False),
        ("The error is on line 3.", False),
        ("I'm trying to fix the login page.", False),
    ],
)
def test_what_is_said_of_people_lasts_and_what_is_said_of_the_task_does_not(text: str, lasting: bool) -> None:
    assert best(text).lasting is lasting


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("I live in Oslo.", "fact"),
        ("I no longer work at Siemens.", "ended"),
        ("I'm going to move to Rome.", "plan"),
        ("I want to learn Spanish.", "wish"),
        ("If I win, I will buy a boat.", "hypothetical"),
    ],
)
def test_a_fact_has_the_mode_of_its_sentence(text: str, mode: str) -> None:
    assert best(text).mode == mode


def test_a_fact_names_its_subject() -> None:
    assert best("My brother Tim lives in Madrid.").subject == "Tim"
    assert best("I live in Madrid.").subject == "Kim"
    assert best("The weather in Madrid was lovely.").subject is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Always use metric units when I ask about cooking.", ("instruction", "cooking")),
        ("Whenever I ask for code, answer in Python.", ("instruction", "code")),
        ("Never book flights before noon.", ("instruction", "Never book flights before noon.")),
        ("From now on, answer in French.", ("instruction", "From now on, answer in French.")),
        ("I'd prefer boutique hotels, because they are quiet.", ("preference", "boutique hotels")),
        ("I'm Alex and I prefer aisle seats.", ("preference", "aisle seats")),
        ("I prefer short answers, three sentences at most.", ("preference", "short answers")),
        ("Mornings work best for me.", ("preference", "Mornings work best for me")),
        ("Never use slang when you write mails for me.", ("instruction", "write mails for me")),
        ("When you book trains for me I'd rather sit in the quiet coach.", ("preference", "book trains for me")),
        ("Keep your answers short.", ("instruction", "Keep your answers short.")),
        ("From now on I work at Acme.", None),
        ("Choir practice is on Mondays from now on.", None),
        ("Short answers from now on.", ("instruction", "Short answers from now on.")),
        ("Call me when you plan to come over.", None),
        ("Never mind!", None),
        ("Always a pleasure.", None),
        ("When I asked him about it, he left.", None),
        ("Do you prefer tea?", None),
    ],
)
def test_standing_instructions_and_preferences_are_pinned(sentence: str, expected: tuple[str, str] | None) -> None:
    assert pinned(sentence) == expected


def test_a_pinned_sentence_is_a_fact_worth_keeping() -> None:
    fact = best("Always use metric units when I ask about cooking.")
    assert (fact.pin, fact.trigger) == ("instruction", "cooking")
    assert fact.score >= 1.0


def test_labels_say_what_kinds_of_answer_a_turn_holds() -> None:
    labels = drafts("Paula flew to Berlin on 3 May 2021 with 2 bags.").turns[0].labels
    assert labels == Label.NAME | Label.PLACE | Label.DATE | Label.NUMBER
    assert drafts("It was lovely.").turns[0].labels == Label.NONE
    assert Label.DATE in drafts("I was ill recently.").turns[0].labels


def test_a_turn_that_ends_in_a_question_is_marked() -> None:
    assert [t.question for t in drafts("I'm fine. And you?", "Did you? I did.", "你好吗？").turns] == [
        True,
        False,
        True,
    ]


def test_the_interval_is_read_against_the_timestamp_then_now() -> None:
    told = Message(content="I ran yesterday.", timestamp=datetime(2020, 1, 2, tzinfo=timezone.utc))
    first, second = drafts(told, "I ran yesterday.").turns
    assert first.event_from == datetime(2020, 1, 1, tzinfo=timezone.utc)
    assert second.event_from == datetime(2024, 3, 12, tzinfo=timezone.utc)


def test_each_sentence_has_its_own_interval() -> None:
    moved, tea = drafts("I moved to Oslo last week. I drink tea with my brother.").facts
    assert moved.event_from == datetime(2024, 3, 4, tzinfo=timezone.utc)
    assert tea.event_from is None


def test_a_stated_relation_holds_from_its_date_and_an_ended_one_until_it() -> None:
    relations = {
        r.object: r for r in drafts("I moved from Oslo to Bergen last week.").relations if r.type == "LIVES_IN"
    }
    monday = datetime(2024, 3, 4, tzinfo=timezone.utc)
    assert (relations["Bergen"].valid_from, relations["Bergen"].valid_to) == (monday, None)
    assert (relations["Oslo"].valid_from, relations["Oslo"].valid_to) == (None, monday)


def test_mentions_are_names_titles_concepts_and_the_speaker() -> None:
    found = names(drafts('I read "The Old Harbour" in Lisbon and love pottery classes and hiking.'))
    assert found["Kim"] == "PERSON"
    assert found["The Old Harbour"] == "WORK"
    assert found["Lisbon"] == "PLACE"
    assert found["pottery classes"] == "CONCEPT"
    assert "hiking" in found


def test_openers_and_the_greeted_are_no_mentions() -> None:
    talk = [Message(content="Hi Robin!", name="Dana"), Message(content="Wow, glad to see you, Dana!", name="Robin")]
    found = drafts(*talk)
    assert set(names(found, 0)) == {"Dana"}
    assert set(names(found, 1)) == {"Robin"}


def test_you_is_the_one_other_named_participant() -> None:
    talk = [Message(content="You live in Oslo.", name="Dana"), Message(content="Yes.", name="Robin")]
    assert [(r.subject, r.type, r.object) for r in drafts(*talk).relations] == [("Robin", "LIVES_IN", "Oslo")]
    third = [*talk, Message(content="Hi.", name="Sam")]
    assert drafts(*third).relations == []


def test_a_named_speaker_is_i() -> None:
    assert [r.subject for r in drafts(Message(content="I live in Oslo.", name="Dana")).relations] == ["Dana"]


@pytest.mark.parametrize("role", ["assistant", "system", "tool"])
def test_only_people_state_facts(role: str) -> None:
    found = drafts(Message.model_validate({"role": role, "content": "I live in Oslo and my sister Ana is a nurse."}))
    assert (found.facts, found.relations) == ([], [])
    assert "Oslo" in names(found)


def test_what_others_say_is_kept_with_less_confidence() -> None:
    relations = drafts("Tom said he moved to Berlin.").relations
    assert {(r.subject, r.object) for r in relations} == {("Tom", "Berlin")}
    assert all(r.confidence < 0.7 for r in relations)


def test_a_document_has_a_title_and_relations_but_no_facts() -> None:
    text = "Marta Keller was born in Graz. She founded Keller Optics with Paul Brandt in Vienna."
    found = drafts(Message(content=text, metadata={"title": "Marta Keller"}), verbatim=True)
    assert found.facts == []
    title = next(m for m in found.mentions if m.name == "Marta Keller")
    assert title.weight > 2
    assert "Kim" not in names(found)
    stated = {(r.subject, r.type, r.object) for r in found.relations if r.typed}
    assert ("Marta Keller", "BORN_IN", "Graz") in stated
    loose = [r for r in found.relations if r.type == "RELATED_TO"]
    assert any({r.subject, r.object} == {"Keller Optics", "Vienna"} for r in loose)
    assert all(r.confidence == 0.25 for r in loose)


def test_names_beyond_the_parsed_part_are_found_and_more_is_noted() -> None:
    far = "I like tea. " * (PARSED // 10) + "Then Angela Merkel visited Paris. "
    found = drafts(far, far * 20)
    assert "Paris" in names(found)
    assert len(found.notes) == 1


def test_code_is_not_read() -> None:
    found = drafts("I use this:\n```python\nclass Alex: city = 'Oslo'\n```\nMy brother lives in Rome.")
    assert "Oslo" not in names(found)
    assert found.facts[-1].text == "My brother lives in Rome."
    assert all("```" not in fact.text for fact in found.facts)


def test_many_threads_share_one_extractor() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: drafts(f"I live in Oslo with {n} cats."), range(12)))
    assert all(r.relations[0].object == "Oslo" for r in results)


ODD = st.text(max_size=60) | st.sampled_from(
    [
        "I’m “here” 😀 gonna go",
        "a\u0301 I live in Oslo",
        "`x` I wanna `y`, can you?",
        "???",
        "\n\n\t",
        "I ex- I",
        "My my my",
        "is my brother",
        ", a close friend",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ODD, max_size=3))
def test_any_text_is_read_and_facts_are_the_speakers_own_words(texts: list[str]) -> None:
    found = drafts(*[Message(content=text, name="Robin") for text in texts], Message(content="Hi", name="Dana"))
    assert len(found.turns) == len(texts) + 1
    assert all(fact.text in texts[fact.turn] for fact in found.facts if fact.turn < len(texts))
    assert all(mention.name.strip() for mention in found.mentions)


def test_in_a_document_a_company_is_located_where_it_is_based() -> None:
    found = drafts(Message(content="Keller Optics is based in Vienna."), verbatim=True)
    stated = {(r.subject, r.type, r.object) for r in found.relations if r.typed}
    assert ("Keller Optics", "LOCATED_IN", "Vienna") in stated


@pytest.mark.parametrize(
    ("text", "day", "mode"),
    [
        ("I start at Acme on 1 August.", "2024-08-01", "plan"),
        ("I'm moving to Acton in September.", "2024-09-01", "plan"),
        ("I moved to Acton in September.", "2023-09-01", "fact"),
        ("I want to move to Acton in September.", "2024-09-01", "wish"),
        ("I live in Acton since September.", "2023-09-01", "fact"),
        ("From September I live in Acton.", "2024-09-01", "plan"),
        ("I work at Acme as of August.", "2024-08-01", "plan"),
        ("Starting September I work at Acme.", "2024-09-01", "plan"),
    ],
)
def test_the_tense_says_whether_a_day_of_the_year_is_still_to_come(text: str, day: str, mode: str) -> None:
    found = drafts(text)
    assert {r.mode for r in found.relations if r.typed} == {mode}
    for when in (found.turns[0].event_from, found.facts[0].event_from):
        assert when is not None
        assert when.date().isoformat() == day


def test_who_somebody_is_lasts_whatever_else_is_said() -> None:
    assert best("I live in Lisbon, in a tiny flat above a bakery.").lasting
    assert not best("The error is in the code above.").lasting


def test_a_company_is_no_person() -> None:
    found = names(drafts("I met Aurora Audio and Brandt Robotics and Marta Keller."))
    assert {"Aurora Audio": "ORG", "Brandt Robotics": "ORG", "Marta Keller": "PERSON"}.items() <= found.items()
