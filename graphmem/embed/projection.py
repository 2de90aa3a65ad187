"""The directions to which token states of the default model are reduced; `make_projection` made them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphmem.embed.base import Vectors

__all__ = ["DIM", "FILE", "load"]

DIM = 128
FILE = "all-MiniLM-L6-v2.projection.npy"


@lru_cache(maxsize=1)
def load() -> Vectors:
    """The projection (384, 128): its columns are orthonormal, as far as half precision tells."""
    with as_file(files(__package__) / FILE) as path:
        found: Vectors = np.load(path).astype(np.float32)
    return found
