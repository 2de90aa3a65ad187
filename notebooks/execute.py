"""Run the notebooks, each from top to bottom in a fresh kernel and an empty folder, without network.

    python notebooks/execute.py                                # all, and keep what they showed
    python notebooks/execute.py --out DIR 01_quickstart.ipynb  # one, written elsewhere

What is kept repeats: no times of a run, no version of an interpreter, no second form of what is shown as a table.
A picture too large for a repository (a cell tagged `live`) is left out; whoever runs the notebook sees it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
SECONDS = 300
"""That one cell may take: a server that starts for the first time is fetched first."""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def main(argv: Sequence[str] | None = None) -> None:
    """Execute the named notebooks (all by default) and write them."""
    parser = argparse.ArgumentParser(description="Run the notebooks and keep what they showed.")
    parser.add_argument("names", nargs="*", help="file names (default: all)")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: in place)")
    chosen = parser.parse_args(argv)
    prepare()
    for path in sorted(HERE.glob("*.ipynb")):
        if not chosen.names or path.name in chosen.names:
            execute(path, chosen.out / path.name)


def prepare() -> None:
    """The environment of every kernel: offline, one thread, no settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("GRAPHMEM_") and "NEO4J" not in name]:
        del os.environ[name]
    os.environ |= {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def execute(source: Path, target: Path) -> None:
    """Run one notebook and write it with its outputs.

    Raises:
        CellExecutionError: a cell failed; nothing is written.
        RuntimeError: it left files behind.
    """
    import nbformat
    from nbclient import NotebookClient

    book: Any = nbformat.read(source, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(
            book,
            timeout=SECONDS,
            kernel_name="python3",
            resources=resources,
            record_timing=False,
            coalesce_streams=True,
        )
        client.execute()
        if left := os.listdir(folder):
            raise RuntimeError(f"{source.name} left {', '.join(left)} behind: close and remove what it makes")
    tidy(book)
    nbformat.write(book, target)


def tidy(book: Any) -> None:
    """Leave out what differs from run to run or is there twice."""
    book.metadata = METADATA
    for cell in book.cells:
        if "live" in cell.metadata.get("tags", ()):
            cell.outputs = []
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):
                output.data.pop("text/plain", None)


if __name__ == "__main__":
    main()
