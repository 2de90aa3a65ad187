"""LoCoMo's `locomo10.json` (Maharana et al., ACL 2024): long chats of two people, in dated sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graphmem.ingest.base import Conversation, Place, read_time
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["fits", "read"]

_SESSION = re.compile(r"session_(\d+)")


def fits(data: object) -> bool:
    """Whether a JSON document is LoCoMo's: samples with `conversation.session_1`."""
    sample = data[0] if isinstance(data, list) and data else data
    talk = sample.get("conversation") if isinstance(sample, dict) else None
    return isinstance(talk, dict) and any(_SESSION.fullmatch(key) for key in talk)


def read(data: Any, place: Place) -> list[Conversation]:
    """Every session of every sample, in order. A sample's id becomes the user id of its sessions."""
    samples = data if isinstance(data, list) else [data]
    return [
        session
        for i, sample in enumerate(samples)
        for session in _sample(sample, i, place.at(f"[{i}]") if isinstance(data, list) else place)
    ]


def _sample(sample: Any, index: int, place: Place) -> Iterator[Conversation]:
    if not fits(sample):
        raise place.error("expected a sample with 'conversation' and 'session_1'")
    talk = sample["conversation"]
    name = str(sample.get("sample_id") or f"sample-{index + 1}")
    numbers = sorted(int(found[1]) for key in talk if (found := _SESSION.fullmatch(key)))
    for number in numbers:
        spot = place.at(f".conversation.session_{number}")
        when = talk.get(f"session_{number}_date_time")
        messages = tuple(_turns(talk[f"session_{number}"], spot))
        at = None if when is None else read_time(when, spot)
        yield Conversation(messages, f"{name}-session-{number}", at, user_id=name)


def _turns(turns: Any, place: Place) -> Iterator[Message]:
    if not isinstance(turns, list):
        raise place.error("expected a list of turns")
    for i, turn in enumerate(turns):
        if not (isinstance(turn, dict) and isinstance(turn.get("speaker"), str) and isinstance(turn.get("text"), str)):
            raise place.at(f"[{i}]").error("a turn needs 'speaker' and 'text'")
        yield _message(turn)


def _message(turn: Mapping[str, Any]) -> Message:
    # The authors' own retrieval text joins the words and the caption of a shared photo.
    caption = turn.get("blip_caption")
    content = f"{turn['text']} [shared {caption}]" if caption else turn["text"]
    metadata = {key: turn[key] for key in ("dia_id", "blip_caption") if turn.get(key)}
    return Message(content=content, name=turn["speaker"], metadata=metadata)
