"""LoCoMo (Maharana et al., ACL 2024): evidence recall in long chats of two people.

One user a conversation, one `add` a session, every turn a user message with the speaker's name and the
session's time. A picture's caption belongs to the text ("[shares a photo of ...]"); the words that the
data set's makers searched the picture with do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.common import Json, data_folder
from benchmarks.dataset import UNIT, Dataset, chats, questions
from benchmarks.report import execute, options
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CATEGORIES = {"1": "multi-hop", "2": "temporal", "3": "open-domain", "4": "single-hop", "5": "adversarial"}
"""As the paper numbers them; many copies elsewhere name them otherwise."""
GROUPS = {
    "all but adversarial": ("multi-hop", "temporal", "open-domain", "single-hop"),
    "adversarial": ("adversarial",),
}
CUTS = (5, 10, 20, 50)


def load(folder: Path) -> Dataset:
    """Read a folder in the common layout; a row of its docs is a turn."""
    return Dataset(
        name="locomo",
        layer="conversation",
        haystacks=chats(folder, _messages),
        questions=questions(folder, lambda row: {"user_id": row["scope"]}, CATEGORIES),
        cuts=CUTS,
        groups=GROUPS,
        main_metric="recall@10",
    )


def _messages(turn: Json) -> list[Message]:
    caption = f" [shares {turn['caption']}]" if turn.get("caption") else ""
    message = Message(
        content=turn["text"] + caption,
        name=turn["speaker"],
        timestamp=turn["datetime"],
        metadata={UNIT: turn["id"]},
    )
    return [message]


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    chosen = options("LoCoMo: evidence recall in long chats of two people.").parse_args(argv)
    return execute(load(data_folder(chosen.data, "locomo")), chosen, argv, "benchmarks.locomo")


if __name__ == "__main__":
    main()
