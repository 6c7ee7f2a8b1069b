"""The GitHub configuration that the user's document shows serves a sign-in as it stands."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import requests
from flask import Flask

from mxcp_flask.demo import servers
from mxcp_flask.demo.browser import Browser, location_of, query_of
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.digests import new_secret, s256
from mxcp_flask.errors import UnsetVariable
from tests.config.document_examples import GITHUB_EXAMPLE
from tests.support import live
from tests.support.site import CLIENT_ID, CLIENT_SECRET, Site
from tests.support.visitor import Visitor

AUTH_URL = "https://github.com/login/oauth/authorize"
TOKEN_URL = "https://github.com/login/oauth/access_token"
REDIRECT_URI = "http://localhost:8000/github/callback"


@pytest.fixture
def example(site: Site) -> Site:
    """Return the project ``my_project`` with the document's user file."""
    site.write("mxcp-site.yml", "mxcp: 1\nproject: my_project\nprofile: dev\n")
    site.config.write_text(GITHUB_EXAMPLE)
    site.environ |= {"GITHUB_CLIENT_ID": CLIENT_ID, "MXCP_PROJECT": str(site.project)}
    return site


def test_the_client_in_the_example_signs_a_person_in(example: Site, provider: Flask) -> None:
    """The pre-registered client must get a code at its redirect URI, and a token with its secret."""
    visitor = Visitor(example.app(), provider)

    code = visitor.sign_in(CLIENT_ID, redirect_uri=REDIRECT_URI)["code"]
    answer = visitor.exchange(CLIENT_ID, code, redirect_uri=REDIRECT_URI, client_secret=CLIENT_SECRET)

    assert answer.status_code == 200
    assert answer.get_json()["scope"] == "mxcp:access"
    assert visitor.whoami(answer.get_json()["access_token"]) == "ada-fixture"


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_client_in_the_example_must_prove_itself(example: Site, provider: Flask, secret: str | None) -> None:
    """A code without the confidential client's secret must be worth nothing."""
    visitor = Visitor(example.app(), provider)

    code = visitor.sign_in(CLIENT_ID, redirect_uri=REDIRECT_URI)["code"]
    answer = visitor.exchange(CLIENT_ID, code, redirect_uri=REDIRECT_URI, client_secret=secret)

    assert answer.status_code == 401
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.slow
def test_the_example_serves_over_sockets(example: Site, provider_url: str, port: int) -> None:
    """``mxcp serve`` must do the same with nothing changed but GitHub's URLs."""
    stand_in = live.urls_of(provider_url)
    text = GITHUB_EXAMPLE.replace(AUTH_URL, stand_in["auth_url"]).replace(TOKEN_URL, stand_in["token_url"])
    example.config.write_text(f"{text}            api_url: {provider_url}\n")

    with servers.serve_project(example.project, example.config, port, example.environ) as base:
        client = DemoClient(f"{base}/mcp")
        client.token = get_token(base)
        assert live.text_of(client.send("tools/call", "whoami")) == "ada-fixture"


def get_token(base: str) -> str:
    """Sign Ada in as the example's client does, which authenticates by HTTP Basic."""
    browser, verifier, state = Browser(), new_secret(), new_secret()
    client = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI}
    challenge = {"code_challenge": s256(verifier), "code_challenge_method": "S256"}
    asked = {**client, **challenge, "response_type": "code", "state": state}
    response = browser.submit(browser.get(f"{base}/authorize?{urlencode(asked)}"), decision="approve")
    response = browser.submit(browser.follow(response), login="ada-fixture", decision="approve")
    location = location_of(browser.follow(response))
    assert location.startswith(f"{REDIRECT_URI}?")
    assert query_of(location)["state"] == state
    form = {**client, "grant_type": "authorization_code", "code": query_of(location)["code"], "code_verifier": verifier}
    answer = requests.post(f"{base}/token", form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=20)
    token: str = answer.json()["access_token"]
    return token


@pytest.mark.parametrize("name", ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"])
def test_a_variable_that_is_not_set_is_the_documents_error(example: Site, name: str) -> None:
    """The error must be a ValueError in the document's words, though the file refers to the variable twice."""
    del example.environ[name]

    with pytest.raises(ValueError, match=f"^Environment variable {name} is not set") as caught:
        example.settings()

    assert isinstance(caught.value, UnsetVariable)


@pytest.mark.parametrize("command", ["serve", "validate", "list"])
def test_a_variable_that_is_not_set_is_one_line_on_the_command_line(example: Site, command: str) -> None:
    """Every command must say it in one readable line and end with exit code 1."""
    del example.environ["GITHUB_CLIENT_ID"]

    ended = live.run([*live.MXCP, command], example.environ)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == "Error: Environment variable GITHUB_CLIENT_ID is not set.\n"
