"""What single values must look like: validators for marshmallow's fields. Their messages never show a value."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from marshmallow import ValidationError, validate

from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, find_fault, host_of

# The first segments of the server's own routes (web/__init__.py).
_SIGN_IN = {"authorize", "token", "register", "revoke", "introspect", "account", ".well-known"}
OWN_SEGMENTS = frozenset({*_SIGN_IN, "mcp", "health", "ready", "metrics", "static", "style.css", "favicon.ico"})

_SCOPE = r"[\x21\x23-\x5b\x5d-\x7e]+"  # scope-token, RFC 6749 §3.3
_URL = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HOST = re.compile(r"[A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\]")
_WORD = re.compile(r"[\x21-\x7e]+")
PLAIN_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~\-]+)+")

scope_token = validate.Regexp(rf"{_SCOPE}\Z", error="must be one scope, without spaces, quotes and backslashes")
scope_text = validate.Regexp(rf"(?:{_SCOPE}(?: {_SCOPE})*)?\Z", error="must be scopes with spaces between them")
client_id = validate.Regexp(r"[\x21-\x7e]+\Z", error="must be of visible ASCII characters")
profile_name = validate.Regexp(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*\Z", error="may hold letters, digits, '_', '-' and '.'")
email = validate.Regexp(r"[^@\s]+@[^@\s]+\Z", error="must be an e-mail address, or *@ and a domain")
host_name = validate.Regexp(r"[A-Za-z0-9._\-]+\Z", error="must be a host name such as api.example.com")
memory = validate.Regexp(r"[0-9]+(?:\.[0-9]+)? ?[KMGT]i?B\Z", flags=re.IGNORECASE, error="must be a size such as 512MB")
description = validate.Length(max=200, error="must have at most 200 characters: people read it in passing")
positive = validate.Range(min=1, error="must be at least 1")
above_zero = validate.Range(min=0, min_inclusive=False, error="must be more than 0")
not_negative = validate.Range(min=0, error="must not be negative")
request_size = validate.Range(min=1024, error="must be at least 1024, or nobody can sign in")
port = validate.Range(min=1, max=65535, error="must be between 1 and 65535")


def is_profile_name(text: str) -> bool:
    """Tell whether a profile may be called so."""
    try:
        profile_name(text)
    except ValidationError:
        return False
    return True


def path(text: str) -> None:
    """Refuse ``~name``, which would become a folder of that name."""
    if text.startswith("~") and text[1:2] not in {"", "/"}:
        raise ValidationError("only ~/ is understood, not another person's home folder")


def database_path(text: str) -> None:
    """Refuse DuckDB's in-memory databases, which processes cannot share."""
    path(text)
    if text.startswith(":memory:"):
        raise ValidationError("in-memory databases are not supported; name a file")


def network(text: str) -> None:
    """Require an IP address or network."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValidationError("must be an IP address or network such as 10.0.0.0/8") from None


def redirect_uri(uri: str) -> None:
    """Require what a client may register."""
    fault = find_fault(uri)
    if fault is not None:
        raise ValidationError(f"cannot be a redirect URI: {fault}")


def metrics_path(text: str) -> None:
    """Require a path that no route of ours has."""
    if not PLAIN_PATH.fullmatch(text) or text.split("/")[1] in OWN_SEGMENTS - {"metrics"}:
        raise ValidationError("must be a path such as /metrics, and none of this server's own")


def callback_path(text: str) -> None:
    """Require a path that no route of ours has."""
    if not PLAIN_PATH.fullmatch(text):
        raise ValidationError("must be a path such as /github/callback")
    if text.split("/")[1] in OWN_SEGMENTS:
        raise ValidationError("is a path of this server's own; choose one such as /github/callback")


def provider_url(url: str) -> None:
    """Require an absolute URL without a query, over TLS unless its host is this machine."""
    _check_provider(url, query=False)


def authorization_url(url: str) -> None:
    """Require an absolute URL, over TLS unless its host is this machine; it may have a query (RFC 6749 §3.1)."""
    _check_provider(url, query=True)


def postgres_url(url: str) -> None:
    """Require a URL of PostgreSQL that names a database."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    named = parts.path.strip("/")
    if parts.scheme not in {"postgresql", "postgres"} or not named or "@" in named or not _WORD.fullmatch(url):
        raise ValidationError(
            "must be a URL such as postgresql://user:password@host:5432/database, in which a password's special "
            "characters are written as %XX"
        )


def at_least_one(message: str) -> validate.Length:
    """Return a validator for lists that must not be empty."""
    return validate.Length(min=1, error=message)


def _check_provider(url: str, *, query: bool) -> None:
    parts = split_url(url)
    check_parts(parts, url, query=query)
    if parts.scheme == "http" and host_of(parts) not in LOOPBACK_HOSTS:
        raise ValidationError("http is only allowed for localhost, 127.0.0.1 and [::1]; use https")


def check_parts(parts: SplitResult, url: str, *, query: bool) -> None:
    """Refuse what no URL in the configuration has, and a query unless it may have one."""
    if "@" in parts.netloc:
        raise ValidationError("must not hold user information")
    if "#" in url:
        raise ValidationError("must not have a fragment")
    if "?" in url and not query:
        raise ValidationError("must not have a query")


def split_url(url: str) -> SplitResult:
    """Return the parts of an absolute URL of the web; refuse what is none."""
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and not parts.netloc.endswith(":")  # .port raises on what is no port
        if "[" in parts.netloc:
            ipaddress.IPv6Address(host_of(parts)[1:-1])
    except ValueError:
        usable = False
    if not (usable and _URL.fullmatch(url) and parts.scheme in {"http", "https"} and _HOST.fullmatch(host_of(parts))):
        raise ValidationError("must be an absolute URL such as https://api.example.com")
    return parts
