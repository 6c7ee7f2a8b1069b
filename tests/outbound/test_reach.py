"""What a connection may be made to, and what with; against a real server where there is one to reach."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.errors import OutboundFailed, OutboundRefused
from mxcp_flask.outbound import Outbound
from tests.outbound.resolver import Resolver
from tests.outbound.server import NAME, http_answer, make_certificate, serve

LOCAL = ["127.0.0.1"]


def test_certificate_of_another_name(outbound: Outbound, tmp_path: Path) -> None:
    """A certificate must be for the name in the URL, though its authority is trusted."""
    other = make_certificate(tmp_path, "other.test")
    outbound.ca_file = str(other)
    with serve(http_answer(b"x"), other) as server, pytest.raises(OutboundFailed, match="certificate is not valid"):
        outbound.get(f"https://{NAME}:{server.port}/")

    assert server.requests == []


def test_certificate_of_unknown_authority(certificate: Path) -> None:
    """An allowed host gets no leave from verification."""
    outbound = Outbound(resolve=Resolver(LOCAL), allow_hosts={NAME})
    with serve(http_answer(b"x"), certificate) as server, pytest.raises(OutboundFailed, match="certificate"):
        outbound.get(f"https://{NAME}:{server.port}/")


def test_certificate_of_an_address(certificate: Path) -> None:
    """An address as host is verified against the addresses in the certificate."""
    outbound = Outbound(allow_hosts={"127.0.0.1"}, ca_file=str(certificate))
    with serve(http_answer(b"x"), certificate) as server:
        assert outbound.get(f"https://127.0.0.1:{server.port}/").body == b"x"


def test_no_tls_behind_https(outbound: Outbound) -> None:
    """A server that speaks plain HTTP where TLS is due is a failure."""
    with serve(http_answer(b"x"), None) as server, pytest.raises(OutboundFailed, match="connection failed"):
        outbound.get(f"https://{NAME}:{server.port}/")


def test_http_on_allowed_loopback() -> None:
    """An allowed host may be reached without TLS when it is on loopback."""
    with serve(http_answer(b"x"), None) as server:
        assert Outbound(allow_hosts={"localhost", "127.0.0.1"}).get(f"http://127.0.0.1:{server.port}/").body == b"x"


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.216.34"], ["127.0.0.1", "10.0.0.1"]])
def test_http_elsewhere(addresses: list[str], connected: list[tuple[str, int]]) -> None:
    """An allowed host that is not on loopback needs https."""
    with pytest.raises(OutboundRefused, match="loopback"):
        Outbound(resolve=Resolver(addresses), allow_hosts={NAME}).get(f"http://{NAME}/")

    assert connected == []


@pytest.mark.parametrize(
    "addresses",
    [[text] for text in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1")]
    + [[text] for text in ("::1", "::", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:1::", "fec0::1")]
    + [["93.184.216.34", "10.0.0.1"], ["::1", "93.184.216.34"], ["fe80::1%eth0"]],
)
def test_address_that_is_not_public(addresses: list[str], connected: list[tuple[str, int]]) -> None:
    """One address that is not public among a name's is enough to refuse it, and nothing is sent."""
    with pytest.raises(OutboundRefused, match="not a public one"):
        Outbound(resolve=Resolver(addresses)).get(f"https://{NAME}/")

    assert connected == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "10.0.0.1",
        "[::1]",
        "localhost",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
    ],
)
def test_loopback_however_spelled(host: str, connected: list[tuple[str, int]]) -> None:
    """No spelling of a private address gets past the system's own resolver."""
    with pytest.raises((OutboundRefused, OutboundFailed)):
        Outbound().get(f"https://{host}/")

    assert connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_rebinding(address: str, connected: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is resolved once, and the connection goes to the address that was checked."""
    monkeypatch.setattr(socket, "getaddrinfo", None)
    resolver = Resolver([address, "8.8.8.8"], LOCAL)
    with pytest.raises(OutboundFailed):
        Outbound(resolve=resolver).get(f"https://{NAME}/")

    assert connected == [(address, 443)]
    assert resolver.names == [NAME]


def test_rebinding_of_an_allowed_name(certificate: Path) -> None:
    """The answer comes from the first address; the second one, where nobody listens, is never asked for."""
    resolver = Resolver(LOCAL, ["127.255.255.254"])
    outbound = Outbound(resolve=resolver, allow_hosts={NAME}, ca_file=str(certificate))
    with serve(http_answer(b"x"), certificate) as server:
        assert outbound.get(f"https://{NAME}:{server.port}/").body == b"x"

    assert resolver.names == [NAME]


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_name_that_cannot_be_resolved(error: Exception) -> None:
    """A name without an address is a failure that says so."""

    def resolve(*_: Any, **__: Any) -> Any:
        raise error

    with pytest.raises(OutboundFailed, match="cannot be resolved"):
        Outbound(resolve=resolve).get(f"https://{NAME}/")


def test_name_without_addresses() -> None:
    """An empty answer of the resolver is a failure too."""
    with pytest.raises(OutboundFailed, match="no address"):
        Outbound(resolve=Resolver([])).get(f"https://{NAME}/")


def test_resolver_that_used_up_the_time(connected: list[tuple[str, int]]) -> None:
    """What the resolver takes counts: when no time is left, nothing is connected to."""
    with pytest.raises(OutboundFailed, match="in time"):
        Outbound(resolve=Resolver(["8.8.8.8"]), total=0).get(f"https://{NAME}/")

    assert connected == []


def test_resolver_that_hangs(connected: list[tuple[str, int]]) -> None:
    """The whole time bounds the resolver too, whose own patience may be minutes; a late answer comes to nothing."""
    answer, answered = threading.Event(), threading.Event()

    def resolve(*arguments: Any, **options: Any) -> Any:
        assert answer.wait(10)
        answered.set()
        return Resolver(["8.8.8.8"])(*arguments, **options)

    with pytest.raises(OutboundFailed, match="in time"):
        Outbound(resolve=resolve, total=0.05).get(f"https://{NAME}/")
    assert not answered.is_set()
    answer.set()
    assert answered.wait(10)

    assert connected == []


def test_nobody_listens(outbound: Outbound) -> None:
    """A refused connection is a failure."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OutboundFailed, match="connection failed"):
        outbound.get(f"https://{NAME}:{port}/")
