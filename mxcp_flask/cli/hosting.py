"""The application for a WSGI host that starts it itself: plain gunicorn, ``flask run``, a hosting platform."""

from __future__ import annotations

import logging
import os
import secrets

from flask import Flask

from mxcp_flask import logs
from mxcp_flask.app import create_app, renew_app
from mxcp_flask.cli import workers
from mxcp_flask.cli.project import enter, read_settings
from mxcp_flask.cli.reached import log_reached
from mxcp_flask.cli.reloading import Forks, ReloadingApp, hang_up
from mxcp_flask.cli.settling import settle, unsettled
from mxcp_flask.cli.stopping import gunicorn_host
from mxcp_flask.cli.taking_over import take_over
from mxcp_flask.config import Settings
from mxcp_flask.metrics.sharing import check_shared

log = logging.getLogger("mxcp.serve")
_state_key = secrets.token_bytes(32)  # the same in all workers when gunicorn's master imports this file


def hosted_app() -> Flask:
    """Return the application of the project at ``$MXCP_PROJECT``, else in the working directory.

    It reads the project's files anew after SIGHUP, where the host passes that on, and in the children of a process that
    has loaded it (``gunicorn --preload``). ``MXCP_DEBUG`` (1, true, yes) logs everything. Raises what
    ``read_settings``, ``workers.check``, ``check_shared``, ``create_app`` and, under gunicorn, ``take_over`` raise.
    """
    settings = hosted_settings()
    workers.check(settings, _gunicorn_workers())
    if settings.metrics.enabled:
        check_shared(_gunicorn_workers())
    log_reached(settings)
    enter(settings)
    app = create_app(settings, state_key=_state_key, host=gunicorn_host())
    if _is_gunicorn():
        take_over(app.extensions["mxcp"].database)
    forks = Forks()
    reloading = ReloadingApp(app, _renewed, lambda: forks.found() or hang_up.taken())
    app.wsgi_app = reloading  # type: ignore[method-assign] # flask run needs a Flask object
    settle()
    return app


def hosted_settings() -> Settings:
    """Return the settings, and log as they say. Raises what ``read_settings`` raises."""
    debug = os.environ.get("MXCP_DEBUG", "").lower() in {"1", "true", "yes"}
    logs.configure(debug=debug)
    settings = read_settings()
    logs.configure(settings.logging, debug=debug)
    return settings


def _renewed(before: Flask) -> Flask:
    with unsettled():
        return renew_app(before, hosted_settings())


def _is_gunicorn() -> bool:
    return os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn")


def _gunicorn_workers() -> int:
    # gunicorn says only with each request that there are several workers; reading its settings again refuses at start.
    if not _is_gunicorn():
        return 1
    from gunicorn.app.wsgiapp import WSGIApplication

    return int(WSGIApplication().cfg.workers)
