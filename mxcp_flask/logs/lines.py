"""The log record of a line that is written with each call."""

from __future__ import annotations

import logging
import os
import time


class Line(logging.LogRecord):
    """A record of a text that is whole, without the place in the code that wrote it, which no format of ours shows.

    What logging looks up anew for each record, and is the same for all of these, belongs to the class.
    """

    args = ()
    pathname = filename = module = "mxcp_flask"
    lineno = 0
    funcName = None  # type: ignore[assignment]  # noqa: N815
    exc_info = exc_text = stack_info = None
    thread = threadName = processName = taskName = None  # noqa: N815
    relativeCreated = 0.0  # noqa: N815

    def __init__(self, name: str, level: int, text: str) -> None:
        self.name, self.levelno, self.levelname, self.msg = name, level, logging.getLevelName(level), text
        self.created = now = time.time()
        self.msecs, self.process = now % 1 * 1000, os.getpid()
