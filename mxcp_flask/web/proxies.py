"""Which proxies are trusted, and what they say of a request: scheme and host as the client used them, its address.

Two languages are understood, ``X-Forwarded-…`` and ``Forwarded`` (RFC 7239). The second tells which proxy wrote what:
the element of the outermost trusted proxy counts, and what a client wrote in front of it does not. But a proxy that
speaks the first lets the second pass as the client wrote it; so beside the first, ``Forwarded`` has to agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from mxcp_flask.errors import ForwardedUnclear
from mxcp_flask.web import x_forwarded
from mxcp_flask.web.forwarded import Element, address_of, parse
from mxcp_flask.web.x_forwarded import DEFAULT_PORTS, Said


class Proxies:
    """``transport.trust_proxy``: True trusts whoever connects to us, and nobody behind it; a list whom it names."""

    def __init__(self, trust_proxy: bool | tuple[str, ...]) -> None:
        self.anyone = trust_proxy is True
        self._networks = (
            () if isinstance(trust_proxy, bool) else tuple(ip_network(n, strict=False) for n in trust_proxy)
        )

    def trusts(self, peer: str | None) -> bool:
        """Tell whether the proxy at the address ``peer`` is believed; None is that of a Unix socket."""
        if self.anyone or not (self._networks and peer):
            return self.anyone
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:  # as a listener on :: sees IPv4
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)

    def said(self, headers: Mapping[str, str], configured: str | None = None) -> Said:
        """Return what the proxy that connected to us, which is trusted, says; ``configured`` is our scheme, if any.

        Raises:
            ForwardedUnclear: its headers contradict each other, or cannot be read.

        """
        element = self._outermost(headers)
        if x_forwarded.is_spoken(headers):
            plain = x_forwarded.read(headers, configured)
            _require_agreement(element, plain, headers.get("Host", ""), configured)
            return plain
        proto = element.proto and not configured and x_forwarded.read_scheme("Forwarded's proto", element.proto)
        return Said(proto or None, element.host.lower() if element.host else None)

    def client_address(self, headers: Mapping[str, str], peer: str | None) -> str | None:
        """Return the nearest address of the chain that is no trusted proxy's.

        Where both languages are spoken and differ, the client wrote one of them itself: then it is the peer's.
        """
        if not (self.anyone or self._networks):
            return peer
        told = [element.sender for element in parse(headers.get("Forwarded", "")) or [] if element.sender]
        chains = [chain for chain in (x_forwarded.values_of(headers, x_forwarded.FOR), told) if chain]
        found = {self._nearest(chain, peer) for chain in chains}
        return found.pop() if len(found) == 1 else peer

    def _nearest(self, chain: Iterable[str], peer: str | None) -> str | None:
        hops = [address_of(hop) for hop in chain]
        address = peer
        while hops and self.trusts(address):
            address = hops.pop()
            if self.anyone:
                break
        return address

    def _outermost(self, headers: Mapping[str, str]) -> Element:
        """Return the element of the outermost trusted proxy, with what it leaves out as the next one has it."""
        elements = parse(headers.get("Forwarded", ""))
        if elements is None:
            raise ForwardedUnclear(reason="Forwarded is not what RFC 7239 says")
        host = proto = None
        for element in reversed(elements):
            host, proto = element.host or host, element.proto or proto
            if self.anyone or element.sender is None or not self.trusts(address_of(element.sender)):
                break
        return Element(None, host, proto)


def _require_agreement(element: Element, plain: Said, host: str, configured: str | None) -> None:
    scheme = configured or plain.scheme or "http"
    if element.proto and not configured and element.proto.lower() != scheme:
        source = "X-Forwarded-Proto" if plain.scheme else "there are X-Forwarded headers without Proto, which means"
        raise ForwardedUnclear(reason=f"Forwarded has another proto than {source} '{scheme}'")
    port = f":{DEFAULT_PORTS[scheme]}"
    known = (plain.host or host).lower().removesuffix(port)
    if element.host and element.host.lower().removesuffix(port) != known:
        source = "X-Forwarded-Host" if plain.host else "Host"
        raise ForwardedUnclear(reason=f"Forwarded and {source} name different hosts")
