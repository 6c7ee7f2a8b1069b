"""Finds, for the log, what is wrong when people's browsers are not where our URLs are: at another scheme, or host.

That is behind most failures of a sign-in behind a proxy: a cookie that is Secure does not come back over http, and a
provider does not know a callback URL that begins with http or names a machine within. The line names the header that
shows it, and the key that mends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from mxcp_flask.config.model import Transport
from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, host_of
from mxcp_flask.web import x_forwarded
from mxcp_flask.web.forwarded import parse
from mxcp_flask.web.x_forwarded import DEFAULT_PORTS

_UNTOLD = "set base_url (transport.http) to the URL that people use, or scheme, or trust_proxy"
_OF_BROWSERS = ("Origin", "Referer", "Sec-Fetch-Site")
_OTHER = {"http": "https", "https": "http"}


def find_mismatch(headers: Mapping[str, str], base: str, transport: Transport, *, trusted: bool) -> str | None:
    """Say which header shows that the browser is not where ``base`` is, and what to do; None if none does.

    ``trusted`` tells whether the peer's headers are believed.
    """
    ours = urlsplit(base)
    for header, scheme in _schemes(headers, host_of(ours)):
        if scheme == ours.scheme and header in _OF_BROWSERS:  # whatever proxies between us say of each other
            break
        if scheme == _OTHER[ours.scheme]:
            fix = how_to_have(scheme, transport, trusted=trusted)
            return f"{header} shows that the browser is at {scheme}, but our URLs begin with {base}: {fix}"
    hosts = x_forwarded.values_of(headers, x_forwarded.HOST)
    if hosts and not trusted and not transport.base_url and host_of(urlsplit(f"//{hosts[0]}")) != host_of(ours):
        return f"X-Forwarded-Host names another host than our URLs, which begin with {base}: {_UNTOLD}"
    return None


def how_to_have(scheme: str, transport: Transport, *, trusted: bool) -> str:
    """Say what makes our URLs begin with ``scheme``, given what is configured."""
    if transport.base_url:
        return f"let base_url (transport.http) begin with {scheme}, or send people to {_OTHER[scheme]}"
    if transport.scheme:
        return f"write scheme: {scheme} (transport.http), or send people to {_OTHER[scheme]}"
    if trusted:
        return f"let the proxy send X-Forwarded-Proto: {scheme} (nginx: proxy_set_header X-Forwarded-Proto $scheme)"
    return (
        "add the proxy's address to trust_proxy (transport.http), or set base_url" if transport.trust_proxy else _UNTOLD
    )


def _schemes(headers: Mapping[str, str], host: str) -> Iterator[tuple[str, str]]:
    """Give each header that tells of a scheme, and which, those of the browser itself first."""
    for header in _OF_BROWSERS[:2]:
        yield header, _scheme_of(headers.get(header, ""), host)
    if "Sec-Fetch-Site" in headers and host not in LOOPBACK_HOSTS:
        yield "Sec-Fetch-Site", "https"  # browsers send it where the connection is encrypted, or to this machine
    for header in (x_forwarded.PROTO, x_forwarded.SCHEME):
        for value in x_forwarded.values_of(headers, header):
            yield header, value.lower()
    for element in parse(headers.get("Forwarded", "")) or []:
        yield "Forwarded", (element.proto or "").lower()


def _scheme_of(url: str, host: str) -> str:
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return ""
    return parts.scheme if parts.scheme in DEFAULT_PORTS and host_of(parts) == host else ""
