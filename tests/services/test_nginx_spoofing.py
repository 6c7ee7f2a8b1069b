"""Headers that a stranger makes up change nothing, whether nginx passes them on or the stranger comes past it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from mxcp_flask.demo.browser import read_form
from mxcp_flask.demo.client import DemoClient
from tests.services.front import BELOW_BASE, PROXY, ROOT_BASE, Front, documented, standing

pytestmark = pytest.mark.services
STRANGER = "127.99.0.1"  # an address of this machine that is not nginx's
EVIL = {
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Scheme": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "4444",
    "X-Forwarded-For": "198.51.100.1",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Original-URL": "/evil",
    "X-Real-IP": "198.51.100.1",
    "Forwarded": 'for=198.51.100.1;host="evil.example";proto=http',
    "SCRIPT_NAME": "/evil",
    "Script-Name": "/evil",
}
SECRET = re.compile(r'(value="|=|reference <code>)[\w-]{16,}')
OPTIONS: dict[str, dict[str, Any]] = {
    "scheme": {"scheme": "https"},
    "list": {"trust_proxy": [PROXY]},
    "base_url": {},
}


class _From(HTTPAdapter):
    """Connects from an address of this machine's."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(STRANGER, 0), **options)


class Visit:
    """What somebody is answered who sends ``headers`` with every request to ``url``, the base as they reach it."""

    def __init__(self, front: Front, url: str, headers: dict[str, str]) -> None:
        self.front, self.url, self.headers = front, url, headers

    def answers(self) -> dict[str, str]:
        """Return the documents, the challenge, the consent page and the way to the provider, without what is random."""
        with self._session() as session:
            found = {
                path: session.get(f"{self.url}{path}").text
                for path in ("/", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource")
            }
            found["challenge"] = session.post(f"{self.url}/mcp").headers["WWW-Authenticate"]
            page = session.get(self._authorization_url(session))
            found["consent"] = SECRET.sub(r"\1-", page.text)
            found["cookie"] = re.sub(
                r"mxcp-\w+|Expires=[^;]*", "", SECRET.sub(r"\1-", page.headers.get("Set-Cookie", ""))
            )
            found["departure"] = SECRET.sub(r"\1-", self._departure(session, page))
            lost = session.get(f"{self.url}/github/callback", params={"state": "unknown"}).text
            found["callback"] = SECRET.sub(r"\1-", lost)
        return found

    def _authorization_url(self, session: requests.Session) -> str:
        client = DemoClient(f"{self.url}/mcp")
        client.metadata = {"authorization_endpoint": f"{self.url}/authorize"}
        body = {"redirect_uris": ["http://127.0.0.1:49153/oauth/callback"], "token_endpoint_auth_method": "none"}
        client.registration = session.post(f"{self.url}/register", json=body).json()
        return client.authorization_url("mxcp:access", f"{self.front.base}/mcp")

    def _departure(self, session: requests.Session, page: requests.Response) -> str:
        if page.status_code != 200:
            return ""
        cookie = page.headers["Set-Cookie"].partition(";")[0]  # Secure, and here there may be no TLS
        form = {**read_form(page).fields, "decision": "approve"}
        answer = session.post(page.url, form, headers={"Cookie": cookie}, allow_redirects=False)
        return f"{answer.status_code} {answer.headers.get('Location')}"

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.front.certificate.authority)
            session.headers.update(self.headers)
            session.mount(f"http://{PROXY}", _From())
            yield session


@pytest.mark.parametrize("base", [ROOT_BASE, BELOW_BASE], ids=["root", "below a path"])
@pytest.mark.parametrize("option", OPTIONS)
def test_spoofed_headers_change_nothing(tmp_path: Path, base: str, option: str) -> None:
    """Byte for byte the same answers, with made-up headers and without, through nginx and past it."""
    path = urlsplit(base).path
    transport = OPTIONS[option] or {"base_url": base}
    if path and "base_url" not in transport:
        transport = {**transport, "path_prefix": path}
    with standing(tmp_path, base, {"host": "0.0.0.0", **transport}, documented()[base], "gunicorn") as front:
        plain, spoofed = (Visit(front, base, headers).answers() for headers in ({}, EVIL))
        host = {"Host": urlsplit(base).netloc}
        past = [Visit(front, f"{front.inside}{path}", headers).answers() for headers in (host, {**EVIL, **host})]

    assert spoofed == plain
    assert f'"issuer":"{base}"' in plain["/.well-known/oauth-authorization-server"]
    assert plain["departure"].startswith("302 http://127.0.0.1:")
    assert past[1] == past[0]
    for answers in (plain, past[0]):
        assert "evil" not in str(answers)
        assert "198.51.100.1" not in str(answers)
    if option != "list":  # what comes past nginx is believed nothing, so that http it is
        assert past[0] == plain
