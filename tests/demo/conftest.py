"""The stand-in and its two kinds of visitors."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.demo.identity_provider import create_identity_provider
from tests.demo.client import CLIENT_ID, CLIENT_SECRET
from tests.demo.github.client import CALLBACK
from tests.support.clock import Clock


@pytest.fixture
def provider(clock: Clock) -> Flask:
    """Return the stand-in for GitHub with one registered callback URL."""
    return create_identity_provider(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, callback_urls=[CALLBACK], clock=clock
    )


@pytest.fixture
def browser(provider: Flask) -> FlaskClient:
    """Return a browser that keeps the stand-in's cookie."""
    return provider.test_client()


@pytest.fixture
def server(provider: Flask) -> FlaskClient:
    """Return a client without cookies, as the application's server is one."""
    return provider.test_client(use_cookies=False)
