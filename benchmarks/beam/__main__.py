"""BEAM (Tavakoli et al., ICLR 2026): evidence recall in a user's long chats with an assistant.

One user a chat, one `add` a session, roles as they are, the session's day as the time. The headline holds
the five abilities that ask for facts; standing preferences and instructions, which a question does not
mention, are reported apart, and so is the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.common import Json, data_folder
from benchmarks.dataset import UNIT, Dataset, chats, questions
from benchmarks.report import execute, options
from graphmem.checks import MAX_CHARACTERS
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

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
SETS = ("beam100k", "beam500k")
CUTS = (5, 10, 20, 50)


def load(folder: Path) -> Dataset:
    """Read a folder in the common layout; a row of its docs is a message."""
    return Dataset(
        name=folder.name,
        layer="conversation",
        haystacks=chats(folder, _messages),
        questions=questions(folder, lambda row: {"user_id": row["scope"]}),
        cuts=CUTS,
        groups=GROUPS,
        main_metric="recall@10",
    )


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
