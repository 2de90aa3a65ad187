"""Years: how well the time of a memory fits the years that a question names.

A memory has the interval that was read when it was written, which is one. A text often names many times ("from 2003
to 2008", "1998-99", "since 1970", "in the 1980s"), so the texts of the best candidates are read again, for all of
them; relative dates ("last year") stay what they were against the time of the message. What names no time itself has
that of the turns around it.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphmem.texts import titled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graphmem.candidates import Candidates
    from graphmem.recall import Question, Years
    from graphmem.store.base import Recall
    from graphmem.weights import Retrieval

    Column: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]
    Period: TypeAlias = tuple[float, float]

__all__ = ["dated", "periods"]

_SECONDS = 365.25 * 86400
_FADES = 3.0  # years of a gap over which nearness falls by e

_YEAR = r"(?:1[0-9]|20)\d\d"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY = rf"(?:the\s+)?(?:{_NTH}\s+)?(?:{_MONTH}\s+(?:{_NTH}\s*)?,?\s*)?"
_UNITS = r"km|kg|mb|gb|meters|metres|miles|feet|people|seats|votes|points|dollars|euros|words|calories|steps|%"
_PERIOD = re.compile(
    rf"(?P<since>\bsince\s+{_DAY})?(?P<between>\bbetween\s+{_DAY})?(?<![\w.,/$£€])(?P<first>{_YEAR})(?!\d|\s*(?:{_UNITS}))"
    rf"(?:\s?['’]?(?P<decade>s)\b|"
    rf"(?:\s*(?P<dash>[-–—])\s*|\s+(?:to|until|till|through|(?P<and>and))\s+)"
    rf"(?:{_DAY}(?P<last>{_YEAR})(?!\d)|(?P<short>\d\d)(?![\d-])|(?P<now>present|now|today)\b))?",
    re.IGNORECASE,
)


def periods(text: str) -> list[Period]:
    """Every time that a text names by its years, each as the first year and the one after the last: "2003-08" is
    (2003, 2009). What lasts until now ends at infinity."""
    found: list[Period] = []
    for match in _PERIOD.finditer(text):
        found += _read(match)
    return found


def _read(match: re.Match[str]) -> list[Period]:
    first = int(match["first"])
    last = _last(match, first)
    one = (float(first), first + 1.0)
    if match["decade"]:
        return [(one[0], first + 10.0)]
    spans = match["between"] or not match["and"]
    if match["since"] or (match["now"] and spans):
        return [(one[0], math.inf)]
    if last is None:
        return [one]
    if last < first or not spans:
        return [one, (float(last), last + 1.0)]
    return [(one[0], last + 1.0)]


def _last(match: re.Match[str], first: int) -> int | None:
    """The last year of a span; "1999-00" ends in the next century, "2004-11" may be a month and "1998-04" is one."""
    if match["last"]:
        return int(match["last"])
    if not match["short"] or not match["dash"]:
        return None
    last = first - first % 100 + int(match["short"]) + (100 if first % 100 == 99 else 0)
    return last if last > first else None


def dated(candidates: Candidates, question: Question, settings: Retrieval, found: Mapping[str, Column]) -> Column:
    """The term `years`: (n,). `found` are the other terms of the sum, by which the texts to read are chosen."""
    recall, years = candidates.recall, question.years
    if years is None:
        return np.zeros(len(recall.ids))
    start, end = 1970 + recall.event_from / _SECONDS, 1970 + recall.event_to / _SECONDS
    near, known = _near(start, end, years), ~np.isnan(start)
    weight = settings.weights.years
    total = np.sum(list(found.values()), axis=0) + weight * _fit(candidates, question, years, near, known)
    for row, times in _times(candidates, total, settings.dated).items():
        known[row] = True
        firsts, afters = np.array(times).T
        same = ((firsts < end[row]) & (start[row] < afters)).any()  # what was read before is one of these, or its start
        near[row] = max(0.0 if same else near[row], _near(firsts, afters, years).max())
    return weight * _fit(candidates, question, years, near, known)


def _near(start: Column, end: Column, years: Years) -> Column:
    """0..1 for each interval (in years): a half and more if it overlaps with the years, the more the larger a part of
    it they are; less by the gap between them if not. 0 for none."""
    first, last = float(years.first), years.last + 1.0
    gap = np.maximum(0.0, np.maximum(start - last, first - end))
    shared = np.maximum(0.0, np.minimum(end, last) - np.maximum(start, first))
    share = np.minimum(1.0, shared / np.maximum(end - start, 1e-9))
    return np.where(np.isnan(gap), 0.0, np.exp(-gap / _FADES) / 2 + share / 2)


def _fit(candidates: Candidates, question: Question, years: Years, near: Column, known: Mask) -> Column:
    """How near each row is, plus the share of the years that it names; worth the more, the fewer candidates fit."""
    named, around = _named(candidates.recall, question, years)
    fit = near + np.where(known, named, around)
    fit = np.maximum(fit, fit[candidates.home])
    return np.asarray(fit * (1 - np.minimum(fit, 1.0).mean()))


def _named(recall: Recall, question: Question, years: Years) -> tuple[Column, Column]:
    """The share of the question's years that each row names, and the turns around it."""
    terms = question.terms if recall.tf.shape[1] else ()  # no columns: words were not searched
    columns = [i for i, term in enumerate(terms) if term in years.named]
    own, window = ((tf[:, columns] > 0).sum(axis=1) / len(years.named) for tf in (recall.tf, recall.window_tf))
    return own, window


def _times(candidates: Candidates, total: Column, most: int) -> dict[int, list[Period]]:
    """Row -> the times that its text names, of the best rows (by the better of their own and their facts' sums)."""
    best = candidates.best(total)
    rows = np.argsort(-best, kind="stable")[:most].tolist()
    row_of = {candidates.recall.ids[row]: row for row in rows if best[row] > -np.inf}
    items = candidates.recall.fetch(list(row_of))
    named = {row_of[item.id]: periods(titled(item.memory, item.metadata)) for item in items}
    return {row: times for row, times in named.items() if times}
