"""Puts handlers, formats and levels in place."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import TextIO

from mxcp_flask.errors import FileNotWritable
from mxcp_flask.logs.files import LogFile
from mxcp_flask.logs.formats import JsonFormat, TextFormat
from mxcp_flask.logs.settings import LEVELS, LogSettings

_QUERY = re.compile(r"\?[^ \n]+")  # Werkzeug decodes escaped quotes, but no spaces
_SILENT = logging.CRITICAL + 1
_DEFAULT = LogSettings()


class WithoutQuery(logging.Filter):
    """Removes the query strings from a record's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; always let it pass."""
        record.msg, record.args = _QUERY.sub("?…", record.getMessage()), ()
        return True


class ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at the time."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Return the stream."""
        return sys.stderr

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record in one go. Standard error sends on whole lines by itself, as it comes."""
        try:
            stream = sys.stderr
            stream.write(self.format(record) + self.terminator)
            if not getattr(stream, "line_buffering", False):
                stream.flush()
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001 (as every handler of logging does)
            self.handleError(record)


def configure(settings: LogSettings = _DEFAULT, *, debug: bool) -> None:
    """Log as ``settings`` say, in place of what an earlier call said; with ``debug`` everything, others' lines too.

    A host that has set up logging itself is left in peace, unless ``settings`` say anything.

    Raises:
        FileNotWritable: the log file cannot be opened. Then everything is as it was.

    """
    root, ours = logging.getLogger(), (ToStandardError, LogFile)
    foreign = [handler for handler in root.handlers if not isinstance(handler, ours)]
    if settings != _DEFAULT or not foreign:
        _install(settings, [handler for handler in root.handlers if isinstance(handler, ours)])
        root.setLevel(logging.DEBUG if debug else max(logging.WARNING, _level(settings)))
    logging.getLogger("mxcp").setLevel(logging.DEBUG if debug else _level(settings))
    protect()


def protect() -> None:
    """Keep secrets out of other people's log lines, whatever level the root logger has."""
    for name in ("authlib", "urllib3"):
        logging.getLogger(name).setLevel(logging.INFO)
    werkzeug = logging.getLogger("werkzeug")
    if not any(isinstance(entry, WithoutQuery) for entry in werkzeug.filters):
        werkzeug.addFilter(WithoutQuery())


def _install(settings: LogSettings, before: list[logging.Handler]) -> None:
    if [handler.name for handler in before] == [str(settings)]:  # a server that reads its files anew finds them so
        return
    root, new = logging.getLogger(), _handler(settings)
    new.set_name(str(settings))
    for handler in before:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(new)
    _look_up_less()


def _look_up_less() -> None:
    """Spare each record what no format of ours shows (https://docs.python.org/3/howto/logging.html#optimization)."""
    logging.logThreads = logging.logMultiprocessing = False
    logging._srcfile = None


def _handler(settings: LogSettings) -> logging.Handler:
    handler: logging.Handler = ToStandardError()
    if settings.path and settings.enabled:
        handler = _open(settings.path, settings)
    handler.setFormatter(JsonFormat() if settings.format == "json" else TextFormat())
    return handler


def _open(path: Path, settings: LogSettings) -> LogFile:
    try:
        return LogFile(path, settings.max_bytes, settings.backup_count)
    except (OSError, ValueError) as error:  # the second: a path that none can be
        raise FileNotWritable(path=path, reason=getattr(error, "strerror", None) or str(error)) from error


def _level(settings: LogSettings) -> int:
    return LEVELS[settings.level] if settings.enabled else _SILENT
