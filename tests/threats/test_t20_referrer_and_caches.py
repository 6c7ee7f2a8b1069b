"""T20: codes and tokens are left behind in a cache, a history or a Referer."""

from __future__ import annotations

from tests.support.account import enter, look, press
from tests.support.visitor import Visitor, query


def test_t20_no_answer_of_a_sign_in_is_kept_or_named(visitor: Visitor) -> None:
    """Every answer on the way from registration to the token, refusals too, forbids to store it or to name its URL."""
    registration = visitor.client.post("/register", json={"redirect_uris": ["https://app.test/cb"]})
    client_id = visitor.register()["client_id"]
    page = visitor.ask(visitor.authorization_request(client_id))
    forged, departure = visitor.answer(page, csrf_token="wrong"), visitor.answer(page)
    callback = visitor.meet_provider(departure)
    back, again = visitor.come_back(callback), visitor.come_back(callback)
    token = visitor.exchange(client_id, query(back.location)["code"])
    replay = visitor.exchange(client_id, query(back.location)["code"])
    call = visitor.call(token.get_json()["access_token"], "ping")
    answers = [registration, page, forged, departure, back, again, token, replay, call]

    assert [answer.status_code for answer in answers] == [201, 200, 403, 302, 302, 400, 200, 400, 401]
    assert {answer.headers.get("Cache-Control") for answer in answers} == {"no-store"}
    assert {answer.headers.get("Referrer-Policy") for answer in answers} == {"no-referrer"}


def test_t20_account_page_is_not_kept(visitor: Visitor) -> None:
    """Nor is anything of the account page, which names what a person uses."""
    visitor.get_token()
    answers = [look(visitor), enter(visitor), press(visitor, "end", client="x"), press(visitor, "rm")]
    answers += [press(visitor, "sign_out"), press(visitor, "sign_in")]

    assert [answer.status_code for answer in answers] == [200, 200, 302, 400, 302, 302]
    assert {answer.headers.get("Cache-Control") for answer in answers} == {"no-store"}
    assert {answer.headers.get("Referrer-Policy") for answer in answers} == {"no-referrer"}
