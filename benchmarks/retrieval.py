"""Evidence retrieval through the public API: one ingest, several settings, every question scored.

A hit stands for its `sources`, the raw turns it rests on (a verbatim memory rests on itself), in their order.
What k hits stand for counts at k, and no more than k distinct ones.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.progress import track

from benchmarks.dataset import UNIT
from benchmarks.remembering import Remembering
from benchmarks.scoring import Scores, headline, paired, score, summarise
from graphmem import Memory, build
from graphmem.errors import InvalidInput
from graphmem.login import is_neo4j

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.common import Json
    from benchmarks.dataset import Dataset, Question
    from graphmem import Settings
    from graphmem.embed.base import Embedder

__all__ = ["Answer", "describe", "evaluate", "ingest", "percentiles", "score_all", "summary", "unit_ids"]

_SAMPLE = 40
_SHALLOW = 10
"""About so many questions are asked again for so few hits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits of one search, best first, each as the units it stands for, and the milliseconds that it took."""

    qid: str
    hits: list[list[str]]
    embedding: float
    """Of the question, whose vector the rows share; 0 where none is needed."""
    rest: float
    recall: float
    """The store's part of the rest."""


@dataclass(frozen=True, slots=True)
class Run:
    """Every question under one row's settings."""

    answers: list[Answer]
    prefix_agreement: float
    """Of a sample: how often a search for ten returns the first ten of the deep search."""
    merged: int
    """Units that were not remembered under their own id, because an equal text was there already."""


def evaluate(
    dataset: Dataset, rows: Mapping[str, Settings], database: str | None = None
) -> tuple[Json, dict[str, list[Answer]]]:
    """Ingest once, ask every question under every row's settings, and score.

    `database`, a file or the url of a server, keeps what was ingested for the next run; without it the file is
    temporary.
    Returns the aggregate result and, for tracing, every row's answers.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        url = database or str(Path(folder) / "bench.db")
        embedder = Remembering(build.embedder(None))
        written = None if _is_filled(url, embedder) else ingest(dataset, url, embedder)
        runs = {name: _ask_all(dataset, url, settings, embedder) for name, settings in rows.items()}
    scored = {name: score_all(dataset, run.answers) for name, run in runs.items()}
    result: Json = {
        "dataset": describe(dataset),
        "ingest": written,
        "rows": {name: _row(dataset, run) for name, run in runs.items()},
        "gain_over_previous_row": _gains(dataset, scored),
    }
    return result, {name: run.answers for name, run in runs.items()}


def _is_filled(url: str, embedder: Embedder) -> bool:
    if not is_neo4j(url) and not Path(url).exists():
        return False
    with Memory(url, embedder=embedder) as memory:
        return memory.stats().memories > 0


def ingest(dataset: Dataset, url: str, embedder: Embedder) -> Json:
    """Write a whole data set through `add`; how many messages, how long, and how large the store is then."""
    with Memory(url, embedder=embedder) as memory:
        _warm_up(memory)
        count = 0
        start = time.perf_counter()
        for hay in track(dataset.haystacks, description=f"{dataset.name}: ingest", transient=True):
            for call in hay.calls:
                memory.add(list(call.messages), **call.options)
                count += len(call.messages)
        seconds = time.perf_counter() - start
        stats = memory.stats()
    return {
        "messages": count,
        "seconds": seconds,
        "messages_per_second": count / seconds,
        "memories": dict(stats.layers),
        "entities": stats.entities,
        "relations": stats.relations,
        "bytes": stats.bytes,
    }


def unit_ids(memory: Memory, dataset: Dataset) -> dict[str, str]:
    """Memory id -> the data set's id of every raw turn or document that was remembered."""
    found: dict[str, str] = {}
    for hay in dataset.haystacks:
        page, seen = 1, 0
        while batch := memory.get_all(**hay.scope, layers=[dataset.layer], page=page, page_size=1000):
            found |= {item.id: str(item.metadata[UNIT]) for item in batch if UNIT in item.metadata}
            page, seen = page + 1, seen + len(batch)
            if seen >= batch.count:
                break
    return found


