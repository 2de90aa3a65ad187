"""The only place where names become objects: stores, embedders, extractors."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmem.embed.base import Embedder
from graphmem.errors import InvalidInput, MissingExtra, NotFound, shown
from graphmem.extract.base import Extractor
from graphmem.login import Login, bare, is_neo4j, login_of

if TYPE_CHECKING:
    from graphmem.store.base import Store

__all__ = ["embedder", "existing", "extractor", "identity", "same_store", "store", "store_url"]

_NOBODY = Login()
_EMBEDDERS = {"hashing": "graphmem.embed.hashing:HashingEmbedder"}
_EXTRACTORS = {"spacy": "graphmem.extract.spacy:SpacyExtractor", "llm": "graphmem.extract.llm:LLMExtractor"}


def store_url(url: str | os.PathLike[str] | None) -> str:
    """The store that is meant: the argument, else $GRAPHMEM_URL, else ~/.graphmem/memory.db."""
    if url is None:
        url = os.environ.get("GRAPHMEM_URL") or Path.home() / ".graphmem" / "memory.db"
    text = os.fspath(url) if isinstance(url, (str, os.PathLike)) else None
    if not isinstance(text, str) or not text.strip() or "\x00" in text:
        raise InvalidInput(f"url {shown(url)} must be a file path, ':memory:', or None for ~/.graphmem/memory.db")
    return text


def store(url: str, login: Login = _NOBODY) -> Store:
    """A store by url: `:memory:`, a path or `sqlite:PATH`, or a Neo4j server's (`login` is for that one).

    Raises:
        InvalidInput: a scheme that no store speaks.
        StoreUnavailable: no server answers there.
    """
    if url == ":memory:":
        from graphmem.store.networkx import NetworkXStore

        return NetworkXStore()
    if is_neo4j(url):
        from graphmem.store.neo4j import Neo4jStore

        user, password, database = login_of(url, login)
        return Neo4jStore(bare(url), user=user, password=password, database=database)
    from graphmem.store.sqlite import SqliteStore

    return SqliteStore(_file(url))


def existing(url: str) -> Store:
    """Like `store`, but a file that is not there is not made.

    Raises:
        NotFound: there is no such file.
    """
    if not is_neo4j(url) and not _holds(_file(url)):
        raise NotFound(f"there is no store at {url!r}: check the path")
    return store(url)


def same_store(one: str, other: str) -> bool:
    """Whether two urls name the same file, or the same database of a server."""
    if is_neo4j(one) or is_neo4j(other):
        return is_neo4j(one) and is_neo4j(other) and _database(one) == _database(other)
    files = _file(one), _file(other)
    if all(file.exists() for file in files):
        return files[0].samefile(files[1])
    return files[0].resolve() == files[1].resolve()


def identity(url: str) -> str:
    """A text that is the same for every url of one store, and that holds no password."""
    if is_neo4j(url):
        url, database = _database(url)
        return url if database is None else f"{url}/{database}"
    return url if url == ":memory:" else str(_file(url).resolve())


def _database(url: str) -> tuple[str, str | None]:
    return bare(url), login_of(url, _NOBODY).database


def _file(url: str) -> Path:
    scheme, separator, _ = url.partition("://")
    if separator and scheme != "sqlite":
        raise InvalidInput(f"no store speaks {scheme!r}://: pass a file path, ':memory:', neo4j://HOST or bolt://HOST")
    return Path(url.removeprefix("sqlite://").removeprefix("sqlite:")).expanduser()


def _holds(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def embedder(given: Embedder | str | None) -> Embedder:
    """An embedder: ready, by `pkg.mod:make`, by a known name, or a sentence-transformers model by its name.

    None means $GRAPHMEM_EMBEDDER, else all-MiniLM-L6-v2.
    """
    given = given if given is not None else os.environ.get("GRAPHMEM_EMBEDDER") or None
    if given is None or (isinstance(given, str) and ":" not in given and given not in _EMBEDDERS):
        from graphmem.embed.sentence_transformers import DEFAULT, SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(given or DEFAULT)
    made = _make(_EMBEDDERS.get(given, given)) if isinstance(given, str) else given
    if not isinstance(made, Embedder):
        raise InvalidInput(f"embedder {shown(given)} must have name, dim and encode(texts) -> (n, dim) float32")
    return made


def extractor(given: Extractor | str | None) -> Extractor:
    """An extractor: ready, by `pkg.mod:make`, or by name. None means $GRAPHMEM_EXTRACTOR, else spaCy."""
    given = given if given is not None else os.environ.get("GRAPHMEM_EXTRACTOR") or "spacy"
    if isinstance(given, str) and ":" not in given and given not in _EXTRACTORS:
        raise InvalidInput(f"unknown extractor {shown(given)}: use {', '.join(_EXTRACTORS)} or 'package.module:make'")
    made = _make(_EXTRACTORS.get(given, given)) if isinstance(given, str) else given
    if not isinstance(made, Extractor):
        raise InvalidInput(f"extractor {shown(given)} must have extract(messages, context) -> Drafts")
    return made


def _make(path: str) -> Any:
    module, _, name = path.partition(":")
    if not module or module.startswith(".") or not name:
        raise InvalidInput(f"{path!r} names nothing: use 'package.module:make'")
    try:
        make = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name and module.startswith("graphmem"):
            raise MissingExtra(path, "dev") from error
        raise InvalidInput(f"{path!r} cannot be imported: {error}; use 'package.module:make'") from error
    except AttributeError as error:
        raise InvalidInput(f"{module!r} has no {name!r}: use 'package.module:make'") from error
    return make()
