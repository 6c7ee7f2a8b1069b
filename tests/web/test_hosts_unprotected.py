"""Which Host is ours when nobody needs to sign in: then a page whose DNS name was rebound would be let in too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import HostRefused
from mxcp_flask.web.hosts import Hosts
from tests.support.site import Site

PROXY = "10.0.0.1"
STRANGER = "203.0.113.9"
LISTED = {"trust_proxy": ("10.0.0.0/8",)}
OPEN = {"host": "0.0.0.0"}
EVIL = "evil.example"
LOCAL = "localhost:8000"
PUBLIC = "https://mcp.example.org"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def base_of(transport: dict[str, Any], peer: str, headers: dict[str, str], *, protected: bool = False) -> str:
    """Return the base of our URLs for one request."""
    return Hosts(Transport(**transport), protected=protected).urls(headers, peer).base


@pytest.mark.parametrize(
    ("transport", "host"),
    [
        *(({}, host) for host in (LOCAL, "127.0.0.1:8000", "[::1]:8000", "LOCALHOST")),
        *((OPEN, host) for host in (LOCAL, "192.0.2.7:8000", "[2001:db8::7]:8000")),
        ({"host": "::"}, "192.0.2.7"),
        ({"host": "mcp.example.org"}, "mcp.example.org:8000"),
        ({"host": "192.0.2.7"}, "192.0.2.7:8000"),
        ({"scheme": "https"}, LOCAL),
        ({"base_url": PUBLIC}, "mcp.example.org"),
        ({"base_url": PUBLIC}, LOCAL),
    ],
)
def test_host_that_is_meant(transport: dict[str, Any], host: str) -> None:
    """Loopback names, the bound host, the configured URL, and addresses, which no DNS can rebind, are ours."""
    headers = {"Host": host}

    assert base_of(transport, STRANGER, headers) == base_of(transport, STRANGER, headers, protected=True)


@pytest.mark.parametrize(
    ("transport", "host"),
    [
        *((transport, EVIL) for transport in ({}, OPEN, {"host": "::"}, {"host": ""}, {"scheme": "https"})),
        *((transport, EVIL) for transport in ({"trust_proxy": True}, {**OPEN, "trust_proxy": True}, LISTED)),
        *((OPEN, host) for host in ("localhost.evil.example", "192.0.2.7.evil.example", "192.0.2", "0x7f.1", "1")),
        *(({}, host) for host in ("192.0.2.7", "127.0.0.2", "[2001:db8::7]")),
        ({"host": "192.0.2.7"}, "192.0.2.8"),
        ({"base_url": PUBLIC}, EVIL),
    ],
)
def test_other_host_is_refused(transport: dict[str, Any], host: str) -> None:
    """A DNS name that is not configured is refused, also where it would pass if people had to sign in."""
    with pytest.raises(HostRefused):
        base_of(transport, STRANGER, {"Host": host})


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "[::]"])
def test_open_listener_needs_no_name_when_people_sign_in(host: str) -> None:
    """With a provider any name reaches an open listener: a token is needed all the same."""
    assert base_of({"host": host}, STRANGER, {"Host": "mcp.internal"}, protected=True) == "http://mcp.internal"


def test_listed_proxy_vouches() -> None:
    """What a proxy at a listed address says is believed, its Host too."""
    forwarded = {"Host": "inside", "X-Forwarded-Host": "mcp.example.org", "X-Forwarded-Proto": "https"}

    assert base_of(LISTED, PROXY, {"Host": "mcp.example.org"}) == "http://mcp.example.org"
    assert base_of(LISTED, PROXY, forwarded) == PUBLIC


@pytest.mark.parametrize(("transport", "peer"), [({"trust_proxy": True}, PROXY), (LISTED, STRANGER)])
@pytest.mark.parametrize("headers", [{"Host": EVIL}, {"Host": EVIL, "X-Forwarded-Proto": "https"}])
def test_nobody_else_vouches(transport: dict[str, Any], peer: str, headers: dict[str, str]) -> None:
    """Where whoever connects counts as the proxy, and from addresses that are not listed, no name is believed."""
    with pytest.raises(HostRefused):
        base_of(transport, peer, headers)
    with pytest.raises(HostRefused):
        base_of(transport, peer, {**headers, "X-Forwarded-Host": EVIL})


@pytest.mark.parametrize(
    "transport", [{}, {"host": "0.0.0.0"}, {"scheme": "https"}, {"trust_proxy": True}, {"base_url": PUBLIC}]
)
@pytest.mark.parametrize("more", [{}, {"X-Forwarded-Host": "localhost"}])
def test_rebound_page_reaches_nothing(tmp_path: Path, transport: dict[str, Any], more: dict[str, str]) -> None:
    """A page of a name that now leads here gets 403 for its calls, with or without an Origin that fits its Host."""
    client = Site(tmp_path / "open", {"provider": "none"}, **transport).app().test_client()
    host = {"Host": f"{EVIL}:8000", **more}
    answers = [client.post("/mcp", json=PING, headers={**host, "Origin": f"http://{EVIL}:8000"})]
    if not more:
        answers += [client.post("/mcp", json=PING, headers=host), client.get("/", headers=host)]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert all(EVIL not in answer.text for answer in answers)


@pytest.mark.parametrize("host", [LOCAL, "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_served(tmp_path: Path, host: str) -> None:
    """A client on the same machine is answered, with an Origin of it and without."""
    client = Site(tmp_path / "open", {"provider": "none"}).app().test_client()
    for origin in ({}, {"Origin": f"http://{host}"}):
        assert client.post("/mcp", json=PING, headers={"Host": host, **origin}).status_code == 200
