"""Sees the log as an operator does, who keeps it as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mxcp_flask.logs.formats import JsonFormat


class JsonLines(logging.Handler):
    """Keeps every record as the object that its line of JSON is."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonFormat())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(json.loads(self.format(record)))

    def of(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of the logger ``name``."""
        return [line for line in self.lines if line["logger"] == name]


@contextmanager
def json_log(level: int = logging.INFO) -> Iterator[JsonLines]:
    """Give the lines of our own loggers from ``level`` on, while the block lasts."""
    logger, handler = logging.getLogger("mxcp"), JsonLines()
    before = logger.level
    logger.setLevel(level)
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
