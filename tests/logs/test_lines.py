"""Lines of facts, as any handler of a host's own meets them."""

from __future__ import annotations

import logging

import pytest

from mxcp_flask.logs import tell
from mxcp_flask.logs.lines import Line


@pytest.fixture
def logger() -> logging.Logger:
    """Return a logger that says everything."""
    logger = logging.getLogger("mxcp.test_lines")
    logger.setLevel(logging.DEBUG)
    return logger


def test_line_has_all_that_a_record_has() -> None:
    """A format of the host's own may name any attribute of a record."""
    usual = vars(logging.LogRecord("mxcp.web", logging.INFO, __file__, 1, "hello", (), None))
    line = vars(Line("mxcp.web", logging.INFO, "hello"))

    assert usual.keys() <= line.keys()
    assert {name: line[name] for name in ("name", "levelno", "levelname", "msg", "args", "process")} == {
        name: usual[name] for name in ("name", "levelno", "levelname", "msg", "args", "process")
    }
    assert 0 <= line["msecs"] < 1000
    assert abs(line["created"] - usual["created"]) < 60


def test_text_is_taken_as_it_is(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """What somebody called themselves is no format to be filled in."""
    tell(logger, logging.INFO, "called", {"name": "100 %s %(x)d", "none": None})

    [record] = caplog.records
    assert record.getMessage() == "called: name='100 %s %(x)d'"
    assert (vars(record)["facts"], vars(record)["brief"]) == ({"name": "100 %s %(x)d"}, "called")


def test_level_decides(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """A line below the logger's level is not written, and nothing is done for it."""
    logger.setLevel(logging.WARNING)
    tell(logger, logging.INFO, "called", {})

    assert caplog.records == []


def test_filters_of_a_host_count(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """A filter on the logger keeps a line out."""
    logger.addFilter(lambda record: "secret" not in record.getMessage())
    for name in ("secret", "public"):
        tell(logger, logging.INFO, "called", {"name": name})
    logger.filters.clear()

    assert [vars(record)["facts"] for record in caplog.records] == [{"name": "public"}]


def test_records_of_a_host_are_its_own(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a host makes the records, so that they have more than usual, it makes ours too."""

    class Traced(logging.LogRecord):
        trace = "0af7"

    monkeypatch.setattr(logging, "_logRecordFactory", Traced)
    tell(logger, logging.INFO, "called", {"name": "100 %s"})

    [record] = caplog.records
    assert isinstance(record, Traced)
    assert (record.getMessage(), vars(record)["facts"]) == ("called: name='100 %s'", {"name": "100 %s"})


def test_usual_formats_of_hosts(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """A format with each of logging's attributes can be filled in."""
    tell(logger, logging.INFO, "called", {})
    names = "asctime created filename levelname lineno module msecs name pathname process relativeCreated thread"
    text = logging.Formatter(" ".join(f"%({name})s" for name in names.split()) + " %(thread)d %(msecs)03d").format(
        caplog.records[0]
    )

    assert "INFO" in text
