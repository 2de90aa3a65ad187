"""TimeQA (Chen et al., NeurIPS 2021), its human questions: which paragraph says what held in the years asked for.

Every paragraph of every page, headings included, is a turn of one organisation's session, with the page's title as
metadata; one session and one `add` a page, in the page's order, so that a paragraph has those around it as context.
Many questions differ in their years alone. All pages are one pool, which is not the reading task of the paper.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from benchmarks.common import Json, data_folder, read
from benchmarks.dataset import Dataset, Haystack, documents, questions
from benchmarks.report import execute, options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = "timeqa_human"
CUTS = (1, 5, 10)


def load(folder: Path) -> Dataset:
    """Read a folder in the common layout; a row of its docs is a paragraph of a `page`."""
    scope = {"org_id": "timeqa"}
    asked = questions(folder, lambda _: scope)
    pages = groupby(read(folder / "docs.jsonl.gz"), key=itemgetter("page"))
    calls = [documents(scope, [list(rows)], layer="conversation", session_id=page).calls[0] for page, rows in pages]
    return Dataset(
        name="timeqa",
        layer="conversation",
        haystacks=[Haystack(scope, calls)],
        questions=asked,
        cuts=CUTS,
        groups={"all": sorted({question.category for question in asked})},
        main_metric="recall@5",
    )


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    chosen = options("TimeQA: which paragraph says what held in the years asked for.").parse_args(argv)
    return execute(load(data_folder(chosen.data, FOLDER)), chosen, argv, "benchmarks.timeqa")


if __name__ == "__main__":
    main()