def _warm_up(memory: Memory) -> None:
    """Load the models, so that ingest is timed and not their loading."""
    memory.add("My name is Ada and I live in Turin.", user_id="warm-up")
    memory.delete_all(user_id="warm-up")


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks one memory, and names what it finds as the data set does."""

    memory: Memory
    embedder: Remembering
    units: Mapping[str, str]

    def ask(self, question: Question, depth: int) -> Answer:
        start = time.perf_counter()
        results = self.memory.search(question.text, **question.scope, top_k=depth, order="score")
        spent = 1000 * (time.perf_counter() - start) - results.timings["embed"]
        embedding = self.embedder.milliseconds if self.memory.settings.retrieval.vectors else 0.0
        hits = [[self._unit(source) for source in hit.sources] for hit in results]
        return Answer(question.qid, hits, embedding, spent, results.timings["recall"])

    def agreement(self, asked: Sequence[Question], answers: Sequence[Answer]) -> float:
        """How often a search for a few hits begins as the deep one did, on a sample."""
        sample = range(0, len(asked), max(1, len(asked) // _SAMPLE))
        pairs = [(self.ask(asked[i], _SHALLOW), answers[i]) for i in sample]
        return float(np.mean([shallow.hits == deep.hits[:_SHALLOW] for shallow, deep in pairs]))

    def _unit(self, source: str) -> str:
        try:
            return self.units[source]
        except KeyError:
            raise InvalidInput(f"a hit rests on {source}, which was not ingested here: use a fresh --db") from None


def _ask_all(dataset: Dataset, url: str, settings: Settings, embedder: Remembering) -> Run:
    depth = dataset.depth or max(dataset.cuts)
    with Memory(url, settings=settings, embedder=embedder) as memory:
        for hay in dataset.haystacks:
            memory.search("warm up", **hay.scope, top_k=depth, order="score")
        asker = _Asker(memory, embedder, unit_ids(memory, dataset))
        asked = track(dataset.questions, description=f"{dataset.name}: search", transient=True)
        answers = [asker.ask(question, depth) for question in asked]
        agreement = asker.agreement(dataset.questions, answers)
    return Run(answers, agreement, len(dataset.units() - set(asker.units.values())))


def _row(dataset: Dataset, run: Run) -> Json:
    return {
        "scores": summary(dataset, run.answers),
        "latency_ms": _latency(run.answers),
        "prefix_agreement": run.prefix_agreement,
        "units_merged": run.merged,
    }


def score_all(dataset: Dataset, answers: Sequence[Answer], asked: Sequence[Question] | None = None) -> list[Scores]:
    """Score the answers to the data set's questions, or to some of them."""
    given = {answer.qid: dataset.ranked(answer.hits) for answer in answers}
    return [
        Scores(question.qid, question.category, score(given[question.qid], question.gold, dataset.cuts))
        for question in (dataset.questions if asked is None else asked)
    ]


def summary(dataset: Dataset, answers: Sequence[Answer]) -> Json:
    """Every group's, category's and part's scores."""
    return headline(score_all(dataset, answers), dataset.groups) | _parts(dataset, answers)


def _parts(dataset: Dataset, answers: Sequence[Answer]) -> Json:
    scored = {part: score_all(dataset, answers, dataset.narrowed(part)) for part in dataset.parts}
    return {part: {"n": len(rows), **summarise(rows)} for part, rows in scored.items() if rows}


def _latency(answers: Sequence[Answer]) -> Json:
    return {
        "search": percentiles(answer.rest + answer.embedding for answer in answers),
        "search_without_embedding": percentiles(answer.rest for answer in answers),
        "recall": percentiles(answer.recall for answer in answers),
    }


def percentiles(values: Iterable[float]) -> Json:
    """The median and the 95th percentile."""
    p50, p95 = np.percentile(list(values), (50, 95))
    return {"p50": float(p50), "p95": float(p95)}


def _gains(dataset: Dataset, scored: Mapping[str, Sequence[Scores]]) -> Json:
    """What each row adds to the one before it, on the headline, question by question."""
    group, names = next(iter(dataset.groups.items()))
    kept = {row: [part for part in parts if part.category in names] for row, parts in scored.items()}
    gains = {
        f"{late} - {early}": asdict(paired(kept[late], kept[early], dataset.main_metric))
        for early, late in pairwise(kept)
        if kept[early]
    }
    return {"group": group, "metric": dataset.main_metric, "gains": gains}


def describe(dataset: Dataset) -> Json:
    """A data set's name and sizes."""
    return {
        "name": dataset.name,
        "haystacks": len(dataset.haystacks),
        "units": len(dataset.units()),
        "questions": len(dataset.questions),
        "splits": dict(Counter(question.split for question in dataset.questions)),
    }
