"""How well a memory answers labelled questions: asks them all, and sums up what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from graphmem import checks
from graphmem.errors import InvalidInput
from graphmem.evaluate import sums
from graphmem.evaluate.asking import Plan, answer
from graphmem.evaluate.candidates import signals
from graphmem.evaluate.labels import resolve
from graphmem.evaluate.modes import modes
from graphmem.evaluate.questions import given, read_questions
from graphmem.evaluate.results import Answer, Find, Leak
from graphmem.evaluate.tables import sheets, text_of
from graphmem.types import Listing
from graphmem.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

    from graphmem.evaluate.questions import Labelled
    from graphmem.inputs import ScopeIds
    from graphmem.memory import Memory
    from graphmem.transfer import Progress

    Questions = str | PathLike[str] | Iterable[Labelled | Mapping[str, Any]]

__all__ = ["Evaluation", "evaluate"]

MOST_CUTS = 10


class Evaluation(Value):
    """Every question with its measures; what they come to over all is computed when it is asked for.

    The lists are tables in a notebook, and `to_pandas()` makes data frames of them.
    """

    top_k: int
    """How many hits count as the answer where one number is told."""
    cuts: tuple[int, ...]
    answers: tuple[Answer, ...]
    skipped: tuple[str, ...] = ()
    """Labels that were left out, and why."""
    asked_signals: dict[str, tuple[str, ...]]
    asked_modes: tuple[str, ...] = ()

    @property
    def scores(self) -> Listing[sums.Score]:
        """Every measure, over all questions and over each category."""
        return sums.scores(self.answers)

    @property
    def finds(self) -> Listing[Find]:
        """Every expected memory, and how it was found."""
        return Listing(Find, [find for one in self.answers for find in one.finds])

    @property
    def misses(self) -> Listing[Find]:
        """The expected memories that are not among the first `top_k` hits, and why."""
        return Listing(Find, [find for find in self.finds if find.reason])

    @property
    def leaks(self) -> Listing[Leak]:
        """The forbidden memories that are among the first `top_k` hits."""
        return Listing(Leak, [leak for one in self.answers for leak in one.leaks])

    @property
    def leaked(self) -> sums.Score | None:
        """The share of the questions with forbidden memories that show one; None if nothing is forbidden."""
        return sums.leaks(self.answers, self.top_k)

    @property
    def channels(self) -> Listing[sums.Channel]:
        """What each channel brought, what only it did, and what would be lost without that."""
        return sums.channels(self.answers, self.top_k)

    @property
    def signals(self) -> Listing[sums.Signal]:
        """What each part of the score finds alone, and what would be lost without it."""
        return sums.signals(self.answers, self.top_k, self.asked_signals)

    @property
    def modes(self) -> Listing[sums.Mode]:
        """Other ways to search, if some were to be compared."""
        return sums.modes(self.answers, self.top_k, self.asked_modes)

    def table(self) -> str:
        """All of it as plain text."""
        return text_of(sheets(self))

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values: the sums first, then every question."""
        parts = ("scores", "channels", "signals", "modes")
        questions = [one.model_dump(mode="json", exclude={"ranked"}) for one in self.answers]
        return {
            "top_k": self.top_k,
            "questions": len(self.answers),
            **{name: [row.to_dict() for row in getattr(self, name)] for name in parts},
            "forbidden": self.leaked.to_dict() if self.leaked else None,
            "skipped": list(self.skipped),
            "answers": questions,
        }

    def trace(self) -> list[dict[str, Any]]:
        """A line a question: who asked, what was found in which order, and every term of every score."""
        return [
            one.model_dump(mode="json", include={"place", "question", "category", "scope", "as_of", "finds", "ranked"})
            for one in self.answers
        ]

    def _repr_html_(self) -> str:
        return self.scores._repr_html_() + self.misses._repr_html_()


def evaluate(
    memory: Memory,
    questions: Questions,
    *,
    top_k: int = 10,
    cuts: Sequence[int] = (1, 5, 10),
    without: Sequence[str] | None = None,
    compare: Sequence[str] = (),
    skip_missing: bool = False,
    progress: Progress | None = None,
    **scope: Unpack[ScopeIds],
) -> Evaluation:
    """Ask labelled questions and say how good the answers are, and which channel and signal found them.

    Hits are taken by score, which is how a search selects them whatever order it returns them in. Nothing is
    written.

    Args:
        memory: Any `Memory`, on any store.
        questions: A JSON Lines or CSV file, or mappings with the same keys; see `graphmem.evaluate.questions`.
        top_k: How many hits are an answer: of the tables of channels and signals, and of what counts as missed.
        cuts: The k of recall@k and the others; `top_k` is one of them.
        without: Signals to look at (names of `SIGNALS`, terms of the score, or several joined by `+`); None for all.
        compare: Ways to search to compare, each of which asks every question again: vectors, words, hybrid,
            hybrid+graph, full.
        skip_missing: Leave out labels that are no memory's or more than one's, instead of refusing.
        progress: Called with how many questions are done, and of how many.
        **scope: Who asks, where a question does not say so.

    Raises:
        InvalidInput: a question or label that cannot be accepted, with its place; nothing was asked.
    """
    plan = Plan(checks.whole(top_k, "top_k"), _cuts(cuts, top_k), signals(without), modes(compare))
    labelled = _questions(questions, scope)
    asked, skipped = resolve(memory, labelled, skip=skip_missing)
    if not any(one.expected for one in asked):
        raise InvalidInput("no question expects anything: name memories in 'expected', or there is nothing to score")
    answers = []
    for done, one in enumerate(asked):
        if progress:
            progress(done, len(asked))
        answers.append(answer(memory, one, plan))
    return Evaluation(
        top_k=top_k, cuts=tuple(plan.cuts), answers=tuple(answers), skipped=tuple(skipped),
        asked_signals=dict(plan.signals), asked_modes=tuple(plan.modes),
    )  # fmt: skip


def _questions(questions: Questions, scope: Mapping[str, Any]) -> list[Labelled]:
    if isinstance(questions, (str, PathLike)):
        return read_questions(questions, scope)
    return given(questions, scope)


def _cuts(cuts: Sequence[int], top_k: int) -> list[int]:
    found = sorted({*(checks.whole(k, "each of k") for k in cuts), top_k})
    if len(found) > MOST_CUTS:
        raise InvalidInput(f"{len(found)} values of k, and the most is {MOST_CUTS}")
    return found
