"""One Neo4j database: its driver, its transactions, and how long they are tried again."""

from __future__ import annotations

import copy
import logging
import random
import threading
import time
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graphmem import statements
from graphmem.errors import Closed, InvalidInput
from graphmem.store.neo4j.errors import Place, is_passing, translated
from graphmem.store.neo4j.migrate import migrate, require_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.abc import Traversable

__all__ = ["Database", "Transaction", "cypher", "text_of"]

T = TypeVar("T")
Rows = list[tuple[Any, ...]]

_NO_SLOTS: Mapping[str, str] = {}
_CONNECTING = 5.0
"""Seconds to wait for an answer to the first knock."""


def cypher() -> Traversable:
    """The folder of the statements: in the package, or beside it in a checkout."""
    packed = files("graphmem") / "cypher"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "cypher"


@cache
def _statement(name: str) -> statements.Statement:
    file = f"{name}.cypher"
    return statements.parse((cypher() / "engine" / file).read_text(encoding="utf-8"), file)


@lru_cache(maxsize=1024)
def _filled(name: str, slots: tuple[tuple[str, str], ...]) -> str:
    return _statement(name).fill(**dict(slots))


def text_of(name: str, slots: Mapping[str, str] = _NO_SLOTS) -> str:
    """The text of a statement file with its slots filled."""
    return _filled(name, tuple(slots.items()))


class Transaction:
    """An open transaction: statements by name, all their rows at once."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def run(self, name: str, /, slots: Mapping[str, str] = _NO_SLOTS, **params: Any) -> Rows:
        """The rows of a statement."""
        return [tuple(row) for row in self._inner.run(text_of(name, slots), params)]

    def send(self, name: str, /, slots: Mapping[str, str] = _NO_SLOTS, **params: Any) -> None:
        """Run a statement whose rows nobody needs, without waiting for its end: later ones and the commit do."""
        self._inner.run(text_of(name, slots), params)


class Database:
    """Opens a database, brings it to this version's schema, and runs transactions on it.

    Args:
        url: `bolt://host:port`, or `neo4j://host` for a cluster; `+s` and `+ssc` for TLS.
        user: None where the server asks for no login.
        password: Of that user.
        database: The name of the database on that server; None for the user's home database.
        patience: Seconds that a write is tried again while the server is away or busy.
        search_patience: The same for reading.

    Raises:
        InvalidInput: the url is none of Neo4j's.
        StoreUnavailable: no server answers there.
        StoreError: it refuses the login or the rights, has no such database, or is older than 5.26.
        StoreTooNew: a newer graphmem wrote it.
    """

    def __init__(
        self, url: str, *, user: str | None = None, password: str | None = None, database: str | None = None,
        patience: float = 60.0, search_patience: float = 3.0,
    ) -> None:  # fmt: skip
        self.url = url
        self.queries = 0
        """How many statements `read` has sent."""
        self._place = Place(url, database, user)
        self._patience, self._search_patience = patience, search_patience
        self._closing = threading.Lock()
        self._closed = threading.Event()
        self._driver = self._connect(None if user is None else (user, password or ""))
        try:
            with translated(self._place):
                require_version(self._driver.get_server_info().agent, url)
                self._again(lambda: migrate(self._session, cypher() / "schema", url), patience)
        except BaseException:
            self.close()
            raise

    def _connect(self, auth: tuple[str, str] | None) -> Any:
        import neo4j

        try:
            with translated(self._place):
                driver = neo4j.GraphDatabase.driver(
                    self.url, auth=auth, notifications_min_severity="OFF", connection_timeout=_CONNECTING,
                    user_agent="graphmem",
                )  # fmt: skip
        except ValueError as error:
            raise InvalidInput(f"{self.url!r} is no url of Neo4j: write bolt://host:7687 or neo4j://host") from error
        # What goes wrong is raised; the driver's own lines of it go to stderr unless somebody logs.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        return driver

    # ---------------------------------------------------------------- reading

    def read(self, name: str, /, slots: Mapping[str, str] = _NO_SLOTS, **params: Any) -> Rows:
        """The rows of one statement: one round trip, tried again while the server is away.

        Raises:
            StoreUnavailable: it stays away.
        """
        text = text_of(name, slots)

        def ask() -> Rows:
            self.queries += 1
            with self._session("READ") as session:
                return [tuple(row) for row in session.run(text, params)]

        return self._kept(ask, self._search_patience)

    def reading(self, work: Callable[[Transaction], T]) -> T:
        """The result of several statements in one read transaction, tried again as a whole."""

        def attempt() -> T:
            with self.snapshot() as transaction:
                return work(transaction)

        return self._kept(attempt, self._search_patience)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """A read transaction for as long as the block lasts; nothing is tried again."""
        self._check_open()
        with translated(self._place), self._session("READ") as session, session.begin_transaction() as inner:
            yield Transaction(inner)

    # ---------------------------------------------------------------- writing

    def writing(self, work: Callable[[Transaction], T], is_done: Callable[[Transaction], bool] | None = None) -> T:
        """The result of one write transaction: all of it or nothing.

        It is tried again while the server is away or busy. When the connection broke during the commit, `is_done`
        tells whether the server had done it; without it the work is done again.
        """
        results: list[T] = []  # of the attempt whose end is not known

        def attempt() -> T:
            if results and is_done and self._is_done(is_done):
                return results[-1]
            results.clear()
            with self._session("WRITE") as session, session.begin_transaction() as inner:
                result = work(Transaction(inner))
                results.append(result)
                inner.commit()
            return result

        return self._kept(attempt, self._patience)

    def _is_done(self, is_done: Callable[[Transaction], bool]) -> bool:
        # A write transaction, because in a cluster the leader knows what its followers may not yet.
        with self._session("WRITE") as session, session.begin_transaction() as inner:
            return is_done(Transaction(inner))

    # ---------------------------------------------------------------- both

    @cached_property
    def filtered(self) -> bool:
        """Whether the vector index can filter by owner (Neo4j 2026.01 and later)."""
        return bool(self.read("vector_index")[0][0])

    @cached_property
    def patient(self) -> Database:
        """The same database, whose readers wait as long as its writers: for what a write is computed from."""
        twin = copy.copy(self)
        twin._search_patience = self._patience
        return twin

    def close(self) -> None:
        """Close every connection; twice is fine."""
        with self._closing:
            if not self._closed.is_set():
                self._closed.set()
                self._driver.close()

    def _session(self, access: str = "WRITE") -> Any:
        return self._driver.session(
            database=self._place.database, default_access_mode=access, bookmark_manager=self._bookmarks, fetch_size=-1
        )

    def _kept(self, attempt: Callable[[], T], patience: float) -> T:
        self._check_open()
        with translated(self._place):
            return self._again(attempt, patience)

    def _again(self, attempt: Callable[[], T], patience: float) -> T:
        """Try until it succeeds, fails for good, or has failed for `patience` seconds."""
        from neo4j.exceptions import DriverError, Neo4jError

        deadline, wait = 0.0, 0.05
        while True:
            try:
                return attempt()
            except (DriverError, Neo4jError) as error:
                now = time.monotonic()
                deadline = deadline or now + patience
                if self._closed.is_set() or not is_passing(error) or now + wait > deadline:
                    raise
            time.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 1.5, 1.0)

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise Closed(f"the store {self.url} was closed; open it again")
