"""One open database per process, and a session for each call."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from mxcp_flask.engine.downloads import Downloads
from mxcp_flask.engine.fetching import Fetcher, OpenOutbound, open_outbound
from mxcp_flask.engine.idle_cursors import IdleCursors
from mxcp_flask.engine.opening import is_broken, open_sandboxed
from mxcp_flask.engine.parsing import ParsedTexts
from mxcp_flask.engine.redaction import redact
from mxcp_flask.engine.replacing import FileIdentity, check_readable, identity_of
from mxcp_flask.engine.session import Session
from mxcp_flask.engine.settings import DatabaseSettings
from mxcp_flask.engine.user_functions import define
from mxcp_flask.engine.watchdog import Alive, Watchdog
from mxcp_flask.errors import DatabaseHeld, DatabaseNotUsable, EngineError
from mxcp_flask.host import Host
from mxcp_flask.meter import Meter
from mxcp_flask.records import Identity

__all__ = ["Database", "DatabaseSettings"]
log = logging.getLogger("mxcp.engine")
_LOOK_EVERY = 0.05  # seconds between two tries to open a file that another process holds


@dataclass
class _Lent:
    """A cursor in use, and the root that it is of."""

    root: duckdb.DuckDBPyConnection
    cursor: duckdb.DuckDBPyConnection
    identity: Identity | None
    is_new: bool
    may_wait: bool = False  # for the next session of the same identity


class Database:
    """A DuckDB database that each process opens for itself when it first needs it; for use by many threads.

    ``open_outbound`` gives the client for what SQL reads over HTTP. When another process holds the file, a session
    waits for it as long as ``host`` has patience.
    """

    def __init__(
        self,
        settings: DatabaseSettings,
        open_outbound: OpenOutbound = open_outbound,
        host: Host | None = None,
        meter: Meter | None = None,
    ) -> None:
        self._settings = settings
        self._host = host or Host()
        self._meter = meter or Meter()
        self._open_outbound = open_outbound
        self._downloads = Downloads()
        self._lock = threading.Condition(threading.Lock())  # notified when the last session ends
        self._root: duckdb.DuckDBPyConnection | None = None
        self._opened_by = 0  # process id
        self._file: FileIdentity | None = None  # that is open
        self._replaced_until: float | None = None  # another file lies there: how long sessions wait for others to end
        self._watchdog = Watchdog(settings.timeout, self._host.must_stop)
        weakref.finalize(self, self._watchdog.stop)  # its thread must not outlive the interpreter's end
        self._cursors = 0  # in use
        self._idle = IdleCursors()
        self._texts = ParsedTexts()
        self._broken = False  # DuckDB takes no statement any more, until it is opened anew
        _databases.add(self)

    @contextmanager
    def session(self, identity: Identity, *, alive: Alive | None = None) -> Iterator[Session]:
        """Give a session that runs as ``identity``, on a cursor of its own, which nobody else ever gets.

        ``alive`` is asked twice a second, on another thread, whether anybody waits for the statement that runs.

        Raises:
            DatabaseHeld: another process has the file open.
            DatabaseNotUsable: the database cannot be opened or takes no work.

        """
        with self._lent(self._host.patience, identity) as lent:
            if lent.is_new:
                self._identify(lent.cursor, identity)
            fetcher = Fetcher(self._downloads, identity, self._open_outbound)
            session = Session(
                lent.cursor,
                identity,
                self._settings,
                self._watchdog,
                fetcher,
                alive,
                self._meter,
                self._texts,
                self._host,
            )
            try:
                yield session
                lent.may_wait = session.left_nothing
            finally:
                session.close()

    def check(self, patience: float = 0.0) -> None:
        """Open the database if need be, waiting up to ``patience`` seconds for its file, and run a statement.

        Raises:
            DatabaseHeld: another process has the file open.
            DatabaseNotUsable: it cannot be opened or does not answer.

        """
        with self._lent(patience) as lent:
            try:
                lent.cursor.execute("SELECT 1").fetchall()
            except duckdb.Error as error:
                raise DatabaseNotUsable(path=self._settings.path, reason=str(error)) from error

    def renew(self, patience: float = 5.0) -> bool:
        """Go on with the file that lies at the path of a read-only database now; return False when it is the same one.

        Sessions that are open end as they began. Those that come wait for them, ``patience`` seconds in all, and then
        still get the file before, until none is open for a moment.

        Raises:
            DatabaseNotUsable: the file that lies there cannot be opened; the one before stays open.

        """
        with self._lock:
            if not self._settings.readonly or self._root is None or identity_of(self._settings.path) == self._file:
                return False
        check_readable(self._settings)
        with self._lock:
            self._replaced_until = time.monotonic() + patience
        return True

    def close(self) -> None:
        """Close the database, and with it the sessions that are still open; the next session opens it again."""
        with self._lock:
            self._close_root()
        self._watchdog.stop()

    def before_fork(self) -> None:
        """Keep other threads out until ``after_fork``, and close the database unless a session is open."""
        self._lock.acquire()
        if not self._cursors:
            self._close_root()
            self._watchdog.stop()

    def after_fork(self) -> None:
        """Let other threads in again, in the parent and in the child."""
        self._lock.release()

    @contextmanager
    def _lent(self, patience: float, identity: Identity | None = None) -> Iterator[_Lent]:
        lent = self._lend(time.monotonic() + patience, identity)
        try:
            yield lent
        except EngineError as error:
            self._look_after(error)
            raise
        finally:
            self._take_back(lent)

    def _lend(self, until: float, identity: Identity | None) -> _Lent:
        """Return the cursor that waits for ``identity``, else a new one; ``until`` includes waiting for the lock."""
        with self._lock:
            self._replace()
            root = self._opened(until)
            kept = self._idle.take(identity) if identity else None
            lent = _Lent(root, kept or root.cursor(), identity, is_new=kept is None)
            self._cursors += 1
        return lent

    def _take_back(self, lent: _Lent) -> None:
        if not lent.may_wait:
            lent.cursor.close()
        with self._lock:
            self._cursors -= 1
            if lent.may_wait and lent.identity and lent.root is self._root and not self._broken:
                self._idle.keep(lent.identity, lent.cursor)
            else:
                lent.cursor.close()
            self._lock.notify_all()

    def _replace(self) -> None:
        """Close the file that was replaced, once no session has it open."""
        if self._replaced_until is None:
            return
        left = max(0.0, self._replaced_until - time.monotonic())
        self._lock.wait_for(lambda: not self._cursors or self._replaced_until is None, left)
        if self._replaced_until is not None and not self._cursors:
            self._close_root()
            self._replaced_until = None

    def _look_after(self, error: EngineError) -> None:
        """Log what the operator can mend, and have a database that can do no more opened anew."""
        if "No space left" in str(error):
            log.error("the DuckDB database %s is on a full disk; make room", self._settings.path)
        with self._lock:
            if self._root is not None and not self._broken and is_broken(self._root):
                self._broken = True
                log.error("the DuckDB database %s broke and will be opened anew: %s", self._settings.path, error)

    def _opened(self, until: float) -> duckdb.DuckDBPyConnection:
        if self._broken:
            self._close_broken()
        if self._root is None:
            self._file = identity_of(self._settings.path)
            self._root = self._open(until)
            self._opened_by = os.getpid()
        if self._opened_by != os.getpid():
            reason = "a session was open in the parent when this process was forked; fork before the first session"
            raise DatabaseNotUsable(path=self._settings.path, reason=reason)
        return self._root

    def _open(self, until: float) -> duckdb.DuckDBPyConnection:
        while True:
            try:
                return open_sandboxed(self._settings, self._downloads, self._host.processes())
            except DatabaseHeld:
                if time.monotonic() >= until or self._host.must_stop():
                    raise
            time.sleep(_LOOK_EVERY)  # nobody tells us when a file is closed

    def _close_broken(self) -> None:
        # As long as any cursor is open, DuckDB would give the broken one again.
        if self._cursors:
            raise DatabaseNotUsable(path=self._settings.path, reason="it broke, and is opened anew in a moment")
        self._close_root()
        self._broken = False

    def _close_root(self) -> None:
        if self._root is not None and self._opened_by == os.getpid():
            self._idle.clear()
            self._root.close()
            self._root = None

    def _identify(self, cursor: duckdb.DuckDBPyConnection, identity: Identity) -> None:
        """Define the user functions; their failure, whose text shows the statement, is not chained."""
        try:
            define(cursor, identity)
        except duckdb.Error as error:
            reason = redact(str(error), identity.external_token)
        else:
            return
        raise DatabaseNotUsable(path=self._settings.path, reason=reason)


def version() -> str:
    """Return DuckDB's version."""
    return str(duckdb.__version__)


_databases: weakref.WeakSet[Database] = weakref.WeakSet()
_forking = threading.local()


@atexit.register
def _close_all() -> None:
    """Leave nothing to the interpreter's end, which a thread of ours or an open database would disturb."""
    for database in list(_databases):
        database.close()


def _before_fork() -> None:
    _forking.databases = list(_databases)
    for database in _forking.databases:
        database.before_fork()


def _after_fork() -> None:
    for database in _forking.databases:
        database.after_fork()
    del _forking.databases


# A child that destroys what its parent opened crashes; for the same path DuckDB would give it the parent's instance.
if sys.platform != "win32":
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
