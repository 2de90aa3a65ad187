"""The notebooks run from top to bottom, and what they keep is what they show."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.neo4j_servers import server

FOLDER = Path(__file__).parent.parent / "notebooks"
BOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 300_000
"""Bytes: a notebook is read on a web page, and lives in the repository for ever."""

_PATH = re.compile(r"(?:/(?:home|root|tmp|work|Users|var|private)/|[A-Z]:\\\\)[\w.]")
_LINK = re.compile(r"\]\(([^)\s#]+)")


def cells(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def code(path: Path) -> list[Any]:
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def source(cell: Any) -> str:
    return "".join(cell["source"])


def shape(cell: Any) -> list[Any]:
    """What kinds of things a cell shows, in order."""
    return [(out["output_type"], out.get("name"), sorted(out.get("data", ()))) for out in cell["outputs"]]


def outputs(path: Path) -> list[Any]:
    return [out for cell in code(path) for out in cell["outputs"]]


def neo4j_of(book: Path) -> dict[str, str]:
    """Where a notebook that needs a server finds an empty one."""
    if "neo4j" not in book.stem:
        return {}
    neo4j = server("2026")
    neo4j.clean()
    return {"GRAPHMEM_NEO4J_URL": f"bolt://{neo4j.user}:{neo4j.password}@127.0.0.1:{neo4j.bolt_port}"}


def named(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in paths]


def executed(paths: list[Path]) -> list[Any]:
    """The same, with the server that each needs."""
    return [pytest.param(path, id=path.stem, marks=_needs(path)) for path in paths]


def _needs(book: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.needs("neo4j")] if "neo4j" in book.stem else []


@pytest.mark.parametrize("book", executed(BOOKS))
def test_a_notebook_runs_and_shows_what_it_keeps(book: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER / "execute.py"), "--out", str(tmp_path), book.name]
    home = {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter")}
    done = subprocess.run(command, env=os.environ | home | neo4j_of(book), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for kept, fresh in zip(code(book), code(tmp_path / book.name), strict=True):
        assert source(kept) == source(fresh)
        assert shape(kept) == shape(fresh), f"run `make notebooks`: this cell shows something else now\n{source(kept)}"


@pytest.mark.parametrize("book", named(BOOKS))
def test_what_is_kept_comes_from_one_run_without_errors(book: Path) -> None:
    assert [cell["execution_count"] for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert [out for out in outputs(book) if out["output_type"] == "error" or out.get("name") == "stderr"] == []


@pytest.mark.parametrize("book", named(BOOKS))
def test_what_is_kept_is_small_and_names_no_machine(book: Path) -> None:
    text = book.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert not _PATH.search(text)


@pytest.mark.parametrize("book", named(BOOKS))
def test_every_notebook_says_what_it_is_and_leads_somewhere(book: Path) -> None:
    first, *_ = cells(book)
    assert source(first).startswith("# ")
    assert f"]({book.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")
    links = [link for cell in cells(book) if cell["cell_type"] == "markdown" for link in _LINK.findall(source(cell))]
    assert [link for link in links if "://" not in link and not (FOLDER / link).exists()] == []


def test_the_measures_see_what_they_look_for() -> None:
    assert _PATH.search(r'"see /home/ana/notes.txt"')
    assert _PATH.search(r"C:\\Users")
    assert not _PATH.search("](../benchmarks/README.md), ~/.graphmem/memory.db, </tr>")
    assert _LINK.findall("[a](b.md#c) ![d](e.png)") == ["b.md", "e.png"]
    broken = {"outputs": [{"output_type": "display_data", "data": {"text/html": "", "image/png": ""}}]}
    assert shape(broken) == [("display_data", None, ["image/png", "text/html"])]
