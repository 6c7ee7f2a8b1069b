"""What a sign-in leaves behind at the provider when no application got access by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request

from mxcp_flask.demo.identity_provider import DialectName
from tests.support.account import enter, press
from tests.support.clock import Clock
from tests.support.providers import TOKEN_ROUTES, identity_provider
from tests.support.site import Site, auth_at
from tests.support.visitor import Visitor, way_back

PROFILES: dict[DialectName, str] = {"github": "/user", "atlassian": "/me", "salesforce": "/services/oauth2/userinfo"}
REVOCATIONS = {"/applications/<client_id>/token", "/services/oauth2/revoke"}


@dataclass
class Stand:
    """A provider's stand-in, and the tokens that it gave, the latest last."""

    app: Flask
    dialect: DialectName
    given: list[str] = field(default_factory=list)

    def lives(self, token: str) -> bool:
        """Tell whether the provider still honours ``token``."""
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "test"}
        return self.app.test_client().get(PROFILES[self.dialect], headers=headers).status_code == 200


@pytest.fixture(params=["github", "atlassian", "salesforce"])
def stand(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Stand]:
    """Return each provider's stand-in."""
    with identity_provider(request.param, clock) as app:
        stand = Stand(app, request.param)
        app.after_request(lambda answer: note(stand, answer))
        yield stand


def note(stand: Stand, answer: Response) -> Response:
    """Note a token that is given away."""
    if request.path == TOKEN_ROUTES[stand.dialect]:
        stand.given.append(answer.get_json()["access_token"])
    return answer


def visitor_of(stand: Stand, folder: Path, clock: Clock, **auth: Any) -> Visitor:
    """Return somebody at a server whose people sign in with that provider."""
    return Visitor(Site(folder / "site", auth_at(stand.dialect, **auth)).app(clock), stand.app)


def test_account_page_leaves_no_token(stand: Stand, tmp_path: Path, clock: Clock) -> None:
    """The token of a sign-in for the account page is dead at once, where tokens can be ended; applications' live on."""
    visitor = visitor_of(stand, tmp_path, clock)
    ours = visitor.get_token()
    enter(visitor)

    assert len(stand.given) == 2
    assert [stand.lives(token) for token in stand.given] == [True, stand.dialect == "atlassian"]
    assert visitor.call(ours, "ping").status_code == 200


def test_who_is_turned_away_leaves_no_token(stand: Stand, tmp_path: Path, clock: Clock) -> None:
    """Nor is the token kept alive of a person who may not come in."""
    visitor = visitor_of(stand, tmp_path, clock, authorization={"allow": {"users": ["nobody"]}})
    back = visitor.come_back(visitor.meet_provider(visitor.answer(visitor.ask_anew())))

    assert "error=access_denied" in way_back(back)
    assert [stand.lives(token) for token in stand.given] == [stand.dialect == "atlassian"]


def test_failed_revocation_changes_nothing(stand: Stand, tmp_path: Path, clock: Clock) -> None:
    """A provider that fails at it keeps nobody from the account page."""
    stand.app.config["FAULTS"].update(dict.fromkeys(REVOCATIONS, lambda: ("no", 503)))
    visitor = visitor_of(stand, tmp_path, clock)

    assert "You are signed in" in enter(visitor).text
    assert press(visitor, "sign_out").status_code == 302
