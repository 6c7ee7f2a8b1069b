"""Tests of the cookie that binds a sign-in to a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.digests import digest
from tests.support.github import github
from tests.support.site import Site
from tests.support.visitor import Visitor, hidden

SECURE = "https://mcp.example.org"


@pytest.fixture
def secure_provider() -> Iterator[Flask]:
    """Let the stand-in know the callback of a server behind TLS."""
    with github(f"{SECURE}/github/callback") as app:
        yield app


@pytest.fixture
def secure(tmp_path: Path, secure_provider: Flask) -> Visitor:
    """Return a visitor of a server behind TLS."""
    return Visitor(Site(tmp_path / "secure", base_url=SECURE).app(), secure_provider, SECURE)


def ask(visitor: Visitor) -> TestResponse:
    """Open a new client's consent page."""
    return visitor.ask(visitor.authorization_request(visitor.register()["client_id"]))


def attributes(answer: TestResponse) -> set[str]:
    """Return the attributes of the only cookie that ``answer`` sets."""
    [header] = answer.headers.getlist("Set-Cookie")
    return set(header.split("; ")[1:])


def test_cookie_of_plain_http(visitor: Visitor) -> None:
    """Over http, in development, the cookie is out of scripts' reach and bound to the site."""
    page = ask(visitor)

    assert attributes(page) >= {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"}
    assert "Secure" not in attributes(page)
    assert page.headers["Set-Cookie"].startswith(f"mxcp-{digest(hidden(page)['authorization'])[:16]}=")


def test_cookie_of_https(secure: Visitor) -> None:
    """Over https it is Secure and has the prefix that no sibling domain can set."""
    page = ask(secure)

    assert attributes(page) >= {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    assert not any(attribute.startswith("Domain") for attribute in attributes(page))
    assert page.headers["Set-Cookie"].startswith("__Host-mxcp-")


def test_weaker_cookie_is_ignored_over_https(secure: Visitor) -> None:
    """A cookie without the prefix, as a sibling domain could set it, proves nothing."""
    page = ask(secure)
    name, value = page.headers["Set-Cookie"].split(";")[0].split("=", 1)
    form = {**hidden(page), "decision": "approve"}
    for sent, status in ((name.removeprefix("__Host-"), 403), (name, 302)):
        headers = {"Cookie": f"{sent}={value}"}
        answer = secure.client.post("/authorize", data=form, headers=headers, base_url=SECURE)

        assert answer.status_code == status


def test_value_is_not_the_form(visitor: Visitor) -> None:
    """Who reads the page cannot make the cookie."""
    page = ask(visitor)
    value = page.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]

    assert len(value) == 43
    assert value not in page.text


def test_binding_moves_on_and_ends(visitor: Visitor) -> None:
    """The approval replaces the cookie by a new one, and the callback removes that."""
    departure = visitor.answer(ask(visitor))
    written, forgotten = departure.headers.getlist("Set-Cookie")
    back = visitor.come_back(visitor.meet_provider(departure))

    assert "Max-Age=600" in written
    assert "Max-Age=0" in forgotten
    assert "Max-Age=0" in back.headers["Set-Cookie"]
    assert back.headers["Set-Cookie"].split("=")[0] == written.split("=")[0]


def test_whole_sign_in_behind_tls(secure: Visitor) -> None:
    """The secure cookie carries the sign-in to its end."""
    assert secure.whoami(secure.get_token()) == "ada-fixture"
