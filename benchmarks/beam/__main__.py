"""BEAM (Tavakoli et al., ICLR 2026): evidence recall in a user's long chats with an assistant.

One user a chat, one `add` a session, roles as they are, the session's day as the time. The headline holds
the five abilities that ask for facts; standing preferences and instructions, which a question does not
mention, are reported apart, and so are the rest and the evidence that the assistant gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.common import Json, data_folder
from benchmarks.dataset import UNIT, Dataset, chats, questions
from benchmarks.report import execute, options
from graphmem.checks import MAX_CHARACTERS
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.dataset import Haystack

GROUPS = {
    "facts": (
        "information_extraction",
        "knowledge_update",
        "multi_session_reasoning",
        "temporal_reasoning",
        "contradiction_resolution",
    ),
    "standing preferences": ("preference_following",),
    "standing instructions": ("instruction_following",),
    "wide questions": ("event_ordering", "summarization"),
}
SAID_BY_ASSISTANT = "said by the assistant"
"""All questions with such evidence, scored by it alone: an engine may lose it by trusting users more."""
SETS = ("beam100k", "beam500k")
CUTS = (5, 10, 20, 50)


def load(folder: Path) -> Dataset:
    """Read a folder in the common layout; a row of its docs is a message."""
    haystacks = chats(folder, _messages)
    return Dataset(
        name=folder.name,
        layer="conversation",
        haystacks=haystacks,
        questions=questions(folder, lambda row: {"user_id": row["scope"]}),
        cuts=CUTS,
        groups=GROUPS,
        main_metric="recall@10",
        parts={SAID_BY_ASSISTANT: _said_by("assistant", haystacks)},
    )


def _said_by(role: str, haystacks: Iterable[Haystack]) -> frozenset[str]:
    messages = (message for hay in haystacks for message in hay.messages())
    return frozenset(message.metadata[UNIT] for message in messages if message.role == role)


def _messages(row: Json) -> Iterator[Message]:
    """The message, in pieces where it is longer than one message may be (pasted logs)."""
    text = row["text"]
    for start in range(0, len(text), MAX_CHARACTERS):
        yield Message(
            role=row["speaker"],
            content=text[start : start + MAX_CHARACTERS],
            timestamp=row["datetime"],
            metadata={UNIT: row["id"]},
        )


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    parser = options("BEAM: evidence recall in a user's long chats with an assistant.")
    parser.add_argument("--set", default="beam100k", choices=SETS, help="which size of chats")
    chosen = parser.parse_args(argv)
    return execute(load(data_folder(chosen.data, chosen.set)), chosen, argv, "benchmarks.beam")


if __name__ == "__main__":
    main()
