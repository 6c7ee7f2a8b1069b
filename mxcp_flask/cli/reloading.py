"""Serves what the project's files say now: after SIGHUP or a fork, or with --reload as soon as one has changed."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from mxcp_flask.endpoints.discovery import visible_files
from mxcp_flask.errors import MxcpError

log = logging.getLogger("mxcp.serve")
LOOK_EVERY = 1.0  # seconds between two looks at the files
_OTHER_SUFFIXES = frozenset({".duckdb", ".wal", ".tmp", ".db", ".jsonl", ".log"})

Fingerprint = frozenset[tuple[str, int, int]]


class ReloadingApp:
    """A WSGI application that is made anew when ``is_stale`` says so, between two requests.

    ``renew`` gets the application so far, and returns the next one. When it cannot, the log says why and the one so far
    goes on. Requests that run meanwhile end as they began.
    """

    def __init__(self, app: Flask, renew: Callable[[Flask], Flask], is_stale: Callable[[], bool]) -> None:
        self.app = app
        self._answer = app.wsgi_app  # kept, as this object may take its place in ``app``
        self._renew = renew
        self._is_stale = is_stale
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if self._lock.acquire(blocking=False):  # else another thread is about it
            try:
                self._reload_if_stale()
            finally:
                self._lock.release()
        return self._answer(environ, start_response)

    def _reload_if_stale(self) -> None:
        if not self._is_stale():
            return
        try:
            self.app = self._renew(self.app)
        except MxcpError as error:
            log.error("not reloaded, the server goes on as before: %s", error)  # noqa: TRY400 (the message is complete)
        else:
            self._answer = self.app.wsgi_app
            log.warning("reloaded the project's files")


class Signal:
    """Remembers that it was called, until it is asked."""

    def __init__(self) -> None:
        self._given = False  # no Event: its lock may be held by the code that a signal interrupts

    def give(self, *_: object) -> None:
        """Note the signal; fit to be a signal handler."""
        self._given = True

    def taken(self) -> bool:
        """Tell whether it was given since the last time."""
        if not self._given:
            return False
        self._given = False
        return True


hang_up = Signal()
"""Given when this process is told by SIGHUP to read the project's files anew."""


class Forks:
    """Tells once in each process that it is not the one that made this object, but a child of it."""

    def __init__(self) -> None:
        self._process = os.getpid()

    def found(self) -> bool:
        """Look."""
        before, self._process = self._process, os.getpid()
        return before != self._process


class Changes:
    """Tells whether a file below ``folder`` has changed since it was last asked; it looks once a second at most."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._looked = clock()
        self._seen = fingerprint(folder)

    def found(self) -> bool:
        """Look, if it is time to."""
        now = self._clock()
        if now - self._looked < LOOK_EVERY:
            return False
        self._looked, before = now, self._seen
        self._seen = fingerprint(self._folder)
        return self._seen != before


def fingerprint(folder: Path) -> Fingerprint:
    """Return path, time of change and size of each file that endpoints may be made of: not hidden, no database."""
    return frozenset(_states(folder))


def _states(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in visible_files(folder):
        if path.suffix not in _OTHER_SUFFIXES:
            yield from _state(path)


def _state(path: Path) -> Iterator[tuple[str, int, int]]:
    try:
        state = path.stat()
    except OSError:  # gone meanwhile, or a link to nowhere
        return
    yield str(path), state.st_mtime_ns, state.st_size
