"""Rows side by side, and by how much graphmem's differ, question by question."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from benchmarks.retrieval import Answer, score_all, summary
from benchmarks.scoring import paired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.common import Json
    from benchmarks.dataset import Dataset
    from benchmarks.scoring import Scores

__all__ = ["OURS", "answers_of", "compare"]

OURS = "graphmem"


def answers_of(dataset: Dataset, rankings: Mapping[str, Sequence[str]]) -> list[Answer]:
    """A peer's rankings as answers: every hit stands for one unit; a question that it left out found nothing."""
    return [Answer(one.qid, [[unit] for unit in rankings.get(one.qid, ())], 0.0, 0.0, 0.0) for one in dataset.questions]


def compare(dataset: Dataset, answers: Mapping[str, Sequence[Answer]]) -> Json:
    """Every row's scores, and graphmem's minus each other's: in the main group and in every part, by metric."""
    main = next(iter(dataset.groups))
    return {
        "group": main,
        "metric": dataset.main_metric,
        "rows": {row: summary(dataset, given) for row, given in answers.items()},
        "graphmem_minus": {
            row: {
                group: _differences(ours, theirs)
                for (group, ours), theirs in zip(
                    _scored(dataset, answers[OURS]).items(), _scored(dataset, given).values(), strict=True
                )
            }
            for row, given in answers.items()
            if row != OURS
        },
    }


def _scored(dataset: Dataset, answers: Sequence[Answer]) -> dict[str, list[Scores]]:
    """The scores of every group that has questions."""
    every = score_all(dataset, answers)
    groups = {group: [row for row in every if row.category in names] for group, names in dataset.groups.items()}
    groups |= {part: score_all(dataset, answers, dataset.narrowed(part)) for part in dataset.parts}
    return {group: rows for group, rows in groups.items() if rows}


def _differences(ours: Sequence[Scores], theirs: Sequence[Scores]) -> Json:
    return {metric: asdict(paired(ours, theirs, metric)) for metric in ours[0].values}
