"""GitHub's rule for redirect URIs: a registered callback URL, or below one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, unquote, urlsplit

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")


def choose_redirect_uri(callback_urls: Sequence[str], requested: str | None) -> str | None:
    """Return ``requested`` if it is a callback URL or below one, the first one if none was requested, else None."""
    if not requested:
        return next(iter(callback_urls), None)
    return requested if any(_is_below(url, requested) for url in callback_urls) else None


def _is_below(registered: str, requested: str) -> bool:
    ours, theirs = _split(registered), _split(requested)
    if ours is None or theirs is None or (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
        return False
    path = unquote(theirs.path) or "/"
    tidy = "\\" not in path and posixpath.normpath(path) == (path.rstrip("/") or "/")
    return tidy and (path + "/").startswith(ours.path.rstrip("/") + "/")


def _split(uri: str) -> SplitResult | None:
    if not _VISIBLE_ASCII.fullmatch(uri):
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return None if parts.fragment else parts
