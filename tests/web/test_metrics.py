"""Who may read the metrics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.records import json_log
from tests.support.site import Site

TOKEN = "0123456789abcdef-of-metrics"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def server(
    folder: Path, transport: Mapping[str, Any] | None = None, auth: Mapping[str, Any] | None = None, **section: Any
) -> FlaskClient:
    """Return a client of a server with this ``metrics`` section."""
    site = Site(folder / "site", auth, **(transport or {}))
    document = json.loads(site.config.read_text())
    document["metrics"] = {"enabled": True, **section}
    site.config.write_text(json.dumps(document))
    return site.app().test_client(use_cookies=False)


def ask(
    client: FlaskClient, peer: str | None = "127.0.0.1", host: str = "localhost:8000", **headers: str
) -> TestResponse:
    """Read the metrics from the address ``peer``; an underscore in a header's name is a dash."""
    sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.get("/metrics", headers=sent, environ_base={"REMOTE_ADDR": peer})


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "10.0.0.7"])
def test_this_machine_by_default(tmp_path: Path, peer: str, host: str) -> None:
    """Without further settings whoever is on this machine may read."""
    answer = ask(server(tmp_path), peer, host)

    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"mxcp_http_requests_total" in answer.data


@pytest.mark.parametrize("peer", ["10.0.0.7", "203.0.113.7", "2001:db8::1", "", None, "nonsense"])
def test_nobody_else_by_default(tmp_path: Path, peer: str | None) -> None:
    """Neither another machine, nor who has no address, such as a proxy on a Unix socket."""
    answer = ask(server(tmp_path), peer)

    assert (answer.status_code, answer.get_json()["error"]) == (403, "access_denied")
    assert "mxcp_" not in answer.text


@pytest.mark.parametrize("trust", [False, True, ["127.0.0.1"]])
@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "203.0.113.7"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "203.0.113.7"},
        {"Via": "1.1 proxy"},
    ],
)
def test_proxy_on_this_machine(tmp_path: Path, trust: Any, headers: dict[str, str]) -> None:
    """A request that a proxy passed on is nobody's on this machine, whatever it says and whomever we trust."""
    assert ask(server(tmp_path, {"trust_proxy": trust}), **headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example:8000", "localhost.evil.example", "", "a..b", "[::1", "mcp.example.com"])
def test_browser_that_was_led_here(tmp_path: Path, host: str) -> None:
    """A page whose name was bound to this machine's address cannot read (DNS rebinding)."""
    assert ask(server(tmp_path), host=host).status_code == 403


@pytest.mark.parametrize(
    ("peer", "status"), [("10.0.0.5", 200), ("10.1.2.3", 403), ("fd00::7", 200), ("127.0.0.1", 403)]
)
def test_configured_addresses(tmp_path: Path, peer: str, status: int) -> None:
    """Those that are listed may read, under whatever name, and no others, this machine's included."""
    client = server(tmp_path, allow=["10.0.0.0/24", "fd00::/8"])

    assert ask(client, peer, "mxcp.internal:8000").status_code == status
    assert ask(client, peer, X_Forwarded_For="10.0.0.5").status_code == 403


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.7", None])
def test_token(tmp_path: Path, peer: str | None) -> None:
    """Who has the token may read from anywhere, through proxies too."""
    client = server(tmp_path, token=TOKEN)

    assert ask(client, peer, "mcp.example.com", **BEARER, X_Forwarded_For="10.0.0.5").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        TOKEN,
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        f"Bearer x {TOKEN}",
    ],
)
def test_wrong_token(tmp_path: Path, authorization: str | None) -> None:
    """Nobody reads without the token, not even this machine, and the answer names the way to present it."""
    answer = ask(server(tmp_path, token=TOKEN), **({} if authorization is None else {"Authorization": authorization}))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert "mxcp_" not in answer.text


def test_token_and_addresses(tmp_path: Path) -> None:
    """Where both are configured, both must hold."""
    client = server(tmp_path, token=TOKEN, allow=["10.0.0.5"])

    assert ask(client, "10.0.0.5", **BEARER).status_code == 200
    assert ask(client, "10.0.0.6", **BEARER).status_code == 403
    assert ask(client, "10.0.0.5").status_code == 401


def test_access_tokens_are_not_for_metrics(tmp_path: Path) -> None:
    """A person's token opens nothing here."""
    assert ask(server(tmp_path, token=TOKEN), Authorization="Bearer mx_at_somebodys").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods(tmp_path: Path, method: str) -> None:
    """There is nothing to do but to read."""
    assert server(tmp_path).open("/metrics", method=method).status_code == 405


def test_head(tmp_path: Path) -> None:
    """A probe may ask without the text."""
    answer = server(tmp_path).head("/metrics")

    assert (answer.status_code, answer.data) == (200, b"")


def test_off_by_default(client: FlaskClient) -> None:
    """There is no such page unless the user file enables it."""
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("path", ["/metrics", "/tools/metrics"])
def test_server_below_a_path(tmp_path: Path, path: str) -> None:
    """Where the server is reached below a path, the metrics are where they were, too: Prometheus asks it directly."""
    client = server(tmp_path, {"base_url": "https://mcp.example.com/tools"})

    assert client.get(path, base_url="http://127.0.0.1:8000").status_code == 200


def test_another_path(tmp_path: Path) -> None:
    """The path is configured."""
    client = server(tmp_path, path="/internal/numbers")

    assert client.get("/internal/numbers").status_code == 200
    assert client.get("/metrics").status_code == 404


def test_processes_that_do_not_share(tmp_path: Path) -> None:
    """Numbers of one of several processes are worse than none; the log says what to do."""
    client = server(tmp_path, auth={"provider": "none"})
    with json_log() as log:
        answer = client.get("/metrics", environ_overrides={"wsgi.multiprocess": True})

    assert answer.status_code == 503
    assert "Retry-After" not in answer.headers
    [line] = [line for line in log.of("mxcp.web") if line["level"] == "ERROR"]
    assert "PROMETHEUS_MULTIPROC_DIR" in line["message"]


def test_renewed_server_goes_on_counting(tmp_path: Path) -> None:
    """Who reads its files anew neither forgets numbers nor counts anything twice."""
    from mxcp_flask.app import renew_app

    client = server(tmp_path)
    client.get("/mcp")
    app = client.application
    again = renew_app(app, app.extensions["mxcp"].settings).test_client()
    again.get("/mcp")

    assert b'mxcp_http_requests_total{method="GET",route="/mcp",status="401"} 2.0' in again.get("/metrics").data
