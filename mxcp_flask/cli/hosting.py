"""The application for a WSGI host that starts it itself: plain gunicorn, ``flask run``, a hosting platform."""

from __future__ import annotations

import os

from flask import Flask

from mxcp_flask import logs
from mxcp_flask.app import create_app
from mxcp_flask.cli import workers
from mxcp_flask.cli.project import enter, read_settings


def hosted_app() -> Flask:
    """Return the application of the project at ``$MXCP_PROJECT``, else in the working directory.

    ``MXCP_DEBUG`` (1, true, yes) logs everything. Raises what ``read_settings``, ``workers.check`` and ``create_app``
    raise.
    """
    debug = os.environ.get("MXCP_DEBUG", "").lower() in {"1", "true", "yes"}
    logs.configure(debug=debug)
    settings = read_settings()
    logs.configure(settings.logging, debug=debug)
    workers.check(settings, _gunicorn_workers())
    enter(settings)
    return create_app(settings)


def _gunicorn_workers() -> int:
    # gunicorn says only with each request that there are several workers; reading its settings again refuses at start.
    if not os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn"):
        return 1
    from gunicorn.app.wsgiapp import WSGIApplication

    return int(WSGIApplication().cfg.workers)
