"""Redirect URIs: what may be registered, and what counts as the same (threats T8 and T9)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from mxcp_flask.redirect_uris import find_fault, host_of, is_loopback, matches

ALLOWED = [
    "https://claude.ai/api/mcp/auth_callback",
    "https://myapp.example.com/oauth/callback",
    "https://myapp.example.com:8443/oauth/callback?tenant=a%20b&x",
    "https://myapp.example.com",
    "HTTPS://myapp.example.com/cb",
    "https://xn--bcher-kva.example/cb",
    "https://[2001:db8::1]:8443/cb",
    "https://a.example/a..b/...",
    "https://a.example/cb?next=/../",
    "http://localhost/callback",
    "http://localhost:49153/callback",
    "http://127.0.0.1:49153/oauth/callback",
    "http://127.0.0.1",
    "http://[::1]/cb",
    "http://[::1]:65535/cb",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode://vscode.github-copilot/cb",
    "com.example.app:/oauth/callback",
    "com.example.app:callback",
    "com.example.app:///callback",
    "x-my.app+1://done",
]
REFUSED = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://myapp.example.com/%250aalert(1)",
    "data:text/html,hi",
    "file:///etc/passwd",
    "filesystem:https://a.example/x",
    "blob:https://a.example/1",
    "about:blank",
    "vbscript:msgbox",
    "view-source:https://a.example/",
    "ws://a.example/",
    "wss://a.example/",
    "intent://a.example/#Intent;end",
    "intent:x",
    "jar:https://a.example!/",
    "mailto:ada@example.org",
    "ftp://a.example/",
    "http://evil.example/",
    "http://evil.example:80/cb",
    "HTTP://evil.example/",
    "http://0.0.0.0/cb",
    "http://127.0.0.2/cb",
    "http://127.1/cb",
    "http://2130706433/cb",
    "http://0x7f000001/cb",
    "http://[::]/cb",
    "http://[::ffff:127.0.0.1]/cb",
    "http://LOCALHOST/cb",
    "http://localhost./cb",
    "http://localhost.evil.example/cb",
    "http://127.0.0.1.evil.example/cb",
    "http://127.0.0.1@evil.example/cb",
    "http://127.0.0.1:80@evil.example/cb",
    "http://localhost%2eevil.example/cb",
    "http://[::1]evil.example/cb",
    "http://[::1].evil.example:80/cb",
    "http://[::1%25lo]/cb",
    "http://[::1/cb",
    "https://ada@myapp.example.com/cb",
    "https://ada:pw@myapp.example.com/cb",
    "https://@myapp.example.com/cb",
    "https://myapp.example.com%40evil.example/cb",
    "https://myapp.example.com%2fevil.example/cb",
    "https://my,app.example.com/cb",
    "https://[::1]evil.example/cb",
    "cursor://ada@host/cb",
    "https://myapp.example.com/cb#",
    "https://myapp.example.com/cb#token",
    "cursor://done#x",
    "https://myapp.example.com\\@evil.example/cb",
    "https:\\\\evil.example/cb",
    "https://myapp.example.com/%5cevil",
    "https://myapp.example.com/%0d%0aSet-Cookie:x",
    "https://myapp.example.com/cb?x=%0a",
    "https://myapp.example.com/%00",
    "https://myapp.example.com/%7f",
    "https://myapp.example.com/%",
    "https://myapp.example.com/%zz",
    "https://myapp.example.com/../cb",
    "https://myapp.example.com/./cb",
    "https://myapp.example.com/cb/..",
    "https://myapp.example.com/%2e%2e/cb",
    "https://myapp.example.com/%2E./cb",
    "com.example.app:/../cb",
    "com.example.app:..",
    "https://bücher.example/cb",
    "https://myapp.example.com/ü",
    "https://myapp.example.com/\u202ecb",
    "https://myapp.example.com/c b",
    " https://myapp.example.com/cb",
    "https://myapp.example.com/cb\n",
    "https://myapp.\texample.com/cb",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "https://myapp.example.com/\ud800",
    'https://myapp.example.com/"cb',
    "https://myapp.example.com/<cb>",
    "https://myapp.example.com/`cb{}|^",
    "http://localhost:65536/cb",
    "http://localhost:-1/cb",
    "http://localhost:8o/cb",
    "http://localhost:80:80/cb",
    "https://myapp.example.com:99999/cb",
    "https://",
    "https:///cb",
    "https://:443/cb",
    "https:cb",
    "https:/cb",
    "https://?x",
    "http:localhost/cb",
    "//myapp.example.com/cb",
    "/cb",
    "cb",
    "://cb",
    "1com.example:/cb",
    "com.example.app:",
    "com.example.app://",
    "com.example.app:?x",
    "",
    "*",
]
LOOPBACK = "http://127.0.0.1/callback"


@pytest.mark.parametrize("uri", ALLOWED)
def test_may_be_registered(uri: str) -> None:
    """An https URI with a host, a loopback URI and a private-use scheme are allowed."""
    assert find_fault(uri) is None


@pytest.mark.parametrize("uri", REFUSED)
def test_may_not_be_registered(uri: str) -> None:
    """Whatever a browser could run, send elsewhere or read in two ways is refused with a reason."""
    assert find_fault(uri)


@pytest.mark.parametrize("uri", [uri for uri in REFUSED if uri])
def test_fault_does_not_repeat_the_uri(uri: str) -> None:
    """The reason never holds the URI, which may be hostile text."""
    assert uri not in str(find_fault(uri))


@pytest.mark.parametrize("uri", ALLOWED)
def test_uri_matches_itself(uri: str) -> None:
    """A registered URI may be requested as it is."""
    assert matches(uri, uri)


@pytest.mark.parametrize("uri", REFUSED)
def test_refused_uri_never_matches(uri: str) -> None:
    """A URI that may not be registered does not even match itself, wherever it was registered before."""
    assert not matches(uri, uri)
    assert not matches(LOOPBACK, uri)


@pytest.mark.parametrize(
    ("registered", "requested"),
    [
        ("http://127.0.0.1/callback", "http://127.0.0.1:49153/callback"),
        ("http://127.0.0.1:49153/callback", "http://127.0.0.1:1/callback"),
        ("http://127.0.0.1:49153/callback", "http://127.0.0.1/callback"),
        ("http://localhost:8080", "http://localhost:9090"),
        ("http://localhost:8080?a=b", "http://localhost:9090?a=b"),
        ("http://[::1]:8080/cb?a=b", "http://[::1]/cb?a=b"),
    ],
)
def test_loopback_port_is_free(registered: str, requested: str) -> None:
    """A native application takes the port that it gets (RFC 8252 §7.3)."""
    assert matches(registered, requested)


@pytest.mark.parametrize(
    ("registered", "requested"),
    [
        ("http://127.0.0.1/callback", "http://localhost/callback"),
        ("http://localhost/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1/callback", "http://[::1]/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1/callback/"),
        ("http://127.0.0.1/callback", "http://127.0.0.1/Callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1/callback?x=1"),
        ("http://127.0.0.1/callback", "http://127.0.0.1/callback?"),
        ("http://127.0.0.1/callback?x=1", "http://127.0.0.1:1/callback?x=2"),
        ("http://127.0.0.1/callback", "HTTP://127.0.0.1:1/callback"),
        ("http://127.0.0.1/callback", "https://127.0.0.1/callback"),
        ("http://127.0.0.1", "http://127.0.0.1/"),
        ("https://127.0.0.1/callback", "https://127.0.0.1:8443/callback"),
        ("https://localhost/callback", "https://localhost:8443/callback"),
        ("https://a.example/cb", "https://a.example:443/cb"),
        ("https://a.example/cb", "https://A.example/cb"),
        ("https://a.example/cb", "HTTPS://a.example/cb"),
        ("https://a.example/cb", "https://a.example/cb/"),
        ("https://a.example/cb", "https://a.example/cb?code=x"),
        ("https://a.example/cb", "https://a.example/c%62"),
        ("https://a.example/cb", "https://b.example/cb"),
        ("https://a.example/", "https://a.example"),
        ("cursor://done", "cursor://done/"),
        ("cursor://localhost:1/cb", "cursor://localhost:2/cb"),
        ("com.example.app:/cb", "com.example.app:///cb"),
        ("http://[::1]/cb", "http://[::1]evil.example/cb"),
    ],
)
def test_nothing_else_matches(registered: str, requested: str) -> None:
    """But for the loopback port every byte counts, and the loopback names are three different hosts."""
    assert not matches(registered, requested)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("http://localhost:49153/cb", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:1/", True),
        ("https://localhost/cb", False),
        ("http://localhost.evil.example/", False),
        ("http://localhost@evil.example/", False),
        ("http://[::1]evil.example/", False),
        ("cursor://localhost/", False),
    ],
)
def test_is_loopback(uri: str, expected: bool) -> None:
    """Only http on one of the three loopback names stays on the person's own machine."""
    assert is_loopback(uri) is expected


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://A.example:443/cb", "A.example"),
        ("https://a.example:/cb", "a.example"),
        ("https://ada:pw@a.example/cb", "a.example"),
        ("http://[::1]:80/cb", "[::1]"),
        ("http://[::1]/cb", "[::1]"),
        ("com.example.app:/cb", ""),
    ],
)
def test_host_of(uri: str, host: str) -> None:
    """The host keeps its spelling and brackets; port and user information are left out."""
    assert host_of(urlsplit(uri)) == host


def test_long_uri_is_judged_in_no_time() -> None:
    """A megabyte of path is no burden: no pattern here backtracks."""
    uri = "http://127.0.0.1/" + "a/." * 300_000 + "b"

    assert matches(uri, uri)
    assert not matches(uri, uri + "/../")
