"""The transport section: every key, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import ConfigurationFaults
from tests.config.conftest import Project

NO_URL = "must be an absolute URL such as https://api.example.com"
NO_PROXY = "must be true, false or a list of the proxies' addresses"
NO_NETWORK = "must be an IP address or network such as 10.0.0.0/8"


def test_every_key_is_read(project: Project) -> None:
    """A transport section with everything in it comes out as written."""
    project.write_user(
        """
        transport:
          provider: streamable-http
          http:
            port: 8443
            host: "::"
            scheme: https
            base_url: https://api.example.com:8443/mxcp/
            trust_proxy: [10.0.0.1, 10.1.0.0/16, "::1"]
            stateless: true
            max_request_bytes: 65536
        """
    )

    assert project.load().transport == Transport(
        provider="streamable-http",
        host="::",
        port=8443,
        scheme="https",
        base_url="https://api.example.com:8443/mxcp",
        trust_proxy=("10.0.0.1", "10.1.0.0/16", "::1"),
        stateless=True,
        max_request_bytes=65_536,
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://api.example.com/", "https://api.example.com"),
        ("https://api.example.com///", "https://api.example.com"),
        ("https://API.Example.com/Path/", "https://api.example.com/Path"),
        ("HTTPS://api.example.com", "https://api.example.com"),
        ("http://10.0.0.7:8000", "http://10.0.0.7:8000"),
        ("http://[::1]:8000/a/b", "http://[::1]:8000/a/b"),
    ],
)
def test_the_base_url_has_one_spelling(project: Project, written: str, read: str) -> None:
    """However it is written, the base URL has no slash at its end and a host in lower case."""
    project.write_user(f"transport: {{http: {{base_url: '{written}'}}}}")

    assert project.load().transport.base_url == read


@pytest.mark.parametrize("value", ["true", "'yes'", "1", "'on'"])
def test_trust_proxy_is_a_flag(project: Project, value: str) -> None:
    """The words for true mean true, also as text."""
    project.write_user(f"transport: {{http: {{trust_proxy: {value}}}}}")

    assert project.load().transport.trust_proxy is True


@pytest.mark.parametrize(
    ("http", "key", "message"),
    [
        ("prot: 1", "prot", "unknown key"),
        ("port: 0", "port", "must be between 1 and 65535"),
        ("port: 65536", "port", "must be between 1 and 65535"),
        ("port: true", "port", "must be a whole number"),
        ("port: 80.5", "port", "must be a whole number"),
        ("port:", "port", "has no value"),
        ("host: a/b", "host", "must be a host name or an IP address"),
        ("host: ''", "host", "must not be empty"),
        ("scheme: HTTPS", "scheme", "must be http or https"),
        ("base_url: api.example.com", "base_url", NO_URL),
        ("base_url: 'ftp://api.example.com'", "base_url", NO_URL),
        ("base_url: 'https://'", "base_url", NO_URL),
        ("base_url: 'https://a b.example'", "base_url", NO_URL),
        ("base_url: 'https://a.example:99999'", "base_url", NO_URL),
        ("base_url: 'https://a.example:'", "base_url", NO_URL),
        ("base_url: 'https://[::1'", "base_url", NO_URL),
        (r"base_url: 'https://a.example\b'", "base_url", NO_URL),
        ('base_url: "https://a.example\\n"', "base_url", NO_URL),
        ("base_url: 'https://u@a.example'", "base_url", "must not hold user information"),
        ("base_url: 'https://a.example/?'", "base_url", "must not have a query"),
        ("base_url: 'https://a.example/#'", "base_url", "must not have a fragment"),
        ("trust_proxy: 10.0.0.1", "trust_proxy", NO_PROXY),
        ("trust_proxy: {a: b}", "trust_proxy", NO_PROXY),
        ("trust_proxy: []", "trust_proxy", "must not be empty; write false"),
        ("trust_proxy: [10.0.0.1, nginx]", "trust_proxy.1", NO_NETWORK),
        ("trust_proxy: [10.0.0.0/33]", "trust_proxy.0", NO_NETWORK),
        ("stateless: 5", "stateless", "must be true or false"),
    ],
)
def test_a_fault_has_its_place(project: Project, http: str, key: str, message: str) -> None:
    """One broken key gives exactly one line."""
    project.write_user(f"transport:\n  http:\n    {http}\n")

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert str(caught.value) == f"{project.user_file}:3: transport.http.{key}: {message}."


@pytest.mark.parametrize(("key", "default"), [("port", 8000), ("host", "localhost"), ("trust_proxy", False)])
def test_a_default_stays_beside_another_key(project: Project, key: str, default: Any) -> None:
    """A section with one key leaves the others at their defaults."""
    project.write_user("transport: {http: {scheme: https}}")

    assert getattr(project.load().transport, key) == default
