"""LiHua-World (Fan et al., MiniRAG, 2025): which of a person's chats of one year answer a question.

One user, one `add` a chat with its `session_id` and time, every message a turn with its sender's name. The
gold names chats, so a chat stands where the best of its messages does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.common import Json, data_folder, read
from benchmarks.dataset import UNIT, Call, Dataset, Haystack, questions
from benchmarks.report import execute, options
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CUTS = (1, 5, 10)
DEPTH = 100
"""Messages: enough for ten chats."""


def load(folder: Path) -> Dataset:
    """Read a folder in the common layout; a row of its docs is a chat with its `messages`."""
    rows = read(folder / "docs.jsonl.gz")
    return Dataset(
        name="lihua",
        layer="conversation",
        haystacks=[_haystack(user, rows) for user in dict.fromkeys(row["scope"] for row in rows)],
        questions=questions(folder, lambda row: {"user_id": row["scope"]}),
        cuts=CUTS,
        groups={"all": ("Single", "Multi")},
        main_metric="recall@5",
        depth=DEPTH,
        best_of_unit=True,
    )


def _haystack(user: str, rows: Sequence[Json]) -> Haystack:
    chats = [row for row in rows if row["scope"] == user]
    calls = [Call(_messages(chat), {"user_id": user, "session_id": chat["id"]}) for chat in chats]
    return Haystack({"user_id": user}, calls)


def _messages(chat: Json) -> list[Message]:
    return [
        Message(
            content=said["text"],
            name=said["speaker"],
            timestamp=chat["datetime"],
            metadata={UNIT: chat["id"]},
        )
        for said in chat["messages"]
    ]


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    chosen = options("LiHua-World: which of a person's chats answer a question.").parse_args(argv)
    return execute(load(data_folder(chosen.data, "lihua")), chosen, argv, "benchmarks.lihua")


if __name__ == "__main__":
    main()
