"""Asynchronous adds: the turns are stored when the answer leaves, their facts are found afterwards.

A job is a row in the control file that names turns, and holds no words: these are read from the store when the job is
done, so what was deleted meanwhile stays deleted. The order keeps every promise when a process dies:

1. the job is written, held by this process, and flushed to the disk;
2. the turns are written to the store;
3. the job is let go, and the caller has its answer.

Died after 1: once the hold ends, the job finds no turns and fails. Died after 2: it finds them, and a caller who asks
again adds nothing twice. Died after 3: nothing is lost. A job done twice changes nothing the second time.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from graphmem.errors import Closed, GraphMemError, InvalidInput, NotFound, StoreUnavailable, shown
from graphmem.rest.background import backoff
from graphmem.rest.cancelling import CANCELLED
from graphmem.rest.control import run
from graphmem.rest.journal import outline, reason, targets
from graphmem.rest.translate import added

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from graphmem.memory import Memory
    from graphmem.rest.accounts import Caller
    from graphmem.rest.control import Control, Row
    from graphmem.rest.outbox import Outbox
    from graphmem.rest.tenants import Tenants
    from graphmem.types import Events

__all__ = ["Accepted", "Queue"]

_LOG = logging.getLogger("graphmem.rest")
_TRIES = 8
"""How often a job may fail, or kill the process that does it."""
_LONGEST_PAUSE = 300.0
_OUTAGE = 5.0
"""Seconds between tries while the store cannot be reached; these do not count."""
_ABANDONED = "the request was not finished: send it again"

Outcome: TypeAlias = Literal["completed", "partially_completed", "failed", "cancelled"]


class Accepted(NamedTuple):
    """What a caller is told at once."""

    event_id: str
    events: Events
    pending: bool
    """Whether facts are still to be found; False if all of it was known already."""


class Queue:
    """The jobs of one store, in a control file that the processes of a machine share.

    Args:
        control: The control file.
        outbox: Who is told.
        tenants: Whose memory.
        store: Names the store; jobs of other stores are left alone.
        lease: Seconds for which a job is held before it is another process's, unless `renew` is called.
    """

    def __init__(self, control: Control, outbox: Outbox, tenants: Tenants, store: str, lease: float) -> None:
        self.wake: Callable[[], object] = lambda: None
        """Called when there is a job to do."""
        self.tell: Callable[[str, list[str]], object] = lambda operation, events: None
        """Called with each add that succeeded, and with what it did to memories; see `Journal.tell`."""
        self._control = control
        self._outbox = outbox
        self._tenants = tenants
        self._store = store
        self._lease = lease
        self._me = uuid.uuid4().hex
        self._held: set[str] = set()
        self._lock = threading.Lock()

    # ---------------------------------------------------------------- accept

    def accept(
        self, caller: Caller, owner: str, payload: Mapping[str, Any], options: Mapping[str, Any],
        capture: Callable[[Callable[[list[str]], None]], Events],
    ) -> Accepted:  # fmt: skip
        """Store turns now, and have their facts found later.

        Args:
            caller: Who asked for it.
            owner: Whose memory it is; jobs of one owner are done in their order.
            payload: What was asked.
            options: Arguments of `Memory.promote`, JSON-ready, and the call's `custom_categories`.
            capture: Calls `Memory.add`, with `defer` as it is given.

        Raises:
            InvalidInput: as `Memory.add`; nothing is stored, and nothing is left to do.
            StoreUnavailable: the store or the control file cannot be written.
            NotFound: the project was deleted meanwhile.
        """
        id, turns = str(uuid.uuid4()), list[str]()
        row = {"id": id, "project_id": caller.project, "payload": outline(payload), "created_at": time.time()}

        def note(ids: list[str]) -> None:
            taken = {row[0] for row in self._control.run("turns_taken", store=self._store, turns=json.dumps(ids))}
            turns.extend(id for id in ids if id not in taken)
            if not turns:
                return
            with self._control.writing(durable=True) as connection:
                self._put(connection, row, owner, options, turns)

        try:
            events = capture(note)
        except BaseException:
            if turns:
                self._forsake(id)
            raise
        new = [event.id for event in events if event.event == "ADD"]
        try:
            self._let_begin(row, owner, options, turns, new)
        finally:
            self._let_go(id)
        self.tell("ADD", ["ADD"] * len(new))
        self._outbox.wake()
        self.wake()
        return Accepted(id, events, bool(turns))

    def _let_begin(
        self, row: Mapping[str, Any], owner: str, options: Mapping[str, Any], turns: list[str], new: list[str]
    ) -> None:
        """The turns are stored, those that are new among them too: anybody may look for their facts."""
        id = row["id"]
        with self._control.writing() as connection:
            if turns and not run(connection, "accept_job", id=id, holder=self._me):
                # The hold ended before the turns were stored, and somebody looked for them in vain.
                run(connection, "drop_event", id=id)
                self._put(connection, row, owner, options, turns)
                run(connection, "accept_job", id=id, holder=self._me)
            if not turns:
                self._record(connection, row, "SUCCEEDED", ())
            self._outbox.put(connection, row["project_id"], id, _turns(new))

    def _put(
        self, connection: sqlite3.Connection, row: Mapping[str, Any], owner: str, options: Mapping[str, Any],
        turns: list[str],
    ) -> None:  # fmt: skip
        id, now = row["id"], time.time()
        if not self._record(connection, row, "PENDING", turns):
            raise NotFound(f"no project {shown(row['project_id'])}: it was deleted")
        self._hold(id)
        run(
            connection, "put_job", id=id, project_id=row["project_id"], store=self._store, scope=owner, now=now,
            options=json.dumps(options), holder=self._me, held_until=now + self._lease,
        )  # fmt: skip
        run(connection, "put_job_turns", id=id, turns=json.dumps(turns))

    def _record(
        self, connection: sqlite3.Connection, row: Mapping[str, Any], status: str, turns: Iterable[str]
    ) -> bool:
        """Whether the project is still there."""
        done = time.time() if status == "SUCCEEDED" else None
        results = json.dumps(_turns(turns))
        ends = {"started_at": done, "completed_at": done, "error": None}
        return bool(run(connection, "put_event", **row, operation="ADD", status=status, results=results, **ends))

    def _forsake(self, id: str) -> None:
        """The turns were not stored: there is no job."""
        self._let_go(id)
        try:
            self._control.run("drop_event", id=id)
        except GraphMemError as error:  # its hold ends, and it finds no turns
            _LOG.error("a job cannot be dropped: %s", type(error).__name__)

    # ---------------------------------------------------------------- work

    def work(self) -> bool:
        """Do the next job, if there is one that may be begun; whether there was."""
        now = time.time()
        if not (due := self._control.run("job_due", store=self._store, now=now)):
            return False
        with self._control.writing() as connection:
            held = {"now": now, "holder": self._me, "held_until": now + self._lease}
            found = run(connection, "hold_job", seq=due[0]["seq"], **held)
            if found:
                id = found[0]["id"]
                self._hold(id)
                self._change(connection, id, "RUNNING", started=now)
        if found:
            try:
                self._do(found[0])
            finally:
                self._let_go(id)
        return True

    def _do(self, job: Row) -> None:
        turns = [row["turn_id"] for row in self._control.run("job_turns", id=job["id"])]
        try:
            events = self._promoted(job, turns)
        except Closed:
            self._put_back(job, 0.0, counts=False)
        except StoreUnavailable as error:
            self._put_back(job, _OUTAGE, counts=False, error=error)
        except Exception as error:
            if isinstance(error, InvalidInput) or job["tries"] >= _TRIES:
                self._finish(job, "failed", None, reason(error))
            else:
                self._put_back(job, _pause(job["tries"]), error=error)
        else:
            self._conclude(job, turns, events)

    def _promoted(self, job: Row, turns: list[str]) -> list[dict[str, Any]]:
        options = json.loads(job["options"])
        memory = self._tenants.memory(job["project_id"], options.pop("custom_categories", None))
        if not turns or job["tries"] > _TRIES:
            return []
        events = added(memory.promote(turns, **options))
        return events if job["tries"] == 1 else _retold(memory, turns, events)

    def _conclude(self, job: Row, turns: list[str], events: list[dict[str, Any]]) -> None:
        if job["tries"] > _TRIES:  # nobody lived to say why
            return self._finish(job, "failed", None, f"the server stopped {_TRIES} times while it did this")
        read = {one["id"] for one in events if one["layer"] == "conversation"}
        if not read:
            outcome: Outcome = "cancelled" if job["accepted"] else "failed"
            return self._finish(job, outcome, [], CANCELLED if job["accepted"] else _ABANDONED)
        outcome = "completed" if len(read) == len(turns) else "partially_completed"
        return self._finish(job, outcome, [*targets(events), *_turns(id for id in turns if id in read)])

    def _finish(
        self, job: Row, outcome: Outcome, results: list[dict[str, Any]] | None, error: str | None = None
    ) -> None:
        """It is over; without `results` those stay that it had when it was accepted: the turns."""
        status = "SUCCEEDED" if error is None else "FAILED"
        facts = [one for one in results or () if one["layer"] != "conversation"]
        with self._control.writing() as connection:
            if run(connection, "drop_job", id=job["id"], holder=self._me):
                self._change(connection, job["id"], status, results=results, error=error, ended=time.time())
                self._outbox.put(connection, job["project_id"], job["id"], facts, f"ingest_job_{outcome}")
        self._outbox.wake()

    def _put_back(self, job: Row, pause: float, *, counts: bool = True, error: Exception | None = None) -> None:
        with self._control.writing() as connection:
            later = {"due": time.time() + pause, "tries": job["tries"] - (0 if counts else 1)}
            if run(connection, "put_back_job", id=job["id"], holder=self._me, **later):
                self._change(connection, job["id"], "PENDING", error=None if error is None else reason(error))

    def _change(
        self, connection: sqlite3.Connection, id: str, status: str, *, error: str | None = None,
        results: list[dict[str, Any]] | None = None, started: float | None = None, ended: float | None = None,
    ) -> None:  # fmt: skip
        told = None if results is None else json.dumps(results)
        run(
            connection, "change_event", id=id, status=status, results=told, error=error, started_at=started,
            completed_at=ended,
        )  # fmt: skip

    def adopt(self) -> None:
        """Take over what is to be done for a file that is no more, if there is one such: it was moved to here."""
        known = {row["store"] for row in self._control.run("stores_waiting")} - {self._store}
        lost = [Path(store) for store in known if Path(store).is_absolute() and not Path(store).exists()]
        if len(lost) == 1 and Path(self._store).is_absolute():
            moved = {"store": self._store, "before": str(lost[0])}
            self._control.run("move_jobs", **moved)
            self._control.run("move_deliveries", **moved)

    # ---------------------------------------------------------------- holds

    def renew(self) -> bool:
        """This process still lives: keep what it works on. There is never more to do."""
        with self._lock:
            ids = sorted(self._held)
        if ids:
            until = time.time() + self._lease
            self._control.run("renew_jobs", ids=json.dumps(ids), holder=self._me, held_until=until)
        return False

    def release(self) -> None:
        """This process stops: what it works on is anybody's."""
        with self._lock:
            ids = sorted(self._held)
        if ids:
            self._control.run("renew_jobs", ids=json.dumps(ids), holder=self._me, held_until=0.0)

    def _hold(self, id: str) -> None:
        with self._lock:
            self._held.add(id)

    def _let_go(self, id: str) -> None:
        with self._lock:
            self._held.discard(id)

    def waiting(self) -> Mapping[str, Any]:
        """`waiting` and `running` jobs, and since when the `oldest` waits (seconds since 1970, or None)."""
        return dict(self._control.run("count_jobs", store=self._store, now=time.time())[0])


def _turns(ids: Iterable[str]) -> list[dict[str, Any]]:
    return [{"id": id, "event": "ADD", "layer": "conversation"} for id in ids]


def _retold(memory: Memory, turns: list[str], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What happened in all tries: a fact that rests on these turns alone is new, although an earlier try added it."""
    told = {one["id"]: one for one in events if one["event"] != "NONE" or one["layer"] == "conversation"}
    for one in events:
        if one["id"] not in told and set(memory.get(one["id"]).sources) <= set(turns):
            told[one["id"]] = {**one, "event": "ADD"}
    return list(told.values())


def _pause(tries: int) -> float:
    return backoff(2.0, tries, _LONGEST_PAUSE)
