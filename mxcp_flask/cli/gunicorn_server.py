"""gunicorn, as ``mxcp serve`` runs it: threads in every worker, the application made after the fork."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from mxcp_flask.cli.gunicorn_master import SteadyArbiter
from mxcp_flask.cli.gunicorn_options import options, quieten
from mxcp_flask.cli.workers import Workers
from mxcp_flask.errors import MxcpError

Application = Callable[[Any, Any], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""

log = logging.getLogger("mxcp.serve")


class GunicornServer(BaseApplication):  # type: ignore[misc]
    """Serves what ``make_app`` returns; it is called once in every worker process."""

    def __init__(
        self,
        address: str,
        workers: Workers,
        make_app: Callable[[], Application],
        *,
        database: Path,
        grace: int,
        debug: bool,
    ) -> None:
        level = "debug" if debug else "warning"
        self.options = {**options(workers, database, grace), "bind": address, "loglevel": level}
        self.make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's settings; no file or variable of its own is read."""
        quieten()
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until a signal ends it. gunicorn's own words say what kept it from starting."""
        SteadyArbiter(self).run()

    def load(self) -> Application:
        """Return the application. A worker that cannot have it stops the server, with one line that says why."""
        try:
            return self.make_app()
        except MxcpError as error:
            log.error("%s", error)  # noqa: TRY400 (the message is complete)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
