"""Tests of how applications are shown: where answers go, and where what is known of them comes from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.records import Client
from mxcp_flask.web.applications import Destination, describer_of, destination_of, destinations_of, origin_of


@pytest.mark.parametrize(
    ("uri", "destination"),
    [
        ("http://127.0.0.1:49153/cb", Destination("127.0.0.1:49153", "loopback")),
        ("http://[::1]/cb", Destination("[::1]", "loopback")),
        ("https://app.example:8443/cb?x=1", Destination("app.example:8443", "web")),
        ("https://localhost/cb", Destination("localhost", "web")),
        ("cursor://trusted.example/cb", Destination("cursor:", "scheme")),
        ("com.example.app:/cb", Destination("com.example.app:", "scheme")),
        ("https://xn--mller-kva.example/cb", Destination("xn--mller-kva.example", "web", "müller.example")),
        ("https://a.XN--80AK6AA92E.com:1/cb", Destination("a.XN--80AK6AA92E.com:1", "web", "a.аррӏе.com")),  # noqa: RUF001
        ("https://xn--99999999.example/cb", Destination("xn--99999999.example", "web")),
    ],
)
def test_destination(uri: str, destination: Destination) -> None:
    """A host is shown as it is asked for, its letters only beside it; of another scheme only the scheme decides."""
    assert destination_of(uri) == destination


def test_many_destinations() -> None:
    """Each is shown once, and of many the first few."""
    uris = [f"https://app{number % 9}.example/{number}" for number in range(20)]
    client = Client(client_id="x", name="X", redirect_uris=("http://localhost/a", "http://localhost/b", *uris))

    assert [found.name for found in destinations_of(client)] == [
        "localhost", "app0.example", "app1.example", "app2.example", "app3.example"
    ]  # fmt: skip


def test_origin() -> None:
    """A client is configured, described by a document, or registered by itself."""
    made = Client(client_id="x", name="X", redirect_uris=())

    assert origin_of(replace(made, configured=True)) == "configured"
    assert origin_of(replace(made, fresh_until=5)) == "document"
    assert origin_of(made) == "registered"


def test_describer() -> None:
    """Of a client that is described at a URL, the host is told, also in its letters; others have nobody."""
    described = Client(client_id="https://xn--mller-kva.example/github.com", name="X", redirect_uris=(), fresh_until=5)

    assert describer_of(described) == Destination("xn--mller-kva.example", "web", "müller.example")
    assert describer_of(replace(described, fresh_until=None)) is None
    assert describer_of(replace(described, configured=True)) is None
