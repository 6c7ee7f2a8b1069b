"""Tests of which Host and Origin are ours, and of the URLs that follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import HostNotBase, HostRefused, OriginRefused
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.web.hosts import Hosts
from tests.support.site import Site

PUBLIC = "https://mcp.example.org"
FORWARDED = {"X-Forwarded-Host": "mcp.example.org", "X-Forwarded-Proto": "https"}
LISTED = ("10.0.0.0/8", "::1")
MALFORMED = (
    *("", " ", "a b", "localhost:", "localhost:-1", "localhost:65536", "localhost:80:80", ":80", "-", "a,b"),
    *("user@localhost", "localhost/x", "localhost?", "localhost#x", "localhost, localhost", "../..", "<script>"),
    *("[::1", "[::1]x", "[.]", "[:::]", "[1.2]", "[fe80::1%25eth0]", "\xff", "\u0661", 'a"b', "a\\b"),
    *("localhost\n", "localhost\r\nX: y"),
)


def base_of(transport: dict[str, Any], headers: dict[str, str], peer: str | None = "203.0.113.9") -> str:
    """Return the base of our URLs for one request."""
    return Hosts(Transport(**transport)).urls(headers, peer).base


@pytest.mark.parametrize(
    ("transport", "host", "base"),
    [
        ({}, "localhost:8000", "http://localhost:8000"),
        ({}, "LOCALHOST:8000", "http://localhost:8000"),
        ({}, "127.0.0.1:8000", "http://127.0.0.1:8000"),
        ({}, "[::1]:8000", "http://[::1]:8000"),
        ({}, "localhost:80", "http://localhost"),
        ({}, "localhost:443", "http://localhost:443"),
        ({"host": "mcp.example.org"}, "mcp.example.org:8000", "http://mcp.example.org:8000"),
        ({"host": "mcp.example.org"}, "localhost:8000", "http://localhost:8000"),
        ({"host": "0.0.0.0"}, "192.0.2.7:8000", "http://192.0.2.7:8000"),
        ({"host": "::"}, "[2001:db8::7]:8000", "http://[2001:db8::7]:8000"),
        ({"scheme": "https"}, "mcp.example.org", PUBLIC),
        ({"scheme": "https"}, "mcp.example.org:443", PUBLIC),
        ({"scheme": "https"}, "mcp.example.org:80", "https://mcp.example.org:80"),
        ({"base_url": PUBLIC}, "mcp.example.org", PUBLIC),
        ({"base_url": PUBLIC}, "MCP.example.org:443", PUBLIC),
        ({"base_url": PUBLIC}, "localhost:8000", PUBLIC),
        ({"base_url": f"{PUBLIC}:443"}, "mcp.example.org", f"{PUBLIC}:443"),
        ({"base_url": f"{PUBLIC}:443"}, "mcp.example.org:443", f"{PUBLIC}:443"),
        ({"base_url": f"{PUBLIC}/tools"}, "mcp.example.org", f"{PUBLIC}/tools"),
        ({"path_prefix": "/tools"}, "localhost:8000", "http://localhost:8000/tools"),
        ({"path_prefix": "/tools", "scheme": "https"}, "mcp.example.org", f"{PUBLIC}/tools"),
    ],
)
def test_host_becomes_base(transport: dict[str, Any], host: str, base: str) -> None:
    """The base is the configured one, else the request's own host in lower case, without a scheme's default port."""
    assert base_of(transport, {"Host": host}) == base


@pytest.mark.parametrize(
    ("transport", "host"),
    [
        ({}, "evil.example"),
        ({}, "localhost.evil.example"),
        ({}, "127.0.0.1.evil.example"),
        ({}, "127.0.0.2"),
        ({"host": "mcp.example.org"}, "evil.example"),
        ({"base_url": PUBLIC}, "evil.example"),
        ({"base_url": PUBLIC}, "mcp.example.org:8443"),
        ({"base_url": PUBLIC}, ""),
        ({"base_url": PUBLIC, "trust_proxy": True}, "evil.example"),
    ],
)
def test_foreign_host_is_refused(transport: dict[str, Any], host: str) -> None:
    """A host that cannot be meant gets no answer, so that a rebound DNS name reaches nothing."""
    with pytest.raises(HostRefused):
        base_of(transport, {"Host": host})


@pytest.mark.parametrize("transport", [{}, {"host": "0.0.0.0"}, {"scheme": "https"}, {"trust_proxy": True}])
@pytest.mark.parametrize("host", MALFORMED)
def test_malformed_host_is_refused(transport: dict[str, Any], host: str) -> None:
    """Whatever is no host with an optional port is refused, even where any name is meant."""
    with pytest.raises(HostRefused):
        base_of(transport, {"Host": host})


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded"])
def test_proxy_with_a_host_of_its_own(header: str) -> None:
    """With a base URL, a proxy that calls us by another name must say that the client used ours."""
    headers = {"Host": "backend", header: "host=mcp.example.org" if header == "Forwarded" else "mcp.example.org"}

    assert base_of({"base_url": PUBLIC, "trust_proxy": LISTED}, headers, "10.0.0.1") == PUBLIC
    with pytest.raises(HostNotBase, match=r"proxy_set_header Host \$host"):
        base_of({"base_url": PUBLIC, "trust_proxy": LISTED}, headers, "192.0.2.1")
    with pytest.raises(HostNotBase):
        base_of({"base_url": PUBLIC, "trust_proxy": LISTED}, {**headers, "X-Forwarded-Host": "a.example, b.example"})


def test_missing_host_is_refused() -> None:
    """A request without a Host header is refused."""
    with pytest.raises(HostRefused):
        base_of({"host": "0.0.0.0"}, {})


@pytest.mark.parametrize(
    ("trust", "peer", "base"),
    [
        (True, "203.0.113.9", PUBLIC),
        (True, None, PUBLIC),
        (LISTED, "10.1.2.3", PUBLIC),
        (LISTED, "::1", PUBLIC),
        (LISTED, "203.0.113.9", "http://localhost:8000"),
        (LISTED, None, "http://localhost:8000"),
        (LISTED, "unix:", "http://localhost:8000"),
        (False, "10.1.2.3", "http://localhost:8000"),
    ],
)
def test_forwarded_headers_count_from_trusted_peers_only(
    trust: bool | tuple[str, ...], peer: str | None, base: str
) -> None:
    """A proxy's headers change our URLs only when the peer is trusted."""
    assert base_of({"trust_proxy": trust}, {"Host": "localhost:8000", **FORWARDED}, peer) == base


