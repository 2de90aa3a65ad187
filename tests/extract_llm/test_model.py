"""With a real model, where `GRAPHMEM_LLM_URL` and `_MODEL` name one: whatever it says, the promises hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from graphmem.extract.llm import LLMExtractor
from tests.engine import SPACY, open_memory
from tests.extract_llm.common import stored
from tests.extract_llm.conftest import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

GIVEN = {name: os.environ[name] for name in VARIABLES if name in os.environ}
TALK = [
    "Hello, I'm Dana and I live in Porto with my husband Rui.",
    "He teaches chemistry at the university there.",
    "We adopted a beagle called Pixel last month.",
    "Can you remind me to call the vet tomorrow?",
]


@pytest.mark.soak
@pytest.mark.skipif("GRAPHMEM_LLM_URL" not in GIVEN, reason="GRAPHMEM_LLM_URL names no model")
def test_a_real_model_keeps_the_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    extractor = LLMExtractor(timeout=300, patience=600, fallback=SPACY)
    with open_memory("sqlite", tmp_path, extractor=extractor) as memory:
        events = memory.add(TALK, user_id="dana", session_id="s")
        kept = stored(memory, "dana", "user")
        turns = stored(memory, "dana", "conversation")
    totals = extractor.ledger.totals
    assert totals.calls > totals.failed, f"it never answered: {events.notes}"
    assert totals.tokens > 0
    assert sorted(turns) == sorted(TALK)
    assert kept
    assert all(any(text in said for said in TALK) for text in kept)
