"""Makes plain gunicorn serve a project as ``mxcp serve`` does.

Used as ``gunicorn -c python:mxcp_flask.cli.gunicorn_settings wsgi:app``; flags of gunicorn's own go before what is said
here. gunicorn reads this module's names as its settings, in the master, before any worker is there.
"""

from __future__ import annotations

import os
from typing import Any

from mxcp_flask.cli.gunicorn_master import SteadyArbiter
from mxcp_flask.cli.gunicorn_options import options, quieten
from mxcp_flask.cli.hosting import hosted_settings
from mxcp_flask.cli.starting import check_project
from mxcp_flask.cli.workers import choose
from mxcp_flask.metrics.sharing import make_folder, remove_folder


def on_starting(server: Any) -> None:
    """Make gunicorn's master one of ours; it asks for no class of its own."""
    quieten()
    server.__class__ = SteadyArbiter
    server.remember_command()
    if _folder is not None:  # gunicorn's workers may be another user than its master
        os.chown(_folder, server.cfg.uid, server.cfg.gid)


def on_exit(_: Any) -> None:
    """Remove what the workers shared."""
    if _folder is not None:
        remove_folder(_folder)


_settings = hosted_settings()
check_project(_settings)
_folder = make_folder() if _settings.metrics.enabled else None
globals().update(options(choose(_settings, None, None), _settings.duckdb.path))
