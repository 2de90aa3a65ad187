"""Programs of this environment in processes of their own, forked from one that has the libraries already.

To import the models' libraries takes most of the seconds of a short program, and the documentation has many.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Ended", "run"]

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["sentence_transformers", "spacy", "graphmem.cli"])


@dataclass(frozen=True)
class Ended:
    """What became of a program."""

    code: int | None
    """Its exit code."""
    output: str
    """What it printed, errors too."""


def run(program: Path, words: Sequence[str], home: Path, env: Mapping[str, str]) -> Ended:
    """Run a Python file with these words behind its name, in a folder and with this environment."""
    output = home / ".output"
    process = _CONTEXT.Process(target=_main, args=(str(program), list(words), str(home), dict(env), str(output)))
    process.start()
    process.join()
    return Ended(process.exitcode, output.read_text())


def _main(program: str, words: list[str], home: str, env: dict[str, str], output: str) -> None:
    with open(output, "wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(home)
    sys.argv = [program, *words]
    sys.path.insert(0, os.path.dirname(program))
    runpy.run_path(program, run_name="__main__")
