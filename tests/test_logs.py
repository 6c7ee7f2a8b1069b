"""Log lines: ours are shown, other people's hold no secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from mxcp_flask import logs

NAMES = (None, "mxcp", "authlib", "urllib3", "werkzeug")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Give the loggers back as they were."""
    loggers = [logging.getLogger(name) for name in NAMES]
    before = [(logger, logger.level, list(logger.filters), list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, filters, handlers in before:
        logger.setLevel(level)
        logger.filters[:], logger.handlers[:] = filters, handlers


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
