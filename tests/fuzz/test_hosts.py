"""The headers that say where a request went and where it came from: Host, Forwarded and its like, Origin."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import ForwardedUnclear, HostRefused, OriginRefused
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.web.hosts import Hosts
from tests.fuzz.changes import Change, changed, changes
from tests.fuzz.effort import examples
from tests.fuzz.server import Server
from tests.fuzz.texts import header, texts

BASE_URL = "https://mcp.example/shop"
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
TRANSPORTS = st.sampled_from(
    (
        Transport(),
        Transport(base_url=BASE_URL),
        Transport(scheme="https"),
        Transport(trust_proxy=True),
        Transport(trust_proxy=("10.0.0.0/8", "2001:db8::/32")),
        Transport(host="0.0.0.0"),
        Transport(host="mcp.internal"),
    )
)
HEADERS = {
    "Host": "localhost:8000",
    "X-Forwarded-Host": "mcp.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Scheme": "https",
    "X-Forwarded-Port": "443",
    "X-Forwarded-For": "192.0.2.7, 10.0.0.1",
    "Forwarded": 'for="[2001:db8::7]:4711";host=mcp.example;proto=https, for=10.0.0.1',
}
PEERS = st.sampled_from(
    ("127.0.0.1", "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "192.0.2.1", "", "unix:", "fe80::1%lo")
)
WORDS = texts | st.sampled_from(
    ("evil.example", "127.0.0.1:1", "[::1]:8000", "::1", "mcp.internal", "http", "LOCALHOST")
)
BASE_FORM = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9._\-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


@examples(400)
@given(
    transport=TRANSPORTS,
    protected=st.booleans(),
    peer=st.none() | PEERS | texts,
    made=changes(tuple(HEADERS), words=WORDS, most=3),
)
def test_base(transport: Transport, protected: bool, peer: str | None, made: list[Change]) -> None:
    """Our base is configured, or well-formed and only then of a stranger's choice when a proxy or scheme is trusted."""
    headers = dict(changed(HEADERS, made))
    hosts = Hosts(transport, protected=protected)
    hosts.address(headers, peer)
    try:
        base = hosts.urls(headers, peer).base
    except (ForwardedUnclear, HostRefused):
        return

    if transport.base_url:
        assert base == BASE_URL
        return
    assert BASE_FORM.fullmatch(base)
    assert urlsplit(base).port is None or urlsplit(base).port in range(65536)
    assert urlsplit(base).scheme == "http" or transport.scheme or transport.trust_proxy
    if not (transport.trust_proxy or transport.scheme or transport.host == "0.0.0.0"):
        assert _name(base) in LOOPBACK | {transport.host}
        assert urlsplit(base).netloc == headers["Host"].lower().removesuffix(":80")


@examples(200)
@given(peer=PEERS, made=changes(tuple(HEADERS), words=WORDS, most=3))
def test_untrusted_proxy(peer: str, made: list[Change]) -> None:
    """Without a trusted proxy no forwarding header has any effect."""
    headers = dict(changed(HEADERS, made))
    bare = {name: value for name, value in headers.items() if name == "Host"}

    for transport in (Transport(), Transport(trust_proxy=("198.51.100.0/24",)), Transport(scheme="https")):
        hosts = Hosts(transport)
        assert _base(hosts, headers, peer) == _base(hosts, bare, peer)
        assert hosts.address(headers, peer) == peer


@examples(300)
@given(
    base=st.sampled_from(("http://localhost:8000", "https://mcp.example", "http://[::1]:1", BASE_URL)),
    made=changes(("origin",), words=WORDS),
    start=st.sampled_from(
        ("http://localhost:8000", "https://mcp.example", "https://MCP.example:443", "http://[::1]", "null")
    ),
)
def test_origin(base: str, made: list[Change], start: str) -> None:
    """An origin passes when it is ours, or when both are on this machine."""
    origin = dict(changed({"origin": start}, made)).get("origin", "")
    try:
        Hosts(Transport()).check_origin(origin, Urls(base))
    except OriginRefused:
        return
    theirs, ours = urlsplit(origin.strip().lower()), urlsplit(base)

    same = (theirs.scheme, theirs.hostname, _port(theirs.geturl())) == (ours.scheme, ours.hostname, _port(base))
    assert same or (_name(origin.strip().lower()) in LOOPBACK and _name(base) in LOOPBACK)


@examples(150)
@given(made=changes(tuple(HEADERS), words=WORDS), origin=st.none() | st.none() | WORDS)
def test_whole_server(server: Server, made: list[Change], origin: str | None) -> None:
    """Whatever the headers say, the metadata names one base, a loopback one here, and a challenge the same."""
    server.reset()
    headers: dict[str, str | None] = {"Host": None, "Origin": None if origin is None else header(origin)}
    headers |= {name: header(value) for name, value in changed(HEADERS, made) if name in HEADERS}
    document = server.send("GET", "/.well-known/oauth-authorization-server", headers=headers)
    challenge = server.post_json("/mcp", {}, headers=headers)

    if document.status != 200:
        assert document.status == challenge.status == 403
        return
    issuer = document.json["issuer"]
    urls = [value for name, value in document.json.items() if name.endswith(("_endpoint", "issuer"))]
    assert _name(issuer) in LOOPBACK
    assert all(url == issuer or url.startswith(f"{issuer}/") for url in urls)
    assert challenge.status in {401, 403}
    if challenge.status == 401:
        expected = f'resource_metadata="{issuer}/.well-known/oauth-protected-resource/mcp"'
        assert expected in challenge.headers["WWW-Authenticate"]


def _base(hosts: Hosts, headers: dict[str, str], peer: str) -> str | None:
    try:
        return hosts.urls(headers, peer).base
    except (ForwardedUnclear, HostRefused):
        return None


def _name(url: str) -> str:
    return re.sub(r":[0-9]*\Z", "", urlsplit(url).netloc)


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or {"http": 80, "https": 443}[parts.scheme]
