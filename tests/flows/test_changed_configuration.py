"""A server that is started again with another configuration: what was taken away counts at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.oauth.scopes import ACCESS
from mxcp_flask.records import Client
from tests.oauth.fake_web import URL
from tests.support.clock import Clock
from tests.support.live import sqlite
from tests.support.site import Site, auth_at, github_auth
from tests.support.visitor import REDIRECT_URI, Visitor

BOTH = f"{ACCESS} mxcp:admin"
FOR_ADA = {"scope_grants": {"mxcp:admin": {"users": ["ada-fixture"]}}}
FOR_BO = {"scope_grants": {"mxcp:admin": {"users": ["bo-fixture"]}}}


class Kept:
    """A site whose OAuth state is kept in a file, from one server to the next."""

    def __init__(self, folder: Path, provider: Flask) -> None:
        self.persistence = sqlite(folder)
        self.site = Site(folder / "site")
        self.provider = provider
        self.app = Flask("none yet")

    def serve(self, auth: dict[str, Any]) -> Visitor:
        """End the server before, and return a person and a client at one with ``auth``."""
        if "mxcp" in self.app.extensions:
            self.app.extensions["mxcp"].database.close()  # DuckDB: one process opens a file once
        self.site.configure({**auth, "persistence": self.persistence})
        self.app = self.site.app()
        return Visitor(self.app, self.provider)

    def authorize(self, **authorization: Any) -> Visitor:
        """Serve with GitHub and this ``authorization`` section."""
        return self.serve(github_auth(authorization=authorization))


@pytest.fixture
def kept(tmp_path: Path, provider: Flask) -> Kept:
    """Return the site."""
    return Kept(tmp_path, provider)


def admin_only(visitor: Visitor, token: str) -> TestResponse:
    """Call the tool for administrators."""
    return visitor.call(token, "tools/call", name="admin_only", arguments={})


def tools_of(visitor: Visitor, token: str) -> set[str]:
    """Return the names of the tools that are offered."""
    return {tool["name"] for tool in visitor.call(token, "tools/list").get_json()["result"]["tools"]}


def test_scope_that_was_taken_away(kept: Kept) -> None:
    """Who may not have a scope any more cannot use it; what is left works on, and the scope does when it is back."""
    token = kept.authorize(**FOR_ADA).get_token(scope=BOTH)
    after = kept.authorize(**FOR_BO)
    answer = admin_only(after, token)

    assert answer.status_code == 403
    assert "lacks the scope: mxcp:admin." in answer.headers["WWW-Authenticate"]
    assert "admin_only" not in tools_of(after, token)
    assert after.whoami(token) == "ada-fixture"
    assert admin_only(kept.authorize(**FOR_ADA), token).status_code == 200


def test_required_scope_that_was_taken_away(kept: Kept) -> None:
    """Without a required scope nothing is answered, and the challenge names what was granted and is left, and it."""
    token = kept.authorize(required_scopes=["mxcp:admin"]).get_token(scope=BOTH)
    answer = kept.authorize(required_scopes=["mxcp:admin"], **FOR_BO).call(token, "ping")

    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"].endswith(f'scope="{BOTH}"')


def test_person_who_was_taken_off_the_list(kept: Kept) -> None:
    """Who may not come in any more is out, and a refresh ends the grant."""
    client_id, tokens = kept.authorize().get_tokens()
    after = kept.authorize(allow={"users": ["bo-fixture"]})

    assert after.call(tokens["access_token"], "ping").status_code == 401
    assert after.refresh(client_id, tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert kept.authorize().refresh(client_id, tokens["refresh_token"]).status_code == 400


def test_provider_that_was_changed(kept: Kept) -> None:
    """People of another provider are nobody here; a refresh is refused, and works when their provider is back."""
    client_id, tokens = kept.serve(github_auth()).get_tokens()
    other = kept.serve(auth_at("atlassian"))
    call = other.call(tokens["access_token"], "ping")
    refresh = other.refresh(client_id, tokens["refresh_token"])

    assert call.status_code == 401
    assert 'error="invalid_token"' in call.headers["WWW-Authenticate"]
    assert (refresh.status_code, refresh.get_json()["error"]) == (400, "invalid_grant")
    back = kept.serve(github_auth())
    assert back.whoami(tokens["access_token"]) == "ada-fixture"
    assert back.refresh(client_id, tokens["refresh_token"]).status_code == 200


def test_documents_that_were_switched_off(kept: Kept) -> None:
    """A client that described itself is unknown when that is not wanted any more, however fresh its document is."""
    fresh = Client(URL, "An app", (REDIRECT_URI,), scopes=(ACCESS,), fresh_until=int(Clock()()) + 3600)
    before = kept.serve(github_auth())
    kept.app.extensions["mxcp"].oauth.store.put_client(fresh)
    assert before.ask(before.authorization_request(fresh.client_id)).status_code == 200
    after = kept.serve(github_auth(registration={"documents": False}))
    page = after.ask(after.authorization_request(fresh.client_id))
    token = after.refresh(fresh.client_id, "mx_rt_whatever")

    assert (page.status_code, "Location" in page.headers) == (400, False)
    assert (token.status_code, token.get_json()["error"]) == (401, "invalid_client")
