"""The stand-in identity provider: a Flask application with one OAuth app registered and a few people to sign in as."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from mxcp_flask.demo import github_api, github_dialect
from mxcp_flask.demo.github_application import EXTENSION, GitHubApplication
from mxcp_flask.demo.github_state import GitHubState
from mxcp_flask.demo.people import PEOPLE, Person

Fault = Callable[[], ResponseReturnValue | None]


def create_identity_provider(
    *,
    client_id: str,
    client_secret: str,
    callback_urls: Sequence[str] | None = None,
    people: Sequence[Person] = PEOPLE,
    clock: Callable[[], float] = time.time,
) -> Flask:
    """Return the stand-in for GitHub; ``clock`` gives seconds since the epoch.

    Without ``callback_urls`` every authorization request ends at an error page: the application has no address.

    ``config["LOG"]`` lists the (method, path) of every request. ``config["FAULTS"]`` maps a route, such as ``/user``,
    to a callable that answers in its place, or returns None to let the route answer.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="stand_in_github",  # cookies of one host are shared by all of its ports
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=65_536,
        FAULTS={},
        LOG=[],
    )
    app.extensions[EXTENSION] = GitHubApplication(
        client_id, client_secret, tuple(callback_urls or ()), {p.login: p for p in people}, GitHubState(clock)
    )
    app.before_request(_log)
    app.before_request(_misbehave)
    app.register_blueprint(github_dialect.blueprint)
    app.register_blueprint(github_api.blueprint)
    return app


def _log() -> None:
    current_app.config["LOG"].append((request.method, request.path))


def _misbehave() -> ResponseReturnValue | None:
    route = request.url_rule.rule if request.url_rule else request.path
    fault: Fault | None = current_app.config["FAULTS"].get(route)
    return fault() if fault else None
