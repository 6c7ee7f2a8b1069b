"""What works, but hardly as it is meant: warnings for whoever starts the server, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from mxcp_flask.config.addresses import is_public
from mxcp_flask.config.model import Settings, Transport
from mxcp_flask.documents import Fault
from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, host_of

_Warnings = Iterator[tuple[str, str]]  # where it is written, and what is to be known of it
_HTTP = "transport.http"
_ANYBODY = (
    "true believes whoever connects, and {host} is open to others than the proxy: list the proxy's addresses, or "
    "listen on 127.0.0.1"
)
_NO_TLS = "is https on the port where the server itself speaks http: begin with http, or name the port of the proxy"
_TWICE = (
    "ends with /mcp, so that the MCP endpoint is at {prefix}/mcp: leave /mcp out if it was meant to name the endpoint"
)
_FORCED = "is http, with which people can sign in on this machine only: write https, or remove it"
_WITHOUT_TLS = (
    "{host} is open to others, but our URLs begin with http:, with which people can sign in on this machine only: "
    "behind a proxy with TLS set base_url to the URL that they use"
)
_PREFIXED = "is below {prefix} once more, so that the callback is at {prefix}{path}: leave {prefix} out"
_NAMELESS = (
    "without sign-in the server answers only under names that it knows, because a web page could make up others: set "
    "base_url to the URL that clients use, or list the proxy's addresses in trust_proxy"
)


def advice(settings: Settings) -> list[Fault]:
    """Return a warning for each setting that will probably surprise, with its place in the user file."""
    found = [*_of_transport(settings.transport)]
    if settings.auth.settings is None:
        found += _without_sign_in(settings.transport)
    else:
        path = settings.auth.settings.callback_path
        found += [*_of_reach(settings.transport), *_of_callback(settings, path), *_of_clients(settings, path)]
    return [Fault(settings.user_file, None, where, message) for where, message in found]


def _of_transport(transport: Transport) -> _Warnings:
    if transport.trust_proxy is True and not _is_loopback(transport.host):
        yield f"{_HTTP}.trust_proxy", _ANYBODY.format(host=transport.host)
    if _is_own_port(transport):
        yield f"{_HTTP}.base_url", _NO_TLS
    if transport.prefix.endswith("/mcp"):
        key = "base_url" if transport.base_url else "path_prefix"
        yield f"{_HTTP}.{key}", _TWICE.format(prefix=transport.prefix)


def _of_reach(transport: Transport) -> _Warnings:
    if transport.base_url or transport.scheme == "https":
        return
    if transport.scheme and (transport.trust_proxy or not _is_loopback(transport.host)):
        yield f"{_HTTP}.scheme", _FORCED
    elif not transport.trust_proxy and not _is_loopback(transport.host):
        yield f"{_HTTP}.host", _WITHOUT_TLS.format(host=transport.host)


def _of_callback(settings: Settings, path: str) -> _Warnings:
    prefix = settings.transport.prefix
    if prefix and path.startswith(f"{prefix}/"):
        yield f"auth.{settings.auth.provider}.callback_path", _PREFIXED.format(prefix=prefix, path=path)


def _of_clients(settings: Settings, path: str) -> _Warnings:
    """Warn of clients whose redirect URI is our own callback as it was before there was TLS."""
    transport = settings.transport
    if (transport.scheme or urlsplit(transport.base_url or "").scheme) != "https":
        return
    ours = f"{transport.base_url or 'https://...'}{path}"
    for index, client in enumerate(settings.auth.clients):
        for uri in client.redirect_uris:
            if uri.startswith("http:") and urlsplit(uri).path == path:
                yield f"auth.clients.{index}.redirect_uris", f"{uri} is our own callback without TLS; it is {ours} now"


def _without_sign_in(transport: Transport) -> _Warnings:
    if transport.base_url and is_public(_host(transport.base_url)):
        yield "auth.provider", "is none, but base_url is public: everybody who can reach it can call every tool"
    listed = not isinstance(transport.trust_proxy, bool)  # what those proxies say is believed
    if not transport.base_url and not listed and (transport.scheme or transport.trust_proxy):
        yield f"{_HTTP}.{'scheme' if transport.scheme else 'trust_proxy'}", _NAMELESS


def _is_own_port(transport: Transport) -> bool:
    """Tell whether ``base_url`` says https of the very port on which the server speaks http."""
    parts = urlsplit(transport.base_url or "")
    return parts.scheme == "https" and host_of(parts) in LOOPBACK_HOSTS and parts.port == transport.port


def _host(url: str) -> str:
    return host_of(urlsplit(url))


def _is_loopback(host: str) -> bool:
    name = host.strip("[]").lower()
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
