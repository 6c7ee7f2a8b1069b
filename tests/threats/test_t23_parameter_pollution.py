"""T23: a parameter is sent twice, or where it does not belong, and two readers take different ones."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.support.visitor import BASE, REDIRECT_URI, Visitor, hidden

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("redirect_uri", [REDIRECT_URI, "https://evil.example/"])
@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "resource", "x"]
)
def test_t23_repeated_parameter_is_never_redirected(visitor: Visitor, name: str, redirect_uri: str) -> None:
    """A request that can be read in two ways is answered with a page (RFC 6749 §3.1)."""
    parameters = visitor.authorization_request(
        visitor.register()["client_id"], redirect_uri=redirect_uri, resource=f"{BASE}/mcp", x="1"
    )
    doubled = urlencode([*parameters.items(), (name, parameters[name])])
    answer = visitor.browser.get(f"/authorize?{doubled}", base_url=BASE)

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Location" not in answer.headers


def errors_of(visitor: Visitor, path: str, form: dict[str, str]) -> set[tuple[int, str]]:
    """Send ``form`` with each parameter doubled in turn, then with each in the query as well; return the errors."""
    doubled = [(path, urlencode([*form.items(), (name, "other")])) for name in form]
    moved = [(f"{path}?{urlencode({name: form[name]})}", urlencode(form)) for name in form]
    answers = [
        visitor.client.post(url, data=body, content_type=FORM, base_url=BASE) for url, body in [*doubled, *moved]
    ]
    return {(answer.status_code, answer.get_json().get("error")) for answer in answers}


def test_t23_token_endpoints(visitor: Visitor) -> None:
    """At /token, /revoke and /introspect it is invalid_request, and neither code nor token is used up by it."""
    client_id = visitor.register()["client_id"]
    code = visitor.sign_in(client_id)["code"]
    exchange = {"grant_type": "authorization_code", "client_id": client_id, "code": code, "redirect_uri": REDIRECT_URI}
    assert errors_of(visitor, "/token", {**exchange, "code_verifier": visitor.verifier}) == {(400, "invalid_request")}

    token = visitor.exchange(client_id, code).get_json()["access_token"]
    for path in ("/revoke", "/introspect"):
        assert errors_of(visitor, path, {"token": token, "client_id": client_id}) == {(400, "invalid_request")}
    assert visitor.call(token, "ping").status_code == 200


def test_t23_consent_and_callback(visitor: Visitor) -> None:
    """Neither the person's answer nor the provider's counts when it holds a parameter twice; then each still does."""
    page = visitor.ask_anew()
    form = {**hidden(page), "decision": "approve"}
    for name in form:
        body = urlencode([*form.items(), (name, form[name])])
        answer = visitor.browser.post("/authorize", data=body, content_type=FORM, base_url=BASE)
        assert answer.status_code == 400
    callback = visitor.meet_provider(visitor.answer(page))

    assert visitor.come_back(f"{callback}&code=other").status_code == 400
    assert visitor.come_back(f"{callback}&state=other").status_code == 400
    assert visitor.come_back(callback).status_code == 302
