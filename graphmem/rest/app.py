"""The application: what requests pass through, the routers, and what happens at the start and at the end."""

from __future__ import annotations

import logging
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from graphmem import __version__
from graphmem.memory import Memory
from graphmem.rest import (
    auth,
    entities,
    events,
    exports,
    feedback,
    graph,
    health,
    logs,
    mcp,
    memories,
    metrics,
    organisations,
    oss,
    profiles,
    projects,
    stats,
    summaries,
    webhooks,
)
from graphmem.rest.admission import Admission
from graphmem.rest.bodies import Bodies
from graphmem.rest.config import ServerConfig
from graphmem.rest.control import Control
from graphmem.rest.limits import Crowd, Limits, Rates
from graphmem.rest.metrics import Meters
from graphmem.rest.observe import Observe
from graphmem.rest.oss import ASSETS
from graphmem.rest.paths import Paths
from graphmem.rest.problems import RESPONSES, Problems, register
from graphmem.rest.rates import Rate
from graphmem.rest.services import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

__all__ = ["ROUTERS", "from_environment", "make_app"]

ROUTERS = (
    events.router,
    webhooks.router,
    health.router,
    graph.router,
    profiles.router,
    entities.router,
    feedback.router,
    organisations.router,
    projects.router,
    exports.router,
    stats.router,
    summaries.router,
    memories.router,
    oss.router,
    metrics.router,
)
"""Fixed paths before `/v1/memories/{id}`: the first route that fits serves."""

_TAGS = {
    "memories": "Add, search, list, change and delete memories; what happened to each.",
    "graph": "What the memories name, how it is connected, and what held when.",
    "entities": "Whom memories are kept for: users, agents, apps, runs.",
    "events": "What callers did, and what became of it.",
    "webhooks": "Who is told of changes, and whether it reached them.",
    "projects": "Projects, their settings and members; each has memories of its own.",
    "organisations": "What holds projects.",
    "exports": "Memories in the form of a JSON schema.",
    "profiles": "What is known of a user, and summaries.",
    "feedback": "What people say of memories.",
    "self-hosted": "The routes of Mem0's self-hosted server, which have no version in their path.",
    "server": "Whether it is well, whose key this is, and numbers.",
}
"""The groups of routes, in the order in which they are shown."""
_LOG = logging.getLogger("graphmem.rest")
_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
"""FastAPI's own spans and logs hold addresses, queries and the messages of errors, so ids and words; ours do not."""
_TOLD = ["X-Request-ID", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]
"""Headers of answers that scripts of other origins may read."""


def make_app(config: ServerConfig | None = None, *, engine: Memory | None = None) -> FastAPI:
    """An application that serves a store as Mem0's API.

    Args:
        config: None for what the environment says.
        engine: A ready one, which stays open when the application stops; None opens what `config` names.
    """
    config, meters = config or ServerConfig.of(), Meters()
    app = FastAPIOffline(  # /docs asks no other server for its scripts
        redoc_url=None,
        static_url=ASSETS,
        title="graphmem",
        version=__version__,
        description="Graph-plus-vector memory for AI agents, with Mem0's API.",
        lifespan=_lifespan(config, engine),
        middleware=_middlewares(config, meters),
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
        responses=RESPONSES,
        openapi_tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    app.state.meters = meters
    register(app)
    for router in ROUTERS:
        app.include_router(router)
    mcp.serve(app)
    return app


def from_environment() -> FastAPI:
    """For server programs that want a factory: `uvicorn --factory graphmem.rest.app:from_environment`."""
    return make_app()


def _middlewares(config: ServerConfig, meters: Meters) -> list[Middleware]:
    """Outermost first."""
    shared: Any = {"allow_origins": config.cors, "allow_methods": ["*"], "allow_headers": ["*"]}
    cors = [Middleware(CORSMiddleware, **shared, expose_headers=_TOLD)] if config.cors else ()
    rates = [Middleware(Rates, rate=Rate.of(config.rate_limit))] if config.rate_limit else ()
    return [
        Middleware(Observe, tell=[meters.tell, logs.tell], begun=meters.begun),
        *cors,
        Middleware(Problems),
        Middleware(Paths),
        Middleware(Crowd, most=config.max_requests),
        *rates,
        Middleware(Admission),
        Middleware(Limits, most=config.max_body, seconds=config.body_timeout),
        Middleware(Bodies),
    ]


def _lifespan(config: ServerConfig, given: Memory | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = config.threads
        app.state.key_checks = CapacityLimiter(auth.CHECKS)
        control = await run_sync(Control, config.control_file)
        engine = given if given is not None else await run_sync(_opened, config)
        try:
            app.state.services = opened(config, engine, control)
            app.state.services.journal.tell = app.state.services.queue.tell = app.state.meters.done
            app.state.warm = _warmed(engine, config.warm)
            try:
                async with mcp.running(app, config.max_body):
                    yield
            finally:
                await run_sync(app.state.services.close)
        finally:
            if given is None:
                await run_sync(engine.close)
            control.close()
            app.state.meters.close()

    return lifespan


def _opened(config: ServerConfig) -> Memory:
    return Memory(config.store, embedder=config.embedder, extractor=config.extractor)


def _warmed(engine: Memory, wanted: bool) -> threading.Event:
    """An event that is set once the models are loaded, which happens beside."""
    done = threading.Event()

    def warm() -> None:
        try:
            engine.warm()
        except Exception as error:  # the requests that need the model will say it better
            _LOG.error("the models cannot be loaded: %s", error)
        done.set()

    if wanted:
        threading.Thread(target=warm, name="warm", daemon=True).start()
    else:
        done.set()
    return done
