"""From the extractor's relation types to a data set's own, learnt on one half of it and used on the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

__all__ = ["Mapping", "Text"]

End = TypeVar("End")
_Feature: TypeAlias = "tuple[str, ...]"
_Way: TypeAlias = "tuple[str, bool]"
Text: TypeAlias = "tuple[Sequence[tuple[End, Sequence[_Feature], End]], Collection[tuple[End, str, End]]]"
"""What is said of a text, (head, features, tail), and its gold, (head, relation, tail). The last feature is the
general one; those before it are used in its place where they were seen often enough."""

_FLOORS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
_SEEN = 5
_WORTH = 5.0
"""How many cases of its own outweigh what a detailed feature inherits from the general one."""


@dataclass(slots=True)
class _Tally(Generic[End]):
    """How often a feature was seen, and with which relations: (relation, whether its ends are turned round)."""

    seen: Counter[_Feature]
    right: defaultdict[_Feature, Counter[_Way]]

    @classmethod
    def of(cls, text: Text[End]) -> _Tally[End]:
        said, gold = text
        tally: _Tally[End] = cls(Counter(), defaultdict(Counter))
        for head, features, tail in said:
            tally.seen.update(features)
            ways = [(r, False) for h, r, t in gold if (h, t) == (head, tail)]
            ways += [(r, True) for h, r, t in gold if (t, h) == (head, tail)]
            for feature in features:
                tally.right[feature].update(ways)
        return tally

    def add(self, other: _Tally[End]) -> None:
        self.seen.update(other.seen)
        for feature, ways in other.right.items():
            self.right[feature].update(ways)


class Mapping(Generic[End]):
    """What a feature stands for; `floor` is the share from which a relation is taken for meant."""

    def __init__(self, tally: _Tally[End], floor: float) -> None:
        self._tally = tally
        self.floor = floor

    @classmethod
    def learn(cls, texts: Sequence[Text[End]]) -> Mapping[End]:
        """Count how often a feature of two entities goes with a gold relation; keep the floor with the best F1,
        where each text is mapped by what the others teach."""
        parts = [_Tally.of(text) for text in texts]
        whole: _Tally[End] = _Tally(Counter(), defaultdict(Counter))
        for part in parts:
            whole.add(part)
        mappings = [cls(whole, floor) for floor in _FLOORS]
        return max(mappings, key=lambda mapping: mapping._f1(texts, parts))

    def apply(
        self, said: Iterable[tuple[End, Sequence[_Feature], End]], without: _Tally[End] | None = None
    ) -> set[tuple[End, str, End]]:
        """The data set's relations that the features stand for; `without` what one text taught."""
        return {
            (tail, relation, head) if turned else (head, relation, tail)
            for head, features, tail in said
            for relation, turned in self._ways(features, without)
        }

    def _ways(self, features: Sequence[_Feature], without: _Tally[End] | None) -> Iterator[_Way]:
        counts = [self._counts(feature, without) for feature in features]
        (general, times), details = counts[-1], counts[:-1]
        seen = sum(n for _, n in details)
        for way in {way for ways, _ in counts for way in ways}:
            share = general[way] / times if times >= _SEEN else 0.0
            own = sum(ways[way] for ways, _ in details)
            if (own + _WORTH * share) / (seen + _WORTH) >= self.floor:
                yield way

    def _counts(self, feature: _Feature, without: _Tally[End] | None) -> tuple[Counter[_Way], int]:
        seen, right = self._tally.seen[feature], self._tally.right.get(feature, Counter())
        if without is None or feature not in without.seen:
            return right, seen
        return right - without.right[feature], seen - without.seen[feature]

    def _f1(self, texts: Sequence[Text[End]], parts: Sequence[_Tally[End]]) -> float:
        right = found = wanted = 0
        for (said, gold), part in zip(texts, parts, strict=True):
            made = self.apply(said, part)
            right, found, wanted = right + len(made & {*gold}), found + len(made), wanted + len(gold)
        return 2 * right / (found + wanted) if found + wanted else 0.0
