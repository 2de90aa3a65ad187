"""What a question's text tells the store and the ranking."""

from __future__ import annotations

from datetime import datetime, timezone

import numpy as np
import pytest

from graphmem import words
from graphmem.extract.base import Label
from graphmem.recall import Heard, plan, read, wordings
from graphmem.types import Scope
from graphmem.weights import Retrieval

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
VECTOR = np.full(4, 0.5, np.float32)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("When did Ana move?", Label.DATE),
        ("Which year was it built?", Label.DATE),
        ("How long has she been painting?", Label.DATE),
        ("Where does Ben live?", Label.PLACE),
        ("What city is the office in?", Label.PLACE),
        ("Who is her dentist?", Label.NAME),
        ("What is the dog called?", Label.NAME),
        ("How many cats are there?", Label.NUMBER),
        ("When and where did they meet?", Label.DATE | Label.PLACE),
        ("Any hotel preferences?", Label.NONE),
        ("Tell me whenever you like", Label.NONE),
    ],
)
def test_kind_of_answer(query: str, wanted: Label) -> None:
    assert read(query).wanted == wanted


@pytest.mark.parametrize(
    "query",
    [
        "What did I say about the budget?",
        "How many books have I read?",
        "How many sources are in my library?",
        "Which colour had my sister chosen?",
        "I mentioned a deadline, which one?",
        "List the steps in order",
        "Give me a summary of the project",
    ],
)
def test_questions_about_the_past(query: str) -> None:
    assert read(query).recalls


@pytest.mark.parametrize(
    "query",
    [
        "Can you help me plan a trip?",
        "What should I cook tonight?",
        "Explain recursion",
        "How should I set it up?",
        "How much flour goes into a cake?",
        "How long should your replies be?",
    ],
)
def test_requests_are_not_about_the_past(query: str) -> None:
    assert not read(query).recalls


@pytest.mark.parametrize(
    ("query", "requests"),
    [
        ("Can you help me plan a trip?", True),
        ("What should I cook tonight?", True),
        ("How do I get out of debt?", True),
        ("Explain recursion", True),
        ("Please book a table for two", True),
        ("I am moving. Which firms would you suggest?", True),
        ("What are some quick breakfasts?", True),
        ("What is the deadline of the audit?", False),
        ("When is my session with the dentist?", False),
        ("Which bank does Ines use?", False),
    ],
)
def test_requests_and_questions_for_a_fact(query: str, requests: bool) -> None:
    assert read(query).requests is requests


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("What did you recommend for the bathroom?", True),
        ("You said there were three options, which?", True),
        ("What was your advice about loans?", True),
        ("Can you suggest a hotel?", False),
        ("What do I like?", False),
    ],
)
def test_asks_what_the_assistant_said(query: str, asks: bool) -> None:
    assert read(query).asks_assistant is asks


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ("Who led it in 1987?", (1987, 1987)),
        ("Who led it from 1987 to 1991?", (1987, 1991)),
        ("Who led it before 1987?", (1977, 1987)),
        ("Who led it since May 1987?", (1987, 1997)),
        ("Music of the 1990s", (1990, 1999)),
    ],
)
def test_years(query: str, span: tuple[int, int]) -> None:
    years = read(query).years
    assert years is not None
    assert (years.first, years.last) == span


@pytest.mark.parametrize("query", ["Who led it?", "Room 101", "I paid 25000 for it"])
def test_no_years(query: str) -> None:
    assert read(query).years is None


def test_terms_are_distinct_and_in_order() -> None:
    assert read("the cat saw another cat and a dog").terms == (
        *words.terms("cat saw another"),
        *words.terms("dog"),
    )


def test_names_are_entity_keys_of_every_run_of_words() -> None:
    names = read("Does Ana María work at the Blue Note?").names
    assert {"ana maria", "blue note", "ana"} <= names
    assert not {"the", "at", "does"} & names


@pytest.mark.parametrize(
    ("query", "called"),
    [
        ("What did Mel and the others do?", ("mel",)),
        ("Did Li Hua meet Ana on Monday in May?", ("li hua", "ana")),
        ("Where was the Blue Note?", ("blue note",)),
        ("what did mel do?", ()),
    ],
)
def test_names_are_read_off_capitals(query: str, called: tuple[str, ...]) -> None:
    assert read(query).called == called


def test_wordings_speak_as_each_person() -> None:
    query = "What did Ana say about Ben's cat?"
    assert wordings(query) == {"ana": "What did I say about Ben's cat?", "ben": "What did Ana say about my cat?"}
    assert wordings("any hotel preferences?") == {}


def test_the_first_name_that_a_speaker_goes_by_chooses_the_vector() -> None:
    ana, ben = np.full(4, 0.1, np.float32), np.full(4, 0.2, np.float32)
    probe, _ = plan(
        "Ana or Ben?",
        Scope(user_id="u"),
        Heard(VECTOR, {"ana": ana, "ben": ben}),
        now=NOW,
        settings=Retrieval(),
    )
    assert probe.facing(["benjamin", "anastasia"]) is ana
    assert probe.facing(["benjamin"]) is ben
    assert probe.facing(["carl", ""]) is VECTOR


@pytest.mark.parametrize(
    ("person", "name", "answer"),
    [
        ("melanie", "mel", True),
        ("lihua", "li hua", True),
        ("wolfgangschulz", "wolfgang", True),
        ("ana lima", "lima", True),
        ("ana", "ana lima", True),
        ("joanna", "jo", False),
        ("ana", "anastasia", False),
        ("", "ana", False),
    ],
)
def test_who_goes_by_a_name(person: str, name: str, answer: bool) -> None:
    assert words.goes_by(person, name) is answer


def test_plan_hands_everything_to_the_store() -> None:
    scope = Scope(user_id="u", session_id="s")
    probe, question = plan(
        "Where is Ana?", scope, Heard(VECTOR), now=NOW, settings=Retrieval(k=7), layers=["user"], superseded=True
    )
    assert probe.scope == scope
    assert probe.vector is VECTOR
    assert probe.terms == question.terms == tuple(words.terms("Ana"))
    assert "ana" in probe.names
    assert (probe.k, probe.now, probe.layers, probe.superseded) == (7, NOW, frozenset(["user"]), True)


def test_plan_says_which_relation_is_asked_for_and_of_whom() -> None:
    def asked(query: str) -> tuple[bool, bool, bool]:
        probe, _ = plan(query, Scope(user_id="u"), Heard(VECTOR), now=NOW, settings=Retrieval())
        return "LIVES_IN" in probe.asked, "SISTER" in probe.through, probe.own

    assert asked("Where does Ana live?") == (True, False, False)
    assert asked("Where does my sister live?") == (True, True, True)
    assert asked("What did Ana eat?") == (False, False, False)


def test_switches_close_channels() -> None:
    scope = Scope(user_id="u")
    silent = Retrieval(vectors=False, words=False, graph=False)
    probe, question = plan("Where does Ana live?", scope, Heard(VECTOR), now=NOW, settings=silent)
    assert probe.vector is None
    assert (probe.terms, probe.names, probe.widen, probe.reach) == ((), frozenset(), 0, 0)
    assert question.asked.types
    assert not probe.asked
    assert question.terms  # the text is read all the same


@pytest.mark.parametrize("query", ["", "   ", "???", "🙂", "去年我在哪里", "a" * 100_000, "\x00\n\t"])
def test_any_text_is_read(query: str) -> None:
    assert read(query).wanted in (Label.NONE, Label.DATE)
