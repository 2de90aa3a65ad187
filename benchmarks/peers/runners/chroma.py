"""chromadb: a plain vector store, cosine, one collection filtered by the haystack; the text holds speaker and title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import chromadb

from benchmarks.peers.runners import model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.peers.exchange import Work

BATCH = 250


def rank(work: Work) -> Iterator[tuple[str, list[str]]]:
    """Every question's ranking."""
    collection = chromadb.EphemeralClient().create_collection("peers", configuration={"hnsw": {"space": "cosine"}})
    _add(work, collection)
    for asked in work.questions:
        found = collection.query(
            query_embeddings=model.encode([asked.text]),
            n_results=work.depth,
            where={"scope": asked.scope},
            include=["metadatas"],
        )
        yield asked.qid, [str(row["unit"]) for row in found["metadatas"][0]]


def _add(work: Work, collection: Any) -> None:
    for start in range(0, len(work.units), BATCH):
        units = work.units[start : start + BATCH]
        texts = [unit.said() for unit in units]
        collection.add(
            ids=[str(start + place) for place in range(len(units))],
            documents=texts,
            embeddings=model.encode(texts),
            metadatas=[{"scope": unit.scope, "unit": unit.id} for unit in units],
        )
