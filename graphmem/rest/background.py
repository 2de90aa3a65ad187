"""Work beside the requests: a thread that does one step after the other for as long as there is something to do."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Loop", "backoff", "start", "stop"]

_LOG = logging.getLogger("graphmem.rest")


class Loop:
    """A thread that repeats a step.

    Args:
        name: Of the thread.
        step: Does a piece of work; whether there may be more of it at once. What it raises is logged, by its kind
            alone, and tried again after the pause.
        pause: Seconds to wait where there is nothing to do; `wake` cuts it short.
    """

    def __init__(self, name: str, step: Callable[[], bool], pause: float) -> None:
        self._step = step
        self._pause = pause
        self._wake = threading.Event()
        self._stopping = False
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    def tell(self) -> None:
        """Stop after the step that is being done."""
        self._stopping = True
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            if not self._done():
                self._wake.wait(self._pause)
                self._wake.clear()

    def _done(self) -> bool:
        try:
            return self._step()
        except Exception as error:
            _LOG.error("%s: %s", self.thread.name, type(error).__name__)
            return False


def start(loops: Sequence[Loop]) -> None:
    """Start threads."""
    for loop in loops:
        loop.thread.start()


def stop(loops: Sequence[Loop], seconds: float) -> None:
    """Let threads finish what they do, for so long at most."""
    for loop in loops:
        loop.tell()
    end = time.monotonic() + seconds
    for loop in loops:
        if loop.thread.is_alive():
            loop.thread.join(max(0.0, end - time.monotonic()))


def backoff(first: float, tries: int, longest: float) -> float:
    """Seconds before the next try: `first` after one, twice as many after each other, and never the same for all."""
    return min(first * 2.0 ** (tries - 1), longest) * random.uniform(0.5, 1.0)
