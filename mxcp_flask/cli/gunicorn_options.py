"""gunicorn's settings, the same for ``mxcp serve`` and for plain gunicorn; docs/workers.md explains them."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path
from typing import Any

from mxcp_flask.cli.workers import Workers
from mxcp_flask.engine import remove_spilled
from mxcp_flask.metrics import sharing

GRACE = 30  # seconds
_MEMORY = Path("/dev/shm")  # noqa: S108 (a file without a name is made there)


def options(team: Workers, database: Path, grace: int = GRACE) -> dict[str, Any]:
    """Return the settings, for ``team`` at ``database``, with ``grace`` seconds for what runs at a stop."""
    return {
        "workers": team.processes,
        "threads": team.threads,
        "worker_class": "mxcp_flask.cli.gunicorn_worker.PatientWorker",
        "logger_class": "mxcp_flask.cli.gunicorn_logs.GunicornLogs",
        "proc_name": "mxcp",
        # A proxy that keeps connections must be the first to let go of an idle one; nginx does so after 60 seconds.
        "keepalive": 75,
        "graceful_timeout": grace,
        # Of a worker's main loop, which only hands requests to threads.
        "timeout": 30,
        # Who waits there while a server starts anew is served by the next one.
        "backlog": 2048,
        # One socket for all workers, so that none of them takes waiting connections with it when it dies.
        "reuse_port": False,
        # Nothing grows with the requests, and a new worker has to open the database.
        "max_requests": 0,
        # The file by which a worker shows that it lives: on a disk, it would wait for the disk.
        "worker_tmp_dir": str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None,
        # Which headers to believe is the application's decision (transport.trust_proxy), not gunicorn's.
        "forwarded_allow_ips": "",
        "child_exit": partial(forget_worker, database),
        "control_socket_disable": True,  # it would be one in $HOME for all servers
    }


def forget_worker(database: Path, _: Any, worker: Any) -> None:
    """Remove what a worker has left that was killed, and take it out of the metrics that say how it is."""
    remove_spilled(database, worker.pid)
    folder = sharing.shared_folder()
    if folder is not None:
        sharing.forget_process(folder, worker.pid)


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Tell whether gunicorn's log needs ``record``: a client that was dropped as too slow is no error of ours."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))


def quieten() -> None:
    """Keep lines without worth out of gunicorn's log."""
    logging.getLogger("gunicorn.error").addFilter(is_worth_a_line)
