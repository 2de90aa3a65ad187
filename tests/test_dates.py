"""Expressions of time become intervals, read against the moment of the message."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.extract.dates import interval, is_vague

WEDNESDAY = datetime(2023, 5, 10, 14, 30, tzinfo=timezone.utc)


def days(text: str, base: datetime = WEDNESDAY) -> str | None:
    """The first and last day that a text speaks of, as text."""
    found = interval(text, base)
    return None if found is None else " ".join(moment.date().isoformat() for moment in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I saw him yesterday", "2023-05-09 2023-05-09"),
        ("the day before yesterday", "2023-05-08 2023-05-08"),
        ("see you tomorrow", "2023-05-11 2023-05-11"),
        ("this morning I ran", "2023-05-10 2023-05-10"),
        ("last night", "2023-05-09 2023-05-09"),
        ("last week", "2023-05-01 2023-05-07"),
        ("this week", "2023-05-08 2023-05-14"),
        ("next week", "2023-05-15 2023-05-21"),
        ("last weekend", "2023-05-06 2023-05-07"),
        ("this past weekend", "2023-05-06 2023-05-07"),
        ("two weekends ago", "2023-04-29 2023-04-30"),
        ("last Friday", "2023-05-05 2023-05-05"),
        ("next Saturday", "2023-05-13 2023-05-13"),
        ("we met on Monday", "2023-05-08 2023-05-08"),
        ("we will meet on Monday", "2023-05-15 2023-05-15"),
        ("last month", "2023-04-01 2023-04-30"),
        ("next month", "2023-06-01 2023-06-30"),
        ("last year", "2022-01-01 2022-12-31"),
        ("three years ago", "2020-01-01 2020-12-31"),
        ("a year ago", "2022-01-01 2022-12-31"),
        ("10 days ago", "2023-04-30 2023-04-30"),
        ("a couple of weeks ago", "2023-04-24 2023-04-30"),
        ("in two weeks", "2023-05-22 2023-05-28"),
        ("in 3 days", "2023-05-13 2023-05-13"),
        ("for the past two years", "2021-01-01 2023-05-10"),
        ("7 May 2023", "2023-05-07 2023-05-07"),
        ("May 7th, 2023", "2023-05-07 2023-05-07"),
        ("born on March 2 , 1928", "1928-03-02 1928-03-02"),
        ("on 2 March , 1928", "1928-03-02 1928-03-02"),
        ("the 7th of May 2023", "2023-05-07 2023-05-07"),
        ("2023-05-07", "2023-05-07 2023-05-07"),
        ("05/07/2023", "2023-05-07 2023-05-07"),
        ("25/12/2022", "2022-12-25 2022-12-25"),
        ("in May 2023", "2023-05-01 2023-05-31"),
        ("in March", "2023-03-01 2023-03-31"),
        ("last May", "2022-05-01 2022-05-31"),
        ("I'll come in June", "2023-06-01 2023-06-30"),
        ("July 4", "2022-07-04 2022-07-04"),
        ("last summer", "2022-06-01 2022-08-31"),
        ("the summer of 2021", "2021-06-01 2021-08-31"),
        ("in the winter of 2021", "2020-12-01 2021-02-28"),
        ("last Christmas", "2022-12-25 2022-12-25"),
        ("back in 2019", "2019-01-01 2019-12-31"),
        ("since 2019", "2019-01-01 2023-05-10"),
        ("since last March", "2023-03-01 2023-05-10"),
        ("since October", "2022-10-01 2023-05-10"),
        ("from 2010 to 2015", "2010-01-01 2015-12-31"),
        ("1999-2003", "1999-01-01 2003-12-31"),
        ("in the 1990s", "1990-01-01 1999-12-31"),
        ("in the 90s", "1990-01-01 1999-12-31"),
        ("the week before 7 May 2023", "2023-04-24 2023-04-30"),
        ("the Friday before May 1, 2023", "2023-04-28 2023-04-28"),
        ("on 31 February 2020", "2020-02-01 2020-02-29"),
        ("at the end of March", "2023-03-21 2023-03-31"),
        ("at the start of the year", "2023-01-01 2023-04-30"),
        ("we will meet in the middle of June", "2023-06-11 2023-06-20"),
        ("since the end of April", "2023-04-21 2023-05-10"),
        ("around March", "2023-03-01 2023-03-31"),
        ("by mid-April", "2023-04-11 2023-04-20"),
        ("in early May 2021", "2021-05-01 2021-05-10"),
        ("I was late, may I go?", None),
        ("in the first half of 2021", "2021-01-01 2021-06-30"),
        ("in the second half of last year", "2022-07-01 2022-12-31"),
        ("the first week of May", "2023-05-01 2023-05-07"),
        ("I moved the last week of March", "2023-03-25 2023-03-31"),
        ("I will move the last week of March", "2024-03-25 2024-03-31"),
        ("on the last day of the month", "2023-05-31 2023-05-31"),
        ("the first Monday of April", "2023-04-03 2023-04-03"),
        ("the second weekend of April", "2023-04-08 2023-04-09"),
        ("on the last Friday of last month", "2023-04-28 2023-04-28"),
        ("the fifth Friday of February 2023", "2023-02-01 2023-02-28"),
        ("since the first of May", "2023-05-01 2023-05-10"),
        ("the third of June 2021", "2021-06-03 2021-06-03"),
        ("it was the first of may such things", None),
        ("in Q1 2022", "2022-01-01 2022-03-31"),
        ("in Q1", "2023-01-01 2023-03-31"),
        ("a fortnight ago", "2023-04-24 2023-04-30"),
        ("a year and a half ago", "2021-11-01 2021-11-30"),
        ("two decades and a half ago", "1998-01-01 1998-12-31"),
        ("a week and a half ago", "2023-04-24 2023-04-30"),
        ("three Mondays ago", "2023-04-24 2023-04-24"),
        ("two summers ago", "2021-06-01 2021-08-31"),
        ("the Monday before last", "2023-05-01 2023-05-01"),
        ("the summer before last", "2021-06-01 2021-08-31"),
        ("on Monday last week", "2023-05-01 2023-05-01"),
        ("next week on Tuesday", "2023-05-16 2023-05-16"),
        ("at Easter", "2023-04-09 2023-04-09"),
        ("since Easter", "2023-04-09 2023-05-10"),
        ("we will marry at Easter", "2024-03-31 2024-03-31"),
        ("on Good Friday 2019", "2019-04-19 2019-04-19"),
        ("at Christmas 2019", "2019-12-25 2019-12-25"),
        ("on Thanksgiving", "2022-11-24 2022-11-24"),
        ("since New Year\u2019s", "2023-01-01 2023-05-10"),
        ("my new year's resolution", None),
        ("half a year ago", "2022-11-01 2022-11-30"),
        ("the week before last", "2023-04-24 2023-04-30"),
        ("the month before last", "2023-03-01 2023-03-31"),
        ("in the winter", "2022-12-01 2023-02-28"),
        ("since the spring", "2023-03-01 2023-05-10"),
        ("at the weekend", "2023-05-06 2023-05-07"),
        ("I moved on the 3rd.", "2023-05-03 2023-05-03"),
        ("I will move on the 3rd.", "2023-06-03 2023-06-03"),
        ("I live on the 3rd floor", None),
        ("I've worked there for three months.", "2023-02-01 2023-05-10"),
        ("I will work there for three months.", None),
        ("I may go", None),
        ("I march on", None),
        ("I ran 2000 km", None),
        ("I have 3 cats", None),
        ("nothing at all", None),
        ("昨天我去了北京", None),
    ],
)
def test_an_expression_is_read_as_its_days(text: str, expected: str | None) -> None:
    assert days(text) == expected


def test_an_interval_holds_its_last_moment_but_not_the_next_day() -> None:
    found = interval("yesterday", WEDNESDAY)
    assert found is not None
    assert found[1] + timedelta(microseconds=1) == datetime(2023, 5, 10, tzinfo=timezone.utc)


def test_vague_time_is_time_without_an_interval() -> None:
    assert is_vague("I have been tired recently")
    assert interval("I have been tired recently", WEDNESDAY) is None
    assert not is_vague("I like tea")


@given(st.text(max_size=80), st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_any_text_gives_an_ordered_interval_or_none(text: str, moment: datetime) -> None:
    found = interval(text, moment.replace(tzinfo=timezone.utc))
    assert found is None or found[0] <= found[1]


@given(
    st.sampled_from(["day", "week", "month", "year"]),
    st.integers(0, 200),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
)
def test_n_units_ago_lies_before_the_message(unit: str, n: int, moment: datetime) -> None:
    base = moment.replace(tzinfo=timezone.utc)
    found = interval(f"{n} {unit}s ago", base)
    assert found is not None
    assert found[0] <= base
    assert n == 0 or found[1] < base


@pytest.mark.parametrize(
    ("text", "past", "coming"),
    [
        ("on 1 August", "2022-08-01 2022-08-01", "2023-08-01 2023-08-01"),
        ("in August", "2022-08-01 2022-08-31", "2023-08-01 2023-08-31"),
        ("on Friday", "2023-05-05 2023-05-05", "2023-05-12 2023-05-12"),
        ("at Christmas", "2022-12-25 2022-12-25", "2023-12-25 2023-12-25"),
        ("on 29 February", "2020-02-29 2020-02-29", "2024-02-29 2024-02-29"),
        ("last August", "2022-08-01 2022-08-31", "2022-08-01 2022-08-31"),
        ("on 10 May", "2023-05-10 2023-05-10", "2023-05-10 2023-05-10"),
    ],
)
def test_a_time_of_every_year_is_the_last_or_the_next_by_what_stands_beside_it(
    text: str, past: str, coming: str
) -> None:
    for ahead, expected in ((False, past), (None, past), (True, coming)):
        found = interval(text, WEDNESDAY, lambda place, ahead=ahead: ahead)  # type: ignore[misc]
        assert found is not None
        assert " ".join(moment.date().isoformat() for moment in found) == expected


def test_every_thursday_is_no_date() -> None:
    assert days("I climb every Thursday") is None
