"""Dates in words become intervals: own rules, read against the time of the message.

An interval is `(first, last)`, both in UTC and both inside it: "last week" said on Wednesday 2023-05-10 is
2023-05-01 00:00:00 to 2023-05-07 23:59:59.999999 (Monday to Sunday before). Rules are tried from the most
to the least specific; the first that reads something decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from graphmem.extract import spans
from graphmem.extract.spans import Either, Interval

__all__ = ["Interval", "interval", "is_vague"]

_Read: TypeAlias = Callable[["re.Match[str]", datetime], "Interval | Either | None"]
_Rule: TypeAlias = tuple[re.Pattern[str], _Read]

_MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COUNT = {word: n for n, word in enumerate(_WORDS)} | {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_ORDER = {word: n for n, word in enumerate(_ORDINALS, 1)} | {"last": -1}
_PARTS = {
    "beginning": (0, 3), "start": (0, 3), "early": (0, 3), "middle": (1, 3), "mid": (1, 3),
    "late": (2, 3), "end": (2, 3), "first half": (0, 2), "second half": (1, 2),
}  # fmt: skip
_SMALLER = {"decade": ("year", 10), "year": ("month", 12)}
_LENGTH = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
_M = "(?P<month>" + "|".join(f"{m}|{m[:3]}\\.?" for m in _MONTHS if m != "may") + r"|sept\.?|may)"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?P<year>(?:1[5-9]|20)\d\d)"
_N = (
    r"(?P<n>\d{1,3}|"
    + "|".join(_WORDS[1:])
    + r"|an?(?:\s+(?:couple|few))?|(?:the\s+)?(?:couple|few|several))(?:\s+of)?"
)
_UNIT = r"(?P<unit>day|week|weekend|fortnight|month|year|decade)s?"
_WEEKDAY = r"(?P<weekday>" + "|".join(_DAYS) + r")"
_SEASON = r"(?P<season>" + "|".join(spans.SEASONS) + r")"
_FEAST = r"(?P<feast>" + "|".join(spans.FEASTS).replace("'", "['’]") + r")"
_NTH = r"(?P<nth>" + "|".join(_ORDER) + r")"
_WHICH = r"(?P<which>last|past|previous|this|next|coming|this\s+past|this\s+coming)"
_PART = r"(?P<part>beginning|start|middle|end|(?:first|second)\s+half)"
_WHOLE = (
    rf"(?P<rest>(?:(?:the|last|this|next)\s+)?(?:{_M}|week|month|year|{_SEASON}|(?=(?:1[5-9]|20)\d\d))(?:\s*{_Y})?)\b"
)
"""What has parts: a month, "next year", "2019"."""
_FUTURE = re.compile(
    r"\b(?:will|'ll|going to|gonna|plan(?:ning|s)?|upcoming|can't wait|looking forward|next|soon)\b", re.I
)
_HINT = re.compile(
    r"\d|\b(?:ago|from now|yesterday|today|tonight|tomorrow|morning|afternoon|evening|night|spring|summer|autumn|fall|"
    r"winter|christmas|halloween|easter|thanksgiving|new year|valentine|fortnight|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun|week)day|"
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
    if isinstance(found, Either):
        coming = bool(_FUTURE.search(text)) or (ahead is not None and ahead(place) is True)
        return found.coming if coming else found.past
    return found


def _first(text: str, base: datetime) -> tuple[int, Interval | Either | None]:
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


# Readers ---------------------------------------------------------------------------------------------


def _count(text: str) -> int:
    last = text.lower().removesuffix("of").split()[-1]
    return int(last) if last.isdigit() else _COUNT.get(last, 1)


def _which(text: str) -> int:
    words = text.lower().split()
    return -1 if words[-1] in {"last", "past", "previous"} else 1 if words[-1] in {"next", "coming"} else 0


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _day_number(match: re.Match[str]) -> int:
    return _DAYS.index(match["weekday"].lower())


def _full(match: re.Match[str], base: datetime) -> Interval:
    return spans.day(spans.date(int(match["year"]), _month_number(match["month"]), int(match["day"])))


def _iso(match: re.Match[str], base: datetime) -> Interval:
    return spans.day(spans.date(int(match[1]), int(match[2]), int(match[3])))


def _slashed(match: re.Match[str], base: datetime) -> Interval:
    first, second = int(match[1]), int(match[2])
    month, day = (second, first) if first > 12 else (first, second)
    return spans.day(spans.date(int(match[3]), month, day))


def _day_of_month(match: re.Match[str], base: datetime) -> Either:
    return _every_year(_month_number(match["month"]), int(match["day"]), base)


def _every_year(month: int, day: int, base: datetime) -> Either:
    return spans.nearest(lambda year: spans.date(year, month, day), base)


def _counted_day(match: re.Match[str], base: datetime) -> Interval | Either | None:
    """ "the first of May"; a small "may" is a verb."""
    if match["month"] == "may":
        return None
    month, day = _month_number(match["month"]), _ORDER[match["nth"].lower()]
    return spans.day(spans.date(int(match["year"]), month, day)) if match["year"] else _every_year(month, day, base)


def _month_of_year(match: re.Match[str], base: datetime) -> Interval:
    return spans.month(int(match["year"]), _month_number(match["month"]))


def _lone_month(match: re.Match[str], base: datetime) -> Interval | Either | None:
    # "may" is a verb unless it is written as a name.
    if match["month"] == "may":
        return None
    month = _month_number(match["month"])
    which = (match["which"] or "").lower()
    coming = spans.month(base.year + (month <= base.month), month)
    if which.endswith(("next", "coming")):
        return coming
    if which.startswith("this") and "past" not in which:
        return spans.month(base.year, month)
    past = spans.month(base.year - (month > base.month or (month == base.month and which == "last")), month)
    return past if which else Either(past, coming)


def _season_of_year(match: re.Match[str], base: datetime) -> Interval:
    return spans.season(match["season"], int(match["year"]))


def _seasons(match: re.Match[str], base: datetime) -> list[Interval]:
    return [spans.season(match["season"], base.year + n) for n in range(-14, 3)]


def _which_season(match: re.Match[str], base: datetime) -> Interval:
    step, seasons = _which(match["which"]), _seasons(match, base)
    if step < 0:
        return max(span for span in seasons if span[1] < base)
    if step > 0:
        return min(span for span in seasons if span[0] > base)
    return min(seasons, key=lambda span: abs((span[0] + (span[1] - span[0]) / 2) - base))


def _lone_season(match: re.Match[str], base: datetime) -> Either:
    seasons = _seasons(match, base)
    return Either(max(span for span in seasons if span[0] <= base), min(span for span in seasons if span[1] >= base))


def _whole(match: re.Match[str], base: datetime) -> Interval | Either | None:
    return _first("in " + re.sub(r"^the\b", "this", match["rest"]), base)[1]


def _part(match: re.Match[str], base: datetime) -> Interval | Either | None:
    """A part of what follows: "the end of May", "mid-May", "the first half of next year"."""
    whole, (share, of) = _whole(match, base), _PARTS[" ".join(match["part"].lower().split())]
    if isinstance(whole, Either):
        return whole.each(lambda span: spans.part(span, share, of))
    return spans.part(whole, share, of) if whole else None


def _quarter(match: re.Match[str], base: datetime) -> Interval | Either:
    first = 3 * int(match["quarter"]) - 2
    if match["year"]:
        return spans.month(int(match["year"]), first, 3)
    quarters = [spans.month(base.year + n, first, 3) for n in (-1, 0, 1)]
    return Either(max(one for one in quarters if one[0] <= base), min(one for one in quarters if one[1] >= base))


def _nth(match: re.Match[str], base: datetime) -> Interval | Either | None:
    """ "the first week of May", "the last Friday of this month"."""
    whole, n = _whole(match, base), _ORDER[match["nth"].lower()]
    name = _day_number(match) if match["weekday"] else match["unit"].lower()
    if isinstance(whole, Either):
        past, coming = spans.nth_in(whole.past, n, name), spans.nth_in(whole.coming, n, name)
        return Either(past, coming) if past and coming else past or coming
    return spans.nth_in(whole, n, name) if whole else None


def _numbered_day(match: re.Match[str], base: datetime) -> Either:
    firsts = (spans.month(base.year, base.month + n)[0] for n in range(-2, 3))  # not every month has a 31st
    days = [d for first in firsts if (d := first + timedelta(days=int(match["day"]) - 1)).month == first.month]
    return Either(
        spans.day(max(d for d in days if d <= base)), spans.day(min(d for d in days if d >= spans.midnight(base)))
    )


def _ago(match: re.Match[str], base: datetime) -> Interval:
    return spans.unit(match["unit"].lower(), base, -_count(match["n"]))


def _half_ago(match: re.Match[str], base: datetime) -> Interval:
    """ "a year and a half ago", told in the next smaller unit."""
    n, unit = _count(match["n"]), match["unit"].lower()
    if unit in _SMALLER:
        smaller, many = _SMALLER[unit]
        return spans.unit(smaller, base, -(n * many + many // 2))
    days = 7 if unit == "week" else 30
    return spans.week(base - timedelta(days=n * days + (days + 1) // 2))


def _ago_of_kind(match: re.Match[str], base: datetime) -> Interval:
    """ "three Mondays ago", "two summers ago", "the Monday before last"."""
    n = _count(match["n"]) if "n" in match.re.groupindex else 2
    if match["weekday"]:
        return spans.weekday(_day_number(match), base - timedelta(weeks=n - 1), ahead=False)
    return sorted(span for span in _seasons(match, base) if span[1] < base)[-n]


def _weekday_of_week(match: re.Match[str], base: datetime) -> Interval:
    return spans.day(spans.week(base, _which(match["which"]))[0] + timedelta(days=_day_number(match)))


def _ahead(match: re.Match[str], base: datetime) -> Interval:
    return spans.unit(match["unit"].lower(), base, _count(match["n"]))


def _which_unit(match: re.Match[str], base: datetime) -> Interval:
    return spans.unit(match["unit"].lower(), base, _which(match["which"]))


def _which_weekday(match: re.Match[str], base: datetime) -> Interval:
    step, day = _which(match["which"]), _day_number(match)
    if step == 0 and "past" not in match["which"].lower():
        return spans.day(spans.week(base)[0] + timedelta(days=day))
    return spans.weekday(day, base, ahead=step > 0)


def _lone_weekday(match: re.Match[str], base: datetime) -> Either:
    day = _day_number(match)
    return Either(spans.weekday(day, base, ahead=False), spans.weekday(day, base, ahead=True))


def _during(match: re.Match[str], base: datetime) -> Interval:
    """The n units that end with `base`: "for the past two years"."""
    n, unit = _count(match["n"]), match["unit"].lower()
    if unit in _LENGTH:
        return spans.midnight(base) - timedelta(days=n * _LENGTH[unit]), base
    return spans.unit(unit, base, -n)[0], base


def _since(match: re.Match[str], base: datetime) -> Interval | None:
    # Whatever follows is itself an expression of time: "since 2019", "since last May"; a month alone needs its "in".
    start = interval(match["rest"], base) or interval(f"in {match['rest']}", base)
    return (start[0], max(base, start[0])) if start else None


def _years(match: re.Match[str], base: datetime) -> Interval | None:
    first, last = int(match[1]), int(match[2])
    return (spans.year(first)[0], spans.year(last)[1]) if first <= last else None


def _decade(match: re.Match[str], base: datetime) -> Interval:
    year = int(match["decade"])
    return spans.year(year if year > 99 else 1900 + year if year > 20 else 2000 + year, 10)


def _one_year(match: re.Match[str], base: datetime) -> Interval:
    return spans.year(int(match["year"]))


def _feast(match: re.Match[str], base: datetime) -> Interval | Either:
    on = spans.FEASTS[match["feast"].lower().replace("’", "'")]
    if match["year"]:
        return spans.day(on(int(match["year"])))
    step, near = _which(match["which"]) if match["which"] else 0, spans.nearest(on, base)
    return near.coming if step > 0 else near.past if step < 0 else near


def _offset(days: int) -> Callable[[re.Match[str], datetime], Interval]:
    return lambda match, base: spans.day(base + timedelta(days=days))


def _lone_weekend(match: re.Match[str], base: datetime) -> Either:
    return Either(spans.weekend(base, -1 if base.weekday() < 5 else 0), spans.weekend(base))


def _other_day(match: re.Match[str], base: datetime) -> Interval:
    return spans.day(base - timedelta(days=7), 7)


def _beside(match: re.Match[str], base: datetime) -> Interval | None:
    """ "the week before 7 May 2023", "the Friday after Christmas": a unit beside another expression."""
    anchor = interval(match["rest"], base)
    if anchor is None:
        return None
    step = -1 if match["side"].lower() == "before" else 1
    if match["weekday"]:
        return spans.weekday(_day_number(match), anchor[0] if step < 0 else anchor[1], ahead=step > 0)
    return spans.unit(match["unit"].lower(), anchor[0] if step < 0 else anchor[1], step)


def _rule(pattern: str, read: _Read) -> _Rule:
    return re.compile(rf"\b{pattern}", re.I), read


_RULES: tuple[_Rule, ...] = (
    _rule(
        rf"the\s+(?:{_WEEKDAY}|{_UNIT})\s+(?P<side>before|after)\s+(?P<rest>(?!last\b|that\b|this\b).{{3,40}})", _beside
    ),
    _rule(r"since\s+(?P<rest>[^.;!?]{3,30})", _since),
    _rule(rf"the\s+(?:{_WEEKDAY}|{_SEASON})\s+before\s+last\b", _ago_of_kind),
    _rule(rf"the\s+{_UNIT}\s+before\s+last\b", lambda match, base: spans.unit(match["unit"].lower(), base, -2)),
    _rule(rf"(?:the\s+)?{_PART}\s+of\s+{_WHOLE}", _part),
    _rule(rf"(?P<part>early|mid|late)(?:\s+in)?[\s-]+(?P<rest>{_M}(?:\s+{_Y})?)\b", _part),
    _rule(rf"(?:the\s+)?{_NTH}\s+(?:{_WEEKDAY}|(?P<unit>day|week|weekend))\s+(?:of|in)\s+{_WHOLE}", _nth),
    _rule(rf"(?:the\s+)?{_NTH}\s+of\s+{_M}(?:\s*,?\s+{_Y})?\b", _counted_day),
    _rule(rf"Q(?P<quarter>[1-4])(?:\s+(?:of\s+)?{_Y})?\b", _quarter),
    _rule(rf"{_N}\s+(?P<unit>week|month|year|decade)s?\s+and\s+a\s+half\s+ago\b", _half_ago),
    _rule(rf"{_N}\s+(?:{_WEEKDAY}|{_SEASON})s\s+ago\b", _ago_of_kind),
    _rule(rf"{_WEEKDAY}\s+(?:of\s+)?(?P<which>last|this|next)\s+week\b", _weekday_of_week),
    _rule(rf"(?P<which>last|this|next)\s+week(?:\s+on)?\s+{_WEEKDAY}\b", _weekday_of_week),
    _rule(r"half\s+a\s+year\s+ago\b", lambda _, base: spans.unit("month", base, -6)),
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
    _rule(rf"(?:{_WHICH}\s+)?{_FEAST}(?:\s+(?:of\s+|in\s+)?{_Y})?(?![\w'’]|\s+resolution)", _feast),
    _rule(
        rf"(?:{_WHICH}|in|during|back\s+in|since|from|as\s+of|starting|until|by|around)[\s-]+{_M}(?!\w)",
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
