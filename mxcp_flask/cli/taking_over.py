"""How a new server process gets the database while the one before it may still have it."""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress

from mxcp_flask.cli.gunicorn_options import GRACE
from mxcp_flask.cli.stopping import current_worker
from mxcp_flask.engine import Database
from mxcp_flask.errors import DatabaseHeld

log = logging.getLogger("mxcp.serve")
_TURN = 5.0  # seconds between two signs of life of a worker that waits; gunicorn's timeout must be longer
_SPARE = 5.0  # seconds that a process may take to end after its time is over


def take_over(database: Database) -> None:
    """Open ``database``, and end the master that SIGUSR2 told to start this one, if there is one.

    Called when everything else is ready and no connection is taken yet; they wait meanwhile. A worker waits for a file
    as long as the one before it may still have it. When somebody has it even then, the server goes on without: each
    call tries again.

    Raises:
        DatabaseHeld: another server has it, and this one is not its successor.
        DatabaseNotUsable: it cannot be opened for another reason. The master before goes on.

    """
    try:
        database.check()
    except DatabaseHeld:
        if not has_predecessor() and current_worker() is None:
            raise
        _dismiss_predecessor()
        _await(database)
    else:
        _dismiss_predecessor()


def has_predecessor() -> bool:
    """Tell whether another master started this one, by SIGUSR2, and shares its listening socket with it."""
    return "GUNICORN_PID" in os.environ


def _dismiss_predecessor() -> None:
    """Tell the other master to end: its workers answer what they have and let go of the database."""
    if has_predecessor():
        with suppress(ProcessLookupError):
            os.kill(int(os.environ["GUNICORN_PID"]), signal.SIGTERM)


def _await(database: Database) -> None:
    worker = current_worker()
    until = time.monotonic() + (worker.cfg.graceful_timeout if worker else GRACE) + _SPARE
    while worker is None or worker.alive:
        try:
            return database.check(_TURN)
        except DatabaseHeld as error:
            if time.monotonic() >= until:
                return log.error("serves without the database for now: %s", error)  # noqa: TRY400
        if worker is not None:
            worker.notify()
    return None
