"""Tests of the account page: signing in for it, what it lists, ending access, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support import state
from tests.support.account import enter, look, press
from tests.support.clock import Clock
from tests.support.site import Site, each_store, github_auth
from tests.support.visitor import BASE, Visitor, hidden, link_of, query, way_back

ACCOUNT = f"{BASE}/account"


# Signing in.


def test_page_before_the_sign_in(visitor: Visitor, provider: Flask) -> None:
    """It says what it is for, and asks nobody anything."""
    page = look(visitor)

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "Sign in with GitHub" in page.text
    assert "End access" not in page.text
    assert provider.config["LOG"] == []


@each_store
def test_sign_in_leaves_no_grant(visitor: Visitor, app: Flask) -> None:
    """The person is known to the page, and no grant, code or provider's token comes of it."""
    page = enter(visitor)
    store = app.extensions["mxcp"].oauth.store

    assert "<bdi>ada-fixture</bdi>" in page.text
    assert "No application may use" in page.text
    assert store.list_grants(int(app.extensions["mxcp"].clock())) == []


def test_cookie(visitor: Visitor) -> None:
    """The session is a cookie of a few minutes, out of scripts' reach; it holds no token, and goes at the sign-out."""
    enter(visitor)
    [header] = look(visitor).headers.getlist("Set-Cookie")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=900"} <= set(header.split("; "))
    assert "Secure" not in header
    assert "gho_" not in header

    gone = press(visitor, "sign_out")
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    assert "Sign in with GitHub" in look(visitor).text


def test_session_ends_by_itself(visitor: Visitor, clock: Clock) -> None:
    """A quarter of an hour after the sign-in the page knows nobody, however often it was looked at."""
    enter(visitor)
    clock.advance(899)
    assert "ada-fixture" in look(visitor).text
    clock.advance(1)
    assert "ada-fixture" not in look(visitor).text


def test_session_works_in_every_process(tmp_path: Path, provider: Flask, clock: Clock) -> None:
    """Nothing is in a process's memory: another worker with the same store knows the browser."""
    sqlite = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    site = Site(tmp_path / "two", github_auth(persistence=sqlite))
    first, second = Visitor(site.app(clock), provider), Visitor(site.app(clock), provider)
    page = enter(first)
    cookie = page.headers["Set-Cookie"].split(";")[0]

    assert "ada-fixture" in second.client.get("/account", headers={"Cookie": cookie}, base_url=BASE).text


def test_who_may_not_come_in_finds_what_they_gave(tmp_path: Path, provider: Flask, clock: Clock) -> None:
    """Somebody who was taken off the list can still end what they gave before."""
    sqlite = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    site = Site(tmp_path / "list", github_auth(persistence=sqlite))
    Visitor(site.app(clock), provider).get_token()
    site.configure(github_auth(persistence=sqlite, authorization={"allow": {"users": ["bo-fixture"]}}))
    visitor = Visitor(site.app(clock), provider)

    assert "Unnamed client" in enter(visitor).text
    press(visitor, "end_all")
    assert "No application may use" in look(visitor).text


def test_declined_at_the_provider(visitor: Visitor) -> None:
    """A no there is a page that leads back here."""
    back = visitor.come_back(visitor.meet_provider(press(visitor, "sign_in"), decision="deny"))

    assert (back.status_code, way_back(back)) == (403, ACCOUNT)
    assert "Back to the account page" in back.text


@pytest.mark.parametrize("page", ["/account"])
def test_no_page_without_sign_in(tmp_path: Path, page: str) -> None:
    """With ``provider: none`` nobody has an account."""
    app = Site(tmp_path / "open", {"provider": "none"}).app()

    assert app.test_client().get(page, base_url=BASE).status_code == 404
    assert page not in app.test_client().get("/", base_url=BASE).text


# What it lists, and ends.


def test_applications(visitor: Visitor, clock: Clock) -> None:
    """Each application is there with its name, that it is unverified, its scopes in words, destination and dates."""
    visitor.sign_in(visitor.register(client_name="Other")["client_id"])
    client_id = visitor.register(client_name="Notebook", grant_types=["authorization_code", "refresh_token"])[
        "client_id"
    ]
    visitor.exchange(client_id, visitor.sign_in(client_id)["code"])
    page = enter(visitor).text
    notebook = next(part for part in page.split("<section") if "Notebook" in part)

    for text in ("nobody has verified", "Use what this server offers, as you", "<code>mxcp:access</code>"):
        assert text in notebook
    for text in ("127.0.0.1:49153", "your own computer", "Last used"):
        assert text in notebook
    assert page.count('class="application"') == 2
    assert client_id in notebook
    assert clock()


