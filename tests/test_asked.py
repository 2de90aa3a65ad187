"""What relation a question asks for, of whom, and that what states it comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem.asked import NOTHING, asks

if TYPE_CHECKING:
    from graphmem import Memory


@pytest.mark.parametrize(
    ("query", "type_", "through", "own"),
    [
        ("What is my job?", "JOB_IS", "", True),
        ("What does Ana do for a living?", "WORKS_AT", "", False),
        ("Where do I live now?", "LIVES_IN", "", True),
        ("Which city does Tom live in?", "LIVES_IN", "", False),
        ("Who is Mateo's girlfriend?", "DATING", "", False),
        ("What is my dentist called?", "HAS_DENTIST", "", True),
        ("Do I have a sister?", "SISTER", "", True),
        ("Where does my sister live?", "LIVES_IN", "SISTER", True),
        ("How old is Ana's son?", "AGE_IS", "SON", False),
        ("In which city is Mira's employer based?", "LIVES_IN", "WORKS_AT", False),
        ("Where does Tom come from?", "COMES_FROM", "", False),
        ("What kind of car do I drive?", "DRIVES", "", True),
        ("Where does Ana work these days?", "WORKS_AT", "", False),
        ("What is my favourite band?", "FAVORITE_BAND", "", True),
    ],
)
def test_a_question_asks_for_a_relation(query: str, type_: str, through: str, own: bool) -> None:
    asked = asks(query)
    assert type_ in asked.types
    assert (through in asked.through) if through else not asked.through
    assert asked.own is own


@pytest.mark.parametrize(
    "query",
    [
        "What do my kids like?",
        "How did Melanie's son handle the accident?",
        "Which boutique hotels are there?",
        "When is the deadline?",
        "Which live music is there tonight?",
        "What is the film based on?",
        "Where did I buy the lamp from?",
        "What did the study say?",
        "",
    ],
)
def test_most_questions_ask_for_none(query: str) -> None:
    assert asks(query) == NOTHING


@pytest.fixture
def told(memory: Memory) -> Memory:
    """Ines of herself, of her sister, and of a job that is nobody's."""
    for text in (
        "I teach physics at a school in Nantes.",
        "My sister Rita lives in Coimbra.",
        "I live in Lisbon.",
        "A job is a job, said the man of the job centre.",
        "Where one lives matters less than how one lives.",
    ):
        memory.add(text, user_id="ines")
    return memory


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("What is my job?", "I teach physics at a school in Nantes."),
        ("Where do I live?", "I live in Lisbon."),
        ("Where does my sister live?", "My sister Rita lives in Coimbra."),
    ],
)
def test_what_states_it_of_the_one_who_is_meant_is_lifted(told: Memory, query: str, answer: str) -> None:
    hits = told.search(query, user_id="ines", explain=True).results
    lifted = [hit.memory for hit in hits if "relation" in hit.why.terms]
    assert lifted == [answer]


def test_a_named_person_is_meant(told: Memory) -> None:
    lifted = {
        hit.memory
        for hit in told.search("Where does Rita live?", user_id="ines", explain=True).results
        if "relation" in hit.why.terms
    }
    assert lifted == {"My sister Rita lives in Coimbra."}


def test_what_no_longer_holds_is_not_lifted(told: Memory) -> None:
    told.add("I moved to Porto.", user_id="ines")
    hits = told.search("Where do I live?", user_id="ines", explain=True).results
    assert all("relation" not in hit.why.terms for hit in hits if "Lisbon" in hit.memory)
    assert any("relation" in hit.why.terms for hit in hits if "Porto" in hit.memory)


def test_what_states_it_is_brought_from_among_many_that_are_nearer(memory: Memory) -> None:
    talk = [f"Person {n} looks for a job, and a job is hard to find." for n in range(150)]
    memory.add(["I teach physics at a school in Nantes.", *talk], user_id="alex", session_id="s")
    found = memory.search("What is my job?", user_id="alex", top_k=200, explain=True)
    (answer,) = (hit for hit in found if "physics" in hit.memory)
    assert answer.why is not None
    assert "relation" in answer.why.channels
    assert not {"vector", "words", "entity"} & set(answer.why.channels)
