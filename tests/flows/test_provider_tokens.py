"""The provider's token, as SQL sees it: always one that the provider takes, whoever's sign-in it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mxcp_flask.demo.identity_provider import DialectName
from mxcp_flask.demo.people import PEOPLE
from mxcp_flask.oauth.provider_tokens import BACK_OFF
from tests.support.clock import Clock
from tests.support.providers import TOKEN_ROUTES, identity_provider, token_requests
from tests.support.site import Site, auth_at
from tests.support.visitor import Visitor

ENDS = {"github": 28_800, "atlassian": 3600}  # seconds after which the stand-ins' tokens are over
PROFILES = {"github": "/user", "atlassian": "/me", "salesforce": "/services/oauth2/userinfo"}
BO = PEOPLE[1]
USERNAMES = {"github": "bo-fixture", "atlassian": "bo@example.org"}
TOOL = """\
mxcp: 1
tool:
  name: {name}
  description: For the test
  return: {{type: string}}
  source: {{code: SELECT get_user_{name}()}}
"""
expiring = pytest.mark.parametrize("dialect", ENDS)


@dataclass
class Scene:
    """A person who signed in at a provider whose tokens end, and the token that their client got."""

    dialect: DialectName
    site: Site
    app: Flask
    provider: Flask
    clock: Clock
    visitor: Visitor
    client_id: str
    tokens: Mapping[str, Any]

    def sql(self, name: str) -> str:
        """Return what ``get_user_<name>()`` gives."""
        answer = self.visitor.call(self.tokens["access_token"], "tools/call", name=name, arguments={})
        assert answer.status_code == 200, answer.text
        text: str = answer.get_json()["result"]["content"][0]["text"]
        return text

    def let_it_end(self) -> None:
        """Let time pass until the provider's token is about to end."""
        self.clock.advance(ENDS[self.dialect] - 60)

    def is_taken(self, token: str) -> bool:
        """Tell whether the provider takes ``token``."""
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "test"}
        return self.provider.test_client().get(PROFILES[self.dialect], headers=headers).status_code == 200

    def refreshes(self) -> int:
        """Return how often the provider was asked for a new token."""
        return token_requests(self.provider, self.dialect) - 1

    def break_token_endpoint(self, answer: Any) -> None:
        """Let the token endpoint give ``answer``, or its own again when that is None."""
        self.provider.config["FAULTS"][TOKEN_ROUTES[self.dialect]] = lambda: answer


@pytest.fixture
def dialect() -> DialectName:
    """Return the provider."""
    return "github"


@pytest.fixture
def scene(dialect: DialectName, tmp_path: Path, clock: Clock) -> Iterator[Scene]:
    """Sign somebody in, with a token of ours that lasts, on a store that several workers may share."""
    lasting = {"access_ttl": 30 * 86_400}
    persistence = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    site = Site(tmp_path / "site", auth_at(dialect, tokens=lasting, persistence=persistence))
    for name in ("external_token", "sites", "instance_url"):
        site.write(f"tools/{name}.yml", TOOL.format(name=name))
    app = site.app(clock)
    with identity_provider(dialect, clock) as provider:
        provider.config.update({"EXPIRING": True} if dialect == "github" else {})
        visitor = Visitor(app, provider)
        client_id, tokens = visitor.get_tokens(BO.login)
        yield Scene(dialect, site, app, provider, clock, visitor, client_id, tokens)


@expiring
def test_sql_sees_a_token_that_the_provider_takes(scene: Scene) -> None:
    """Shortly before the provider's token ends, SQL gets a new one, and keeps that."""
    first = scene.sql("external_token")
    scene.let_it_end()
    second, third = scene.sql("external_token"), scene.sql("external_token")

    assert first != second == third
    assert scene.is_taken(second)
    assert scene.refreshes() == 1


@expiring
def test_chain_of_rotations(scene: Scene) -> None:
    """Each refresh uses the refresh token that the one before brought."""
    seen = {scene.sql("external_token")}
    for _ in range(4):
        scene.let_it_end()
        seen.add(scene.sql("external_token"))

    assert len(seen) == 5
    assert scene.refreshes() == 4


@expiring
def test_person_is_described_once(scene: Scene) -> None:
    """A refresh does not ask again who the person is, and they stay who they are."""
    scene.let_it_end()

    assert scene.visitor.whoami(scene.tokens["access_token"]) == USERNAMES[scene.dialect]
    assert scene.refreshes() == 1
    assert scene.provider.config["LOG"].count(("GET", PROFILES[scene.dialect])) == 1


