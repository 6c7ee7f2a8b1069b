"""The stand-in identity provider: a Flask application with one OAuth app registered and a few people to sign in as."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Literal

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from mxcp_flask.demo import atlassian, github, salesforce
from mxcp_flask.demo.application import EXTENSION, Application
from mxcp_flask.demo.approvals import Approvals, Clock
from mxcp_flask.demo.dialect import Dialect
from mxcp_flask.demo.people import Person
from mxcp_flask.demo.tokens import Tokens

Fault = Callable[[], ResponseReturnValue | None]
DialectName = Literal["github", "atlassian", "salesforce"]

DIALECTS: dict[DialectName, Dialect] = {
    "github": github.DIALECT,
    "atlassian": atlassian.DIALECT,
    "salesforce": salesforce.DIALECT,
}


def create_identity_provider(
    *,
    client_id: str,
    client_secret: str,
    callback_urls: Sequence[str] | None = None,
    people: Sequence[Person] | None = None,
    clock: Clock = time.time,
    dialect: DialectName = "github",
) -> Flask:
    """Return the stand-in that speaks ``dialect``; ``clock`` gives seconds since the epoch.

    Without ``callback_urls`` every authorization request ends at an error page: the application has no address.
    Without ``people`` those of the dialect can sign in.

    ``config["LOG"]`` lists the (method, path) of every request. ``config["FAULTS"]`` maps a route, such as ``/user``,
    to a callable that answers in its place, or returns None to let the route answer. The dialect's own switches are
    in its package's docstring.
    """
    spoken = DIALECTS[dialect]
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=f"stand_in_{dialect}",  # cookies of one host are shared by all of its ports
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=65_536,
        FAULTS={},
        LOG=[],
        **spoken.switches,
    )
    app.extensions[EXTENSION] = Application(
        provider=spoken.provider,
        client_id=client_id,
        client_secret=client_secret,
        callback_urls=tuple(callback_urls or ()),
        people={person.login: person for person in (spoken.people if people is None else people)},
        clock=clock,
        approvals=Approvals(clock, spoken.normalise),
        tokens=Tokens(clock),
    )
    app.before_request(_log)
    app.before_request(_misbehave)
    for blueprint in spoken.blueprints:
        app.register_blueprint(blueprint)
    return app


def _log() -> None:
    current_app.config["LOG"].append((request.method, request.path))


def _misbehave() -> ResponseReturnValue | None:
    route = request.url_rule.rule if request.url_rule else request.path
    fault: Fault | None = current_app.config["FAULTS"].get(route)
    return fault() if fault else None
