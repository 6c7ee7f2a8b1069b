"""What the single values of ``transport`` must look like. The messages never show a value that may be a secret."""

from __future__ import annotations

import ipaddress
import re

from marshmallow import ValidationError

from mxcp_flask.config.addresses import DEFAULT_PORTS, WILDCARDS
from mxcp_flask.config.checks import PLAIN_PATH, check_parts, network, split_url
from mxcp_flask.redirect_uris import host_of

_LISTENED = re.compile(r"[^\s/@]+")
_WITH_PORT = re.compile(r"(?:[^:]*|\[.*\]):[0-9]*")


def host(text: str) -> None:
    """Require what can be listened on, without a port."""
    if not _LISTENED.fullmatch(text):
        raise ValidationError("must be a host name or an IP address")
    if _WITH_PORT.fullmatch(text):
        raise ValidationError("must have no port in it; write that as port")


def proxy(text: str) -> None:
    """Require an IP address or network, which is not all of them."""
    network(text)
    if ipaddress.ip_network(text, strict=False).prefixlen == 0:
        raise ValidationError("is every address; write trust_proxy: true if that is meant")


def public_url(url: str) -> None:
    """Require an absolute URL without a query: the server's own, from outside."""
    parts = split_url(url)
    check_parts(parts, url, query=False)
    if host_of(parts) in WILDCARDS:
        raise ValidationError(f"names {host_of(parts)}, which is where to listen; write the host that clients use")
    other = {"http": "https", "https": "http"}[parts.scheme]
    if parts.port == DEFAULT_PORTS[other]:
        raise ValidationError(f"is {parts.scheme} on port {parts.port}, which is that of {other}; leave the port out")
    path_prefix(parts.path)


def path_prefix(text: str) -> None:
    """Require a path below which a proxy can serve us."""
    bare = text.rstrip("/")
    if bare and not PLAIN_PATH.fullmatch(bare):
        raise ValidationError("must have a path such as /team/tools, of letters, digits, '.', '_', '~' and '-'")
    if bare.startswith("/.well-known"):
        raise ValidationError("must not have a path below /.well-known, where the metadata documents are")
