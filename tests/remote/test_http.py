"""HTTP to a server: what is trusted, and the reasons in words."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from mxcp_flask.errors import RemoteInsecure, RemoteUnexpected, RemoteUnreachable
from mxcp_flask.remote import http
from tests.remote.conftest import Stranger
from tests.support.certificates import certify


@pytest.mark.parametrize(
    "url", ["http://h.example/", "http://10.0.0.1:80/", "ftp://127.0.0.1/", "http://localhost.evil.example/"]
)
def test_plain_http_is_for_this_machine(url: str) -> None:
    """What holds a secret must not travel unencrypted."""
    with pytest.raises(RemoteInsecure):
        http.send("POST", url, data={"secret": "s"})


@pytest.mark.parametrize("url", ["https://h.example", "http://127.0.0.1:1", "http://localhost:1/x", "http://[::1]:1"])
def test_safe_urls(url: str) -> None:
    """TLS, and this machine, are safe."""
    http.require_safe(url)


def test_refusals_are_told_in_their_own_words(stranger: Stranger) -> None:
    """OAuth's and MCP's errors must be read, and a status be told where there are none."""
    stranger.answers |= {
        "oauth": ({"error": "x", "error_description": "In words."}, 400),
        "mcp": ({"error": {"code": 1, "message": "Of MCP."}}, 429),
        "bare": ("<p>", 502),
    }
    base = stranger.metadata["issuer"]

    assert [http.send("GET", f"{base}/{path}").reason for path in ("oauth", "mcp", "bare")] == [
        "In words",
        "Of MCP",
        "status 502",
    ]


def test_no_password_file_is_read(stranger: Stranger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A ~/.netrc must not add credentials of its own."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[str] = []
    stranger.app.before_request(lambda: seen.append(request.headers.get("Authorization", "none")))

    http.send("GET", f"{stranger.metadata['issuer']}/x")

    assert seen == ["none"]


def test_a_broken_answer(stranger: Stranger) -> None:
    """What is no JSON object where one is needed must be told."""
    stranger.answers["list"] = ("[1]", 200)

    with pytest.raises(RemoteUnexpected, match="no JSON object"):
        http.fetch_json(f"{stranger.metadata['issuer']}/list")


def test_a_name_that_is_not_there() -> None:
    """A host without an address must be told so."""
    with pytest.raises(RemoteUnreachable):
        http.fetch_json("https://no-such-host.invalid/")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A certificate must be believed when a variable names its authority, and refused with a hint when none does."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    certificate = certify(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    app = Flask("secure")
    app.add_url_rule("/", view_func=lambda: {"here": True})
    with serve_tls(app, context) as url:
        with pytest.raises(RemoteUnreachable, match="REQUESTS_CA_BUNDLE names a file"):
            http.fetch_json(url)
        monkeypatch.setenv(variable, str(certificate.authority))
        assert http.fetch_json(url) == {"here": True}


@contextmanager
def serve_tls(app: Flask, context: ssl.SSLContext) -> Iterator[str]:
    """Serve ``app`` over TLS."""
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
