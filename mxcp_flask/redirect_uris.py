"""Which redirect URIs a client may register, and when a requested one equals a registered one.

Raw strings are compared (RFC 6749 §3.1.2, RFC 9700 §2.1); only the port of a loopback host is free (RFC 8252 §7.3). MCP
clients register ``localhost`` as well as the IP literals, so the three count as loopback, each only equal to itself.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

# Schemes that a browser runs, reads from or hands to a handler that is not the client's own application.
_DANGEROUS_SCHEMES = frozenset(
    {"about", "blob", "chrome", "data", "file", "filesystem", "ftp", "gopher", "intent", "jar", "javascript", "mailto"}
    | {"ms-appx", "res", "resource", "sms", "tel", "vbscript", "view-source", "ws", "wss"}
)
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_UNSAFE = re.compile(r"[\\<>\"^`{|}]|%(?![0-9A-Fa-f]{2})|%(?:0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff]|5[Cc])")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*", re.IGNORECASE)
_DOT_SEGMENT = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def find_fault(uri: str) -> str | None:
    """Say why ``uri`` may not be registered, or None when it may.

    Allowed: ``https`` with a host, ``http`` on a loopback host, and private-use schemes of native applications
    (``com.example.app:/cb``, ``cursor://…``).
    """
    if not _VISIBLE_ASCII.fullmatch(uri) or _UNSAFE.search(uri):
        return "it holds characters that a URI may not have"
    parts = _split(uri)
    if parts is None:
        return "it is not an absolute URI"
    return _fault_of_parts(parts, uri)


def _fault_of_parts(parts: SplitResult, uri: str) -> str | None:
    scheme = parts.scheme.lower()
    if "#" in uri:
        return "it has a fragment"
    if "@" in parts.netloc:
        return "it holds user information"
    if _DOT_SEGMENT.search(parts.path):
        return "its path has dot segments"
    if scheme in _DANGEROUS_SCHEMES:
        return f"the scheme {scheme}: is not allowed"
    if scheme in {"http", "https"}:
        return _fault_of_web(parts)
    return None if parts.netloc or parts.path else "nothing follows its scheme"


def _fault_of_web(parts: SplitResult) -> str | None:
    if not parts.hostname:
        return "it has no host"
    if parts.scheme.lower() == "http" and host_of(parts) not in LOOPBACK_HOSTS:
        return "http is only allowed for localhost, 127.0.0.1 and [::1]; use https"
    return None


def matches(registered: str, requested: str) -> bool:
    """Tell whether ``requested`` is the ``registered`` URI, but for the port of an ``http`` loopback URI."""
    if registered == requested:
        return find_fault(requested) is None
    if find_fault(requested) is not None:
        return False
    ours, theirs = _split(registered), _split(requested)
    return ours is not None and theirs is not None and _loopback_form(ours) == _loopback_form(theirs) is not None


def is_loopback(uri: str) -> bool:
    """Tell whether ``uri`` is ``http`` on a loopback host, so that the answer stays on the person's own machine."""
    parts = _split(uri)
    return parts is not None and _loopback_form(parts) is not None


def host_of(parts: SplitResult) -> str:
    """Return the host as it is spelled in the URI, without port and user information."""
    netloc = parts.netloc.rpartition("@")[2]
    return netloc.partition("]")[0] + "]" if netloc.startswith("[") else netloc.partition(":")[0]


def _loopback_form(parts: SplitResult) -> tuple[str, str, str] | None:
    host = host_of(parts)
    if parts.scheme != "http" or host not in LOOPBACK_HOSTS or "@" in parts.netloc:
        return None
    return host, parts.path, parts.query


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises on ports that are no number below 65536
    except ValueError:
        return None
    return parts if _SCHEME.fullmatch(parts.scheme) else None
