"""The one OAuth application that is registered at the stand-in, and the people who can sign in to it."""

from __future__ import annotations

import hmac
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from mxcp_flask.demo.github_state import GitHubState
from mxcp_flask.demo.people import Person
from mxcp_flask.digests import digest

EXTENSION = "mxcp_flask.demo.github"

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class GitHubApplication:
    """An OAuth app as GitHub's settings page describes it, with the stand-in's people and state."""

    client_id: str
    client_secret: str = field(repr=False)
    callback_urls: tuple[str, ...]
    people: Mapping[str, Person]  # by login
    state: GitHubState = field(repr=False)

    def authenticates(self, client_id: str, client_secret: str) -> bool:
        """Tell whether these are the application's credentials, in constant time."""
        presented = digest(client_id) + digest(client_secret)
        return hmac.compare_digest(presented, digest(self.client_id) + digest(self.client_secret))

    def choose_redirect_uri(self, requested: str | None) -> str | None:
        """Return ``requested`` if it is a callback URL or below one, the first one if none was requested, else None."""
        if not requested:
            return next(iter(self.callback_urls), None)
        return requested if any(_is_below(url, requested) for url in self.callback_urls) else None


def current_application() -> GitHubApplication:
    """Return the application of the Flask app that answers this request."""
    return cast(GitHubApplication, current_app.extensions[EXTENSION])


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
