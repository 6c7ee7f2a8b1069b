"""Tests of how the formats of text values are read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from mxcp_flask.endpoints.formats import FORMATS, is_in_format

EAST = timezone(timedelta(hours=2))
UTC = timezone.utc


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("email", "ada@example.org", "ada@example.org"),
        ("uri", "https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("uri", "urn:isbn:123", "urn:isbn:123"),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("time", "23:59", time(23, 59)),
        ("time", "23:59:01", time(23, 59, 1)),
        ("time", "23:59:01.5", time(23, 59, 1, 500000)),
        ("time", "23:59:01.123456789", time(23, 59, 1, 123456)),
        ("time", "23:59:01Z", time(23, 59, 1, tzinfo=UTC)),
        ("time", "23:59:01+0200", time(23, 59, 1, tzinfo=EAST)),
        ("date-time", "2024-12-31T23:59:00", datetime(2024, 12, 31, 23, 59)),
        ("date-time", "2024-12-31 23:59", datetime(2024, 12, 31, 23, 59)),
        ("date-time", "2024-12-31T23:59:00Z", datetime(2024, 12, 31, 23, 59, tzinfo=UTC)),
        ("date-time", "2024-12-31t23:59:00.25z", datetime(2024, 12, 31, 23, 59, 0, 250000, tzinfo=UTC)),
        ("date-time", "2024-12-31T23:59:00+02:00", datetime(2024, 12, 31, 23, 59, tzinfo=EAST)),
        ("timestamp", 0, datetime(1970, 1, 1)),
        ("timestamp", -1, datetime(1969, 12, 31, 23, 59, 59)),
        ("timestamp", 1.5, datetime(1970, 1, 1, 0, 0, 1, 500000)),
        ("timestamp", "86400", datetime(1970, 1, 2)),
        ("timestamp", "1970-01-02T00:00:00", datetime(1970, 1, 2)),
        ("timestamp", "1970-01-02T02:00:00+02:00", datetime(1970, 1, 2)),
        ("duration", "P1Y2M3DT4H5M6.5S", "1 years 2 months 3 days 4 hours 5 minutes 6.5 seconds"),
        ("duration", "P2W", "2 weeks"),
        ("duration", "PT0S", "0 seconds"),
        ("duration", "-P1DT2H", "-1 days -2 hours"),
    ],
)
def test_reads(name: str, text: Any, expected: Any) -> None:
    """Text in a format becomes the value for DuckDB, offsets included."""
    found = FORMATS[name].read(text)

    assert (found, getattr(found, "tzinfo", None)) == (expected, getattr(expected, "tzinfo", None))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("email", "ada"),
        ("email", "ada@example"),
        ("email", "a b@example.org"),
        ("email", "ada@example.org\n"),
        ("uri", "example.org/page"),
        ("uri", "https://example.org/a b"),
        ("date", "2024-02-30"),
        ("date", "20240229"),
        ("date", "2024-2-9"),
        ("date", "\u0662\u0660\u0662\u0664-\u0660\u0661-\u0660\u0661"),
        ("date", "0000-01-01"),
        ("time", "25:00"),
        ("time", "23"),
        ("time", "23:59.5"),
        ("time", "23:59:01+25:00"),
        ("date-time", "2024-12-31"),
        ("date-time", "2024-12-31X23:59:00"),
        ("date-time", "2024-13-01T00:00:00"),
        ("timestamp", 1e300),
        ("timestamp", "tomorrow"),
        ("timestamp", "0001-01-01T00:00:00+02:00"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "P1DT"),
        ("duration", "1 day"),
        ("duration", "P9999999Y"),
    ],
)
def test_refuses(name: str, text: Any) -> None:
    """Text that is not in a format is told apart, and never raises anything but what the check expects."""
    assert not is_in_format(text, name)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "timestamp"])
def test_judges_text_only(name: str) -> None:
    """A format says nothing of values that are no text; their type is another check's."""
    assert is_in_format(5, name)
    assert is_in_format(None, name)
