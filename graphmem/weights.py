"""The constants of retrieval: which channels run, how far they reach, what each term of the sum weighs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Retrieval", "Weights"]


class Weights(BaseModel):
    """One weight a term of the sum in `graphmem.rank`; all on the scale of the sum (a logit)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cosine: float = 4.8
    """Cosine of the question with the memory."""
    words: float = 1.2
    """BM25 of the memory as a share of the question's best."""
    next: float = 2.6
    """Mean cosine of the turns before and after."""
    window: float = 3.5
    """BM25 of the five turns around, as a share of the best."""
    window_fill: float = 0.3
    """What a long turn's own BM25 counts for in place of its window's."""
    session: float = 1.2
    """Best (3 cosine + BM25) of the session."""
    speaker: float = 2.7
    """Said by the one participant whom the question names."""
    answer: float = 2.0
    """Holds a kind of answer that the question asks for (date, place, name, number)."""
    question: float = -1.0
    """Ends in a question itself."""
    role: float = -2.5
    """Said by the side (assistant, or user) that the question is not about."""
    instruction: float = 16.0
    """Each unit of cosine above `pin_floor` of a standing instruction, if the question asks for no past."""
    preference: float = 8.0
    """The same for a standing preference."""
    pin_floor: float = 0.2
    request_floor: float = 0.1
    """In place of `pin_floor`, where the question asks for help or for something to be made."""
    relation: float = 1.5
    """States the relation that the question asks for, of the one whom it asks about."""
    years: float = 3.0
    """Fits the years that the question names, times the share of the candidates that do not."""
    superseded: float = -1.5
    """A raw turn whose fact was replaced by a newer one: what holds now comes first."""
    heading: float = -2.0
    """A titled memory with hardly any text: a heading, which resembles everything under it."""
    heading_length: int = 4
    """Index terms of its own, below which a titled memory is a heading."""
    late: float = 8.0
    """Late interaction: the mean cosine of the question's tokens with each one's nearest in a short turn."""
    late_share: float = 0.8
    """Of the turn's own cosine and words, how much of their terms it takes the place of."""
    late_usual: float = 1.25
    """What that comes to for a usual turn among the best: taken off, so that the scale of the sum stays."""
    title: float = 4.0
    """A document about what the question names."""
    led: float = 2.5
    """A document about what such a document names."""
    walk: float = 0.77
    """Share of a document's sum that personalised PageRank over entities decides."""
    fact: float = 0.85
    """How much of a fact's cosine counts beside its turn's: one sentence is sooner like a question than five."""
    sibling: float = -9.0
    """A further fact of a turn that has a better one: after other turns, yet in the list."""
    user: float = 0.0
    """Layer `user`; the next three likewise."""
    session_layer: float = 0.0
    org: float = 0.0
    conversation: float = 0.0
    midpoint: float = 5.5
    """The sum that maps to a score of 0.5."""
    slope: float = 1.8
    """How much more of the sum multiplies the odds of the score by e."""


class Retrieval(BaseModel):
    """How a search retrieves. The switches are for comparison: all on is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vectors: bool = True
    """Search by embedding."""
    words: bool = True
    """Search by index terms."""
    graph: bool = True
    """Use edges and what is known of a node: NEXT, session, speaker, role, kind of answer, entities, pins."""
    facts: bool = True
    """Let promoted facts answer, and speak for the turns that they came from."""
    close_passes: bool = False
    """Let what is as close to the question as a search's threshold pass it, whatever its score: how Mem0 reads one."""
    k: int = Field(default=50, ge=1)
    """Seeds a channel."""
    widen: int = Field(default=2, ge=0)
    """Turns along NEXT, each way."""
    reach: int = Field(default=100, ge=0)
    """Memories that shared entities may add."""
    late: int = Field(default=50, ge=0)
    """Turns whose token vectors are read; 0: no late interaction."""
    dated: int = Field(default=30, ge=0)
    """Memories whose text is read for all the years that it names, if the question names some; 0: as it was read when
    it was written."""
    weights: Weights = Weights()
