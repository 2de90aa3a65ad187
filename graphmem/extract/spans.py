"""Spans of the calendar: days, weeks, months, seasons and feasts as intervals.

An interval is `(first, last)`, both in UTC and both inside it. Weeks begin on Monday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple, TypeAlias

from dateutil.easter import easter

__all__ = [
    "FEASTS",
    "SEASONS",
    "Either",
    "Interval",
    "date",
    "day",
    "midnight",
    "month",
    "nearest",
    "nth_in",
    "part",
    "season",
    "unit",
    "until",
    "week",
    "weekday",
    "weekend",
    "year",
]

Interval: TypeAlias = tuple[datetime, datetime]

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Of the northern hemisphere, by first month; winter begins in the December before."""


class Either(NamedTuple):
    """The last such time and the next one: "on 1 August" is one of two."""

    past: Interval
    coming: Interval

    def each(self, change: Callable[[Interval], Interval]) -> Either:
        """Both changed."""
        return Either(change(self.past), change(self.coming))


def midnight(moment: datetime) -> datetime:
    """When its day began."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def until(first: datetime, after: datetime) -> Interval:
    """From a moment to the last one before another."""
    return first, after - timedelta(microseconds=1)


def day(first: datetime, days: int = 1) -> Interval:
    """A run of whole days."""
    first = midnight(first)
    return until(first, first + timedelta(days=days))


def date(year: int, month: int, day: int) -> datetime:
    """A midnight; ValueError if there is no such day."""
    return datetime(year, month, day, tzinfo=timezone.utc)


def month(year: int, month: int, months: int = 1) -> Interval:
    """A run of months from a month counted from year 0 on, so that month 0 is the December before."""
    first, after = year * 12 + month - 1, year * 12 + month - 1 + months
    return until(date(first // 12, first % 12 + 1, 1), date(after // 12, after % 12 + 1, 1))


def year(year: int, years: int = 1) -> Interval:
    """A run of years."""
    return until(date(year, 1, 1), date(year + years, 1, 1))


def week(base: datetime, weeks: int = 0) -> Interval:
    """The week of a moment, or one so many weeks later."""
    return day(base - timedelta(days=base.weekday()) + timedelta(weeks=weeks), 7)


def weekend(base: datetime, weeks: int = 0) -> Interval:
    """The Saturday and Sunday of such a week."""
    return day(week(base, weeks)[0] + timedelta(days=5), 2)


def weekday(number: int, base: datetime, ahead: bool) -> Interval:
    """The next such day (Monday is 0) after `base`, or the latest before it."""
    gap = (number - base.weekday()) % 7 or 7 if ahead else -((base.weekday() - number) % 7 or 7)
    return day(base + timedelta(days=gap))


def season(name: str, of: int) -> Interval:
    """A season of a year, by its name."""
    first = SEASONS[name.lower()]
    return month(of, first, 3) if first != 12 else month(of - 1, 12, 3)


def unit(name: str, base: datetime, n: int) -> Interval:
    """The calendar unit that lies n units after the one of `base` (before it, if negative)."""
    if name == "day":
        return day(base + timedelta(days=n))
    if name in ("week", "fortnight"):
        return week(base, n if name == "week" else 2 * n)
    if name == "weekend":
        # On a Saturday or Sunday the current weekend has begun, so "last weekend" is the one before.
        return weekend(base, n)
    if name == "month":
        return month(base.year, base.month + n)
    if name == "decade":
        return year(base.year + 10 * n)
    return year(base.year + n)


def part(span: Interval, share: int, of: int = 3) -> Interval:
    """One of so many equal parts of a span: in whole months of a year, in whole days of less, where the last one takes
    what is over."""
    if (span[1] - span[0]).days in (364, 365):
        return month(span[0].year, span[0].month + share * (12 // of), 12 // of)
    size = timedelta(days=((span[1] - span[0]).days + 1) // of)
    first = span[0] + share * size
    return (first, span[1]) if share == of - 1 else until(first, first + size)


def nth_in(span: Interval, n: int, name: str | int) -> Interval | None:
    """The n-th (-1: the last) day, week, weekend or weekday (by its number) of a span; a week has seven of its days."""
    first, after = span[0], span[1] + timedelta(microseconds=1)
    if name in ("day", "week"):
        days = 1 if name == "day" else 7
        start = after - timedelta(days=days) if n < 0 else first + timedelta(days=days * (n - 1))
    else:
        number = name if isinstance(name, int) else 5
        start = (
            weekday(number, after, ahead=False)[0]
            if n < 0
            else weekday(number, first - timedelta(days=1), ahead=True)[0] + timedelta(weeks=n - 1)
        )
        days = 1 if isinstance(name, int) else 2
    return day(start, days) if first <= start < after else None


def nearest(of: Callable[[int], datetime], base: datetime) -> Either:
    """The last day of a kind that is not after `base`, and the next that is not before it; `of` gives a year's."""
    today, days = midnight(base), []
    for number in range(base.year - 4, base.year + 5):  # 29 February comes every fourth year
        try:
            days.append(of(number))
        except ValueError:
            continue
    return Either(day(max(d for d in days if d <= today)), day(min(d for d in days if d >= today)))


# ---------------------------------------------------------------- feasts


def _fixed(month: int, day: int) -> Callable[[int], datetime]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], datetime]:
    def on(year: int) -> datetime:
        sunday = easter(year)
        return date(year, sunday.month, sunday.day) + timedelta(days=days)

    return on


def _thanksgiving(year: int) -> datetime:
    return weekday(3, date(year, 10, 31), ahead=True)[0] + timedelta(weeks=3)


FEASTS: dict[str, Callable[[int], datetime]] = {
    "christmas eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing day": _fixed(12, 26),
    "new year's eve": _fixed(12, 31),
    "new year's day": _fixed(1, 1),
    "new year's": _fixed(1, 1),
    "new year": _fixed(1, 1),
    "halloween": _fixed(10, 31),
    "valentine's day": _fixed(2, 14),
    "good friday": _from_easter(-2),
    "easter monday": _from_easter(1),
    "easter sunday": _from_easter(0),
    "easter": _from_easter(0),
    "thanksgiving": _thanksgiving,
}
"""Feast -> its day in a year; Thanksgiving is that of the United States, Easter the western one."""
