"""However we are told where we are reached: everything that names us agrees, byte for byte."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.outside import Proxy
from tests.support.providers import identity_provider
from tests.support.site import Site
from tests.support.visitor import Visitor, hidden, path_of, query

ORIGIN = "https://mcp.example.org"
HOST = {"Host": "{host}"}
DOCUMENTS = {
    "X-Forwarded-Proto": "{scheme}",
    "X-Forwarded-Host": "{host}",
    "X-Forwarded-For": "{client}",
    "X-Forwarded-Port": "{port}",
}
STANDARD = {"Forwarded": 'for="{client}";host="{host}";proto={scheme}'}
BARE = {"X-Forwarded-Proto": "{scheme}", "X-Forwarded-Host": "{name}", "X-Forwarded-Port": "{port}"}
OPEN = {"host": "0.0.0.0"}
TEAM = f"{ORIGIN}/team/tools"
#: The settings, what the proxy sends, and the base of our URLs that must follow.
WAYS: list[tuple[dict[str, Any], dict[str, str], str]] = [
    ({"base_url": ORIGIN}, {}, ORIGIN),
    ({"base_url": f"{ORIGIN}:443/"}, HOST, ORIGIN),
    ({"base_url": f"{ORIGIN}:8443", **OPEN}, HOST, f"{ORIGIN}:8443"),
    ({"base_url": TEAM}, HOST, TEAM),
    ({"base_url": f"{TEAM}/", "trust_proxy": True}, DOCUMENTS, TEAM),
    ({"base_url": f"{ORIGIN}/mcp"}, HOST, f"{ORIGIN}/mcp"),
    ({"scheme": "https", **OPEN}, HOST, ORIGIN),
    ({"scheme": "https"}, HOST, f"{ORIGIN}:8443"),
    ({"scheme": "https", "path_prefix": "/team/tools"}, HOST, TEAM),
    ({"scheme": "https", "trust_proxy": ["127.0.0.1"]}, DOCUMENTS, ORIGIN),
    ({"trust_proxy": True, **OPEN}, DOCUMENTS, ORIGIN),
    ({"trust_proxy": ["127.0.0.0/8"]}, {**DOCUMENTS, **HOST}, ORIGIN),
    ({"trust_proxy": True, "path_prefix": "/team/tools"}, DOCUMENTS, TEAM),
    ({"trust_proxy": True}, {"X-Forwarded-Scheme": "{scheme}", **HOST}, ORIGIN),
    ({"trust_proxy": True}, STANDARD, f"{ORIGIN}:8443"),
    ({"trust_proxy": ["127.0.0.1"], "path_prefix": "/a"}, {**STANDARD, **DOCUMENTS}, f"{ORIGIN}/a"),
    ({"trust_proxy": True}, BARE, f"{ORIGIN}:8443"),
]
CASES = [
    pytest.param(*way, strips, id=f"{number}{'' if strips else ', path as it is'}")
    for number, way in enumerate(WAYS)
    for strips in ([True, False] if urlsplit(way[2]).path else [True])
]


@pytest.mark.parametrize(("transport", "headers", "base", "strips"), CASES)
def test_everything_that_names_us(
    tmp_path: Path, transport: dict[str, Any], headers: dict[str, str], base: str, strips: bool
) -> None:
    """Issuer, metadata, challenge, callback, redirects, links and cookies are of one base, in each way."""
    with identity_provider("github", callback_url=f"{base}/github/callback") as provider:
        app = Site(tmp_path / "site", **transport).app()
        app.wsgi_app = Proxy(app, headers, urlsplit(base).path if strips else "")  # type: ignore[method-assign]
        walk = Walk(Visitor(app, provider, base), base)
        walk.check_documents()
        walk.check_challenges()
        walk.check_sign_in()
        walk.check_pages()


def test_every_link_is_looked_at(app: Flask) -> None:
    """The walk opens every page that there is: a new template has to be added to it."""
    assert {path.name for path in Path(app.template_folder or "").glob("*.html")} == {
        *("base.html", "landing.html", "consent.html", "error.html", "account.html")
    }


class Walk:
    """A visitor who compares whatever names us with ``base``, its outer URL."""

    def __init__(self, visitor: Visitor, base: str) -> None:
        self.visitor = visitor
        self.base = base
        self.path = urlsplit(base).path

    def get(self, path: str, accept: str = "*/*") -> TestResponse:
        """Open a path below the base."""
        return self.visitor.browser.get(path, base_url=self.base, headers={"Accept": accept}, buffered=True)

    def check_documents(self) -> None:
        """Find the metadata at all places, those that RFC 8414 §3.1 and RFC 9728 §3.1 name and those below the base."""
        origin = self.base.removesuffix(self.path)
        for name in ("oauth-authorization-server", "openid-configuration"):
            for url in (f"{origin}/.well-known/{name}{self.path}", f"{self.base}/.well-known/{name}"):
                self.check_server(self.json(url))
        for url in (
            f"{origin}/.well-known/oauth-protected-resource{self.path}/mcp",
            f"{self.base}/.well-known/oauth-protected-resource",
            f"{self.base}/.well-known/oauth-protected-resource/mcp",
        ):
            document = self.json(url)
            assert document["resource"] == f"{self.base}/mcp"
            assert document["authorization_servers"] == [self.base]

    def json(self, url: str) -> dict[str, Any]:
        """Return the JSON document at ``url``."""
        parts = urlsplit(url)
        answer = self.visitor.client.get(parts.path, base_url=f"{parts.scheme}://{parts.netloc}")
        assert answer.status_code == 200, url
        document: dict[str, Any] = answer.get_json()
        return document

    def check_server(self, document: dict[str, Any]) -> None:
        """Compare the issuer and every endpoint."""
        endpoints = {name: value for name, value in document.items() if name.endswith("_endpoint")}
        assert document["issuer"] == self.base
        assert set(endpoints.values()) == {
            f"{self.base}/{name}" for name in ("authorize", "token", "register", "revoke", "introspect")
        }

    def check_challenges(self) -> None:
        """Compare the challenge of a call without a token with the place of the metadata, and open it."""
        challenge = self.visitor.call(None, "ping").headers["WWW-Authenticate"]
        [url] = re.findall(r'resource_metadata="([^"]*)"', challenge)
        origin = self.base.removesuffix(self.path)
        assert url == f"{origin}/.well-known/oauth-protected-resource{self.path}/mcp"
        assert self.json(url)["resource"] == f"{self.base}/mcp"

    def check_sign_in(self) -> None:
        """Walk through a sign-in, and compare what it names us; the token it ends with is for our endpoint."""
        visitor, client = self.visitor, self.visitor.register()["client_id"]
        page = visitor.ask(visitor.authorization_request(client, resource=f"{self.base}/mcp"))
        self.check_page(page)
        self.check_cookies(page)
        departure = visitor.answer(page)
        assert query(departure.location)["redirect_uri"] == f"{self.base}/github/callback"
        self.check_cookies(departure)
        callback = visitor.meet_provider(departure)
        assert callback.startswith(f"{self.path}/github/callback?")
        back = visitor.come_back(callback.removeprefix(self.path))
        assert query(back.location)["iss"] == self.base
        self.check_cookies(back)
        answer = visitor.exchange(client, query(back.location)["code"], resource=f"{self.base}/mcp")
        assert visitor.whoami(answer.get_json()["access_token"]) == "ada-fixture"
        introspected = visitor.client.post("/introspect", data={"token": "x", "client_id": client}, base_url=self.base)
        assert introspected.status_code < 500

    def check_cookies(self, answer: TestResponse) -> None:
        """Expect cookies for the whole host that only TLS carries."""
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies
        for cookie in cookies:
            assert cookie.startswith("__Host-mxcp-")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
            assert "Domain=" not in cookie

    def check_pages(self) -> None:
        """Open the landing page, a page that is not there, and pages of failures."""
        landing = self.get("/")
        if landing.status_code != 401:  # below /mcp, the landing page has the path of the endpoint
            assert f"<code>{self.base}/mcp</code>" in landing.text
            self.check_page(landing)
        account = self.get("/account")
        assert 'name="action" value="sign_in"' in account.text
        self.check_page(account)
        refused = self.visitor.ask({**self.visitor.authorization_request("nobody"), "state": "x"})
        for page in (self.get("/nowhere", "text/html"), self.get("/github/callback?state=x"), refused):
            self.check_page(page)

    @property
    def pages(self) -> set[str]:
        """Return the URLs of pages to which others lead."""
        return {f"{self.base}/account", f"{self.base}/"}

    def check_page(self, page: TestResponse) -> None:
        """Compare every URL on the page that is absolute or leads somewhere, and get the style sheet."""
        links = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
        assert [f"{self.base}/style.css"] == [link for link in links if link not in self.pages]
        assert all(f"{url}/".startswith(f"{self.base}/") for url in re.findall(r"https://mcp\.[^\s\"<]*", page.text))
        assert self.get(path_of(links[0]).removeprefix(self.path)).mimetype == "text/css"
        assert "http://" not in page.text.replace("http://127.0.0.1:49153", "")
        assert hidden(page).keys() <= {"authorization", "csrf_token"}
