"""What the model costs: every call with its tokens, seconds and outcome, and a budget that no call may exceed."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from graphmem.errors import ExtractionError, InvalidInput, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Budget", "Call", "Ledger", "OutOfBudget", "Prices", "Totals"]

_LOG = logging.getLogger("graphmem.extract.llm")
_SPANS = {"hour": 3600.0, "day": 86_400.0, "week": 604_800.0, "month": 2_592_000.0}
_BUDGET = re.compile(r"([\d_]+)(?:/(hour|day|week|month))?")


class OutOfBudget(ExtractionError):
    """The budget has no room for another call."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any one currency."""

    prompt: float
    completion: float

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Of a call."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be spent. A call is made only if its prompt and its longest answer fit."""

    tokens: int | None = None
    cost: float | None = None
    """In the currency of the prices."""
    seconds: float | None = None
    """In any time of this length; None: in all."""

    def __post_init__(self) -> None:
        for value in (self.tokens, self.cost, self.seconds):
            if value is not None and not value >= 0:
                raise InvalidInput(f"a budget of {shown(value)} cannot be: give a number of tokens, costs or seconds")

    @classmethod
    def of(cls, given: Budget | int | str | None) -> Budget:
        """A budget, a number of tokens, or a text such as "2000000/day" (hour, day, week, month)."""
        if given is None or isinstance(given, Budget):
            return given or cls()
        match = _BUDGET.fullmatch(str(given).strip())
        if match is None or not match[1].strip("_"):
            raise InvalidInput(f'budget {shown(given)} must be a number of tokens, such as 2000000 or "2000000/day"')
        return cls(tokens=int(match[1]), seconds=_SPANS[match[2]] if match[2] else None)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the model. It holds numbers and names, nothing that anybody said."""

    at: float
    """Unix time of its end."""
    model: str
    prompt_tokens: int
    completion_tokens: int
    estimated: bool
    """Tokens were not told by the server, and are counted by characters."""
    seconds: float
    retries: int
    outcome: str
    """`ok`, `broken` (only a part could be read), `no json`, or why there was no answer."""
    stated: int = 0
    """Facts and relations that it stated."""
    kept: int = 0
    """Those of them that the messages bear out."""
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """Of the prompt and the answer."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over calls."""

    calls: int = 0
    failed: int = 0
    """Those that brought nothing."""
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: int = 0
    """Calls whose tokens are estimates."""
    seconds: float = 0.0
    stated: int = 0
    kept: int = 0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        """Of prompts and answers."""
        return self.prompt_tokens + self.completion_tokens

    def plus(self, call: Call) -> Totals:
        """With one more."""
        return Totals(
            calls=self.calls + 1,
            failed=self.failed + (call.outcome not in ("ok", "broken")),
            retries=self.retries + call.retries,
            prompt_tokens=self.prompt_tokens + call.prompt_tokens,
            completion_tokens=self.completion_tokens + call.completion_tokens,
            estimated=self.estimated + call.estimated,
            seconds=self.seconds + call.seconds,
            stated=self.stated + call.stated,
            kept=self.kept + call.kept,
            cost=self.cost + (call.cost or 0.0),
        )


