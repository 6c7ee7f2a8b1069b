"""Lines that say facts: readable in a text log, and keys of their own in a JSON log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from mxcp_flask.logs.lines import Line

FACTS = "facts"
BRIEF = "brief"


def tell(logger: logging.Logger, level: int, brief: str, facts: Mapping[str, Any], text: str | None = None) -> None:
    """Log ``brief`` and those of ``facts`` that are not None; ``text`` is the whole line in words, if given."""
    if not logger.isEnabledFor(level):
        return
    known = {name: value for name, value in facts.items() if value is not None}
    whole = text or f"{brief}: {worded(known)}"
    if logging.getLogRecordFactory() is not logging.LogRecord:  # a host's own, whose formats need what it adds
        logger.log(level, "%s", whole, extra={FACTS: known, BRIEF: brief})
        return
    line = Line(logger.name, level, whole)
    line.__dict__.update({FACTS: known, BRIEF: brief})
    logger.handle(line)


def worded(facts: Mapping[str, Any]) -> str:
    """Return ``facts`` as they stand in a text log."""
    return " ".join([f"{name}={value!r}" for name, value in facts.items()])
