"""A provider that the package does not have, as somebody would add it: the class, and a stand-in for tests."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, render_template_string, request
from flask.typing import ResponseReturnValue

from mxcp_flask.digests import new_secret, s256
from mxcp_flask.providers import ExternalOAuthHandler, ProviderDefaults
from mxcp_flask.records import ProviderToken, User
from tests.support.site import CLIENT_ID, CLIENT_SECRET

_KEEPERS = {"ada-fixture": "keeper-1", "bo-fixture": "keeper-2"}
_PAGE = """\
<form method="post">
  {% for name, value in request.args.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
  <input name="login"><button name="decision" value="approve">Yes</button>
</form>
"""


class LighthouseOAuthHandler(ExternalOAuthHandler):
    """Signs keepers of lighthouses in."""

    name = "lighthouse"
    title = "Lighthouse"
    defaults = ProviderDefaults(
        scope="keeper:read",
        callback_path="/lighthouse/callback",
        auth_url="https://lighthouse.example/authorize",
        token_url="https://lighthouse.example/token",
        api_url="https://api.lighthouse.example/v1",
    )

    def fetch_user(self, token: ProviderToken) -> User:
        """Read ``/keeper``."""
        keeper = self.fetch_object("/keeper", token)
        number, login = keeper.get("number"), keeper.get("login")
        if not (isinstance(number, str) and number and isinstance(login, str) and login):
            raise self.refused("/keeper names no number and login")
        return User(provider=self.name, id=number, username=login)


def create_lighthouse() -> Flask:
    """Return the stand-in, at which ``ada-fixture`` and ``bo-fixture`` sign in without a password."""
    app = Flask("lighthouse")
    codes: dict[str, tuple[str, str]] = {}  # login and challenge
    tokens: dict[str, str] = {}  # login

    @app.get("/authorize")
    def ask() -> str:
        assert request.args["client_id"] == CLIENT_ID
        return render_template_string(_PAGE)

    @app.post("/authorize")
    def answer() -> ResponseReturnValue:
        code, form = new_secret(), request.form
        codes[code] = (form["login"], form["code_challenge"])
        outcome = {"code": code} if form["decision"] == "approve" else {"error": "access_denied"}
        return redirect(f"{form['redirect_uri']}?{urlencode({**outcome, 'state': form['state']})}")

    @app.post("/token")
    def issue() -> Response:
        form = request.form
        login, challenge = codes.pop(form["code"])
        assert (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        assert s256(form["code_verifier"]) == challenge
        token = new_secret()
        tokens[token] = login
        return jsonify(access_token=token, token_type="bearer")

    @app.get("/v1/keeper")
    def show() -> Response:
        login = tokens[request.headers["Authorization"].removeprefix("Bearer ")]
        return jsonify(number=_KEEPERS[login], login=login)

    return app
