"""The stand-ins for GitHub, Atlassian and Salesforce, reached at their own URLs without a socket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from mxcp_flask.demo.identity_provider import DialectName, create_identity_provider
from mxcp_flask.providers import PROVIDERS
from tests.support.forwarding import answering
from tests.support.site import CLIENT_ID, CLIENT_SECRET
from tests.support.visitor import BASE

TOKEN_ROUTES: dict[DialectName, str] = {
    "github": "/login/oauth/access_token",
    "atlassian": "/oauth/token",
    "salesforce": "/services/oauth2/token",
}


@contextmanager
def identity_provider(
    dialect: DialectName, clock: Callable[[], float] = time.time, callback_url: str | None = None
) -> Iterator[Flask]:
    """Let every request to the provider made by ``requests`` be answered by the stand-in, which is given."""
    app = create_identity_provider(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        callback_urls=[callback_url or f"{BASE}/{dialect}/callback"],
        clock=clock,
        dialect=dialect,
    )
    defaults = PROVIDERS[dialect].defaults
    with answering(app, defaults.auth_url, defaults.token_url, defaults.api_url):
        yield app


def token_requests(provider: Flask, dialect: DialectName) -> int:
    """Return how often the stand-in's token endpoint was asked."""
    return int(provider.config["LOG"].count(("POST", TOKEN_ROUTES[dialect])))
