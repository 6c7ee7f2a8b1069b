"""Tests of the log lines that tell why a sign-in behind a proxy fails: what shows it, and the key that mends it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mxcp_flask.config.model import Transport
from mxcp_flask.web.mismatch import find_mismatch
from tests.support.site import Site
from tests.support.visitor import Visitor, query

NAME = "mcp.example.org"


def found(headers: dict[str, str], base: str = f"http://{NAME}", *, trusted: bool = False, **transport: Any) -> str:
    """Return the line, or an empty text."""
    return find_mismatch(headers, base, Transport(**transport), trusted=trusted) or ""


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Origin", f"https://{NAME}"),
        ("Origin", f"HTTPS://{NAME}:443"),
        ("Referer", f"https://{NAME}/authorize?x=y"),
        ("Sec-Fetch-Site", "same-origin"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Proto", "http, https"),
        ("X-Forwarded-Scheme", "HTTPS"),
        ("Forwarded", "for=192.0.2.7;proto=https"),
    ],
)
def test_a_header_shows_https(header: str, value: str) -> None:
    """Each header from which https can be seen is named, with what our URLs begin with."""
    line = found({header: value})

    assert line.startswith(f"{header} shows that the browser is at https, but our URLs begin with http://{NAME}: ")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null", "Referer": "", "X-Forwarded-Proto": "", "Forwarded": 'for="'},
        {"Origin": f"http://{NAME}", "X-Forwarded-Proto": "http"},
        {"Origin": "https://evil.example", "Referer": "https://[x"},
        {"X-Forwarded-Proto": "gopher"},
        {"Origin": f"http://{NAME}", "X-Forwarded-Proto": "https"},
    ],
)
def test_nothing_to_see(headers: dict[str, str]) -> None:
    """Headers that agree, say nothing, or are another site's, are no mismatch."""
    assert found(headers) == ""


def test_this_machine_is_as_good_as_https() -> None:
    """Browsers send Sec-Fetch headers to localhost without TLS, too."""
    assert found({"Sec-Fetch-Site": "same-origin"}, "http://localhost:8000") == ""


@pytest.mark.parametrize(
    ("transport", "trusted", "fix"),
    [
        ({}, False, "set base_url (transport.http) to the URL that people use, or scheme, or trust_proxy"),
        (
            {"base_url": f"http://{NAME}"},
            False,
            "let base_url (transport.http) begin with https, or send people to http",
        ),
        ({"scheme": "http"}, False, "write scheme: https (transport.http), or send people to http"),
        ({"trust_proxy": True}, True, "let the proxy send X-Forwarded-Proto: https (nginx: proxy_set_header"),
        ({"trust_proxy": ("10.0.0.1",)}, False, "add the proxy's address to trust_proxy (transport.http), or set"),
    ],
)
def test_the_key_that_mends_it(transport: dict[str, Any], trusted: bool, fix: str) -> None:
    """The line ends with the key that is at fault, which depends on what is configured."""
    assert fix in found({"Origin": f"https://{NAME}"}, trusted=trusted, **transport)


def test_browsers_without_tls_are_seen_too() -> None:
    """Where our URLs are https, a browser at http is told."""
    line = found({"X-Forwarded-Proto": "http"}, f"https://{NAME}", scheme="https")

    assert line.endswith("write scheme: http (transport.http), or send people to https")


