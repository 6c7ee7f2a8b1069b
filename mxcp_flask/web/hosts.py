"""Which Host names this server, and so the base of its URLs; which Origin may call it.

The base comes from ``base_url``, else from ``scheme``, else from a trusted proxy's headers. Where the host is not
configured it is the request's own, but only if it can be meant: on a loopback listener a loopback name (so that a
rebound DNS name is refused), behind a trusted proxy or a configured scheme any name. Without authentication only
loopback names, the configured host, IP addresses on an open listener, and what a listed proxy says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import HostRefused, OriginRefused
from mxcp_flask.oauth.urls import Urls

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|[a-z0-9](?:[a-z0-9\-._]*[a-z0-9])?)(?::([0-9]{1,5}))?")  # in lower case
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_WILDCARDS = frozenset({"", "0.0.0.0", "::", "[::]"})  # noqa: S104 (compared with, not bound to)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class Hosts:
    """The policy that follows from the ``transport`` settings."""

    def __init__(self, transport: Transport, *, protected: bool = True) -> None:
        self.transport = transport
        self.protected = protected

    def urls(self, headers: Mapping[str, str], peer: str | None) -> Urls:
        """Return our URLs for a request with these headers from the address ``peer``.

        Raises:
            HostRefused: the Host header is missing, malformed, or names another server.

        """
        host = headers.get("Host", "").lower()
        if self.transport.base_url:
            self._require(self._is_base(host) or _name(host) in _LOOPBACK)
            return Urls(self.transport.base_url)
        trusted = self._trusts(peer)
        if trusted:
            host = _forwarded_host(headers) or host
        self._require(_is_well_formed(host) and (self._vouched(trusted) or self._is_meant(host)))
        scheme = self.transport.scheme or (_forwarded_scheme(headers) if trusted else None) or "http"
        return Urls(f"{scheme}://{_without_default_port(scheme, host)}")

    def address(self, headers: Mapping[str, str], peer: str | None) -> str | None:
        """Return where a request came from: of the forwarding proxies' list, the nearest that is no trusted proxy."""
        hops = [_bare_address(hop.strip()) for hop in headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        address = peer
        while hops and self._trusts(address):
            address = hops.pop()
            if self.transport.trust_proxy is True:  # whoever connects is the proxy; nobody vouches for more
                break
        return address

    def trusts(self, peer: str | None) -> bool:
        """Tell whether what the headers of a request from ``peer`` say is believed."""
        return self._trusts(peer)

    def check_origin(self, origin: str | None, urls: Urls) -> None:
        """Let requests without Origin, from our own origin, and between loopback names pass.

        Raises:
            OriginRefused: a page of another site is calling (MCP, transports: DNS rebinding).

        """
        if origin is None:
            return
        theirs, ours = _origin(origin), _origin_of(urlsplit(urls.base))
        self_or_local = theirs is not None and (theirs == ours or _both_loopback(theirs[1], ours[1]))
        if not self_or_local:
            raise OriginRefused

    def _is_base(self, host: str) -> bool:
        base = urlsplit(self.transport.base_url or "")
        return (base.scheme, _without_default_port(base.scheme, host)) == _origin_of(base)

    def _vouched(self, trusted: bool) -> bool:
        return trusted and (self.protected or self.transport.trust_proxy is not True)

    def _is_meant(self, host: str) -> bool:
        bound = self.transport.host.lower()
        if _name(host) in _LOOPBACK | {bound}:
            return True
        if not self.protected:  # then a page whose DNS name was rebound to this server would be let in like anybody
            return bound in _WILDCARDS and _is_address(_name(host))
        return bound in _WILDCARDS or self.transport.scheme is not None

    def _trusts(self, peer: str | None) -> bool:
        listed = self.transport.trust_proxy
        if isinstance(listed, bool) or peer is None:
            return listed is True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in ip_network(entry, strict=False) for entry in listed)

    def _require(self, held: bool) -> None:
        if not held:
            raise HostRefused


def _forwarded_host(headers: Mapping[str, str]) -> str | None:
    return _first(headers.get("X-Forwarded-Host")) or None


def _forwarded_scheme(headers: Mapping[str, str]) -> str | None:
    proto = _first(headers.get("X-Forwarded-Proto")) or _first(headers.get("X-Forwarded-Scheme"))
    return proto if proto in _DEFAULT_PORTS else None


def _bare_address(hop: str) -> str:
    """Return ``hop`` without the port that some proxies add, and an IPv6 address without its brackets."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _first(value: str | None) -> str:
    return (value or "").partition(",")[0].strip().lower()


def _name(host: str) -> str:
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _origin(origin: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(origin.strip().lower())
    except ValueError:
        return None
    bare = not (parts.path or parts.query or parts.fragment)
    return _origin_of(parts) if bare and parts.scheme in _DEFAULT_PORTS and _is_well_formed(parts.netloc) else None


def _origin_of(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, _without_default_port(parts.scheme, parts.netloc.lower())


def _without_default_port(scheme: str, host: str) -> str:
    return host.removesuffix(f":{_DEFAULT_PORTS[scheme]}")


def _is_well_formed(host: str) -> bool:
    found = _HOST.fullmatch(host)
    return found is not None and int(found[2] or 0) < 65536 and (found[1] is None or _is_ipv6(found[1]))


def _is_ipv6(address: str) -> bool:
    return ":" in address and _is_address(address)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _both_loopback(one: str, other: str) -> bool:
    return _name(one) in _LOOPBACK and _name(other) in _LOOPBACK
