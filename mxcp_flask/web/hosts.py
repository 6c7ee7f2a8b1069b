"""Which Host names this server, and so the base of its URLs; which Origin may call it.

The base comes from ``base_url``, else from ``scheme``, else from a trusted proxy's headers. Where the host is not
configured it is the request's own, but only if it can be meant: on a loopback listener a loopback name (so that a
rebound DNS name is refused), behind a trusted proxy or a configured scheme any name. Without authentication only
loopback names, the configured host, IP addresses on an open listener, and what a listed proxy says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import ForwardedUnclear, HostNotBase, HostRefused, OriginRefused
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.web.proxies import Proxies
from mxcp_flask.web.x_forwarded import DEFAULT_PORTS, Said

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|[a-z0-9](?:[a-z0-9\-._]*[a-z0-9])?)(?::([0-9]{1,5}))?")  # in lower case
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_MOST_KNOWN = 64
_WILDCARDS = frozenset({"", "0.0.0.0", "::", "[::]"})  # noqa: S104 (compared with, not bound to)


class Hosts:
    """The policy that follows from the ``transport`` settings."""

    def __init__(self, transport: Transport, *, protected: bool = True) -> None:
        self.transport = transport
        self.protected = protected
        self.proxies = Proxies(transport.trust_proxy)
        self._known: dict[tuple[str, str], Urls] = {}  # by Host and mount, which alone decide without a trusted proxy

    def urls(self, headers: Mapping[str, str], peer: str | None, mount: str = "") -> Urls:
        """Return our URLs for a request with these headers from the address ``peer``.

        ``mount`` is the path below which the WSGI host serves us; the configured one counts more.

        Raises:
            HostRefused: the Host header is missing, malformed, or names another server.
            ForwardedUnclear: the headers of a trusted proxy contradict each other.

        """
        host = headers.get("Host", "")
        trusted = self.proxies.trusts(peer)
        if trusted:
            return self._urls(host.lower(), headers, mount, trusted=True)
        known = self._known.get((host, mount))
        if known is None:
            known = self._urls(host.lower(), headers, mount, trusted=False)
            self._remember((host, mount), known)
        return known

    def _urls(self, host: str, headers: Mapping[str, str], mount: str, *, trusted: bool) -> Urls:
        if self.transport.base_url:
            self._require_base(host, headers, trusted)
            return Urls(self.transport.base_url)
        said = self.proxies.said(headers, self.transport.scheme) if trusted else Said()
        host = said.host or host
        if not (_is_well_formed(host) and (self._vouched(trusted) or self._is_meant(host))):
            raise HostRefused
        scheme = self.transport.scheme or said.scheme or "http"
        return Urls(f"{scheme}://{_without_default_port(scheme, host)}{self.transport.path_prefix or mount}")

    def address(self, headers: Mapping[str, str], peer: str | None) -> str | None:
        """Return where a request came from: of the forwarding proxies' list, the nearest that is no trusted proxy."""
        return self.proxies.client_address(headers, peer)

    def trusts(self, peer: str | None) -> bool:
        """Tell whether what the headers of a request from ``peer`` say is believed."""
        return self.proxies.trusts(peer)

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

    def _remember(self, asked: tuple[str, str], urls: Urls) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[asked] = urls

    def _require_base(self, host: str, headers: Mapping[str, str], trusted: bool) -> None:
        if _name(host) in _LOOPBACK or self._is_base(host):
            return
        # A proxy may send its own Host; where it also says which one the client used, that one counts.
        if not (self._vouched(trusted) and self._is_base(self._forwarded_host(headers))):
            raise HostNotBase

    def _is_base(self, host: str) -> bool:
        base = urlsplit(self.transport.base_url or "")
        return (base.scheme, _without_default_port(base.scheme, host)) == _origin_of(base)

    def _forwarded_host(self, headers: Mapping[str, str]) -> str:
        try:
            return self.proxies.said(headers, urlsplit(self.transport.base_url or "").scheme).host or ""
        except ForwardedUnclear:
            return ""

    def _vouched(self, trusted: bool) -> bool:
        return trusted and (self.protected or self.transport.trust_proxy is not True)

    def _is_meant(self, host: str) -> bool:
        bound = self.transport.host.lower()
        if _name(host) in _LOOPBACK | {bound}:
            return True
        if not self.protected:  # then a page whose DNS name was rebound to this server would be let in like anybody
            return bound in _WILDCARDS and _is_address(_name(host))
        return bound in _WILDCARDS or self.transport.scheme is not None


def _name(host: str) -> str:
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _origin(origin: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(origin.strip().lower())
    except ValueError:
        return None
    bare = not (parts.path or parts.query or parts.fragment)
    return _origin_of(parts) if bare and parts.scheme in DEFAULT_PORTS and _is_well_formed(parts.netloc) else None


def _origin_of(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, _without_default_port(parts.scheme, parts.netloc.lower())


def _without_default_port(scheme: str, host: str) -> str:
    return host.removesuffix(f":{DEFAULT_PORTS[scheme]}")


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
