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
    | {"res", "resource", "search-ms", "shell", "smb", "sms", "tel", "urn", "vbscript", "view-source", "ws", "wss"}
)
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_UNSAFE = re.compile(r"[\\<>\"^`{|}]|%(?![0-9A-Fa-f]{2})|%(?:0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff]|5[Cc])")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._\-]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*\Z")
_LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(?::[0-9]*)?((?:[/?].*)?)")
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
    if scheme in _DANGEROUS_SCHEMES or scheme.startswith("ms-") or scheme.endswith("-extension"):
        return f"the scheme {scheme}: is not allowed"
    if scheme in {"http", "https"}:
        return _fault_of_web(parts)
    return None if parts.netloc or parts.path else "nothing follows its scheme"


def _fault_of_web(parts: SplitResult) -> str | None:
    if not _HOST.fullmatch(host_of(parts)):
        return "it has no usable host"
    if parts.scheme.lower() == "http" and host_of(parts) not in LOOPBACK_HOSTS:
        return "http is only allowed for localhost, 127.0.0.1 and [::1]; use https"
    return None


def matches(registered: str, requested: str) -> bool:
    """Tell whether ``requested`` is the ``registered`` URI, but for the port of an ``http`` loopback URI."""
    if find_fault(requested) is not None:
        return False
    return registered == requested or _loopback_form(registered) == _loopback_form(requested) is not None


def is_loopback(uri: str) -> bool:
    """Tell whether ``uri`` is ``http`` on a loopback host, so that the answer stays on the person's own machine."""
    return _loopback_form(uri) is not None


def host_of(parts: SplitResult) -> str:
    """Return the host as it is spelled in the URI, without port and user information."""
    return _PORT.sub("", parts.netloc.rpartition("@")[2])


def _loopback_form(uri: str) -> tuple[str, ...] | None:
    match = _LOOPBACK.fullmatch(uri)
    return match.groups() if match else None


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises on ports that are no number below 65536
    except ValueError:
        return None
    return parts if _SCHEME.fullmatch(parts.scheme) else None
