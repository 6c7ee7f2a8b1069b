"""The formats of text values: how each is read, and what DuckDB gets.

==========  ==========================================  ============================================
format      text                                        value for DuckDB
==========  ==========================================  ============================================
email       ``name@host.domain``                        text
uri         a scheme, a colon, no white space           text (RFC 3986)
date        ``2024-12-31``                              ``date``
time        ``23:59``, seconds and offset optional      ``time`` (TIME, or TIMETZ with an offset)
date-time   ``2024-12-31T23:59:00Z``, offset optional   ``datetime`` (TIMESTAMPTZ with an offset, else TIMESTAMP)
timestamp   seconds since the epoch, or a date-time     naive ``datetime`` in UTC (TIMESTAMP)
duration    ``P1Y2M3DT4H5M6S`` or ``P2W``               text that casts: ``$name::INTERVAL``
==========  ==========================================  ============================================

A duration stays text because no Python value holds months, and DuckDB does not read the ISO 8601 spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:\S*")
_LENGTH_OF_DATE = 10
_LENGTH_TO_SECONDS = 19
_TIME = re.compile(r"(\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d+)?", re.ASCII)
_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?=[\dT])(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<week>\d+)W)?(?:(?P<day>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>\d+(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_DURATION_DIGITS = 6  # more digits in a unit leave the range of INTERVAL
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Format:
    """How a format is read, and what to say of text that is not in it."""

    read: Callable[[Any], Any]  # returns the value for DuckDB; raises ValueError
    hint: str


def _read_email(text: str) -> str:
    return _matching(_EMAIL, text).group()


def _read_uri(text: str) -> str:
    return _matching(_URI, text).group()


def _read_date(text: str) -> date:
    if len(text) != _LENGTH_OF_DATE or text[4] != "-" or text[7] != "-":  # Python itself reads weeks, too
        raise ValueError(text)
    return date.fromisoformat(text)


def _read_time(text: str) -> time:
    minutes, seconds, fraction, offset = _matching(_TIME, text).groups()
    if fraction and not seconds:
        raise ValueError(text)
    micros = f".{fraction[:6]:0<6}" if fraction else ""
    return time.fromisoformat(f"{minutes}{seconds or ':00'}{micros}{_offset(offset)}")


def _read_date_time(text: str) -> datetime:
    if len(text) < len("2024-12-31T23:59") or text[10] not in "Tt ":
        raise ValueError(text)
    if len(text) == _LENGTH_TO_SECONDS and text[4] == text[7] == "-" and text[13] == text[16] == ":":  # most are so
        return datetime.fromisoformat(text)
    return datetime.combine(_read_date(text[:10]), _read_time(text[11:]))


def _read_timestamp(value: str | float) -> datetime:
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return _since_epoch(float(value))
    moment = _read_date_time(value)
    return moment if moment.tzinfo is None else moment.astimezone(timezone.utc).replace(tzinfo=None)


def _since_epoch(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _read_duration(text: str) -> str:
    units = _matching(_DURATION, text).groupdict()
    sign = "-" if units.pop("sign") == "-" else ""
    given = {unit: number for unit, number in units.items() if number}
    if not given or any(len(number.partition(".")[0]) > _DURATION_DIGITS for number in given.values()):
        raise ValueError(text)
    return " ".join(f"{sign}{number} {unit}s" for unit, number in given.items())


def _offset(text: str | None) -> str:
    if not text:
        return ""
    return "+00:00" if text in "Zz" else f"{text[:3]}:{text[-2:]}"


def _matching(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return match


FORMATS: Mapping[str, Format] = {
    "email": Format(_read_email, "an e-mail address such as name@example.org"),
    "uri": Format(_read_uri, "a URI such as https://example.org/page"),
    "date": Format(_read_date, "a date such as 2024-12-31"),
    "time": Format(_read_time, "a time such as 23:59:00"),
    "date-time": Format(_read_date_time, "a date and time such as 2024-12-31T23:59:00Z"),
    "timestamp": Format(
        _read_timestamp, "seconds since 1970-01-01 UTC, or a date and time such as 2024-12-31T23:59:00Z"
    ),
    "duration": Format(_read_duration, "an ISO 8601 duration such as P1DT2H"),
}


def is_in_format(value: Any, name: str) -> bool:
    """Tell whether ``value`` reads as the format ``name``; of numbers only a timestamp's are judged."""
    if not isinstance(value, str) and (
        name != "timestamp" or isinstance(value, bool) or not isinstance(value, (int, float))
    ):
        return True
    try:
        FORMATS[name].read(value)
    except (ValueError, OverflowError):
        return False
    return True
