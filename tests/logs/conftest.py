"""Fixtures for the tests of the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

NAMES = (None, "mxcp", "authlib", "urllib3", "werkzeug")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Give the loggers back as they were."""
    loggers = [logging.getLogger(name) for name in NAMES]
    before = [(logger, logger.level, list(logger.filters), list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, filters, handlers in before:
        logger.setLevel(level)
        for handler in set(logger.handlers) - set(handlers):
            handler.close()
        logger.filters[:], logger.handlers[:] = filters, handlers
