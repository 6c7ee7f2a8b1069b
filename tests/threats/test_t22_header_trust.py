"""T22: whoever sends a request says, in its headers, where the server is and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, Visitor, query

EVIL = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Scheme": "https"}
OURS = {"X-Forwarded-Host": "mcp.example.org", "X-Forwarded-Proto": "https"}
METADATA = "/.well-known/oauth-authorization-server"
UNDERSCORED = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}


def test_t22_spoofed_headers_change_nothing(visitor: Visitor) -> None:
    """Without a trusted proxy no forwarded header shows in the metadata, the challenge or the way to the provider."""
    client = visitor.client
    metadata = client.get("/.well-known/oauth-authorization-server", headers=EVIL, base_url=BASE).get_json()
    challenge = client.post("/mcp", headers=EVIL, base_url=BASE).headers["WWW-Authenticate"]
    visitor.browser.environ_base |= UNDERSCORED
    departure = visitor.answer(visitor.ask_anew())

    assert metadata["issuer"] == BASE
    assert "evil.example" not in str(metadata) + challenge
    assert query(departure.location)["redirect_uri"] == f"{BASE}/github/callback"


@pytest.mark.parametrize("transport", [{}, {"base_url": "https://mcp.example.org"}])
def test_t22_foreign_host_is_refused(tmp_path: Path, transport: dict[str, Any]) -> None:
    """A Host that is not ours, as a rebound name sends it, gets no answer from any route."""
    client = Site(tmp_path / "site", **transport).app().test_client()
    for path in ("/", "/authorize", "/mcp", "/.well-known/oauth-authorization-server", "/github/callback"):
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(("peer", "base"), [("10.1.2.3", "https://evil.example"), ("192.0.2.1", "http://localhost")])
def test_t22_only_listed_proxies_are_believed(tmp_path: Path, peer: str, base: str) -> None:
    """With a list of proxies the same headers count from those, and from nobody else."""
    client = Site(tmp_path / "site", trust_proxy=["10.0.0.0/8"]).app().test_client()
    answer = client.get(METADATA, headers=EVIL, environ_base={"REMOTE_ADDR": peer})

    assert answer.get_json()["issuer"] == base


@pytest.mark.parametrize("trust_proxy", [False, ["10.0.0.0/8"]])
def test_t22_address_cannot_be_chosen(tmp_path: Path, trust_proxy: bool | list[str]) -> None:
    """Who registers too often does not get further by naming other addresses, whomever else we trust."""
    auth = github_auth(registration={"rate_limit": 2})
    app: Flask = Site(tmp_path / "site", auth, trust_proxy=trust_proxy).app()
    body = {"redirect_uris": ["https://app.test/cb"]}
    answers = [
        app.test_client().post("/register", json=body, headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(3)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 429]


@pytest.mark.parametrize(
    "passed", [{"Forwarded": "host=evil.example"}, {"X-Forwarded-Host": "evil.example, mcp.example.org"}]
)
def test_t22_what_passes_a_proxy_is_not_its_word(tmp_path: Path, passed: dict[str, str]) -> None:
    """What a client wrote and a proxy let pass beside its own words gets no answer that names it."""
    client = Site(tmp_path / "site", trust_proxy=True).app().test_client()
    answer = client.get(METADATA, headers={**OURS, **passed})

    assert answer.status_code == 400
    assert "issuer" not in answer.get_json()


@pytest.mark.parametrize("trust_proxy", [True, ["127.0.0.1", "10.0.0.0/8"]])
def test_t22_only_the_proxys_element_counts(tmp_path: Path, trust_proxy: Any) -> None:
    """What a client wrote into Forwarded before the proxy added to it is not believed."""
    client = Site(tmp_path / "site", trust_proxy=trust_proxy).app().test_client()
    forwarded = "for=10.0.0.1;host=evil.example;proto=http, for=192.0.2.7;host=mcp.example.org;proto=https"
    answer = client.get(METADATA, headers={"Forwarded": forwarded})

    assert answer.get_json()["issuer"] == "https://mcp.example.org"


def test_t22_mount_cannot_be_chosen(tmp_path: Path) -> None:
    """A header that gunicorn takes for the path where we are mounted does not come into our URLs."""
    client = Site(tmp_path / "site").app().test_client()
    environ = {"SCRIPT_NAME": "/evil", "HTTP_SCRIPT_NAME": "/evil"}

    assert client.get(METADATA, environ_overrides=environ).get_json()["issuer"] == "http://localhost"
