"""``mxcp serve``."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial

import click
from flask import Flask

from mxcp_flask import logs
from mxcp_flask.app import create_app, renew_app
from mxcp_flask.cli import workers
from mxcp_flask.cli.announcing import announcement
from mxcp_flask.cli.gunicorn_options import GRACE
from mxcp_flask.cli.known import Known
from mxcp_flask.cli.missing import log_missing
from mxcp_flask.cli.options import HOST, PORT
from mxcp_flask.cli.project import enter, read_settings, with_flags
from mxcp_flask.cli.reached import log_advice
from mxcp_flask.cli.reloading import Changes, ReloadingApp, hang_up
from mxcp_flask.cli.settling import settle, unsettled
from mxcp_flask.cli.starting import check_address, check_project, check_store, shown_address
from mxcp_flask.cli.stopping import gunicorn_host
from mxcp_flask.cli.taking_over import has_predecessor, take_over
from mxcp_flask.config import Settings
from mxcp_flask.metrics.sharing import sharing

log = logging.getLogger("mxcp.serve")


@click.command()
@HOST
@PORT
@click.option("--profile", envvar="MXCP_PROFILE", help="Profile to serve (default: that of mxcp-site.yml).")
@click.option("--workers", "processes", type=click.IntRange(1), help="Worker processes.")
@click.option("--threads", type=click.IntRange(1), help="Threads of each worker process.")
@click.option("--graceful-timeout", type=click.IntRange(1), default=GRACE, help="Seconds for what runs at a stop.")
@click.option("--debug", is_flag=True, envvar="MXCP_DEBUG", help="Log everything but secrets; follow changes of files.")
@click.option("--reload", "follow", is_flag=True, help="Follow changes of files.")
@click.option("--readonly", is_flag=True, help="Open the database read-only, so that several workers can share it.")
@click.option("--sql-tools/--no-sql-tools", default=None, help="Serve the built-in SQL tools (default: as configured).")
@click.option("--ignore-errors", is_flag=True, help="Serve although some endpoint files cannot be loaded.")
def serve(
    host: str | None,
    port: int | None,
    profile: str | None,
    processes: int | None,
    threads: int | None,
    graceful_timeout: int,
    debug: bool,
    follow: bool,
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
    known = Known(settings, partial(check_project, ignore_errors=ignore_errors))
    check_store(settings)
    check_address(settings.transport.host, settings.transport.port)
    click.echo("\n".join(announcement(settings, team, known.catalogue, moved=bool(host or port))))
    log_advice(settings)
    if not has_predecessor():
        log_missing(settings, known.catalogue)

    from mxcp_flask.cli.gunicorn_server import GunicornServer

    address = shown_address(settings.transport.host, settings.transport.port)
    maker = AppMaker(read, known, ignore_errors=ignore_errors, debug=debug, follow=follow or debug)
    settle()
    with sharing(enabled=settings.metrics.enabled):
        path, grace = settings.duckdb.path, graceful_timeout
        GunicornServer(address, team, maker.make_reloading, database=path, grace=grace, debug=debug).run()


class AppMaker:
    """Makes a worker's application from what ``read`` says, and from what is ``known`` if that still holds."""

    def __init__(
        self,
        read: Callable[[], Settings],
        known: Known | None = None,
        *,
        ignore_errors: bool,
        debug: bool,
        follow: bool,
    ) -> None:
        self._read = read
        self._known = known
        self._ignore_errors = ignore_errors
        self._debug = debug
        self._follow = follow
        self._state_key = secrets.token_bytes(32)  # made before the fork, so that all workers have the same

    def make_reloading(self) -> ReloadingApp:
        """Return the application, which is made anew after SIGHUP and, when it follows them, after any change.

        Raises what ``make`` and ``take_over`` raise.
        """
        app = self.make()
        take_over(app.extensions["mxcp"].database)
        settle()
        if not self._follow:
            return ReloadingApp(app, self.renew, hang_up.taken)
        changes = Changes(self._read().project_dir)
        return ReloadingApp(app, self.renew, lambda: changes.found() or hang_up.taken())

    def make(self) -> Flask:
        """Return the first application. Raises what ``create_app`` raises."""
        settings = self._read()
        logs.configure(settings.logging, debug=self._debug)
        enter(settings)
        catalogue = self._known.catalogue_for(settings) if self._known else None
        return create_app(
            settings,
            catalogue=catalogue,
            ignore_errors=self._ignore_errors,
            state_key=self._state_key,
            host=gunicorn_host(),
        )

    def renew(self, before: Flask) -> Flask:
        """Return the application that follows ``before``. Raises what ``create_app`` raises."""
        settings = self._read()
        logs.configure(settings.logging, debug=self._debug)
        with unsettled():
            return renew_app(before, settings, ignore_errors=self._ignore_errors)
