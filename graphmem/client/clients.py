"""`MemoryClient` and `AsyncMemoryClient`: two ways to send the same calls."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import httpx

from graphmem.client import account, graph, memories, project, transport
from graphmem.client.flow import Flow, Session
from graphmem.errors import Closed

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from graphmem.client.transport import Outcome, Step

__all__ = ["AsyncMemoryClient", "AsyncProject", "MemoryClient", "Project"]

P = ParamSpec("P")
R = TypeVar("R")

_TIMEOUT = 300.0


def _sent(flow: Callable[Concatenate[Session, P], Flow[R]]) -> Callable[Concatenate[_Sender, P], R]:
    @functools.wraps(flow)
    def method(self: _Sender, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._run(flow(self._session, *args, **kwargs))

    return method


def _awaited(
    flow: Callable[Concatenate[Session, P], Flow[R]],
) -> Callable[Concatenate[_AsyncSender, P], Coroutine[Any, Any, R]]:
    @functools.wraps(flow)
    async def method(self: _AsyncSender, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._run(flow(self._session, *args, **kwargs))

    return method


class _Sender:
    """Carries out flows, one step after the other."""

    def __init__(self, session: Session, http: httpx.Client, retries: int) -> None:
        self._session, self._http, self._retries = session, http, retries

    def _run(self, flow: Flow[R]) -> R:
        steps = transport.exchange(self._session, flow, self._retries)
        try:
            step = next(steps)
            while True:
                step = steps.send(self._do(step))
        except StopIteration as done:
            return cast("R", done.value)

    def _do(self, step: Step) -> Outcome:
        if not isinstance(step, dict):
            time.sleep(step)
            return None
        _check_open(self._http)
        try:
            return self._http.request(**step)
        except transport.FAILURES as error:
            return error


class _AsyncSender:
    """The same, for asyncio."""

    def __init__(self, session: Session, http: httpx.AsyncClient, retries: int) -> None:
        self._session, self._http, self._retries = session, http, retries

    async def _run(self, flow: Flow[R]) -> R:
        steps = transport.exchange(self._session, flow, self._retries)
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._do(step))
        except StopIteration as done:
            return cast("R", done.value)

    async def _do(self, step: Step) -> Outcome:
        if not isinstance(step, dict):
            await asyncio.sleep(step)
            return None
        _check_open(self._http)
        try:
            return await self._http.request(**step)
        except transport.FAILURES as error:
            return error


def _check_open(http: httpx.Client | httpx.AsyncClient) -> None:
    if http.is_closed:
        raise Closed("this client is closed: make a new one")


class Project(_Sender):
    """The key's project; `client.project`."""

    get = _sent(project.get)
    create = _sent(project.create)
    update = _sent(project.update)
    delete = _sent(project.delete)
    get_members = _sent(project.get_members)
    add_member = _sent(project.add_member)
    update_member = _sent(project.update_member)
    remove_member = _sent(project.remove_member)


class AsyncProject(_AsyncSender):
    """The key's project; `client.project`."""

    get = _awaited(project.get)
    create = _awaited(project.create)
    update = _awaited(project.update)
    delete = _awaited(project.delete)
    get_members = _awaited(project.get_members)
    add_member = _awaited(project.add_member)
    update_member = _awaited(project.update_member)
    remove_member = _awaited(project.remove_member)


