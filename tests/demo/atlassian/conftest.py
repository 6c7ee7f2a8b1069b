"""The stand-in for Atlassian."""

from __future__ import annotations

import pytest
from flask import Flask

from mxcp_flask.demo.identity_provider import create_identity_provider
from tests.demo.atlassian.client import CALLBACK
from tests.demo.client import CLIENT_ID, CLIENT_SECRET
from tests.support.clock import Clock


@pytest.fixture
def provider(clock: Clock) -> Flask:
    """Return the stand-in for Atlassian with one registered callback URL."""
    return create_identity_provider(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        callback_urls=[CALLBACK],
        clock=clock,
        dialect="atlassian",
    )
