"""States of tokens from what sentence-transformers returns: which pieces count, of which word, in which directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.embed.base import MOST_PIECES, TokenStates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.embed.base import Vectors

__all__ = ["states_of", "unit"]

_MARKS = "#\u2581\u0120"
"""How tokenizers mark that a piece goes on with a word, or begins one."""


def states_of(
    texts: Sequence[str], rows: Sequence[Mapping[str, Any]], tokenizer: Any, projection: Vectors | None
) -> list[TokenStates | None]:
    """The states of each text, from one pass.

    Args:
        texts: What was encoded.
        rows: For each text the tensors `token_embeddings` (p, h), `input_ids` (p) and `attention_mask` (p).
        tokenizer: Of the model.
        projection: (h, d), applied to all states; None leaves them as they are.
    """
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    ids = [row["input_ids"].cpu().numpy() for row in rows]
    masks = [row["attention_mask"].cpu().numpy() for row in rows]
    places = [np.flatnonzero(_counts(id_, mask, special)) for id_, mask in zip(ids, masks, strict=True)]
    found: list[TokenStates | None] = [None] * len(texts)
    kept = [n for n, place in enumerate(places) if 0 < len(place) <= MOST_PIECES]
    if kept:
        # One product for all of them.
        states = np.concatenate([rows[n]["token_embeddings"].float().cpu().numpy()[places[n]] for n in kept])
        vectors = unit(states if projection is None else states @ projection)
        ends = np.cumsum([len(places[n]) for n in kept])[:-1]
        words = _words([texts[n] for n in kept], [ids[n][places[n]].tolist() for n in kept], tokenizer)
        for n, said, part in zip(kept, words, np.split(vectors, ends), strict=True):
            found[n] = TokenStates(said, part)
    return found


def unit(rows: Vectors) -> Vectors:
    """Rows of length 1."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return found


def _counts(ids: Any, mask: Any, special: set[int]) -> Any:
    return (mask != 0) & ~np.isin(ids, list(special))


def _words(texts: Sequence[str], pieces: Sequence[list[int]], tokenizer: Any) -> list[tuple[str, ...]]:
    """The word of each piece; a piece itself where the tokenizer cannot tell, or a prompt stood before the text."""
    read = tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True) if tokenizer.is_fast else None
    return [
        _whole(text, read, n) if read and read["input_ids"][n] == ids else _pieces(ids, tokenizer)
        for n, (text, ids) in enumerate(zip(texts, pieces, strict=True))
    ]


def _whole(text: str, read: Any, n: int) -> tuple[str, ...]:
    numbers, spans = read.word_ids(n), read["offset_mapping"][n]
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for number, (start, end) in zip(numbers, spans, strict=True):
        starts.setdefault(number, start)
        ends[number] = end
    return tuple(text[starts[number] : ends[number]] for number in numbers)


def _pieces(ids: list[int], tokenizer: Any) -> tuple[str, ...]:
    return tuple(piece.lstrip(_MARKS) or piece for piece in tokenizer.convert_ids_to_tokens(ids))