def test_configured_scheme_and_base_url_beat_the_proxy() -> None:
    """What is configured is not up to the proxy."""
    headers = {"Host": "mcp.example.org", "X-Forwarded-Host": "other.example", "X-Forwarded-Proto": "http"}

    assert base_of({"trust_proxy": True, "scheme": "https"}, headers) == "https://other.example"
    assert base_of({"trust_proxy": True, "base_url": PUBLIC}, headers) == PUBLIC


@pytest.mark.parametrize(
    ("base", "origin", "passes"),
    [
        (PUBLIC, None, True),
        (PUBLIC, PUBLIC, True),
        (PUBLIC, f"{PUBLIC}:443", True),
        (f"{PUBLIC}:443", PUBLIC, True),
        (f"{PUBLIC}/tools", PUBLIC, True),
        (PUBLIC, "http://mcp.example.org", False),
        (PUBLIC, f"{PUBLIC}:8443", False),
        (PUBLIC, "https://evil.example", False),
        (PUBLIC, "http://localhost:3000", False),
        (PUBLIC, "null", False),
        (PUBLIC, "", False),
        (PUBLIC, f"{PUBLIC}/", False),
        (PUBLIC, f"{PUBLIC}, {PUBLIC}", False),
        ("http://localhost:8000", "http://localhost:3000", True),
        ("http://localhost:8000", "http://[::1]:3000", True),
        ("http://localhost:8000", "http://localhost.evil.example", False),
        ("http://localhost:8000", "http://localhost:1@evil.example", False),
        ("http://localhost:8000", "http://[::1]evil.example", False),
        ("http://localhost:8000", "ftp://localhost", False),
        ("http://localhost:8000", "http://[x", False),
    ],
)
def test_origin(base: str, origin: str | None, passes: bool) -> None:
    """No Origin, our own, and loopback calling loopback pass; everything else is refused."""
    refused = False
    try:
        Hosts(Transport()).check_origin(origin, Urls(base))
    except OriginRefused:
        refused = True

    assert refused is not passes


