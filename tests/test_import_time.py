"""What the first import costs is what it loads; seconds belong to the machine and are not asserted."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ["torch", "spacy", "transformers", "sentence_transformers", "networkx", "neo4j", "Stemmer", "scipy", "pandas"]
HEAVY += ["fastapi", "starlette", "uvicorn", "httpx"]
HELP = "import sys; sys.argv[1:] = ['--help']; from graphmem.cli import app; app(standalone_mode=False)"


def loaded_by(code: str) -> set[str]:
    """The top-level modules in a fresh interpreter after some code has run."""
    report = f"{code}\nimport sys; print('LOADED', *{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("LOADED "))
    return set(line.split())


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import graphmem", id="import graphmem"),
        pytest.param("from graphmem import Memory", id="from graphmem import Memory"),
        pytest.param(HELP, id="graphmem --help"),
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_by(code) & set(HEAVY)


def test_the_measure_sees_what_is_loaded() -> None:
    assert "networkx" in loaded_by("import networkx")
