"""Tests of the registration endpoint's HTTP side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import state
from tests.support.site import Site, github_auth

APPLICATION = {"client_name": "My Application", "redirect_uris": ["https://myapp.example.com/oauth/callback"]}


def test_answer(client: FlaskClient, app: Flask) -> None:
    """A registration is a 201 in JSON, not to be stored, with a secret that the store does not know."""
    answer = client.post("/register", json=APPLICATION)
    body = answer.get_json()

    assert (answer.status_code, answer.mimetype) == (201, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert body["client_name"] == "My Application"
    assert body["client_secret_expires_at"] == 0
    assert [registered.client_id for registered in state.clients(app)] == [body["client_id"]]
    assert body["client_secret"] not in repr(vars(state.clients(app)[0]))


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [1]}, "invalid_redirect_uri"),
        ({**APPLICATION, "grant_types": 5}, "invalid_client_metadata"),
        ({**APPLICATION, "token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ([1], "invalid_client_metadata"),
        ("x", "invalid_client_metadata"),
        (None, "invalid_client_metadata"),
    ],
)
def test_faults_are_json(client: FlaskClient, app: Flask, metadata: Any, error: str) -> None:
    """A refused registration is RFC 7591 §3.2.2's JSON, and leaves no client."""
    answer = client.post("/register", json=metadata)

    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert answer.get_json()["error"] == error
    assert answer.headers["Cache-Control"] == "no-store"
    assert state.clients(app) == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5000, b"9" * 5000])
def test_body_that_is_no_json(client: FlaskClient, body: bytes) -> None:
    """It is a 400 in JSON."""
    answer = client.post("/register", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")


def test_body_too_large(client: FlaskClient) -> None:
    """A body above 64 KiB is a 413 in JSON."""
    answer = client.post("/register", data=b" " * 65_537)

    assert (answer.status_code, answer.get_json()["error"]) == (413, "invalid_request")


def test_disabled(tmp_path: Path) -> None:
    """Without registration there is no such route, and the metadata does not name one."""
    site = Site(tmp_path / "closed", github_auth(registration={"enabled": False}))
    client = site.app().test_client()
    answer = client.post("/register", json=APPLICATION)

    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert "registration_endpoint" not in client.get("/.well-known/oauth-authorization-server").get_json()
