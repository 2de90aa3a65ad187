"""Dates in words become intervals: own rules, read against the time of the message.

An interval is `(first, last)`, both in UTC and both inside it: "last week" said on Wednesday 2023-05-10 is
2023-05-01 00:00:00 to 2023-05-07 23:59:59.999999 (Monday to Sunday before). Rules are tried from the most
to the least specific; the first that reads something decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple, TypeAlias

__all__ = ["Interval", "interval", "is_vague"]

Interval: TypeAlias = tuple[datetime, datetime]


class _Either(NamedTuple):
    """The last such time and the next one: "on 1 August" is one of two."""

    past: Interval
    coming: Interval


_Read: TypeAlias = Callable[["re.Match[str]", datetime], "Interval | _Either | None"]
_Rule: TypeAlias = tuple[re.Pattern[str], _Read]

_MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COUNT = {word: n for n, word in enumerate(_WORDS)} | {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
# Seasons of the northern hemisphere, by first month; winter begins in the December before.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEASTS = {
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
}

_M = "(?P<month>" + "|".join(f"{m}|{m[:3]}\\.?" for m in _MONTHS if m != "may") + r"|sept\.?|may)"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?P<year>(?:1[5-9]|20)\d\d)"
_N = (
    r"(?P<n>\d{1,3}|"
    + "|".join(_WORDS[1:])
    + r"|an?(?:\s+(?:couple|few))?|(?:the\s+)?(?:couple|few|several))(?:\s+of)?"
)
_UNIT = r"(?P<unit>day|week|weekend|month|year|decade)s?"
_WEEKDAY = r"(?P<weekday>" + "|".join(_DAYS) + r")"
_SEASON = r"(?P<season>" + "|".join(_SEASONS) + r")"
_FEAST = r"(?P<feast>" + "|".join(_FEASTS) + r")"
_WHICH = r"(?P<which>last|past|previous|this|next|coming|this\s+past|this\s+coming)"
_FUTURE = re.compile(
    r"\b(?:will|'ll|going to|gonna|plan(?:ning|s)?|upcoming|can't wait|looking forward|next|soon)\b", re.I
)
_HINT = re.compile(
    r"\d|\b(?:ago|from now|yesterday|today|tonight|tomorrow|morning|afternoon|evening|night|spring|summer|autumn|fall|"
    r"winter|christmas|halloween|new year's|valentine's|(?:mon|tues|wednes|thurs|fri|satur|sun|week)day|"
    r"(?:day|week|weekend|month|year|decade)s?|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\b\.?|"
    + "|".join(m for m in _MONTHS if m != "may")
    + r")\b"
)
"""Without any of these (in small letters) no rule can match; most texts are done here."""
_VAGUE = re.compile(r"\b(?:recently|lately|nowadays|just now|these days|soon|the other day|earlier)\b", re.I)


def interval(text: str, base: datetime, ahead: Callable[[int], bool | None] | None = None) -> Interval | None:
    """The time a text speaks of, read against `base` (aware, UTC), or None if it names none.

    `ahead` says of a place in the text whether what stands there is still to come, by its tense; None if it cannot
    tell. Words like "will" and "next" say so anyway.
    """
    place, found = _first(text, base)
    if isinstance(found, _Either):
        coming = bool(_FUTURE.search(text)) or (ahead is not None and ahead(place) is True)
        return found.coming if coming else found.past
    return found


def _first(text: str, base: datetime) -> tuple[int, Interval | _Either | None]:
    """What the first rule that reads something finds, and where."""
    for pattern, read in _RULES if _HINT.search(text.lower()) else ():
        if match := pattern.search(text):
            try:
                found = read(match, base)
            except (ValueError, OverflowError):  # 31 February, year 0: not a date after all
                continue
            if found:
                return match.start(), found
    return 0, None


def is_vague(text: str) -> bool:
    """Whether a text speaks of a time too vague for an interval ("recently")."""
    return bool(_VAGUE.search(text))


# Spans -----------------------------------------------------------------------------------------------


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _until(first: datetime, after: datetime) -> Interval:
    return first, after - timedelta(microseconds=1)


def _day(first: datetime, days: int = 1) -> Interval:
    first = _midnight(first)
    return _until(first, first + timedelta(days=days))


def _date(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=timezone.utc)


def _month(year: int, month: int, months: int = 1) -> Interval:
    """A run of months from a month counted from year 0 on, so that month 0 is the December before."""
    first, after = year * 12 + month - 1, year * 12 + month - 1 + months
    return _until(_date(first // 12, first % 12 + 1, 1), _date(after // 12, after % 12 + 1, 1))


def _year(year: int, years: int = 1) -> Interval:
    return _until(_date(year, 1, 1), _date(year + years, 1, 1))


def _week(base: datetime, weeks: int = 0) -> Interval:
    return _day(base - timedelta(days=base.weekday()) + timedelta(weeks=weeks), 7)


def _weekend(base: datetime, weeks: int = 0) -> Interval:
    return _day(_week(base, weeks)[0] + timedelta(days=5), 2)


def _unit(unit: str, base: datetime, n: int) -> Interval:
    """The calendar unit that lies n units after the one of `base` (before it, if negative)."""
    if unit == "day":
        return _day(base + timedelta(days=n))
    if unit == "week":
        return _week(base, n)
    if unit == "weekend":
        # On a Saturday or Sunday the current weekend has begun, so "last weekend" is the one before.
        return _weekend(base, n)
    if unit == "month":
        return _month(base.year, base.month + n)
    if unit == "decade":
        return _year(base.year + 10 * n)
    return _year(base.year + n)


# Readers ---------------------------------------------------------------------------------------------


def _count(text: str) -> int:
    last = text.lower().removesuffix("of").split()[-1]
    return int(last) if last.isdigit() else _COUNT.get(last, 1)


def _which(text: str) -> int:
    words = text.lower().split()
    return -1 if words[-1] in {"last", "past", "previous"} else 1 if words[-1] in {"next", "coming"} else 0


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _full(match: re.Match[str], base: datetime) -> Interval:
    return _day(_date(int(match["year"]), _month_number(match["month"]), int(match["day"])))


def _iso(match: re.Match[str], base: datetime) -> Interval:
    return _day(_date(int(match[1]), int(match[2]), int(match[3])))


def _slashed(match: re.Match[str], base: datetime) -> Interval:
    first, second = int(match[1]), int(match[2])
    month, day = (second, first) if first > 12 else (first, second)
    return _day(_date(int(match[3]), month, day))


def _day_of_month(match: re.Match[str], base: datetime) -> _Either:
    return _nearest(_month_number(match["month"]), int(match["day"]), base)


def _nearest(month: int, day: int, base: datetime) -> _Either:
    """The last such day that is not after `base`, and the next that is not before it."""
    today, days = _midnight(base), []
    for year in range(base.year - 4, base.year + 5):  # 29 February comes every fourth year
        try:
            days.append(_date(year, month, day))
        except ValueError:
            continue
    return _Either(_day(max(d for d in days if d <= today)), _day(min(d for d in days if d >= today)))


def _month_of_year(match: re.Match[str], base: datetime) -> Interval:
    return _month(int(match["year"]), _month_number(match["month"]))


def _lone_month(match: re.Match[str], base: datetime) -> Interval | _Either | None:
    # "may" is a verb unless it is written as a name.
    if match["month"] == "may":
        return None
    month = _month_number(match["month"])
    which = (match["which"] or "").lower()
    coming = _month(base.year + (month <= base.month), month)
    if which.endswith(("next", "coming")):
        return coming
    if which.startswith("this") and "past" not in which:
        return _month(base.year, month)
    past = _month(base.year - (month > base.month or (month == base.month and which == "last")), month)
    return past if which else _Either(past, coming)


def _season_of_year(match: re.Match[str], base: datetime) -> Interval:
    return _season(match["season"], int(match["year"]))


def _season(name: str, year: int) -> Interval:
    first = _SEASONS[name.lower()]
    return _month(year, first, 3) if first != 12 else _month(year - 1, 12, 3)


def _which_season(match: re.Match[str], base: datetime) -> Interval:
    step = _which(match["which"])
    spans = [_season(match["season"], base.year + n) for n in (-2, -1, 0, 1, 2)]
    if step < 0:
        return max(span for span in spans if span[1] < base)
    if step > 0:
        return min(span for span in spans if span[0] > base)
    return min(spans, key=lambda span: abs((span[0] + (span[1] - span[0]) / 2) - base))


def _lone_season(match: re.Match[str], base: datetime) -> _Either:
    spans = [_season(match["season"], base.year + n) for n in (-1, 0, 1, 2)]
    return _Either(max(span for span in spans if span[0] <= base), min(span for span in spans if span[1] >= base))


def _part(match: re.Match[str], base: datetime) -> Interval | _Either | None:
    """A third of what follows: "the end of May", "the beginning of next year"."""
    _, whole = _first("in " + re.sub(r"^the\b", "this", match["rest"]), base)
    if isinstance(whole, _Either):
        return _Either(_third(whole.past, match["part"]), _third(whole.coming, match["part"]))
    return _third(whole, match["part"]) if whole else None


def _third(span: Interval, part: str) -> Interval:
    third = timedelta(days=((span[1] - span[0]).days + 1) // 3)
    if part.lower() in {"beginning", "start"}:
        return _until(span[0], span[0] + third)
    return (span[0] + 2 * third, span[1]) if part.lower() == "end" else _until(span[0] + third, span[0] + 2 * third)


def _numbered_day(match: re.Match[str], base: datetime) -> _Either:
    firsts = (_month(base.year, base.month + n)[0] for n in range(-2, 3))  # not every month has a 31st
    days = [d for first in firsts if (d := first + timedelta(days=int(match["day"]) - 1)).month == first.month]
    return _Either(_day(max(d for d in days if d <= base)), _day(min(d for d in days if d >= _midnight(base))))


def _ago(match: re.Match[str], base: datetime) -> Interval:
    return _unit(match["unit"].lower(), base, -_count(match["n"]))


def _ahead(match: re.Match[str], base: datetime) -> Interval:
    return _unit(match["unit"].lower(), base, _count(match["n"]))


def _which_unit(match: re.Match[str], base: datetime) -> Interval:
    return _unit(match["unit"].lower(), base, _which(match["which"]))


def _which_weekday(match: re.Match[str], base: datetime) -> Interval:
    step, day = _which(match["which"]), _DAYS.index(match["weekday"].lower())
    if step == 0 and "past" not in match["which"].lower():
        return _day(_week(base)[0] + timedelta(days=day))
    return _weekday(day, base, ahead=step > 0)


def _lone_weekday(match: re.Match[str], base: datetime) -> _Either:
    day = _DAYS.index(match["weekday"].lower())
    return _Either(_weekday(day, base, ahead=False), _weekday(day, base, ahead=True))


def _weekday(day: int, base: datetime, ahead: bool) -> Interval:
    """The next such day after `base`, or the latest before it."""
    gap = (day - base.weekday()) % 7 or 7 if ahead else -((base.weekday() - day) % 7 or 7)
    return _day(base + timedelta(days=gap))


def _during(match: re.Match[str], base: datetime) -> Interval:
    """The n units that end with `base`: "for the past two years"."""
    n, unit = _count(match["n"]), match["unit"].lower()
    first = _unit("week" if unit == "weekend" else unit, base, -n)[0]
    if unit in {"day", "week", "weekend"}:
        first = _midnight(base) - timedelta(days=n * (1 if unit == "day" else 7))
    return first, base


def _since(match: re.Match[str], base: datetime) -> Interval | None:
    # Whatever follows is itself an expression of time: "since 2019", "since last May"; a month alone needs its "in".
    start = interval(match["rest"], base) or interval(f"in {match['rest']}", base)
    return (start[0], max(base, start[0])) if start else None


def _years(match: re.Match[str], base: datetime) -> Interval | None:
    first, last = int(match[1]), int(match[2])
    return (_year(first)[0], _year(last)[1]) if first <= last else None


def _decade(match: re.Match[str], base: datetime) -> Interval:
    year = int(match["decade"])
    return _year(year if year > 99 else 1900 + year if year > 20 else 2000 + year, 10)


def _one_year(match: re.Match[str], base: datetime) -> Interval:
    return _year(int(match["year"]))


def _feast(match: re.Match[str], base: datetime) -> Interval | _Either:
    month, day = _FEASTS[match["feast"].lower().replace("’", "'")]
    step, near = _which(match["which"]) if match["which"] else 0, _nearest(month, day, base)
    return near.coming if step > 0 else near.past if step < 0 else near


def _offset(days: int) -> Callable[[re.Match[str], datetime], Interval]:
    return lambda match, base: _day(base + timedelta(days=days))


def _lone_weekend(match: re.Match[str], base: datetime) -> _Either:
    return _Either(_weekend(base, -1 if base.weekday() < 5 else 0), _weekend(base))


def _other_day(match: re.Match[str], base: datetime) -> Interval:
    return _day(base - timedelta(days=7), 7)


def _beside(match: re.Match[str], base: datetime) -> Interval | None:
    """ "the week before 7 May 2023", "the Friday after Christmas": a unit beside another expression."""
    anchor = interval(match["rest"], base)
    if anchor is None:
        return None
    step = -1 if match["side"].lower() == "before" else 1
    if match["weekday"]:
        return _weekday(_DAYS.index(match["weekday"].lower()), anchor[0] if step < 0 else anchor[1], ahead=step > 0)
    return _unit(match["unit"].lower(), anchor[0] if step < 0 else anchor[1], step)


def _rule(pattern: str, read: _Read) -> _Rule:
    return re.compile(rf"\b{pattern}", re.I), read


_RULES: tuple[_Rule, ...] = (
    _rule(
        rf"the\s+(?:{_WEEKDAY}|{_UNIT})\s+(?P<side>before|after)\s+(?P<rest>(?!last\b|that\b|this\b).{{3,40}})", _beside
    ),
    _rule(r"since\s+(?P<rest>[^.;!?]{3,30})", _since),
    _rule(rf"the\s+{_UNIT}\s+before\s+last\b", lambda match, base: _unit(match["unit"].lower(), base, -2)),
    _rule(
        rf"the\s+(?P<part>beginning|start|middle|end)\s+of\s+(?P<rest>(?:(?:the|last|this|next)\s+)?"
        rf"(?:{_M}|week|month|year|{_SEASON})(?:\s+{_Y})?\b)",
        _part,
    ),
    _rule(r"half\s+a\s+year\s+ago\b", lambda _, base: _unit("month", base, -6)),
    _rule(r"(?:from|between)\s+((?:1[5-9]|20)\d\d)\s+(?:to|until|till|and|through)\s+((?:1[5-9]|20)\d\d)\b", _years),
    _rule(r"((?:1[5-9]|20)\d\d)\s?[-–—]\s?((?:1[5-9]|20)\d\d)\b(?!-)", _years),
    _rule(r"((?:1[5-9]|20)\d\d)-([01]\d)-([0-3]\d)(?!\d)", _iso),
    _rule(r"([0-3]?\d)/([0-3]?\d)/((?:1[5-9]|20)\d\d)\b", _slashed),
    _rule(rf"{_D}\s+(?:of\s+)?{_M}\s*,?\s+{_Y}\b", _full),
    _rule(rf"{_M}\s+{_D}\s*,?\s+{_Y}\b", _full),
    _rule(rf"{_M},?\s+(?:of\s+)?{_Y}\b", _month_of_year),
    _rule(rf"{_SEASON}\s+(?:of\s+)?{_Y}\b", _season_of_year),
    _rule(rf"{_D}\s+(?:of\s+)?{_M}\b(?!\s*\d)", _day_of_month),
    _rule(rf"{_M}\s+{_D}\b(?!\s*[:%]|\d)", _day_of_month),
    _rule(r"(?:the\s+)?day\s+before\s+yesterday\b", _offset(-2)),
    _rule(r"(?:the\s+)?day\s+after\s+tomorrow\b", _offset(2)),
    _rule(rf"{_N}\s+{_UNIT}\s+(?:ago|back|earlier)\b", _ago),
    _rule(rf"in\s+(?:about\s+)?{_N}\s+{_UNIT}(?:'s?\s+time)?\b", _ahead),
    _rule(rf"{_N}\s+{_UNIT}\s+from\s+now\b", _ahead),
    _rule(rf"(?:for|over|in|during)\s+(?:the\s+)?(?:past|last)\s+{_N}\s+{_UNIT}\b", _during),
    _rule(rf"(?:the\s+)?(?:past|last)\s+{_N}\s+{_UNIT}\b", _during),
    _rule(rf"for\s+(?:about\s+|over\s+|almost\s+|nearly\s+)?{_N}\s+{_UNIT}\s+now\b", _during),
    _rule(
        rf"(?<!had )(?:been|lived|worked|living|working)\s(?:[^.,;!?]{{0,40}}?\s)?for\s+"
        rf"(?:about\s+|over\s+|almost\s+|nearly\s+)?{_N}\s+{_UNIT}\b",
        _during,
    ),
    _rule(r"yesterday\b|last\s+night\b", _offset(-1)),
    _rule(r"today\b|tonight\b|this\s+(?:morning|afternoon|evening)\b", _offset(0)),
    _rule(r"tomorrow\b", _offset(1)),
    _rule(r"the\s+other\s+(?:day|night|evening)\b", _other_day),
    _rule(rf"{_WHICH}\s+{_WEEKDAY}\b", _which_weekday),
    _rule(rf"{_WHICH}\s+{_SEASON}\b", _which_season),
    _rule(rf"(?:(?:in|over|during)\s+the|(?:from|as\s+of)(?:\s+the)?)\s+{_SEASON}\b", _lone_season),
    _rule(rf"(?:{_WHICH}\s+)?{_FEAST}\b", _feast),
    _rule(
        rf"(?:{_WHICH}|in|during|back\s+in|since|from|as\s+of|starting|until|by|around|early|late|mid)[\s-]+{_M}(?!\w)",
        _lone_month,
    ),
    _rule(rf"{_WHICH}\s+{_UNIT}\b(?!s)", _which_unit),
    _rule(r"(?:at|over)\s+the\s+weekend\b", _lone_weekend),
    _rule(
        r"(?:on|of|from|since|until|by)\s+the\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)"
        r"(?=\s*(?:[,.;:!?]|$)|\s+(?:the|my|our|i|we|he|she|it|they|this|and|but|at|in|on)\b)",
        _numbered_day,
    ),
    _rule(rf"(?:on\s+)?(?<!every )(?<!each ){_WEEKDAY}\b", _lone_weekday),
    _rule(r"(?:the\s+)?(?:early\s+|late\s+|mid[\s-])?(?P<decade>(?:1[5-9]|20)\d0)'?s\b", _decade),
    _rule(r"the\s+(?:early\s+|late\s+|mid[\s-])?'?(?P<decade>[1-9]0)'?s\b", _decade),
    _rule(
        rf"{_Y}\b(?!\s*(?:km|kg|m|g|mb|gb|dollars|euros|people|words|meters|metres|miles|calories|steps|%))", _one_year
    ),
)
