"""A log record as text or as a JSON object. No text in it, whoever wrote it, can end its line or begin another."""

from __future__ import annotations

import json
import logging
import math
import re
from datetime import datetime, timezone
from typing import Any

from mxcp_flask.logs.facts import BRIEF, FACTS
from mxcp_flask.logs.requests import request_id

LONGEST_MESSAGE = 4_000  # characters
LONGEST_FACT = 1_000
LONGEST_TRACE = 8_000

# Controls, line separators, what turns the direction of writing, and lone surrogates. A newline is dealt with apart.
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class TextFormat(logging.Formatter):
    """``2026-07-28 08:15:30.123 4711 INFO    mxcp.web: [request] message``; what follows on more lines is indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line or lines."""
        identifier = request_id.get()
        about = f"[{identifier}] " if identifier else ""
        head = f"{_time(record)} {record.process} {record.levelname:<7} {record.name}: {about}"
        trace = _trace(self, record)
        said = _cut(_message(record), LONGEST_MESSAGE)
        return head + _indented(f"{said}\n{trace}" if trace else said)


class JsonFormat(logging.Formatter):
    """One JSON object in ASCII: time, level, logger, message, pid, request, the record's facts, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object's text."""
        line: dict[str, Any] = {
            "time": _time(record, "T") + "Z",
            "level": record.levelname,
            "logger": record.name,
            "message": _plain(getattr(record, BRIEF, None) or _message(record), LONGEST_MESSAGE),
            "pid": record.process,
        }
        if request_id.get():
            line["request"] = request_id.get()
        facts = getattr(record, FACTS, {})
        line.update({name: _plain(value) for name, value in facts.items() if name not in line})
        trace = _trace(self, record)
        if trace:
            line["exception"] = _plain(trace, LONGEST_TRACE)
        return json.dumps(line).replace("\x7f", "\\u007f")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 (whatever an argument's own text may raise)
        return f"{record.msg!s:.200} (cannot be filled in)"


def _time(record: logging.LogRecord, between: str = " ") -> str:
    """Return the moment in UTC with milliseconds; its date and second are worded once a second."""
    second = int(record.created)
    said = _said.get(between)
    if said is None or said[0] != second:
        moment = datetime.fromtimestamp(second, timezone.utc)
        said = _said[between] = second, moment.replace(tzinfo=None).isoformat(between)
    return f"{said[1]}.{min(999, round((record.created - second) * 1e6) // 1000):03d}"


_said: dict[str, tuple[int, str]] = {}  # by what is between date and time: the last second


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if not record.exc_info and not record.stack_info:
        return ""
    parts = [formatter.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
    parts += [record.stack_info] if record.stack_info else []
    return _cut("\n".join(parts), LONGEST_TRACE)


def _cut(text: str, longest: int) -> str:
    """Return ``text``, without its middle when it is too long: a traceback's last line says the most."""
    if len(text) <= longest:
        return text
    return f"{text[: longest // 2]}… ({len(text)} characters) …{text[-longest // 2 :]}"


def _indented(text: str) -> str:
    if text.isprintable():  # none of the unsafe ones is
        return text
    shown = _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return shown.replace("\n", "\n    ")


def _plain(value: Any, longest: int = LONGEST_FACT) -> Any:
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return _SURROGATE.sub("\ufffd", _cut(str(value), longest))
