"""The stand-in for GitHub, reached at github.com's own URLs without a socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
import responses
from flask import Flask

from mxcp_flask.demo.identity_provider import create_identity_provider
from tests.support.site import CLIENT_ID, CLIENT_SECRET

GITHUB = re.compile(r"https://(api\.)?github\.com/.*")


@contextmanager
def github(callback_url: str = "http://localhost:8000/github/callback") -> Iterator[Flask]:
    """Let every request to GitHub made by ``requests`` be answered by the stand-in, which is given."""
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, callback_urls=[callback_url])
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in (responses.GET, responses.POST, responses.DELETE):
            mock.add_callback(method, GITHUB, callback=lambda request: _forward(app, request))
        yield app


def _forward(app: Flask, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(request.url or "")
    answer = app.test_client().open(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        method=request.method or "GET",
        headers=dict(request.headers),
        data=request.body or b"",
    )
    return answer.status_code, dict(answer.headers), answer.get_data()
