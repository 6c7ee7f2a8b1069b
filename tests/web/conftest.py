"""Fixtures for the tests of the web edge."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.site import Site


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client without cookies; it reaches the server as http://localhost."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def open_client(tmp_path: Path) -> FlaskClient:
    """Return a client of a server with ``provider: none``."""
    return Site(tmp_path / "open", {"provider": "none"}).app().test_client(use_cookies=False)
