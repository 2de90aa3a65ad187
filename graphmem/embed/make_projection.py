"""Makes the projection of token states anew: `python -m graphmem.embed.make_projection [FILE]`, a minute or two.

Which directions matter is asked of the model alone, not of anybody's texts: its states of made-up sentences, which are
plain frames filled with words of its own vocabulary. That vocabulary is ordered by frequency, so words are drawn by
Zipf's law. The directions are the first right singular vectors of these states, not centred, because a cosine is not.

Words that stand alone would do worse: on turns of real chats the ranking by late interaction then agrees less with that
of all 384 dimensions (mean rank correlation of 300 turns over 60 questions: 0.950, instead of 0.972 with frames).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.embed import projection
from graphmem.embed.sentence_transformers import SentenceTransformerEmbedder, packaged

if TYPE_CHECKING:
    from graphmem.embed.base import Vectors

__all__ = ["directions", "sentences"]

_FRAMES = """
i went to the {} with my {} yesterday and it was really {}!
hey {}, how are you? did you {} the {} last {}?
that sounds {}! i love {} too, it makes me feel so {}.
my {} works at a {} in {}, she is a {}.
thanks, {}! we are planning a {} next {} with the {}.
i've been {} for {} years now. it's {} but i {} it.
what kind of {} do you like? i usually {} on the {}.
wow, your {} looks {}! where did you get that {}?
i'm {} about my new {}, it has a {} and two {}.
we had a {} of {} at the {} and then the {} started.
last {} i {} my first {}. i never thought i could {}.
do you want to {} sometime? there is a {} near my {}.
the {} of {} was {} by {} in the {}.
he said that {} is not {}, but i think {} will {}.
yeah, it's been a {} {}. my {} and i just {} together.
i'm so {} to hear that. {} can be {}, take care of your {}.
when did {} move to {}? what does {} do for {}?
i bought some {} and {} for the {}, they cost {} dollars.
sure! {} helped me with the {} when i was {}.
remember the {} i told you about? we finally {} it on {}.
""".strip().split("\n")
_MANY = 4800
_FLAT, _STEEPNESS = 200.0, 0.8
"""Of Zipf's law with Mandelbrot's shift: a word's weight is (rank + shift) ** -steepness."""


def sentences(vocabulary: dict[str, int], count: int = _MANY, seed: int = 0) -> list[str]:
    """Frames filled with words that the model knows, frequent ones more often."""
    draw = np.random.default_rng(seed)
    words = [word for word in sorted(vocabulary, key=vocabulary.__getitem__) if _is_word(word)]
    weights = (np.arange(1, len(words) + 1) + _FLAT) ** -_STEEPNESS
    most = max(frame.count("{}") for frame in _FRAMES)
    chosen = draw.choice(words, (count, most), p=weights / weights.sum())
    return [_FRAMES[n % len(_FRAMES)].format(*some) for n, some in enumerate(chosen)]


def _is_word(piece: str) -> bool:
    return len(piece) > 2 and piece.isascii() and piece.isalpha() and piece.islower()


def directions(states: Vectors, dim: int = projection.DIM) -> Vectors:
    """The first `dim` right singular vectors (h, dim) of states (n, h)."""
    _, vectors = np.linalg.eigh(states.T.astype(np.float64) @ states)
    found: Any = vectors[:, ::-1][:, :dim]
    return found.astype(np.float32)  # type: ignore[no-any-return]


def _main(target: Path) -> None:
    # By its folder it is a model like any other, whose states are not reduced.
    embedder = SentenceTransformerEmbedder(packaged())
    _, found = embedder.encode_tokens(sentences(embedder.vocabulary()))
    states = np.concatenate([one.vectors for one in found if one is not None])
    np.save(target, directions(states).astype(np.float16))


if __name__ == "__main__":
    _main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name(projection.FILE))
