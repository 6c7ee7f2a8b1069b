"""The stand-ins for GitHub, Atlassian and Salesforce, reached at their own URLs without a socket."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
import responses
from flask import Flask

from mxcp_flask.demo.identity_provider import DialectName, create_identity_provider
from tests.support.site import CLIENT_ID, CLIENT_SECRET
from tests.support.visitor import BASE

HOSTS: dict[DialectName, str] = {
    "github": r"(api\.)?github\.com",
    "atlassian": r"(auth|api)\.atlassian\.com",
    "salesforce": r"login\.salesforce\.com",
}
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
    urls = re.compile(f"https://{HOSTS[dialect]}/.*")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in (responses.GET, responses.POST, responses.DELETE):
            mock.add_callback(method, urls, callback=lambda request: _forward(app, request))
        yield app


def token_requests(provider: Flask, dialect: DialectName) -> int:
    """Return how often the stand-in's token endpoint was asked."""
    return int(provider.config["LOG"].count(("POST", TOKEN_ROUTES[dialect])))


def _forward(app: Flask, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(request.url or "")
    answer = app.test_client().open(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        base_url=f"{parts.scheme}://{parts.netloc}",
        method=request.method or "GET",
        headers=dict(request.headers),
        data=request.body or b"",
    )
    return answer.status_code, dict(answer.headers), answer.get_data()
