"""The URLs of this server, all of one base: issuer, metadata, callback and challenge agree byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Urls:
    """``base`` is absolute, without a trailing slash; it is also the issuer identifier (RFC 8414 §2)."""

    base: str

    @property
    def issuer(self) -> str:
        """Return the issuer identifier."""
        return self.base

    @property
    def resource(self) -> str:
        """Return the identifier of the protected resource, which is the MCP endpoint (RFC 8707, RFC 9728 §1.2)."""
        return f"{self.base}/mcp"

    @property
    def resource_metadata(self) -> str:
        """Return where the resource's metadata is (RFC 9728 §3.1)."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}/mcp"

    def to(self, path: str) -> str:
        """Return the URL of ``path``, which starts with a slash."""
        return f"{self.base}{path}"

    def names_resource(self, resource: str) -> bool:
        """Tell whether ``resource`` is ours; the case of scheme and host, a last slash and a query do not count."""
        return _normal(resource) == _normal(self.resource)


def extended(uri: str, parameters: Mapping[str, str]) -> str:
    """Return ``uri``, which has no fragment, with ``parameters`` added to its query and not a byte of it changed."""
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}"


def _normal(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/")) if not parts.fragment else None
