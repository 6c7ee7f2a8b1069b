"""T17: a sibling domain, or a page without TLS, plants the cookie that binds a sign-in to a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.account import enter
from tests.support.github import github
from tests.support.site import Site
from tests.support.visitor import Visitor, hidden

SECURE = "https://mcp.example.org"


@pytest.fixture
def provider() -> Iterator[Flask]:
    """Let the stand-in know the callback of a server behind TLS."""
    with github(f"{SECURE}/github/callback") as app:
        yield app


@pytest.fixture
def visitor(tmp_path: Path, provider: Flask) -> Visitor:
    """Return a visitor of a server behind TLS."""
    return Visitor(Site(tmp_path / "secure", base_url=SECURE).app(), provider, SECURE)


def test_t17_cookies_are_nobody_elses(visitor: Visitor) -> None:
    """Over https every cookie of a sign-in is Secure, out of scripts' reach, and has the prefix of this host alone."""
    page = visitor.ask_anew()
    departure = visitor.answer(page)
    back = visitor.come_back(visitor.meet_provider(departure))
    headers = [header for answer in (page, departure, back) for header in answer.headers.getlist("Set-Cookie")]

    assert len(headers) == 4
    for header in headers:
        assert header.startswith("__Host-mxcp-")
        assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(header.split("; "))
        assert "Domain" not in header


def test_t17_account_cookie_is_nobody_elses(visitor: Visitor) -> None:
    """So does the cookie of the account page, and one without the prefix, as a sibling could set it, is nobody's."""
    [header] = enter(visitor).headers.getlist("Set-Cookie")
    name, value = header.split(";")[0].split("=", 1)

    assert name.startswith("__Host-mxcp-")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(header.split("; "))
    for sent, known in ((name.removeprefix("__Host-"), False), (name, True)):
        page = visitor.client.get("/account", headers={"Cookie": f"{sent}={value}"}, base_url=SECURE)
        assert ("ada-fixture" in page.text) is known


def test_t17_weaker_cookie_is_ignored(visitor: Visitor) -> None:
    """A cookie without the prefix, as a sibling domain could set it, proves nothing."""
    page = visitor.ask_anew()
    name, value = page.headers["Set-Cookie"].split(";")[0].split("=", 1)
    form = {**hidden(page), "decision": "approve"}
    for sent, status in ((name.removeprefix("__Host-"), 403), (name, 302)):
        headers = {"Cookie": f"{sent}={value}"}
        answer = visitor.client.post("/authorize", data=form, headers=headers, base_url=SECURE)

        assert answer.status_code == status


def test_t17_whole_sign_in_behind_tls(visitor: Visitor) -> None:
    """The secure cookie carries the sign-in to its end."""
    assert visitor.whoami(visitor.get_token()) == "ada-fixture"