class MemoryClient(_Sender):
    """A client of a graphmem server, with the methods of Mem0's client. It may be shared by threads.

    Answers are the server's JSON. All errors are `graphmem.errors`. Nothing is asked before the first call, and
    nobody else is told anything.

    Args:
        api_key: The key; None for `$GRAPHMEM_API_KEY` or `$MEM0_API_KEY`.
        host: The server's address; None for `$GRAPHMEM_HOST` or http://127.0.0.1:8420.
        client: A ready `httpx.Client`, which stays open when this one is closed.
        timeout: Seconds until an answer is given up.
        retries: How often a call that can be repeated without harm is sent again to a server that answers 429 or 503;
            it says itself how long to wait.
    """

    def __init__(
        self,
        api_key: str | None = None,
        host: str | None = None,
        client: httpx.Client | None = None,
        *,
        timeout: float = _TIMEOUT,
        retries: int = 2,
    ) -> None:
        super().__init__(Session(api_key, host), client or httpx.Client(timeout=timeout), retries)
        self._owned = client is None
        self.host = self._session.host
        self.project = Project(self._session, self._http, retries)

    add = _sent(memories.add)
    search = _sent(memories.search)
    get_all = _sent(memories.get_all)
    get = _sent(memories.get)
    update = _sent(memories.update)
    delete = _sent(memories.delete)
    delete_all = _sent(memories.delete_all)
    history = _sent(memories.history)
    batch_update = _sent(memories.batch_update)
    batch_delete = _sent(memories.batch_delete)
    feedback = _sent(memories.feedback)
    users = _sent(memories.users)
    delete_users = _sent(memories.delete_users)
    reset = _sent(memories.reset)
    create_memory_export = _sent(account.create_memory_export)
    get_memory_export = _sent(account.get_memory_export)
    get_summary = _sent(account.get_summary)
    get_profile = _sent(account.get_profile)
    generate_profile = _sent(account.generate_profile)
    sample_profiles = _sent(account.sample_profiles)
    get_profile_job = _sent(account.get_profile_job)
    get_profile_settings = _sent(account.get_profile_settings)
    update_profile_settings = _sent(account.update_profile_settings)
    get_project = _sent(account.get_project)
    update_project = _sent(account.update_project)
    get_webhooks = _sent(account.get_webhooks)
    create_webhook = _sent(account.create_webhook)
    update_webhook = _sent(account.update_webhook)
    delete_webhook = _sent(account.delete_webhook)
    get_events = _sent(account.get_events)
    get_event = _sent(account.get_event)
    call = _sent(account.call)
    entities = _sent(graph.entities)
    neighbours = _sent(graph.neighbours)
    path = _sent(graph.path)
    relations = _sent(graph.relations)
    timeline = _sent(graph.timeline)
    subgraph = _sent(graph.subgraph)

    def close(self) -> None:
        """Release the connections. Closing twice is fine; any other use afterwards raises Closed."""
        if self._owned:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncMemoryClient(_AsyncSender):
    """`MemoryClient` for asyncio: the same names and arguments; see there."""

    def __init__(
        self,
        api_key: str | None = None,
        host: str | None = None,
        client: httpx.AsyncClient | None = None,
        *,
        timeout: float = _TIMEOUT,
        retries: int = 2,
    ) -> None:
        super().__init__(Session(api_key, host), client or httpx.AsyncClient(timeout=timeout), retries)
        self._owned = client is None
        self.host = self._session.host
        self.project = AsyncProject(self._session, self._http, retries)

    add = _awaited(memories.add)
    search = _awaited(memories.search)
    get_all = _awaited(memories.get_all)
    get = _awaited(memories.get)
    update = _awaited(memories.update)
    delete = _awaited(memories.delete)
    delete_all = _awaited(memories.delete_all)
    history = _awaited(memories.history)
    batch_update = _awaited(memories.batch_update)
    batch_delete = _awaited(memories.batch_delete)
    feedback = _awaited(memories.feedback)
    users = _awaited(memories.users)
    delete_users = _awaited(memories.delete_users)
    reset = _awaited(memories.reset)
    create_memory_export = _awaited(account.create_memory_export)
    get_memory_export = _awaited(account.get_memory_export)
    get_summary = _awaited(account.get_summary)
    get_profile = _awaited(account.get_profile)
    generate_profile = _awaited(account.generate_profile)
    sample_profiles = _awaited(account.sample_profiles)
    get_profile_job = _awaited(account.get_profile_job)
    get_profile_settings = _awaited(account.get_profile_settings)
    update_profile_settings = _awaited(account.update_profile_settings)
    get_project = _awaited(account.get_project)
    update_project = _awaited(account.update_project)
    get_webhooks = _awaited(account.get_webhooks)
    create_webhook = _awaited(account.create_webhook)
    update_webhook = _awaited(account.update_webhook)
    delete_webhook = _awaited(account.delete_webhook)
    get_events = _awaited(account.get_events)
    get_event = _awaited(account.get_event)
    call = _awaited(account.call)
    entities = _awaited(graph.entities)
    neighbours = _awaited(graph.neighbours)
    path = _awaited(graph.path)
    relations = _awaited(graph.relations)
    timeline = _awaited(graph.timeline)
    subgraph = _awaited(graph.subgraph)

    async def close(self) -> None:
        """Release the connections. Closing twice is fine; any other use afterwards raises Closed."""
        if self._owned:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
