"""Years: every time that a text names is read, and the question's years are compared with all of them."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.years import periods

if TYPE_CHECKING:
    from graphmem import Memory
    from graphmem.types import SearchResults


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("She taught from 2003 to 2008.", [(2003, 2009)]),
        ("Between May 1994 and 12 June 2000 he rowed.", [(1994, 2001)]),
        ("from June 1990 until March 12 , 1995", [(1990, 1996)]),
        ("the 1998–99 season", [(1998, 2000)]),
        ("1999-00", [(1999, 2001)]),
        ("( 1843-1925 )", [(1843, 1926)]),
        ("Mayor since 1970", [(1970, math.inf)]),
        ("captain, 2010–present", [(2010, math.inf)]),
        ("in the 1950s and 1960's", [(1950, 1960), (1960, 1970)]),
        ("in 1853 and 1857", [(1853, 1854), (1857, 1858)]),
        ("then in 2008 and today", [(2008, 2009)]),
        ("Born on 2 March 1928 , he left in 1951, then came back.", [(1928, 1929), (1951, 1952)]),
        ("on 2010-12-05 and 1998-04", [(2010, 2011), (1998, 1999)]),
        ("2005 to 1999", [(2005, 2006), (1999, 2000)]),
        ("1,950 people, 2000 votes, 1500 km, $1999, room 25000", []),
    ],
)
def test_times_of_a_text(text: str, times: list[tuple[float, float]]) -> None:
    assert periods(text) == times


@given(st.text(alphabet="0129 -–s'andtobetwsince.,", max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(1000 <= first < after for first, after in periods(text))


def ask(memory: Memory, query: str) -> SearchResults:
    return memory.search(query, org_id="club", order="score", explain=True)


def test_the_second_time_of_a_text_counts_as_the_first_does(memory: Memory) -> None:
    texts = [
        "Ana Roth coached Kestrel from 1961 to 1964 and again from 1980 to 1988.",
        "Ben Holm coached Kestrel from 1961 to 1964 and again from 2001 to 2003.",
    ]
    memory.add(texts, org_id="club", infer=False, layer="org")
    for year, who in ((1984, "Ana"), (2002, "Ben")):
        assert ask(memory, f"Who coached Kestrel in {year}?").results[0].memory.startswith(who)


def test_the_more_of_its_time_was_meant_the_better_a_text_fits(memory: Memory) -> None:
    texts = ["Kestrel played at Millhouse (1930-2010).", "Kestrel played at Harbour (1984-1987)."]
    memory.add(texts, org_id="club", infer=False, layer="org")
    years = {hit.memory: hit.why.terms["years"] for hit in ask(memory, "Where did Kestrel play from 1983 to 1989?")}
    assert years[texts[1]] > years[texts[0]] > 0


def test_what_names_no_time_has_that_of_the_text_around_it(memory: Memory) -> None:
    for page, year in (("early", 1975), ("late", 1995)):
        texts = [f"The season of {year}.", "Mia Lund was the coach of Kestrel.", "The ground was wet."]
        memory.add(texts, org_id="club", session_id=page, infer=False, layer="conversation")
    hits = [hit for hit in ask(memory, "Who was the coach of Kestrel in 1995?") if "coach" in hit.memory]
    assert [hit.session_id for hit in hits] == ["late", "early"]
    assert hits[0].why.terms["years"] > 0


def test_relative_dates_count_beside_the_years_that_a_text_names(memory: Memory) -> None:
    said = datetime(2023, 5, 10, tzinfo=timezone.utc)
    texts = ["I moved to Oslo last year; in 2015 I saw Rome.", "I moved to Bergen before that; in 2015 I saw Rome."]
    messages = [{"role": "user", "content": text, "timestamp": said} for text in texts]
    memory.add(messages, user_id="ana", session_id="s", infer=False, layer="conversation")
    hits = memory.search("Where did I move in 2022?", user_id="ana", order="score", explain=True)
    years = {hit.memory: hit.why.terms.get("years", 0.0) for hit in hits}
    assert years[texts[0]] > years[texts[1]]
