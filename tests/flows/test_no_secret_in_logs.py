"""No token, code, secret, verifier, state or cookie is in any log line, error or page, at any log level."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from flask import Flask, jsonify, request

from mxcp_flask.digests import s256
from mxcp_flask.logs.formats import JsonFormat, TextFormat
from tests.support import state
from tests.support.leaks import Lines, Secrets, Shown, Walk
from tests.support.site import CLIENT_SECRET, Site
from tests.support.visitor import BASE, REDIRECT_URI, Visitor

LOGGERS = ("", "werkzeug", "urllib3", "authlib", "authlib.oauth2.rfc6749", "requests", "mxcp_flask", "mxcp")
BROKEN = """\
mxcp: 1
tool:
  name: broken
  description: Fails
  return: {type: string}
  source: {code: "SELECT error('the table of ' || get_username())"}
"""


@pytest.fixture
def site(site: Site) -> Site:
    """Return the site with a tool that fails."""
    site.write("tools/broken.yml", BROKEN)
    return site


@pytest.fixture(params=[Lines, TextFormat, JsonFormat])
def lines(request: pytest.FixtureRequest, app: Flask) -> Iterator[list[str]]:  # noqa: ARG001 (it sets levels, first)
    """Collect the lines of every logger, all of them at DEBUG: with what is not shown, as text, and as JSON."""
    handler = Lines() if request.param is Lines else Shown(request.param())
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def secrets(provider: Flask) -> Secrets:
    """Return the secrets; what our server sends to the provider and gets from it is added as it passes by."""
    secrets = Secrets()
    secrets.add("secret at the provider", CLIENT_SECRET)

    @provider.before_request
    def overhear() -> None:
        if request.form.get("code_verifier"):
            secrets.add("verifier for the provider", request.form["code_verifier"])
        if request.authorization is not None:
            secrets.add("provider's token", request.authorization.token)

    return secrets


@pytest.fixture
def walk(visitor: Visitor, provider: Flask, secrets: Secrets, lines: list[str]) -> Walk:  # noqa: ARG001 (it listens)
    """Return the walk."""
    return Walk(visitor, provider, secrets)


def call_with_everything(walk: Walk, token: str) -> None:
    """Make calls that succeed, fail, and are refused."""
    visitor = walk.visitor
    assert visitor.whoami(token) == "ada-fixture"
    failed = visitor.call(token, "tools/call", name="broken", arguments={})
    assert failed.get_json()["result"]["isError"] is True
    walk.errors.append(failed.text)
    surplus = visitor.call(token, "tools/call", name="whoami", arguments={"access_token": token})
    assert surplus.get_json()["result"]["isError"] is True
    walk.errors.append(surplus.text)
    walk.refused(visitor.call(token, "tools/call", name="admin_only", arguments={}))
    walk.refused(visitor.call(token + "x", "ping"))
    walk.refused(visitor.call(f"{token} {token}", "ping"))
    walk.refused(visitor.client.post(f"/mcp?access_token={token}", base_url=BASE))


def fail_at_the_token_endpoint(walk: Walk, client_id: str) -> None:
    """Present wrong, used and misplaced values."""
    code = walk.code(client_id)
    walk.refused(walk.exchange(code, redirect_uri="https://other.example/"))
    walk.refused(walk.exchange(code, client_secret="a-wrong-client-secret"))
    walk.secrets.add("wrong secret", "a-wrong-client-secret")
    walk.refused(walk.exchange(code, grant_type="password"))
    walk.refused(walk.visitor.client.post(f"/token?code={code}", data={"code": code}, base_url=BASE))
    walk.refused(
        walk.visitor.client.post("/token", data=f"code={code}&code={code}", content_type="text/plain", base_url=BASE)
    )
    walk.refused(walk.exchange(code, code_verifier=s256("something else")))
    walk.refused(walk.exchange(code))
    walk.refused(walk.exchange("mx_ac_made-up-by-somebody"))
    walk.secrets.add("unknown code", "mx_ac_made-up-by-somebody")


def fail_at_the_pages(walk: Walk, client_id: str) -> None:
    """Forge, repeat and decline."""
    page = walk.ask(client_id)
    walk.refused(walk.visitor.answer(page, csrf_token="a-forged-csrf-token"))
    walk.refused(walk.visitor.answer(page, "perhaps"))
    departure = walk.approve(page)
    walk.refused(walk.visitor.answer(page))
    callback = walk.callback(departure)
    walk.refused(walk.visitor.client.get(callback, base_url=BASE))
    walk.visitor.come_back(callback)
    walk.refused(walk.visitor.come_back(callback))
    walk.visitor.come_back(walk.callback(walk.approve(walk.ask(client_id)), decision="deny"))
    walk.visitor.answer(walk.ask(client_id), "deny")
    walk.refused(walk.visitor.ask({**walk.visitor.authorization_request("nobody"), "redirect_uri": REDIRECT_URI}))


def fail_at_the_provider(walk: Walk, client_id: str) -> None:
    """Let the provider refuse, repeating in its error text whatever it was sent."""
    departure = walk.approve(walk.ask(client_id))
    walk.provider.config["FAULTS"]["/login/oauth/access_token"] = lambda: jsonify(
        error="bad_verification_code", error_description=" ".join(request.form.values())
    )
    walk.visitor.come_back(walk.callback(departure))
    walk.provider.config["FAULTS"].clear()
    departure = walk.approve(walk.ask(client_id))
    walk.provider.config["FAULTS"]["/user"] = lambda: ("", 500)
    walk.visitor.come_back(walk.callback(departure))
    walk.provider.config["FAULTS"].clear()


def fail_unforeseen(walk: Walk, token: str) -> None:
    """Let the server itself fail on a request that carries a token."""
    app = walk.visitor.client.application

    def fail() -> NoReturn:
        raise ZeroDivisionError

    views: dict[str, Callable[..., Any]] = app.view_functions
    before, views["mcp.endpoint"] = views["mcp.endpoint"], fail
    walk.refused(walk.visitor.call(token, "ping"))
    views["mcp.endpoint"] = before


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_nothing_secret_is_shown(walk: Walk, lines: list[str], method: str) -> None:
    """After a whole life of a client, with every kind of failure, no secret is in a log line, an error or a page."""
    client_id = walk.register(method)
    code = walk.code(client_id)
    token = walk.token(code)
    call_with_everything(walk, token)
    fail_at_the_token_endpoint(walk, client_id)
    fail_at_the_pages(walk, client_id)
    fail_at_the_provider(walk, client_id)
    fail_unforeseen(walk, token)
    walk.refused(walk.exchange(code))
    walk.refused(walk.visitor.call(token, "ping"))

    assert len(lines) > 30
    assert any("DEBUG" in line and "authlib." in line for line in lines)
    assert len(walk.errors) > 20
    kinds = {name.rpartition(" ")[0] for name in walk.secrets.values}
    assert kinds >= {"access_token", "code", "cookie", "csrf_token", "provider's token", "verifier for the provider"}
    assert walk.secrets.seen_in(lines) == []
    assert walk.secrets.seen_in(walk.errors) == []


def test_records_do_not_show_secrets(walk: Walk) -> None:
    """What a debugger or a traceback shows of the stored records is nobody's key."""
    client_id = walk.register("client_secret_post")
    walk.token(walk.code(client_id))
    app = walk.visitor.client.application
    records = [*state.pending(app), *state.codes(app), *state.grants(app), *state.clients(app)]

    shown = [repr(record).replace(walk.visitor.state, "") for record in records]  # the client's, kept to be sent back
    assert len(shown) == 4
    assert walk.secrets.seen_in(shown) == []


def test_a_leak_would_be_found(walk: Walk, lines: list[str]) -> None:
    """The search finds a secret in a message, in an argument and in a traceback of any logger."""
    token = walk.token(walk.code(walk.register("none")))
    logging.getLogger("urllib3").warning("sent %s", token)
    logging.getLogger("anything.else").debug("callback %r", {"url": f"/?code={walk.visitor.verifier}"})
    try:
        raise ValueError(walk.visitor.state)
    except ValueError:
        logging.getLogger("authlib").exception("failed")

    kinds = [name.rpartition(" ")[0] for name in walk.secrets.seen_in(lines)]
    assert kinds == ["client's state", "client's verifier", "access_token"]
