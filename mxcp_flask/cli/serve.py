"""``mxcp serve``."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable

import click
from flask import Flask

from mxcp_flask import logs
from mxcp_flask.app import create_app, load_project, open_store, renew_app
from mxcp_flask.cli import workers
from mxcp_flask.cli.project import enter, read_settings, with_flags
from mxcp_flask.cli.reloading import Changes, ReloadingApp, Signal
from mxcp_flask.config import Settings
from mxcp_flask.errors import AddressNotUsable

log = logging.getLogger("mxcp.serve")


@click.command()
@click.option("--host", help="Address to listen on (default: the configuration's, localhost).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default: the configuration's, 8000).")
@click.option("--profile", envvar="MXCP_PROFILE", help="Profile to serve (default: that of mxcp-site.yml).")
@click.option("--workers", "processes", type=click.IntRange(1), help="Worker processes.")
@click.option("--threads", type=click.IntRange(1), help="Threads of each worker process.")
@click.option("--debug", is_flag=True, envvar="MXCP_DEBUG", help="Log everything but secrets; follow changes of files.")
@click.option("--readonly", is_flag=True, help="Open the database read-only, so that several workers can share it.")
@click.option("--sql-tools/--no-sql-tools", default=None, help="Serve the built-in SQL tools (default: as configured).")
@click.option("--ignore-errors", is_flag=True, help="Serve although some endpoint files cannot be loaded.")
def serve(
    host: str | None,
    port: int | None,
    profile: str | None,
    processes: int | None,
    threads: int | None,
    debug: bool,
    readonly: bool,
    sql_tools: bool | None,
    ignore_errors: bool,
) -> None:
    """Serve the project to MCP clients."""
    logs.configure(debug=debug)

    def read() -> Settings:
        return with_flags(read_settings(profile), host=host, port=port, readonly=readonly, sql_tools=sql_tools)

    settings = read()
    logs.configure(settings.logging, debug=debug)
    team = workers.choose(settings, processes, threads)
    _check(settings, ignore_errors=ignore_errors)
    _announce(settings, team)

    from mxcp_flask.cli.gunicorn_server import GunicornServer

    address = _address(settings.transport.host, settings.transport.port)
    maker = AppMaker(read, ignore_errors=ignore_errors, debug=debug)
    GunicornServer(address, team, maker.make_reloading, debug=debug).run()


class AppMaker:
    """Makes a worker's application from what ``read`` says; its first one must find a database that opens."""

    def __init__(self, read: Callable[[], Settings], *, ignore_errors: bool, debug: bool) -> None:
        self._read = read
        self._ignore_errors = ignore_errors
        self._debug = debug
        self._state_key = secrets.token_bytes(32)  # made before the fork, so that all workers have the same

    def make_reloading(self, hang_up: Signal) -> ReloadingApp:
        """Return the application, which is made anew after ``hang_up`` and, when debugging, after any change."""
        if not self._debug:
            return ReloadingApp(self.make, hang_up.taken)
        changes = Changes(self._read().project_dir)
        return ReloadingApp(self.make, lambda: changes.found() or hang_up.taken())

    def make(self, before: Flask | None) -> Flask:
        """Return the application that follows ``before``. Raises what ``create_app`` raises."""
        settings = self._read()
        logs.configure(settings.logging, debug=self._debug)
        if before is not None:
            return renew_app(before, settings, ignore_errors=self._ignore_errors)
        enter(settings)
        app = create_app(settings, ignore_errors=self._ignore_errors, state_key=self._state_key)
        app.extensions["mxcp"].database.check()
        return app


def _check(settings: Settings, *, ignore_errors: bool) -> None:
    """Raise here, before any fork, what would keep every worker from starting."""
    load_project(settings, ignore_errors=ignore_errors)
    if settings.auth.provider != "none":
        open_store(settings.auth).close()
    _bind(settings.transport.host, settings.transport.port)


def _bind(host: str, port: int) -> None:
    """Try the address, so that one line says what is wrong with it: gunicorn tries five times before it gives up."""
    if os.environ.keys() & {"GUNICORN_FD", "LISTEN_FDS"}:  # the socket is inherited, and so in use
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "this is no host name"
            raise AddressNotUsable(address=_address(host, port), reason=reason) from error


def _announce(settings: Settings, team: workers.Workers) -> None:
    base = settings.transport.base_url or f"http://{_address(settings.transport.host, settings.transport.port)}"
    state = settings.auth.persistence.place if settings.auth.persistence else "memory, gone when the server stops"
    lines = {
        "Project": f"{settings.project}, profile {settings.profile}",
        "Database": f"{settings.duckdb.path}{' (read-only)' if settings.duckdb.readonly else ''}",
        "Sign-in": settings.auth.provider,
        "State": state if settings.auth.provider != "none" else "none is kept",
        "Log": settings.logging.path or "standard error",
        "Workers": f"{team.processes} with {team.threads} threads each",
        "MCP URL": f"{base}/mcp",
    }
    for name, value in lines.items():
        click.echo(f"{name + ':':<10}{value}")


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
