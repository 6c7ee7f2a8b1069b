"""Texts that look like a JWT. Nobody can verify them, for the stand-in publishes no key: a client must not try."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any


def jwt_text(claims: Mapping[str, Any]) -> str:
    """Return a new text in the form of a signed JWT (RFC 7519 §3.1) with ``claims``, some 500 characters."""
    parts = (_compact({"alg": "RS256", "typ": "JWT"}), _compact(claims), secrets.token_bytes(256))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _compact(claims: Mapping[str, Any]) -> bytes:
    return json.dumps(claims, separators=(",", ":")).encode()
