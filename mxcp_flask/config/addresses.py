"""What kind of host a name or address is, and how a URL is spelled."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from mxcp_flask.redirect_uris import host_of

WILDCARDS = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104 (compared with, not bound to)
DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 6761, RFC 6762, RFC 8375, and what private networks use beside them.
_PRIVATE_ENDS = (".localhost", ".local", ".home.arpa", ".internal", ".lan", ".intranet", ".test")


def one_spelling(url: str) -> str:
    """Return the URL as clients spell it: host in lower case, no default port, no slash at its end."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in {None, DEFAULT_PORTS[parts.scheme]} else ""
    return f"{parts.scheme}://{_host(parts)}{port}{parts.path.rstrip('/')}"


def is_public(host: str) -> bool:
    """Tell whether everybody's DNS can know this host; private addresses and names of one network are not public."""
    name = host.strip("[]").lower().rstrip(".")
    try:
        return ip_address(name).is_global
    except ValueError:
        return "." in name and not name.endswith(_PRIVATE_ENDS)


def _host(parts: SplitResult) -> str:
    host = host_of(parts).lower()
    return f"[{IPv6Address(host.strip('[]')).compressed}]" if host.startswith("[") else host
