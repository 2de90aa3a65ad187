"""A small world to try everything on: a conversation of several months, and eight questions about it.

Nothing here knows the answers but the check: each question names words that a right answer holds, and they
are compared with the hits only after the search.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphmem.ingest.script import read_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphmem.memory import Memory
    from graphmem.types import Hit, Relation

__all__ = ["QUESTIONS", "Answer", "Question", "answers", "fill"]

USER, ORG, TASK = "alex", "aurora-audio", "lisbon-trip"
TOP = 3
"""How many hits count as an answer."""

DOCUMENTS = {
    "Travel policy": "Employees may spend up to 140 euros a night on hotels, and book trains before planes.",
    "Remote work policy": "Everyone is in the office on Tuesdays; the other days may be remote.",
    "Equipment policy": "Headphones and microphones are replaced every three years; ask Ines in operations.",
    "Supplier list": "Polaris Robotics is based in Trondheim and supplies the arms of our test bench.",
}
NOTES = (
    "The budget for this trip is 900 euros, flights included.",
    "Hotel shortlist: Casa do Jasmim or Pensao Ribeira.",
)


@dataclass(frozen=True)
class Question:
    """One question of the demo."""

    text: str
    shows: str
    """What it needs from the memory."""
    expect: str
    """Words that a right answer holds."""
    absent: str | None = None
    """Words that no fact of the answer may hold."""
    options: dict[str, Any] = field(default_factory=dict)
    """Further arguments of the search."""
    path: tuple[str, str] | None = None
    """Two entities whose connection explains the answer."""


QUESTIONS = (
    Question("What is Alex allergic to?", "user layer: lasting facts", "hazelnuts"),
    Question(
        "How much may this trip cost?", "session layer: notes of the task at hand", "900 euros",
        options={"session_id": TASK},
    ),
    Question(
        "What is the limit for a hotel night on business trips?", "org layer: shared by the organisation",
        "140 euros", options={"org_id": ORG},
    ),
    Question("What did you recommend to see in Lisbon?", "raw history: what was said, word for word", "tram 28"),
    Question(
        "In which city is Mira's employer based?", "two hops: from Mira over her employer to its city", "Trondheim",
        options={"org_id": ORG}, path=("Mira", "Trondheim"),
    ),
    Question("Where does Alex live?", "time: what was true in March 2024", "Bergen", options={"as_of": "2024-03-15"}),
    Question(
        "What is Alex's favorite drink?", "a changed fact: only what holds now", "rooibos", absent="black coffee"
    ),
    Question("Which restaurant should we try tonight?", "a standing instruction", "places that are quiet"),
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What the memory answered, and whether it holds what was expected."""

    question: Question
    hits: tuple[Hit, ...]
    right: bool
    path: tuple[Relation, ...] = ()


def fill(memory: Memory, tell: Callable[[int, int | None], None] = lambda done, total: None) -> int:
    """Tell the memory everything; how many messages it was told."""
    talks = read_script(resources.files("graphmem").joinpath("demo.md").read_text(encoding="utf-8"), "demo.md")
    told = 0
    for done, talk in enumerate(talks):
        tell(done, len(talks) + 2)
        memory.add(list(talk.messages), user_id=USER, session_id=talk.session_id, timestamp=talk.timestamp)
        told += len(talk.messages)
    for title, text in DOCUMENTS.items():
        memory.add(text, org_id=ORG, layer="org", infer=False, metadata={"title": title}, timestamp="2024-01-02")
    memory.add(list(NOTES), user_id=USER, session_id=TASK, layer="session", infer=False, timestamp="2024-06-10")
    tell(len(talks) + 2, len(talks) + 2)
    return told + len(DOCUMENTS) + len(NOTES)


def answers(memory: Memory) -> Iterator[Answer]:
    """Ask the eight questions."""
    for question in QUESTIONS:
        scope = {"user_id": USER} | question.options
        found = memory.search(question.text, top_k=TOP, explain=True, **scope)
        path = memory.path(*question.path, user_id=USER, org_id=ORG) if question.path else []
        yield Answer(question, found.results, _right(question, found.results), tuple(path))


def _right(question: Question, hits: tuple[Hit, ...]) -> bool:
    stale = question.absent and any(question.absent in hit.memory for hit in hits if hit.layer != "conversation")
    return not stale and any(question.expect in hit.memory for hit in hits)
