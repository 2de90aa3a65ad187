"""Succession: who takes a place that only one has, told without the words of before."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from graphmem.news import is_news, replaced
from graphmem.succession import follows, names_successor
from graphmem.types import MemoryItem

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)

SAYS_WHICH = [
    ("We bank with Santander.", "I've moved my savings to Halifax."),
    ("My insurer is Generali.", "We changed insurance, we're with Helvetia."),
    ("I catch the tram to work.", "I walk to work these days."),
    ("My sweater size is S.", "I wear M now."),
    ("Our landlord is Mr Novak.", "Mrs Lind has taken over as our landlord."),
    ("My vet is Dr Kern.", "Dr Kern has retired."),
    ("My line manager is Priscilla.", "Omar took over from Priscilla."),
    ("I drive a Fiat.", "I drive the Peugeot now."),
    ("My supervisor is Ines.", "Since the merger my supervisor is Noor."),
    ("My supervisor is Ines.", "Since January my supervisor is Noor."),
    ("I play for the Otters.", "I play for the Herons now."),
    ("I'm reading Persuasion.", "I'm reading Ulysses now."),
    ("I'm on the late shift.", "I was moved to the early shift."),
    ("Our mayor is Mrs Quist.", "Mrs Quist stepped down."),
    ("Our landlord is Mr Boyd.", "Mrs Kane has been our landlady since May."),
    ("My internet provider is Telia.", "As of July our internet provider is Bahnhof."),
    ("I have a Pixel 6.", "I replaced my phone with a Fairphone 5 in May."),
    ("My car insurance is with Axa.", "I switched my car insurance to Allianz in March."),
    ("My manager is Lucy.", "Starting tomorrow Harold is my manager."),
    ("My manager is Lucy.", "My manager has been Harold since March."),
    ("My dentist is Dr Lund.", "Dr Berg became my dentist in March."),
]
NAMES_ONE = [
    ("I bank with Santander.", "I switched to Halifax."),
    ("I drive a Fiat.", "I traded it in for a Peugeot."),
    ("My therapist is Dr Aalto.", "I see Dr Brun now."),
    ("My boyfriend is Karl.", "I'm dating Stefan these days."),
]
HOLDS = [
    ("I bank with Santander.", "I bank with Santander now."),
    ("I bank with Santander.", "My mother switched to Halifax."),
    ("I bank with Santander.", "I switched to decaf."),
    ("I bank with Santander.", "I would have switched to Halifax."),
    ("I catch the tram to work.", "I cycle to work on Fridays now."),
    ("I catch the tram to work.", "I walk to the park now."),
    ("My therapist is Dr Aalto.", "I see Dr Brun for my skin now."),
    ("My therapist is Dr Aalto.", "My new accountant is Dr Brun."),
    ("My boyfriend is Karl.", "I'm seeing Stefan tomorrow."),
    ("My sweater size is S.", "I wear contact lenses now."),
    ("My line manager is Priscilla.", "Omar took over from Lydia."),
    ("My vet is Dr Kern.", "Dr Kern retired her old car."),
    ("My sister is Dora.", "Dora has retired."),
    ("My car insurance is with Axa.", "I switched my health insurance to Allianz."),
    ("Is my vet Dr Kern?", "My vet is now Dr Sole."),
]


def fact(text: str, **fields: Any) -> MemoryItem:
    return MemoryItem(id=text, memory=text, layer="user", hash="", created_at=NOW, valid_from=NOW, **fields)


@pytest.mark.parametrize(("before", "now"), SAYS_WHICH)
def test_who_has_a_place_now_is_told_by_the_place(before: str, now: str) -> None:
    assert names_successor(now)
    assert follows(fact(now), fact(before), 0.0)


@pytest.mark.parametrize(("before", "now"), NAMES_ONE)
def test_a_name_alone_takes_the_place_of_a_near_fact(before: str, now: str) -> None:
    assert follows(fact(now), fact(before), 0.4)
    assert not follows(fact(now), fact(before), 0.1)


@pytest.mark.parametrize(("before", "now"), HOLDS)
def test_what_may_hold_beside_it_keeps_its_place(before: str, now: str) -> None:
    assert not follows(fact(now), fact(before), 0.6)


@pytest.mark.parametrize(("teller", "closes"), [("Ada", True), ("Bob", False), (None, True), ("Halifax", True)])
def test_only_the_same_person_gives_a_place_away(teller: str | None, closes: bool) -> None:
    old, new = fact("I bank with Santander.", name="Ada"), fact("I switched to Halifax.", name=teller)
    assert follows(new, old, 0.5) is closes


def test_what_a_successor_replaces_is_the_nearest_that_fits() -> None:
    new = fact("We changed to Halifax.", sources=("new",))
    bank, car = fact("My bank is Santander."), fact("I drive a Fiat.")
    assert is_news(new.memory)
    assert [item for item, _ in replaced(new, [(car, 0.5), (bank, 0.4)], [])] == [car]
    assert [item for item, _ in replaced(new, [(bank, 0.5), (car, 0.4)], [])] == [bank]
    assert not [*replaced(new, [(bank, 0.3), (car, 0.2)], [bank])]
