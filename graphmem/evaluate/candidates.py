"""The candidates of one question, and every other order in which they could have come.

The ranking is a sum whose terms every hit shows, so what a term is worth can be told without another search: take
it from the sum and look where the expected memories stand then. Documents are the exception: there `walk` takes the
place of most of the sum, other terms included, and only a search with a weight of 0 says how it is without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphmem.errors import InvalidInput
from graphmem.evaluate.scoring import found, score
from graphmem.store.base import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from graphmem.evaluate.labels import Label
    from graphmem.types import Hit

    Signals: TypeAlias = Mapping[str, tuple[str, ...]]

__all__ = ["CHANNELS", "SIGNALS", "TERMS", "Candidates", "signals"]

CHANNELS = tuple(str(channel.name).lower() for channel in Channel)
SIGNALS: Signals = {
    "cosine": ("cosine",),
    "words": ("words",),
    "neighbours": ("next", "window"),
    "session": ("session",),
    "people": ("speaker", "role"),
    "kind": ("answer", "question", "heading"),
    "pinned": ("pinned",),
    "relation": ("relation",),
    "time": ("years", "superseded", "successor"),
    "late": ("late",),
    "titles": ("title", "led"),
    "walk": ("walk",),
}
"""The terms of the sum, by what they know. What is not here keeps house: `layer`, `sibling` and `source`."""
TERMS = (*(term for terms in SIGNALS.values() for term in terms), "layer", "sibling", "source")


def signals(names: Iterable[str] | None) -> Signals:
    """The signals of these names, each of `SIGNALS`, of `TERMS`, or several joined by `+`; None is all of `SIGNALS`.

    Raises:
        InvalidInput: a name that is neither.
    """
    if names is None:
        return SIGNALS
    return {name: tuple(term for part in name.split("+") for term in _terms(part.strip())) for name in names}


def _terms(name: str) -> tuple[str, ...]:
    if name in SIGNALS:
        return SIGNALS[name]
    if name in TERMS:
        return (name,)
    raise InvalidInput(
        f"unknown signal {name!r}: the signals are {', '.join(SIGNALS)}; or name a term of the score, which are "
        f"{', '.join(TERMS)}"
    )


class Candidates:
    """What a search found, best first, against what was expected.

    Args:
        hits: All candidates of a search by score, explained.
        labels: What was expected.
        walk: The weight of that term.
    """

    def __init__(self, hits: Sequence[Hit], labels: Sequence[Label], walk: float = 1.0) -> None:
        self.hits = hits
        self.labels = {f"expected {number}": label for number, label in enumerate(labels)}
        self.stands = [[name for name, label in self.labels.items() if label.fits(hit)] or [hit.id] for hit in hits]
        """What each hit stands for: names of labels, else its own id."""
        self.names = sorted({name for hit in hits for name in hit.why.terms})
        rows = [[hit.why.terms.get(name, 0.0) for name in self.names] for hit in hits]
        self._terms = np.array(rows, np.float64).reshape(len(hits), len(self.names))
        self._all = list(range(len(hits)))
        self._walk = walk

    def score(self, cuts: Sequence[int], order: Sequence[int] | None = None) -> dict[str, float]:
        """The measures of this order of the hits; None is the order they were found in."""
        return score(self._stood(order), self.labels.keys(), cuts)

    def ranks(self, order: Sequence[int] | None = None) -> dict[str, int]:
        """Name of an expected memory -> its place in this order, from 1; without those that are not in it."""
        places = {name: rank for rank, name in enumerate(found(self._stood(order)), 1)}
        return {name: places[name] for name in self.labels if name in places}

    def hit(self, name: str) -> Hit | None:
        """The best hit that is this expected memory."""
        return next((hit for hit, names in zip(self.hits, self.stands, strict=True) if name in names), None)

    def alone(self, terms: Sequence[str]) -> list[int]:
        """The order by these terms alone, ties by id; what they say nothing for is left out."""
        values = self._walked() if [*terms] == ["walk"] else self._sum(terms)
        rows = [row for row in self._all if values[row] > 0]
        return sorted(rows, key=lambda row: (-values[row], self.hits[row].id))

    def tells(self, terms: Sequence[str]) -> bool:
        """Whether taking these terms from the sum is what a search without them would do."""
        return "walk" not in self.names or set(terms) <= {"led", "walk", "source"}

    def without(self, terms: Sequence[str]) -> list[int]:
        """The order by the sum without these terms."""
        values = self._sum(terms)
        if not values.any():
            return self._all
        # Terms are told with four digits: what differs by less is a tie, and ties are ordered by id.
        left = np.round(self._terms.sum(axis=1) - values, 3)
        return sorted(self._all, key=lambda row: (-left[row], self.hits[row].id))

    def without_channel(self, channel: str) -> list[int]:
        """The same order without what only this channel brought."""
        return [row for row in self._all if self.hits[row].why.channels != (channel,)]

    def _sum(self, terms: Sequence[str]) -> NDArray[np.float64]:
        total: NDArray[np.float64] = self._terms[:, [name in terms for name in self.names]].sum(axis=1)
        return total

    def _walked(self) -> NDArray[np.float64]:
        """What the walk puts in the place of the sum, above the least; 0 for what it does not reach."""
        added = self._sum(("walk",))
        rest = self._sum([name for name in self.names if name not in ("led", "walk", "source")])
        implied = rest + added / (self._walk or 1.0)
        return np.where(added != 0, 1 + implied - implied.min(initial=0.0), 0.0)

    def _stood(self, order: Sequence[int] | None) -> list[list[str]]:
        return self.stands if order is None else [self.stands[row] for row in order]