def test_last_use_of_a_shared_client_is_not_told(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """When a client was last used is told only to who is alone with it: it could be about somebody else."""
    client_id = visitor.register()["client_id"]
    visitor.exchange(client_id, visitor.sign_in(client_id)["code"])
    assert "Last used" in enter(visitor).text
    bo = Visitor(app, provider)
    bo.exchange(client_id, bo.sign_in(client_id, "bo-fixture")["code"])

    assert "Last used" not in look(visitor).text


@each_store
def test_end_one(visitor: Visitor) -> None:
    """One application's tokens are dead at once; another's live on, and so does the sign-in on the page."""
    token, other = visitor.get_token(), visitor.get_token()
    page = enter(visitor)
    answer = press(visitor, "end", client=hidden_clients(page)[-1])

    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    assert sorted([visitor.call(token, "ping").status_code, visitor.call(other, "ping").status_code]) == [200, 401]
    done = look(visitor).text
    assert "The access has ended" in done
    assert "The access has ended" not in look(visitor).text


def test_end_all(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """All that the person gave ends; what others gave to the same client stays."""
    client_id, tokens = visitor.get_tokens()
    second = visitor.get_token()
    bo = Visitor(app, provider)
    theirs = bo.exchange(client_id, bo.sign_in(client_id, "bo-fixture")["code"]).get_json()["access_token"]
    enter(visitor)
    press(visitor, "end_all")

    assert [visitor.call(t, "ping").status_code for t in (tokens["access_token"], second, theirs)] == [401, 401, 200]
    assert "No application may use" in look(visitor).text


def test_nobody_ends_what_others_gave(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """A client's identifier in the form ends only what the person at the page gave to it."""
    client_id, tokens = visitor.get_tokens()
    bo = Visitor(app, provider)
    enter(bo, "bo-fixture")
    press(bo, "end", client=client_id)

    assert visitor.call(tokens["access_token"], "ping").status_code == 200


def hidden_clients(page: TestResponse) -> list[str]:
    """Return the clients that the page's forms name."""
    return [part.partition('"')[0] for part in page.text.split('name="client" value="')[1:]]


# What it refuses.


@pytest.mark.parametrize("action", ["sign_in", "sign_out", "end_all"])
@pytest.mark.parametrize(
    "changes",
    [
        {"csrf_token": ""},
        {"csrf_token": "wrong"},
        {"csrf_token": "\u00e9"},
        {"came_from": "cross-site"},
        {"came_from": "same-site"},
    ],
)
def test_forged_form(visitor: Visitor, action: str, changes: dict[str, str]) -> None:
    """A form that another site sent, or that was not made for this browser, does nothing and says so."""
    token = visitor.get_token()
    enter(visitor)
    answer = press(visitor, action, **changes)

    assert (answer.status_code, answer.mimetype, link_of(answer)) == (403, "text/html", ACCOUNT)
    assert "Set-Cookie" not in answer.headers
    assert visitor.call(token, "ping").status_code == 200
    assert "ada-fixture" in look(visitor).text


def test_form_of_another_browser(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """The value of a form that somebody else was shown is worth nothing in this browser."""
    other = Visitor(app, provider)
    theirs = hidden(enter(other, "bo-fixture"))["csrf_token"]
    enter(visitor)

    assert press(visitor, "end_all", csrf_token=theirs).status_code == 403


def test_form_without_cookie(visitor: Visitor) -> None:
    """Without the cookie there is nobody to do anything for."""
    token = hidden(look(visitor))["csrf_token"]
    form = {"csrf_token": token, "action": "sign_in"}

    assert visitor.client.post("/account", data=form, base_url=BASE).status_code == 403


def test_form_from_before_the_sign_in(visitor: Visitor) -> None:
    """A sign-in makes a new session: what was known of the one before is worth nothing."""
    before = hidden(look(visitor))["csrf_token"]
    enter(visitor)

    assert press(visitor, "end_all", csrf_token=before).status_code == 403


def test_end_before_the_sign_in(visitor: Visitor) -> None:
    """Who is not signed in ends nothing."""
    token = visitor.get_token()

    assert press(visitor, "end_all").status_code == 403
    assert visitor.call(token, "ping").status_code == 200


@pytest.mark.parametrize(
    "changes", [{"action": ""}, {"action": "end"}, {"action": "end_all", "client": "x"}, {"action": "rm"}]
)
def test_other_actions(visitor: Visitor, changes: dict[str, str]) -> None:
    """What no button says is refused."""
    enter(visitor)

    assert press(visitor, changes.pop("action"), **changes).status_code == 400


@pytest.mark.parametrize("cookie", ["", "x", "W10.x", "\u00e9"])
def test_cookie_that_is_not_ours(visitor: Visitor, cookie: str) -> None:
    """A cookie that was changed or made up is nobody's."""
    enter(visitor)
    name, value = look(visitor).headers["Set-Cookie"].split(";")[0].split("=", 1)
    sent = {"Cookie": f"{name}={cookie or value[:-1]}"}

    assert "Sign in with GitHub" in visitor.client.get("/account", headers=sent, base_url=BASE).text


# Beside clients' sign-ins.


def test_page_of_the_client_is_not_ours(visitor: Visitor, app: Flask) -> None:
    """The purpose of a sign-in is kept on the server: a client's never opens the page, and the page's gives no code."""
    callback = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    mine = visitor.meet_provider(press(visitor, "sign_in"))

    assert "code" in query(visitor.come_back(callback).location)
    assert "Sign in with GitHub" in look(visitor).text
    assert visitor.come_back(mine).location == ACCOUNT
    assert len(state.codes(app)) == 1


def test_client_cannot_be_called_like_the_page(visitor: Visitor) -> None:
    """The identifier that stands for the page is no client's at the authorization endpoint."""
    answer = visitor.ask(visitor.authorization_request("the account page"))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_callback_in_another_browser(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """Nobody can be signed in on the page by a link: the callback counts in the browser that began."""
    callback = visitor.meet_provider(press(visitor, "sign_in"))
    victim = Visitor(app, provider)

    assert victim.come_back(callback).status_code == 400
    assert "Sign in with GitHub" in look(victim).text
