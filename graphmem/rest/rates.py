"""How often a key may ask: a bucket of tokens for each, which fills again steadily."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from graphmem.errors import InvalidInput, shown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Buckets", "Rate", "Standing"]

_FORM = re.compile(r"\s*(\d{1,9})\s*/\s*(second|minute|hour|day)\s*")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_MOST = 100_000
"""Buckets kept; the one that was asked for longest ago goes first, and a new one is full."""


class Rate(NamedTuple):
    """So many requests in so many seconds."""

    requests: int
    seconds: int

    @classmethod
    def of(cls, text: str) -> Rate:
        """Read `600/minute` (second, minute, hour, day).

        Raises:
            InvalidInput: another form.
        """
        found = _FORM.fullmatch(text)
        if found is None or int(found[1]) < 1:
            raise InvalidInput(f"the rate {shown(text)} is none: write it as 600/minute (second, minute, hour, day)")
        return cls(int(found[1]), _SECONDS[found[2]])


class Standing(NamedTuple):
    """What a caller has left after a request."""

    allowed: bool
    remaining: int
    full_in: float
    """Seconds until nothing is used up."""
    next_in: float
    """Seconds until there is a whole token."""


class Buckets:
    """Token buckets by name: each holds `rate.requests` at most and gains as many in `rate.seconds`."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Name -> (tokens, when that was so)."""

    def __contains__(self, name: str) -> bool:
        """Whether something was taken from a bucket, as far as it is kept."""
        return name in self._held

    def give_back(self, name: str) -> None:
        """What was taken last was not meant for this bucket."""
        tokens, then = self._held[name]
        self._held[name] = min(tokens + 1, self.rate.requests), then

    def take(self, name: str) -> Standing:
        """One token of a bucket, if there is one."""
        now, (count, seconds) = self._clock(), self.rate
        tokens, then = self._held.pop(name, (float(count), now))
        tokens = min(count, tokens + (now - then) * count / seconds)
        allowed = tokens >= 1
        tokens -= allowed
        self._held[name] = tokens, now
        if len(self._held) > _MOST:
            self._held.popitem(last=False)
        each = seconds / count
        return Standing(allowed, int(tokens), (count - tokens) * each, max(0.0, 1 - tokens) * each)
