"""What nginx and the server behind it say of the same request, and that the metrics stay behind nginx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from mxcp_flask.demo import servers
from tests.docs.blocks import ROOT, blocks_of
from tests.support import live, nginx
from tests.support.site import Site

pytestmark = pytest.mark.services
HTTP = """
log_format named '$status $request_id';
access_log {folder}/named.log named;
server {{
    listen {host}:{front};
    location / {{
        proxy_pass http://{host}:{back};
        {headers}
    }}
}}
"""


def headers_of_the_page() -> str:
    """Return the headers that nginx sets as docs/deployment.md has it."""
    blocks = [block for block in blocks_of(ROOT / "docs" / "deployment.md") if block.language == "nginx"]
    lines = re.findall(r"proxy_set_header .*;", blocks[0].text)
    assert len(lines) > 3
    return "\n        ".join(lines)


@dataclass(frozen=True)
class Front:
    """A server behind nginx."""

    nginx_url: str
    server_url: str
    folder: Path

    def lines(self) -> list[dict[str, Any]]:
        """Return the server's access log."""
        lines = [json.loads(line) for line in (self.folder / "server.log").read_text().splitlines()]
        return [line for line in lines if line["logger"] == "mxcp.access"]


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """Serve a project without sign-in behind nginx, with metrics for this machine."""
    front, back = servers.free_port(), servers.free_port()
    site = Site(tmp_path / "site", {"provider": "none"})
    document = {
        "transport": {"http": {"trust_proxy": ["127.0.0.1"]}},
        "logging": {"format": "json", "path": str(tmp_path / "server.log")},
        "metrics": {"enabled": True},
    }
    site.config.write_text(json.dumps(document))
    folder = tmp_path / "nginx"
    text = HTTP.format(folder=folder, host=servers.HOST, front=front, back=back, headers=headers_of_the_page())
    with ExitStack() as stack:
        server = stack.enter_context(servers.serve_project(site.project, site.config, back, site.environ))
        stack.enter_context(nginx.running(folder, text))
        yield Front(f"http://{servers.HOST}:{front}", server, tmp_path)


def get(url: str, **headers: str) -> requests.Response:
    """Ask; an underscore in a header's name is a dash."""
    return requests.get(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=live.SECONDS
    )


def test_metrics_are_not_for_those_outside(front: Front) -> None:
    """Through nginx nobody reads the metrics, whatever they send; on this machine they are read from the server."""
    spoofed = {"X_Forwarded_For": "127.0.0.1", "Host": "localhost", "X_Real_IP": "127.0.0.1"}

    assert get(f"{front.nginx_url}/metrics").status_code == 403
    assert get(f"{front.nginx_url}/metrics", **spoofed).status_code == 403
    assert "mxcp_http_requests_total" in get(f"{front.server_url}/metrics").text


def test_both_logs_call_a_request_the_same(front: Front) -> None:
    """The identifier is nginx's on both sides, and no client chooses it."""
    answers = [get(front.nginx_url, X_Request_ID="chosen-by-me") for _ in range(3)]
    named = [answer.headers["X-Request-ID"] for answer in answers]

    assert [line["request"] for line in front.lines()] == named
    theirs = [line.split() for line in (front.folder / "nginx" / "named.log").read_text().splitlines()]
    assert theirs == [["200", identifier] for identifier in named]
    assert "chosen-by-me" not in named


def test_who_asks_the_server_itself(front: Front) -> None:
    """Only the proxy gives identifiers; this test's address is the proxy's too, so it may."""
    assert get(front.server_url, X_Request_ID="4711").headers["X-Request-ID"] == "4711"
    assert get(front.server_url, X_Request_ID="a b").headers["X-Request-ID"] != "a b"
