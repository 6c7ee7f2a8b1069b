"""What the log says when nginx and the server do not fit, as the user's document has it: the header or key at fault."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo.browser import Browser
from mxcp_flask.demo.client import DemoClient
from tests.services.front import ROOT_BASE, Front, documented, standing

pytestmark = pytest.mark.services


def without(header: str) -> str:
    """Return our nginx configuration without a header of the server's."""
    configuration, found = re.subn(rf"proxy_set_header {header} [^;]*;", "", documented()[ROOT_BASE])
    assert found == 1
    return configuration


def sign_in(front: Front) -> str:
    """Try to sign in with a browser, and return the text of the last page that answers it."""
    browser = Browser()
    browser.session.verify = str(front.certificate.authority)
    body = {"redirect_uris": ["http://127.0.0.1:49153/oauth/callback"], "token_endpoint_auth_method": "none"}
    client = DemoClient(f"{front.base}/mcp")
    client.metadata = {"authorization_endpoint": f"{front.base}/authorize"}
    registered = browser.session.post(f"{front.base}/register", json=body, timeout=10)
    if not registered.ok:
        return registered.text
    client.registration = registered.json()
    page = browser.get(client.authorization_url("mxcp:access", f"{front.base}/mcp"))
    return browser.submit(page, decision="approve").text if page.ok else page.text


@pytest.mark.parametrize(
    ("transport", "configuration", "said", "logged"),
    [
        (
            {"host": "0.0.0.0"},
            documented()[ROOT_BASE],
            "Signing in needs https.",
            "browser is at https, but our URLs begin with http://mcp.example.com: set base_url (transport.http)",
        ),
        (
            {"trust_proxy": True},
            without("X-Forwarded-Proto"),
            "Signing in needs https.",
            "nobody can sign in at http://mcp.example.com, as OAuth needs https: let the proxy send X-Forwarded-Proto",
        ),
        (
            {"trust_proxy": ["192.0.2.1"], "host": "0.0.0.0"},
            documented()[ROOT_BASE],
            "Signing in needs https.",
            "add the proxy's address to trust_proxy",
        ),
        (
            {"base_url": "https://other.example.com"},
            documented()[ROOT_BASE],
            "does not name this server, which is at another URL",
            "It is 'mcp.example.com'.",
        ),
    ],
    ids=["nothing is set", "no header", "another proxy is listed", "another base_url"],
)
def test_the_log_says_what_to_mend(
    tmp_path: Path, transport: dict[str, Any], configuration: str, said: str, logged: str
) -> None:
    """A sign-in that cannot work ends with a page that says so, and a line that names the header or key at fault."""
    with standing(tmp_path, ROOT_BASE, transport, configuration, "gunicorn") as front:
        page = sign_in(front)

    assert said in page
    assert logged in front.server.log.read_text()
