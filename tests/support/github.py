"""The stand-in for GitHub, reached at github.com's own URLs without a socket."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask

from tests.support.providers import identity_provider


def github(callback_url: str = "http://localhost:8000/github/callback") -> AbstractContextManager[Flask]:
    """Let every request to GitHub made by ``requests`` be answered by the stand-in, which is given."""
    return identity_provider("github", callback_url=callback_url)
