"""What is found out before a server starts, so that one line says what is wrong with it."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import closing

from mxcp_flask.app import load_project, open_store
from mxcp_flask.cli.taking_over import has_predecessor
from mxcp_flask.config import Settings
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.errors import AddressNotUsable, AddressTaken
from mxcp_flask.metrics import check_installed


def check_project(settings: Settings, *, ignore_errors: bool = False) -> Catalogue:
    """Return the endpoints, and look at the database unless it will be made; the server before this one may have it.

    Nothing is made, as the one who starts a server need not be the user that it runs as. Raises what keeps every worker
    from starting: MetricsNotInstalled, EndpointFaults, DatabaseNotUsable.
    """
    if settings.metrics.enabled:
        check_installed()
    catalogue = load_project(settings, ignore_errors=ignore_errors)
    if (settings.duckdb.readonly or settings.duckdb.path.exists()) and not has_predecessor():
        with closing(Database(settings.duckdb)) as database:
            database.check()
    return catalogue


def check_store(settings: Settings) -> None:
    """Open the OAuth state, made if need be. Raises StoreError."""
    if settings.auth.provider != "none":
        open_store(settings.auth).close()


def check_address(host: str, port: int) -> None:
    """Try the address: gunicorn tries five times before it gives up. Raises AddressNotUsable."""
    if os.environ.keys() & {"GUNICORN_FD", "LISTEN_FDS"}:  # the socket is inherited, and so in use
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "this is no host name"
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            kind = AddressTaken if taken else AddressNotUsable
            raise kind(address=shown_address(host, port), reason=reason) from error


def shown_address(host: str, port: int) -> str:
    """Return the address as gunicorn and URLs have it."""
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
