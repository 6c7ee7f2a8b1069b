"""The transport section: every key, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.config.model import Transport
from mxcp_flask.errors import ConfigurationFaults
from tests.config.conftest import Project

NO_URL = "must be an absolute URL such as https://api.example.com"
NO_PROXY = "must be true, false or a list of the proxies' addresses"
NO_PATH = "must have a path such as /team/tools, of letters, digits, '.', '_', '~' and '-'"
NO_WELL_KNOWN = "must not have a path below /.well-known, where the metadata documents are"
LISTENED = "which is where to listen; write the host that clients use"
OTHER = "which is that of"
ALL = "is every address; write trust_proxy: true if that is meant"
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
        ("https://api.example.com:443/", "https://api.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("https://[2001:DB8:0:0::7]:0443/a", "https://[2001:db8::7]/a"),
    ],
)
def test_the_base_url_has_one_spelling(project: Project, written: str, read: str) -> None:
    """However it is written, the base URL has a host in lower case, no default port and no slash at its end."""
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
        ("base_url: 'https://[1.2]'", "base_url", NO_URL),
        ("base_url: 'https://[:::]'", "base_url", NO_URL),
        ("base_url: 'https://a.example/?x=1'", "base_url", "must not have a query"),
        ("base_url: 'https://a.example:80'", "base_url", f"is https on port 80, {OTHER} http; leave the port out"),
        ("base_url: 'http://a.example:443/'", "base_url", f"is http on port 443, {OTHER} https; leave the port out"),
        ("base_url: 'https://a.example/a//b'", "base_url", NO_PATH),
        ("base_url: 'https://a.example/a/../b'", "base_url", NO_PATH),
        ("base_url: 'https://a.example/%74ools'", "base_url", NO_PATH),
        ("base_url: 'https://a.example/a;b'", "base_url", NO_PATH),
        ("base_url: 'https://a.example/.well-known/x'", "base_url", NO_WELL_KNOWN),
        ("base_url: 'http://0.0.0.0:8000'", "base_url", f"names 0.0.0.0, {LISTENED}"),
        ("base_url: 'http://[::]:8000'", "base_url", f"names [::], {LISTENED}"),
        ("path_prefix: tools", "path_prefix", NO_PATH),
        ("path_prefix: /a b", "path_prefix", NO_PATH),
        ("path_prefix: /.well-known", "path_prefix", NO_WELL_KNOWN),
        ("host: 0.0.0.0:8000", "host", "must have no port in it; write that as port"),
        ("host: 'localhost:'", "host", "must have no port in it; write that as port"),
        ("host: '[::1]:8000'", "host", "must have no port in it; write that as port"),
        ("trust_proxy: [0.0.0.0/0]", "trust_proxy.0", ALL),
        ("trust_proxy: ['10.0.0.1', '::/0']", "trust_proxy.1", ALL),
        ("trust_proxy: [10.0.0.0/8/8]", "trust_proxy.0", NO_NETWORK),
        ("trust_proxy: ['10.0.0.1:8000']", "trust_proxy.0", NO_NETWORK),
        ("trust_proxy: [true]", "trust_proxy.0", "must be text; put it in quotes"),
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


@pytest.mark.parametrize("written", ["/team/tools", "/team/tools/", "/team/tools//"])
def test_the_prefix_has_one_spelling(project: Project, written: str) -> None:
    """However it is written, the prefix has no slash at its end."""
    project.write_user(f"transport: {{http: {{path_prefix: {written}}}}}")

    assert project.load().transport == Transport(path_prefix="/team/tools")


@pytest.mark.parametrize("host", ["::", "::1", "[::1]", "fe80::1%eth0", "mcp-1.internal"])
def test_hosts_to_listen_on(project: Project, host: str) -> None:
    """IPv6 addresses, with and without brackets, are no hosts with a port."""
    project.write_user(f"transport: {{http: {{host: '{host}'}}}}")

    assert project.load().transport.host == host


@pytest.mark.parametrize(
    ("http", "prefix"),
    [
        ("base_url: https://a.example/team, path_prefix: /team/", "/team"),
        ("base_url: https://a.example/team, scheme: https", "/team"),
        ("base_url: https://a.example", ""),
        ("path_prefix: /", ""),
        ("path_prefix: /team", "/team"),
    ],
)
def test_keys_that_agree(project: Project, http: str, prefix: str) -> None:
    """What says the same twice is no fault, and the prefix is where it was written."""
    project.write_user(f"transport: {{http: {{{http}}}}}")

    assert project.load().transport.prefix == prefix


@pytest.mark.parametrize(
    ("http", "key", "message"),
    [
        ("scheme: http", "scheme", "is http, but base_url begins with https; remove it"),
        ("path_prefix: /b", "path_prefix", "differs from base_url's path; write it there only, and remove it here"),
    ],
)
def test_keys_that_contradict_each_other(project: Project, http: str, key: str, message: str) -> None:
    """Two keys that say different things are refused, and the message says which one to remove."""
    project.write_user(f"transport:\n  http:\n    base_url: https://a.example/a\n    {http}\n")

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert str(caught.value) == f"{project.user_file}:4: transport.http.{key}: {message}."


HTTP_BASES = [
    "http://api.example.com",
    "HTTP://api.example.com:8000/x",
    "http://10.0.0.7",
    "http://mcp",
    "http://[fd00::1]",
]


def write_with_sign_in(project: Project, base_url: str, provider: str = "github") -> None:
    """Write a user file with this base URL in line 3."""
    transport = f"transport:\n  http:\n    base_url: '{base_url}'\n"
    auth = f"auth: {{provider: {provider}, github: {{client_id: a, client_secret: b}}}}"
    project.write_user(f"{transport}projects: {{my_project: {{profiles: {{dev: {{{auth}}}}}}}}}\n")


@pytest.mark.parametrize("base_url", HTTP_BASES)
def test_sign_in_needs_https(project: Project, base_url: str) -> None:
    """A base URL without TLS is refused when people sign in from other machines."""
    write_with_sign_in(project, base_url)

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()
    expected = "transport.http.base_url: is http, with which nobody can sign in; write https."
    assert str(caught.value) == f"{project.user_file}:3: {expected}"


@pytest.mark.parametrize("base_url", HTTP_BASES)
def test_http_without_sign_in(project: Project, base_url: str) -> None:
    """Where nobody signs in, http will do."""
    write_with_sign_in(project, base_url, provider="none")

    assert project.load().transport.base_url is not None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9000", "127.0.0.1:8000", "[::1]"])
def test_sign_in_on_this_machine(project: Project, host: str) -> None:
    """On loopback people can sign in over http."""
    write_with_sign_in(project, f"http://{host}")

    assert project.load().transport.base_url == f"http://{host.lower()}"
