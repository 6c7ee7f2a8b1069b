"""The URL of a request, read once and strictly."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mxcp_flask.errors import OutboundRefused

_DEFAULT_PORTS = {"https": 443, "http": 80}
_URL = re.compile(
    r"(https?)://([a-z0-9._\-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?((?:[/?][!$-;=?-Z\[\]_a-z~]*)?)", re.IGNORECASE
)


@dataclass(frozen=True)
class Target:
    """The parts of a URL. ``host`` is in lower case and keeps the brackets of an IPv6 address.

    Its text is for messages: without the query, which may hold a secret.
    """

    scheme: str
    host: str
    port: int
    path: str  # with the query

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path.partition('?')[0]}"

    @property
    def authority(self) -> str:
        """Return host and port as the Host header has them (RFC 9110 §7.2)."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """Return the host as the resolver and TLS know it."""
        return self.host.strip("[]")


def parse(url: str, allow_hosts: Collection[str], *, any_port: bool = False) -> Target:
    """Read ``url``; hosts in ``allow_hosts`` may have any port, and http; others https. Raises OutboundRefused."""
    match = _URL.fullmatch(url)
    if match is None:
        reason = "it is not an https URL of a host, a port and a path, without user information and fragment"
        raise OutboundRefused(url=_shown(url), reason=reason)
    scheme, host, path = match[1].lower(), match[2].lower(), match[4]
    target = Target(scheme, host, int(match[3] or _DEFAULT_PORTS[scheme]), path if path[:1] == "/" else f"/{path}")
    if not 0 < target.port < 65536:
        raise OutboundRefused(url=target, reason="there is no such port")
    if host not in allow_hosts and (scheme != "https" or not (any_port or target.port == 443)):
        raise OutboundRefused(url=target, reason=f"only https{'' if any_port else ' on port 443'} is allowed")
    return target


def _shown(url: str) -> str:
    """Return what a message may show of text that is no URL: no user information, no query, no control character."""
    text = re.split("[?#]", url.rpartition("@")[2])[0]
    return re.sub(r"[^\x21-\x7e]", "?", text)[:200]
