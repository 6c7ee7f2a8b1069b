"""Log lines: ours are shown, other people's hold no secret."""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path
from typing import TextIO

import pytest

from mxcp_flask import logs
from mxcp_flask.errors import FileNotWritable
from mxcp_flask.logs import LogSettings
from mxcp_flask.logs.setup import ToStandardError


def line(message: str, *args: object) -> str:
    """Return what becomes of a record of Werkzeug's logger."""
    record = logging.LogRecord("werkzeug", logging.INFO, __file__, 1, message, args, None)
    assert logs.WithoutQuery().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/github/callback?code=abc&state=def", "/github/callback?…"),
        ("/authorize?client_id=x", "/authorize?…"),
        ("/mcp", "/mcp"),
        ("/cb?a='&state=abc", "/cb?…"),
        ('/cb?a="&state=abc', "/cb?…"),
        ("/cb?a=\u2003&state=abc", "/cb?…"),
        ("/cb?a=1?state=abc", "/cb?…"),
        ("/cb?100%s&state=abc", "/cb?…"),
    ],
)
def test_query_is_not_logged(path: str, shown: str) -> None:
    """Of a request line the path stays, and nothing of the query, whatever characters it holds."""
    assert line('127.0.0.1 - - "%s" %s -', f"GET {path} HTTP/1.1", 302) == f'127.0.0.1 - - "GET {shown} HTTP/1.1" 302 -'


def test_several_queries_in_one_record() -> None:
    """Every query of a longer text goes."""
    assert line("from /a?code=1 to\n/b?code=2\nend") == "from /a?… to\n/b?…\nend"


def test_protect_mutes_authlib_and_urllib3() -> None:
    """With the root logger at DEBUG, those who log tokens and URLs do not get to."""
    logging.getLogger().setLevel(logging.DEBUG)
    logs.protect()

    for name in ("authlib.oauth2.rfc6749.grants.authorization_code", "urllib3.connectionpool"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
        assert logging.getLogger(name).isEnabledFor(logging.INFO)


def test_protect_twice_adds_one_filter() -> None:
    """Several applications in one process do not pile up filters."""
    logs.protect()
    logs.protect()

    assert sum(isinstance(entry, logs.WithoutQuery) for entry in logging.getLogger("werkzeug").filters) == 1


@pytest.mark.parametrize(("debug", "ours", "others"), [(False, logging.INFO, logging.WARNING), (True, 10, 10)])
def test_levels(debug: bool, ours: int, others: int) -> None:
    """Our lines start at INFO and others' at WARNING; with debug all are shown."""
    logging.getLogger().handlers.clear()
    logs.configure(debug=debug)

    assert logging.getLogger("mxcp.oauth").getEffectiveLevel() == ours
    assert logging.getLogger("somebody.else").getEffectiveLevel() == others
    assert logging.getLogger("authlib").getEffectiveLevel() == logging.INFO


def test_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output stays free for what a command answers."""
    logging.getLogger().handlers.clear()
    logs.configure(debug=False)
    logging.getLogger("mxcp.serve").info("listening")

    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("INFO    mxcp.serve: listening\n")


@pytest.mark.parametrize(
    ("level", "ours", "others"),
    [("DEBUG", 10, 30), ("INFO", 20, 30), ("WARNING", 30, 30), ("ERROR", 40, 40), ("CRITICAL", 50, 50)],
)
def test_configured_level(level: str, ours: int, others: int) -> None:
    """The configured level is that of our lines; others' begin at WARNING, or at it when it is higher."""
    logs.configure(LogSettings(level=level, format="json"), debug=False)

    assert logging.getLogger("mxcp.web").getEffectiveLevel() == ours
    assert logging.getLogger("gunicorn.error").getEffectiveLevel() == others


def test_debug_overrides_the_level() -> None:
    """Who starts the server with --debug sees everything, whatever the file says."""
    logs.configure(LogSettings(level="ERROR"), debug=True)

    assert logging.getLogger("mxcp.web").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("somebody.else").isEnabledFor(logging.DEBUG)


def test_log_that_is_off(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A log that is not enabled says nothing and makes no file."""
    logs.configure(LogSettings(enabled=False, path=tmp_path / "log"), debug=False)
    logging.getLogger("mxcp.web").critical("broken")
    logging.getLogger("somebody.else").critical("broken")

    assert capsys.readouterr() == ("", "")
    assert not (tmp_path / "log").exists()


def test_configured_twice_writes_once(tmp_path: Path) -> None:
    """A server that reads its files anew takes the new log, and nothing goes to the old one any more."""
    logs.configure(LogSettings(path=tmp_path / "one"), debug=False)
    logs.configure(LogSettings(path=tmp_path / "two", format="json"), debug=False)
    logging.getLogger("mxcp.web").info("once")

    assert (tmp_path / "one").read_text() == ""
    [line] = (tmp_path / "two").read_text().splitlines()
    assert json.loads(line)["message"] == "once"


def test_same_settings_again() -> None:
    """A server that reads its files anew and finds the same keeps the handler that other threads write to."""
    logs.configure(LogSettings(format="json"), debug=False)
    before = list(logging.getLogger().handlers)
    logs.configure(LogSettings(format="json"), debug=True)

    assert logging.getLogger().handlers == before
    assert logging.getLogger("mxcp").level == logging.DEBUG


def test_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """The message names the file, and the log goes on where it went before."""
    logs.configure(LogSettings(path=tmp_path / "log"), debug=False)
    for path in ("/proc/is/a/folder", "/proc/is/a/folder\0"):
        with pytest.raises(FileNotWritable, match="is/a/folder"):
            logs.configure(LogSettings(path=Path(path)), debug=False)
    logging.getLogger("mxcp.web").info("still here")

    assert "still here" in (tmp_path / "log").read_text()


def test_foreign_logging_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that has set up logging keeps it, as long as the user file says nothing about it."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(sys.stdout)])
    before = list(root.handlers)
    logs.configure(debug=False)
    assert root.handlers == before

    logs.configure(LogSettings(format="json"), debug=False)
    assert len(root.handlers) == 2


def emitted(stream: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a line to ``stream`` as to standard error."""
    monkeypatch.setattr("sys.stderr", stream)
    handler = ToStandardError()
    handler.handle(logging.LogRecord("mxcp.web", logging.WARNING, __file__, 1, "hello", (), None))


def test_standard_error_that_waits_is_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is there at once, also where standard error collects what is written."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    emitted(stream, monkeypatch)

    assert raw.getvalue() == b"hello\n"


def test_standard_error_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that cannot be written ends no request."""
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(logging, "raiseExceptions", False)
    emitted(closed, monkeypatch)

    assert closed.closed