class Ledger:
    """Counts calls, and refuses those for which there is no budget. Threads may share it.

    Args:
        prices: Of the model; without them nothing has a cost.
        budget: What may be spent; None: anything.
        path: A JSON Lines file that keeps the calls. What it holds already counts, and so does what other processes add
            meanwhile, so that they share the budget. None: it is counted from the start of this process.

    Raises:
        InvalidInput: the file cannot be written, or a budget of costs comes without prices.
    """

    def __init__(
        self, prices: Prices | None = None, budget: Budget | None = None, path: str | os.PathLike[str] | None = None
    ) -> None:
        self.prices = prices
        self.budget = budget or Budget()
        if self.budget.cost is not None and prices is None:
            raise InvalidInput("a budget of costs needs prices=Prices(prompt=..., completion=...) per million tokens")
        self._path = Path(path).expanduser() if path is not None else None
        self._read = 0
        self._totals = Totals()
        self._recent: deque[Call] = deque()
        self._held: dict[int, Call] = {}
        self._lock = threading.Lock()
        if self._path is not None:
            _make(self._path)
            self._catch_up()

    @property
    def totals(self) -> Totals:
        """Everything so far."""
        with self._lock:
            self._catch_up()
            return self._totals

    @property
    def left(self) -> int | None:
        """Tokens that may still be spent; None if there is no bound on them."""
        with self._lock:
            self._catch_up()
            spent = self._spent()
            return None if self.budget.tokens is None else max(0, self.budget.tokens - spent.tokens)

    @contextmanager
    def call(self, model: str, prompt_tokens: int, longest: int) -> Iterator[_Entry]:
        """A call: it is counted when the block ends, however it ends.

        Args:
            model: Its name.
            prompt_tokens: As estimated.
            longest: How many tokens the answer may have.

        Raises:
            OutOfBudget: there is no room for it.
        """
        held = Call(
            time.time(), model, prompt_tokens, longest, True, 0.0, 0, "", cost=self._cost(prompt_tokens, longest)
        )
        entry = _Entry()
        self._hold(held, id(entry))
        started = time.monotonic()
        try:
            yield entry
        finally:
            self._settle(id(entry), self._counted(entry, model, time.monotonic() - started))

    def _hold(self, call: Call, number: int) -> None:
        with self._lock:
            self._catch_up()
            spent = self._spent().plus(call)
            tokens, cost = self.budget.tokens, self.budget.cost
            if (tokens is not None and spent.tokens > tokens) or (cost is not None and spent.cost > cost):
                span = f" in {self.budget.seconds / 3600:g} h" if self.budget.seconds else ""
                bound = f"{tokens} tokens" if tokens is not None and spent.tokens > tokens else f"a cost of {cost}"
                raise OutOfBudget(f"the budget of {bound}{span} is spent")
            self._held[number] = call

    def _spent(self) -> Totals:
        """What counts against the budget now: calls within its time, and those that are being made."""
        if self.budget.seconds is None:
            spent = self._totals
        else:
            since = time.time() - self.budget.seconds
            while self._recent and self._recent[0].at < since:
                self._recent.popleft()
            spent = _sum(self._recent)
        for call in self._held.values():
            spent = spent.plus(call)
        return spent

    def _counted(self, entry: _Entry, model: str, seconds: float) -> Call:
        return Call(
            at=time.time(), model=model, prompt_tokens=entry.prompt_tokens, completion_tokens=entry.completion_tokens,
            estimated=entry.estimated, seconds=round(seconds, 3), retries=entry.retries, outcome=entry.outcome,
            stated=entry.stated, kept=entry.kept, cost=self._cost(entry.prompt_tokens, entry.completion_tokens),
        )  # fmt: skip

    def _cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        return None if self.prices is None else self.prices.cost(prompt_tokens, completion_tokens)

    def _settle(self, number: int, call: Call) -> None:
        with self._lock:
            self._held.pop(number, None)
            if self._path is None or not self._append(self._path, call):
                self._add(call)

    def _add(self, call: Call) -> None:
        self._totals = self._totals.plus(call)
        if self.budget.seconds is not None:
            self._recent.append(call)

    # ---------------------------------------------------------------- the file

    def _append(self, path: Path, call: Call) -> bool:
        """Whether the file has it now. One write a line, so that processes do not mix theirs."""
        line = json.dumps({k: v for k, v in asdict(call).items() if v is not None}) + "\n"
        try:
            with path.open("ab", buffering=0) as file:
                file.write(line.encode())
        except OSError as error:
            _LOG.warning("the ledger of LLM calls cannot be written (%s): this call is counted in memory alone", error)
            return False
        return True

    def _catch_up(self) -> None:
        """Count the lines of the file that have not been counted yet, whoever wrote them."""
        for line in self._news(self._path) if self._path is not None else ():
            self._read += len(line)
            if (call := _parsed(line)) is not None:
                self._add(call)

    def _news(self, path: Path) -> list[bytes]:
        """The whole lines that are new in the file; one without an end is still being written."""
        try:
            with path.open("rb") as file:
                file.seek(self._read)
                return [line for line in file if line.endswith(b"\n")]
        except OSError as error:
            _LOG.warning("the ledger of LLM calls cannot be read (%s): other processes' calls are not counted", error)
            return []


@dataclass(slots=True)
class _Entry:
    """A call while it is made; what is known of it so far."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    retries: int = 0
    outcome: str = "failed"
    stated: int = 0
    kept: int = 0


def _sum(calls: Iterable[Call]) -> Totals:
    total = Totals()
    for call in calls:
        total = total.plus(call)
    return total


def _parsed(line: bytes) -> Call | None:
    """The call of a line; a damaged one is told of and left out."""
    try:
        return TypeAdapter(Call).validate_json(line)
    except ValueError:
        _LOG.warning("a line of the ledger of LLM calls cannot be read and is left out")
        return None


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise InvalidInput(f"the ledger {str(path)!r} cannot be written ({error}): give another path") from error
