"""Without what the environment of whoever runs the tests says of a language model."""

from __future__ import annotations

import pytest

VARIABLES = (
    "GRAPHMEM_EXTRACTOR", "GRAPHMEM_LLM_URL", "GRAPHMEM_LLM_MODEL", "GRAPHMEM_LLM_API_KEY", "GRAPHMEM_LLM_BUDGET",
    "GRAPHMEM_LLM_LEDGER", "OPENAI_API_KEY", "OPENAI_BASE_URL",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
