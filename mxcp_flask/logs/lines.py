"""The log record of a line that is written with each call."""

from __future__ import annotations

import logging
import os
import time
from types import MappingProxyType

_SAME = MappingProxyType(
    {
        "args": (),
        "pathname": "mxcp_flask",
        "filename": "mxcp_flask",
        "module": "mxcp_flask",
        "lineno": 0,
        "relativeCreated": 0.0,
        "thread": 0,
        **dict.fromkeys(("funcName", "exc_info", "exc_text", "stack_info", "threadName")),
        **dict.fromkeys(("processName", "taskName")),
    }
)


class Line(logging.LogRecord):
    """A record of a text that is whole, without the place in the code that wrote it, which no format of ours shows.

    What logging looks up anew for each record is the same for all of these.
    """

    def __init__(self, name: str, level: int, text: str) -> None:
        self.__dict__.update(_SAME)
        self.name, self.levelno, self.levelname, self.msg = name, level, logging.getLevelName(level), text
        self.created = now = time.time()
        self.msecs, self.process = now % 1 * 1000, os.getpid()
