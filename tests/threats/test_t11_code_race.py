"""T11: a code is exchanged several times at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.records import AuthorizationCode
from tests.support.site import each_store
from tests.support.visitor import BASE, REDIRECT_URI, Visitor

THREADS = 8
pytestmark = each_store


@pytest.fixture
def abreast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no exchange go on before all have found their code, unused as it still is."""
    store, all_found = app.extensions["mxcp"].oauth.store, Barrier(THREADS)
    find_code = store.find_code

    def find_and_wait(code_hash: str) -> AuthorizationCode | None:
        found: AuthorizationCode | None = find_code(code_hash)
        all_found.wait(timeout=10)
        return found

    monkeypatch.setattr(store, "find_code", find_and_wait)


def race(visitor: Visitor, form: dict[str, str]) -> list[TestResponse]:
    """Send ``form`` to the token endpoint in all threads at once."""

    def exchange(_: int) -> TestResponse:
        return visitor.client.application.test_client(use_cookies=False).post("/token", data=form, base_url=BASE)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(exchange, range(THREADS)))


@pytest.mark.usefixtures("abreast")
@pytest.mark.parametrize("method", ["none", "client_secret_post"])
def test_t11_raced_code_gives_one_token_and_then_none(visitor: Visitor, method: str) -> None:
    """Of eight exchanges at once exactly one succeeds; as the others are replays, its token is dead afterwards."""
    client = visitor.register(token_endpoint_auth_method=method)
    proof = {name: str(client[name]) for name in ("client_id", "client_secret") if name in client}
    grant = {"grant_type": "authorization_code", "code": visitor.sign_in(client["client_id"])["code"]}
    answers = race(visitor, proof | grant | {"redirect_uri": REDIRECT_URI, "code_verifier": visitor.verifier})
    won = [answer.get_json() for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code != 200]

    assert len(won) == 1
    assert {(answer.status_code, answer.get_json().get("error")) for answer in lost} == {(400, "invalid_grant")}
    assert visitor.call(won[0]["access_token"], "ping").status_code == 401
