"""Each failure is the right kind of error in Mem0's clients, with a text that says what to do."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.clients import HERE, HOME, PYTHON, environment
from tests.engine import open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rest.live import Live


def told(live: Live, folder: Path, *command: str) -> list[dict[str, Any]]:
    """What a driver says of each failure."""
    program, script = command
    done = subprocess.run(
        [program, str(HERE / "drivers" / script)], env=environment(live, folder), cwd=HOME,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", [(PYTHON, "errors.py"), ("node", "errors.mjs")], ids=["python", "javascript"])
def test_each_failure_is_the_right_kind_of_error(tmp_path: Path, command: tuple[str, str]) -> None:
    with open_memory("sqlite", tmp_path) as engine:
        with serving(engine, tmp_path, max_body=2_000, rate_limit="8/hour") as live:
            wrong, missing, large, often = told(live, tmp_path, *command)
        engine.close()
        with serving(engine, tmp_path) as live:
            closed = told(live, tmp_path, *command)[1]  # whose memory is said first
    assert (wrong["kind"], wrong["code"]) == ("ValidationError", "HTTP_400")
    assert "user_id" in wrong["text"]
    assert (missing["kind"], missing["code"]) == ("MemoryNotFoundError", "HTTP_404")
    assert (large["kind"], large["code"]) == ("MemoryQuotaExceededError", "HTTP_413")
    assert (often["kind"], often["code"]) == ("RateLimitError", "HTTP_429")
    assert (closed["kind"], closed["code"]) == ("NetworkError", "HTTP_503")
    if command[0] == PYTHON:
        assert often["more"]["retry_after"] > 0
        assert often["more"]["x_ratelimit_limit"] == "8"
