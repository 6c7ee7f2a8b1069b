"""GitHub's scopes: separated by commas or spaces, and some cover others."""

from __future__ import annotations

from collections.abc import Iterable

_COVERED_BY_USER = frozenset({"user:email", "user:follow", "read:user"})


def normalise(scopes: Iterable[str]) -> frozenset[str]:
    """Return ``scopes`` without those that another one covers, as GitHub reports them."""
    given = frozenset(scopes)
    return given - _COVERED_BY_USER if "user" in given else given


def split_scope(scope: str) -> frozenset[str]:
    """Return the normalised scopes that a request's parameter names."""
    return normalise(scope.replace(",", " ").split())
