"""The metrics, for those who may read them; the route is there when the user file enables it.

Everything that is configured must hold: ``token``, and ``allow``. Without both, only this machine may read. An address
counts only when its owner asks us directly: what a proxy says of others is not looked at.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from mxcp_flask.config.model import MetricsSettings
from mxcp_flask.digests import digest
from mxcp_flask.errors import MetricsNotShared, MetricsRefused, MetricsTokenWrong
from mxcp_flask.web.context import services

_LOOPBACK = ("127.0.0.0/8", "::1/128")
_OF_PROXIES = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"})

Address = IPv4Address | IPv6Address


def metrics_blueprint(path: str) -> Blueprint:
    """Return the blueprint with its one route at ``path``."""
    blueprint = Blueprint("metrics", __name__)
    blueprint.add_url_rule(path, "metrics", metrics, methods=["GET"])
    blueprint.before_request(admit)
    return blueprint


def metrics() -> Response:
    """Return the numbers of all processes. Raises MetricsNotShared when they would be those of this one only."""
    media_type, text = services().meter.exposition()
    return Response(text, content_type=media_type)


def admit() -> None:
    """Before the request: let pass who may read.

    Raises:
        MetricsTokenWrong: a token is configured, and this is not it.
        MetricsRefused: the address may not read, or cannot be known.
        MetricsNotShared: each worker process has numbers of its own.

    """
    settings = services().settings.metrics
    if settings.token_hash is not None:
        _check_token(settings.token_hash)
    if settings.token_hash is None or settings.allow:
        _check_address(settings)
    if request.environ.get("wsgi.multiprocess") and not services().meter.is_shared:
        raise MetricsNotShared(workers="several")


def _check_token(token_hash: str) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(digest(token.strip()), token_hash):
        raise MetricsTokenWrong


def _check_address(settings: MetricsSettings) -> None:
    address = _peer()
    if address is None or not _is_in(address, settings.allow or _LOOPBACK):
        raise MetricsRefused
    if _is_in(address, _LOOPBACK) and not _names_an_address(request.headers.get("Host", "")):
        raise MetricsRefused  # a browser on this machine may have been led here by a name (DNS rebinding)


def _peer() -> Address | None:
    """Return the address that asks, or None when it may only be a proxy's."""
    names = [name.lower() for name, _ in request.headers]
    if any(name.startswith("x-forwarded-") or name in _OF_PROXIES for name in names):
        return None
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:  # a Unix socket has none
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _is_in(address: Address, networks: Iterable[str]) -> bool:
    return any(address in ip_network(network, strict=False) for network in networks)


def _names_an_address(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ip_address(name))
    except ValueError:
        return False