@pytest.mark.parametrize(
    "route", ["/", "/authorize", "/github/callback", "/mcp", "/.well-known/oauth-protected-resource"]
)
def test_every_route_checks_the_host(tmp_path: Path, route: str) -> None:
    """A foreign Host is a 403 on each route."""
    answer = Site(tmp_path / "site").app().test_client().get(route, headers={"Host": "evil.example"})

    assert answer.status_code == 403
    assert "The Host header does not name this server." in answer.text


def test_spoofed_headers_do_not_reach_any_document(site: Site) -> None:
    """Without trust, forwarded headers change neither issuer, endpoints, resource nor challenge."""
    client = site.app().test_client()
    answers = [
        client.get("/.well-known/oauth-authorization-server", headers=FORWARDED),
        client.get("/.well-known/oauth-protected-resource", headers=FORWARDED),
        client.get("/", headers=FORWARDED),
    ]

    assert all("http://localhost" in answer.text and "example.org" not in answer.text for answer in answers)
    assert "example.org" not in client.post("/mcp", headers=FORWARDED).headers["WWW-Authenticate"]


@pytest.mark.parametrize("transport", [{"base_url": PUBLIC}, {"trust_proxy": True}, {"trust_proxy": ["127.0.0.1"]}])
def test_all_documents_agree_on_the_base(tmp_path: Path, transport: dict[str, Any]) -> None:
    """Issuer, resource and challenge are of one base, byte for byte."""
    client = Site(tmp_path / "site", **transport).app().test_client()
    headers = {"Host": "mcp.example.org", **FORWARDED}
    server = client.get("/.well-known/oauth-authorization-server", headers=headers).get_json()
    resource = client.get("/.well-known/oauth-protected-resource", headers=headers).get_json()
    challenge = client.post("/mcp", headers=headers).headers["WWW-Authenticate"]

    assert server["issuer"] == PUBLIC
    assert resource["authorization_servers"] == [PUBLIC]
    assert resource["resource"] == f"{PUBLIC}/mcp"
    assert f'resource_metadata="{PUBLIC}/.well-known/oauth-protected-resource/mcp"' in challenge


def test_refused_host_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The log shows the Host that was refused, so that the operator sees what the proxy sends."""
    with caplog.at_level("INFO"):
        site.app().test_client().get("/", headers={"Host": "backend"})

    assert "does not name this server" in caplog.text
    assert "It is 'backend'." in caplog.text


def test_what_is_remembered_is_only_what_decides() -> None:
    """A Host that is ours once must not make a proxy's word, another mount or another Host ours."""
    hosts = Hosts(Transport(trust_proxy=LISTED))
    plain = {"Host": "localhost:8000"}
    for _ in range(2):
        assert hosts.urls(plain, "203.0.113.9").base == "http://localhost:8000"
        assert hosts.urls({**plain, **FORWARDED}, "10.1.2.3").base == PUBLIC
        assert hosts.urls({**plain, **FORWARDED}, "203.0.113.9").base == "http://localhost:8000"
        assert hosts.urls(plain, "203.0.113.9", "/below").base == "http://localhost:8000/below"
        with pytest.raises(HostRefused):
            hosts.urls({"Host": "evil.example"}, "203.0.113.9")


def test_what_is_remembered_stays_small() -> None:
    """Whoever sends ever other ports in the Host header cannot make us keep them all."""
    hosts = Hosts(Transport())
    for port in range(1, 1000):
        assert hosts.urls({"Host": f"localhost:{port + 1000}"}, None).base == f"http://localhost:{port + 1000}"

    assert len(hosts._known) <= 64
