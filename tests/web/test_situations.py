"""Tests of what error pages say in each situation: what happened, whose move it is, and how the operator finds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
import requests
import responses
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.errors import DatabaseNotUsable, StoreNotUsable
from mxcp_flask.web.situations import situation_of
from tests.support.visitor import BASE, Visitor, hidden, link_of, query

TOKEN_URL = "https://github.com/login/oauth/access_token"


def depart(visitor: Visitor, **answers: str) -> str:
    """Walk to the provider, and return the callback."""
    return visitor.meet_provider(visitor.answer(visitor.ask_anew()), **answers)


def unreachable(visitor: Visitor) -> TestResponse:
    """Come back when the provider does not answer."""
    callback = depart(visitor)
    with responses.RequestsMock() as silent:
        silent.add(responses.POST, TOKEN_URL, body=requests.ConnectTimeout())
        return visitor.come_back(callback)


def with_error(visitor: Visitor, error: str) -> TestResponse:
    """Come back with what the provider reports."""
    return visitor.come_back(f"/github/callback?error={error}&state={query(depart(visitor))['state']}")


def used(visitor: Visitor) -> TestResponse:
    """Come back a second time, with the cookies of the first."""
    callback = depart(visitor)
    cookie = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in (visitor.browser._cookies or {}).values())}
    visitor.come_back(callback)
    return visitor.client.get(callback, headers=cookie, base_url=BASE)


def without_cookie(visitor: Visitor) -> TestResponse:
    """Answer the consent page in a browser that keeps no cookies."""
    form = {**hidden(visitor.ask_anew()), "decision": "approve"}
    return visitor.client.post("/authorize", data=form, base_url=BASE)


SITUATIONS: list[tuple[Callable[[Visitor], TestResponse], int, str, str]] = [
    (lambda v: with_error(v, "redirect_uri_mismatch"), 502, "GitHub does not know this server", "The operator&#39;s"),
    (lambda v: with_error(v, "strange"), 502, "GitHub did not complete the sign-in", "The operator&#39;s"),
    (lambda v: v.come_back(depart(v, decision="deny")), 403, "The sign-in was declined at GitHub", "Yours"),
    (unreachable, 503, "GitHub cannot be reached", "Nobody&#39;s"),
    (used, 400, "This sign-in cannot be finished", "Yours"),
    (lambda v: v.client.get(depart(v), base_url=BASE), 400, "This browser did not begin the sign-in", "Yours"),
    (without_cookie, 403, "Your answer came without a cookie", "Yours"),
    (lambda v: v.answer(v.ask_anew(), csrf_token="x"), 403, "This answer was not taken", "Yours"),
    (lambda v: v.answer(v.ask_anew(), authorization="x"), 400, "This page is too old", "Yours"),
    (lambda v: v.ask(v.authorization_request("x")), 400, "This application is not known", "Yours"),
    (
        lambda v: v.ask(v.authorization_request(v.register()["client_id"], redirect_uri="https://evil.example/")),
        400, "The answer would go to an unknown address", "The application&#39;s",
    ),
    (
        lambda v: v.browser.get("/nowhere", headers={"Accept": "text/html"}, base_url=BASE),
        404, "There is no such page", "Yours",
    ),
    (lambda v: v.browser.get("/", headers={"Host": "evil.example"}), 403, "This request is not answered", "The op"),
]  # fmt: skip


@pytest.mark.parametrize(("meet", "status", "heading", "move"), SITUATIONS, ids=[row[2] for row in SITUATIONS])
def test_page(
    visitor: Visitor, caplog: pytest.LogCaptureFixture,
    meet: Callable[[Visitor], TestResponse], status: int, heading: str, move: str,
) -> None:  # fmt: skip
    """The page names what happened, whose move it is and something to try; its reference is the answer's own."""
    with caplog.at_level("INFO", logger="mxcp"):
        page = meet(visitor)
    [reference] = re.findall(r"reference <code>([^<]+)</code>", page.text)

    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert f"<h1>{heading}" in page.text
    assert f"<strong>{move}" in page.text
    assert page.text.count("<li>") >= 1
    assert "{title}" not in page.text
    assert page.headers["X-Request-ID"] == reference
    assert f"error page {status} at" in caplog.text


@pytest.mark.parametrize("error", ["redirect_uri_mismatch", "strange", "access_denied", "temporarily_unavailable"])
def test_failure_at_the_provider_leads_on(visitor: Visitor, error: str) -> None:
    """The page of a failure there has a link to the application, which learns of it, and goes nowhere by itself."""
    page = with_error(visitor, error)

    assert query(link_of(page))["state"] == visitor.state
    assert {"Location", "Refresh"}.isdisjoint(page.headers.keys())


@pytest.mark.parametrize(
    "error", [StoreNotUsable(path="x", reason="full"), DatabaseNotUsable(path="x", reason="locked"), KeyError("x")]
)
def test_server_that_cannot_answer(error: Any) -> None:
    """Whatever is wrong here is the operator's to mend."""
    assert situation_of(error, 503).move == "the operator's"


def test_failure_here_does_not_show_its_cause(app: Flask, visitor: Visitor) -> None:
    """A server that is not usable says that, not why."""

    def fail() -> NoReturn:
        raise StoreNotUsable(path="/srv/oauth.db", reason="full")

    app.view_functions["account.show"] = fail
    page = visitor.browser.get("/account", base_url=BASE)

    assert page.status_code == 503
    assert "<h1>This server cannot answer at the moment" in page.text
    assert "/srv" not in page.text
