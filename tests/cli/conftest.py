"""Fixtures for the commands."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Mapping

import pytest
from click.testing import CliRunner, Result

from mxcp_flask.cli import main
from tests.support.site import Site

Mxcp = Callable[..., Result]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put back what a command changes in the process that it believes to be its own."""
    loggers = [logging.getLogger(name) for name in ("mxcp", "werkzeug", "authlib", "urllib3")]
    levels = [logger.level for logger in loggers]
    on_term = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, on_term)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def site(site: Site) -> Site:
    """Return the project, with the variable that leads the commands to it."""
    site.environ["MXCP_PROJECT"] = str(site.project)
    return site


@pytest.fixture
def mxcp(site: Site) -> Mxcp:
    """Return a function that runs ``mxcp`` with arguments in this process, for the project."""

    def run(*arguments: str, **environ: str | None) -> Result:
        unset: Mapping[str, str | None] = dict.fromkeys(("MXCP_PROFILE", "MXCP_DEBUG", "MXCP_READONLY"))
        return CliRunner().invoke(main, arguments, env={**unset, **site.environ, **environ})

    return run
