"""A server of ours with two workers behind nginx with TLS, reached by a public name as people reach it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from mxcp_flask.demo import servers
from mxcp_flask.demo.identity_provider import create_identity_provider
from mxcp_flask.engine import Database
from tests.docs.blocks import ROOT, blocks_of
from tests.support import live, nginx
from tests.support.certificates import Certificate, certify
from tests.support.names import leading_to, own_address
from tests.support.site import CLIENT_ID, CLIENT_SECRET, Site, github_auth

Program = Literal["mxcp serve", "gunicorn"]
ROOT_BASE, BELOW_BASE = "https://mcp.example.com", "https://example.com/team/tools"
PROXY = "127.0.0.1"  # where nginx comes from
_READONLY = {"mxcp": 1, "project": "demo", "profile": "dev", "profiles": {"dev": {"duckdb": {"readonly": True}}}}


def documented() -> dict[str, str]:
    """Return the two nginx configurations of docs/deployment.md, by the base that they are for."""
    root, below = (block.text for block in blocks_of(ROOT / "docs/deployment.md") if block.language == "nginx")
    return {ROOT_BASE: root, BELOW_BASE: below}


@dataclass(frozen=True)
class Front:
    """What runs: where people reach it, where its own port is, and whom they have to trust."""

    base: str
    port: int
    certificate: Certificate
    server: live.Server
    nginx: nginx.Nginx

    @property
    def inside(self) -> str:
        """Return the base URL past nginx."""
        return f"http://{servers.HOST}:{self.port}"


@contextmanager
def standing(
    folder: Path, base: str, transport: Mapping[str, Any], configuration: str, program: Program = "mxcp serve"
) -> Iterator[Front]:
    """Serve a project at ``base`` while the block lasts, which reaches it by its name.

    ``configuration`` is nginx's: its addresses, its files, and the server's port are replaced by this test's own.
    """
    port, name = servers.free_port(), urlsplit(base).hostname or ""
    certificate = certify(folder / "tls", name)
    address = own_address(port)
    callback = f"{base}/github/callback"
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, callback_urls=[callback])
    with servers.serve_app(app) as provider_url, leading_to({name: address}):
        site = _site(folder, provider_url, transport)
        inside = f"http://{servers.HOST}:{port}"
        with (
            live.running(_command(program, port), site.environ, inside, folder / "log") as server,
            nginx.running(folder / "nginx", _adapted(configuration, address, port, certificate)) as running,
        ):
            yield Front(base, port, certificate, server, running)


def _site(folder: Path, provider_url: str, transport: Mapping[str, Any]) -> Site:
    auth = github_auth(persistence=live.sqlite(folder))
    auth["github"] |= live.urls_of(provider_url)
    site = Site(folder / "site", auth, **transport)
    site.environ["MXCP_PROJECT"] = str(site.project)
    with closing(Database(site.settings().duckdb)) as database:
        database.check()
    site.write("mxcp-site.yml", json.dumps(_READONLY))
    return site


def _command(program: Program, port: int) -> list[str]:
    if program == "gunicorn":
        return [str(live.BIN / "gunicorn"), "wsgi:app", "-w", "2", "-b", f"{servers.HOST}:{port}"]
    return [*live.MXCP, "serve", "--workers", "2", "--host", servers.HOST, "--port", str(port)]


def _adapted(configuration: str, address: str, port: int, certificate: Certificate) -> str:
    changes = (
        (r"listen +(80|443)\b", rf"listen {address}:\1"),
        (r"(ssl_certificate) +[^;]+;", rf"\1 {certificate.chain};"),
        (r"(ssl_certificate_key) +[^;]+;", rf"\1 {certificate.key};"),
        (r"127\.0\.0\.1:8000\b", f"{servers.HOST}:{port}"),
    )
    for pattern, replacement in changes:
        configuration, found = re.subn(pattern, replacement, configuration)
        assert found, pattern
    return configuration
