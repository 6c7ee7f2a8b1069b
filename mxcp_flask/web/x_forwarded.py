"""The headers ``X-Forwarded-Proto``, ``-Scheme``, ``-Host`` and ``-Port``, which no standard describes.

Several values do not tell which proxy wrote which, so they count only when they are all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mxcp_flask.errors import ForwardedUnclear

PROTO, SCHEME, HOST, PORT = "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Host", "X-Forwarded-Port"
FOR = "X-Forwarded-For"
DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class Said:
    """The scheme and host that the client used, in lower case; None where no proxy says so."""

    scheme: str | None = None
    host: str | None = None


def is_spoken(headers: Mapping[str, str]) -> bool:
    """Tell whether any of these headers says something."""
    return any(values_of(headers, name) for name in (PROTO, SCHEME, HOST, PORT, FOR))


def read(headers: Mapping[str, str], configured: str | None) -> Said:
    """Return what the headers say. With a ``configured`` scheme, no header about the scheme is looked at.

    Raises:
        ForwardedUnclear: they contradict each other, or cannot be read.

    """
    said = None if configured else _read_scheme(headers)
    host, port = _single(headers, HOST), _single(headers, PORT)
    if port is None or has_port(host or ""):
        return Said(said, host)
    return Said(said, _with_port(host or headers.get("Host", "").lower(), port, said, configured))


def read_scheme(header: str, value: str) -> str:
    """Return ``value`` in lower case; raises ForwardedUnclear when it is no scheme of the web's."""
    if value.lower() not in DEFAULT_PORTS:
        raise ForwardedUnclear(reason=f"{header} says '{_short(value)}', which is neither http nor https")
    return value.lower()


def values_of(headers: Mapping[str, str], name: str) -> list[str]:
    """Return the header's values, one for each comma, without the empty ones."""
    return [value.strip() for value in headers.get(name, "").split(",") if value.strip()]


def has_port(host: str) -> bool:
    """Tell whether there is a port in ``host``."""
    return ":" in host.rpartition("]")[2]


def _read_scheme(headers: Mapping[str, str]) -> str | None:
    values = {name: _single(headers, name) for name in (PROTO, SCHEME)}
    proto, scheme = (read_scheme(name, value) if value else None for name, value in values.items())
    if proto and scheme and proto != scheme:
        raise ForwardedUnclear(reason=f"{PROTO} says '{proto}' and {SCHEME} '{scheme}'")
    return proto or scheme


def _with_port(host: str, port: str, said: str | None, configured: str | None) -> str:
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
        raise ForwardedUnclear(reason=f"{PORT} says '{_short(port)}', which is no port")
    scheme = said or configured
    if scheme and port in set(DEFAULT_PORTS.values()) - {DEFAULT_PORTS[scheme]}:
        if configured:  # of a proxy within, which is why the scheme had to be configured
            return host
        raise ForwardedUnclear(reason=f"{PROTO} says '{said}', but {PORT} {port}")
    return host if has_port(host) else f"{host}:{int(port)}"


def _single(headers: Mapping[str, str], name: str) -> str | None:
    values = sorted({value.lower() for value in values_of(headers, name)})
    if len(values) > 1:
        raise ForwardedUnclear(reason=f"{name} says both '{_short(values[0])}' and '{_short(values[1])}'")
    return values[0] if values else None


def _short(value: str) -> str:
    return value[:60].encode("ascii", "backslashreplace").decode()
