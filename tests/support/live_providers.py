"""The stand-ins for all three providers: what their people are to SQL, and servers of ours that send people to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from mxcp_flask.demo import servers
from mxcp_flask.demo.identity_provider import DialectName, create_identity_provider
from mxcp_flask.demo.people import PEOPLE
from mxcp_flask.demo.salesforce.users import ORGANIZATION
from tests.support.site import CLIENT_ID, CLIENT_SECRET

PERSON_TOOL = """\
mxcp: 1
tool:
  name: person
  description: What SQL knows of the caller
  return: {type: object}
  source:
    code: >
      SELECT get_username() AS username, get_user_provider() AS provider, get_user_email() AS email,
             get_user_sites() AS sites, get_user_instance_url() AS instance_url
"""


@dataclass(frozen=True)
class Known:
    """What a provider's stand-in says of its people, at the provider's own URLs, and where it is asked."""

    profile: str  # the path
    ada: Mapping[str, str]  # what the tool ``person`` answers her
    ada_id: str
    bo: str  # his user name


def facts(provider: str, username: str, *, email: str = "", sites: str = "", instance_url: str = "") -> dict[str, str]:
    """Return what the tool ``person`` answers."""
    return {"provider": provider, "username": username, "email": email, "sites": sites, "instance_url": instance_url}


def sites_of(person: int) -> str:
    """Return the JSON of the sites that belong to one of the stand-ins' people."""
    return json.dumps([vars(site) for site in PEOPLE[person].sites])


_ADA = "ada@example.org"
KNOWN: Mapping[DialectName, Known] = {
    "github": Known("/user", facts("github", "ada-fixture", email=_ADA), "4711", "bo-fixture"),
    "atlassian": Known(
        "/me", facts("atlassian", _ADA, email=_ADA, sites=sites_of(0)), "557058:fixture-4711", "bo@example.org"
    ),
    "salesforce": Known(
        "/services/oauth2/userinfo",
        facts("salesforce", "ada-fixture@example.org", email=_ADA, instance_url="https://login.salesforce.com"),
        f"{ORGANIZATION}:005000000004711AAA",
        "bo-fixture@example.org",
    ),
}
_PATHS: Mapping[DialectName, Mapping[str, str]] = {
    "github": {"auth_url": "/login/oauth/authorize", "token_url": "/login/oauth/access_token", "api_url": ""},
    "atlassian": {"auth_url": "/authorize", "token_url": "/oauth/token", "api_url": ""},
    "salesforce": {"auth_url": "/services/oauth2/authorize", "token_url": "/services/oauth2/token"},
}


def create_stand_in(dialect: DialectName, base: str, **options: Any) -> Flask:
    """Return the stand-in for a server of ours at ``base``."""
    callback = f"{base}/{dialect}/callback"
    return create_identity_provider(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, callback_urls=[callback], dialect=dialect, **options
    )


@dataclass(frozen=True)
class StandIn:
    """A stand-in that is served at ``url``."""

    dialect: DialectName
    app: Flask
    url: str

    def auth(self, **more: Any) -> dict[str, Any]:
        """Return an auth section that signs people in there."""
        urls = {key: self.url + path for key, path in _PATHS[self.dialect].items()}
        section = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **urls}
        return {"provider": self.dialect, self.dialect: section, **more}


@contextmanager
def serving(dialect: DialectName, base: str) -> Iterator[StandIn]:
    """Serve the stand-in to a server of ours at ``base``."""
    app = create_stand_in(dialect, base)
    with servers.serve_app(app) as url:
        yield StandIn(dialect, app, url)
