"""Multi-hop questions over Wikipedia passages: are all the passages that an answer needs found?

Every passage is one verbatim memory of one organisation, with its title as metadata. `2wiki` is the sample
of HippoRAG (Gutiérrez et al., NeurIPS 2024: 6,119 passages), so its recall at 2 and 5 compares with the
published figures; the other sets pool fewer passages than the published ones and do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.common import Json, data_folder, read
from benchmarks.dataset import Dataset, documents, questions
from benchmarks.report import execute, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SETS = ("2wiki", "hotpot200", "musique200", "hotpot_train100", "musique_train100")
CUTS = (2, 5, 10)
CHUNK = 256
"""Passages a call of `add`."""


def load(folder: Path) -> Dataset:
    """Read a folder in the common layout; a row of its docs is a passage with a title."""
    scope = {"org_id": folder.name}
    asked = questions(folder, lambda _: scope)
    return Dataset(
        name=folder.name,
        layer="org",
        haystacks=[documents(scope, _batches(read(folder / "docs.jsonl.gz")))],
        questions=asked,
        cuts=CUTS,
        groups={"all": sorted({question.category for question in asked})},
        main_metric="recall@5",
    )


def _batches(rows: Sequence[Json]) -> Iterator[Sequence[Json]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    parser = options("Multi-hop questions over Wikipedia passages.")
    parser.add_argument("--set", default="2wiki", choices=SETS, help="which data set")
    chosen = parser.parse_args(argv)
    return execute(load(data_folder(chosen.data, chosen.set)), chosen, argv, "benchmarks.multihop")


if __name__ == "__main__":
    main()