@expiring
def test_workers_share_the_new_token(scene: Scene) -> None:
    """What one worker refreshed, another one uses."""
    scene.let_it_end()
    token = scene.sql("external_token")
    scene.app.extensions["mxcp"].database.close()  # DuckDB: one process opens a file once
    scene.visitor.client = scene.site.app(scene.clock).test_client()

    assert scene.sql("external_token") == token
    assert scene.refreshes() == 1


@expiring
def test_grant_that_the_provider_ended(scene: Scene) -> None:
    """When the provider ended it, our tokens are dead at once, with the challenge that leads to a new sign-in."""
    scene.let_it_end()
    scene.break_token_endpoint(({"error": "invalid_grant"}, 403))
    answer = scene.visitor.call(scene.tokens["access_token"], "ping")
    scene.break_token_endpoint(None)

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert "resource_metadata=" in answer.headers["WWW-Authenticate"]
    assert scene.visitor.call(scene.tokens["access_token"], "ping").status_code == 401
    refresh = scene.visitor.refresh(scene.client_id, scene.tokens["refresh_token"])
    assert (refresh.status_code, refresh.get_json()["error"]) == (400, "invalid_grant")
    assert scene.refreshes() == 1
    assert scene.visitor.whoami(scene.visitor.get_token(BO.login)) == USERNAMES[scene.dialect]


def test_person_who_revokes_at_github(scene: Scene) -> None:
    """Who ends the application's access at GitHub has ended it here, when the token is next refreshed."""
    scene.provider.extensions["mxcp_flask.demo"].tokens.end_all(approval_of(scene))
    assert scene.visitor.call(scene.tokens["access_token"], "ping").status_code == 200
    scene.let_it_end()

    assert scene.visitor.call(scene.tokens["access_token"], "ping").status_code == 401


@expiring
@pytest.mark.parametrize("answer", [("", 500), ("", 429), ("<html>", 200), ([], 200), ({"error": "new"}, 400)])
def test_while_the_provider_fails_the_old_token_serves(scene: Scene, answer: Any) -> None:
    """A failure that says nothing about the grant is not passed on; the provider is asked again half a minute later."""
    first = scene.sql("external_token")
    scene.let_it_end()
    scene.break_token_endpoint(answer)
    assert [scene.sql("external_token") for _ in range(3)] == [first] * 3
    assert scene.refreshes() == 1
    scene.break_token_endpoint(None)
    scene.clock.advance(BACK_OFF)

    assert scene.sql("external_token") != first


@pytest.mark.parametrize("dialect", ["github", "salesforce"])
def test_token_whose_end_is_unknown(scene: Scene, dialect: DialectName) -> None:
    """A token without a known end is left alone."""
    if dialect == "github":
        scene.provider.config["EXPIRING"] = False
        scene.tokens = scene.visitor.get_tokens("ada-fixture")[1]
    first, before = scene.sql("external_token"), scene.refreshes()
    scene.clock.advance(7000)

    assert scene.sql("external_token") == first
    assert scene.is_taken(first)
    assert scene.refreshes() == before


@pytest.mark.parametrize("dialect", ["salesforce"])
def test_renewed_on_demand(scene: Scene) -> None:
    """A Salesforce token is renewed when somebody asks for it, and SQL sees the new one."""
    first = scene.sql("external_token")
    side = scene.app.extensions["mxcp"].oauth
    (listed,) = side.store.list_grants(int(scene.clock()))
    side.provider_tokens.renewed(side.store.find_grant(listed.id, int(scene.clock())))

    assert scene.sql("external_token") != first
    assert scene.is_taken(scene.sql("external_token"))
    assert scene.sql("instance_url") == "https://login.salesforce.com"


@pytest.mark.parametrize(
    ("dialect", "sites", "instance_url"),
    [
        ("github", "", ""),
        ("atlassian", json.dumps([vars(site) for site in BO.sites]), ""),
        ("salesforce", "", "https://login.salesforce.com"),
    ],
)
def test_sql_knows_where_the_data_is(scene: Scene, sites: str, instance_url: str) -> None:
    """Sites are Atlassian's, the instance Salesforce's; a refresh changes neither."""
    for _ in range(2):
        assert (scene.sql("sites"), scene.sql("instance_url")) == (sites, instance_url)
        scene.clock.advance(ENDS.get(scene.dialect, 7200) - 60)


def approval_of(scene: Scene) -> Any:
    """Return what the person approved at the stand-in."""
    return scene.provider.extensions["mxcp_flask.demo"].tokens.find_access(scene.sql("external_token")).approval
