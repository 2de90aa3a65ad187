"""The server's program: fetched once from Maven Central, kept in a folder that several servers share."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmem.errors import MissingExtra, StoreError, StoreUnavailable
from graphmem.neo4j_local.places import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jgo.maven import Artifact

__all__ = ["cached", "program"]

_BROWSER = "org.neo4j.client:neo4j-browser:5.24.0"
_AT_ONCE = 8
"""Downloads at the same time: the files are many and small."""


def cache() -> Path:
    """$GRAPHMEM_NEO4J_CACHE, else ~/.cache/graphmem/neo4j."""
    return Path(os.environ.get("GRAPHMEM_NEO4J_CACHE") or Path.home() / ".cache" / "graphmem" / "neo4j").absolute()


def maven() -> str:
    """$GRAPHMEM_MAVEN (a mirror), else Maven Central."""
    return (os.environ.get("GRAPHMEM_MAVEN") or "https://repo.maven.apache.org/maven2").rstrip("/")


def cached(version: str) -> bool:
    """Whether a version is here already, so that it starts without a network."""
    return (cache() / version).is_dir()


def program(version: str, progress: Callable[[int, int | None], None]) -> Path:
    """The folder with every jar of a version; fetched if it is not here, else no network is touched.

    Raises:
        MissingExtra: what fetches it is not installed.
        StoreUnavailable: no network, or no space.
        StoreError: there is no such version.
    """
    folder = cache() / version
    if folder.is_dir():
        return folder
    with _explained(version), locked(cache() / "lock", wait=3600):
        if not folder.is_dir():
            _fetch(version, folder, progress)
    return folder


def _fetch(version: str, folder: Path, progress: Callable[[int, int | None], None]) -> None:
    """Fetch into a folder beside it: the folder is either complete or not there."""
    partial = folder.with_name(f"{version}.partial")
    jars = partial / "jars"
    jars.mkdir(parents=True, exist_ok=True)
    wanted = _resolve(version, partial / "poms", progress)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done, _ in enumerate(pool.map(lambda artifact: _download(artifact, jars), wanted), 1):
            progress(done, len(wanted))
    jars.replace(folder)
    shutil.rmtree(partial)


def _resolve(version: str, poms: Path, progress: Callable[[int, int | None], None]) -> list[Artifact]:
    """What the server consists of. An attempt that was interrupted goes on where it was."""
    from jgo.maven import MavenContext, PythonResolver

    read = 0

    @contextmanager
    def count(name: str, size: int) -> Iterator[Callable[[int], None]]:
        nonlocal read
        read += 1
        progress(read, None)
        yield lambda size: None

    _drop_last(poms)
    context = MavenContext(
        resolver=PythonResolver(progress_callback=count), repo_cache=poms, remote_repos={"maven": maven()}, timeout=30
    )
    roots = [context.create_dependency(name) for name in (f"org.neo4j:neo4j:{version}", _BROWSER)]
    direct, further = context.resolver.resolve(roots)
    return [one.artifact for one in [*direct, *(one for one in further if one.scope in ("compile", "runtime"))]]


def _drop_last(folder: Path) -> None:
    """Forget the file that was written last: it alone may be cut short."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if files:
        max(files, key=lambda path: path.stat().st_mtime_ns).unlink()


def _download(artifact: Artifact, jars: Path) -> None:
    """One jar, checked against the checksum that is published beside it; it has its name once it is whole."""
    import requests

    path = jars / artifact.filename
    if path.exists():
        return
    url = f"{maven()}/{artifact.component.path_prefix.as_posix()}/{artifact.filename}"
    content = _get(requests, url).content
    published = _get(requests, f"{url}.sha1").text.split()[0]
    if hashlib.sha1(content).hexdigest() != published:
        raise StoreUnavailable(f"{url} arrived damaged: try again")
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _get(requests: Any, url: str) -> Any:
    response = requests.get(url, timeout=30)
    response.raise_for_status()
    return response


@contextmanager
def _explained(version: str) -> Iterator[None]:
    """What may go wrong while fetching, in words that name the fix."""
    try:
        import requests
        from jgo import maven as _  # noqa: F401  (both come with the extra)
    except ImportError as error:
        raise MissingExtra("fetching Neo4j", "neo4j-local") from error
    try:
        yield
    except requests.HTTPError as error:
        raise StoreUnavailable(f"{error}: try again, or name a mirror in GRAPHMEM_MAVEN") from error
    except requests.RequestException as error:
        raise StoreUnavailable(
            f"Neo4j {version} is fetched once, and {maven()} cannot be reached: connect to the internet, set "
            f"HTTPS_PROXY or GRAPHMEM_MAVEN (a mirror), or copy {cache()} from a machine that has it"
        ) from error
    except OSError as error:
        kind = StoreUnavailable if error.errno == errno.ENOSPC else StoreError
        raise kind(
            f"cannot write to {cache()} ({error.strerror}): Neo4j needs 250 MB in a folder of yours; make room, or "
            "name another in GRAPHMEM_NEO4J_CACHE"
        ) from error
    except RuntimeError as error:
        raise StoreError(f"no Neo4j {version} at {maven()}: pass --version one that is there ({error})") from error