def lines(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged."""
    return "\n".join(f"{record.levelname} {record.getMessage()}" for record in caplog.records)


@pytest.fixture
def behind(tmp_path: Path, provider: Flask) -> Visitor:
    """Return a person at a server that does not know of the proxy with TLS before it."""
    return Visitor(Site(tmp_path / "site", host="0.0.0.0").app(), provider, f"http://{NAME}")


def test_nobody_can_sign_in(behind: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """Where our URLs would begin with http the person is told so, and the log names the setting to mend."""
    behind.browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
    page = behind.ask_anew()

    assert page.status_code == 400
    assert "Signing in needs https." in page.text
    assert f"WARNING nobody can sign in at http://{NAME}, as OAuth needs https: X-Forwarded-Proto" in lines(caplog)
    assert "set base_url (transport.http)" in lines(caplog)


def test_nobody_can_sign_in_and_no_header_tells(behind: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """The setting is named although no header shows what the browser uses."""
    behind.ask_anew()

    assert f"at http://{NAME}, as OAuth needs https: set base_url (transport.http)" in lines(caplog)


def test_csrf_detected(tmp_path: Path, provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A consent whose Secure cookie does not come back over http is logged in the document's words, with the reason."""
    visitor = Visitor(Site(tmp_path / "site", scheme="https").app(), provider, f"http://{NAME}")
    visitor.browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "http"

    page = visitor.ask_anew()
    visitor.browser.delete_cookie(page.headers["Set-Cookie"].partition("=")[0], domain=NAME)  # as browsers do

    assert visitor.answer(page).status_code == 403
    assert "WARNING CSRF detected on the consent page: the browser sent no cookie with it" in lines(caplog)
    assert "X-Forwarded-Proto shows that the browser is at http, but our URLs begin with https" in lines(caplog)
    assert "write scheme: http (transport.http), or send people to https" in lines(caplog)


def test_csrf_by_another_site(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """What another site sent is told as such."""
    page = visitor.ask_anew()
    visitor.browser.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"

    assert visitor.answer(page).status_code == 403
    assert "CSRF detected on the consent page: another site sent the form (Sec-Fetch-Site: 'cross-site')" in lines(
        caplog
    )


@pytest.mark.parametrize(("field", "reason"), [("csrf_token", "is not the one that this browser was shown")])
def test_csrf_by_a_forged_form(visitor: Visitor, caplog: pytest.LogCaptureFixture, field: str, reason: str) -> None:
    """A form of somebody's own making is told as such."""
    assert visitor.answer(visitor.ask_anew(), **{field: "made up"}).status_code == 403
    assert f"CSRF detected on the consent page: the form {reason}" in lines(caplog)


def test_scheme_that_varies(tmp_path: Path, provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A proxy that sends the scheme with one request and not with the next is seen by the cookie's name."""
    visitor = Visitor(Site(tmp_path / "site", trust_proxy=True).app(), provider)
    page = visitor.ask_anew()
    visitor.browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"

    assert visitor.answer(page).status_code == 403
    assert "the page was shown over http and answered over https" in lines(caplog)


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ("X_FORWARDED_PROTO", "https", "X-Forwarded-Proto shows that the browser is at https"),
        ("X_FORWARDED_HOST", NAME, "X-Forwarded-Host names another host than our URLs"),
    ],
)
def test_approval_that_will_fail(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, header: str, value: str, shown: str
) -> None:
    """Before the person is sent away with a callback URL that nobody knows, the log says so, and what that URL is."""
    page = visitor.ask_anew()
    visitor.browser.environ_base[f"HTTP_{header}"] = value
    with caplog.at_level(logging.INFO):
        visitor.answer(page)

    assert f"WARNING a sign-in will probably fail with an invalid callback URL: {shown}" in lines(caplog)
    assert "INFO people are sent to GitHub, which has to know the callback URL http://localhost:8000/" in lines(caplog)


def test_proxies_within_are_not_asked(tmp_path: Path, provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Behind two proxies, the inner of which speaks http, a configured https is no mismatch."""
    base = f"https://{NAME}"
    visitor = Visitor(Site(tmp_path / "site", base_url=base).app(), provider, base)
    visitor.browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "http"

    assert visitor.answer(visitor.ask_anew()).status_code == 302
    assert caplog.text == ""


def test_callback_url_is_told_once(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """The callback URL is logged when it is first used."""
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            visitor.answer(visitor.ask_anew())

    assert lines(caplog).count("which has to know the callback URL") == 1


@pytest.mark.parametrize("where", ["callback", "token"])
def test_invalid_callback_url(visitor: Visitor, provider: Flask, caplog: pytest.LogCaptureFixture, where: str) -> None:
    """When the provider refuses our callback URL, the log says which URL to register, byte for byte."""
    back = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    if where == "callback":
        state = query(back)["state"]
        back = f"/github/callback?error=redirect_uri_mismatch&error_description=No&state={state}"
    else:
        provider.config["FAULTS"]["/login/oauth/access_token"] = lambda: {"error": "redirect_uri_mismatch"}
    visitor.come_back(back)

    assert "GitHub does not know our callback URL: redirect_uri_mismatch" in lines(caplog)
    assert "Invalid callback URL: register http://localhost:8000/github/callback there, byte for byte" in lines(caplog)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("state", "there is none"),
        ("browser", "the browser that brings it did not begin the sign-in"),
        ("twice", "did not begin the sign-in, or did at another host, or too long ago"),
    ],
)
def test_invalid_state(visitor: Visitor, caplog: pytest.LogCaptureFixture, change: str, reason: str) -> None:
    """A callback whose state is refused says in the log what was wrong with it."""
    callback = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    if change == "twice":
        visitor.come_back(callback)
    if change == "browser":
        visitor.browser = visitor.client
    with caplog.at_level(logging.INFO):
        answer = visitor.come_back("/github/callback" if change == "state" else callback)

    assert answer.status_code == 400
    assert "Invalid state at the callback http://localhost:8000/github/callback: " in lines(caplog)
    assert reason in lines(caplog)


def test_callback_at_another_base(tmp_path: Path, provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A sign-in that comes back at another host than it left from tells both."""
    visitor = Visitor(Site(tmp_path / "site", trust_proxy=True).app(), provider, "http://localhost:8000")
    callback = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    visitor.browser.environ_base["HTTP_X_FORWARDED_PORT"] = "8001"
    visitor.browser.environ_base["HTTP_X_FORWARDED_HOST"] = "localhost"

    assert visitor.come_back(callback).status_code == 400
    assert "began for http://localhost:8000/mcp came back to http://localhost:8001/mcp" in lines(caplog)


def test_origin_of_another_scheme(behind: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """A client in a browser that is refused for its Origin's scheme is told about in the log."""
    with caplog.at_level(logging.INFO):
        answer = behind.client.post("/mcp", headers={"Origin": f"https://{NAME}"}, base_url=behind.base)

    assert answer.status_code == 403
    assert "Origin shows that the browser is at https" in lines(caplog)
