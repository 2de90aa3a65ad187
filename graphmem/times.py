"""Moments as people write them: ISO texts, plain dates and unix seconds become datetimes in UTC."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput, shown
from graphmem.types import utc

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["day_span", "moment"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)


def moment(value: Any) -> datetime:
    """The moment that a value names, in UTC; a plain date is its first instant, a naive time is UTC.

    Accepts a datetime, a date, an ISO 8601 text, `YYYY-MM-DD`, or unix seconds.

    Raises:
        InvalidInput: anything else, or a moment outside the years 1 to 9999.
    """
    if span := day_span(value):
        return span[0]
    try:
        if isinstance(value, datetime):
            return utc(value)
        if isinstance(value, str) and _ISO.match(value):
            return utc(_parser().validate_python(value))
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=value)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(f"not a time: {shown(value)}; write ISO 8601 (2024-05-01T12:00:00Z), YYYY-MM-DD or unix seconds")


def day_span(value: Any) -> tuple[datetime, datetime] | None:
    """First instant of a UTC day and of the next one, if the value is a plain date; else None.

    Raises:
        InvalidInput: it looks like a date but is none (2024-02-30).
    """
    if isinstance(value, str) and _DAY.match(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise InvalidInput(f"no such day: {value!r}; write YYYY-MM-DD") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        return None
    start = datetime.combine(value, time(), timezone.utc)
    try:
        return start, start + timedelta(days=1)
    except OverflowError:  # 9999-12-31 is how people write "never"
        return start, datetime.max.replace(tzinfo=timezone.utc)


@lru_cache(maxsize=1)
def _parser() -> TypeAdapter[datetime]:
    # The standard library reads offsets and fractions differently from version to version.
    from pydantic import TypeAdapter

    return TypeAdapter(datetime)
