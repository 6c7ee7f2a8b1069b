"""Tests of serving below a path, which proxies take off or do not, or where a WSGI host mounts us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mxcp_flask.web.prefix import mount_of
from tests.support.site import Site, github_auth

ORIGIN = "https://mcp.example.org"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
WAYS: tuple[dict[str, Any], ...] = (
    {"base_url": f"{ORIGIN}/team/tools"},
    {"scheme": "https", "path_prefix": "/team/tools"},
    {"trust_proxy": True, "path_prefix": "/team/tools/"},
)
HEADERS = {"Host": "mcp.example.org", "X-Forwarded-Proto": "https"}


def client_of(folder: Path, auth: dict[str, Any] | None = None, **transport: Any) -> FlaskClient:
    """Return a client of a server with these ``transport`` settings."""
    return Site(folder / "site", auth, **transport).app().test_client(use_cookies=False)


@pytest.mark.parametrize("transport", WAYS, ids=["base_url", "scheme", "trust_proxy"])
@pytest.mark.parametrize("path", ["/health", "/", "/style.css", "/.well-known/oauth-authorization-server"])
def test_answers_are_the_same(tmp_path: Path, transport: dict[str, Any], path: str) -> None:
    """With its prefix or without it, a path gets the same answer, byte for byte."""
    client = client_of(tmp_path, **transport)
    short, long = (client.get(f"{prefix}{path}", headers=HEADERS, buffered=True) for prefix in ("", "/team/tools"))

    assert (long.status_code, long.data) == (short.status_code, short.data)
    assert long.status_code == 200


def test_the_prefix_itself_is_the_landing_page(tmp_path: Path) -> None:
    """The prefix without a slash at its end shows the page, not a redirect."""
    answer = client_of(tmp_path, **WAYS[0]).get("/team/tools", headers=HEADERS)

    assert answer.status_code == 200
    assert f"{ORIGIN}/team/tools/mcp" in answer.text


@pytest.mark.parametrize(
    "path", ["/team/toolsmcp", "/team", "/team/mcp", "/TEAM/tools/mcp", "/team/tools/team/tools/mcp"]
)
def test_other_paths_are_not_ours(tmp_path: Path, path: str) -> None:
    """Only the whole prefix is taken off, and once."""
    assert client_of(tmp_path, **WAYS[0]).get(path, headers=HEADERS).status_code == 404


@pytest.mark.parametrize(("path", "status"), [("/mcp", 200), ("/mcp/", 200), ("/mcp/mcp", 200), ("/mcp/mcp/", 200)])
def test_a_prefix_that_is_called_like_a_route(tmp_path: Path, path: str, status: int) -> None:
    """Below ``/mcp`` the endpoint is found behind both kinds of proxy."""
    client = client_of(tmp_path, {"provider": "none"}, base_url=f"{ORIGIN}/mcp")

    assert client.post(path, json=PING, headers=HEADERS).status_code == status


def test_a_callback_below_a_prefix_of_its_own_name(tmp_path: Path) -> None:
    """The callback is found although its path begins like the prefix."""
    client = client_of(tmp_path, github_auth(), base_url=f"{ORIGIN}/github")

    for path in ("/github/callback", "/github/github/callback"):
        assert "Invalid state parameter" in client.get(path, headers=HEADERS).text


def test_a_host_that_mounts_us(tmp_path: Path) -> None:
    """Where a WSGI host serves us below a path, our URLs have it, without any setting."""
    client = client_of(tmp_path, scheme="https")
    answer = client.get(
        "/health/../", headers=HEADERS, environ_overrides={"SCRIPT_NAME": "/apps/mcp", "PATH_INFO": "/"}
    )

    assert f"{ORIGIN}/apps/mcp/mcp" in answer.text


@pytest.mark.parametrize(
    ("environ", "mount"),
    [
        ({}, ""),
        ({"SCRIPT_NAME": ""}, ""),
        ({"SCRIPT_NAME": "/apps"}, "/apps"),
        ({"SCRIPT_NAME": "/apps/"}, "/apps"),
        ({"SCRIPT_NAME": "/apps", "HTTP_SCRIPT_NAME": "/apps"}, ""),
        ({"SCRIPT_NAME": '/a"b'}, ""),
        ({"SCRIPT_NAME": "//evil.example"}, ""),
    ],
)
def test_mount(environ: dict[str, str], mount: str) -> None:
    """What the host says counts; what a client made gunicorn say, or is no plain path, does not."""
    assert mount_of(environ) == mount
